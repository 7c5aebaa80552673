import { present } from "../base/present.js";
import {
  checkUsername,
  type DigestChallenge,
  DigestError,
  parseSeconds,
  parseUri,
  readContacts,
  type SipResponse,
  type SipUri,
  sameUri,
  tolerant,
} from "../sip/index.js";
import { readFirstChallenge } from "./first-challenge.js";
import type { Way } from "./reach.js";
import { authUserOf } from "./record.js";
import { buildRegister, overflows, type RegisterDialog, RegistrantCrash } from "./register-request.js";
import type { RegistrantClock } from "./registrant-clock.js";
import { REPLY_TIMEOUT, type RegistrantProfile, TIMER_INTERVAL } from "./registrant-profile.js";
import { advance, type PendingState, type RegisterEvent, type Rest } from "./registrant-state.js";
import type { StoredSip } from "./store.js";

/**
 * A registrar that answers 423 to whatever expiry it has asked for itself keeps OpenSIPS busy without end and without a
 * pause. This guard is the sandbox's own: after this many REGISTERs it waits for a tick before it continues.
 */
const REPEATS_BEFORE_PAUSE = 20;

export interface ExchangeOptions {
  readonly purpose: "bind" | "unbind";
  /** Seconds to ask for; not for `unbind`. */
  readonly expires: number;
  readonly settings: StoredSip;
  readonly profile: RegistrantProfile;
  readonly clock: RegistrantClock;
  readonly dialog: RegisterDialog;
  /** Gives a flow that is open, or nothing where there is no way. */
  readonly way: (signal: AbortSignal) => Promise<Way | undefined>;
  readonly signal: AbortSignal;
  /** Called before each request goes out. */
  readonly onSend: (state: PendingState, expires: number) => void;
}

export interface ExchangeResult {
  readonly move: Rest;
  /** Seconds that were asked for in the end: a 423 raises or lowers them. */
  readonly asked: number;
  /** Seconds, where a 200 names them. */
  readonly granted?: number;
  /** Whether the registrar answered in time. */
  readonly answered: boolean;
}

/**
 * One cycle of OpenSIPS's registrant, which is less forgiving than our own user agent: only the first challenge is
 * looked at and only one is answered, `stale` is ignored, a redirect is an error.
 *
 * @throws the signal's reason when aborted; RegistrantCrash.
 */
export async function exchange(options: ExchangeOptions): Promise<ExchangeResult> {
  const { purpose, profile, clock, signal } = options;
  let state: PendingState = purpose === "bind" ? "REGISTERING_STATE" : "UNREGISTERING_STATE";
  let asked = purpose === "bind" ? options.expires : 0;
  let challenge: DigestChallenge | undefined;
  for (let repeats = 0; ; ) {
    options.onSend(state, asked);
    const reply = await ask(options, asked, challenge);
    const offered = reply && usableChallenge(reply.response, options);
    const move = advance(state, readEvent(reply?.response, offered !== undefined), profile);
    if (move.next === "rest") {
      const granted = reply && move.state === "REGISTERED_STATE" ? grantedSeconds(reply, profile) : undefined;
      return { move, asked, answered: reply !== undefined, ...present({ granted }) };
    }
    ({ state } = move);
    if (move.next === "authenticate") challenge = offered;
    else {
      challenge = undefined;
      asked = move.expires;
      repeats += 1;
      if (repeats % REPEATS_BEFORE_PAUSE === 0) await clock.until(clock.now() + TIMER_INTERVAL, signal);
    }
  }
}

interface Reply {
  readonly response: SipResponse;
  readonly way: Way;
}

/**
 * Sends a REGISTER and waits for its final answer. Whatever goes wrong below SIP is not seen before the time is up: `tm`
 * then makes a 408 of it. Nothing is that 408.
 */
async function ask(
  options: ExchangeOptions,
  expires: number,
  challenge: DigestChallenge | undefined,
): Promise<Reply | undefined> {
  const { clock } = options;
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const silence = clock.until(clock.now() + REPLY_TIMEOUT, signal).then(() => undefined);
  const send = async (): Promise<Reply | undefined> => {
    const way = await options.way(signal);
    if (way === undefined) return undefined;
    const request = buildRegister({ ...options, way, expires, challenge });
    if (overflows(request)) {
      await way.flow.send(request, way.remote);
      throw new RegistrantCrash("Contact and Authorization do not fit");
    }
    const outcome = await way.transactions.send(request, way.remote, { signal }).outcome;
    return outcome.kind === "response" ? { response: outcome.response, way } : undefined;
  };
  try {
    return await Promise.race([silence, send().then((reply) => reply ?? silence)]);
  } finally {
    over.abort();
  }
}

/** The first challenge, unless our user cannot be written in a header. */
function usableChallenge(
  response: SipResponse,
  { settings, profile }: ExchangeOptions,
): DigestChallenge | undefined {
  try {
    checkUsername(authUserOf(settings));
    return readFirstChallenge(response, profile);
  } catch (error) {
    if (error instanceof DigestError) return undefined;
    throw error;
  }
}

function readEvent(response: SipResponse | undefined, answerable: boolean): RegisterEvent {
  if (response === undefined) return { kind: "timeout" };
  const { status, headers } = response;
  const minExpires = readSeconds(headers.get("Min-Expires"));
  return {
    kind: "response",
    status,
    hasContact: readContacts(headers).list.length > 0,
    answerable,
    ...present({ minExpires }),
  };
}

/** Our own Contact's expiry, else that of the Expires header: a foreign Contact's is not taken, and 0 neither. */
function grantedSeconds(
  { response: { headers }, way }: Reply,
  { comparesContactsAsText }: RegistrantProfile,
): number | undefined {
  const isOurs = (uri: string) =>
    comparesContactsAsText ? uri === way.contact : isSameContact(uri, way.contactUri);
  const own = readContacts(headers).list.find(({ uri }) => isOurs(uri));
  return own?.expires || readSeconds(headers.get("Expires")) || undefined;
}

function isSameContact(uri: string, contact: SipUri): boolean {
  const parsed = tolerant(() => parseUri(uri));
  return parsed !== undefined && sameUri(parsed, contact);
}

function readSeconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : tolerant(() => parseSeconds(text.trim()));
}
