import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FRONT_DESK } from "../support/agents.js";
import { type ApiStub, json } from "../support/api-stub.js";
import { SpawnedServer } from "../support/spawned.js";
import { type StoredApi, startStoredApi } from "../support/stored-api.js";

/** The built server against a foreign stub of the documented API: what it sends, and what it makes of faults. */

const BASE = `/v1/agents/${FRONT_DESK}`;
const PUT = `PUT ${BASE}/sip/registration`;
const STATUS = `GET ${BASE}/sip/registration/status`;
const CANARY = 'cAnary-93#x/Ü"1';

let platform: StoredApi;
let api: ApiStub;
let server: SpawnedServer;

beforeEach(async () => {
  platform = await startStoredApi();
  api = platform.stub;
  api.script(
    "POST /oauth/token",
    json(200, { access_token: "token-1", token_type: "Bearer", expires_in: 86_400 }),
  );
  api.script(STATUS, json(200, status("NOT_FOUND", 0)), json(200, status("REGISTERED_STATE", 3)));
  server = new SpawnedServer(["--log-level", "trace"], {
    TELZINO_API_URL: api.url.origin,
    TELZINO_CLIENT_ID: "client-1",
    TELZINO_CLIENT_SECRET: "client-secret-1",
  });
  await server.initialize();
});
afterEach(async () => {
  await server.kill();
  await api.close();
});

function status(state: string, stateCode: number) {
  const isRegistered = state === "REGISTERED_STATE";
  return { success: true, data: { state, stateCode, enabled: "yes", isRegistered } };
}

function configure(more: Record<string, unknown> = {}) {
  return server.callTool("configure_sip_registration", {
    agentId: FRONT_DESK,
    sipDomain: "pbx.example.com",
    username: "1001",
    password: CANARY,
    ...more,
  });
}

/** The password as it may be in JSON, URLs and base64. */
const DISGUISES = [
  CANARY,
  JSON.stringify(CANARY).slice(1, -1),
  JSON.stringify(JSON.stringify(CANARY).slice(1, -1)).slice(1, -1),
  encodeURIComponent(CANARY),
  Buffer.from(CANARY).toString("base64"),
  Buffer.from(CANARY).toString("hex"),
];

function expectNoCanary(): void {
  for (const disguise of DISGUISES) {
    expect(server.stdout).not.toContain(disguise);
    expect(server.stderr).not.toContain(disguise);
  }
  for (const secret of ["client-secret-1", "token-1"])
    expect(server.stdout + server.stderr).not.toContain(secret);
}

describe("the PUT", () => {
  it("is as documented, defaults included, and nothing else is sent", async () => {
    const { facts } = await configure();
    expect(facts).toMatchObject({ outcome: "registered" });
    const [put] = api.requestsTo(PUT);
    expect(put?.headers).toMatchObject({
      authorization: "Bearer token-1",
      "content-type": "application/json",
    });
    expect(JSON.parse(put?.body ?? "")).toStrictEqual({
      sipDomain: "pbx.example.com",
      username: "1001",
      password: CANARY,
      port: 5060,
      transport: "udp",
      subscribe: false,
    });
    const [login] = api.requestsTo("POST /oauth/token");
    expect(JSON.parse(login?.body ?? "")).toStrictEqual({
      client_id: "client-1",
      client_secret: "client-secret-1",
      audience: "https://api.telzino.com/",
      grant_type: "client_credentials",
    });
    expectNoCanary();
  });

  it("carries every field that was given, by its documented name", async () => {
    await configure({
      proxy: "edge.example.com",
      port: "5061",
      transport: "TLS",
      subscribe: true,
      authUsername: "auth-1",
      did: "+15551234567",
    });
    expect(JSON.parse(api.requestsTo(PUT)[0]?.body ?? "")).toStrictEqual({
      sipDomain: "pbx.example.com",
      username: "1001",
      password: CANARY,
      proxy: "edge.example.com",
      port: 5061,
      transport: "tls",
      subscribe: true,
      authUsername: "auth-1",
      did: "+15551234567",
    });
  });

  it("decides alone where nothing could be read before it", async () => {
    api.script(`GET ${BASE}`, json(403, { error: "no" }));
    api.script(STATUS, json(500, "broken"), json(200, status("REGISTERED_STATE", 3)));
    expect((await configure()).facts).toMatchObject({ outcome: "registered", written: true });
  });

  it("is reported as saved, without asking again, where the status cannot be read after it", async () => {
    api.script(STATUS, json(403, { message: "status is not for you" }));
    const { facts, text } = await configure();
    // Once before the write, and once after it.
    expect(api.requestsTo(STATUS)).toHaveLength(2);
    expect(facts).toMatchObject({ outcome: "saved_status_unreadable", written: true });
    expect(text).toMatch(/are saved/);
  });

  it("that is refused tells the API's words and what to do, without the password that it echoes", async () => {
    api.script(
      PUT,
      json(400, { success: false, error: { message: `sipDomain is bad, password was ${CANARY}` } }),
    );
    const { isError, text } = (await configure()) as unknown as { isError: boolean; text: string };
    expect(isError).toBe(true);
    expect(text).toMatch(
      /The API said about sipDomain, password: \[text left out: it holds a part of a secret\]/,
    );
    expectNoCanary();
  });

  it.each([
    [
      "an agent of another kind",
      json(400, { error: "Cannot update vida agents via this API" }),
      /only LiveKit agents/,
    ],
    [
      "an agent that is there all the same",
      json(404, { message: "Agent not found" }),
      /as if there were no such agent/,
    ],
    ["no permission", json(403, { error: "forbidden" }), /may not do that/],
    ["a token that is refused again and again", json(401, {}), /access token/],
    [
      "HTML",
      json(200, "<html>", { "content-type": "text/html" }),
      /Reading the agent back showed that the registration was not stored/,
    ],
  ])("of %s is explained", async (_label, answer, words) => {
    api.script(PUT, answer);
    expect((await configure()).text).toMatch(words);
    expectNoCanary();
  });
});

describe("a password", () => {
  it("that the API hands out for the stored registration is sent back to it, and shown nowhere", async () => {
    const stored = {
      sipDomain: "pbx.example.com",
      username: "1001",
      password: CANARY,
      port: 5060,
      transport: "udp",
    };
    platform.stored = stored;
    const { facts } = await configure({ password: undefined, did: "+15551234567" });
    expect(facts).toMatchObject({ passwordFrom: "kept" });
    expect(JSON.parse(api.requestsTo(PUT)[0]?.body ?? "")).toMatchObject({
      password: CANARY,
      did: "+15551234567",
    });
    await server.callTool("get_sip_status", { agentId: FRONT_DESK });
    await server.callTool("list_telzino_agents");
    expectNoCanary();
  });

  it("in arguments that are refused is not repeated", async () => {
    await configure({ sipDomain: "sip:pbx.example.com", colour: CANARY });
    await configure({ waitSeconds: "long" });
    expect(api.requestsTo(PUT)).toHaveLength(0);
    expectNoCanary();
  });
});

describe("an unknown state", () => {
  it("comes through by its name", async () => {
    api.script(STATUS, json(200, { data: { state: "SUSPENDED_STATE", stateCode: 12, enabled: "yes" } }));
    const { text, facts } = await server.callTool("get_sip_status", { agentId: FRONT_DESK });
    expect(text).toContain("SUSPENDED_STATE (12)");
    expect(facts).toMatchObject({ status: { state: "SUSPENDED_STATE", stateCode: 12, registered: false } });
  });
});
