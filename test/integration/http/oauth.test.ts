import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  Folder,
  madeToken,
  type OpenedAuthenticator,
  openAuthenticator,
  PUBLIC_URL,
} from "../../support/hosting.js";
import { type Issuer, type SignOptions, startIssuer } from "../../support/issuer.js";

const METADATA = `${PUBLIC_URL}/.well-known/oauth-protected-resource/mcp`;
const AUD = `${PUBLIC_URL}/mcp`;

const bot = madeToken("bot");
const old = madeToken("old", { expires: "2020-01-01T00:00:00Z" });
const reader = madeToken("reader", { scopes: ["sip:read"] });
const folder = new Folder();
const endpoints: OpenedAuthenticator[] = [];
let issuer: Issuer;
let opened: OpenedAuthenticator;

async function open(...args: Parameters<typeof openAuthenticator>): Promise<OpenedAuthenticator> {
  const made = await openAuthenticator(...args);
  endpoints.push(made);
  return made;
}

beforeAll(async () => {
  issuer = await startIssuer();
  const credentials = { accessTokenFile: folder.write("token.txt", "api-access-token") };
  const tenants = folder.write("tenants.json", {
    tenants: {
      acme: {
        credentials,
        principals: ["alice"],
        tokens: [bot.entry, old.entry, reader.entry],
        readOnly: true,
      },
      globex: { credentials, principals: ["bob"] },
    },
  });
  opened = await open({ tenants, oauthIssuer: issuer.issuer, publicUrl: PUBLIC_URL });
});
afterAll(async () => {
  for (const { authenticator } of endpoints) await authenticator.close();
  await issuer.stop();
  folder.remove();
});

const admit = (token: string, { authenticator } = opened) => authenticator.admit(`Bearer ${token}`);
const jwt = (claims: object = {}, options: SignOptions = {}) =>
  issuer.sign({ aud: AUD, scope: "sip:read", ...claims }, options);

describe("who comes in", () => {
  it("is the tenant that its JWT's principal belongs to, with the scopes that were granted", async () => {
    const alice = await admit(await jwt());
    expect(alice).toMatchObject({ admitted: true, caller: { principal: "alice", tenant: { name: "acme" } } });
    expect(alice.admitted && [...alice.caller.scopes]).toEqual(["sip:read"]);
    expect(alice.admitted && alice.caller.tenant.services.readOnly).toBe(true);
    const bob = await admit(await jwt({ sub: "bob", scope: "sip:write" }));
    expect(bob).toMatchObject({ admitted: true, caller: { principal: "bob", tenant: { name: "globex" } } });
    expect(bob.admitted && bob.caller.scopes).toEqual(new Set(["sip:read", "sip:write"]));
  });

  it("may have a static token instead", async () => {
    expect(await admit(bot.token)).toMatchObject({
      admitted: true,
      caller: { principal: "bot", tenant: { name: "acme" } },
    });
    const limited = await admit(reader.token);
    expect(limited.admitted && [...limited.caller.scopes]).toEqual(["sip:read"]);
  });
});

describe("who stays out", () => {
  it.each([undefined, "", "Basic Ym90OmJvdA=="])(
    "with the header %j is told where the metadata are",
    async (header) => {
      expect(await opened.authenticator.admit(header)).toMatchObject({
        admitted: false,
        status: 401,
        challenge: `Bearer resource_metadata="${METADATA}"`,
      });
    },
  );

  it.each([
    ["an unknown token", async () => `${bot.token}x`],
    ["a hash instead of its token", async () => String(bot.entry.sha256)],
    ["no token at all", async () => ""],
    ["a JWT for another audience", () => jwt({ aud: "https://api.telzino.com/" })],
    ["a JWT of another issuer", () => jwt({ iss: "https://evil.example" })],
    ["an unsigned JWT", async () => `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.`],
  ])("with %s learns nothing more than that", async (_what, token) => {
    const answer = await admit(await token());
    expect(answer).toEqual({
      admitted: false,
      status: 401,
      error: "invalid_token",
      description: "The token is not valid here.",
      challenge: `Bearer error="invalid_token", error_description="The token is not valid here.", resource_metadata="${METADATA}"`,
    });
  });

  it("with a token whose time is over is told so, static or not", async () => {
    for (const token of [old.token, await jwt({}, { expiresIn: -120 })]) {
      expect(await admit(token)).toMatchObject({
        status: 401,
        error: "invalid_token",
        description: "The token has expired.",
      });
    }
  });

  it("with a valid JWT of a principal that no tenant names gets 403, and the log says who it was", async () => {
    const answer = await admit(await jwt({ sub: "mallory" }));
    expect(answer).toMatchObject({ admitted: false, status: 403, error: "access_denied" });
    expect(JSON.stringify(answer)).not.toMatch(/acme|globex|mallory/);
    expect(opened.lines.at(-1)).toContain("principal=mallory");
  });

  it("with a principal like a static token's name gets 403: names are no principals", async () => {
    expect(await admit(await jwt({ sub: "bot" }))).toMatchObject({ status: 403 });
    expect(await admit(await jwt({ sub: "__proto__" }))).toMatchObject({ status: 403 });
  });

  it("without any scope of this server gets 403 with what to ask for", async () => {
    for (const scope of ["", "openid profile", undefined]) {
      const answer = await admit(await jwt({ scope }));
      expect(answer).toMatchObject({ status: 403, error: "insufficient_scope" });
      expect(!answer.admitted && answer.challenge).toContain('scope="sip:read"');
    }
  });

  it("lacking the scope to write is told to ask for both", () => {
    expect(opened.authenticator.refuseScope("sip:write")).toMatchObject({
      status: 403,
      challenge: expect.stringContaining('error="insufficient_scope", scope="sip:read sip:write"'),
    });
  });

  it("is not the one to blame while the issuer cannot be asked: 503", async () => {
    const gone = await startIssuer();
    const token = await gone.sign({ aud: AUD, scope: "sip:read" });
    // Before the server starts, which fetches the keys at once.
    await gone.stop();
    const other = await open({ oauthIssuer: gone.issuer, publicUrl: PUBLIC_URL });
    const answer = await admit(token, other);
    expect(answer).toMatchObject({ admitted: false, status: 503, error: "temporarily_unavailable" });
    expect(answer).not.toHaveProperty("challenge");
    expect(other.lines.join("\n")).toContain("The keys of the authorization server are not available");
  });

  it("never finds its token in the log", async () => {
    const tokens = [`${bot.token}x`, old.token, await jwt({ sub: "mallory" }), await jwt({ aud: "x" })];
    for (const token of tokens) await admit(token);
    const log = opened.lines.join("\n");
    for (const token of tokens) expect(log).not.toContain(token.slice(0, 40));
  });
});

describe("without a tenants file", () => {
  it("everyone whom the issuer sends is of the one tenant of the process", async () => {
    const own = await open(
      { oauthIssuer: issuer.issuer, publicUrl: PUBLIC_URL },
      { TELZINO_ACCESS_TOKEN: "process-token" },
    );
    for (const sub of ["alice", "mallory"]) {
      expect(await admit(await jwt({ sub }), own)).toMatchObject({
        caller: { principal: sub, tenant: { name: "default" } },
      });
    }
    expect(await admit(bot.token, own)).toMatchObject({ status: 401 });
    await own.authenticator.reload();
  });

  it("and without OAuth, everyone is let in on loopback", async () => {
    const own = await open({ auth: false });
    expect(await own.authenticator.admit(undefined)).toMatchObject({
      admitted: true,
      caller: { principal: "local" },
    });
    expect(await own.authenticator.admit("Bearer whatever")).toMatchObject({ admitted: true });
    expect(own.authenticator.resourceMetadata).toBeUndefined();
  });
});

describe("the metadata of the protected resource", () => {
  it("name the issuer; static tokens alone have none", async () => {
    expect(opened.authenticator.resourceMetadata?.()).toMatchObject({
      resource: AUD,
      authorization_servers: [issuer.issuer],
    });
    const plain = await open({ tenants: `${folder.path}/tenants.json` });
    expect(plain.authenticator.resourceMetadata).toBeUndefined();
    expect(await plain.authenticator.admit(undefined)).toMatchObject({
      challenge: 'Bearer realm="telzino-sip-mcp"',
    });
    expect(plain.lines.join("\n")).toContain("tenants.acme.principals are of no use without --oauth-issuer");
    expect(await admit(await jwt(), plain)).toMatchObject({ status: 401 });
  });
});
