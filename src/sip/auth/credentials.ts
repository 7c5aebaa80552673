import type { Buffer } from "node:buffer";
import { present } from "../../base/present.js";
import { sameText } from "../../base/same-text.js";
import { Secret } from "../../redaction/secret.js";
import { type AuthValue, parseAuthHeader } from "../message/auth-header.js";
import { SipParseError } from "../message/errors.js";
import type { Headers } from "../message/message.js";
import { canonicalAlgorithm, type DigestAlgorithm, type Qop } from "./challenge.js";
import { digestHa1, digestResponse } from "./digest.js";

/** Digest credentials as a client sent them. */
export interface DigestCredentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  readonly qop?: Qop;
  readonly cnonce?: string;
  /** As sent: eight hexadecimal digits. */
  readonly nc?: string;
  readonly opaque?: string;
}

type CredentialsFault =
  | "malformed"
  | "scheme"
  | "algorithm"
  | "qop"
  | "realm"
  | "uri"
  | "opaque"
  | "nonce"
  | "stale"
  | "nonce-count"
  | "unknown-user"
  | "response";

export type Verdict =
  | { readonly ok: true; readonly username: string; readonly nonce: string; readonly nonceCount?: number }
  /** `username` where it could be read: outside text. */
  | { readonly ok: false; readonly fault: CredentialsFault; readonly username?: string };

export interface VerifyOptions {
  /** Value of Authorization or Proxy-Authorization. */
  readonly header: string;
  readonly method: string;
  /** Request-URI as it came; compared byte for byte with `uri=`. */
  readonly uri: string;
  readonly body?: Buffer;
  readonly realm: string;
  /** The user's password, or H(user:realm:password) for that algorithm; `undefined` for an unknown user. */
  readonly lookup: (
    username: string,
    algorithm: DigestAlgorithm,
  ) => Secret | { readonly ha1: Secret } | undefined;
  /** What this server knows of a nonce. */
  readonly nonceState: (nonce: string) => "valid" | "stale" | "unknown";
  /** Highest nonce count taken for that nonce; a count that is not above it is refused. */
  readonly lastNonceCount?: (nonce: string) => number;
  readonly opaque?: string;
  /** Algorithms that the server has offered; all by default. */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** Qop values that the server has offered; an answer without one is then refused, and one not offered too. */
  readonly qop?: readonly Qop[];
}

/**
 * Judges an answer to a challenge as a registrar does (RFC 7616 3.4.6). Passwords are compared in constant
 * time and an unknown user takes as long as a known one. The caller remembers `nonceCount`.
 */
export function verifyCredentials(options: VerifyOptions): Verdict {
  const read = readCredentials(options.header);
  if (typeof read === "string") return { ok: false, fault: read };
  const { username, nonce, nc } = read;
  const fault = firstFault(read, options);
  if (fault !== undefined) return { ok: false, fault, username };
  const counted = nc === undefined ? {} : { nonceCount: Number.parseInt(nc, 16) };
  return { ok: true, username, nonce, ...counted };
}

function firstFault(read: DigestCredentials, options: VerifyOptions): CredentialsFault | undefined {
  if (options.algorithms !== undefined && !options.algorithms.includes(read.algorithm)) return "algorithm";
  if (!qopFits(read.qop, options.qop)) return "qop";
  if (read.realm !== options.realm) return "realm";
  if (read.uri !== options.uri) return "uri";
  if (options.opaque !== undefined && read.opaque !== options.opaque) return "opaque";
  const state = options.nonceState(read.nonce);
  if (state === "unknown") return "nonce";
  const password = passwordFault(read, options);
  if (password !== undefined) return password;
  // Only after the password: `stale` tells the client that it was right (RFC 7616 3.3).
  if (state === "stale") return "stale";
  const last = options.lastNonceCount?.(read.nonce) ?? 0;
  return read.nc !== undefined && Number.parseInt(read.nc, 16) <= last ? "nonce-count" : undefined;
}

function qopFits(used: Qop | undefined, offered: readonly Qop[] | undefined): boolean {
  if (offered === undefined) return true;
  return used === undefined ? offered.length === 0 : offered.includes(used);
}

function passwordFault(
  read: DigestCredentials,
  options: VerifyOptions,
): "unknown-user" | "response" | undefined {
  const found = options.lookup(read.username, read.algorithm);
  const userHash =
    found !== undefined && "ha1" in found
      ? found.ha1.reveal()
      : digestHa1(read.algorithm, read.username, read.realm, found ?? new Secret("no such user"));
  const expected = digestResponse(userHash, {
    ...read,
    method: options.method,
    ...present({ body: options.body }),
  });
  const equal = sameText(read.response.toLowerCase(), expected);
  if (found === undefined) return "unknown-user";
  return equal ? undefined : "response";
}

/** Digest credentials of a header, or what is wrong with them. */
export function readCredentials(
  header: string,
): DigestCredentials | "malformed" | "scheme" | "algorithm" | "qop" {
  const auth = readOne(header);
  if (auth === undefined) return "malformed";
  if (auth.scheme.toLowerCase() !== "digest") return "scheme";
  const text = (name: string) => auth.params.get(name);
  const algorithm = canonicalAlgorithm(text("algorithm") ?? "MD5");
  if (algorithm === undefined) return "algorithm";
  const qop = text("qop")?.toLowerCase();
  if (qop !== undefined && qop !== "auth" && qop !== "auth-int") return "qop";
  const [username, realm, nonce, uri, response] = ["username", "realm", "nonce", "uri", "response"].map(text);
  const cnonce = text("cnonce");
  const nc = text("nc");
  const opaque = text("opaque");
  if (username === undefined || realm === undefined || nonce === undefined) return "malformed";
  if (uri === undefined || response === undefined) return "malformed";
  if (nc !== undefined && !/^[0-9a-f]{8}$/i.test(nc)) return "malformed";
  if (qop !== undefined && (nc === undefined || cnonce === undefined)) return "malformed";
  if (algorithm.endsWith("-sess") && cnonce === undefined) return "malformed";
  return {
    ...{ username, realm, nonce, uri, response, algorithm },
    ...(qop === undefined ? {} : { qop }),
    ...present({ cnonce, nc, opaque }),
  };
}

function readOne(header: string): AuthValue | undefined {
  try {
    const [auth, ...more] = parseAuthHeader(header);
    return auth === undefined || more.length > 0 || auth.repeated ? undefined : auth;
  } catch (error) {
    if (error instanceof SipParseError) return undefined;
    throw error;
  }
}

/**
 * The parts of credentials that would show anyone whether a guessed password is right, so they are never shown. They are
 * hexadecimal: each also as others may write its bytes.
 */
export function digestValues(headers: Headers): Secret[] {
  return ["Authorization", "Proxy-Authorization"].flatMap((name) =>
    headers.all(name).flatMap((header) => {
      const sent = readCredentials(header);
      if (typeof sent === "string") return [];
      return [sent.response, ...(sent.cnonce === undefined ? [] : [sent.cnonce])].flatMap((value) => {
        const secret = new Secret(value);
        return [secret, ...secret.inBase64()];
      });
    }),
  );
}
