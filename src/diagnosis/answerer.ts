import { FAMILY_NAMES, type Family } from "../answers/families.js";
import { present } from "../base/present.js";
import { type RecognizedServer, recognizeServer } from "../presets/index.js";
import type { Untrusted } from "../redaction/untrusted.js";
import type { ChallengeEvidence, ExchangeEvidence } from "./evidence-registrar.js";
import type { Counter } from "./failed-logins.js";

export interface Answerer {
  /** Server or User-Agent header. */
  readonly header?: Untrusted;
  readonly family: Family;
  /** The family's name for a sentence; where it is not known, the header. */
  readonly name: string;
  /** Presets that such a header fits, the likeliest first. */
  readonly presets: readonly RecognizedServer[];
}

/**
 * Who answers, from the headers and the challenge: codes mean different things on different PBXs. Pure. The
 * header may be changed by an administrator or belong to a proxy in front, so this is a hint, not proof.
 */
export function identifyAnswerer(exchanges: readonly ExchangeEvidence[]): Answerer {
  const answered = exchanges.filter(({ result }) => result === "answered");
  // What the registrar itself says counts before what a proxy says to OPTIONS.
  const inOrder = [
    ...answered.filter(({ method }) => method === "REGISTER"),
    ...answered.filter(({ method }) => method === "OPTIONS"),
  ];
  const refusal = refusalIn(inOrder);
  const header = refusal?.server ?? inOrder.find(({ server }) => server !== undefined)?.server;
  const text = header?.unwrap();
  const family = refusal
    ? familyOf(refusal.server?.unwrap(), challengeBy(refusal, inOrder))
    : familyOf(text, inOrder.find((exchange) => exchange.challenge)?.challenge);
  const presets = text === undefined ? [] : fitting(recognizeServer(text), family);
  return {
    ...present({ header }),
    family,
    name: nameOf(family) ?? presets[0]?.product ?? String(header),
    presets,
  };
}

/** Who may count what was asked as failed logins. Where one of several challenges is Asterisk's, it is that one. Pure. */
export function counterOf(exchanges: readonly ExchangeEvidence[]): Counter {
  const { family } = identifyAnswerer(exchanges);
  const challenges = exchanges.flatMap(({ challenge }) => (challenge?.offers.length ? [challenge] : []));
  const challenge = challenges.find(({ nonceOf }) => nonceOf !== undefined) ?? challenges[0];
  return { family, ...present({ challenge }) };
}

/** The answer that refuses the registration: to the credentials, or to the first REGISTER if that is not a challenge. */
function refusalIn(answered: readonly ExchangeEvidence[]): ExchangeEvidence | undefined {
  const registers = answered.filter(({ method }) => method === "REGISTER");
  const last = registers.findLast(({ withCredentials }) => withCredentials) ?? registers[0];
  if (last?.status === undefined || last.status < 300) return undefined;
  const isFirstChallenge = !last.withCredentials && (last.status === 401 || last.status === 407);
  return isFirstChallenge ? undefined : last;
}

/** A challenge identifies the server that sent it, and one behind it only if both give the same name. */
function challengeBy(
  refusal: ExchangeEvidence,
  answered: readonly ExchangeEvidence[],
): ChallengeEvidence | undefined {
  const name = refusal.server?.unwrap();
  const byIt = answered.filter(({ method, server }) => method === "REGISTER" && server?.unwrap() === name);
  return refusal.challenge ?? byIt.find(({ challenge }) => challenge)?.challenge;
}

function nameOf(family: Family): string | undefined {
  if (family === "unknown") return "a server that gives no name";
  return family === "other" ? undefined : FAMILY_NAMES[family];
}

function familyOf(header: string | undefined, challenge: ChallengeEvidence | undefined): Family {
  const realm = challenge?.offers[0]?.realm.unwrap();
  if (/^3CX/i.test(header ?? "") || realm === "3CXPhoneSystem") return "3cx";
  if (header === undefined) return "unknown";
  if (/FreeSWITCH/i.test(header)) return "freeswitch";
  if (/^kamailio\b/i.test(header)) return "kamailio";
  if (/^opensips\b/i.test(header)) return "opensips";
  if (/asterisk|^FPBX-|^issabel/i.test(header)) return asteriskStack(header, challenge);
  return "other";
}

/** chan_sip challenges without qop, PJSIP with it (measured on 16.28 and 22.10); from 21 on there is only PJSIP. */
function asteriskStack(header: string, challenge: ChallengeEvidence | undefined): Family {
  const version = /^FPBX-[^(]*\((\d+)/.exec(header)?.[1] ?? /Asterisk PBX (\d+)\./i.exec(header)?.[1];
  if (Number(version ?? 0) >= 21) return "asterisk-pjsip";
  const offer = challenge?.offers[0];
  if (offer) return offer.qop.length === 0 ? "asterisk-chan-sip" : "asterisk-pjsip";
  return "asterisk";
}

/** Asterisk's two stacks have separate presets but one header. */
function fitting(presets: readonly RecognizedServer[], family: Family): readonly RecognizedServer[] {
  if (family === "asterisk-chan-sip") return presets.filter(({ id }) => !id.endsWith("-pjsip"));
  if (family === "asterisk-pjsip") return presets.filter(({ id }) => !id.endsWith("-chan-sip"));
  return presets;
}

/** The preset that may be taken without asking: one that fits, and no other as well. */
export function recognisedPreset({ presets, family }: Answerer): string | undefined {
  const [first, second] = presets;
  if (first === undefined || first.confidence === "low") return undefined;
  // Where the stack is open, so is the preset.
  if (family === "asterisk" && second !== undefined) return undefined;
  return second === undefined || second.confidence === "low" || first.confidence !== second.confidence
    ? first.id
    : undefined;
}
