import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { OTHER_ORGANIZATION } from "../../../src/sandbox/agents.js";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.js";
import { FRONT_DESK } from "../../support/agents.js";
import { freePort } from "../../support/free-port.js";
import { Folder, madeToken } from "../../support/hosting.js";
import { type Issuer, startIssuer } from "../../support/issuer.js";
import { SpawnedServer } from "../../support/spawned.js";

/** Who comes in, asked of the built server over HTTP, as it runs for others. */

const SPANISH_LINE = "33333333-3333-4333-8333-333333333333";
const NOBODY = "99999999-9999-4999-8999-999999999999";

const bot = madeToken("bot");
const old = madeToken("old", { expires: "2020-01-01T00:00:00Z" });
const reader = madeToken("reader", { scopes: ["sip:read"] });
const globex = madeToken("globex-bot");
const later = madeToken("later");

const folder = new Folder();
let sandbox: Sandbox;
let issuer: Issuer;
let server: SpawnedServer;
let base: string;
let metricsUrl: string;

interface Answer {
  status: number;
  challenge: string | null;
  retryAfter: string | null;
  text: string;
  /** Of a JSON-RPC answer, as JSON or as the last event of a stream. */
  result: {
    content?: { text: string }[];
    structuredContent?: unknown;
    isError?: boolean;
    tools?: { name: string }[];
    prompts?: { name: string; arguments?: { name: string }[] }[];
  };
}

async function post(authorization: string | undefined, method: string, params: object = {}): Promise<Answer> {
  const response = await fetch(`${base}/mcp`, {
    method: "POST",
    headers: {
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    redirect: "manual",
  });
  const text = await response.text();
  const payload =
    text
      .split("\n")
      .findLast((line) => line.startsWith("data: "))
      ?.slice(6) ?? text;
  const parsed = payload.startsWith("{") ? (JSON.parse(payload) as { result?: Answer["result"] }) : {};
  return {
    status: response.status,
    challenge: response.headers.get("www-authenticate"),
    retryAfter: response.headers.get("retry-after"),
    text,
    result: parsed.result ?? {},
  };
}

const listTools = (token: string) => post(`Bearer ${token}`, "tools/list");
const call = (token: string, name: string, args: object) =>
  post(`Bearer ${token}`, "tools/call", { name, arguments: args });
const jwt = (claims: object = {}, options: Parameters<Issuer["sign"]>[1] = {}) =>
  issuer.sign({ aud: `${base}/mcp`, scope: "sip:read", ...claims }, options);

function writeTenants(tokens: object[]): string {
  const credentials = { clientId: sandbox.clientId, clientSecretEnv: "ACME_SECRET" };
  const apiUrl = sandbox.apiUrl.href;
  return folder.write("tenants.json", {
    tenants: {
      acme: { credentials, apiUrl, agents: [FRONT_DESK], tokens, principals: ["alice"] },
      globex: {
        credentials,
        apiUrl,
        organizations: [OTHER_ORGANIZATION],
        tokens: [globex.entry],
        principals: ["bob"],
      },
    },
  });
}

beforeAll(async () => {
  [sandbox, issuer] = await Promise.all([startSandbox({}), startIssuer()]);
  const port = await freePort();
  const metricsPort = await freePort();
  base = `http://127.0.0.1:${port}`;
  metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
  server = new SpawnedServer(
    [
      ...["http", "--port", String(port), "--metrics-port", String(metricsPort), "--public-url", base],
      ...["--tenants", writeTenants([bot.entry, old.entry, reader.entry])],
      ...[
        "--oauth-issuer",
        issuer.issuer,
        "--log-level",
        "debug",
        "--limit-calls",
        "10000",
        "--limit-writes",
        "1000",
      ],
    ],
    { ACME_SECRET: sandbox.clientSecret.reveal() },
  );
  await vi.waitFor(
    async () => {
      const { status } = await fetch(`${base}/healthz`).catch(() => ({ status: server.stderr }));
      expect(status).toBe(200);
    },
    { timeout: 20_000, interval: 50 },
  );
});
afterAll(async () => {
  await server?.kill();
  await sandbox?.close();
  await issuer?.stop();
  folder.remove();
});

describe("over HTTP", () => {
  it("a static token and a JWT come in", async () => {
    for (const token of [bot.token, await jwt({ scope: "sip:write" })]) {
      const { status, result } = await listTools(token);
      expect(status).toBe(200);
      expect(result.tools?.map(({ name }) => name)).toContain("configure_sip_registration");
    }
  });

  it.each([undefined, "", "Basic Ym90OmJvdA==", "Negotiate x"])(
    "the header %j gets 401 and the way to the metadata",
    async (header) => {
      const { status, challenge, text } = await post(header, "tools/list");
      expect(status).toBe(401);
      const [, metadata = ""] = /^Bearer resource_metadata="([^"]+)"$/.exec(challenge ?? "") ?? [];
      const document = await fetch(metadata);
      expect(document.status).toBe(200);
      expect(await document.json()).toMatchObject({
        resource: `${base}/mcp`,
        authorization_servers: [issuer.issuer],
      });
      expect(text).not.toContain("tools");
    },
  );

  it.each([
    ["a wrong token", async () => `${bot.token}x`],
    ["the hash of a token", async () => String(bot.entry.sha256)],
    ["an expired token", async () => old.token],
    ["an expired JWT", () => jwt({}, { expiresIn: -120 })],
    ["a JWT that is not valid yet", () => jwt({}, { notBeforeIn: 300 })],
    ["a JWT for another audience", () => jwt({ aud: "https://api.telzino.com/" })],
    ["a JWT of another issuer", () => jwt({ iss: "https://evil.example" })],
    ["an ID token", () => jwt({ aud: "client-id" }, { typ: "JWT" })],
    ["an unsigned JWT", async () => unsigned(await jwt())],
    [
      "a JWT signed with the public key as a shared one",
      async () => {
        const keys = await (await fetch(issuer.jwksUrl)).text();
        return jwt({}, { alg: "HS256", key: new TextEncoder().encode(keys) });
      },
    ],
  ])("%s gets 401 invalid_token", async (_what, make) => {
    const token = await make();
    const { status, challenge, text } = await listTools(token);
    expect(status).toBe(401);
    expect(challenge).toMatch(/^Bearer error="invalid_token"/);
    expect(text + challenge).not.toContain(token);
  });

  it("a principal of no tenant gets 403, and learns of none", async () => {
    const answer = await listTools(await jwt({ sub: "mallory" }));
    expect(answer.status).toBe(403);
    expect(answer.text).not.toMatch(/acme|globex|alice|bob/);
  });

  it("a JWT without a scope of this server gets 403 insufficient_scope", async () => {
    const { status, challenge } = await listTools(await jwt({ scope: "openid" }));
    expect(status).toBe(403);
    expect(challenge).toContain('error="insufficient_scope", scope="sip:read"');
  });

  it("a tool that changes something needs the scope to write", async () => {
    const args = { agentId: FRONT_DESK, username: "1001" };
    for (const token of [reader.token, await jwt()]) {
      const { status, challenge } = await call(token, "remove_sip_registration", args);
      expect(status).toBe(403);
      expect(challenge).toContain('error="insufficient_scope", scope="sip:read sip:write"');
      expect((await call(token, "get_sip_status", { agentId: FRONT_DESK })).status).toBe(200);
    }
  });
});

describe("who may only read, over HTTP", () => {
  const WRITING = /\b(configure_sip_registration|remove_sip_registration|replace true)\b/;
  const LOG =
    "[2026-11-23 05:24:04] NOTICE[1] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '<sip:1001@pbx.example.com>' failed for '192.0.2.9:5060' (callid: 7f) - Failed to authenticate";
  const HELLO = {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "test", version: "0" },
  };
  const NOTHING_THERE = { sipDomain: "127.0.0.1", port: 9, transport: "tcp" };
  const promptOf = (token: string, name: string) => post(`Bearer ${token}`, "prompts/get", { name });
  const ADVICE: readonly [string, (token: string) => Promise<Answer>][] = [
    ["list_telzino_agents", (token) => call(token, "list_telzino_agents", {})],
    ["list_pbx_presets", (token) => call(token, "list_pbx_presets", { presetId: "3cx" })],
    [
      "pbx_setup_guide",
      (token) =>
        call(token, "pbx_setup_guide", {
          presetId: "generic-sip",
          username: "1001",
          sipDomain: "pbx.example.com",
        }),
    ],
    ["get_sip_status", (token) => call(token, "get_sip_status", { agentId: FRONT_DESK })],
    ["diagnose_sip_registration", (token) => call(token, "diagnose_sip_registration", NOTHING_THERE)],
    ["an error", (token) => call(token, "diagnose_sip_registration", { agentId: FRONT_DESK })],
    ["explain_sip_log", (token) => call(token, "explain_sip_log", { log: LOG })],
    ["setup_pbx", (token) => promptOf(token, "setup_pbx")],
    ["troubleshoot_sip", (token) => promptOf(token, "troubleshoot_sip")],
    ["migrate_pbx", (token) => promptOf(token, "migrate_pbx")],
    ["the instructions", (token) => post(`Bearer ${token}`, "initialize", HELLO)],
  ];

  it.each(ADVICE)(
    "is advised by %s to call nothing that writes, and who may write is",
    async (_what, ask) => {
      for (const token of [reader.token, await jwt()]) {
        const { status, text } = await ask(token);
        expect(status).toBe(200);
        expect(text).not.toMatch(WRITING);
      }
      expect((await ask(bot.token)).text).toMatch(WRITING);
    },
  );

  it("still sees every tool, so a client can ask for the scope that is missing", async () => {
    const names = async (token: string) => (await listTools(token)).result.tools?.map(({ name }) => name);
    expect(await names(reader.token)).toEqual(await names(bot.token));
  });
});

describe("another tenant's agent over HTTP", () => {
  it.each([
    ["get_sip_status", {}],
    ["configure_sip_registration", { sipDomain: "pbx.example.com", username: "1001", password: "demo-1001" }],
    ["remove_sip_registration", { username: "1001" }],
    ["diagnose_sip_registration", {}],
  ])("is for %s one that does not exist", async (name, args) => {
    const theirs = await call(bot.token, name, { ...args, agentId: SPANISH_LINE });
    const nobodys = await call(bot.token, name, { ...args, agentId: NOBODY });
    expect(theirs.result.isError).toBe(true);
    expect(theirs.result.content?.[0]?.text).toContain("Agent not found");
    expect(theirs.text.replaceAll(SPANISH_LINE, NOBODY)).toBe(nobodys.text);
  });

  it("is in no list", async () => {
    const ours = await call(bot.token, "list_telzino_agents", {});
    expect(ours.text).toContain(FRONT_DESK);
    expect(ours.text).not.toContain(SPANISH_LINE);
    const theirs = await call(globex.token, "list_telzino_agents", {});
    expect(theirs.text).toContain(SPANISH_LINE);
    expect(theirs.text).not.toContain(FRONT_DESK);
  });

  it("is in no completion", async () => {
    const names = async (token: string) => {
      const prompts = await post(`Bearer ${token}`, "prompts/list");
      const found = await Promise.all(
        (prompts.result.prompts ?? []).flatMap(({ name: prompt, arguments: given = [] }) =>
          given.map(async ({ name }) => {
            const ref = { type: "ref/prompt", name: prompt };
            return post(`Bearer ${token}`, "completion/complete", { ref, argument: { name, value: "" } });
          }),
        ),
      );
      return found.map(({ text }) => text).join("\n");
    };
    const [ours, theirs] = [await names(bot.token), await names(globex.token)];
    expect(ours).toContain("Front Desk");
    expect(ours).not.toContain("Spanish Line");
    expect(theirs).toContain("Spanish Line");
    expect(theirs).not.toContain("Front Desk");
  });

  it("and name are in no metric", async () => {
    const metrics = await (await fetch(metricsUrl)).text();
    for (const word of [SPANISH_LINE, FRONT_DESK, "Spanish Line", "alice", "mallory"])
      expect(metrics).not.toContain(word);
  });
});

describe("the tenants file over SIGHUP", () => {
  it("is refused when broken, and the old one stays; a good one is taken over immediately", async () => {
    folder.write("tenants.json", "{ broken");
    server.child.kill("SIGHUP");
    await expect.poll(() => server.stderr, { timeout: 10_000 }).toContain("The tenants file cannot be used");
    expect((await listTools(bot.token)).status).toBe(200);
    writeTenants([later.entry]);
    server.child.kill("SIGHUP");
    await expect.poll(async () => (await listTools(later.token)).status, { timeout: 10_000 }).toBe(200);
    expect((await listTools(bot.token)).status).toBe(401);
    expect((await listTools(globex.token)).status).toBe(200);
  });
});

describe("a probe from a caller", () => {
  it.each(["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "169.254.169.254"])(
    "to %s is not sent",
    async (sipDomain) => {
      const target = { sipDomain, transport: "tcp", port: Number(new URL(base).port) };
      const { result } = await call(globex.token, "diagnose_sip_registration", target);
      // A number that is no host name does not even get to the resolver.
      expect(result.content?.[0]?.text).toMatch(
        /this server contacts only public addresses|looks like an IP address but is not one/,
      );
    },
  );
});

describe("the log", () => {
  it("has no token, no credentials and no key in it", () => {
    expect(server.stderr).toContain("mallory");
    for (const { token } of [bot, old, reader, globex, later]) expect(server.stderr).not.toContain(token);
    expect(server.stderr).not.toContain(sandbox.clientSecret.reveal());
    expect(server.stderr).not.toMatch(/eyJ[\w-]+\.eyJ/);
    expect(server.stdout).toBe("");
  });
});

function unsigned(token: string): string {
  const [, body = ""] = token.split(".");
  return `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url")}.${body}.`;
}
