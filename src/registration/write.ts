import { TelzinoError } from "../telzino/errors.js";
import { pause, startLimit } from "../telzino/limit.js";
import { DEFAULT_RETRY, delayMs, type RetryPolicy } from "../telzino/retry.js";
import type { StoredRegistration, TelzinoApi } from "../telzino/types.js";
import type { AgentTurn } from "./agent-locks.js";
import { differingFields, FIELDS, type Field, otherFields } from "./settings.js";
import { type Reading, type Registration, readStored } from "./stored.js";

/*
 * A write that fails may still have taken effect, and a success may be about other values. So the stored settings
 * are read back whenever the answer leaves a doubt, and nothing is sent again before that.
 */

/** Why an answer does not settle the outcome of a write. */
export type Doubt =
  | { kind: "failed"; error: TelzinoError }
  /** The answer says that it succeeded, and shows other values in these fields. */
  | { kind: "other_values"; fields: Field[] }
  /** The answer says that it succeeded, and not what is stored. It counts unless reading back shows the contrary. */
  | { kind: "no_values" };

/** The write did not succeed, or it is not known whether it did. */
export class WriteError extends Error {
  override readonly name = "WriteError";
  readonly write: "store" | "remove";
  readonly doubt: Doubt;
  /** What reading back showed after the last attempt. */
  readonly reading: Reading;
  /** The settings that are stored are those of the write; whether its password is cannot be seen. */
  readonly passwordUnknown: boolean;

  constructor(write: WriteError["write"], doubt: Doubt, reading: Reading, passwordUnknown = false) {
    super(`The registration could not be ${write}d, or it is not known whether it was`, {
      cause: doubt.kind === "failed" ? doubt.error : undefined,
    });
    this.write = write;
    this.doubt = doubt;
    this.reading = reading;
    this.passwordUnknown = passwordUnknown;
  }
}

export interface WriteContext {
  api: TelzinoApi;
  agentId: string;
  turn: AgentTurn;
  signal: AbortSignal;
  policy?: RetryPolicy;
}

/**
 * Stores a registration. Resolves once it is stored; with a doubt where only reading back showed it.
 *
 * @param before what was stored before; `undefined`: not known.
 * @throws WriteError, TelzinoError where nothing was sent or the agent is not there, and the signal's reason.
 */
export function storeRegistration(
  sent: Registration,
  before: StoredRegistration | null | undefined,
  context: WriteContext,
): Promise<Doubt | undefined> {
  const { api, agentId } = context;
  return write(context, {
    name: "store",
    async send(signal) {
      const saved = await api.putRegistration(agentId, sent.settings, sent.password, { signal });
      if (FIELDS.every((field) => saved[field] === undefined)) return { kind: "no_values" };
      const fields = otherFields(saved, sent.settings);
      return fields.length === 0 ? undefined : { kind: "other_values", fields };
    },
    judge: (stored, refused) => judgeStored(stored, sent, before, refused),
  });
}

/**
 * Removes what is stored. Resolves once nothing is; with a doubt where only reading back showed it.
 *
 * @throws as {@link storeRegistration}.
 */
export function removeRegistration(context: WriteContext): Promise<Doubt | undefined> {
  const { api, agentId } = context;
  return write(context, {
    name: "remove",
    async send(signal) {
      await api.deleteRegistration(agentId, { signal });
      return { kind: "no_values" };
    },
    judge: (stored) => (stored === null ? "done" : "not done"),
  });
}

type Verdict = "done" | "not done" | "password unknown" | "no trace";

interface Write {
  name: WriteError["write"];
  /** Resolves with what is doubtful about an answer of success. */
  send(signal: AbortSignal): Promise<Doubt | undefined>;
  judge(stored: StoredRegistration | null, refused: boolean): Verdict;
}

async function write(context: WriteContext, { name, send, judge }: Write): Promise<Doubt | undefined> {
  const { api, agentId, signal, turn, policy = DEFAULT_RETRY } = context;
  const onExpiry = () =>
    new TelzinoError("timeout", `No answer to the ${name === "store" ? "PUT" : "DELETE"} in time`);
  const limit = startLimit({ signals: [signal], ms: policy.totalMs, onExpiry });
  const takeBack = await turn.willWrite();
  try {
    for (let attempt = 1; ; attempt += 1) {
      const doubt = await attemptOnce(() => send(limit.signal), signal);
      if (doubt === undefined) return undefined;
      if (doubt.kind === "failed" && doubt.error.unsent) {
        await takeBack();
        throw doubt.error;
      }
      const reading = await readStored(api, agentId, signal);
      const refused = doubt.kind === "failed";
      const verdict = reading.kind === "read" ? judge(reading.stored, refused) : undefined;
      const mayRepeat = verdict === "not done" || verdict === "no trace";
      if (doubt.kind === "no_values" && verdict !== "not done") return undefined;
      if (verdict === "done") return doubt;
      if (reading.kind === "unreadable") {
        if (reading.error?.code === "agent_not_found") throw reading.error;
        throw new WriteError(name, doubt, reading);
      }
      const waitMs = mayRepeat ? repeatAfterMs(doubt, attempt, policy) : undefined;
      if (waitMs === undefined || waitMs >= limit.remainingMs()) {
        if (mayRepeat && refused) await takeBack();
        throw new WriteError(name, doubt, reading, verdict === "password unknown" || verdict === "no trace");
      }
      await pause(waitMs, signal);
    }
  } finally {
    limit.end();
  }
}

async function attemptOnce(
  send: () => Promise<Doubt | undefined>,
  signal: AbortSignal,
): Promise<Doubt | undefined> {
  try {
    return await send();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TelzinoError)) throw error;
    return { kind: "failed", error };
  }
}

/** `undefined`: no further attempt. The client itself has repeated what was turned away with 429. */
function repeatAfterMs(doubt: Doubt, attempt: number, policy: RetryPolicy): number | undefined {
  if (doubt.kind !== "failed" || attempt >= policy.tries) return undefined;
  const { transient, code, retryAfterSeconds } = doubt.error;
  if (!transient || code === "rate_limited") return undefined;
  return delayMs(policy, attempt, retryAfterSeconds, Math.random());
}

/**
 * @param refused the API has not said that it did it. Then settings and a password that were there before say nothing, and
 * to tell whether the password is the stored one would help who guesses.
 */
function judgeStored(
  stored: StoredRegistration | null,
  { settings, password }: Registration,
  before: StoredRegistration | null | undefined,
  refused: boolean,
): Verdict {
  if (stored === null || differingFields(stored, settings).length > 0) return "not done";
  const wasThere =
    before === undefined || (before !== null && differingFields(before, settings).length === 0);
  // Without the password, settings that were there before say nothing either.
  if (stored.password === undefined) return wasThere ? "password unknown" : "done";
  // A password that could not be read before may have been there, too.
  const wasOther = before?.password !== undefined && !before.password.equals(password);
  if (stored.password.equals(password)) return refused && wasThere && !wasOther ? "no trace" : "done";
  return refused && wasThere ? "no trace" : "not done";
}
