import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import type { TelzinoClient } from "../../../src/telzino/client.js";
import { type ApiStub, json, startApiStub, text } from "../../support/api-stub.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";
import { AGENT, AGENT_ID, quickClient, SIP } from "../../support/telzino-client.js";

/** What the API says in a diagnosis, whose PBX may be the caller's own: the API is not. */

const CONFIGURED = "tulip-rocket-482913";
const STORED = { sipDomain: "127.0.0.1", username: "1001", port: 9, transport: "tcp", subscribe: false };
const TARGETS = {
  "the stored PBX": {},
  "another PBX": { sipDomain: "localhost", username: "1002", port: 9, transport: "tcp" },
};

let stub: ApiStub;
let client: TelzinoClient;
let connected: ConnectedClient;
beforeEach(async () => {
  stub = await startApiStub();
  client = quickClient(stub.url);
  const configured = createRedactor();
  configured.hold(new Secret(CONFIGURED));
  connected = await connectInProcess(servicesFor(client, { configured, platformIsLocal: true }));
  agentIs({});
  statusIs({});
  stub.script(`GET ${AGENT}/call-logs`, json(200, { data: [] }));
});
afterEach(async () => {
  await connected.close();
  await client.close();
  await stub.close();
});

const agentIs = (more: object, registration: object = {}) =>
  stub.script(
    `GET ${AGENT}`,
    json(200, {
      data: { id: AGENT_ID, name: "Desk", sip_registration_data: { ...STORED, ...registration }, ...more },
    }),
  );
const statusIs = (more: object) =>
  stub.script(`GET ${SIP}/status`, json(200, { data: { state: "REGISTERED_STATE", ...more } }));

const SAID: [string, () => void][] = [
  ["the agent's name", () => agentIs({ name: `Desk ${CONFIGURED}` })],
  ["an error", () => stub.script(`GET ${AGENT}`, json(401, { error: `no ${CONFIGURED}` }))],
  ["a server's error", () => stub.script(`GET ${SIP}/status`, text(500, `no ${CONFIGURED}`))],
  ["the state", () => statusIs({ state: CONFIGURED })],
  [
    "the status's message",
    () => statusIs({ state: "REGISTRAR_ERROR_STATE", errorMessage: `it is ${CONFIGURED}` }),
  ],
  ["a stored transport", () => agentIs({}, { transport: CONFIGURED })],
];

describe.each(Object.entries(TARGETS))("a diagnosis of %s", (_name, target) => {
  it.each(SAID)("leaves out a configured secret that the API says (%s)", async (_where, say) => {
    say();
    const { text: told, facts } = await connected.call("diagnose_sip_registration", {
      agentId: AGENT_ID,
      ...target,
    });
    expect(`${told}${JSON.stringify(facts)}`.toLowerCase()).not.toContain(CONFIGURED.slice(0, 8));
  });

  it("shows what else the API says", async () => {
    agentIs({ name: "Desk at the front" });
    const { text: told } = await connected.call("diagnose_sip_registration", {
      agentId: AGENT_ID,
      ...target,
    });
    expect(told).not.toContain(LEFT_OUT);
  });
});
