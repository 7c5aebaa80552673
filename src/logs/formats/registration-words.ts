import { clientEvent } from "../client-meanings.js";
import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/**
 * A sentence of any program, or of the person who asks, that a registration failed, with its reason in words and no code. What is
 * read is the reason that comes first behind the failure.
 */

/** What fails before there is an answer: it outweighs the code that clients make up for it. */
export const TRANSPORT_REASONS: readonly (readonly [string, EventKind])[] = [
  [
    "(?:no such|unknown) host|host not found|name or service not known|n[o']t (?:be )?resolve|(?:failed|unable) to resolve|dns|getaddrinfo|gethostbyname|nxdomain|enotfound",
    "client-no-name",
  ],
  ["certificate|cert_", "tls-distrusted"],
  ["(?:tls|ssl)[ _-](?:error|handshake|failure|negotiation)|handshake", "tls-failed"],
  ["connection (?:was |is )?refused|econnrefused", "client-port-refused"],
  ["unreachable|no route|ehostunreach|enetunreach", "client-no-route"],
];

const REASONS: readonly (readonly [string, EventKind])[] = [
  ...TRANSPORT_REASONS,
  [
    "timed?[ -]?out|no (?:response|answer|reply)|(?:not|n't) (?:respond|answer|reply)|etimedout|i\\/?o error",
    "client-silent",
  ],
  [
    "transport (?:error|fail)|(?:connection|socket|network) (?:error|lost|closed|reset|failed|failure|aborted)|websocket|econnreset|broken pipe",
    "client-connection-failed",
  ],
  ["(?:request )?forbidden", "client-forbidden"],
  [
    "(?:wrong|bad|invalid|incorrect) (?:sip )?(?:user|password|pass(?!word)|credential|login|auth|account|secret)(?! ?\\(?too )|unauthori[sz]ed|authenticat|authori[sz]ation|credentials",
    "client-refused",
  ],
  ["(?:user |account )?(?:not found|does not exist|unknown user)", "client-unknown"],
  ["service unavailable", "client-unavailable"],
  ["interval too brief", "client-interval"],
  ["(?:internal )?server (?:internal )?error", "client-server-error"],
];

const KINDS = REASONS.map(([words, kind]) => [new RegExp(`^(?:${words})$`, "i"), kind] as const);
const REASON = `(?<why>${REASONS.map(([words]) => words).join("|")})`;

function reason({ why = "" }: Groups): EventKind | undefined {
  return KINDS.find(([words]) => words.test(why))?.[1];
}

export const FAILED = "(?:failed|failure|fails|error|unsuccessful|rejected|denied)\\b";
/** What follows is not a count: `failed: 0`. */
const NO_COUNT = "(?!\\W{0,3}\\d)";
/** Codes that are known for one by the word before or the phrase behind them. */
const CODE =
  "(?:(?:\\(|code|status|response|error|cause|reason|answer|sip)[:=# ]{0,3}(?<code>[3-6]\\d{2})(?![\\d.@]|[ -]?m?s\\b)|\\b(?<status>[3-6]\\d{2})[:, -]{1,3}(?=unauthori|forbidden|not found|request time|proxy auth|temporarily|service un|server |internal|interval|bad |method|gone|not acceptable|decline|moved|busy|too many|extension|not implemented|session))";

/** Of what a program says it got for its REGISTER: the first challenge is as it should be. */
function answered({ status = "" }: Groups): EventKind | undefined {
  if (status === "401" || status === "407") return undefined;
  return status.startsWith("2") ? "registered" : clientEvent(Number(status));
}

/** Of the answer to credentials. */
function answeredLast({ status = "" }: Groups): EventKind | undefined {
  return status.startsWith("2") ? "registered" : clientEvent(Number(status));
}

function coded({ code, status }: Groups): EventKind | undefined {
  return clientEvent(Number(code ?? status));
}

/** 3CX says so of calls too: "Call or Registration to 700@(Ln.10000) has failed". */
const NOT_3CX = "(?!ration to \\S{1,60}@\\(Ln\\.)";

/** That it succeeded comes first, or the sentence ends well. */
const NOT_OVER =
  "(?!.{0,40}?(?<!not )\\b(?:accepted|succeeded)\\b)(?!.{0,300}?\\b(?:works (?:now|since|again)|(?:is|was|got|now) (?:fixed|solved|resolved))\\b)";

const NOT = "(?:ailed|ailure|nable|rror|ould not|annot|an'?t|an not)";

const PATTERNS: readonly LinePattern[] = [
  // A question that tells the whole exchange.
  {
    marker: "REGISTER",
    pattern:
      /^REGISTER\b.{0,60}?\b40[17]\b.{0,60}?\bREGISTER\b.{0,100}?\b(?<status>[2-6]\d{2})\b(?! ?(?:m?s|sec|bytes)\b)/,
    kind: answeredLast,
  },
  {
    marker: "REGISTER ",
    pattern:
      /^REGISTER (?:response|answer|reply|result)\b.{0,100}?\b(?<status>[2-6]\d{2}) (?:OK|[A-Z][a-z]{2,20}\b)/,
    kind: answered,
  },
  ...["egist", "EGIST"].flatMap((marker): LinePattern[] => [
    {
      marker,
      pattern: new RegExp(`^egist${NOT_3CX}${NOT_OVER}.{0,90}?${FAILED}.{0,80}?${CODE}`, "i"),
      kind: coded,
    },
    {
      marker,
      pattern: new RegExp(`^egist${NOT_3CX}${NOT_OVER}.{0,90}?${FAILED}${NO_COUNT}.{0,140}?${REASON}`, "i"),
      kind: reason,
    },
    // The reason is the failure.
    {
      marker,
      pattern:
        /^egist(?:er|ration|ering)?(?: (?:request|attempt|of \S{1,120}|to \S{1,120}|with \S{1,120}|for \S{1,120})){0,3}[ :,-]{1,3}(?:has |was |is )?(?<why>timed?[ -]out|unauthori[sz]ed)\b/i,
      kind: reason,
    },
  ]),
  ...["ailed", "ailure", "nable", "rror", "ould not", "annot", "an't"].map(
    (marker): LinePattern => ({
      marker,
      pattern: new RegExp(
        `^${NOT}(?: to| in| on| of| at| while| when| during| with)?(?: \\w{1,12}){0,3}? ?regist.{0,140}?${REASON}`,
        "i",
      ),
      kind: reason,
    }),
  ),
  {
    marker: "imeout ",
    pattern: /^imeout (?:while |during |when |on |of |for )?(?:the |SIP )?regist(?:er|ering|ration)\b/i,
    kind: "client-silent",
  },
];

export const FORMAT: LogFormat = {
  dialect: "registration-words",
  writtenBy: "a SIP client",
  ownConnections: true,
  rank: 915,
  patterns: PATTERNS,
};
