import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Caller } from "../../../src/hosting/types.js";
import { Secret } from "../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import { untrusted } from "../../../src/redaction/untrusted.js";
import { OTHER_ORGANIZATION } from "../../../src/sandbox/agents.js";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.js";
import { FRONT_DESK } from "../../support/agents.js";
import { type ApiStub, json, startApiStub } from "../../support/api-stub.js";
import { Folder, madeToken, type OpenedAuthenticator, openAuthenticator } from "../../support/hosting.js";
import { type ConnectedClient, connectInProcess } from "../../support/mcp.js";

const AFTER_HOURS = "22222222-2222-4222-8222-222222222222";
const SPANISH_LINE = "33333333-3333-4333-8333-333333333333";
const NOBODY = "99999999-9999-4999-8999-999999999999";
const PASSWORDS = { ACME_PBX: "acme-pbx-password", GLOBEX_PBX: "T0ngue-Groove-77" };

const acme = madeToken("acme-bot");
const globex = madeToken("globex-bot");
const folder = new Folder();
const clients: ConnectedClient[] = [];
let sandbox: Sandbox;
let opened: OpenedAuthenticator;

async function admitted(token: string, { authenticator } = opened): Promise<Caller> {
  const admission = await authenticator.admit(`Bearer ${token}`);
  if (!admission.admitted) throw new Error(`not admitted: ${admission.error}`);
  return admission.caller;
}

async function clientOf(token: string, from = opened): Promise<ConnectedClient> {
  const { tenant } = await admitted(token, from);
  const client = await connectInProcess(tenant.services);
  clients.push(client);
  return client;
}

/** The process's own environment is not the tests': values come by files. */
function tenantsFile(): object {
  const credentials = {
    clientId: sandbox.clientId,
    clientSecretFile: folder.write("client.txt", clientSecret()),
  };
  const secret = (name: keyof typeof PASSWORDS) => ({ file: folder.write(name, PASSWORDS[name]) });
  const apiUrl = sandbox.apiUrl.href;
  return {
    tenants: {
      acme: {
        credentials,
        apiUrl,
        agents: [FRONT_DESK],
        tokens: [acme.entry],
        secrets: { PBX: secret("ACME_PBX") },
      },
      globex: {
        ...{ credentials, apiUrl, organizations: [OTHER_ORGANIZATION], tokens: [globex.entry] },
        secrets: { PBX: secret("GLOBEX_PBX") },
      },
    },
  };
}

function clientSecret(): string {
  return sandbox.clientSecret.reveal();
}

beforeAll(async () => {
  sandbox = await startSandbox({});
  opened = await openAuthenticator({ tenants: folder.write("tenants.json", tenantsFile()) });
});
afterAll(async () => {
  await opened.authenticator.close();
  await sandbox.close();
  folder.remove();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

const SETTINGS = { sipDomain: "127.0.0.1", username: "1001", port: 5060, password: "demo-1001" };
const TOOLS: readonly [string, Record<string, unknown>][] = [
  ["get_sip_status", {}],
  ["configure_sip_registration", SETTINGS],
  ["remove_sip_registration", { username: "1001" }],
  ["diagnose_sip_registration", {}],
  ["diagnose_sip_registration", { testCredentials: true, password: "1001-secret" }],
];

describe("another tenant's agent", () => {
  it.each(TOOLS)("looks in %s %j as if it did not exist", async (name, args) => {
    for (const [token, foreign] of [
      [acme.token, SPANISH_LINE],
      [acme.token, AFTER_HOURS],
      [globex.token, FRONT_DESK],
    ] as const) {
      const client = await clientOf(token);
      const theirs = await client.call(name, { ...args, agentId: foreign });
      const nobodys = await client.call(name, { ...args, agentId: NOBODY });
      expect(theirs.isError).toBe(true);
      expect(JSON.stringify(theirs).replaceAll(foreign, NOBODY)).toBe(JSON.stringify(nobodys));
      expect(theirs.text).toMatch(/Agent not found/);
    }
  });

  it("was not changed by any of that", async () => {
    const owner = await clientOf(globex.token);
    expect((await owner.call("get_sip_status", { agentId: SPANISH_LINE })).text).not.toContain("1001");
  });

  it("is in no list, whatever is searched for", async () => {
    const client = await clientOf(acme.token);
    for (const args of [{}, { query: "Spanish" }, { organizationId: OTHER_ORGANIZATION }, { page: 2 }]) {
      const { facts, text } = await client.call("list_telzino_agents", args);
      const ids = (facts.agents as { id: string }[]).map(({ id }) => id);
      expect(ids.filter((id) => id !== FRONT_DESK)).toEqual([]);
      expect(text).not.toContain(SPANISH_LINE);
    }
    const { facts } = await client.call("list_telzino_agents");
    expect(facts).toMatchObject({ total: 1, hasMore: false });
    const others = await (await clientOf(globex.token)).call("list_telzino_agents");
    expect(JSON.stringify(others.facts)).toContain(SPANISH_LINE);
    expect(JSON.stringify(others)).not.toContain(FRONT_DESK);
  });
});

describe("a tenant's own agent", () => {
  it("can be configured, looked at and removed", async () => {
    const client = await clientOf(acme.token);
    const pbx = { sipDomain: sandbox.sipHost, port: sandbox.sipPort };
    const given = { agentId: FRONT_DESK, username: "1001", password: "demo-1001", ...pbx };
    const configured = await client.call("configure_sip_registration", given);
    expect(configured.text).toContain("Registered:");
    expect((await client.call("get_sip_status", { agentId: FRONT_DESK })).text).toContain("REGISTERED_STATE");
    const removed = await client.call("remove_sip_registration", { agentId: FRONT_DESK, username: "1001" });
    expect(removed.isError ?? false).toBe(false);
  });
});

describe("secrets", () => {
  it("of the same name are each tenant's own", async () => {
    const [ours, theirs] = [await admitted(acme.token), await admitted(globex.token)];
    expect(ours.tenant.services.sipSecrets?.get("PBX")?.secret.reveal()).toBe(PASSWORDS.ACME_PBX);
    expect(theirs.tenant.services.sipSecrets?.get("PBX")?.secret.reveal()).toBe(PASSWORDS.GLOBEX_PBX);
  });

  it("of another tenant cannot be found out by looking what is struck out of a result", async () => {
    const { services } = (await admitted(acme.token)).tenant;
    expect(services.redactor.refusal(`is it ${PASSWORDS.ACME_PBX}?`)).toBe(LEFT_OUT);
    expect(services.redactor.refusal(`is it ${PASSWORDS.GLOBEX_PBX}?`)).toBeUndefined();
    const release = (await admitted(globex.token)).tenant.services.redactor.hold(
      new Secret("typed-by-globex"),
    );
    expect(services.redactor.refusal("typed-by-globex")).toBeUndefined();
    release();
  });

  it("of a tenant are looked for in what the API says in its calls, and those of another are not", async () => {
    const name = (password: string) => untrusted(`Desk ${password}`);
    for (const [token, own, foreign] of [
      [acme.token, PASSWORDS.ACME_PBX, PASSWORDS.GLOBEX_PBX],
      [globex.token, PASSWORDS.GLOBEX_PBX, PASSWORDS.ACME_PBX],
    ] as const) {
      const { services } = (await admitted(token)).tenant;
      const agents = [own, foreign].map((password, id) => ({
        id: `${id}`,
        name: name(password),
        registration: null,
      }));
      const listAgents = async () => ({ agents, page: 1, limit: 20, hasNext: false, total: 2 });
      const client = await connectInProcess({ ...services, api: { ...services.api, listAgents } });
      clients.push(client);
      const { facts } = await client.call("list_telzino_agents", {});
      expect(facts.agents).toMatchObject([{ name: LEFT_OUT }, { name: `Desk ${foreign}` }]);
    }
  });

  it("of a tenant are out of every line of its log, which names it", async () => {
    const { services } = (await admitted(acme.token)).tenant;
    services.log.warn(`${untrusted(PASSWORDS.ACME_PBX)} ${untrusted(clientSecret())}`, {
      said: untrusted(`pw ${PASSWORDS.ACME_PBX}`),
    });
    const line = opened.lines.at(-1) ?? "";
    expect(line).toContain(`${LEFT_OUT} ${LEFT_OUT}`);
    expect(line).toContain(`said="${LEFT_OUT}"`);
    expect(line).toContain("tenant=acme");
  });
});

describe("what is remembered of diagnoses", () => {
  const at = (sipDomain: string) => ({ sipDomain, port: 5060, transport: "udp" });

  it("is each tenant's own: one cannot use up the diagnoses of another", async () => {
    const [ours, theirs] = [await clientOf(acme.token), await clientOf(globex.token)];
    const results = [];
    for (let index = 0; index < 13; index += 1)
      results.push(await ours.call("diagnose_sip_registration", at(`127.0.1.${index}`)));
    expect(results.at(-1)?.text).toContain("Too many diagnoses: the limit is 12 a minute");
    const other = await theirs.call("diagnose_sip_registration", at("127.0.2.1"));
    expect(other.text).not.toContain("Too many diagnoses");
    // Also on another connection of the same tenant.
    const again = await (await clientOf(acme.token)).call("diagnose_sip_registration", at("127.0.2.2"));
    expect(again.text).toContain("Too many diagnoses");
  });

  it("is counted for all tenants together at one PBX, which sees one sender", async () => {
    const own = await openAuthenticator({ tenants: folder.write("tenants.json", tenantsFile()) });
    try {
      const [ours, theirs] = [await clientOf(acme.token, own), await clientOf(globex.token, own)];
      for (let index = 0; index < 6; index += 1)
        await ours.call("diagnose_sip_registration", at("127.0.0.1"));
      const other = await theirs.call("diagnose_sip_registration", at("127.0.0.1"));
      expect(other.text).toContain("Too many diagnoses: the limit is 6 a minute against one host");
      expect(other.text).not.toMatch(/tenant|acme|another/i);
      expect((await theirs.call("diagnose_sip_registration", at("127.0.2.1"))).isError).not.toBe(true);
    } finally {
      await own.authenticator.close();
    }
  });
});

describe("the tenants file read again", () => {
  const agents = json(200, { data: [], pagination: { page: 1, limit: 1, hasNext: false } });
  const token = json(200, { access_token: "granted", token_type: "Bearer", expires_in: 86_400 });
  const bot = madeToken("bot");
  const later = madeToken("later");
  let stub: ApiStub;
  let own: OpenedAuthenticator;
  let path: string;

  const logins = () =>
    stub.requestsTo("POST /oauth/token").map(({ body }) => JSON.parse(body).client_id as string);
  const entry = (clientId: string, more: object = {}) => ({
    credentials: { clientId, clientSecretFile: folder.write("stub.txt", "stub-secret") },
    apiUrl: stub.url.href,
    ...more,
  });
  const listAs = async (bearer: string) => (await admitted(bearer, own)).tenant.services.api.listAgents({});

  beforeAll(async () => {
    stub = await startApiStub();
    stub.script("GET /v1/agents", agents);
    stub.script("POST /oauth/token", token);
    path = folder.write("again.json", {
      tenants: { a: entry("id-a", { tokens: [bot.entry] }), b: entry("id-b") },
    });
    own = await openAuthenticator({ tenants: path });
  });
  afterAll(async () => {
    await own.authenticator.close();
    await stub.close();
  });

  it("lets every tenant log in for itself, once", async () => {
    await listAs(bot.token);
    await listAs(bot.token);
    expect(logins()).toEqual(["id-a"]);
  });

  it("is refused when it is broken, and the old one stays", async () => {
    for (const broken of ["{", { tenants: { a: { tokens: [] } } }, { tenants: {} }]) {
      folder.write("again.json", broken);
      await own.authenticator.reload();
      expect(own.lines.at(-1)).toMatch(/error The tenants file cannot be used: what was read before stays/);
      await listAs(bot.token);
    }
    expect(logins()).toEqual(["id-a"]);
  });

  it("changes who comes in at once, and leaves a tenant whose settings are the same its services", async () => {
    const before = (await admitted(bot.token, own)).tenant;
    const tokens = [{ ...bot.entry, scopes: ["sip:read"] }, later.entry];
    folder.write("again.json", { tenants: { a: entry("id-a", { tokens }), b: entry("id-b") } });
    await own.authenticator.reload();
    const caller = await admitted(bot.token, own);
    expect(caller.tenant).toBe(before);
    expect([...caller.scopes]).toEqual(["sip:read"]);
    expect((await admitted(later.token, own)).principal).toBe("later");
    await listAs(later.token);
    expect(logins()).toEqual(["id-a"]);
  });

  it("gives a tenant new services when its credentials changed, while its running calls end", async () => {
    const before = (await admitted(bot.token, own)).tenant;
    let arrived = (_answer: () => void) => {};
    const request = new Promise<() => void>((resolve) => {
      arrived = resolve;
    });
    stub.script("GET /v1/agents", (response, asked) => arrived(() => agents(response, asked)));
    const running = before.services.api.listAgents({});
    const answer = await request;
    folder.write("again.json", { tenants: { a: entry("id-new", { tokens: [bot.entry] }) } });
    await own.authenticator.reload();
    expect((await admitted(bot.token, own)).tenant).not.toBe(before);
    answer();
    expect(await running).toMatchObject({ agents: [] });
    stub.script("GET /v1/agents", agents);
    await listAs(bot.token);
    expect(logins()).toEqual(["id-a", "id-new"]);
  });

  it("shuts out who is no longer in it", async () => {
    expect(await own.authenticator.admit(`Bearer ${later.token}`)).toMatchObject({
      admitted: false,
      status: 401,
    });
  });
});

describe("what the file can bring down", () => {
  it("is the start, with every problem", async () => {
    await expect(
      openAuthenticator({ tenants: folder.write("bad.json", '{"tenants":{"a":{}}}') }),
    ).rejects.toThrow(/tenants\.a\.credentials must be an object/);
  });

  it("is not a bound agent as well: agents are named in the file", async () => {
    const flags = { tenants: folder.write("tenants.json", tenantsFile()) };
    await expect(openAuthenticator(flags, { TELZINO_AGENT_ID: FRONT_DESK })).rejects.toThrow(
      /cannot go with --tenants/,
    );
  });
});
