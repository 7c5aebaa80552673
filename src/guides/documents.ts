import { SOURCES, type Trouble, type TroublePhase } from "../answers/index.js";
import type { PresetSummary, Registers } from "../presets/types.js";
import type { KnownState } from "../registration/states.js";

/** What the resources show, as Markdown. Pure; each ends in a line feed. */

const REGISTERS: Readonly<Record<Registers, string>> = {
  yes: "yes",
  conditional: "under conditions",
  no: "no",
};

const PHASES: Readonly<Record<TroublePhase, string>> = {
  registering: "The PBX answers with an error",
  unanswered: "Nothing answers, or nothing can be sent",
  calling: "Registered, and calls misbehave",
};

export function presetsDocument(presets: readonly PresetSummary[]): string {
  const rows = presets.map(
    ({ id, name, registers, summary }) =>
      `| ${cell(name)} | ${REGISTERS[registers]} | ${cell(summary)} | telzino://presets/${id} |`,
  );
  return page("PBX catalogue", [
    "PBXs and SIP providers on which an agent can register as an extension, and those on which it cannot.",
    ["| System | Registers | In a line | All about it |", "| --- | --- | --- | --- |", ...rows].join("\n"),
  ]);
}

export function statesDocument(states: readonly KnownState[]): string {
  return page("Registration states", [
    "States of a registration as the platform reports them; they are those of OpenSIPS's registrant. Two share the code 0: tell them apart by name.",
    ...states.map(({ state, code, meaning, causes, remedies }) =>
      [
        `## ${literal(state)}${code === undefined ? "" : ` (${code})`}`,
        `\n${literal(meaning)}`,
        ...(causes.length > 0 ? ["\nUsually:\n", ...causes.map((cause) => `- ${literal(cause)}`)] : []),
        ...(remedies.length > 0
          ? ["\nWhat to do:\n", ...remedies.map((remedy, index) => `${index + 1}. ${literal(remedy)}`)]
          : []),
      ].join("\n"),
    ),
  ]);
}

export function troublesDocument(troubles: readonly Trouble[]): string {
  return page("Troubleshooting", [
    "SIP answers and symptoms; each has a page with its causes and what helps. A time-out is a matter of addresses and networks, a refusal one of the account: do not change the password because of a time-out.",
    ...(Object.keys(PHASES) as TroublePhase[]).map((phase) =>
      [
        `## ${PHASES[phase]}\n`,
        ...troubles
          .filter((trouble) => trouble.phase === phase)
          .map(({ id, title }) => `- ${literal(title)}: telzino://troubleshooting/${id}`),
      ].join("\n"),
    ),
  ]);
}

export function troubleDocument({ title, phase, meaning, states, causes, see = [] }: Trouble): string {
  const used = [...new Set(causes.flatMap(({ sources }) => sources))];
  return page(title, [
    literal(meaning),
    `When: ${PHASES[phase]}.`,
    ...(states.length > 0
      ? [`State of the platform that usually goes with it: ${states.map(literal).join(", ")}.`]
      : []),
    [
      "## Causes, the likeliest first\n",
      ...causes.map((cause, index) => `${index + 1}. ${causeLine(cause, used)}`),
    ].join("\n"),
    ...(see.length > 0 ? [`See also: ${see.map((id) => `telzino://troubleshooting/${id}`).join(", ")}`] : []),
    ["## Sources\n", ...used.map((key, index) => `${index + 1}. ${sourceLine(SOURCES[key])}`)].join("\n"),
  ]);
}

function causeLine(
  { cause, fix, sources, confidence }: Trouble["causes"][number],
  used: readonly string[],
): string {
  const numbers = sources.map((key) => used.indexOf(key) + 1).join(", ");
  return `${literal(cause)} **Fix:** ${literal(fix)} \\[${numbers}; ${confidence}\\]`;
}

function sourceLine(source: (typeof SOURCES)[keyof typeof SOURCES]): string {
  return "url" in source
    ? `${literal(source.title)} (${source.kind}): ${source.url}`
    : `${literal(source.title)} (${source.kind})`;
}

function page(title: string, parts: readonly string[]): string {
  return `${[`# ${literal(title)}`, ...parts].join("\n\n")}\n`;
}

function cell(text: string): string {
  return literal(text).replace(/\s+/g, " ");
}

/** Text as text: no HTML, no emphasis, no broken table cells. Underscores are inside words here, where they mean nothing. */
function literal(text: string): string {
  return text.replace(/[\\`*<>[\]|]/g, (character) =>
    character === "<" ? "&lt;" : character === ">" ? "&gt;" : `\\${character}`,
  );
}
