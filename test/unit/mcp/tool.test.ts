import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createLogger } from "../../../src/log.js";
import { runTool } from "../../../src/mcp/tool.js";
import { LEFT_OUT } from "../../../src/secret-search.js";
import { createRedactor } from "../../../src/secrets/redactor.js";
import type { Services } from "../../../src/tools/context.js";
import { defineTool } from "../../../src/tools/define.js";
import { fact } from "../../../src/tools/facts.js";
import { passwordField } from "../../../src/tools/password-fields.js";
import { untrusted } from "../../../src/untrusted.js";

/** A tool that says all it knows: what it is given is held from the call's first moment until its result is there. */
const input = z.strictObject({ host: z.string(), password: passwordField });
const gossip = defineTool({
  name: "gossip",
  title: "Gossip",
  description: "Says what it was told",
  input,
  output: z.object({ said: z.string(), nextSteps: z.array(z.string()) }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  async run({ host, password }, call) {
    call.services.log.info("on the way", { said: password });
    if (host === "broken") throw new TypeError(`not a function: ${password.reveal()}`);
    const heard = `${untrusted(`it was ${password.reveal()}`)}`;
    return { facts: [fact({ said: heard }, `${host} ${password} ${heard}`)], next: [`Use ${heard}`] };
  },
});

async function told(args: Record<string, unknown>) {
  const redactor = createRedactor();
  const stream = new PassThrough();
  const log = createLogger({ level: "trace", stream, refusal: redactor.refusal });
  const services = { redactor, log } as unknown as Services;
  const base = { services, readOnly: false, signal: new AbortController().signal, progress: () => {} };
  const result = await runTool(gossip, input, args, base);
  return { result, text: JSON.stringify(result), logged: String(stream.read()), redactor };
}

const PASSWORD = "hunter2-and-more";

describe("a secret among the arguments of a call", () => {
  it("is out of the result and of the log, wherever the tool puts it", async () => {
    const { result, text, logged } = await told({ host: "pbx", password: PASSWORD });
    expect(result).toMatchObject({
      content: [{ text: expect.stringContaining(`pbx [secret] ${LEFT_OUT}`) }],
      structuredContent: { said: LEFT_OUT, nextSteps: [`Use ${LEFT_OUT}`] },
    });
    expect(`${text}${logged}`).not.toContain(PASSWORD);
    expect(logged).toContain("said=[secret]");
  });

  it("is out of what a defect says", async () => {
    const { result, text, logged } = await told({ host: "broken", password: PASSWORD });
    expect(result.isError).toBe(true);
    expect(logged).toContain(`error="${LEFT_OUT}"`);
    expect(`${text}${logged}`).not.toContain(PASSWORD);
  });

  it("is out of what is said of arguments that do not fit, also under a name that no tool has", async () => {
    const { result, text, logged } = await told({ host: 7, [PASSWORD]: 1, password: PASSWORD });
    expect(result.isError).toBe(true);
    expect(text).toContain(LEFT_OUT);
    expect(`${text}${logged}`).not.toContain(PASSWORD);
  });

  it("is held no longer than the call", async () => {
    const { redactor } = await told({ host: "pbx", password: PASSWORD });
    expect(redactor.refusal(PASSWORD)).toBeUndefined();
  });

  it("is not held where the call says it elsewhere too: its absence would tell it", async () => {
    const { text } = await told({ host: "1001", password: "1001" });
    expect(text).toContain('1001 [secret] \\"it was 1001\\"');
  });
});
