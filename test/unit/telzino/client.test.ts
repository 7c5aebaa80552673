import { readdir, readFile } from "node:fs/promises";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import { createTelzinoClient, type TelzinoClient } from "../../../src/telzino/client.js";
import type { RegistrationSettings } from "../../../src/telzino/types.js";
import { type ApiStub, grant, json, startApiStub, text } from "../../support/api-stub.js";
import {
  AGENT,
  AGENT_ID,
  CREDENTIALS,
  failure,
  quickClient,
  SETTINGS,
  SIP,
} from "../../support/telzino-client.js";

let stub: ApiStub;
let client: TelzinoClient;

beforeEach(async () => {
  stub = await startApiStub();
  client = quickClient(stub.url);
});

afterEach(async () => {
  await client.close();
  await stub.close();
});

const password = () => new Secret("pw-100");

describe("requests are as the reference documents them", () => {
  it("logs in with client credentials as JSON and sends the token as bearer", async () => {
    await client.close();
    client = quickClient(stub.url, { auth: CREDENTIALS });
    stub.script("POST /oauth/token", grant("jwt-1"));
    stub.script("GET /v1/agents", json(200, { data: [] }));
    await client.listAgents({});
    const [login, list] = stub.requests;
    expect(login?.method).toBe("POST");
    expect(login?.path).toBe("/oauth/token");
    expect(login?.headers["content-type"]).toBe("application/json");
    expect(login?.headers.authorization).toBeUndefined();
    expect(JSON.parse(login?.body ?? "")).toEqual({
      client_id: "client-1",
      client_secret: "0Zr7kQm2-v9Xw",
      audience: "https://api.telzino.com/",
      grant_type: "client_credentials",
    });
    expect(list?.headers.authorization).toBe("Bearer jwt-1");
  });

  it("names another audience where one is configured", async () => {
    await client.close();
    client = quickClient(stub.url, { auth: CREDENTIALS, audience: "https://api.example.test/" });
    stub.script("POST /oauth/token", grant("jwt-1"));
    await client.login();
    expect(JSON.parse(stub.requests[0]?.body ?? "").audience).toBe("https://api.example.test/");
  });

  it("lists agents with the query in the API's names, and without what was not given", async () => {
    stub.script("GET /v1/agents", json(200, { data: [] }));
    await client.listAgents({});
    await client.listAgents({ page: 2, limit: 10, organizationId: "22222222-2222-4222-8222-222222222222" });
    expect(stub.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["GET", "/v1/agents", ""],
      ["GET", "/v1/agents?page=2&limit=10&organization_id=22222222-2222-4222-8222-222222222222", ""],
    ]);
    expect(stub.requests[0]?.headers).toEqual({
      host: stub.url.host,
      connection: "keep-alive",
      accept: "application/json",
      authorization: "Bearer static-token",
      "user-agent": "telzino-sip-mcp/test",
    });
  });

  it("gets an agent, a status and call logs at their documented paths", async () => {
    stub.script(`GET ${AGENT}`, json(200, { data: { id: AGENT_ID, name: "Front Desk" } }));
    stub.script(
      `GET ${SIP}/status`,
      json(200, { success: true, data: { state: "NOT_FOUND", stateCode: 0 } }),
    );
    stub.script(`GET ${AGENT}/call-logs`, json(200, { data: [] }));
    await client.getAgent(AGENT_ID);
    await client.getStatus(AGENT_ID);
    await client.listCallLogs(AGENT_ID, { page: 1, limit: 5 });
    expect(stub.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["GET", AGENT, ""],
      ["GET", `${SIP}/status`, ""],
      ["GET", `${AGENT}/call-logs?page=1&limit=5`, ""],
    ]);
  });

  it("puts a registration with its defaults written out and nothing that is not documented", async () => {
    stub.script(`PUT ${SIP}`, json(200, { success: true, data: {} }));
    const foreign = { ...SETTINGS, aor: "sip:100@pbx.local", sipRealm: "pbx.local", extension: "100" };
    await client.putRegistration(AGENT_ID, foreign, password());
    const sent = stub.requests[0];
    expect([sent?.method, sent?.path]).toEqual(["PUT", SIP]);
    expect(sent?.headers["content-type"]).toBe("application/json");
    expect(sent?.headers["content-length"]).toBe(String(sent?.body.length));
    expect(sent?.body).toBe(
      '{"sipDomain":"pbx.local","username":"100","password":"pw-100","port":5060,"transport":"udp","subscribe":false}',
    );
  });

  it("puts every documented field that was given", async () => {
    stub.script(`PUT ${SIP}`, json(200, { success: true, data: {} }));
    const settings: RegistrationSettings = {
      sipDomain: "pbx.example.test",
      username: "1001",
      proxy: "sbc.example.test",
      port: 5061,
      transport: "TLS" as "tls",
      subscribe: true,
      authUsername: "auth-1001",
      did: "+15551234567",
    };
    await client.putRegistration(AGENT_ID, settings, new Secret('pä"ß\\'));
    expect(JSON.parse(stub.requests[0]?.body ?? "")).toEqual({
      ...settings,
      transport: "tls",
      password: 'pä"ß\\',
    });
  });

  it("deletes without a body and takes an empty answer for done", async () => {
    stub.script(`DELETE ${SIP}`, json(200, { success: true }), text(204, ""), text(200, ""));
    for (const _ of [1, 2, 3]) await client.deleteRegistration(AGENT_ID);
    expect(stub.requests.map(({ method, path, body }) => [method, path, body])).toEqual(
      Array.from({ length: 3 }, () => ["DELETE", SIP, ""]),
    );
  });

  it("appends paths to the API address's own path", async () => {
    await client.close();
    client = quickClient(new URL("/gateway/telzino/", stub.url));
    stub.script("GET /gateway/telzino/v1/agents", json(200, { data: [] }));
    await client.listAgents({});
    expect(stub.requests[0]?.path).toBe("/gateway/telzino/v1/agents");
  });

  it("keeps the connection for the next call", async () => {
    stub.script("GET /v1/agents", json(200, { data: [] }));
    for (const _ of [1, 2, 3]) {
      await client.listAgents({});
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(stub.connections()).toBe(1);
  });
});

describe("what must not be sent is not", () => {
  it.each(["../../oauth/token", "..", ".", "", "a/b", "a%2Fb", "a?x=1", "a#b", "a\r\nb", `${AGENT_ID}/..`])(
    "refuses the agent id %j",
    async (agentId) => {
      const error = await failure(client.getAgent(agentId));
      expect(error.code).toBe("invalid_request");
      await expect(failure(client.deleteRegistration(agentId))).resolves.toMatchObject({
        code: "invalid_request",
      });
      expect(stub.requests).toEqual([]);
    },
  );

  it("refuses settings that the API does not take, without showing their values", async () => {
    const settings = { ...SETTINGS, port: 70_000, transport: "ws" as "udp" };
    const error = await failure(client.putRegistration(AGENT_ID, settings, new Secret("")));
    expect(error.code).toBe("invalid_request");
    expect(error.message).toContain("password, port, transport");
    expect(stub.requests).toEqual([]);
  });

  it.each([
    "http://api.telzino.com",
    "http://127.0.0.1.example.test",
    "ftp://127.0.0.1",
    "https://user:pw@api.telzino.com",
  ])("takes no API address %s", (address) => {
    const create = () =>
      createTelzinoClient({
        apiUrl: new URL(address),
        auth: { kind: "none" },
        userAgent: "test",
        onToken: () => {},
      });
    expect(create).toThrow(TypeError);
  });

  it("answers every call with not_configured where there are no credentials", async () => {
    await client.close();
    client = quickClient(stub.url, { auth: { kind: "none" } });
    expect((await failure(client.listAgents({}))).code).toBe("not_configured");
    expect((await failure(client.login())).code).toBe("not_configured");
    expect(stub.requests).toEqual([]);
  });
});

describe("answers", () => {
  it("resolves a PUT with what is stored, without the echoed password", async () => {
    const echoed = {
      ...SETTINGS,
      password: "pw-100",
      authUsername: null,
      did: null,
      registrationEnabled: true,
      extension: "100",
    };
    stub.script(`PUT ${SIP}`, json(200, { success: true, data: echoed }));
    const saved = await client.putRegistration(AGENT_ID, SETTINGS, password());
    expect(saved).toEqual({ ...SETTINGS, enabled: true, extension: "100" });
    expect(inspect(saved, { showHidden: true, depth: 10 })).not.toContain("pw-100");
  });

  it.each([
    ['{"success":true}', 200],
    ["", 200],
    ["", 204],
    ["null", 200],
  ])("takes a PUT that is answered with %j for saved", async (body, status) => {
    stub.script(`PUT ${SIP}`, text(status, body));
    expect(await client.putRegistration(AGENT_ID, SETTINGS, password())).toEqual({});
  });

  it("keeps a stored password as a secret, to be sent back and never shown", async () => {
    const stored = { ...SETTINGS, password: "stored-pw", registrationEnabled: true };
    stub.script(
      `GET ${AGENT}`,
      json(200, { data: { id: AGENT_ID, name: "Front Desk", sip_registration_data: stored } }),
    );
    const agent = await client.getAgent(AGENT_ID);
    expect(agent.registration?.password?.reveal()).toBe("stored-pw");
    expect(`${JSON.stringify(agent)}${inspect(agent, { showHidden: true, depth: 10 })}`).not.toContain(
      "stored-pw",
    );
  });

  it("tells when a login expires", async () => {
    await client.close();
    client = quickClient(stub.url, { auth: CREDENTIALS, clock: () => 1_000_000 });
    stub.script("POST /oauth/token", grant("jwt-1", 600));
    expect(await client.login()).toEqual({ expiresAt: new Date(1_600_000) });
  });

  it("shows nothing of its credentials when it is printed", () => {
    expect(inspect(client, { showHidden: true, depth: 10 })).not.toContain("static-token");
  });
});

describe("start-up", () => {
  it("does not pay for undici: only types of it are imported statically", async () => {
    const folder = new URL("../../../src/telzino/", import.meta.url);
    const files = await readdir(folder);
    const sources = await Promise.all(files.map((file) => readFile(new URL(file, folder), "utf8")));
    const imports = sources.join("\n").match(/^.*["']undici["'].*$/gm) ?? [];
    expect(imports.filter((line) => /await import\("undici"\)/.test(line))).toHaveLength(1);
    expect(imports.filter((line) => !/await import\(|^import type /.test(line))).toEqual([]);
  });
});
