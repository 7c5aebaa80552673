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

export interface SetupQuestion {
  /** An agent's name. */
  agent?: string | undefined;
  /** A PBX as the user calls it, or a preset's id. */
  pbx?: string | undefined;
}

/** From "connect my agent to our PBX" to a call that was heard. */
export async function setupGuide({ agent, pbx }: SetupQuestion, context: GuideContext): Promise<Guide> {
  const choice = await choosePreset(pbx);
  const given = [
    ...(agent === undefined ? [] : [`agent: ${JSON.stringify(agent)}`]),
    ...(pbx === undefined ? [] : [`PBX: ${JSON.stringify(pbx)}`]),
  ];
  const aim =
    "Connect a Telzino AI agent to a PBX: it becomes an extension by SIP registration. Done when a call to it was heard.";
  return {
    summary: `Connect ${named(agent, "an agent")} to ${choice.preset?.name ?? named(pbx, "a PBX")}`,
    text: writeGuide(aim, given, steps(agent, choice, context)),
  };
}

function steps(agent: string | undefined, choice: PresetChoice, context: GuideContext): GuideStep[] {
  const pbx = { title: "The PBX", lines: presetLines(choice) };
  if (choice.preset?.registers === "no") return [pbx];
  const first = agentStep(agent, context);
  return [
    {
      title: first.title,
      lines: [
        ...first.lines,
        "Registered already: tell the user as what, and continue only if it should leave that line.",
      ],
    },
    pbx,
    extensionStep(context),
    { title: "The values, from the user", lines: missingValues(choice) },
    configureStep(choice, context),
    ...(context.tools.has("configure_sip_registration")
      ? [{ title: "The outcome", lines: outcomeLines(context) }, testCallStep("the extension")]
      : []),
  ];
}

function extensionStep({ tools }: GuideContext): GuideStep {
  return {
    title: "An extension on the PBX",
    lines: [
      "The agent needs its own extension. One that a desk phone uses is not free: registering there may throw the phone out. If the user names such a one, ask for another.",
      tools.has("pbx_setup_guide")
        ? "If there is none yet: pbx_setup_guide gives the steps on this PBX, or the text to paste."
        : "If there is none yet: read the preset's steps to the user, as many at a time as they can follow.",
    ],
  };
}

function configureStep(choice: PresetChoice, context: GuideContext): GuideStep {
  if (!context.tools.has("configure_sip_registration")) return { title: "Storing it", lines: [READ_ONLY] };
  const preset = choice.preset ? `presetId ${choice.preset.id}` : "the presetId";
  return {
    title: "Storing it",
    lines: [
      `configure_sip_registration with ${preset} and the values. If settings are stored already, first with dryRun true, and show the changes.`,
      ...passwordLines(choice, context),
      "If it asks for a confirmation, ask the user; replace true only after a yes.",
    ],
  };
}
