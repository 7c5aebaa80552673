import { generateKeyPair } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { OAuthSettings } from "../../../../src/config/http.js";
import { createTokenVerifier, type TokenVerifier } from "../../../../src/hosting/access/oauth.js";
import { keptLog, PUBLIC_URL } from "../../../support/hosting.js";
import { type Issuer, startIssuer } from "../../../support/issuer.js";

const AUD = `${PUBLIC_URL}/mcp`;
const scope = "sip:read";

let issuer: Issuer;
let verifier: TokenVerifier;
const log = keptLog();
const opened: { close(): Promise<unknown> }[] = [];

function verifierFor(settings: Partial<OAuthSettings> & { issuer: string }): TokenVerifier {
  const made = createTokenVerifier({
    oauth: { principalClaim: "sub", ...settings },
    publicUrl: new URL(PUBLIC_URL),
    proxy: {},
    log: log.log,
  });
  opened.push(made);
  return made;
}

beforeAll(async () => {
  issuer = await startIssuer();
  verifier = verifierFor({ issuer: issuer.issuer });
});
afterEach(() => {
  vi.useRealTimers();
  log.lines.length = 0;
});
afterAll(async () => {
  for (const made of opened) await made.close();
  await issuer.stop();
});

const kindOf = async (token: string, by = verifier) => (await by.verify(token)).kind;

describe("a JWT", () => {
  it("is taken with its principal and scopes when all is right", async () => {
    const token = await issuer.sign({ aud: AUD, scope: "openid sip:write" });
    expect(await verifier.verify(token)).toEqual({
      kind: "valid",
      principal: "alice",
      scopes: new Set(["sip:read", "sip:write"]),
    });
  });

  it("may name its scopes in scp, as a text or as a list", async () => {
    for (const scp of ["sip:read other", ["other", "sip:read"]]) {
      const verified = await verifier.verify(await issuer.sign({ aud: AUD, scp }));
      expect(verified).toMatchObject({ kind: "valid", scopes: new Set(["sip:read"]) });
    }
  });

  it("may name the server or one of several audiences", async () => {
    expect(await kindOf(await issuer.sign({ aud: PUBLIC_URL, scope }))).toBe("valid");
    expect(await kindOf(await issuer.sign({ aud: ["https://other.example", `${PUBLIC_URL}/`], scope }))).toBe(
      "valid",
    );
  });

  it.each([
    ["another audience", { aud: "https://api.telzino.com/" }],
    ["an audience that begins like ours", { aud: `${AUD}/x` }],
    ["no audience", {}],
    ["another issuer", { aud: AUD, iss: "https://evil.example" }],
    ["an issuer with a slash more", () => ({ aud: AUD, iss: `${issuer.issuer}/` })],
    ["no principal", { aud: AUD, sub: "" }],
    ["a principal with a line break", { aud: AUD, sub: "alice\nroot" }],
  ])("is refused with %s", async (_what, claims) => {
    const given = typeof claims === "function" ? claims() : claims;
    expect(await kindOf(await issuer.sign({ ...given, scope }))).toBe("invalid");
  });

  it("is refused without an end", async () => {
    expect(await kindOf(await issuer.sign({ aud: AUD, scope, exp: undefined as never }))).toBe("invalid");
  });

  it("is refused when it has expired, with some seconds of leeway", async () => {
    expect(await kindOf(await issuer.sign({ aud: AUD, scope }, { expiresIn: -10 }))).toBe("valid");
    expect(await kindOf(await issuer.sign({ aud: AUD, scope }, { expiresIn: -60 }))).toBe("expired");
  });

  it("is refused before its time", async () => {
    expect(await kindOf(await issuer.sign({ aud: AUD, scope }, { notBeforeIn: 120 }))).toBe("invalid");
  });

  it("is refused when it is of another kind", async () => {
    for (const typ of ["dpop+jwt", "logout+jwt", "secevent+jwt"]) {
      expect(await kindOf(await issuer.sign({ aud: AUD, scope }, { typ })), typ).toBe("invalid");
    }
    for (const typ of ["JWT", "at+jwt", "application/at+jwt", null]) {
      expect(await kindOf(await issuer.sign({ aud: AUD, scope }, { typ })), String(typ)).toBe("valid");
    }
  });

  it("is refused when someone else signed it with a key of the same id", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const token = await issuer.sign({ aud: AUD, scope }, { key: privateKey });
    expect(await kindOf(token)).toBe("invalid");
    // Not even the end of its time is told to who has no genuine token.
    expect(await kindOf(await issuer.sign({ aud: AUD, scope }, { key: privateKey, expiresIn: -60 }))).toBe(
      "invalid",
    );
  });

  it("is refused unsigned, however `none` is written", async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = {
      iss: issuer.issuer,
      sub: "alice",
      aud: AUD,
      scope,
      exp: Math.floor(Date.now() / 1_000) + 60,
    };
    for (const alg of ["none", "None", "nOnE", ""]) {
      expect(await kindOf(`${part({ alg, typ: "at+jwt" })}.${part(claims)}.`), alg).toBe("invalid");
    }
  });

  it("is refused when the public key was taken for a shared one (HS256)", async () => {
    const jwks = await (await fetch(issuer.jwksUrl)).text();
    for (const key of [jwks, JSON.parse(jwks).keys[0].n as string]) {
      const token = await issuer.sign(
        { aud: AUD, scope },
        { alg: "HS256", key: new TextEncoder().encode(key) },
      );
      expect(await kindOf(token)).toBe("invalid");
    }
  });

  it("is refused when one letter of it was changed", async () => {
    const [head, body = "", signature] = (await issuer.sign({ aud: AUD, scope })).split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: "bob" })).toString("base64url");
    expect(await kindOf(`${head}.${forged}.${signature}`)).toBe("invalid");
    expect(await kindOf("a.b.c")).toBe("invalid");
  });

  it("brings no key of its own: jwk, jku and x5u in the header are not looked at", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const evil = await startIssuer();
    try {
      const token = await issuer.sign({ aud: AUD, scope }, { key: privateKey });
      const [, body, signature] = token.split(".");
      const head = {
        alg: "RS256",
        typ: "at+jwt",
        kid: "key-1",
        jku: evil.jwksUrl.href,
        x5u: evil.jwksUrl.href,
      };
      const forged = `${Buffer.from(JSON.stringify(head)).toString("base64url")}.${body}.${signature}`;
      expect(await kindOf(forged)).toBe("invalid");
      expect(evil.asked).toEqual([]);
    } finally {
      await evil.stop();
    }
  });

  it("is never in the log, nor what it claims about its sender", async () => {
    const token = await issuer.sign({ aud: "https://other.example", scope, email: "alice@private.example" });
    await verifier.verify(token);
    const text = log.lines.join("\n");
    expect(text).toContain("A JWT was refused");
    for (const part of token.split(".")) expect(text).not.toContain(part);
    expect(text).not.toContain("private.example");
  });
});

describe("settings of the issuer", () => {
  it("may name another audience, which is then the only one", async () => {
    const own = verifierFor({ issuer: issuer.issuer, audience: "api://sip" });
    expect(await kindOf(await issuer.sign({ aud: "api://sip", scope }), own)).toBe("valid");
    expect(await kindOf(await issuer.sign({ aud: AUD, scope }), own)).toBe("invalid");
  });

  it("may name another claim for the principal", async () => {
    const own = verifierFor({ issuer: issuer.issuer, principalClaim: "client_id" });
    const verified = await own.verify(await issuer.sign({ aud: AUD, scope, client_id: "bot-7" }));
    expect(verified).toMatchObject({ kind: "valid", principal: "bot-7" });
    expect(await kindOf(await issuer.sign({ aud: AUD, scope }), own)).toBe("invalid");
    const inherited = verifierFor({ issuer: issuer.issuer, principalClaim: "toString" });
    expect(await kindOf(await issuer.sign({ aud: AUD, scope }), inherited)).toBe("invalid");
  });

  it("leads to the keys by OpenID Connect Discovery too, also below a path", async () => {
    const path = "/realms/test";
    for (const metadataPath of [
      `/.well-known/oauth-authorization-server${path}`,
      `/.well-known/openid-configuration${path}`,
      `${path}/.well-known/openid-configuration`,
    ]) {
      const realm = await startIssuer({ path, metadataPath, alg: "ES256" });
      const own = verifierFor({ issuer: realm.issuer });
      expect(await kindOf(await realm.sign({ aud: AUD, scope }), own), metadataPath).toBe("valid");
      await realm.stop();
    }
  });

  it("asks no one for metadata where the keys' address is given", async () => {
    const plain = await startIssuer({ alg: "ES256" });
    const own = verifierFor({ issuer: plain.issuer, jwksUrl: plain.jwksUrl });
    expect(await kindOf(await plain.sign({ aud: AUD, scope }), own)).toBe("valid");
    expect(plain.asked).toEqual(["/jwks"]);
    await plain.stop();
  });

  it("are held against the metadata: those of another issuer are not believed (RFC 8414 3.3)", async () => {
    const liar = await startIssuer({ alg: "ES256" });
    liar.script("/.well-known/oauth-authorization-server", (response) =>
      response.end(JSON.stringify({ issuer: "https://other.example", jwks_uri: issuer.jwksUrl.href })),
    );
    const own = verifierFor({ issuer: liar.issuer });
    expect(await kindOf(await liar.sign({ aud: AUD, scope }), own)).toBe("unavailable");
    await liar.stop();
  });
});

describe("the issuer's keys", () => {
  it("are fetched once for many tokens, also when those come together", async () => {
    const own = await startIssuer({ alg: "ES256" });
    const by = verifierFor({ issuer: own.issuer });
    const tokens = await Promise.all(Array.from({ length: 20 }, () => own.sign({ aud: AUD, scope })));
    expect(new Set(await Promise.all(tokens.map((token) => kindOf(token, by))))).toEqual(new Set(["valid"]));
    expect(own.asked.filter((path) => path === "/jwks")).toHaveLength(1);
    await own.stop();
  });

  it("are not asked for again and again by tokens with invented key ids", async () => {
    const own = await startIssuer({ alg: "ES256" });
    const by = verifierFor({ issuer: own.issuer });
    await kindOf(await own.sign({ aud: AUD, scope }), by);
    for (let index = 0; index < 10; index += 1) {
      expect(await kindOf(await own.sign({ aud: AUD, scope }, { kid: `made-up-${index}` }), by)).toBe(
        "invalid",
      );
    }
    expect(own.asked.filter((path) => path === "/jwks")).toHaveLength(1);
    await own.stop();
  });

  it("cannot be had while the issuer is down: that is distinguished from a wrong token, and logged once", async () => {
    const own = await startIssuer({ alg: "ES256" });
    const by = verifierFor({ issuer: own.issuer });
    const token = await own.sign({ aud: AUD, scope });
    await own.stop();
    for (let index = 0; index < 5; index += 1) expect(await kindOf(token, by)).toBe("unavailable");
    const said = log.lines.filter((line) => line.includes("are not available"));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(own.issuer);
  });

  it("are believed for an hour after the issuer has gone down, and no longer", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const own = await startIssuer({ alg: "ES256" });
    const by = verifierFor({ issuer: own.issuer });
    const signed = () => own.sign({ aud: AUD, scope });
    expect(await kindOf(await signed(), by)).toBe("valid");
    await own.stop();
    vi.setSystemTime(Date.now() + 40 * 60_000);
    expect(await kindOf(await signed(), by)).toBe("valid");
    expect(log.lines.join("\n")).toContain("are not available");
    vi.setSystemTime(Date.now() + 25 * 60_000);
    expect(await kindOf(await signed(), by)).toBe("unavailable");
    await own.start();
    vi.setSystemTime(Date.now() + 5_000);
    expect(await kindOf(await signed(), by)).toBe("valid");
    expect(log.lines.at(-1)).toContain("answers again");
    await own.stop();
  });

  it("are fetched again when the issuer signs with a new one; the old one is then no longer taken", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const own = await startIssuer({ alg: "ES256" });
    const by = verifierFor({ issuer: own.issuer });
    const before = await own.sign({ aud: AUD, scope });
    expect(await kindOf(before, by)).toBe("valid");
    await own.rotate();
    vi.setSystemTime(Date.now() + 31_000);
    expect(await kindOf(await own.sign({ aud: AUD, scope }), by)).toBe("valid");
    expect(await kindOf(before, by)).toBe("invalid");
    await own.stop();
  });

  it.each([
    ["a redirect", (to: string) => ({ status: 302, headers: { location: to }, body: "" })],
    ["a failure", () => ({ status: 500, headers: {}, body: "{}" })],
    ["what is no JSON", () => ({ status: 200, headers: {}, body: "<html>" })],
    ["what is no key set", () => ({ status: 200, headers: {}, body: '{"keys":7}' })],
    ["megabytes", () => ({ status: 200, headers: {}, body: `{"keys":[],"x":"${"x".repeat(600_000)}"}` })],
  ])("are not taken from %s", async (_what, make) => {
    const own = await startIssuer({ alg: "ES256" });
    const { status, headers, body } = make(`${issuer.jwksUrl.href}?redirected`);
    own.script("/jwks", (response) => response.writeHead(status, headers).end(body));
    const by = verifierFor({ issuer: own.issuer });
    const before = issuer.asked.length;
    expect(await kindOf(await own.sign({ aud: AUD, scope }), by)).toBe("unavailable");
    expect(issuer.asked).toHaveLength(before);
    await own.stop();
  });
});
