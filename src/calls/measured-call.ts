import { present } from "../base/present.js";
import { announcedAudio } from "../captures/rtp/announced.js";
import { codecOf, type G711 } from "../media/g711.js";
import { FRAME_MS } from "../media/speech.js";
import { Srtp, SrtpKey } from "../media/srtp.js";
import type { Secret } from "../redaction/secret.js";
import { untrusted, untrustedToken } from "../redaction/untrusted.js";
import {
  type Account,
  type Call,
  Calls,
  type Flow,
  failureWords,
  LocalSession,
  type PlacedCall,
  type PlaceOutcome,
  parseUri,
  readContacts,
  readResponseFacts,
  type ServerTransaction,
  type SipMessage,
  type SipResponse,
  type SocketAddress,
  type Timers,
  Transactions,
  tolerant,
  writeUri,
} from "../sip/index.js";
import { type AudioAim, aimAudio, type MayHear } from "./audio-aim.js";
import type {
  AnswerFacts,
  AudioFacts,
  CallRequestFacts,
  EndFacts,
  MeasuredCall,
  SetupFacts,
} from "./call-facts.js";
import { isSomeonesPhone } from "./echo-test.js";
import { RtpEndpoint, SOUND_LEVEL } from "./rtp-endpoint.js";
import { runScript, type ScriptStep } from "./script.js";

export interface MeasuredCallOptions {
  /** The caller closes it, after the call. */
  readonly flow: Flow;
  /** Where the INVITE goes. */
  readonly remote: SocketAddress;
  /** In whose name. */
  readonly account: Account;
  /** User part of what is called, at the account's domain. */
  readonly callee: string;
  /** For one challenge. It is sent once. */
  readonly password?: Secret;
  /** URI of an outbound proxy. */
  readonly proxy?: string;
  /** Where voice may go, besides the host that has answered. Why not, or nothing. */
  readonly mayHear: MayHear;
  /** What is done from the answer on; then it hangs up. */
  readonly script: readonly ScriptStep[];
  /** `false` for an echo test, which answers: where someone's phone rings in its place, the call is cancelled. */
  readonly mayRing?: boolean;
  /** SRTP with a key in the session description (SDES), and nothing else. */
  readonly encrypted?: boolean;
  /** Longest wait for an answer. */
  readonly answerMs?: number;
  /** Longest call, from its answer on; never more than {@link LONGEST_CALL_MS}. */
  readonly longestMs?: number;
  readonly timers?: Timers;
  readonly signal?: AbortSignal;
  /** Called with each value of a digest that tells who has it whether a guessed password is right, before it is sent. */
  readonly onDigest?: (value: Secret) => void;
  readonly onEvent?: (event: CallEvent) => void;
}

export type CallEvent =
  | { readonly kind: "ringing"; readonly status: number }
  | { readonly kind: "answered"; readonly afterMs: number }
  | { readonly kind: "step"; readonly step: ScriptStep };

export const LONGEST_CALL_MS = 45_000;
const ANSWER_MS = 30_000;
const MOST_REQUESTS = 20;
/** What a request outside of the call is answered. */
const OUTSIDE: Readonly<Record<string, number>> = { INVITE: 486, OPTIONS: 200 };

/**
 * Places one call, plays a script, measures what comes, and hangs up: also on an abort, at the limit, and where the answer
 * crosses the CANCEL. When it resolves nothing of the call goes over the wire any more. Nothing that a network or a peer can
 * do makes it throw.
 *
 * @throws SipSerializeError or SipParseError where the account, the callee or the proxy makes no valid address.
 */
export async function measureCall(options: MeasuredCallOptions): Promise<MeasuredCall> {
  const { flow, timers } = options;
  const started = performance.now();
  const endpoint = await RtpEndpoint.open(flow.local.address).catch(() => undefined);
  if (endpoint === undefined) return neverPlaced(flow.local, performance.now() - started);
  let running: RunningCall | undefined;
  const transactions = new Transactions(flow, {
    ...present({ timers }),
    onRequest: (transaction) => running?.receive(transaction) ?? transaction.respond(481),
  });
  try {
    running = new RunningCall(options, transactions, endpoint);
    return await running.run();
  } finally {
    endpoint.close();
    transactions.close();
  }
}

function neverPlaced(local: SocketAddress, tookMs: number): MeasuredCall {
  const setup = { outcome: "no-port", ringing: [], tookMs, credentialsSent: false, local } as const;
  return { setup, steps: [], requests: [] };
}

class RunningCall {
  readonly #options: MeasuredCallOptions;
  readonly #endpoint: RtpEndpoint;
  readonly #calls: Calls;
  readonly #session: LocalSession;
  readonly #key: SrtpKey | undefined;
  readonly #began: number;
  readonly #ringing: { status: number; atMs: number }[] = [];
  readonly #requests: CallRequestFacts[] = [];
  #answeredAt: number | undefined;
  #codec: G711 = "PCMU";
  #aim: AudioAim = { instead: "off" };
  #toneMs = 0;
  /** Of the other side, where voice must be encrypted: then none is sent. */
  #hasNoKey = false;

  constructor(options: MeasuredCallOptions, transactions: Transactions, endpoint: RtpEndpoint) {
    const { flow, account, encrypted } = options;
    this.#options = options;
    this.#endpoint = endpoint;
    this.#key = encrypted ? SrtpKey.random() : undefined;
    const media = { address: flow.local.address, port: endpoint.port };
    const crypto = this.#key?.toCrypto();
    this.#session = new LocalSession(media, { events: true, ...present({ crypto }) });
    const { address: host, port } = flow.local;
    const params = new Map(flow.transport === "udp" ? [] : [["transport", flow.transport]]);
    const contact = writeUri({ scheme: "sip", user: account.user, host, port, params });
    this.#calls = new Calls(transactions, { contact });
    this.#began = endpoint.nowMs;
  }

  /** Answers a request within the call, and notes it. */
  receive(transaction: ServerTransaction): true {
    const { request } = transaction;
    const { method } = request;
    const announced = announcedAudio(request);
    if (this.#requests.length < MOST_REQUESTS) {
      const reason = request.headers.get("Reason");
      this.#requests.push({
        atMs: Math.round(this.#endpoint.nowMs - (this.#answeredAt ?? this.#endpoint.nowMs)),
        method,
        ...present({ announced }),
        ...(reason === undefined ? {} : { reason: untrusted(reason, { max: 120 }) }),
      });
    }
    if (!this.#calls.handle(transaction)) transaction.respond(OUTSIDE[method] ?? 501);
    else if (method === "INVITE") this.#aimAt(request);
    return true;
  }

  async run(): Promise<MeasuredCall> {
    const placed = this.#place();
    const outcome = await placed.outcome;
    if (outcome.kind !== "answered") {
      const tookMs = Math.round(this.#endpoint.nowMs - this.#began);
      await placed.settled;
      return { setup: this.#setup(placed, outcome, tookMs), steps: [], requests: this.#requests };
    }
    const { call, response, source } = outcome;
    const answeredAt = this.#endpoint.nowMs;
    this.#answeredAt = answeredAt;
    this.#options.onEvent?.({ kind: "answered", afterMs: Math.round(answeredAt - this.#began) });
    this.#encrypt(response);
    this.#aimAt(response);
    const steps: MeasuredCall["steps"] = await this.#play(call, answeredAt);
    const end = await this.#end(call, answeredAt);
    return {
      setup: this.#setup(placed, outcome, Math.round(answeredAt - this.#began)),
      answer: answerOf(response, source, placed.repeatedAnswers),
      audio: this.#audio(answeredAt),
      steps,
      requests: this.#requests,
      end,
    };
  }

  #place(): PlacedCall {
    const {
      account,
      callee,
      password,
      proxy,
      remote,
      signal,
      mayRing = true,
      onDigest,
      onEvent,
    } = this.#options;
    const rang = new AbortController();
    const { user, domain: host, displayName, authUser } = account;
    return this.#calls.place({
      uri: writeUri({ scheme: "sip", user: callee, host, ...present({ port: account.port }) }),
      to: writeUri({ scheme: "sip", user: callee, host }),
      from: writeUri({ scheme: "sip", user, host }),
      peer: remote,
      session: this.#session,
      deadlineMs: this.#options.answerMs ?? ANSWER_MS,
      signal: signal === undefined ? rang.signal : AbortSignal.any([signal, rang.signal]),
      ...present({ proxy, onDigest, displayName }),
      ...(password === undefined ? {} : { credentials: { username: authUser ?? user, password } }),
      onProvisional: ({ status }) => {
        this.#ringing.push({ status, atMs: Math.round(this.#endpoint.nowMs - this.#began) });
        if (status > 100) onEvent?.({ kind: "ringing", status });
        if (!mayRing && isSomeonesPhone(status)) rang.abort();
      },
    });
  }

  #encrypt(response: SipResponse): void {
    if (this.#key === undefined) return;
    const values = response.body.toString("latin1").match(/(?<=^a=crypto:).{1,200}/gm) ?? [];
    const theirs = SrtpKey.read(values);
    if (theirs === undefined) this.#hasNoKey = true;
    else this.#endpoint.encrypt(new Srtp(this.#key, theirs));
  }

  /** Has voice go where a description wants it, as far as it may. */
  #aimAt(message: SipMessage): void {
    const announced = announcedAudio(message);
    if (announced === undefined) return;
    const { remote, mayHear } = this.#options;
    const codec = announced.payloadTypes.flatMap((type) => codecOf(type) ?? [])[0];
    this.#aim = this.#hasNoKey ? { instead: "off" } : aimAudio(announced, remote.address, mayHear);
    this.#codec = codec ?? this.#codec;
    this.#endpoint.sendTo(codec === undefined ? undefined : this.#aim.target, this.#codec);
  }

  async #play(call: Call, answeredAt: number): Promise<MeasuredCall["steps"]> {
    const { script, signal, longestMs = LONGEST_CALL_MS, onEvent } = this.#options;
    const over = new AbortController();
    const end = () => over.abort();
    void call.ended.then(end);
    const timer = setTimeout(end, Math.min(longestMs, LONGEST_CALL_MS));
    timer.unref();
    const signals = [over.signal, ...(signal === undefined ? [] : [signal])];
    const onStep = (step: ScriptStep) => {
      if (step.do === "tone") this.#toneMs += step.ms;
      onEvent?.({ kind: "step", step });
    };
    try {
      return await runScript(script, this.#endpoint, answeredAt, AbortSignal.any(signals), onStep);
    } finally {
      clearTimeout(timer);
    }
  }

  async #end(call: Call, answeredAt: number): Promise<EndFacts> {
    const byeAt = this.#endpoint.nowMs;
    const outcome = await call.hangUp();
    const how = await call.ended;
    const since = (atMs: number) => Math.round(atMs - answeredAt);
    if (how === "hung-up-there") {
      const bye = this.#requests.findLast(({ method }) => method === "BYE");
      const q850 = q850Of(bye?.reason?.unwrap());
      return { by: "there", atMs: bye?.atMs ?? since(byeAt), ...present({ reason: bye?.reason, q850 }) };
    }
    if (how === "closed") return { by: "lost", atMs: since(byeAt) };
    const bye = outcome?.kind === "response" ? outcome.response.status : "unanswered";
    return { by: "here", atMs: since(byeAt), bye };
  }

  #audio(answeredAt: number): AudioFacts {
    const { port, frames, ...facts } = this.#endpoint.facts();
    const first = Math.min(...facts.received.map(({ firstAtMs }) => firstAtMs));
    const since = frames.filter(({ atMs }) => atMs >= answeredAt);
    const loudest = Math.max(...since.map(({ level }) => level));
    const sounds = since.filter(({ level }) => level > SOUND_LEVEL);
    return {
      ...facts,
      codec: this.#codec,
      encrypted: this.#key !== undefined,
      local: { address: this.#options.flow.local.address, port },
      aim: this.#aim,
      ...(facts.received.length === 0 ? {} : { firstMs: Math.round(first - answeredAt) }),
      ...(since.length === 0 ? {} : { loudest }),
      soundMs: sounds.length * FRAME_MS,
      tone: {
        sentMs: this.#toneMs,
        returnedMs: sounds.filter(({ isTone }) => isTone).length * FRAME_MS,
      },
    };
  }

  #setup(placed: PlacedCall, outcome: PlaceOutcome, tookMs: number): SetupFacts {
    const { flow, remote } = this.#options;
    const common = {
      ...{ ringing: this.#ringing, tookMs, local: flow.local },
      credentialsSent: placed.isAuthorized,
    };
    if (outcome.kind === "answered" || outcome.kind === "rejected") {
      const { response, request, source } = outcome;
      const [reason, warning] = [response.headers.get("Reason"), response.headers.get("Warning")];
      return {
        ...common,
        outcome: outcome.kind === "answered" ? "answered" : "refused",
        status: response.status,
        reason: untrusted(response.reason, { max: 80 }),
        ...present({ q850: q850Of(reason) }),
        ...(warning === undefined ? {} : { warning: untrusted(warning, { max: 120 }) }),
        facts: readResponseFacts(request, response, remote, source),
      };
    }
    if (outcome.kind === "aborted") return { ...common, outcome: "aborted" };
    if (this.#ringing.length > 0) return { ...common, outcome: "unfinished" };
    if (outcome.kind === "timeout") return { ...common, outcome: "silent" };
    return { ...common, outcome: "failed", problem: failureWords(outcome) };
  }
}

function answerOf(response: SipResponse, source: SocketAddress, repeated: number): AnswerFacts {
  const { headers } = response;
  const announced = announcedAudio(response);
  const uri = readContacts(headers).list[0]?.uri;
  const contact = uri === undefined ? undefined : tolerant(() => parseUri(uri));
  const allow = headers.all("Allow").flatMap((line) => line.split(","));
  return {
    source,
    ...(contact === undefined
      ? {}
      : { contact: { host: untrustedToken(contact.host, 120), ...present({ port: contact.port }) } }),
    ...(allow.length === 0 ? {} : { allow: allow.slice(0, 40).map((method) => method.trim().toUpperCase()) }),
    ...present({ announced }),
    telephoneEvent: [...(announced?.codecs.values() ?? [])].some(({ name }) => name === "telephone-event"),
    repeated,
  };
}

/** The cause in a Reason header (RFC 3326, RFC 6432). */
function q850Of(reason: string | undefined): number | undefined {
  const cause = /\bQ\.850\s{0,9};[^,]{0,80}?\bcause\s{0,9}=\s{0,9}(\d{1,3})\b/i.exec(reason ?? "")?.[1];
  return cause === undefined ? undefined : Number(cause);
}
