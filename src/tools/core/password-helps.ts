import type { EntryOutcome } from "../../passwords/page/types.js";
import { AgentBusy } from "../../registration/agent-locks.js";
import { WriteError } from "../../registration/write.js";
import { TelzinoError, type TelzinoErrorCode } from "../../telzino/errors.js";

/** Errors after which the same page may still do its work: with another value, or once the API answers again. */
const PASSING: ReadonlySet<TelzinoErrorCode> = new Set<TelzinoErrorCode>([
  "invalid_request",
  "rate_limited",
  "server_error",
  "unreachable",
  "timeout",
]);

/** Whether it is of any use to type a password again after an error. */
export function mayHelpAfter(error: unknown): boolean {
  const cause = error instanceof WriteError ? error.cause : error;
  if (cause instanceof TelzinoError) return PASSING.has(cause.code) && mayMean(cause.fields);
  return error instanceof WriteError || error instanceof AgentBusy || error instanceof DOMException;
}

/** Where the API names what it rejects, another password helps only if that is the password. */
function mayMean(fields: readonly string[]): boolean {
  return fields.length === 0 || fields.some((field) => /pass|secret/i.test(field));
}

/** States that a wrong password leads to. Silence and a name that does not resolve are not among them. */
const BY_PASSWORD: ReadonlySet<string> = new Set(["WRONG_CREDENTIALS_STATE", "REGISTRAR_ERROR_STATE"]);

/** Whether another password could fix a registration that failed in this state. */
export function mayHelpIn(state: unknown): boolean {
  return typeof state === "string" && BY_PASSWORD.has(state);
}

/** A sentence on a password that was entered: the outcome. `since`: the agent is registered now. */
export function entryOutcomeWords(
  { result, state }: Pick<EntryOutcome, "result" | "state">,
  details: readonly string[],
  since: boolean,
): string {
  const later = since ? " Since then the agent has registered." : "";
  switch (result) {
    case "registered":
      return "it was stored, and the agent registered with it.";
    case "unproven":
      return "it was stored; the platform called the agent registered, which was not proven then.";
    case "failed":
      return state === "WRONG_CREDENTIALS_STATE"
        ? `it was stored, but the PBX refused it (${state}).${later}`
        : `it was stored, but the registration failed (${state ?? "unknown state"}).${later}`;
    case "pending":
      return `it was stored; the PBX had not decided when the page stopped waiting.${later}`;
    case "unreadable":
      return `it was stored; the outcome could not be read.${later}`;
    case "overtaken":
      return `it was sent, and then overtaken: ${details.join(" ")}`;
    case "error":
      return `it could not be used as intended: ${details.join(" ")}`;
    case "done":
      return "it was used for a test.";
  }
}
