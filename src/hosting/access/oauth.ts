import { errors, type JWTPayload, jwtVerify } from "jose";
import type { Logger } from "../../base/log.js";
import type { OAuthSettings } from "../../config/http.js";
import { untrusted } from "../../redaction/untrusted.js";
import type { ProxySettings } from "../../telzino/dispatcher.js";
import { audiencesOf } from "../front/resource.js";
import { knownScopes } from "../tenants/tokens.js";
import type { Scope } from "../types.js";
import { IssuerKeys, IssuerUnavailable } from "./oauth-keys.js";
import { VerifiedCache } from "./verified-cache.js";

/** What is known of a JWT once it was checked. */
type Verified =
  | { kind: "valid"; principal: string; scopes: ReadonlySet<Scope> }
  /** Genuine and of this server, but its time is over. */
  | { kind: "expired" }
  | { kind: "invalid" }
  /** The issuer's keys are not available. */
  | { kind: "unavailable" };

export interface TokenVerifier {
  /** Never rejects. */
  verify(token: string): Promise<Verified>;
  /** Gets the keys ready. Never rejects. */
  warm(): Promise<void>;
  close(): Promise<void>;
}

export interface TokenVerifierOptions {
  oauth: OAuthSettings;
  publicUrl: URL;
  proxy: ProxySettings;
  log: Logger;
}

/** Only asymmetric ones: with a shared key, anyone who can check a token could make one. */
const ALGORITHMS = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];
/** For clocks that do not agree. */
const LEEWAY_SECONDS = 30;
/** RFC 9068 section 2.1, and what authorization servers wrote before it; some write none. */
const TYPES = ["at+jwt", "jwt"];
const MAX_PRINCIPAL = 255;

/** Checks JWTs as an OAuth 2.1 resource server (RFC 9068 section 4, RFC 8725). */
export function createTokenVerifier({ oauth, publicUrl, proxy, log }: TokenVerifierOptions): TokenVerifier {
  const keys = new IssuerKeys({ oauth, proxy, log });
  const options = {
    issuer: oauth.issuer,
    audience: oauth.audience === undefined ? audiencesOf(publicUrl) : oauth.audience,
    algorithms: ALGORITHMS,
    clockTolerance: LEEWAY_SECONDS,
    requiredClaims: ["exp"],
  };
  const known = new VerifiedCache<Verified>();
  const check = async (token: string): Promise<Verified> => {
    const before = known.get(token);
    if (before !== undefined) return before;
    const { payload, protectedHeader } = await jwtVerify(token, keys.get, options);
    const type = protectedHeader.typ?.toLowerCase().replace(/^application\//, "");
    if (type !== undefined && !TYPES.includes(type)) {
      log.info("A JWT was refused: its typ is not that of an access token", {
        typ: untrusted(type, { max: 40 }),
      });
      return { kind: "invalid" };
    }
    const principal = principalOf(payload, oauth.principalClaim);
    if (principal === undefined) {
      log.info("A JWT was refused: it has no usable claim for the principal", {
        claim: oauth.principalClaim,
      });
      return { kind: "invalid" };
    }
    const verified: Verified = { kind: "valid", principal, scopes: scopesOf(payload) };
    // The leeway is for the first look: what is kept ends with the token.
    known.set(token, verified, (payload.exp ?? 0) * 1_000);
    return verified;
  };
  return {
    verify: (token) => check(token).catch((error: unknown) => failureOf(error, log)),
    warm: () => keys.warm(),
    close: () => keys.close(),
  };
}

function failureOf(error: unknown, log: Logger): Verified {
  if (error instanceof IssuerUnavailable) return { kind: "unavailable" };
  // jose looks at claims after the signature, so only a genuine token is reported as expired.
  if (error instanceof errors.JWTExpired) return { kind: "expired" };
  if (error instanceof errors.JWTClaimValidationFailed) {
    log.info("A JWT was refused", { claim: error.claim, reason: error.reason });
  } else {
    log.debug("A JWT was refused", { reason: error instanceof errors.JOSEError ? error.code : "unreadable" });
  }
  return { kind: "invalid" };
}

function principalOf(payload: JWTPayload, claim: string): string | undefined {
  const value = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  const usable = typeof value === "string" && value !== "" && value.length <= MAX_PRINCIPAL;
  return usable && !/\p{Cc}/u.test(value) ? value : undefined;
}

/** `scope` (RFC 9068 section 2.2.3), or `scp`, as a text or as a list. */
function scopesOf({ scope, scp }: JWTPayload): ReadonlySet<Scope> {
  const granted = [scope, scp].flatMap((value) => {
    if (typeof value === "string") return value.split(" ");
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  });
  return knownScopes(granted);
}
