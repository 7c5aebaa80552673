import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createLogger } from "../../../src/base/log.js";
import { runTool } from "../../../src/mcp/tool.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import { untrusted } from "../../../src/redaction/untrusted.js";
import type { CallContext, Services, UserQuestion } from "../../../src/tools/core/context.js";
import { defineTool, type ToolDefinition } from "../../../src/tools/core/define.js";
import { fact } from "../../../src/tools/core/facts.js";
import { passwordField } from "../../../src/tools/core/password-fields.js";
import { offeredTools } from "../../../src/tools/index.js";

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

  it("is out of it also where the same call says it elsewhere: nothing else of such a call is looked at", async () => {
    const { text } = await told({ host: 7, [PASSWORD]: 1, note: PASSWORD, password: PASSWORD });
    expect(text).toContain(LEFT_OUT);
    expect(text).not.toContain(PASSWORD);
  });

  it("of more than 1,024 characters, all such arguments together, ends the call before any of it is looked for", async () => {
    const given = (length: number) => ({
      [PASSWORD]: 1,
      a_token: "x".repeat(1_000),
      password: "y".repeat(length),
    });
    const { result } = await told(given(25));
    expect(result.isError).toBe(true);
    expect(result.content).toMatchObject([
      {
        text: "gossip was not carried out:\n- what was given as secrets has more than 1024 characters\n\nNext:\n1. Call gossip again with that corrected.",
      },
    ]);
    expect((await told(given(24))).text).toContain("is not a parameter of this tool");
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

/** What a tool hears from outside, in its result, on the way to it, and in what its arguments are refused with. */
const CONFIGURED = "tulip-rocket-482913";
const STORED = "another-1ne-moose";
const heard = `${untrusted(`it was ${CONFIGURED}`)} ${untrusted(`then ${STORED}`)} ${untrusted(PASSWORD)}`;
const shownAs = (...secrets: string[]) =>
  [`it was ${CONFIGURED}`, `then ${STORED}`, PASSWORD]
    .map((said) => (secrets.some((secret) => said.includes(secret)) ? LEFT_OUT : `"${said}"`))
    .join(" ");

async function askedOf(
  more: Partial<ToolDefinition>,
  args: object = { password: PASSWORD },
  secret: string = CONFIGURED,
) {
  const strict = z.string().refine((host) => host !== "broken", { message: `is none of ${heard}` });
  const listener = defineTool({
    ...{ name: "listener", title: "Listener", description: "Says what it hears" },
    input: z.strictObject({ host: strict.optional(), password: passwordField.optional() }),
    output: z.object({ nextSteps: z.array(z.string()) }),
    async run(_given, call) {
      call.hold(new Secret(STORED));
      call.progress(`heard ${heard}`, 1, 2);
      call.askUser?.({ url: `https://127.0.0.1/${CONFIGURED}`, message: `${heard}?` });
      return { facts: [fact({}, heard)] };
    },
    hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    ...(more as object),
  });
  const configured = createRedactor();
  configured.hold(new Secret(secret));
  const log = createLogger({ level: "error", stream: new PassThrough() });
  const services = { redactor: createRedactor(), configured, log } as unknown as Services;
  const said: unknown[] = [];
  const question: UserQuestion = {
    answer: Promise.resolve("accepted"),
    withdraw: () => {},
    completed: () => {},
  };
  const base = {
    ...{ services, readOnly: false, signal: new AbortController().signal },
    progress: (...told: Parameters<CallContext["progress"]>) => said.push(told),
    askUser: (asked: { url: string; message: string }) => {
      said.push(asked);
      return question;
    },
  };
  const result = await runTool(listener as unknown as ToolDefinition, listener.input, args, base);
  const [first] = result.content;
  return { text: first?.type === "text" ? first.text : "", said };
}

/** A tool that takes anything, and hears that. */
const saying = (text: string): Partial<ToolDefinition> => ({
  input: z.strictObject({ given: z.unknown().optional(), pin_token: z.unknown().optional() }),
  run: async () => ({ facts: [fact({}, `${untrusted(text)}`)] }),
});

describe("what others say in a call", () => {
  it("is checked for what is configured, for what the call holds, and for what it was given", async () => {
    const { text } = await askedOf({});
    expect(text).toBe(shownAs(CONFIGURED, STORED, PASSWORD));
  });

  it("is not checked for what is configured where no one else is asked", async () => {
    const hints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
    expect((await askedOf({ hints })).text).toBe(shownAs(STORED, PASSWORD));
  });

  it("nor where the caller names who is asked: what is left out would tell whether a guess is right", async () => {
    expect((await askedOf({ asksWhomCallerNames: true })).text).toBe(shownAs(STORED, PASSWORD));
    const such = offeredTools({ readOnly: false }).filter((tool) => tool.asksWhomCallerNames);
    expect(such.map(({ name }) => name)).toEqual(["diagnose_sip_registration"]);
  });

  it("nor where the arguments cannot be used, which lead to no one", async () => {
    const { text, said } = await askedOf({}, { host: "broken", password: PASSWORD });
    expect(text).toContain(`- host is none of ${shownAs(PASSWORD)}`);
    expect(said).toEqual([]);
  });

  it.each([48_291, true, "48291", [["x", 48_291]], { at: { least: 48_291 } }])(
    "is not checked for what is in an argument, whatever it is (%j)",
    async (argument) => {
      const configured = typeof argument === "boolean" ? String(argument) : "48291";
      expect(
        (await askedOf(saying(`${configured} is not allowed`), { given: argument }, configured)).text,
      ).toBe(`"${configured} is not allowed"`);
      expect(
        (await askedOf(saying(`${configured} is not allowed`), { given: 48_292 }, configured)).text,
      ).toBe(LEFT_OUT);
    },
  );

  it.each(["tulip&commat;48-x", "tulip&COMMAT;48-x", "tulip&Commat;48-x"])(
    "is checked as what its character references stand for, in whatever case they are written (%s)",
    async (written) => {
      expect((await askedOf(saying(`it is ${written}`), {}, "tulip@48-x")).text).toBe(LEFT_OUT);
    },
  );

  it("is checked for a secret that was given as a number", async () => {
    expect((await askedOf(saying("77331100 is wrong"), { pin_token: 77_331_100 })).text).toBe(LEFT_OUT);
  });

  it("is checked in progress and in a question to the user as in the result", async () => {
    const { said } = await askedOf({});
    const checked = shownAs(CONFIGURED, STORED, PASSWORD);
    expect(said).toEqual([
      [`heard ${checked}`, 1, 2],
      { url: `https://127.0.0.1/${CONFIGURED}`, message: `${checked}?` },
    ]);
  });
});
