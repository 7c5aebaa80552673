import { type Guide, type GuideContext, type GuideStep, named, writeGuide } from "./context.js";
import { choosePreset, type PresetChoice } from "./preset-choice.js";
import {
  agentStep,
  missingValues,
  outcomeLines,
  passwordLines,
  presetLines,
  READ_ONLY,
  testCallStep,
} from "./shared-steps.js";

export interface MigrationQuestion {
  agent?: string | undefined;
  /** The PBX that the agent is on now. */
  from?: string | undefined;
  /** The one that it moves to. */
  to?: string | undefined;
}

/** From one PBX to another, with a way back until a call has proved the new one. */
export async function migrationGuide(question: MigrationQuestion, context: GuideContext): Promise<Guide> {
  const { agent, from, to } = question;
  const [old, next] = await Promise.all([choosePreset(from), choosePreset(to)]);
  const given = Object.entries({ agent, from, to }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${JSON.stringify(value)}`],
  );
  const aim =
    "Move a Telzino AI agent from one PBX to another. An agent has one registration at a time: between the two it takes no calls. Done when a call over the new PBX was heard.";
  return {
    summary: `Move ${named(agent, "an agent")} from ${old.preset?.name ?? named(from, "its PBX")} to ${next.preset?.name ?? named(to, "another")}`,
    text: writeGuide(aim, given, steps(agent, old, next, context)),
  };
}

function steps(
  agent: string | undefined,
  old: PresetChoice,
  next: PresetChoice,
  context: GuideContext,
): GuideStep[] {
  const target = { title: "The new PBX", lines: presetLines(next, "new PBX or provider") };
  if (next.preset?.registers === "no") return [target];
  const writes = context.tools.has("configure_sip_registration");
  return [
    presentStep(agent, old, context),
    target,
    {
      title: "An extension on the new PBX, and its values",
      lines: [
        "It must exist before the move, with no other device on it.",
        ...missingValues(next),
        "Domain, user, password, proxy and port of the old PBX belong only to it. A call keeps what it leaves out: give each field of the new one, and name in clear what only the old one has.",
      ],
    },
    writes ? moveStep(next, context) : { title: "The move", lines: [READ_ONLY] },
    ...(writes
      ? [
          {
            title: "The outcome",
            lines: [
              ...outcomeLines(context),
              "It cannot be fixed now: configure_sip_registration with the noted settings goes back; the old SIP password is needed for that.",
            ],
          },
          testCallStep("the new extension"),
          afterwards(),
        ]
      : []),
  ];
}

function presentStep(agent: string | undefined, old: PresetChoice, context: GuideContext): GuideStep {
  const first = agentStep(agent, context);
  const name = old.preset ? ` It should be ${old.preset.name}.` : "";
  return {
    title: "The agent, and where it is now",
    lines: [
      ...first.lines,
      `Note the stored settings: they are the way back.${name} If they name another PBX than the user says, ask before you continue.`,
      "The stored password cannot be read: the user keeps the old extension and its password until the end.",
    ],
  };
}

function moveStep(next: PresetChoice, context: GuideContext): GuideStep {
  const preset = next.preset ? `presetId ${next.preset.id}` : "the presetId";
  return {
    title: "The move",
    lines: [
      `configure_sip_registration with ${preset}, the new values and dryRun true: show the user what changes, and that calls to the old extension stop.`,
      "After a yes, the same call with replace true and without dryRun. Choose a quiet hour with the user.",
      ...passwordLines(next, context),
    ],
  };
}

function afterwards(): GuideStep {
  return {
    title: "Afterwards, by the user",
    lines: [
      "On the new PBX: route numbers, queues and menus to the new extension. On the old one: take the routes away, then disable the old extension.",
      "remove_sip_registration is not needed: an agent has one registration, and the new one has taken its place.",
    ],
  };
}
