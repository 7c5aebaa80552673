import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough, Writable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { type DoctorReport, doctor } from "../../../../src/commands/doctor/index.js";
import { loadConfig } from "../../../../src/config/index.js";
import type { Environment } from "../../../../src/config/source.js";
import { LEFT_OUT } from "../../../../src/redaction/secret-search.js";

const AGENT = "11111111-1111-4111-8111-111111111111";
const SECRET = "cl1ent-s3cret/+";
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Answer = { status: number; body: unknown };

/** The documented API as far as `doctor` goes; `answers` overrides single routes. */
async function serveApi(answers: Record<string, Answer> = {}): Promise<string> {
  const agent = { id: AGENT, name: "Front\u001b[31m Desk", status: "active", sip_registration_data: null };
  const routes: Record<string, Answer> = {
    "/oauth/token": {
      status: 200,
      body: { access_token: "t0ken-from-api", token_type: "Bearer", expires_in: 60 },
    },
    "/v1/agents": {
      status: 200,
      body: {
        data: [agent],
        pagination: { page: 1, limit: 100, total: 7, totalPages: 1, hasNext: false, hasPrev: false },
      },
    },
    [`/v1/agents/${AGENT}`]: { status: 200, body: { data: agent } },
    ...answers,
  };
  return listen((request, response) => {
    const { status, body } = routes[(request.url ?? "").split("?")[0] ?? ""] ?? { status: 404, body: "none" };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function examine(env: Environment): Promise<{ code: number; text: string; report: DoctorReport }> {
  const run = async (json: boolean) => {
    let printed = "";
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        printed += String(chunk);
        done();
      },
    });
    const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
    return { code: await doctor(loadConfig(env), io, { json }), printed };
  };
  const plain = await run(false);
  const json = await run(true);
  expect(json.code).toBe(plain.code);
  return { code: plain.code, text: plain.printed, report: JSON.parse(json.printed) };
}

const pair = { TELZINO_CLIENT_ID: "client-1", TELZINO_CLIENT_SECRET: SECRET };
const outcomes = ({ checks }: DoctorReport) =>
  Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome]));

describe("doctor", () => {
  it("leaves out what repeats the token that the login granted", async () => {
    const agent = { id: AGENT, name: "Desk t0ken-from-api", status: "active", sip_registration_data: null };
    const apiUrl = await serveApi({ [`/v1/agents/${AGENT}`]: { status: 200, body: { data: agent } } });
    const { text } = await examine({ ...pair, TELZINO_API_URL: apiUrl, TELZINO_AGENT_ID: AGENT });
    expect(text).toContain(LEFT_OUT);
    expect(text).not.toContain("t0ken");
  });

  it("passes where everything holds, with the bound agent by name", async () => {
    const apiUrl = await serveApi();
    const { code, text, report } = await examine({
      ...pair,
      TELZINO_API_URL: apiUrl,
      TELZINO_AGENT_ID: AGENT,
    });
    expect(code).toBe(0);
    expect(report.ok).toBe(true);
    expect(text).toMatch(/✓ login +accepted/);
    expect(text).toMatch(/✓ agents +7 can be seen/);
    expect(text).toContain(`"Front Desk" (${AGENT}), active`);
    expect(text).toContain("Everything is in order.");
  });

  it("says what to set where there are no credentials, and looks at the way to the API anyway", async () => {
    const { code, text, report } = await examine({ TELZINO_API_URL: await serveApi() });
    expect(code).toBe(1);
    expect(outcomes(report)).toEqual({ node: "ok", credentials: "failed", api: "ok" });
    expect(text).toContain("→ Set TELZINO_CLIENT_ID and TELZINO_CLIENT_SECRET (or TELZINO_ACCESS_TOKEN)");
  });

  it("tells a refused login from an API that is not reached", async () => {
    const refusing = await serveApi({ "/oauth/token": { status: 401, body: { error: `no ${SECRET}` } } });
    const refused = await examine({ ...pair, TELZINO_API_URL: refusing });
    expect(refused.code).toBe(1);
    expect(outcomes(refused.report)).toMatchObject({ api: "ok", login: "failed", agents: "skipped" });
    expect(refused.text).toContain("Copy TELZINO_CLIENT_ID and TELZINO_CLIENT_SECRET again");

    const unreached = await examine({ ...pair, TELZINO_API_URL: "http://127.0.0.1:9" });
    expect(unreached.code).toBe(1);
    expect(outcomes(unreached.report)).toMatchObject({ api: "failed", login: "skipped", agents: "skipped" });
    expect(unreached.text).toContain("ECONNREFUSED");
  });

  it("finds an expired access token with the first real call", async () => {
    const apiUrl = await serveApi({ "/v1/agents": { status: 401, body: { message: "expired" } } });
    const { code, report } = await examine({ TELZINO_ACCESS_TOKEN: "old-token", TELZINO_API_URL: apiUrl });
    expect(code).toBe(1);
    const agents = report.checks.find(({ name }) => name === "agents");
    expect(agents).toMatchObject({ outcome: "failed", next: expect.stringContaining("expired, revoked") });
  });

  it("finds a bound agent that these credentials do not reach", async () => {
    const answers = { [`/v1/agents/${AGENT}`]: { status: 404, body: { error: "Agent not found" } } };
    const env = { ...pair, TELZINO_API_URL: await serveApi(answers), TELZINO_AGENT_ID: AGENT };
    const { code, report } = await examine(env);
    expect(code).toBe(1);
    expect(outcomes(report)).toMatchObject({ agents: "ok", agent: "failed" });
  });

  it("takes a redirect from the root as an answer", async () => {
    const apiUrl = await listen((request, response) => {
      if (request.url === "/") response.writeHead(302, { location: "https://docs.example.com/" }).end();
      else response.writeHead(500).end();
    });
    const { report } = await examine({ TELZINO_API_URL: apiUrl });
    expect(outcomes(report)).toMatchObject({ api: "ok" });
  });

  it("lists named secrets and their pins, and shows no secret, also where the API echoes it", async () => {
    const echo = { status: 400, body: { error: `bad ${SECRET} ${encodeURIComponent(SECRET)} sip-pass-9` } };
    const { text, report } = await examine({
      ...pair,
      TELZINO_API_URL: await serveApi({ "/oauth/token": echo }),
      TELZINO_SIP_SECRET_OFFICE: "sip-pass-9",
      TELZINO_SIP_SECRET_OFFICE_HOSTS: "pbx.example.com",
      TELZINO_READ_ONLY: "1",
    });
    expect(text).toContain("SIP secret OFFICE: for pbx.example.com");
    expect(text).toContain("read-only");
    for (const shown of [text, JSON.stringify(report)]) {
      expect(shown).not.toMatch(/s3cret|sip-pass-9|t0ken-from-api/);
    }
  });

  it("ends against an API that never answers", async () => {
    const apiUrl = await listen(() => {});
    const stdout = new PassThrough();
    const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
    const code = await doctor(loadConfig({ ...pair, TELZINO_API_URL: apiUrl }), io, { json: false });
    expect(code).toBe(1);
    expect(String(stdout.read())).toMatch(/✗ api/);
  }, 60_000);
});
