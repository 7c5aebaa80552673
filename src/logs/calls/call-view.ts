import { secondsBetween } from "../clock.js";
import { shown } from "../hide-secrets.js";
import type { TracedMessage } from "../trace.js";
import {
  answerOf,
  beginnings,
  byeOf,
  type CallExchange,
  type CallStory,
  finalOf,
  statusOf,
  userIn,
} from "./call-story.js";
import { type CallContext, type Parties, partiesOf, partyWords } from "./parties.js";
import { audioOf, type MediaDescription, readSdp, type SessionDescription } from "./sdp.js";

/** A session description and the message that it came in. */
export interface Described {
  readonly traced: TracedMessage;
  readonly session: SessionDescription;
  readonly audio: MediaDescription | undefined;
  readonly byCaller: boolean;
}

/** What the detectors look at: a call, read once. */
export interface CallView {
  readonly story: CallStory;
  readonly parties: Parties;
  /** The last try to begin it. */
  readonly begin: CallExchange | undefined;
  /** What that came to. */
  readonly final: TracedMessage | undefined;
  readonly status: number | undefined;
  readonly answer: ReturnType<typeof answerOf>;
  readonly bye: CallExchange | undefined;
  readonly cancelled: boolean;
  /** Of the Request-URI, else of To. */
  readonly dialled: string | undefined;
  readonly callee: string | undefined;
  readonly caller: string | undefined;
  readonly context: CallContext;
}

export function viewOf(story: CallStory, context: CallContext): CallView {
  const begin = beginnings(story).at(-1);
  const answer = answerOf(story);
  const final = answer?.ok ?? (begin && finalOf(begin));
  const any = (begin?.request ?? final ?? story.first).message;
  const request = begin?.request?.message;
  const uri = request?.kind === "request" ? request.uri : undefined;
  return {
    story,
    context,
    parties: partiesOf(story, context),
    begin,
    final,
    status: statusOf(final),
    answer,
    bye: byeOf(story),
    cancelled: story.exchanges.some(({ method }) => method === "CANCEL"),
    dialled: userIn(uri) ?? userIn(any.headers.get("To")),
    callee: userIn(any.headers.get("To")),
    caller: userIn(any.headers.get("From")),
  };
}

export function described(traced: TracedMessage | undefined, byCaller: boolean): Described | undefined {
  if (traced?.sdp === undefined) return undefined;
  const session = readSdp(traced.sdp);
  return { traced, session, audio: audioOf(session), byCaller };
}

export interface Agreement {
  readonly offer: Described | undefined;
  readonly answer: Described | undefined;
}

/** Offer and answer of an INVITE (or UPDATE), wherever they are: with a late offer, in the 200 and the ACK. */
export function agreementOf({ request, finals, provisional, acks, byCaller }: CallExchange): Agreement {
  const offered = described(request, byCaller);
  const good = finals.find((final) => (statusOf(final) ?? 999) < 300 && final.sdp !== undefined);
  const early = provisional.find(({ sdp }) => sdp !== undefined);
  const answered = described(good ?? early, !byCaller);
  if (offered !== undefined) return { offer: offered, answer: answered };
  const late = acks.find(({ sdp }) => sdp !== undefined);
  return { offer: answered, answer: described(late, byCaller) };
}

export function partyOfSender({ parties }: CallView, byCaller: boolean) {
  return byCaller ? parties.caller : parties.callee;
}

/** A call in a line: who called whom, the outcome, how it ended and by whom. */
export function callWords({
  story,
  caller,
  dialled,
  parties,
  begin,
  answer,
  final,
  bye,
  cancelled,
}: CallView): string {
  const from = caller === undefined ? "somebody" : shown(caller, 60);
  const to = dialled === undefined ? "somebody" : shown(dialled, 60);
  const who = `${from} (${partyWords(parties.caller, "caller")}) calls ${to} (${partyWords(parties.callee, "called")})`;
  return `line ${story.first.line}: ${who}: ${came()}${ended()}`;

  function came(): string {
    if (answer !== undefined) {
      const after = secondsBetween(begin?.request?.at, answer.ok.at);
      return `answered${after === undefined ? "" : ` after ${after.toFixed(1)} s`}`;
    }
    if (final?.message.kind === "response") return `${statusOf(final)} ${shown(final.message.reason, 60)}`;
    if (cancelled) return "cancelled";
    const rang = begin?.provisional.some((each) => (statusOf(each) ?? 0) >= 180);
    return rang ? "rings, no end is seen" : "no final answer is seen";
  }

  function ended(): string {
    if (answer === undefined) return "";
    if (bye === undefined) return ", no end is seen";
    const lasted = secondsBetween(answer.ok.at, bye.request?.at);
    const reason = bye.request?.message.headers.get("Reason");
    return `, ended${lasted === undefined ? "" : ` after ${Math.round(lasted)} s`} by the one who ${bye.byCaller ? "called" : "answered"}${reason === undefined ? "" : ` (${shown(reason, 80)})`}`;
  }
}
