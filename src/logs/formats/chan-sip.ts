import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** Asterisk's old stack, up to Asterisk 20. Texts: channels/chan_sip.c (register_verify, handle_response_peerpoke). */

const REASONS: readonly (readonly [RegExp, EventKind])[] = [
  // With alwaysauthreject, the default, an unknown user is logged like this too (measured on 16.28).
  [/^Wrong password/, "wrong-password"],
  [/^(?:No matching peer found|Peer is not valid|No such peer)/, "unknown-user-403"],
  [/^Username\/auth name mismatch/, "auth-user-mismatch"],
  [/^(?:Device does not match ACL|ACL error)/, "acl-denied"],
  [/^Not a local domain/, "foreign-domain"],
  [
    /^(?:Peer is not supposed to register|Device not configured to use this transport type)/,
    "cannot-register",
  ],
];

function failed({ why = "" }: Groups): EventKind | undefined {
  return REASONS.find(([reason]) => reason.test(why))?.[1];
}

const PATTERNS: readonly LinePattern[] = [
  // To an INVITE of a caller whom it does not know (alwaysauthreject).
  {
    marker: "Sending fake auth rejection for ",
    pattern: /^Sending fake auth rejection for (?:device|user|peer) (?<from>.{1,160})/,
    kind: "call-unproven",
    method: "INVITE",
  },
  { marker: "hacking attempt detected", pattern: /^hacking attempt detected/, kind: undefined },
  {
    marker: "Registration from '",
    pattern: /^Registration from '(?<from>.{0,600}?)' failed for '(?<address>[^']{1,80})' - (?<why>.{1,80})/,
    kind: failed,
  },
  {
    marker: "Peer '",
    pattern: /^Peer '(?<user>[^']{1,128})' is trying to register, but not configured as host=dynamic/,
    kind: "cannot-register",
  },
  {
    marker: "Registered SIP '",
    pattern: /^Registered SIP '(?<user>[^']{1,128})' at (?<address>\S{1,80})/,
    kind: "registered",
  },
  {
    marker: "Unregistered SIP '",
    pattern: /^Unregistered SIP '(?<user>[^']{1,128})'/,
    kind: "unregistered",
  },
  {
    marker: "username mismatch, have <",
    pattern: /^username mismatch, have <(?<user>[^>]{0,128})>, digest has <(?<detail>[^>]{0,128})>/,
    kind: "auth-user-mismatch",
  },
  {
    marker: "Correct auth, but based on stale nonce received from '",
    pattern: /^Correct auth, but based on stale nonce received from '(?<from>.{0,300}?)'\s*$/,
    kind: "nonce-stale",
  },
  {
    marker: "Registration denied because of contact ACL",
    pattern: /^Registration denied because of contact ACL/,
    kind: "acl-denied",
  },
  {
    marker: "Domain '",
    pattern:
      /^Domain '(?<detail>[^']{1,128})' disallowed by contact ACL \(violating IP (?<address>[^)]{1,60})\)/,
    kind: "acl-denied",
  },
  {
    marker: "Got SIP REGISTER to non-local domain '",
    pattern: /^Got SIP REGISTER to non-local domain '(?<detail>[^']{1,128})'/,
    kind: "foreign-domain",
  },
  {
    marker: "Peer '",
    pattern: /^Peer '(?<user>[^']{1,128})' is now (?<why>UNREACHABLE|Reachable|REACHABLE|Lagged|TOO LAGGED)/,
    kind: ({ why }) => (why?.toUpperCase() === "REACHABLE" ? "reachable" : "unreachable"),
  },
  {
    marker: "Peer unknown: '",
    pattern: /^Peer unknown: '(?<user>[^']{1,128})'\. Not unregistered/,
    kind: undefined,
  },
  // No peer: a guest.
  {
    marker: "Call from ''",
    pattern:
      /^Call from '' \((?<address>[^)]{1,80})\) to extension '(?<detail>[^']{1,80})' rejected because extension not found/,
    kind: "call-from-unknown",
  },
  // Never of a REGISTER, which has "Registration from": of an INVITE, where older versions name no method
  // (send_check_user_failure_response, handle_request_invite).
  {
    marker: "Failed to authenticate device ",
    pattern:
      /^Failed to authenticate device (?<from>.{1,300}?) for (?!INVITE\b)(?<method>[A-Z]{1,16}), code = (?<detail>-?\d{1,3})/,
    kind: "auth-failed",
  },
  {
    marker: "Failed to authenticate device ",
    pattern:
      /^Failed to authenticate device (?<from>.{1,300}?)(?: for INVITE, code = (?<detail>-?\d{1,3}))?(?: from (?<address>[\da-fA-F.:[\]]{3,60}))?\s{0,5}$/,
    kind: "auth-failed",
    method: "INVITE",
  },
  {
    marker: "Retransmission timeout reached on transmission ",
    pattern:
      /^Retransmission timeout reached on transmission \S{1,200}(?:$| (?!for seqno \d{1,10} \(Critical))/,
    kind: "unanswered",
  },
  // Its own registrations with providers (handle_response_register, sip_reg_timeout).
  ...(
    [
      [
        "Failed to authenticate on REGISTER to '",
        /^Failed to authenticate on REGISTER to '(?<detail>[^']{1,200})'/,
      ],
      [
        "Forbidden - wrong password on authentication for REGISTER for '",
        /^Forbidden - wrong password on authentication for REGISTER for '[^']{0,128}' to '(?<detail>[^']{1,200})'/,
      ],
      [" on SIP register to service ", /^ on SIP register to service (?<detail>[^\s,]{1,200}), giving up/],
      [
        "Got 423 Interval too brief for service ",
        /^Got 423 Interval too brief for service (?<detail>[^\s,]{1,200}),/,
      ],
      ["Got error 479 on register to ", /^Got error 479 on register to (?<detail>[^\s,]{1,200}),/],
      [
        "Giving up forever trying to register '",
        /^Giving up forever trying to register '(?<detail>[^']{1,200})'/,
      ],
    ] as const
  ).map(([marker, pattern]): LinePattern => ({ marker, pattern, kind: "provider-refused" })),
  {
    marker: "Outbound Registration: Expiry for ",
    pattern: /^Outbound Registration: Expiry for (?<detail>\S{1,200}) is \d{1,9} sec/,
    kind: "provider-registered",
  },
  {
    marker: "Registration for '",
    pattern: /^Registration for '(?<detail>[^']{1,200})' timed out, trying again/,
    kind: "provider-refused",
  },
  // What "sip set debug on" prints around the messages.
  { marker: "--- (", pattern: /^--- \(\d{1,4} headers \d{1,4} lines\)/, kind: undefined },
  { marker: "<-----", pattern: /^<-{5,40}>\s*$/, kind: undefined },
  { marker: "Scheduling destruction of SIP dialog", pattern: /^Scheduling/, kind: undefined },
  { marker: "Really destroying SIP dialog", pattern: /^Really/, kind: undefined },
  { marker: "Sending to ", pattern: /^Sending to \S{1,80} \((?:no )?NAT\)/, kind: undefined },
];

export const FORMAT: LogFormat = {
  dialect: "chan-sip",
  writtenBy: "Asterisk (chan_sip)",
  rank: 10,
  patterns: PATTERNS,
};
