import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LEFT_OUT } from "../../src/redaction/secret-search.js";
import type { TelzinoClient } from "../../src/telzino/client.js";
import type { Services } from "../../src/tools/core/context.js";
import { type Answer, json } from "../support/api-stub.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../support/mcp.js";
import { digestScript } from "../support/registrar-scripts.js";
import { ScriptedRegistrar } from "../support/scripted-registrar.js";
import { type StoredApi, startStoredApi } from "../support/stored-api.js";
import { AGENT_ID, quickClient } from "../support/telzino-client.js";

/** An extension that someone else has is not taken unasked, where that can be seen without another login. */

const OTHER_ID = "22222222-2222-4222-8222-222222222222";
const LINE = { sipDomain: "pbx.example.com", username: "1001" };
const OTHER_LINE = { ...LINE, port: 5060, transport: "udp", password: "pw-other", registrationEnabled: true };

let api: StoredApi;
let client: TelzinoClient;
let assistant: ConnectedClient;

async function start(more: Partial<Services> = {}): Promise<void> {
  client = quickClient(api.stub.url);
  assistant = await connectInProcess(servicesFor(client, { passwordArgument: true, ...more }));
}

beforeEach(async () => {
  api = await startStoredApi();
});
afterEach(async () => {
  await assistant.close();
  await client.close();
  await api.close();
});

function others(registration: object | null | undefined, state = "REGISTERED_STATE"): void {
  const other = { id: OTHER_ID, name: "Night Desk", sip_registration_data: registration };
  api.stub.script("GET /v1/agents", json(200, { data: [{ id: AGENT_ID, name: "Front Desk" }, other] }));
  api.stub.script(`GET /v1/agents/${OTHER_ID}`, json(200, { data: other }));
  api.stub.script(`GET /v1/agents/${OTHER_ID}/sip/registration/status`, json(200, { data: { state } }));
}

const configure = (more: object = {}) =>
  assistant.call("configure_sip_registration", { agentId: AGENT_ID, ...LINE, password: "pw-1001", ...more });

describe("an extension that another agent is registered with", () => {
  it("is not taken unasked, and the other agent is named", async () => {
    others(OTHER_LINE);
    await start();
    const { facts, text } = await configure();
    expect(facts).toMatchObject({ outcome: "confirmation_needed", written: false });
    expect(facts.summary).toMatch(/in use\. The agent "Night Desk" \(2{8}-.*REGISTERED_STATE of it/);
    expect(text).not.toContain("pw-other");
    expect(api.sent("PUT")).toBe(0);
  });

  it("is taken where that is confirmed, with a warning", async () => {
    others(OTHER_LINE);
    await start();
    const { facts } = await configure({ replace: true });
    expect(facts).toMatchObject({ written: true, advice: [{ id: "extension-occupied" }] });
  });

  it("is found also where the list leaves registrations out", async () => {
    others(undefined);
    const other = { id: OTHER_ID, name: "Night Desk", sip_registration_data: OTHER_LINE };
    api.stub.script(`GET /v1/agents/${OTHER_ID}`, json(200, { data: other }));
    await start();
    expect((await configure()).facts).toMatchObject({ outcome: "confirmation_needed" });
  });

  it.each([
    ["that is not registered", OTHER_LINE, "REGISTER_TIMEOUT_STATE", ["extension-occupied"]],
    ["that is disabled", { ...OTHER_LINE, registrationEnabled: false }, "REGISTERED_STATE", []],
    ["on another host", { ...OTHER_LINE, sipDomain: "pbx2.example.com" }, "REGISTERED_STATE", []],
    ["of another user", { ...OTHER_LINE, username: "1002" }, "REGISTERED_STATE", []],
  ] as const)("is taken from one %s", async (_which, registration, state, advice) => {
    others(registration, state);
    await start();
    const { facts } = await configure();
    expect(facts.written).toBe(true);
    expect((facts.advice as { id: string }[]).map(({ id }) => id)).toEqual(advice);
  });

  it.each([
    ["cannot be listed", json(403, {})],
    ["are listed as what is no list", json(200, { data: "none" })],
  ] as [string, Answer][])(
    "is taken where agents %s: what is not seen holds nothing up",
    async (_why, answer) => {
      api.stub.script("GET /v1/agents", answer);
      await start();
      expect((await configure()).facts).toMatchObject({ written: true, advice: [] });
    },
  );

  it("is not looked for by a server that works on one agent, which tells nothing of others", async () => {
    others(OTHER_LINE);
    await start({ boundAgentId: AGENT_ID });
    const { facts } = await assistant.call("configure_sip_registration", { ...LINE, password: "pw-1001" });
    expect(facts).toMatchObject({ written: true });
    expect(api.stub.requestsTo("GET /v1/agents")).toHaveLength(0);
  });
});

describe("an extension that the PBX has listed a device for", () => {
  it("is not taken unasked after the login that showed it", async () => {
    const registrar = await ScriptedRegistrar.start({
      script: digestScript({ bindings: ["sip:1001@192.168.1.20:5060"] }),
    });
    const place = { sipDomain: "127.0.0.1", port: registrar.target().port, transport: "udp" };
    others(null);
    await start({ platformIsLocal: true });
    const test = { ...place, username: "1001", testCredentials: true, password: "secret" };
    const seen = await assistant.call("diagnose_sip_registration", test);
    expect(seen.facts.boundNow).toEqual(["sip:1001@192.168.1.20:5060"]);
    const { facts } = await configure({ ...place, password: "secret" });
    expect(facts).toMatchObject({ outcome: "confirmation_needed", written: false });
    expect(facts.summary).toMatch(/The PBX listed as registered for 1001@127\.0\.0\.1 .*192\.168\.1\.20/);
    expect((await configure({ ...place, password: "secret", replace: true })).facts.written).toBe(true);
    await registrar.close();
  });

  it.each<[string, (header: string) => string]>([
    ["the password", () => "tulip-rocket-482913"],
    ["the response", (header) => /response="([0-9a-f]+)"/.exec(header)?.[1] ?? ""],
    ["the cnonce", (header) => /cnonce="([^"]+)"/.exec(header)?.[1] ?? ""],
  ])("is told without what the login sent, which the PBX repeats (%s)", async (_what, repeated) => {
    let said = "";
    const registrar = await ScriptedRegistrar.start({
      script: digestScript({
        users: { 1001: "tulip-rocket-482913" },
        contacts: (_bindings, request) => {
          said = repeated(request.headers.get("Authorization") ?? "");
          return [`<sip:${said}@192.168.1.20>;expires=300`];
        },
      }),
    });
    const place = { sipDomain: "127.0.0.1", port: registrar.target().port, transport: "udp" };
    others(null);
    await start({ platformIsLocal: true });
    const test = { ...place, username: "1001", testCredentials: true, password: "tulip-rocket-482913" };
    await assistant.call("diagnose_sip_registration", test);
    const { text, facts } = await configure(place);
    await registrar.close();
    expect(text).toContain(`The PBX listed as registered for 1001@127.0.0.1`);
    expect(text).toContain(LEFT_OUT);
    expect(said.length).toBeGreaterThan(8);
    expect(text + JSON.stringify(facts)).not.toContain(said);
  });
});
