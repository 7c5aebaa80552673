import { present } from "../../base/present.js";
import { parseNameAddr, parseUri, type SipMessage, tolerant } from "../../sip/index.js";
import { secondsBetween } from "../clock.js";
import { hostOf } from "../frames.js";
import type { TracedMessage } from "../trace.js";
import { cseqOf } from "../trace-story.js";

/** The calls of a trace: who called whom, what was answered and agreed, how it ended. One story a dialog and leg. Pure, linear. */

/** A request of a call with its answers, on one way between two hosts. */
export interface CallExchange {
  readonly method: string;
  /** Missing where the trace begins with the answer. */
  readonly request?: TracedMessage;
  /** By the one who began the call. */
  readonly byCaller: boolean;
  /** Within a dialog that existed already. */
  readonly inDialog: boolean;
  readonly withCredentials: boolean;
  /** How often it was sent, packets that a capture shows twice counted once. */
  sends: number;
  readonly provisional: TracedMessage[];
  /** Final answers, repeated ones too. */
  readonly finals: TracedMessage[];
  /** Of an INVITE. */
  readonly acks: TracedMessage[];
}

export interface CallStory {
  readonly callId: string;
  /** Its first message. */
  readonly first: TracedMessage;
  last: TracedMessage;
  readonly exchanges: CallExchange[];
  /** ACKs that went to another host than the INVITE. */
  readonly strayAcks: TracedMessage[];
  /** NOTIFYs that report on a transfer. */
  readonly reports: TracedMessage[];
}

const METHODS: ReadonlySet<string> = new Set([
  "INVITE",
  "ACK",
  "BYE",
  "CANCEL",
  "UPDATE",
  "INFO",
  "PRACK",
  "REFER",
]);
/** Of each exchange so many answers are kept: a 200 is sent eleven times at most. */
const MOST_KEPT = 16;
/** Two copies of a message within so many seconds are one packet that a capture shows twice. */
const ONE_PACKET = 0.15;

interface OpenLeg {
  readonly story: CallStory;
  readonly byKey: Map<string, CallExchange>;
  callerTag: string | undefined;
}

interface OpenCall {
  readonly legs: Map<string, OpenLeg>;
  latest: OpenLeg | undefined;
}

/** The calls in a trace, in the order of their first message. */
export function callStories(messages: readonly TracedMessage[]): CallStory[] {
  const calls = new Map<string, OpenCall>();
  const stories: CallStory[] = [];
  for (const traced of messages) {
    const cseq = cseqOf(traced.message);
    const callId = traced.message.headers.get("Call-ID");
    if (cseq === undefined || callId === undefined) continue;
    if (traced.sipfrag !== undefined) calls.get(callId)?.latest?.story.reports.push(traced);
    if (!METHODS.has(cseq.method)) continue;
    const call = calls.get(callId) ?? { legs: new Map(), latest: undefined };
    calls.set(callId, call);
    const way = wayOf(traced);
    const known = call.legs.get(way) ?? (way === "" || call.legs.has("") ? call.latest : undefined);
    // The ACK, and what follows it, may go past the proxies that the INVITE went through, or to a host that is not there.
    const stray = known === undefined && cseq.method !== "INVITE" ? call.latest : undefined;
    const leg = known ?? stray ?? openLeg(callId, traced, stories);
    if (stray === undefined) {
      call.legs.set(way, leg);
      call.latest = leg;
    } else if (cseq.method === "ACK") stray.story.strayAcks.push(traced);
    leg.story.last = traced;
    add(leg, cseq, traced);
  }
  return stories.filter(({ exchanges }) => exchanges.length > 0);
}

function openLeg(callId: string, first: TracedMessage, stories: CallStory[]): OpenLeg {
  const story: CallStory = { callId, first, last: first, exchanges: [], strayAcks: [], reports: [] };
  stories.push(story);
  return { story, byKey: new Map(), callerTag: undefined };
}

/** The two hosts between which a message went, the same for both directions. */
function wayOf({ peer, to, direction }: TracedMessage): string {
  if (peer === undefined) return "";
  if (direction !== undefined) return `logger ${hostOf(peer)}`;
  return to === undefined ? "" : [hostOf(peer), hostOf(to)].toSorted().join(" ");
}

function tagOf(value: string | undefined): string | undefined {
  return /;\s?tag=([^;>,\s]{1,200})/.exec((value ?? "").slice(0, 2_000))?.[1];
}

function add(leg: OpenLeg, { number, method }: { number: number; method: string }, traced: TracedMessage) {
  const { message } = traced;
  const from = tagOf(message.headers.get("From"));
  if (method === "INVITE") leg.callerTag ??= from;
  const byCaller = from === undefined || leg.callerTag === undefined || from === leg.callerTag;
  if (method === "ACK") {
    leg.byKey.get(`INVITE ${number} ${byCaller}`)?.acks.push(traced);
    return;
  }
  const key = `${method} ${number} ${byCaller}`;
  const open = leg.byKey.get(key);
  if (message.kind === "request") {
    if (open === undefined) leg.byKey.set(key, begin(leg, method, traced, byCaller));
    else if (isAnother(open.request, traced)) open.sends += 1;
    return;
  }
  const exchange = open ?? begin(leg, method, undefined, byCaller);
  leg.byKey.set(key, exchange);
  const kept = message.status < 200 ? exchange.provisional : exchange.finals;
  if (kept.length < MOST_KEPT && isAnother(kept.at(-1), traced)) kept.push(traced);
}

function isAnother(before: TracedMessage | undefined, traced: TracedMessage): boolean {
  const { message } = traced;
  if (before === undefined) return true;
  if (before.message.kind === "response" && message.kind === "response") {
    if (before.message.status !== message.status) return true;
  }
  const passed = secondsBetween(before.at, traced.at);
  return passed === undefined || passed >= ONE_PACKET || !/[.,]\d/.test(traced.at ?? "");
}

function begin(
  { story }: OpenLeg,
  method: string,
  request: TracedMessage | undefined,
  byCaller: boolean,
): CallExchange {
  const headers = request?.message.headers;
  const exchange: CallExchange = {
    method,
    ...present({ request }),
    byCaller,
    inDialog: tagOf(headers?.get("To")) !== undefined,
    withCredentials: headers?.has("Authorization") === true || headers?.has("Proxy-Authorization") === true,
    sends: request === undefined ? 0 : 1,
    provisional: [],
    finals: [],
    acks: [],
  };
  story.exchanges.push(exchange);
  return exchange;
}

/** The tries to begin the call: the INVITEs outside of a dialog, the last of which counts. */
export function beginnings({ exchanges }: CallStory): readonly CallExchange[] {
  return exchanges.filter(({ method, inDialog, byCaller }) => method === "INVITE" && !inDialog && byCaller);
}

/** INVITEs and UPDATEs within the call. */
export function changes({ exchanges }: CallStory): readonly CallExchange[] {
  return exchanges.filter(
    ({ method, inDialog, byCaller }) =>
      (method === "INVITE" && (inDialog || !byCaller)) || method === "UPDATE",
  );
}

export function statusOf(traced: TracedMessage | undefined): number | undefined {
  return traced?.message.kind === "response" ? traced.message.status : undefined;
}

/** The first final answer. */
export function finalOf({ finals }: CallExchange): TracedMessage | undefined {
  return finals[0];
}

/** The 200 that took the call, if one did. */
export function answerOf(story: CallStory): { exchange: CallExchange; ok: TracedMessage } | undefined {
  for (const exchange of beginnings(story)) {
    const ok = exchange.finals.find((final) => (statusOf(final) ?? 999) < 300);
    if (ok !== undefined) return { exchange, ok };
  }
  return undefined;
}

export function byeOf({ exchanges }: CallStory): CallExchange | undefined {
  return exchanges.find(({ method }) => method === "BYE");
}

/** The user that a header or Request-URI names. */
export function userIn(value: string | undefined): string | undefined {
  return tolerant(() => parseUri(parseNameAddr(value ?? "").uri))?.user;
}

/** The host that it names. */
export function hostIn(value: string | undefined): string | undefined {
  return tolerant(() => parseUri(parseNameAddr(value ?? "").uri))?.host;
}

export function agentOf({ headers }: SipMessage): string | undefined {
  return headers.get("Server") ?? headers.get("User-Agent");
}
