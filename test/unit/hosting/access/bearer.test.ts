import { describe, expect, it } from "vitest";
import { looksLikeJwt, readBearer, refusals } from "../../../../src/hosting/access/bearer.js";

describe("readBearer", () => {
  it("reads a token, whatever the case of the scheme", () => {
    for (const header of ["Bearer abc.def-_~+/==", "bearer abc.def-_~+/==", "  BEARER   abc.def-_~+/== "]) {
      expect(readBearer(header)).toEqual({ kind: "token", token: "abc.def-_~+/==" });
    }
  });

  it.each([undefined, "", "Basic dXNlcjpwYXNz", "Bearerabc", "Digest x"])(
    "takes %j for nothing",
    (header) => {
      expect(readBearer(header)).toEqual({ kind: "nothing" });
    },
  );

  it.each([
    "Bearer",
    "Bearer ",
    "Bearer a b",
    "Bearer a,Bearer b",
    "Bearer ä",
    "Bearer a\r\nX: y",
    `Bearer ${"a".repeat(9_000)}`,
  ])("takes %j for no token", (header) => expect(readBearer(header)).toEqual({ kind: "malformed" }));
});

describe("looksLikeJwt", () => {
  it("tells three parts of base64url from a static token", () => {
    expect(looksLikeJwt("eyJ.eyJ.sig")).toBe(true);
    expect(looksLikeJwt("eyJ.eyJ.")).toBe(true);
    expect(looksLikeJwt("tsm_abc")).toBe(false);
    expect(looksLikeJwt("a.b.c.d.e")).toBe(false);
  });
});

describe("refusals", () => {
  const metadata = new URL("https://sip.example.com/.well-known/oauth-protected-resource/mcp");

  it("gives no error code to who has presented nothing (RFC 6750 3.1), and says where the metadata are", () => {
    expect(refusals(metadata).missing().challenge).toBe(`Bearer resource_metadata="${metadata.href}"`);
  });

  it("has at least one parameter in a challenge without OAuth", () => {
    expect(refusals(undefined).missing().challenge).toBe('Bearer realm="telzino-sip-mcp"');
  });

  it("names the error of a token that is not valid", () => {
    expect(refusals(undefined).invalid()).toMatchObject({
      status: 401,
      error: "invalid_token",
      challenge: 'Bearer error="invalid_token", error_description="The token is not valid here."',
    });
  });

  it("asks for what a client needs in all, not for the missing scope alone", () => {
    const refusal = refusals(metadata).scope("sip:write");
    expect(refusal.status).toBe(403);
    expect(refusal.challenge).toContain('error="insufficient_scope", scope="sip:read sip:write"');
    expect(refusal.challenge).toContain("resource_metadata=");
  });
});
