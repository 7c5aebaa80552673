import { createInterface } from "node:readline/promises";
import { NAME, VERSION } from "../../base/version.js";
import { type Config, namedVariable } from "../../config/index.js";
import { createRedactor } from "../../redaction/redactor.js";
import type { Secret } from "../../redaction/secret.js";
import { isAgentId } from "../../registration/agent-id.js";
import { completeSettings } from "../../registration/settings.js";
import { waitUntilSettled } from "../../registration/wait.js";
import type { Sandbox } from "../../sandbox/index.js";
import { agentIdOfName } from "../../tools/core/agent-by-name.js";
import { readArguments } from "../../tools/core/arguments.js";
import type { CallContext, Services } from "../../tools/core/context.js";
import { ToolError } from "../../tools/core/errors.js";
import { holdingApi } from "../../tools/core/holding-api.js";
import { type TestCallInput, testCallInput } from "../../tools/test-call/input.js";
import { judgeTestCall } from "../../tools/test-call/judge.js";
import { isReady, planOf } from "../../tools/test-call/plan.js";
import { presetOf } from "../../tools/test-call/preset.js";
import { wouldDo } from "../../tools/test-call/reply.js";
import { runTestCall } from "../../tools/test-call/run.js";
import { askHidden, canAsk } from "../hidden-prompt.js";
import type { Io } from "../io.js";
import { misused, withFlag } from "../misused.js";
import { openServices } from "../services.js";
import { stopSignals } from "../stop-signals.js";
import { EXIT_CODES, explainFailure } from "../verdicts.js";
import type { CallFlags } from "./flags.js";
import { asJson, asText } from "./report.js";

/** The sandbox's registrant takes a second or two. */
const SANDBOX_WAIT_MS = 20_000;

/** Of words that the user of the command wrote, in which nothing is looked for. */
const { redact: shown } = createRedactor();

/** How a field is called on the command line. */
const FLAGS: Readonly<Record<string, string>> = {
  agentId: "the agent",
  callerUsername: "--from",
  callerAuthUsername: "--auth-user",
  callerSecret: "--password-secret",
  echoCode: "--echo-code",
  holdSeconds: "--hold",
  seenFrom: "--seen-from",
  transport: "--transport",
  port: "--port",
};

/**
 * Calls an agent from a second extension and prints what that has shown. In the sandbox the agent is registered first.
 *
 * @returns the exit code: 0 proven, 1 a problem was found, 2 wrong usage, 3 not proven.
 */
export async function call(
  config: Config,
  io: Io,
  agent: string | undefined,
  flags: CallFlags,
): Promise<number> {
  if (config.readOnly) return misused(io, "--read-only places no calls");
  const { services, sandbox, close } = await openServices({ ...config, testCalls: true }, io);
  const stop = stopSignals();
  try {
    const context = contextOf({ ...services, testCalls: {} }, stop.signal, io);
    const defaults = sandbox && (await readySandbox(await sandbox.start(), context));
    const read = readArguments(testCallInput, {
      agentId: agent ?? config.agentId ?? defaults?.agentId,
      callerUsername: flags.from ?? defaults?.from,
      callerSecret: flags.passwordSecret ?? (flags.from === undefined ? defaults?.secret : undefined),
      callerAuthUsername: flags.authUser,
      port: flags.port,
      transport: flags.transport,
      echoCode: flags.echoCode ?? defaults?.echoCode,
      holdSeconds: flags.hold,
      seenFrom: flags.seenFrom,
    });
    if (!read.ok) return misused(io, ...read.problems.map((problem) => shown(withFlag(problem, FLAGS))));
    return await place(read.input, flags, context, io);
  } catch (error) {
    if (stop.signal.aborted) {
      io.stderr.write(`${NAME}: interrupted; no call is left open\n`);
      return EXIT_CODES.not_proven;
    }
    return explainFailure(error, "call", io, services.redactor);
  } finally {
    stop.end();
    await close();
  }
}

async function place(input: TestCallInput, flags: CallFlags, context: CallContext, io: Io): Promise<number> {
  const agentId = isAgentId(input.agentId) ? input.agentId : await agentIdOfName(input.agentId, context);
  const callerSecret = input.callerSecret ?? (await typedPassword(input, io));
  const plan = await planOf({ ...input, agentId, callerSecret }, context);
  if (!isReady(plan)) throw new Error("A call of the command has its password");
  const { redact, redactDeep } = context.services.redactor;
  io.stderr.write(
    redact(
      `This call would:\n${wouldDo(plan)
        .map((line) => `- ${line}\n`)
        .join("")}`,
    ),
  );
  if (!flags.yes && !(await isAgreed(io))) {
    io.stderr.write(`${NAME}: nothing was sent\n`);
    return EXIT_CODES.not_proven;
  }
  const { facts } = await runTestCall(plan, context);
  const judged = judgeTestCall(facts, await presetOf(plan.stored, facts));
  const isColoured =
    "isTTY" in io.stdout && io.stdout.isTTY === true && namedVariable("NO_COLOR") === undefined;
  io.stdout.write(
    flags.json
      ? `${JSON.stringify(redactDeep({ name: NAME, version: VERSION, ...asJson(facts, judged) }), null, 2)}\n`
      : redact(asText(facts, judged, isColoured)),
  );
  return EXIT_CODES[judged.verdict.outcome];
}

/** @throws ToolError if there is no one to ask. */
async function isAgreed(io: Io): Promise<boolean> {
  if (!canAsk(io)) throw new ToolError("There is no terminal to ask whether to place the call: give --yes.");
  const lines = createInterface({ input: io.stdin, output: io.stderr });
  const left = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
  try {
    const answer = await Promise.race([lines.question("Place it? [y/N] ").catch(() => ""), left]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

/** @throws ToolError, PromptCancelled */
async function typedPassword({ callerUsername }: TestCallInput, io: Io): Promise<Secret> {
  if (!canAsk(io)) {
    throw new ToolError(
      "There is no terminal to ask for the SIP password: put it into TELZINO_SIP_SECRET_<NAME> and give --password-secret <NAME>.",
    );
  }
  return askHidden(shown(`SIP password of extension ${callerUsername} (not shown): `), io);
}

/** The sandbox's first agent, registered at its first extension, and what calls it. */
async function readySandbox(sandbox: Sandbox, { services, signal }: CallContext) {
  const [agent] = sandbox.agents;
  const [callee, caller] = sandbox.accounts;
  if (agent === undefined || callee === undefined || caller === undefined) return undefined;
  const settings = completeSettings({
    ...{ sipDomain: sandbox.sipHost, username: callee.extension, port: sandbox.sipPort },
    transport: "udp",
  });
  const password = services.sipSecrets?.get(`SANDBOX_${callee.extension}`)?.secret;
  if (password === undefined) return undefined;
  await services.api.putRegistration(agent.id, settings, password, { signal });
  await waitUntilSettled(services.api, agent.id, undefined, { budgetMs: SANDBOX_WAIT_MS, signal });
  return {
    agentId: agent.id,
    from: caller.extension,
    secret: `SANDBOX_${caller.extension}`,
    echoCode: "*43",
  };
}

/** The tools' own way, for a command: progress goes to the terminal, and Ctrl-C hangs up. */
function contextOf(services: Services, signal: AbortSignal, io: Io): CallContext {
  const { hold, refusalOf, redact } = services.redactor;
  const showsProgress = "isTTY" in io.stderr && io.stderr.isTTY === true;
  return {
    services: { ...services, api: holdingApi(services.api, hold) },
    readOnly: services.readOnly,
    signal,
    progress: (message) => void (showsProgress && io.stderr.write(`… ${redact(message)}\n`)),
    hold,
    shows: (text) => text.passes(refusalOf),
  };
}
