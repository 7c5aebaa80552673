import { present } from "../../base/present.js";
import type { KnownName, NameAnswer, Preset, PresetSummary } from "../../presets/types.js";
import { fromCaller } from "../../redaction/untrusted.js";
import { confidenceData, marked } from "../core/confidence.js";
import type { NextStep, ToolReply } from "../core/define.js";
import { type Fact, fact, notes, summary } from "../core/facts.js";
import { type Detail, leftOut, presetFact } from "./detail.js";
import type { ListOutput } from "./output.js";

/** What `list_pbx_presets` answers. Pure. */

type Reply = ToolReply<ListOutput>;

function nameData({ id, name, registers }: PresetSummary) {
  return { id, name, ...(registers === "yes" ? {} : { registers }) };
}

function nameLine({ id, name, registers }: PresetSummary): string {
  const limits =
    registers === "no" ? " [cannot register]" : registers === "conditional" ? " [conditions]" : "";
  return `- ${id}: ${name}${limits}`;
}

export function everyPreset(presets: readonly PresetSummary[]): Reply {
  return {
    facts: [
      summary(`${presets.length} presets:`),
      fact({ presets: presets.map(nameData) }, ...presets.map(nameLine)),
    ],
    next: ["list_pbx_presets with a presetId tells about that one."],
  };
}

export function onePreset(preset: Preset, detail: Detail): Reply {
  return {
    facts: [fact({ presets: [nameData(preset)] }), presetFact(preset, detail)],
    next: stepsWith(preset, detail),
  };
}

function stepsWith(preset: Preset, detail: Detail): NextStep[] {
  const way =
    preset.registers === "no"
      ? (preset.instead?.presets ?? []).map(
          (id) => `list_pbx_presets with presetId ${id} shows a way that works.`,
        )
      : [
          "Ask the user only for the values that differ per customer and are not known yet.",
          [
            `configure_sip_registration with presetId ${preset.id} fills port and transport and watches for its traps.`,
            `pbx_setup_guide with presetId ${preset.id} says what to do on the PBX.`,
          ],
        ];
  const more = detail === "concise" ? [`detail full adds: ${leftOut(preset).join(", ")}.`] : [];
  return [...way.slice(0, 2), ...more];
}

/** The one preset that was meant. */
export function meantPreset(preset: Preset, also: readonly PresetSummary[], detail: Detail): Reply {
  const others = also.map(({ id, name }) => `${id} (${name})`).join(", ");
  return {
    facts: [
      fact({ match: "sure", presets: [nameData(preset), ...also.map(nameData)] }),
      ...notes([also.length > 0 && `Also of this maker, if the user means another product: ${others}.`]),
      presetFact(preset, detail),
    ],
    next: stepsWith(preset, detail),
  };
}

/** A name that is known and has no preset. @param guide the preset that comes nearest, where an agent may register. */
export function knownName(known: KnownName, guide: Preset, detail: Detail): Reply {
  const noAccount = known.registers === "trunk" || known.registers === "no";
  const what = `${known.name} is known, but has no preset: ${known.kind}${known.family ? `, inside ${known.family}` : ""}.`;
  const head: Fact[] = [
    summary(
      noAccount
        ? `${what} ${known.source ? "An" : "As far as is known, an"} agent cannot register there.`
        : `${what} What follows is ${guideWords(guide)}.`,
    ),
    knownFact("known", [known]),
  ];
  if (noAccount) {
    return {
      facts: [...head, fact({ presets: [] })],
      next: [
        "Tell the user so. What an agent registers with is a PBX or a provider's SIP account: ask whether there is one behind or beside it.",
        `list_pbx_presets with presetId ${guide.id} says what that needs.`,
      ],
    };
  }
  return {
    facts: [...head, fact({ presets: [nameData(guide)] }), presetFact(guide, detail)],
    next: [
      ...(known.registers === "unknown"
        ? [
            "Ask the user first whether their system or contract gives a SIP user and password for their own device.",
          ]
        : []),
      ...stepsWith(guide, detail),
    ].slice(0, 3),
  };
}

function guideWords({ id, name }: Preset): string {
  return id === "generic-sip" ? "what any registrar needs" : `the guide that comes nearest, ${name}`;
}

function knownFact(match: ListOutput["match"], names: readonly KnownName[]): Fact {
  const known = names.map(({ name, registers, says, source }) => ({
    ...{ name, registers: REGISTERS[registers], says },
    ...present({ source }),
    ...(source === undefined ? confidenceData("low") : {}),
  }));
  return fact(
    { ...present({ match }), known },
    ...known.map((line) =>
      marked(`${line.name} (${line.registers}): ${line.says}${line.source ? ` [${line.source}]` : ""}`, line),
    ),
  );
}

const REGISTERS: Readonly<Record<KnownName["registers"], string>> = {
  yes: "takes registrations",
  trunk: "trunks only",
  no: "no registration",
  unknown: "registration not known",
};

/** Where it is not one preset for certain. */
export function unsure(
  query: string,
  answer: Exclude<NameAnswer, { kind: "preset" } | { kind: "known" }>,
): Reply {
  const asked = fromCaller(query, 60);
  if (answer.kind === "none") {
    return {
      facts: [summary(`No preset matches ${asked}.`), fact({ match: "none", presets: [] })],
      next: [
        "list_pbx_presets with presetId generic-sip: what any SIP registrar needs.",
        "Ask the user who makes their PBX, or which page they open to manage it.",
      ],
    };
  }
  const { presets, names } = answer;
  const count = presets.length + names.length;
  const head =
    answer.kind === "several"
      ? `${asked} names ${count} systems:`
      : answer.why === "maker"
        ? `In ${asked} only a maker's name is known. It is not sure which product is meant; a guess:`
        : `No preset is called ${asked}. The words are only similar, so this is a guess:`;
  const match = answer.kind === "several" ? "several" : "guess";
  return {
    facts: [
      summary(head),
      fact(
        { match, presets: presets.map((preset) => ({ ...nameData(preset), summary: preset.summary })) },
        ...presets.map((preset) => `${nameLine(preset)}. ${preset.summary}`),
      ),
      ...(names.length > 0 ? [knownFact(undefined, names)] : []),
    ],
    next: [
      answer.kind === "several"
        ? "Ask the user on which of them the agent is to be an extension, then list_pbx_presets with its presetId."
        : "Ask the user whether that is their system before anything is taken from it; if none is, who makes it.",
      "If none fits: list_pbx_presets with presetId generic-sip.",
    ],
  };
}
