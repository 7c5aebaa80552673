import { jsonSchemaOf } from "../../src/tools/core/arguments.js";
import type { ToolDefinition, ToolHints } from "../../src/tools/core/define.js";
import { README_EXAMPLES } from "./readme-examples.js";

/** The tools as Markdown, for `docs/tools.md` and the README; pure, so a test can compare the files with it. */

const INTRO = `# Tools

What each tool takes and answers. This file is generated from \`src/tools/\`; change the tools there, not this file.

Every answer is readable text, with the same facts as structured content; \`nextSteps\` lists what to do next. A call that
could not be carried out is marked as an error, with what was wrong and what to send instead. A registration that failed is
not an error of the call. Arguments are read leniently where the meaning is plain (\`"5060"\` for 5060, \`"TLS"\` for
\`tls\`); a misspelt parameter is refused with the nearest name.

With \`--agent-id\`, no tool takes an \`agentId\`; with \`--read-only\`, the tools that change something are left out.
Over HTTP no tool takes a \`file\`: the server's files are not the caller's.
`;

/** A schema or a member of its `anyOf`, as zod writes it for draft-07. */
interface Property {
  type?: string | string[];
  enum?: readonly unknown[];
  items?: Property;
  anyOf?: readonly Property[];
  description?: string;
}

interface ObjectSchema {
  properties?: Record<string, Property>;
  required?: readonly string[];
}

/** All of `docs/tools.md`. */
export function renderTools(tools: readonly ToolDefinition[]): string {
  return [INTRO, ...tools.map(section)].join("\n");
}

/**
 * The README's table: what a person asks, and what the tool answers. Two columns and small names: more do not fit on a phone.
 *
 * @throws Error if a tool has no example.
 */
export function renderToolTable(tools: readonly ToolDefinition[]): string {
  const without = tools.filter(({ name }) => README_EXAMPLES.every(({ tool }) => tool !== name));
  if (without.length > 0) {
    const names = without.map(({ name }) => name).join(", ");
    throw new Error(`scripts/docs/readme-examples.ts has no example of ${names}`);
  }
  const rows = README_EXAMPLES.filter(({ tool }) => tools.some(({ name }) => name === tool)).map(
    ({ tool, ask, answer }) =>
      `| ${cell(ask)} | ${cell(answer.join(" … "))}<br><sub>[${tool.replaceAll("_", "\\_")}](docs/tools.md#${tool})</sub> |`,
  );
  return ["| you ask | it answers, with this tool |", "| --- | --- |", ...rows].join("\n");
}

function section({ name, title, description, input, output, hints }: ToolDefinition): string {
  const { properties = {}, required = [] } = jsonSchemaOf(input) as ObjectSchema;
  const answer = (jsonSchemaOf(output) as ObjectSchema).properties ?? {};
  return `## ${name}

${title}; ${effects(hints)}.

${description.replaceAll("\n", "\n\n").replace(/^Example: (.*)$/m, "Example: `$1`")}

| parameter | type | |
| --- | --- | --- |
${Object.entries(properties)
  .map(
    ([key, property]) =>
      `| \`${key}\`${required.includes(key) ? " (required)" : ""} | ${cell(typeOf(property))} | ${cell(property.description ?? "")} |`,
  )
  .join("\n")}

Answers with: ${Object.keys(answer)
    .map((key) => `\`${key}\``)
    .join(", ")}.
`;
}

function effects({ readOnlyHint, destructiveHint, idempotentHint }: ToolHints): string {
  if (readOnlyHint) return "changes nothing";
  const repeat = idempotentHint ? "; safe to repeat" : "";
  return destructiveHint ? `writes${repeat}` : `adds only${repeat}`;
}

function typeOf({ type, enum: values, items, anyOf }: Property): string {
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(", ");
  if (anyOf !== undefined) return anyOf.map(typeOf).join(" or ");
  if (type === "array") return `list of ${items === undefined ? "values" : typeOf(items)}`;
  return [type ?? "any"].flat().join(" or ");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
