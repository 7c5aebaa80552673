import {
  type Fact,
  type FieldAdvice,
  PRESET_FIELDS,
  type Preset,
  type Provenance,
  type Registers,
  type StepStage,
} from "./types.js";

/** A preset as Markdown, for its resource and for `docs/presets.md`. Pure. */

export const REGISTERS: Readonly<Record<Registers, string>> = {
  yes: "yes",
  conditional: "under conditions",
  no: "no",
};

const STAGES: Readonly<Record<StepStage, string>> = {
  prepare: "Before",
  account: "Account",
  remote: "Access from outside",
  routing: "Calls",
  check: "Check",
};

/** One system's section, without a final line feed. */
export function renderPresetMarkdown(preset: Preset): string {
  const mark = marker(preset);
  const facts = (title: string, list: readonly Fact[]) =>
    section(
      title,
      list.map((fact) => `${literal(fact.text)} ${mark(fact)}`),
    );
  return [
    `<a id="${preset.id}"></a>\n## ${literal(preset.name)}`,
    overview(preset),
    preset.instead ? `**What works instead:** ${literal(preset.instead.text)} ${mark(preset.instead)}` : "",
    facts("Conditions", preset.conditions),
    fieldTable(preset, mark),
    documented(preset, mark),
    section(
      "Steps on the PBX",
      preset.steps.map((step) => `${STAGES[step.stage]}: ${literal(step.text)} ${mark(step)}`),
      true,
    ),
    facts("If the extension exists already", preset.existing),
    section(
      "Taken for something else",
      preset.lookalikes.map(
        (value) =>
          `**${literal(value.value)}**, taken for the ${value.takenFor}: ${literal(value.tell)} ${mark(value)}`,
      ),
    ),
    facts("Is the extension in use", preset.inUse),
    facts("The platform's address", preset.platformAddress),
    section(
      "Hosts without a registrar",
      (preset.noRegistrar ?? []).map(
        ({ host, reason, instead, ...from }) =>
          `\`${host}\`: ${literal(reason)} ${literal(instead)} ${mark(from)}`,
      ),
    ),
    section(
      "Traps",
      preset.traps.map(
        (trap) =>
          `**${literal(trap.symptom)}** ${literal(trap.cause)} *Fix:* ${literal(trap.fix)} ${mark(trap)}`,
      ),
    ),
    failureTable(preset, mark),
    section(
      "Ports",
      preset.ports.map(
        ({ port, lastPort, transport, use, ...from }) =>
          `${port}${lastPort ? `-${lastPort}` : ""} ${transport}: ${literal(use)} ${mark(from)}`,
      ),
    ),
    section(
      "Audio",
      preset.audio.map(
        ({ setting, where, symptom, restart, ...from }) =>
          `**${setting}:** ${literal(where)} *Where it is wrong:* ${literal(symptom)}${restart ? ` *After a change:* ${literal(restart)}` : ""} ${mark(from)}`,
      ),
    ),
    section(
      "Echo test",
      preset.echoTest === undefined
        ? []
        : [`\`${preset.echoTest.code}\` by default; no phone rings. ${mark(preset.echoTest)}`],
    ),
    facts("Log or capture", preset.evidence),
    facts("TLS", preset.tls),
    facts("NAT", preset.nat),
    facts("Codecs", preset.codecs),
    section(
      "How it names itself",
      preset.wire.map(
        (pattern) =>
          `\`${pattern.example}\` (${literal(pattern.product)}). ${literal(pattern.note ?? "")} ${mark(pattern)}`,
      ),
    ),
    section("Not verified", preset.unverified.map(literal)),
    sources(preset),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

type Marker = (from: Provenance) => string;

/** `[2, high]`: the number of the source in the system's list, and the confidence. */
function marker(preset: Preset): Marker {
  const keys = Object.keys(preset.sources);
  return ({ source, confidence }) => `\\[${keys.indexOf(source) + 1}, ${confidence}\\]`;
}

function overview(preset: Preset): string {
  const auth = { yes: "required", sometimes: "sometimes needed", no: "not needed", unknown: "ask" } as const;
  return [
    literal(preset.summary),
    "",
    `- Id: \`${preset.id}\`; vendor: ${literal(preset.vendor)}; ${preset.category}`,
    `- Registers: ${REGISTERS[preset.registers]}; authUsername: ${auth[preset.needsAuthUsername]}; confidence: ${preset.confidence}`,
    `- Also called: ${preset.aliases.map(literal).join(", ")}`,
  ].join("\n");
}

function adviceValue(advice: FieldAdvice): string {
  const value = advice.value === undefined ? advice.form : String(advice.value);
  const shown = value === undefined ? "" : `\`${value}\``;
  switch (advice.use) {
    case "set":
      return shown;
    case "if-needed":
      return `if needed: ${shown}`;
    case "omit":
      return "leave out";
    case "ask":
      return shown ? `ask: ${shown}` : "ask the customer";
  }
}

function fieldTable(preset: Preset, mark: Marker): string {
  const { fields } = preset;
  if (!fields) return "";
  const rows = PRESET_FIELDS.map((name) => {
    const advice = fields[name];
    const others = (advice.alternatives ?? []).map(
      (other) => `or \`${other.value}\`: ${literal(other.when)} ${mark(other)}`,
    );
    const why = [`${literal(advice.reason)} ${mark(advice)}`, ...others].join("<br>");
    const where = advice.where ? `${literal(advice.where.text)} ${mark(advice.where)}` : "";
    return `| ${name} | ${adviceValue(advice)} | ${why} | ${where} |`;
  });
  return ["| Field | Value | Why | Where to find it |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function documented(preset: Preset, mark: Marker): string {
  const example = preset.documentedExample;
  if (!example) return "";
  const settings = Object.entries(example.settings).map(([name, value]) => `${name} \`${value}\``);
  return [
    `**The platform's documented example:** ${settings.join(", ")} ${mark(example)}`,
    "",
    literal(example.differs),
    "",
    ...example.suggested.map(({ transport, port, note }) => `- ${transport} and ${port}: ${literal(note)}`),
  ].join("\n");
}

function failureTable(preset: Preset, mark: Marker): string {
  const rows = preset.failures.map(
    (failure) =>
      `| ${literal(failure.signal)} | ${failure.states.join(", ")} | ${literal(failure.cause)} | ${literal(failure.fix)} ${mark(failure)} |`,
  );
  return ["| What is seen | State | Cause | Fix |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function section(title: string, lines: readonly string[], numbered = false): string {
  if (lines.length === 0) return "";
  const items = lines.map((line, index) => `${numbered ? `${index + 1}.` : "-"} ${line}`);
  return `**${title}**\n\n${items.join("\n")}`;
}

function sources(preset: Preset): string {
  const items = Object.values(preset.sources).map(({ kind, title, url }, index) => {
    const name = url ? `[${literal(title)}](${url})` : literal(title);
    return `${index + 1}. ${name} (${kind})`;
  });
  return `**Sources**\n\n${items.join("\n")}`;
}

/** Text as text: no HTML, no emphasis, no broken table cells. */
export function literal(text: string): string {
  return text.replace(/[\\`*_<>[\]|]/g, (character) =>
    character === "<" ? "&lt;" : character === ">" ? "&gt;" : `\\${character}`,
  );
}
