import { present } from "../base/present.js";
import {
  parseCSeq,
  parseNameAddr,
  parseUri,
  parseVia,
  readContacts,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  type TransportName,
  tolerant,
} from "../sip/index.js";
import type { LogEvent } from "./event.js";
import { shown } from "./hide-secrets.js";
import type { TracedMessage } from "./trace.js";

/** What the messages of a trace have to do with each other. */

type CredentialsHeader = "Authorization" | "Proxy-Authorization";

/** A request and what came back, in the order of the trace. */
export interface Exchange {
  readonly request: SipRequest;
  readonly withCredentials: boolean;
  /** The header that the challenge before it asks for, where the credentials are in the other one. */
  readonly headerMissed?: CredentialsHeader;
  /** How often the request is in the trace. */
  sends: number;
  /** How often it was sent again after it had been answered. */
  sendsAfterAnswer: number;
  final?: SipResponse;
  /** The message with it, where later ones of the exchange are requests that were sent again. */
  answer?: TracedMessage;
  provisional: boolean;
  /** The head of its request or answer breaks off. */
  cutHead: boolean;
  readonly first: TracedMessage;
  last: TracedMessage;
}

/** The REGISTERs of one Call-ID, as a client sends them for one account (RFC 3261 10.2). */
export interface RegisterStory {
  readonly callId: string;
  readonly user?: string;
  readonly domain: string;
  readonly transport: TransportName;
  readonly exchanges: Exchange[];
}

function callIdOf({ headers }: SipMessage): string {
  return headers.get("Call-ID") ?? "";
}

export function cseqOf({ headers }: SipMessage) {
  return tolerant(() => parseCSeq(headers.get("CSeq") ?? ""));
}

function hasCredentials({ headers }: SipMessage): boolean {
  return headers.has("Authorization") || headers.has("Proxy-Authorization");
}

/**
 * The header that a challenge asks for, where the request has its credentials in the other one (RFC 3261 22.2, 22.3):
 * the challenge is as good as unanswered.
 */
function headerMissed(
  challenge: SipResponse | undefined,
  { headers }: SipRequest,
): CredentialsHeader | undefined {
  if (challenge?.status !== 401 && challenge?.status !== 407) return undefined;
  const byProxy = challenge.headers.has("Proxy-Authenticate");
  if (byProxy === challenge.headers.has("WWW-Authenticate")) return undefined;
  const [asked, other] = byProxy
    ? (["Proxy-Authorization", "Authorization"] as const)
    : (["Authorization", "Proxy-Authorization"] as const);
  return headers.has(other) && !headers.has(asked) ? asked : undefined;
}

/** User and host of the To header: whose registration, or whom a call is for. */
export function addressOfTo({ headers }: SipMessage) {
  return tolerant(() => parseUri(parseNameAddr(headers.get("To") ?? "").uri));
}

function transportOf({ headers }: SipMessage): TransportName {
  const name = tolerant(() => parseVia(headers.get("Via") ?? ""))?.transport;
  return name === "TLS" ? "tls" : name === "TCP" ? "tcp" : "udp";
}

/** The registrations in a trace, in the order of their first request. Pure. */
export function registerStories(messages: readonly TracedMessage[]): RegisterStory[] {
  const stories = new Map<string, OpenStory>();
  for (const traced of messages) {
    const { message } = traced;
    const cseq = cseqOf(message);
    if (cseq?.method !== "REGISTER") continue;
    const callId = callIdOf(message);
    const open = stories.get(callId) ?? { story: newStory(callId, message), byCseq: new Map() };
    stories.set(callId, open);
    if (message.kind === "request") addRequest(open, cseq.number, message, traced);
    else addResponse(open.byCseq.get(cseq.number), message, traced);
  }
  return [...stories.values()].map(({ story }) => story).filter(({ exchanges }) => exchanges.length > 0);
}

interface OpenStory {
  readonly story: RegisterStory;
  /** The story's exchanges by their CSeq: a search among them for each message would be quadratic. */
  readonly byCseq: Map<number, Exchange>;
}

function newStory(callId: string, message: SipMessage): RegisterStory {
  const to = addressOfTo(message);
  return {
    callId,
    domain: to?.host ?? "the registrar",
    transport: transportOf(message),
    exchanges: [],
    ...present({ user: to?.user }),
  };
}

/** Whether headers may be missing in it: a message breaks off, or the paste ends within its answer. */
export function isCut({ cutHead, last }: Exchange): boolean {
  return cutHead || last.cutEnd === true;
}

function addRequest(
  { story, byCseq }: OpenStory,
  cseq: number,
  request: SipRequest,
  traced: TracedMessage,
): void {
  const again = byCseq.get(cseq);
  if (again) {
    again.sends += 1;
    if (again.final) again.sendsAfterAnswer += 1;
    again.last = traced;
    return;
  }
  const challenge = story.exchanges.at(-1)?.final;
  const before = challenge?.status;
  const missed = traced.cutHead ? undefined : headerMissed(challenge, request);
  // What was cut off may have been the answer to the challenge.
  const mayHave = traced.cutHead && (before === 401 || before === 407);
  const exchange: Exchange = {
    request,
    withCredentials: mayHave || (missed === undefined && hasCredentials(request)),
    ...present({ headerMissed: missed }),
    cutHead: traced.cutHead === true,
    sends: 1,
    sendsAfterAnswer: 0,
    provisional: false,
    first: traced,
    last: traced,
  };
  story.exchanges.push(exchange);
  byCseq.set(cseq, exchange);
}

function addResponse(exchange: Exchange | undefined, response: SipResponse, traced: TracedMessage): void {
  if (exchange === undefined || exchange.final) return;
  if (response.status < 200) exchange.provisional = true;
  else {
    exchange.final = response;
    exchange.answer = traced;
  }
  if (traced.cutHead) exchange.cutHead = true;
  exchange.last = traced;
}

/** One event a message, in words that say what it is for. */
export function messageEvent({ message, line, at, peer, direction }: TracedMessage): LogEvent {
  const user = addressOfTo(message)?.user;
  const method = cseqOf(message)?.method;
  return {
    dialect: "sip",
    kind: "sip",
    line,
    detail: message.kind === "request" ? requestWords(message) : responseWords(message),
    ...present({ at, user }),
    ...(peer === undefined || message.kind === "response" ? {} : { address: peer }),
    ...(direction === "sent" && message.kind === "request" ? { towards: true as const } : {}),
    ...present({ method }),
  };
}

/** A REGISTER that removes bindings (RFC 3261 10.2.2). */
export function takesAway({ headers }: SipRequest): boolean {
  const { star, list } = readContacts(headers);
  return star || (list.length > 0 && list.every(({ expires }) => expires === 0));
}

function requestWords(request: SipRequest): string {
  if (request.method !== "REGISTER") return shown(request.method, 16);
  const what = takesAway(request) ? "REGISTER that takes the registration away" : "REGISTER";
  return `${what} ${hasCredentials(request) ? "with" : "without"} credentials`;
}

function responseWords({ status, reason, headers }: SipResponse): string {
  const asked = status === 401 || status === 407 ? ", asks for credentials" : "";
  const minimum = status === 423 ? `, Min-Expires ${shown(headers.get("Min-Expires") ?? "missing", 20)}` : "";
  return `${status} ${shown(reason, 80)}${asked}${minimum}`;
}
