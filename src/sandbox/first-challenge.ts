import {
  canonicalAlgorithm,
  type DigestChallenge,
  digestChallenge,
  hasControl,
  type SipResponse,
  tolerant,
} from "../sip/index.js";
import { parseAuthHeader } from "../sip/message/auth-header.js";
import type { RegistrantProfile } from "./registrant-profile.js";

/**
 * The challenge that OpenSIPS answers: the first of the first header, where that is a Digest that it can use. A better
 * one behind it is never seen (our own client takes the first that is usable; see RFC 7235 4.1).
 */
export function readFirstChallenge(
  { status, headers }: SipResponse,
  profile: RegistrantProfile,
): DigestChallenge | undefined {
  const proxy = status === 407;
  const value = headers.get(proxy ? "Proxy-Authenticate" : "WWW-Authenticate");
  const [first] = (value === undefined ? undefined : tolerant(() => parseAuthHeader(value))) ?? [];
  if (first?.scheme.toLowerCase() !== "digest") return undefined;
  const { params } = first;
  const [realm = "", nonce = ""] = [params.get("realm"), params.get("nonce")];
  const opaque = params.get("opaque");
  const algorithm = readAlgorithm(params.get("algorithm"), profile);
  if (algorithm === undefined || realm === "" || nonce === "") return undefined;
  // What cannot be written in our header cannot be answered.
  if ([realm, nonce, opaque ?? ""].some(hasControl)) return undefined;
  // It names the algorithm in its answer where the challenge does not.
  return { ...digestChallenge(params, { proxy, realm, nonce, algorithm }), algorithmGiven: true };
}

function readAlgorithm(named: string | undefined, { answersAkaAsMd5 }: RegistrantProfile) {
  if (answersAkaAsMd5 && named?.toLowerCase() === "akav1-md5") return "MD5";
  return canonicalAlgorithm(named ?? "MD5");
}
