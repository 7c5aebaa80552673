import type { Buffer } from "node:buffer";
import { createHash, randomBytes } from "node:crypto";
import { present } from "../../base/present.js";
import { Secret } from "../../redaction/secret.js";
import { quote } from "../message/auth-header.js";
import { encodeBytes } from "../message/bytes.js";
import { DigestError } from "../message/errors.js";
import {
  DIGEST_ALGORITHMS,
  type DigestAlgorithm,
  type DigestChallenge,
  hasControl,
  type Qop,
} from "./challenge.js";

/** What goes into a digest besides user, realm and password (RFC 7616 3.4). */
export interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  readonly method: string;
  /** The `uri` parameter; byte for byte the Request-URI. */
  readonly uri: string;
  readonly nonce: string;
  /** Needed with a qop and with every `-sess` algorithm. */
  readonly cnonce?: string;
  /** Eight hexadecimal digits; needed with a qop. */
  readonly nc?: string;
  /** `undefined` is the RFC 2069 form. */
  readonly qop?: Qop;
  /** Hashed for `auth-int`. */
  readonly body?: Buffer;
}

const HASHES: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-256": "sha256",
  "SHA-512-256": "sha512-256",
};

/** H(data) in lower-case hexadecimal; the session variants use the hash of their base. Text is taken as UTF-8, but for bytes that came as none. */
export function digestHash(algorithm: DigestAlgorithm, data: string | Buffer): string {
  const name = HASHES[algorithm.replace(/-sess$/, "")] as string;
  return createHash(name)
    .update(typeof data === "string" ? encodeBytes(data) : data)
    .digest("hex");
}

/** H(user:realm:password), what a registrar may store instead of the password. Never shown: it is as good as one. */
export function digestHa1(
  algorithm: DigestAlgorithm,
  username: string,
  realm: string,
  password: Secret,
): string {
  return digestHash(algorithm, `${username}:${realm}:${password.reveal()}`);
}

/** H(user:realm:password) by each algorithm, in each form in which a server that has it may write it back. */
export function ha1Forms(username: string, realm: string, password: Secret): Secret[] {
  // Session variants have the hash of their base.
  const hashes = new Set(
    DIGEST_ALGORITHMS.map((algorithm) => digestHa1(algorithm, username, realm, password)),
  );
  return [...hashes].flatMap((hash) => {
    const secret = new Secret(hash);
    return [secret, ...secret.inBase64()];
  });
}

/** The `response` value (RFC 7616 3.4.1, RFC 2617 3.2.2, RFC 2069 2.1.2), from H(user:realm:password). */
export function digestResponse(userHash: string, input: DigestInput): string {
  const { algorithm, method, uri, nonce, cnonce = "", nc = "", qop } = input;
  const hash = (text: string) => digestHash(algorithm, text);
  const ha1 = algorithm.endsWith("-sess") ? hash(`${userHash}:${nonce}:${cnonce}`) : userHash;
  const a2 = `${method}:${uri}`;
  const ha2 = hash(qop === "auth-int" ? `${a2}:${digestHash(algorithm, input.body ?? "")}` : a2);
  return hash(qop === undefined ? `${ha1}:${nonce}:${ha2}` : `${ha1}:${nonce}:${nc}:${cnonce}:${qop}:${ha2}`);
}

export interface AnswerOptions {
  readonly challenge: DigestChallenge;
  readonly method: string;
  /** Request-URI of the request that will carry the answer. */
  readonly uri: string;
  /** The authentication user, which need not be the extension. */
  readonly username: string;
  readonly password: Secret;
  /** How many requests this nonce has answered, this one included; 1 for a new nonce. */
  readonly nonceCount?: number;
  /** For tests; random otherwise. */
  readonly cnonce?: string;
  readonly body?: Buffer;
}

/** A header ready to be appended to the request. */
export interface AuthorizationHeader {
  readonly name: "Authorization" | "Proxy-Authorization";
  readonly value: string;
}

/**
 * Answers a challenge (RFC 7616 3.4, RFC 3261 22.4, RFC 8760). `auth` is taken before `auth-int`; without
 * qop the RFC 2069 form is written, and a session algorithm still sends its cnonce.
 *
 * @throws DigestError `unrepresentable` when the user holds a control character, or is empty.
 */
export function answerChallenge(options: AnswerOptions): AuthorizationHeader {
  const { challenge, method, uri, username, password, nonceCount = 1 } = options;
  checkUsername(username);
  const { algorithm, realm, nonce, opaque } = challenge;
  const qop: Qop | undefined = challenge.qop.includes("auth") ? "auth" : challenge.qop[0];
  const cnonce = options.cnonce ?? randomBytes(16).toString("hex");
  const nc = nonceCount.toString(16).padStart(8, "0");
  const response = digestResponse(digestHa1(algorithm, username, realm, password), {
    algorithm,
    method,
    uri,
    nonce,
    cnonce,
    nc,
    ...present({ qop, body: options.body }),
  });
  const params = [
    `username=${quote(username)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    `response="${response}"`,
  ];
  if (challenge.algorithmGiven) params.push(`algorithm=${algorithm}`);
  if (qop !== undefined) params.push(`cnonce=${quote(cnonce)}`, `qop=${qop}`, `nc=${nc}`);
  else if (algorithm.endsWith("-sess")) params.push(`cnonce=${quote(cnonce)}`);
  if (opaque !== undefined) params.push(`opaque=${quote(opaque)}`);
  return {
    name: challenge.proxy ? "Proxy-Authorization" : "Authorization",
    value: `Digest ${params.join(", ")}`,
  };
}

/**
 * Refuses an authentication user that no quoted string can carry, so it is reported before anything is sent.
 *
 * @throws DigestError `unrepresentable`.
 */
export function checkUsername(username: string): void {
  if (username === "") throw new DigestError("unrepresentable", "the authentication user is empty");
  if (hasControl(username)) {
    throw new DigestError("unrepresentable", "a control character in the authentication user");
  }
}
