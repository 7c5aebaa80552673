import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "../../../src/base/log.js";
import { scopedApi } from "../../../src/hosting/tenants/api.js";
import { createPasswordPages } from "../../../src/passwords/page/pages.js";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import type { TelzinoClient } from "../../../src/telzino/client.js";
import type { TelzinoApi } from "../../../src/telzino/types.js";
import { type Answer, type ApiStub, json, later, startApiStub } from "../../support/api-stub.js";
import { connectAsking } from "../../support/asking-client.js";
import { enter, watchViews } from "../../support/entry.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";
import { AGENT, AGENT_ID, quickClient, SIP } from "../../support/telzino-client.js";

/** A stored password that comes with one answer of the API, and is repeated by another answer or error of the same call. */

const PASSWORD = "kV93!mPq-xYt82";
const ACCOUNT = { sipDomain: "pbx.example.com", username: "1001" };
const STORED = { ...ACCOUNT, password: PASSWORD, port: 5060, transport: "udp", subscribe: false };
const agent = (more: object = {}) => ({ id: AGENT_ID, name: "Desk", sip_registration_data: STORED, ...more });
const refusal = (status = 400) => json(status, { error: `no status of 1001:${PASSWORD}` });

let stub: ApiStub;
let client: TelzinoClient;
let connected: ConnectedClient | undefined;
beforeEach(async () => {
  stub = await startApiStub();
  client = quickClient(stub.url, { timeouts: {} });
});
afterEach(async () => {
  await connected?.close();
  await client.close();
  await stub.close();
});

const connect = async (api: TelzinoApi = client, more: object = {}) => {
  connected = await connectInProcess({ ...servicesFor(undefined, more), api });
  return connected;
};

async function expectLeftOut(name: string, args: object): Promise<void> {
  const { call } = await connect();
  const { text, facts } = await call(name, { ...args });
  expect(`${text}${JSON.stringify(facts)}`).not.toContain(PASSWORD.slice(0, 8));
  expect(text).toContain(LEFT_OUT);
}

/** Pages of a list, by number; what is not there is an error that repeats the password. */
function pages(...answers: object[][]): Answer {
  return (response, request) => {
    const page = Number(/[?&]page=(\d+)/.exec(request.path)?.[1] ?? 1);
    const data = answers[page - 1];
    const answer = data ? json(200, { data, pagination: { page, limit: 100, hasNext: true } }) : refusal();
    answer(response, request);
  };
}

describe("a stored password", () => {
  it.each<[string, Answer, Answer]>([
    ["at the same time", json(200, { data: agent() }), refusal(401)],
    ["before it comes", later(200, json(200, { data: agent() })), refusal(401)],
    ["after it has come", json(200, { data: agent() }), later(200, refusal(401))],
  ])("is left out of an error of the status (%s)", async (_when, agentAnswer, statusAnswer) => {
    stub.script(`GET ${AGENT}`, agentAnswer);
    stub.script(`GET ${SIP}/status`, statusAnswer);
    const id = { agentId: AGENT_ID };
    await expectLeftOut("get_sip_status", id);
    await expectLeftOut("configure_sip_registration", { ...id, ...ACCOUNT, dryRun: true });
  });

  it("is left out where the stored transport repeats it, which is no setting then", async () => {
    stub.script(
      `GET ${AGENT}`,
      json(200, { data: agent({ sip_registration_data: { ...STORED, transport: PASSWORD } }) }),
    );
    stub.script(`GET ${SIP}/status`, json(200, { data: { state: "REGISTERED_STATE" } }));
    const { text, facts } = await (await connect()).call("get_sip_status", { agentId: AGENT_ID });
    expect(`${text}${JSON.stringify(facts)}`.toLowerCase()).not.toContain(PASSWORD.toLowerCase());
    expect(text).toContain(LEFT_OUT);
  });

  it("is left out of an error of the removal", async () => {
    stub.script(`GET ${AGENT}`, json(200, { data: agent() }));
    stub.script(`DELETE ${SIP}`, refusal());
    await expectLeftOut("remove_sip_registration", { agentId: AGENT_ID, username: "1001" });
  });

  it("that the answer to a write brings is left out of an error after it", async () => {
    const none = json(200, { data: agent({ sip_registration_data: null }) });
    stub.script(`GET ${AGENT}`, none, refusal());
    stub.script(`PUT ${SIP}`, json(200, { data: STORED }));
    stub.script(`GET ${SIP}/status`, json(200, { data: { state: "NOT_FOUND" } }), refusal());
    await expectLeftOut("configure_sip_registration", {
      agentId: AGENT_ID,
      ...ACCOUNT,
      password: "another-1",
    });
  });

  it("is left out of a page's error, and of other pages' names, by list_telzino_agents", async () => {
    stub.script("GET /v1/agents", pages([agent()]));
    await expectLeftOut("list_telzino_agents", { query: "e" });
    const other = { id: "22222222-2222-4222-8222-222222222222", name: `e ${PASSWORD}` };
    stub.script("GET /v1/agents", pages([{ ...other, sip_registration_data: null }], [agent()]));
    await expectLeftOut("list_telzino_agents", { query: "e" });
  });

  it("of an agent that has no id, or is no agent of the tenant's, is left out too", async () => {
    stub.script("GET /v1/agents", pages([agent({ id: "" })]));
    await expectLeftOut("list_telzino_agents", { query: "e" });
    const log = createLogger({ level: "error", stream: new PassThrough() });
    const { call } = await connect(scopedApi(client, { organizations: ["own"] }, log));
    stub.script("GET /v1/agents", pages([agent({ organization_id: "another" })]));
    const { text } = await call("list_telzino_agents");
    expect(text).toContain(LEFT_OUT);
    expect(text).not.toContain(PASSWORD);
  });

  it("is left out of names on other pages by completions", async () => {
    const other = { id: "22222222-2222-4222-8222-222222222222", name: `e ${PASSWORD}` };
    stub.script("GET /v1/agents", pages([{ ...other, sip_registration_data: null }], [agent()]));
    const completed = await (await connect()).client.complete({
      ref: { type: "ref/prompt", name: "setup_pbx" },
      argument: { name: "agent", value: "" },
    });
    expect(completed.completion.values).toEqual([LEFT_OUT, "Desk"]);
  });

  it("is left out of the page of a password that is entered after the call", async () => {
    stub.script(`GET ${AGENT}`, json(200, { data: agent({ sip_registration_data: null }) }));
    stub.script(`GET ${SIP}/status`, json(200, { data: { state: "NOT_FOUND" } }));
    stub.script(`PUT ${SIP}`, refusal());
    const services = servicesFor();
    const entry = createPasswordPages({ port: 0, redactor: services.redactor });
    try {
      const { call } = await connect(client, { redactor: services.redactor, entry });
      const { facts } = await call("configure_sip_registration", { agentId: AGENT_ID, ...ACCOUNT });
      stub.script(`GET ${AGENT}`, json(200, { data: agent() }));
      const { url } = facts.passwordEntry as { url: string };
      const watched = watchViews(url);
      await enter(url, "another-1");
      await expect.poll(() => JSON.stringify(watched.views)).toContain(LEFT_OUT);
      expect(JSON.stringify(watched.views)).not.toContain(PASSWORD.slice(0, 8));
    } finally {
      await entry.close();
    }
  });

  it("that was typed into the page of the same call is left out where the API hands none out and repeats it", async () => {
    const masked = { ...STORED, password: "********" };
    stub.script(`GET ${AGENT}`, json(200, { data: agent({ sip_registration_data: null }) }));
    stub.script(`PUT ${SIP}`, (response, request) => {
      stub.script(`GET ${AGENT}`, json(200, { data: agent({ sip_registration_data: masked }) }));
      json(200, { data: masked })(response, request);
    });
    stub.script(`GET ${SIP}/status`, refusal());
    const services = servicesFor(client);
    const entry = createPasswordPages({ port: 0, redactor: services.redactor });
    const asking = await connectAsking({ ...services, entry }, async ({ url }) => {
      void enter(url, PASSWORD);
      return "accept";
    });
    connected = asking;
    try {
      const args = { agentId: AGENT_ID, ...ACCOUNT, waitSeconds: 1 };
      const { text, facts } = await asking.call("configure_sip_registration", args);
      expect(facts).toMatchObject({ written: true, passwordFrom: "entry" });
      expect(`${text}${JSON.stringify(facts)}`).not.toContain(PASSWORD.slice(0, 8));
      expect(text).toContain(LEFT_OUT);
    } finally {
      await entry.close();
    }
  });

  it("of each of 1,000 agents does not hide what else the API says", async () => {
    const many = (from: number) =>
      Array.from({ length: 100 }, (_, at) => ({
        id: `agent-${from + at}`,
        name: `Line ${from + at}`,
        sip_registration_data: { ...STORED, password: `${(from + at) * 7_919}-Qx!${from + at}` },
      }));
    const all = Array.from({ length: 10 }, (_, page) => many(page * 100));
    stub.script("GET /v1/agents", pages(...all));
    const { text } = await (await connect()).call("list_telzino_agents", { query: "Line 99" });
    expect(text).not.toContain(LEFT_OUT);
    expect(text).toContain("Line 999");
  });
});
