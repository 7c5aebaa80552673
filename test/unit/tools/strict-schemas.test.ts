import { describe, expect, it } from "vitest";
import { z } from "zod";
import { offeredTools } from "../../../src/tools/index.js";

/**
 * What function-calling APIs take of a tool. Gemini: FunctionDeclaration and Schema of the Vertex AI reference, a
 * subset of OpenAPI 3.0. OpenAI: the limits of structured outputs; its strict mode also wants every property required.
 */

interface Schema {
  type?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  [keyword: string]: unknown;
}

const tools = offeredTools({ readOnly: false }).map(({ name, description, input }) => ({
  name,
  description,
  schema: z.toJSONSchema(input, { target: "draft-7", io: "input" }) as Schema,
}));

const UNSUPPORTED = [
  "$ref",
  "oneOf",
  "allOf",
  "not",
  "patternProperties",
  "if",
  "then",
  "else",
  "dependencies",
];

function within(schema: Schema, path: string, depth = 1): { schema: Schema; path: string; depth: number }[] {
  const children = Object.entries(schema.properties ?? {}).map(([name, child]) => [name, child] as const);
  if (schema.items) children.push(["items", schema.items]);
  return [
    { schema, path, depth },
    ...children.flatMap(([name, child]) => within(child, `${path}.${name}`, depth + 1)),
  ];
}

describe.each(tools)("$name", ({ name, description, schema }) => {
  const all = within(schema, name);

  it("has a name and parameter names that every API takes", () => {
    expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/);
    for (const one of all.flatMap((at) => Object.keys(at.schema.properties ?? {}))) {
      expect(one).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/);
    }
  });

  it("has a description of at most 1024 characters", () => {
    expect(description.length).toBeLessThanOrEqual(1024);
  });

  it("is an object without keywords that some API refuses", () => {
    expect(schema).toMatchObject({ type: "object" });
    expect(
      all.flatMap((at) => UNSUPPORTED.filter((word) => word in at.schema).map((w) => `${at.path}: ${w}`)),
    ).toEqual([]);
  });

  it("has one type for every value, and strings alone in enums", () => {
    expect(all.filter((at) => typeof at.schema.type !== "string").map(({ path }) => path)).toEqual([]);
    const mixed = all.filter((at) => at.schema.enum?.some((value) => typeof value !== "string"));
    expect(mixed.map(({ path }) => path)).toEqual([]);
  });

  it("is flat and small: three levels, a hundred properties", () => {
    expect(Math.max(...all.map(({ depth }) => depth))).toBeLessThanOrEqual(3);
    expect(all.length).toBeLessThanOrEqual(100);
  });
});
