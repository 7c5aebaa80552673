import {
  ALTERNATIVE_SERVICE,
  BAD_EXTENSION,
  EXTENSION_REQUIRED,
  INTERVAL_TOO_BRIEF,
  INTERVAL_UNNAMED,
  NO_REGISTRAR,
  OUTBOUND_REQUIRED,
  REDIRECTED,
  REFUSED_BY_RULE,
  SECURITY_AGREEMENT,
} from "../answers/demands.js";
import {
  BAD_REQUEST,
  LOOPED,
  SERVER_ERROR,
  TOO_MANY,
  UNAVAILABLE,
  UNRESOLVED,
  UPSTREAM_SILENT,
} from "../answers/failed.js";
import { FORBIDDEN } from "../answers/forbidden.js";
import { meaningOfReading, oneOf, readingsOf } from "../answers/meaning.js";
import { NOT_FOUND, UNAUTHORIZED } from "../answers/not-accepted.js";
import { answerToRegister } from "../answers/records.js";
import type { Answer, Stage } from "../answers/types.js";
import { ruleWords, ruleWordsByCode } from "../diagnosis/rules/answer-words.js";
import type { EventKind } from "./event.js";
import type { Meaning } from "./refusals.js";

/**
 * What a client's own log tells: it knows the answer's code, and neither the PBX's reason nor, mostly, whether
 * credentials had been sent. What the code means is taken from the answer's record, and of it no more than `medium`.
 */
function refusedBy(
  says: string,
  finding: NonNullable<Meaning["finding"]>,
  [answer, ...more]: readonly [Answer, ...Answer[]],
  stage: Stage = "before credentials",
) {
  const words = more.length === 0 ? ruleWords(answer, stage) : ruleWordsByCode([answer, ...more], stage);
  return { says, finding, confidence: "medium", ...words } as const satisfies Meaning;
}

export const CLIENT_REFUSALS = {
  "client-refused": {
    ...refusedBy(
      "the client's registration is refused (401 or 407)",
      "credentials-refused",
      [UNAUTHORIZED],
      "after credentials",
    ),
    cause: oneOf([
      ...readingsOf(UNAUTHORIZED, "after credentials").map(({ cause }) => cause),
      "the client has no credentials for the realm that the PBX names",
    ]),
    hint: { fields: ["password", "authUsername"] },
  },
  "client-forbidden": refusedBy(
    "the client's registration is forbidden (403)",
    "forbidden-after-credentials",
    [FORBIDDEN],
    "after credentials",
  ),
  "client-unknown": {
    ...refusedBy(
      "the PBX does not know the client's user (404)",
      "unknown-after-credentials",
      [NOT_FOUND],
      "after credentials",
    ),
    hint: { fields: ["username", "sipDomain"] },
  },
  "client-redirected": refusedBy(
    "the client is sent to another server (3xx), which it does not follow",
    "redirected",
    [REDIRECTED],
  ),
  "client-other-service": refusedBy("the server names another service instead (380)", "redirected", [
    ALTERNATIVE_SERVICE,
  ]),
  "client-unresolved": refusedBy(
    "the server tries to pass the registration on (476, 477 or 478)",
    "destination-unresolved",
    [UNRESOLVED],
  ),
  "client-not-served": refusedBy("the server takes no registrations (405 or 501)", "not-a-registrar", [
    NO_REGISTRAR,
  ]),
  "client-interval": {
    ...meaningOfReading(INTERVAL_UNNAMED),
    says: "the PBX wants a longer expiry (423)",
    finding: "interval-too-brief",
    confidence: "medium",
    severity: "warning",
  },
  "client-extension": refusedBy(
    "the PBX wants an extension of SIP, or refuses one (420, 421, 439 or 494)",
    "extension-required",
    [BAD_EXTENSION, EXTENSION_REQUIRED, OUTBOUND_REQUIRED, SECURITY_AGREEMENT],
  ),
  "client-malformed": refusedBy("the PBX finds the client's request malformed (400 or 416)", "bad-request", [
    BAD_REQUEST,
  ]),
  "client-looped": refusedBy("the client's request runs in a circle (482 or 483)", "request-looped", [
    LOOPED,
  ]),
  "client-rejected": refusedBy("the client's registration is rejected", "register-refused", [
    REFUSED_BY_RULE,
  ]),
  "client-unavailable": refusedBy(
    "the PBX cannot serve the client's registration now (503 or 429)",
    "service-unavailable",
    [UNAVAILABLE, TOO_MANY],
  ),
  "client-server-error": refusedBy("the PBX fails at the client's registration (5xx)", "server-error", [
    SERVER_ERROR,
  ]),
  "client-no-challenge": {
    says: "the PBX refuses, and its answer has no challenge",
    finding: "challenge-unusable",
    confidence: "medium",
    cause:
      "The 401 or 407 has no WWW-Authenticate or Proxy-Authenticate. One of these: (1) the PBX refuses credentials so, instead of asking again; (2) a proxy or router has taken the header out; (3) the client asks another server than the registrar.",
    fix: "Compare user and password with the PBX's. If they are right, capture one try at the PBX and one at the client: where the header is missing shows who takes it out.",
  },
  "client-no-digest": {
    says: "the client cannot answer the challenge",
    finding: "challenge-unusable",
    confidence: "medium",
    cause:
      "One of these: (1) the PBX asks for an algorithm that the client does not have; (2) the client has no credentials for the realm of the challenge.",
    fix: "Have the PBX offer MD5 as well, and give the client the realm of the challenge, or * for any.",
  },
} as const satisfies Partial<Record<EventKind, Meaning>>;

export const CLIENT_FAILURES = {
  "client-silent": {
    says: "the client's registration gets no answer",
    finding: "port-silent",
    confidence: "medium",
  },
  "client-upstream-silent": {
    says: "a server passes the registration on, and gets no answer itself (408 or 504)",
    finding: "upstream-silent",
    confidence: "medium",
  },
  "client-drops-answers": {
    says: "the client throws away what it receives",
    finding: "answer-lost",
    confidence: "medium",
    cause:
      "The client gets the answers and does not take them, since it is not set up for the transport that they come over.",
    fix: "Set the client's transport protocol to the one that it sends over (or let it use udp, tcp and tls), and restart it.",
  },
  "client-no-registrar": {
    says: "got a REGISTER and has no registrar that would take it",
    finding: "not-a-registrar",
    confidence: "medium",
    cause: "The program that wrote this is a client or gateway: no device can register with it.",
    fix: "Turn it round: have this program register on the PBX, or set the PBX's side up as a trunk without registration.",
  },
  "client-port-refused": {
    says: "the client's connection is refused",
    finding: "port-refused",
    confidence: "medium",
  },
  "client-web-server": {
    says: "a web server answers the registration",
    finding: "malformed-answer",
    confidence: "medium",
    cause:
      "What answers at that port speaks HTTP: a web server, the PBX's administration page, or a proxy for web pages in front of it.",
    fix: "Use the PBX's SIP port (mostly 5060 for udp and tcp, 5061 for tls), and forward that one in the router.",
  },
  "client-no-websocket": {
    says: "the web server opens no WebSocket for the client",
    finding: "connection-failed",
    confidence: "medium",
    cause:
      "A web server answers at that address, and does not open a WebSocket. One of these: (1) another path (Asterisk: /ws) or port (Asterisk: 8088 for ws, 8089 for wss); (2) a proxy in front of the PBX does not pass WebSockets on; (3) the PBX has no WebSocket there, or does not take the page's origin (403) or protocol.",
    fix: "Compare port and path with those of the PBX's WebSocket, and have the proxy pass Upgrade and Connection on. The platform registers over udp, tcp or tls: this concerns a browser phone.",
  },
  "client-websocket-failed": {
    says: "the client's WebSocket does not come about, or breaks",
    finding: "connection-failed",
    confidence: "low",
    cause:
      "The browser does not say why. One of these: (1) the port is closed, filtered, or not a WebSocket; (2) the browser does not trust the certificate of wss; (3) the PBX or a proxy ends connections that are idle; (4) the network changed.",
    fix: "Open the address with https:// in the browser: a warning about the certificate, an error of the connection, or a web page shows which it is. The platform registers over udp, tcp or tls: this concerns a browser phone.",
  },
  "client-connection-failed": {
    says: "the client's connection to the PBX does not come about, or breaks",
    finding: "connection-failed",
    confidence: "medium",
    cause:
      "The client does not say why. One of these: (1) the address, port or transport is not the PBX's; (2) the port is closed or filtered; (3) TLS fails, at the certificate for instance; (4) the network changed, or what is between ends idle connections.",
    fix: "Compare address, port and transport with the PBX's, then look at the client's lines before this one, or capture one try: whether the connection is refused, not answered or ended shows which it is.",
  },
  "client-not-tls": {
    says: "what answers the client's TLS handshake is not TLS",
    finding: "plain-sip-on-tls-port",
    confidence: "medium",
    cause: "The client speaks TLS to a port where the PBX, or something in front of it, does not.",
  },
  "client-not-listed": {
    says: "the client does not find its own Contact in the answer, and drops it",
    finding: "binding-not-listed",
    confidence: "medium",
    cause:
      "The PBX, or a gateway before it, writes another address into the Contact of its 200 than the client has sent (NAT support, rewriting of Contacts), and this client takes only its own.",
    fix: "Have the PBX, or the gateway before it, leave the Contact as the client sent it, or use a client that takes another one.",
  },
  "client-no-route": {
    says: "the client has no way to the PBX's address",
    finding: "host-unreachable",
    confidence: "medium",
  },
  "client-no-name": {
    says: "the client does not find the PBX's name in DNS",
    finding: "name-not-found",
    confidence: "medium",
    cause:
      "The name of the registrar cannot be looked up: misspelt, not in the DNS that the client asks, or that DNS cannot be reached.",
  },
} as const satisfies Partial<Record<EventKind, Meaning>>;

const OF_ANSWER: ReadonlyMap<Answer, EventKind> = new Map<Answer, EventKind>([
  [UNAUTHORIZED, "client-refused"],
  [FORBIDDEN, "client-forbidden"],
  [NOT_FOUND, "client-unknown"],
  [REDIRECTED, "client-redirected"],
  [ALTERNATIVE_SERVICE, "client-other-service"],
  [UNRESOLVED, "client-unresolved"],
  [NO_REGISTRAR, "client-not-served"],
  [INTERVAL_TOO_BRIEF, "client-interval"],
  [BAD_EXTENSION, "client-extension"],
  [EXTENSION_REQUIRED, "client-extension"],
  [OUTBOUND_REQUIRED, "client-extension"],
  [SECURITY_AGREEMENT, "client-extension"],
  [BAD_REQUEST, "client-malformed"],
  [LOOPED, "client-looped"],
  [UPSTREAM_SILENT, "client-silent"],
  [UNAVAILABLE, "client-unavailable"],
  [TOO_MANY, "client-unavailable"],
  [SERVER_ERROR, "client-server-error"],
]);

/** The client's event for a final status of a REGISTER; `undefined` if it is not a failure. */
export function clientEvent(status: number): EventKind | undefined {
  return status < 300 ? undefined : (OF_ANSWER.get(answerToRegister(status)) ?? "client-rejected");
}
