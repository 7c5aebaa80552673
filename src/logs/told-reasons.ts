import { present } from "../base/present.js";
import type { SipMessage } from "../sip/index.js";
import type { EventKind, LogEvent } from "./event.js";
import { shown } from "./hide-secrets.js";
import { addressOfTo, cseqOf } from "./trace-story.js";
import type { TracedMessage } from "./traced-message.js";

/**
 * Why a REGISTER was refused, where the answer says so beside its code: P-Registrar-Error of Kamailio and OpenSIPS
 * (reply.c of their registrar), or the phrase of a 403.
 */

const REASONS: readonly (readonly [RegExp, EventKind])[] = [
  [/^Too many registered contacts/i, "contacts-full-told"],
  [/^usrloc_|^Server Internal Error/i, "pbx-error"],
  [/parse error|^Error while parsing|^Invalid |not found$|too long$|^No username|^\* used/i, "bad-request"],
];

const UNKNOWN =
  /\b(?:unknown (?:user|extension|account|subscriber|domain)|(?:user|extension|account|subscriber|domain) (?:unknown|not found|does not exist)|no such (?:user|extension|account))\b/i;

/** "(Bad auth)" is chan_sip's. */
const BAD_AUTH =
  /\b(?:bad auth|(?:wrong|bad|invalid|incorrect) (?:password|secret|credentials)|auth(?:entication)? (?:failed|failure))\b/i;

export function toldReason(message: SipMessage): EventKind | undefined {
  if (message.kind !== "response" || message.status < 300) return undefined;
  const told = message.headers.get("P-Registrar-Error")?.trim() ?? "";
  const kind = REASONS.find(([words]) => words.test(told))?.[1];
  // What 403 means is open; its phrase may say.
  if (kind !== undefined || message.status !== 403) return kind;
  if (UNKNOWN.test(message.reason)) return "told-unknown";
  return BAD_AUTH.test(message.reason) ? "told-credentials" : undefined;
}

export function toldReasons(messages: readonly TracedMessage[]): LogEvent[] {
  return messages.flatMap(({ message, line, at }) => {
    const kind = cseqOf(message)?.method === "REGISTER" ? toldReason(message) : undefined;
    if (kind === undefined) return [];
    const said =
      message.headers.get("P-Registrar-Error") ?? (message.kind === "response" ? message.reason : "");
    const detail = shown(said, 60);
    return [{ dialect: "sip", kind, line, detail, ...present({ at, user: addressOfTo(message)?.user }) }];
  });
}
