import type { Secret } from "../secret.js";
import {
  answerChallenge,
  checkUsername,
  chooseChallenges,
  type DigestChallenge,
  DigestError,
  type Outcome,
  parseSeconds,
  parseUri,
  readChallenges,
  readContacts,
  type SipRequest,
  type SipResponse,
  sameUri,
  tolerant,
  type UserAgent,
  writeNameAddr,
} from "../sip/index.js";
import { advance, type Move, type PendingState, type RegisterEvent } from "./registrant-state.js";

export interface ExchangeOptions {
  readonly purpose: "bind" | "unbind";
  /** Seconds to ask for; not for `unbind`. */
  readonly expires: number;
  readonly password: Secret;
  /** For the whole exchange. Without it each request waits for 64·T1. */
  readonly deadlineMs?: number;
  readonly signal: AbortSignal;
  /** Called before each request goes out. */
  readonly onSend: (state: PendingState) => void;
}

export interface ExchangeResult {
  readonly move: Exclude<Move, { next: "authenticate" | "register" }>;
  /** Seconds, after a 200. */
  readonly granted?: number;
  /** Whether the registrar answered at all. */
  readonly answered: boolean;
}

/**
 * One REGISTER exchange as OpenSIPS's registrant runs it, which is less forgiving than a user agent of our
 * own: one challenge is answered, `stale` is ignored, a redirect is an error. An ICMP refusal goes unheard,
 * since its socket is not connected. Resolves with nothing when aborted.
 */
export async function exchange(
  agent: UserAgent,
  options: ExchangeOptions,
): Promise<ExchangeResult | undefined> {
  const started = performance.now();
  let state: PendingState = options.purpose === "bind" ? "REGISTERING_STATE" : "UNREGISTERING_STATE";
  let expires = options.purpose === "bind" ? options.expires : 0;
  let challenge: DigestChallenge | undefined;
  for (;;) {
    const request = buildRegister(agent, expires, challenge, options.password);
    options.onSend(state);
    const left =
      options.deadlineMs === undefined ? undefined : options.deadlineMs - (performance.now() - started);
    const { outcome } = agent.transactions.send(request, agent.remote, {
      signal: options.signal,
      ...(left === undefined ? {} : { deadlineMs: Math.max(1, left) }),
    });
    const ended = await outcome;
    if (ended.kind === "aborted") return undefined;
    const offered = ended.kind === "response" ? usableChallenge(ended.response, agent) : undefined;
    const move = advance(state, readEvent(ended, offered !== undefined), expires);
    if (move.next === "authenticate") {
      challenge = offered;
      state = move.state;
    } else if (move.next === "register") {
      challenge = undefined;
      ({ state, expires } = move);
    } else {
      if (ended.kind !== "response") return { move, answered: false };
      const granted = grantedSeconds(ended.response, agent, expires);
      return { move, answered: true, ...(move.next === "refresh" ? { granted } : {}) };
    }
  }
}

function buildRegister(
  agent: UserAgent,
  expires: number,
  challenge: DigestChallenge | undefined,
  password: Secret,
): SipRequest {
  const params = new Map([["expires", String(expires)]]);
  const request = agent.newRequest("REGISTER", [
    ["Contact", writeNameAddr({ uri: agent.contact, params })],
    ["Expires", String(expires)],
  ]);
  if (challenge === undefined) return request;
  const { name, value } = answerChallenge({
    challenge,
    method: "REGISTER",
    uri: request.uri,
    username: authUser(agent),
    password,
  });
  request.headers.append(name, value);
  return request;
}

function authUser({ account }: UserAgent): string {
  return account.authUser ?? account.user;
}

/** The challenge to answer: the first usable one, unless our user cannot stand in a header. */
function usableChallenge(response: SipResponse, agent: UserAgent): DigestChallenge | undefined {
  try {
    checkUsername(authUser(agent));
    return chooseChallenges(readChallenges(response))[0];
  } catch (error) {
    if (error instanceof DigestError) return undefined;
    throw error;
  }
}

/** Codes of the system for "there is no way to send this". Everything else below SIP comes out as a time-out. */
const UNSENDABLE = ["ENETUNREACH", "EHOSTUNREACH", "EINVAL", "EACCES", "EPERM", "EADDRNOTAVAIL", "EMSGSIZE"];

function readEvent(outcome: Exclude<Outcome, { kind: "aborted" }>, answerable: boolean): RegisterEvent {
  if (outcome.kind === "timeout") return { kind: "timeout" };
  if (outcome.kind === "transport-error") return failureEvent(outcome.code);
  const { status, headers } = outcome.response;
  const minExpires = tolerant(() => parseSeconds(headers.get("Min-Expires") ?? ""));
  return {
    kind: "response",
    status,
    hasContact: readContacts(headers).list.length > 0,
    answerable,
    ...(minExpires === undefined ? {} : { minExpires }),
  };
}

export function failureEvent(code: string): RegisterEvent {
  return { kind: UNSENDABLE.includes(code) ? "unsendable" : "timeout" };
}

/** Our own Contact's expiry; that of the only other one, which the PBX may have rewritten; what was asked for. */
function grantedSeconds({ headers }: SipResponse, agent: UserAgent, asked: number): number {
  const { list } = readContacts(headers);
  const own = list.find(({ uri }) => {
    const parsed = tolerant(() => parseUri(uri));
    return parsed !== undefined && sameUri(parsed, agent.contactUri);
  });
  return (own ?? list[0])?.expires ?? asked;
}
