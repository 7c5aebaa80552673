import { describe, expect, it } from "vitest";
import { listedTools } from "../../../src/mcp/listed.js";
import { offerOf } from "../../../src/mcp/offer.js";
import { Secret } from "../../../src/redaction/secret.js";
import { jsonSchemaOf } from "../../../src/tools/core/arguments.js";
import type { Services } from "../../../src/tools/core/context.js";
import { knownTools } from "../../../src/tools/index.js";
import { servicesFor } from "../../support/mcp.js";

const NAMES = new Map([
  ["OFFICE", { secret: new Secret("of-office"), hosts: ["pbx.example.com"] }],
  ["LAB", { secret: new Secret("of-lab"), hosts: [] }],
]);

/** All that a list depends on, each as it is by default and otherwise. */
const CHOICES: Partial<Services>[] = [
  { readOnly: true },
  { testCalls: {} },
  { boundAgentId: "11111111-1111-4111-8111-111111111111" },
  { passwordArgument: false },
  { readsFiles: true },
  { sipSecrets: NAMES },
];

const ALL = Array.from({ length: 2 ** CHOICES.length }, (_, bits) =>
  Object.assign({}, ...CHOICES.filter((_choice, at) => bits & (1 << at))),
) as Partial<Services>[];

/** Neither bounds are listed nor that nothing else is taken: what is wrong is answered with what is right. */
const BOUNDS = ["minLength", "maxLength", "minimum", "maximum"];

function advertised({
  additionalProperties: _closed,
  ...schema
}: Record<string, unknown>): Record<string, unknown> {
  const properties = Object.entries(schema.properties as Record<string, object>).map(([name, property]) => [
    name,
    Object.fromEntries(Object.entries(property).filter(([keyword]) => !BOUNDS.includes(keyword))),
  ]);
  return { ...schema, properties: Object.fromEntries(properties) };
}

describe("the list of tools", () => {
  it("is what calls are read by, in every configuration", async () => {
    for (const choice of ALL) {
      const services = servicesFor(undefined, choice);
      const offer = offerOf(services);
      const { tools } = await listedTools(services);
      const label = JSON.stringify(choice);
      expect(
        tools.map(({ name }) => name),
        label,
      ).toEqual(offer.names);
      for (const { name, inputSchema } of tools) {
        const read = offer.named(name);
        const shown = read && advertised(jsonSchemaOf(read.input));
        expect(inputSchema, `${name} with ${label}`).toEqual(shown);
        // Models read it in this order.
        const order = (schema: Record<string, unknown> = {}) => Object.keys(schema.properties as object);
        expect(order(inputSchema), `${name} with ${label}`).toEqual(order(shown));
      }
    }
  });

  it("differs with each of the choices", async () => {
    const lists = await Promise.all(
      ALL.map(async (choice) => JSON.stringify(await listedTools(servicesFor(undefined, choice)))),
    );
    // Who may only look stores no password: two choices less.
    expect(new Set(lists).size).toBeGreaterThan(ALL.length / 2);
    expect(knownTools().map(({ name }) => name)).toContain("test_call");
  });
});
