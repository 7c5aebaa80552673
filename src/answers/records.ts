import { CALL_ANSWERS } from "./call-answers.js";
import {
  ALTERNATIVE_SERVICE,
  BAD_EXTENSION,
  EXTENSION_REQUIRED,
  INTERVAL_TOO_BRIEF,
  NO_REGISTRAR,
  OUTBOUND_REQUIRED,
  RARE_ANSWERS,
  REDIRECTED,
  REFUSED_BY_RULE,
  SECURITY_AGREEMENT,
} from "./demands.js";
import {
  BAD_REQUEST,
  LOOPED,
  SERVER_ERROR,
  TOO_MANY,
  UNAVAILABLE,
  UNRESOLVED,
  UPSTREAM_SILENT,
} from "./failed.js";
import { FORBIDDEN } from "./forbidden.js";
import { NOT_FOUND, UNAUTHORIZED } from "./not-accepted.js";
import type { Answer } from "./types.js";

/** Every record of an answer, in the order of the troubleshooting table. */
export const ANSWERS: readonly Answer[] = [
  UNAUTHORIZED,
  FORBIDDEN,
  NOT_FOUND,
  NO_REGISTRAR,
  INTERVAL_TOO_BRIEF,
  REDIRECTED,
  ALTERNATIVE_SERVICE,
  BAD_REQUEST,
  UPSTREAM_SILENT,
  BAD_EXTENSION,
  EXTENSION_REQUIRED,
  OUTBOUND_REQUIRED,
  LOOPED,
  UNRESOLVED,
  SECURITY_AGREEMENT,
  SERVER_ERROR,
  UNAVAILABLE,
  TOO_MANY,
  ...RARE_ANSWERS,
  ...CALL_ANSWERS,
];

const BY_CODE: ReadonlyMap<number, Answer> = new Map(
  ANSWERS.flatMap((answer) => answer.codes.map((code) => [code, answer] as const)),
);

/** The record of a final answer to REGISTER. A code without its own record is read by its class (RFC 3261 8.1.3.2). */
export function answerToRegister(status: number): Answer {
  const own = BY_CODE.get(status);
  if (own?.readings.some(({ stage }) => stage !== "in a call")) return own;
  if (status >= 300 && status < 400) return REDIRECTED;
  return status >= 500 && status < 600 ? SERVER_ERROR : REFUSED_BY_RULE;
}
