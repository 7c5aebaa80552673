import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { z } from "zod";
import { redactorOfCall } from "../redaction/call-redactor.js";
import type { Redactor } from "../redaction/redactor.js";
import { Secret } from "../redaction/secret.js";
import { namesSecret } from "../redaction/secret-keys.js";
import { untrustedStack } from "../redaction/untrusted.js";
import { isAgentId } from "../registration/agent-id.js";
import { readArguments } from "../tools/core/arguments.js";
import { forgetProof } from "../tools/core/call-proof.js";
import type { CallContext } from "../tools/core/context.js";
import type { ToolDefinition } from "../tools/core/define.js";
import { errorKind, explainError } from "../tools/core/explain-error.js";
import { notes } from "../tools/core/facts.js";
import { holdingApi } from "../tools/core/holding-api.js";
import { offeredSteps } from "../tools/core/next-steps.js";
import { errorResult, successResult } from "./reply.js";

/** Characters of what a call gives as secrets; a password has 256 at most. */
const MAX_GIVEN = 1_024;
/** Nothing is made of more, and nothing that the call says is said again: to look for it there would take long. */
const TOO_MUCH: ArgumentsRead = {
  ok: false,
  problems: [`what was given as secrets has more than ${MAX_GIVEN} characters`],
};

/** What {@link runTool} adds to the context of a call. */
export type Checks = Pick<CallContext, "hold" | "shows">;

/**
 * Runs one call of a tool. The one place where an error becomes a result: whatever is thrown below comes
 * out as a text that says what was wrong, what is right, and which call to make next.
 *
 * @throws only when the request has been cancelled, so no answer is expected any more.
 */
export async function runTool(
  tool: ToolDefinition,
  input: z.ZodObject,
  raw: unknown,
  base: Omit<CallContext, keyof Checks>,
): Promise<CallToolResult> {
  const given = Object.entries(raw ?? {});
  const secrets = given
    .filter(([key, value]) => namesSecret(key) && value !== null && typeof value !== "boolean")
    .flatMap(([, value]) => wordsIn(value));
  const isTooMuch = secrets.reduce((sum, { length }) => sum + length, 0) > MAX_GIVEN;
  const read = isTooMuch ? TOO_MUCH : readArguments(input, raw, tool.clearable);
  // As they are used: blanks around them would use up the space of others. Invalid arguments reach no one else,
  // and cannot confirm a guess: however long they are, none is decoded.
  const words = read.ok
    ? Object.entries(read.given)
        .filter(([key]) => !namesSecret(key))
        .flatMap(([, value]) => wordsIn(value))
    : [];
  const othersAreChecked = read.ok && tellsOfOthers(tool, read.given) && tool.asksWhomCallerNames !== true;
  const redactor = redactorOfCall(base.services, words, { othersAreChecked });
  const { hold } = redactor;
  const shows: Checks["shows"] = (text) => text.passes(redactor.refusalOf);
  for (const value of isTooMuch ? [] : secrets) redactor.holdGiven(new Secret(value));
  const progress: CallContext["progress"] = (message, ...amounts) =>
    base.progress(redactor.redact(message), ...amounts);
  const { askUser } = base;
  const asking: Pick<CallContext, "askUser"> = askUser
    ? { askUser: ({ url, message }) => askUser({ url, message: redactor.redact(message) }) }
    : {};
  try {
    // A password may be changed, which no setting shows.
    const onWrite = (agentId: string) => forgetProof(base.services, agentId);
    const services = {
      ...base.services,
      api: holdingApi(base.services.api, redactor.holdForApi, onWrite),
    };
    return await runHolding(tool, read, { ...base, services, hold, shows, progress, ...asking }, redactor);
  } finally {
    redactor.release();
  }
}

/** Whether the answer has text that the caller did not write: also a file, even if the caller names it. */
function tellsOfOthers({ hints }: ToolDefinition, given: Readonly<Record<string, unknown>>): boolean {
  return hints.openWorldHint || given.file !== undefined;
}

/** Maximum nesting of lists and objects: no tool takes more. */
const MAX_DEPTH = 3;
/** Of one argument; of more words nothing is said again that is not refused as too much. */
const MAX_WORDS = 1_000;

/** The caller's words in an argument: texts, and numbers and the like as they are written. */
function wordsIn(value: unknown, depth = MAX_DEPTH): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [String(value)];
  if (depth === 0) return [];
  const parts = Array.isArray(value) ? value : Object.entries(value).flat();
  return parts.slice(0, MAX_WORDS).flatMap((part) => wordsIn(part, depth - 1));
}

type ArgumentsRead = ReturnType<typeof readArguments<z.ZodObject>>;

/** Secrets that are given with the call, or obtained in it, are redacted until the result has been built. */
async function runHolding(
  tool: ToolDefinition,
  read: ArgumentsRead,
  call: CallContext,
  redactor: Redactor,
): Promise<CallToolResult> {
  const { services } = call;
  const offering = { ...services, readOnly: call.readOnly };
  if (!read.ok) {
    const lines = [`${tool.name} was not carried out:`, ...read.problems.map((problem) => `- ${problem}`)];
    return errorResult(lines, [`Call ${tool.name} again with that corrected.`], redactor);
  }
  const started = performance.now();
  const bound = services.boundAgentId !== undefined && "agentId" in tool.input.shape;
  try {
    const full = bound
      ? { ...read.input, agentId: services.boundAgentId }
      : await withAgentId(tool, read.input, call);
    const reply = await tool.run(full as never, call);
    services.log.info("tool call", { tool: tool.name, ms: elapsed(started) });
    const facts = [...reply.facts, ...notes(read.notes, "Note")];
    return await successResult(facts, offeredSteps(reply.next ?? [], offering), redactor);
  } catch (error) {
    call.signal.throwIfAborted();
    const { lines, next, internal } = explainError(error, tool.name);
    // An internal error is logged in full on stderr; the client only learns that it is one.
    services.log[internal ? "error" : "info"]("tool call failed", {
      tool: tool.name,
      ms: elapsed(started),
      error: internal ? untrustedStack(error) : errorKind(error),
    });
    services.log.debug("answer to the caller", { tool: tool.name, lines: lines.join(" ") });
    return errorResult(lines, offeredSteps(next, offering), redactor);
  }
}

/** An agent that was named gets its id before the tool runs, so no tool has to handle names. */
async function withAgentId(
  tool: ToolDefinition,
  input: Readonly<Record<string, unknown>>,
  call: CallContext,
): Promise<Readonly<Record<string, unknown>>> {
  const { agentId } = input;
  if (typeof agentId !== "string" || !("agentId" in tool.input.shape) || isAgentId(agentId)) return input;
  const { agentIdOfName } = await import("../tools/core/agent-by-name.js");
  return { ...input, agentId: await agentIdOfName(agentId, call) };
}

function elapsed(started: number): number {
  return Math.round(performance.now() - started);
}
