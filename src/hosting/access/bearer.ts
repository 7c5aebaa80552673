import type { Admission, Scope } from "../types.js";

export type Refusal = Extract<Admission, { admitted: false }>;

/** What a request brings; `malformed`: a bearer token that cannot be one. */
export type Presented = { kind: "nothing" } | { kind: "malformed" } | { kind: "token"; token: string };

/** Longer than any token of an authorization server that fits into a header. */
const MAX_TOKEN = 8_192;
const REALM = "telzino-sip-mcp";

/** Reads `Authorization: Bearer <b64token>` (RFC 6750 section 2.1). Another scheme counts as nothing. */
export function readBearer(authorization: string | undefined): Presented {
  const [, rest] = /^bearer(?:\s+(\S.*))?$/is.exec(authorization?.trim() ?? "") ?? [];
  if (authorization === undefined || !/^bearer(?:\s|$)/i.test(authorization.trim()))
    return { kind: "nothing" };
  const token = rest?.trim() ?? "";
  const valid = token.length <= MAX_TOKEN && /^[A-Za-z0-9._~+/-]+=*$/.test(token);
  return valid ? { kind: "token", token } : { kind: "malformed" };
}

/** Three parts of base64url: the compact form of a signed JWT (RFC 7519 section 3.1). */
export function looksLikeJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
}

/** The answers of the authenticator. `metadataUrl`: of the protected resource (RFC 9728), where there is OAuth. */
export function refusals(metadataUrl: URL | undefined) {
  const challenge = (params: Readonly<Record<string, string>>): string => {
    const where = metadataUrl === undefined ? {} : { resource_metadata: metadataUrl.href };
    // A scheme without parameters is not a challenge: it needs at least one (RFC 6750 section 3).
    const all = Object.entries({ ...params, ...where });
    if (all.length === 0) all.push(["realm", REALM]);
    return `Bearer ${all.map(([name, value]) => `${name}="${value}"`).join(", ")}`;
  };
  return {
    /** Nothing was presented: no error code either (RFC 6750 section 3.1). */
    missing: (): Refusal => ({
      admitted: false,
      status: 401,
      error: "unauthorized",
      description: "Send a bearer token in the Authorization header.",
      challenge: challenge({}),
    }),
    invalid: (description = "The token is not valid here."): Refusal => ({
      admitted: false,
      status: 401,
      error: "invalid_token",
      description,
      challenge: challenge({ error: "invalid_token", error_description: description }),
    }),
    scope: (scope: Scope): Refusal => {
      const description = `This needs the scope ${scope}.`;
      // The scope granted before is requested again, so a client does not swap one scope for another.
      const wanted = scope === "sip:write" ? "sip:read sip:write" : scope;
      return {
        admitted: false,
        status: 403,
        error: "insufficient_scope",
        description,
        challenge: challenge({ error: "insufficient_scope", scope: wanted, error_description: description }),
      };
    },
    unknownPrincipal: (): Refusal => ({
      admitted: false,
      status: 403,
      error: "access_denied",
      description: "The token is valid, but its principal may not use this server.",
    }),
    unavailable: (): Refusal => ({
      admitted: false,
      status: 503,
      error: "temporarily_unavailable",
      description: "The token cannot be checked at the moment: the authorization server does not answer.",
    }),
  };
}

export type Refusals = ReturnType<typeof refusals>;
