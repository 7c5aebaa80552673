import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { knownScopes, newToken, TokenTable, tokenHash } from "../../../../src/hosting/tenants/tokens.js";

describe("newToken", () => {
  it("has 256 random bits after its prefix, and never the same", () => {
    const token = newToken().reveal();
    expect(Buffer.from(token.slice("tsm_".length), "base64url")).toHaveLength(32);
    expect(token).toMatch(/^tsm_[\w-]{43}$/);
    expect(newToken().reveal()).not.toBe(token);
  });

  it("does not show itself", () => {
    expect(String(newToken())).toBe("[secret]");
  });
});

describe("TokenTable", () => {
  const token = newToken();
  const table = new TokenTable<string>();
  table.add(tokenHash(token), "alice");

  it("finds the holder by the whole token alone", () => {
    const text = token.reveal();
    expect(table.find(text)).toBe("alice");
    for (const wrong of [text.slice(0, -1), `${text}a`, text.toUpperCase(), "", tokenHash(token)]) {
      expect(table.find(wrong), wrong).toBeUndefined();
    }
  });

  it("finds each holder by that one's own token", () => {
    const other = newToken();
    const both = new TokenTable<string>();
    both.add(tokenHash(token), "alice");
    both.add(tokenHash(other), "bob");
    expect([both.find(token.reveal()), both.find(other.reveal())]).toEqual(["alice", "bob"]);
  });

  it("knows a token by its plain SHA-256, so an entry can be made with other tools", () => {
    const text = token.reveal();
    expect(tokenHash(token)).toBe(createHash("sha256").update(text).digest("hex"));
  });
});

describe("knownScopes", () => {
  it("leaves out what is not this server's, and lets writing imply reading", () => {
    expect([...knownScopes(["openid", "sip:read"])]).toEqual(["sip:read"]);
    expect(new Set(knownScopes(["sip:write"]))).toEqual(new Set(["sip:read", "sip:write"]));
    expect(knownScopes(["SIP:READ", "sip:readx"]).size).toBe(0);
  });
});
