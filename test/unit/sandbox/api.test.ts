import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.js";
import {
  AFTER_HOURS,
  type AgentData,
  ApiCaller,
  callerOf,
  FRONT_DESK,
  LEGACY_VIDA,
} from "../../support/sandbox-api.js";

let sandbox: Sandbox;
let api: ApiCaller;

beforeAll(async () => {
  // Nothing is registered while the API alone is looked at.
  sandbox = await startSandbox({ syncDelayMs: 3_600_000 });
  api = await callerOf(sandbox);
});
afterAll(() => sandbox.close());

interface AgentPageData {
  data: AgentData[];
  pagination: unknown;
}

const MINIMUM = { sipDomain: "pbx.example.com", username: "1001", password: "p w:\"'ü" };

function refusal(message: unknown) {
  return { success: false, error: { message } };
}

describe("POST /oauth/token", () => {
  const body = {
    client_id: "sandbox",
    client_secret: "sandbox-secret",
    audience: "https://api.telzino.com/",
    grant_type: "client_credentials",
  };
  const login = (change: object) =>
    new ApiCaller(sandbox.apiUrl).send<{ access_token: string }>("POST", "/oauth/token", {
      ...body,
      ...change,
    });

  it("gives a bearer token of three parts for the client's credentials", async () => {
    const { status, body: granted } = await login({});
    expect(status).toBe(200);
    expect(granted).toMatchObject({ token_type: "Bearer", expires_in: 86_400 });
    expect(granted.access_token).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it.each([
    [401, { client_secret: "wrong" }, /client/],
    [401, { client_id: "nobody" }, /client/],
    [400, { grant_type: "password" }, /grant_type/],
    [400, { audience: "https://elsewhere.example.com/" }, /audience/],
    [400, { client_id: undefined }, /client_id is required/],
    [400, { scope: "everything" }, /Unknown field: scope/],
  ])("answers %i to %o", async (status, change, message) => {
    expect(await login(change)).toMatchObject({ status, body: refusal(expect.stringMatching(message)) });
  });
});

describe("access", () => {
  it.each(["", "Bearer", "Bearer abc.def.ghi", "Basic c2FuZGJveA=="])("answers 401 to %j", async (header) => {
    const stranger = new ApiCaller(sandbox.apiUrl);
    const answer = await stranger.send("GET", "/v1/agents", undefined, { Authorization: header });
    expect(answer).toMatchObject({ status: 401, body: refusal(expect.stringContaining("token")) });
  });

  it("answers 401 to a token whose claims were changed", async () => {
    const granted = await new ApiCaller(sandbox.apiUrl).login("sandbox-read-only");
    const [header, claims = "", signature] = granted.split(".");
    const forged = Buffer.from(claims, "base64url")
      .toString()
      .replace("read:agents", "read:agents update:agents");
    const token = `${header}.${Buffer.from(forged).toString("base64url")}.${signature}`;
    const answer = await api.send<AgentPageData>("GET", "/v1/agents", undefined, {
      Authorization: `Bearer ${token}`,
    });
    expect(answer.status).toBe(401);
  });

  it("answers 401 once a token has expired", async () => {
    const brief = await startSandbox({ tokenSeconds: 0.2 });
    try {
      const caller = await callerOf(brief);
      expect((await caller.send("GET", "/v1/agents")).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 250));
      expect((await caller.send("GET", "/v1/agents")).status).toBe(401);
    } finally {
      await brief.close();
    }
  });

  it("answers 403 to a write with credentials that may only read", async () => {
    const reader = new ApiCaller(sandbox.apiUrl);
    await reader.login("sandbox-read-only");
    expect((await reader.send("GET", "/v1/agents")).status).toBe(200);
    expect(await reader.put(FRONT_DESK, MINIMUM)).toMatchObject({ status: 403, body: { success: false } });
    expect((await reader.remove(FRONT_DESK)).status).toBe(403);
  });

  it("answers 404 to an unknown path and 405 with Allow to a wrong method", async () => {
    expect((await api.send("GET", "/v2/agents")).status).toBe(404);
    const wrong = await api.send("POST", `/v1/agents/${FRONT_DESK}/sip/registration`, {});
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get("allow")).toBe("PUT, DELETE");
  });

  it("answers 421 to another name, so no web page reaches it by rebinding one", async () => {
    const status = await new Promise((resolve, reject) => {
      const { hostname, port } = sandbox.apiUrl;
      request(
        { host: hostname, port, path: "/v1/agents", headers: { Host: "rebound.example.com" } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      )
        .on("error", reject)
        .end();
    });
    expect(status).toBe(421);
  });

  it("listens on loopback", () => {
    expect(sandbox.apiUrl.hostname).toBe("127.0.0.1");
  });
});

describe("GET /v1/agents", () => {
  it("lists agents in pages, Front Desk first", async () => {
    const { body } = await api.send<AgentPageData>("GET", "/v1/agents?page=1&limit=2");
    expect(body.data.map(({ id }) => id)).toEqual([FRONT_DESK, AFTER_HOURS]);
    expect(body.pagination).toEqual({
      page: 1,
      limit: 2,
      total: 5,
      totalPages: 3,
      hasNext: true,
      hasPrev: false,
    });
    const last = await api.send<AgentPageData>("GET", "/v1/agents?page=3&limit=2");
    expect(last.body.data).toHaveLength(1);
    expect(last.body.pagination).toMatchObject({ hasNext: false, hasPrev: true });
  });

  it("pages by 50 when nothing is said", async () => {
    expect((await api.send<AgentPageData>("GET", "/v1/agents")).body.pagination).toMatchObject({
      page: 1,
      limit: 50,
    });
  });

  it("filters by organization", async () => {
    const organization = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb";
    const { body } = await api.send<AgentPageData>("GET", `/v1/agents?organization_id=${organization}`);
    expect(body.data.map(({ name }) => name)).toEqual(["Spanish Line"]);
  });

  it("leaves sip_registration_data out of some entries only", async () => {
    const { body } = await api.send<AgentPageData>("GET", "/v1/agents");
    const having = body.data.filter((agent) => "sip_registration_data" in agent);
    expect(having).not.toHaveLength(0);
    expect(having.length).toBeLessThan(body.data.length);
  });

  it.each(["limit=101", "limit=0", "limit=x", "page=0", "organization_id=1", "sort=name", "page=1&page=2"])(
    "answers 400 to %s and names it",
    async (query) => {
      const answer = await api.send("GET", `/v1/agents?${query}`);
      const name = query.split("=")[0];
      expect(answer).toMatchObject({ status: 400, body: refusal(expect.stringContaining(name ?? "")) });
    },
  );
});

describe("GET /v1/agents/{agentId}", () => {
  it("gives an agent with the many fields that real ones carry, a secret among them", async () => {
    const { body } = await api.send<{ data: AgentData }>("GET", `/v1/agents/${AFTER_HOURS}`);
    expect(body.data).toMatchObject({
      name: "After Hours",
      status: "active",
      is_active: true,
      agent_type: "advanced",
      sip_registration_data: null,
    });
    expect(body.data.mcp_servers[0]?.auth_headers.Authorization).toMatch(/secret/);
  });

  it.each(["99999999-9999-4999-8999-999999999999", "not-a-uuid"])("answers 404 to %s", async (id) => {
    for (const path of ["", "/sip/registration/status", "/call-logs"]) {
      expect(await api.send("GET", `/v1/agents/${id}${path}`)).toMatchObject({
        status: 404,
        body: refusal("Agent not found"),
      });
    }
    expect((await api.put(id, MINIMUM)).status).toBe(404);
    expect((await api.remove(id)).status).toBe(404);
  });
});

describe("PUT and DELETE /v1/agents/{agentId}/sip/registration", () => {
  it("fills in the defaults, enables, and echoes the password as the platform does", async () => {
    const answer = await api.put(FRONT_DESK, MINIMUM);
    const stored = {
      ...MINIMUM,
      port: 5060,
      transport: "udp",
      subscribe: false,
      authUsername: null,
      did: null,
      registrationEnabled: true,
      extension: "1001",
    };
    expect(answer).toMatchObject({ status: 200, body: { success: true, data: stored } });
    expect(
      (await api.send<{ data: AgentData }>("GET", `/v1/agents/${FRONT_DESK}`)).body.data
        .sip_registration_data,
    ).toEqual(stored);
  });

  it("keeps every documented field, and DELETE leaves null", async () => {
    const whole = {
      ...MINIMUM,
      proxy: "proxy.example.com",
      port: 5061,
      transport: "tls",
      subscribe: true,
      authUsername: "auth-1001",
      did: "+15551234567",
    };
    const stored = { ...whole, registrationEnabled: true, extension: "1001" };
    expect((await api.put(FRONT_DESK, whole)).body).toEqual({ success: true, data: stored });
    expect(await api.remove(FRONT_DESK)).toMatchObject({ status: 200, body: { success: true } });
    expect(
      (await api.send<{ data: AgentData }>("GET", `/v1/agents/${FRONT_DESK}`)).body.data
        .sip_registration_data,
    ).toBeNull();
  });

  it.each([
    ["sipDomain", undefined],
    ["username", undefined],
    ["password", undefined],
    ["sipDomain", ""],
    ["username", 1001],
    ["port", 0],
    ["port", 65_536],
    ["port", 5060.5],
    ["port", "5060"],
    ["transport", "UDP"],
    ["transport", "ws"],
    ["subscribe", "yes"],
    ["proxy", null],
    ["aor", "sip:1001@pbx.example.com"],
    ["sipRealm", "pbx.example.com"],
  ])("answers 400 to %s: %j and names it", async (field, value) => {
    const answer = await api.put(FRONT_DESK, { ...MINIMUM, [field]: value });
    expect(answer).toMatchObject({ status: 400, body: refusal(expect.stringContaining(field)) });
    expect(JSON.stringify(answer.body)).not.toContain(MINIMUM.password);
  });

  it.each(["[]", "null", '"text"', "{", ""])("answers 400 to the body %j", async (body) => {
    expect((await api.put(FRONT_DESK, body)).status).toBe(400);
  });

  it("answers 400 to another content type and 413 to a large body", async () => {
    const path = `/v1/agents/${FRONT_DESK}/sip/registration`;
    expect((await api.send("PUT", path, MINIMUM, { "Content-Type": "text/plain" })).status).toBe(400);
    const large = { ...MINIMUM, password: "x".repeat(70_000) };
    expect((await api.put(FRONT_DESK, large)).status).toBe(413);
  });

  it("refuses an agent of the older kind in the documented words", async () => {
    const words = refusal("Cannot update vida agents via this API");
    expect(await api.put(LEGACY_VIDA, MINIMUM)).toMatchObject({ status: 400, body: words });
    expect(await api.remove(LEGACY_VIDA)).toMatchObject({ status: 400, body: words });
  });
});

describe("GET status and call-logs", () => {
  it("says NOT_FOUND, code 0, where nothing is registered", async () => {
    expect(await api.status(AFTER_HOURS)).toMatchObject({
      state: "NOT_FOUND",
      stateCode: 0,
      enabled: "no",
      isRegistered: false,
    });
  });

  it("gives an empty page of calls, and 400 to a limit above 100", async () => {
    const path = `/v1/agents/${AFTER_HOURS}/call-logs`;
    expect((await api.send("GET", path)).body).toMatchObject({ data: [], pagination: { total: 0 } });
    expect((await api.send("GET", `${path}?limit=101`)).status).toBe(400);
  });
});

describe("POST /sandbox/calls", () => {
  it("tells that no one is registered, or that there is no such extension", async () => {
    const stranger = new ApiCaller(sandbox.apiUrl);
    const call = async (to: string) => (await stranger.send("POST", "/sandbox/calls", { to })).body;
    expect(await call("1001")).toMatchObject({ data: { outcome: "not-registered" } });
    expect(await call("4711")).toMatchObject({ data: { outcome: "unknown-extension" } });
  });

  it("refuses web pages and what a plain form could send", async () => {
    const page = await api.send("POST", "/sandbox/calls", { to: "1001" }, { Origin: sandbox.apiUrl.origin });
    expect(page.status).toBe(403);
    const form = await api.send("POST", "/sandbox/calls", '{"to":"1001"}', { "Content-Type": "text/plain" });
    expect(form.status).toBe(400);
  });
});
