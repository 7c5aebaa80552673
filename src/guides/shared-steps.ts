import type { KnownName } from "../presets/types.js";
import type { GuideContext, GuideStep } from "./context.js";
import { openFields, type PresetChoice } from "./preset-choice.js";

/** Steps that several guides share. Pure. */

export function agentStep(agent: string | undefined, { agentIsBound, tools }: GuideContext): GuideStep {
  const find = agentIsBound
    ? "This server works on one agent; no tool takes an agentId."
    : agent === undefined
      ? "list_telzino_agents, show the names, and ask the user which one is meant."
      : `list_telzino_agents with query ${JSON.stringify(agent)} gives its agentId. Several matches: ask which. None: list_telzino_agents without query, and show the names.`;
  return {
    title: "The agent",
    lines: [
      find,
      ...(tools.has("get_sip_status") ? ["get_sip_status: what is stored, and is it registered now?"] : []),
    ],
  };
}

/** The PBX, and what its preset says before anything is asked. */
export function presetLines(choice: PresetChoice, what = "PBX or provider"): string[] {
  const { asked, preset, known, candidates, guessed } = choice;
  if (known !== undefined && preset === undefined) return noAccountLines(known);
  if (preset === undefined) {
    const unsure =
      asked === undefined
        ? `Ask the user what their ${what} is called, in their own words, or which page they open to manage it.`
        : candidates.length > 0
          ? `${guessed ? "The words are only similar: it" : "It"} may be ${either(candidates)}: ask which.`
          : `Nothing in the catalogue goes by that name: ask who makes it; if it stays unknown, presetId generic-sip.`;
    return [unsure, "list_pbx_presets with query finds it; then with its presetId: fields, steps, traps."];
  }
  const { id, name, registers, conditions } = preset;
  if (registers === "no") {
    return [
      `${name} takes no registration. Say so, and do not configure anything.`,
      ...(preset.instead ? [`What works instead: ${preset.instead.text}`] : []),
      ...(preset.instead?.presets.length
        ? [`Presets for that: ${preset.instead.presets.join(", ")} (list_pbx_presets with the presetId).`]
        : []),
    ];
  }
  return [
    ...(known === undefined ? [] : [`${knownWords(known)} ${name} comes nearest; ask about what differs.`]),
    `list_pbx_presets with presetId ${id}: ${name}.`,
    ...(candidates.length > 0 ? [`If the user means ${either(candidates)}, take that one.`] : []),
    ...conditions.map(({ text }) => `Only if: ${text}`),
    ...(conditions.length > 0 ? ["Settle these conditions with the user before anything else."] : []),
  ];
}

function noAccountLines(known: KnownName): string[] {
  return [
    knownWords(known),
    `${known.source ? "Nothing" : "As far as is known, nothing"} can register there. Say so, and ask which PBX or SIP account there is besides; do not configure anything until that is known.`,
  ];
}

function knownWords({ name, says, source }: KnownName): string {
  return `${name} has no preset. Known about it${source ? "" : ", not confirmed"}: ${says}`;
}

function either(candidates: PresetChoice["candidates"]): string {
  return candidates.map(({ id, name }) => `${name} (presetId ${id})`).join(", or ");
}

/** What to ask for, in the order in which it is found. */
export function missingValues({ preset }: PresetChoice): string[] {
  if (preset === undefined) {
    return [
      "In this order, as far as it is not known: the PBX's public host name or address (sipDomain); the extension (username); the auth ID, if its page shows one (authUsername); port and transport, if they are not the preset's.",
    ];
  }
  const { ask, ifNeeded, settled } = openFields(preset);
  return [
    ...ask,
    ...ifNeeded.map((line) => `Only if the PBX shows or demands it: ${line}`),
    ...(settled.length > 0 ? [`Do not ask: ${settled.join(", ")} come from the preset.`] : []),
  ];
}

/** How the SIP password comes in, the best way first. */
export function passwordLines({ preset }: PresetChoice, { passwords }: GuideContext): string[] {
  const where = preset && openFields(preset).password;
  const place = where ? ` On the PBX: ${where}` : "";
  return [
    ...(passwords.named
      ? ["If one of the passwords that this server holds by name is meant, give its name in passwordSecret."]
      : []),
    passwords.page
      ? `Do not ask for the password in the conversation: leave it out, and the user types it into the page that the result names.${place}`
      : passwords.argument
        ? `Ask for the SIP password last, and say that it stays in the conversation.${place}`
        : `Passwords do not come through the conversation: the result says where the user puts it.${place}`,
  ];
}

/** What the outcome of a configure call asks for. */
export function outcomeLines({ tools }: GuideContext): string[] {
  return [
    "registered: continue with the test call.",
    "failed: read the causes with the user, the first one first, correct one thing, and call again. After two refusals stop, and look at the PBX's own log.",
    ...(tools.has("diagnose_sip_registration")
      ? ["If the cause is not plain: diagnose_sip_registration with the agentId looks at the wire."]
      : []),
    "pending: get_sip_status with waitSeconds 30.",
  ];
}

export function testCallStep(extension: string): GuideStep {
  return {
    title: "The test call",
    lines: [
      `Ask the user to call ${extension} from another phone, to say a sentence and to listen, and call watch_test_call right away; then once more with its resume and what the user heard.`,
      "No ring: the PBX must route something to the extension. No sound, or one side only: telzino://troubleshooting/one-way-audio.",
      "Only a call that was heard proves it: say in two lines what is set up now, or what is still open.",
    ],
  };
}

export const READ_ONLY =
  "This connection is read-only: nothing can be stored from here. Collect the values, show the user what is to be set, and stop there.";
