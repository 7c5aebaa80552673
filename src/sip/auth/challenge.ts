import { present } from "../../base/present.js";
import { type AuthValue, parseAuthHeader, quote } from "../message/auth-header.js";
import { DigestError, SipParseError } from "../message/errors.js";
import type { SipResponse } from "../message/message.js";

/** Algorithms of RFC 7616 and RFC 8760, spelt as registered. */
export const DIGEST_ALGORITHMS = [
  "MD5",
  "MD5-sess",
  "SHA-256",
  "SHA-256-sess",
  "SHA-512-256",
  "SHA-512-256-sess",
] as const;
export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];
const QOPS = ["auth", "auth-int"] as const;
export type Qop = (typeof QOPS)[number];

/** A Digest challenge that can be answered. Realm and nonce are the server's words, unescaped. */
export interface DigestChallenge {
  /** From Proxy-Authenticate (407), to be answered in Proxy-Authorization. */
  readonly proxy: boolean;
  readonly realm: string;
  readonly nonce: string;
  readonly opaque?: string;
  readonly algorithm: DigestAlgorithm;
  /** False when the header names none, which means MD5; then the answer names none either. */
  readonly algorithmGiven: boolean;
  /** Offered values that we know; empty means the RFC 2069 form. */
  readonly qop: readonly Qop[];
  readonly stale: boolean;
}

type PassedOverReason = "malformed" | "scheme" | "algorithm" | "qop" | "no realm" | "no nonce" | "control";

/** A challenge that we cannot or will not answer. Fields are outside text. */
interface PassedOver {
  readonly proxy: boolean;
  readonly scheme?: string;
  readonly realm?: string;
  readonly algorithm?: string;
  readonly reason: PassedOverReason;
}

export interface Challenges {
  /** In the order of the headers; RFC 8760 2.4: the topmost one is the server's preference. */
  readonly usable: readonly DigestChallenge[];
  readonly passedOver: readonly PassedOver[];
  /** The topmost one of all, where it is among those passed over. */
  readonly firstPassedOver?: PassedOver;
}

/** Every challenge of a 401 or 407. A broken header is passed over, not an error: another may be good. */
export function readChallenges(response: SipResponse): Challenges {
  const usable: DigestChallenge[] = [];
  const passedOver: PassedOver[] = [];
  let firstPassedOver: PassedOver | undefined;
  const order = response.status === 407 ? [true, false] : [false, true];
  for (const proxy of order) {
    for (const value of response.headers.all(proxy ? "Proxy-Authenticate" : "WWW-Authenticate")) {
      for (const read of readHeader(value, proxy)) {
        if ("reason" in read) {
          if (usable.length + passedOver.length === 0) firstPassedOver = read;
          passedOver.push(read);
        } else usable.push(read);
      }
    }
  }
  return { usable, passedOver, ...present({ firstPassedOver }) };
}

/**
 * The challenges to answer: the topmost usable one of each realm (RFC 8760 2.4, RFC 3261 22.3). The first
 * is the one that matters to a client that talks to a single server.
 */
export function chooseChallenges(challenges: Challenges): DigestChallenge[] {
  const chosen = new Map<string, DigestChallenge>();
  for (const challenge of challenges.usable) {
    const key = `${challenge.proxy} ${challenge.realm}`;
    if (!chosen.has(key)) chosen.set(key, challenge);
  }
  return [...chosen.values()];
}

function readHeader(value: string, proxy: boolean): (DigestChallenge | PassedOver)[] {
  try {
    return parseAuthHeader(value).map((auth) => readChallenge(auth, proxy));
  } catch (error) {
    if (error instanceof SipParseError) return [{ proxy, reason: "malformed" }];
    throw error;
  }
}

function readChallenge({ scheme, params }: AuthValue, proxy: boolean): DigestChallenge | PassedOver {
  const realm = params.get("realm");
  const nonce = params.get("nonce");
  const named = params.get("algorithm");
  const opaque = params.get("opaque");
  const pass = (reason: PassedOverReason): PassedOver => ({
    proxy,
    scheme,
    reason,
    ...present({ realm, algorithm: named }),
  });
  if (scheme.toLowerCase() !== "digest") return pass("scheme");
  const algorithm = canonicalAlgorithm(named ?? "MD5");
  if (algorithm === undefined) return pass("algorithm");
  if (realm === undefined) return pass("no realm");
  if (nonce === undefined) return pass("no nonce");
  if ([realm, nonce, opaque ?? ""].some(hasControl)) return pass("control");
  const challenge = digestChallenge(params, { proxy, realm, nonce, algorithm });
  const offersQop = /[^\s,]/.test(params.get("qop") ?? "");
  return offersQop && challenge.qop.length === 0 ? pass("qop") : challenge;
}

/** A challenge from its parameters, of which these four have been judged. */
export function digestChallenge(
  params: ReadonlyMap<string, string>,
  judged: Pick<DigestChallenge, "proxy" | "realm" | "nonce" | "algorithm">,
): DigestChallenge {
  const opaque = params.get("opaque");
  const offered = (params.get("qop") ?? "").toLowerCase().split(/[\s,]+/);
  return {
    ...judged,
    ...present({ opaque }),
    algorithmGiven: params.has("algorithm"),
    qop: QOPS.filter((qop) => offered.includes(qop)),
    stale: params.get("stale")?.toLowerCase() === "true",
  };
}

/** The registered spelling of an algorithm's name, `undefined` for one that we do not know. */
export function canonicalAlgorithm(name: string): DigestAlgorithm | undefined {
  return DIGEST_ALGORITHMS.find((known) => known.toLowerCase() === name.toLowerCase());
}

/** Control characters cannot be part of our quoted strings. */
export function hasControl(text: string): boolean {
  return /[\u0000-\u001f\u007f]/.test(text);
}

/** A challenge to send, for a server. */
export interface ChallengeToWrite {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque?: string;
  readonly algorithm?: DigestAlgorithm;
  readonly qop?: readonly Qop[];
  readonly stale?: boolean;
}

/**
 * The value of a WWW-Authenticate or Proxy-Authenticate header.
 *
 * @throws DigestError when realm, nonce or opaque hold control characters.
 */
export function writeChallenge(challenge: ChallengeToWrite): string {
  const { realm, nonce, opaque, algorithm, qop = [], stale = false } = challenge;
  if ([realm, nonce, opaque ?? ""].some(hasControl)) {
    throw new DigestError("unrepresentable", "a control character in a challenge");
  }
  const params = [`realm=${quote(realm)}`, `nonce=${quote(nonce)}`];
  if (opaque !== undefined) params.push(`opaque=${quote(opaque)}`);
  if (stale) params.push("stale=true");
  if (algorithm !== undefined) params.push(`algorithm=${algorithm}`);
  if (qop.length > 0) params.push(`qop="${qop.join(",")}"`);
  return `Digest ${params.join(", ")}`;
}
