import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";

/**
 * What a model is shown of the default tool list: names, descriptions, input schemas. Tokens of o200k. A tool that most do
 * without stays behind a flag.
 */
const TOOLS_BUDGET = 2_650;
/** The whole answer to tools/list, output schemas too. Bytes. */
const ANSWER_BUDGET = 31_000;
const PROMPTS_BUDGET = 400;

interface Tokenizer {
  encode(text: string): number[];
}

/** Without the tokenizer four bytes count as a token, which is what JSON in English comes to. */
async function tokenCounter(): Promise<(text: string) => number> {
  const name = "gpt-tokenizer/encoding/o200k_base";
  const tokenizer = (await import(name).catch(() => undefined)) as Tokenizer | undefined;
  return tokenizer
    ? (text) => tokenizer.encode(text).length
    : (text) => Math.ceil(new TextEncoder().encode(text).length / 4);
}

let connected: ConnectedClient;
let count: (text: string) => number;
beforeAll(async () => {
  connected = await connectInProcess(servicesFor(undefined, { readsFiles: true }));
  count = await tokenCounter();
});
afterAll(() => connected.close());

describe("what the server costs a model", () => {
  it(`is at most ${TOOLS_BUDGET} tokens for the tools`, async () => {
    const { tools } = await connected.client.listTools();
    const costs = tools.map(({ name, description, inputSchema }) => ({
      name,
      tokens: count(JSON.stringify({ name, description, inputSchema })),
    }));
    const total = costs.reduce((sum, { tokens }) => sum + tokens, 0);
    expect(total, JSON.stringify(costs)).toBeLessThanOrEqual(TOOLS_BUDGET);
    expect(total).toBeGreaterThan(500);
  });

  it(`is at most ${ANSWER_BUDGET} bytes for the answer to tools/list`, async () => {
    const answer = JSON.stringify(await connected.client.listTools());
    expect(new TextEncoder().encode(answer).length).toBeLessThanOrEqual(ANSWER_BUDGET);
  });

  it(`is at most ${PROMPTS_BUDGET} tokens for the prompts`, async () => {
    expect(count(JSON.stringify((await connected.client.listPrompts()).prompts))).toBeLessThanOrEqual(
      PROMPTS_BUDGET,
    );
  });

  it("is at most a sixth of that list's characters for the instructions", async () => {
    const instructions = connected.client.getInstructions() ?? "";
    expect(count(instructions)).toBeLessThanOrEqual(TOOLS_BUDGET / 6);
  });
});
