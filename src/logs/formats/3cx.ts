import { callEvent } from "../call-codes.js";
import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/**
 * 3CX's server activity log. The registration lines are documented by 3CX ("Analyzing registration",
 * https://www.3cx.com/blog/docs/analyzing-registration/); the form of CM102001 with a whole request in it is from
 * voiceip/tinyphone, issue 33. Lines on calls and on the blacklist are from third parties' parsers.
 */

/** The reason that 3CX writes behind a call that did not get through. */
function reasonEvent(reason: string): EventKind {
  const code = /\b[3-6]\d{2}\b/.exec(reason)?.[0];
  if (/not registered/i.test(reason)) return "call-not-registered";
  if (/busy/i.test(reason)) return "call-busy";
  if (/no answer/i.test(reason)) return "call-not-answered";
  if (/not found/i.test(reason)) return "call-number-unknown";
  if (/forbidden|reject|declin/i.test(reason)) return "call-declined";
  if (/terminated|cancel/i.test(reason)) return "call-cancelled";
  return code === undefined ? "call-failed" : callEvent(Number(code), "device");
}

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "Ext",
    pattern:
      /^Ext(?:n|ension)?[.: ]{1,2}(?<user>\d{1,16}): new contact is registered\. Contact\(s\): \[(?<detail>[^\]]{0,300})/,
    kind: "registered",
  },
  {
    marker: "Ext",
    pattern: /^Ext(?:n|ension)?[.: ]{1,2}(?<user>\d{1,16}): a contact is unregistered/,
    kind: "unregistered",
  },
  {
    marker: "Authentication failed for ",
    pattern: /^Authentication failed for AuthFail Recv Req (?<method>[A-Z]{1,16}) from (?<address>\S{1,60})/,
    kind: "credentials-mismatch",
  },
  {
    marker: "Authentication failed for ",
    pattern:
      /^Authentication failed for (?:SipReq|AuthMsg): {1,3}(?<method>[A-Z]{1,16}) .{0,200}contact=(?<user>[^@\s/]{1,64})@(?<address>\S{1,60})/,
    kind: "credentials-mismatch",
  },
  {
    marker: "Authentication failed for ",
    pattern: /^Authentication failed for (?:SipReq|AuthMsg|AuthFail)/,
    kind: "credentials-mismatch",
  },
  // Mostly below that line, which says the same.
  {
    marker: "Reason: Credentials don't match",
    pattern: /^Reason: Credentials don't match/,
    kind: "credentials-mismatch",
  },
  {
    marker: "Registered line: ",
    pattern: /^Registered line: (?<detail>.{1,80})/,
    kind: "provider-registered",
  },
  {
    marker: "Registration at ",
    pattern: /^Registration at (?<detail>.{1,80}?) has failed\./,
    kind: "provider-refused",
  },
  {
    marker: " has changed status to ",
    pattern: /^ has changed status to (?<detail>.{1,60})/,
    kind: "provider",
  },
  // Not documented by 3CX in these words.
  {
    marker: "IP ",
    pattern:
      /^IP (?:address )?(?<address>[\d.]{7,15}) (?:has been |was |is )?(?:added to (?:the )?)?blacklist/i,
    kind: "banned",
  },
  {
    marker: "[CM50300",
    pattern: /^\[CM503001\]: Call\([^)]{1,30}\): Incoming call from (?:Ext(?:n)?[.:])?(?<user>\d{1,16})/,
    kind: "call-started",
  },
  {
    marker: "[CM50300",
    pattern:
      /^\[CM503003\]: Call\([^)]{1,30}\): Call to '?(?<user>[^'\s]{1,64})'? has failed; Cause: (?<detail>.{1,80})/,
    kind: ({ detail = "" }) => callEvent(Number(/^\d{3}/.exec(detail)?.[0] ?? 999), "device"),
  },
  // 3CX itself answers so for an extension without a registration.
  {
    marker: "failed, cause: Cause: 480 ",
    pattern: /^failed, cause: Cause: (?<detail>480 [^/]{0,60})\/INVITE from local/,
    kind: "call-not-registered",
  },
  {
    marker: "failed, cause: Cause: ",
    pattern: /^failed, cause: Cause: (?<detail>\d{3} [^/]{0,60})/,
    kind: ({ detail = "" }) => callEvent(Number(detail.slice(0, 3)), "device"),
  },
  {
    marker: "[CM5030",
    pattern:
      /^\[CM503016\]: (?:Call\([^)]{1,30}\): )?Attempt to reach <?(?:sips?:)?(?<user>[^@\s>"]{1,64})[^\s]{0,100} (?:from \S{1,60} )?(?:has )?failed\. {1,2}Reason: (?<detail>[\w ()]{1,60})/,
    kind: ({ detail = "" }) => reasonEvent(detail),
  },
  {
    marker: "[CM5030",
    pattern:
      /^\[CM503020\]: (?:Call\([^)]{1,30}\): )?Normal call termination\.(?: Call originator: [^.]{1,60}\.)? Reason: (?<detail>[\w ()]{1,60})/,
    // The line on whom it could not reach, above it, tells more.
    kind: () => "call-ended",
  },
  {
    marker: "[CM5030",
    pattern: /^\[CM50302[1-9]\]: (?:Call\([^)]{1,30}\): )?(?<detail>[\w ]{1,60})/,
    kind: "call-progress",
  },
  {
    marker: "failed to reach ",
    pattern:
      /^failed to reach (?:Extn?[:.])?(?<user>[\w+.-]{1,64}),? {0,3}(?:reason:? )?(?<detail>[\w ]{1,40})/,
    kind: ({ detail = "" }) => reasonEvent(detail),
  },
];

export const FORMAT: LogFormat = {
  dialect: "3cx",
  writtenBy: "3CX",
  preset: "3cx",
  rank: 50,
  patterns: PATTERNS,
};
