import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../src/redaction/secret.js";
import { json } from "../support/api-stub.js";
import { diagnoseQuickly } from "../support/diagnosis.js";
import { startDnsServer } from "../support/dns-server.js";
import { connectInProcess, servicesFor } from "../support/mcp.js";
import { digestScript } from "../support/registrar-scripts.js";
import { ScriptedRegistrar } from "../support/scripted-registrar.js";
import { startStoredApi } from "../support/stored-api.js";
import { AGENT_ID, quickClient, SIP } from "../support/telzino-client.js";

/** A host of which a preset knows that it has no registrar is a problem wherever something is judged. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const HOSTS = ["siphv.telnyx.com", "office.pstn.twilio.com"];

async function start() {
  const api = await startStoredApi();
  const client = quickClient(api.stub.url);
  const assistant = await connectInProcess(servicesFor(client, { passwordArgument: true }));
  closers.push(
    () => assistant.close(),
    () => client.close(),
    () => api.close(),
  );
  const call = (tool: string, args: object = {}) => assistant.call(tool, { agentId: AGENT_ID, ...args });
  return { api, call };
}

describe.each(HOSTS)("%s", (sipDomain) => {
  it("is reported before anything is written, with the host to use instead", async () => {
    const { api, call } = await start();
    const line = { sipDomain, username: "agent", password: "pw" };
    const { facts } = await call("configure_sip_registration", line);
    expect(facts).toMatchObject({
      outcome: "confirmation_needed",
      verdictOutcome: "problem",
      written: false,
    });
    expect(facts.summary).toMatch(
      /no registration can succeed there\. .*has no registrar.*(sip\.telnyx\.com|sip\.twilio\.com)/,
    );
    expect(api.sent("PUT")).toBe(0);
    const dry = await call("configure_sip_registration", { ...line, dryRun: true });
    expect(dry.facts).toMatchObject({ verdictOutcome: "problem" });
  });

  it("is a problem where it is written anyway and nothing has come of it yet", async () => {
    const { api, call } = await start();
    api.stateOf = (stored) => (stored === null ? "NOT_FOUND" : "REGISTERING_STATE");
    const line = { sipDomain, username: "agent", password: "pw", replace: true, waitSeconds: 0 };
    const { facts } = await call("configure_sip_registration", line);
    expect(facts).toMatchObject({ outcome: "pending", verdictOutcome: "problem" });
  });

  it("is what the status finds wrong, first and in place of what follows from it", async () => {
    const { api, call } = await start();
    api.stored = { sipDomain, username: "agent", port: 5060, transport: "udp", registrationEnabled: true };
    for (const state of ["REGISTER_TIMEOUT_STATE", "REGISTRAR_ERROR_STATE", "REGISTERING_STATE"]) {
      api.stub.script(`GET ${SIP}/status`, json(200, { success: true, data: { state } }));
      const { facts } = await call("get_sip_status");
      expect(facts.outcome, state).toBe("problem");
      expect(
        (facts.findings as { id: string }[]).map(({ id }) => id),
        state,
      ).toEqual(["host-without-registrar"]);
    }
  });

  it("is what a diagnosis finds wrong, also where something there asks for credentials", async () => {
    const registrar = await ScriptedRegistrar.start({ script: digestScript() });
    const dns = await startDnsServer({ [sipDomain]: [{ type: "A", address: "127.0.0.1" }] });
    closers.push(
      () => registrar.close(),
      () => dns.close(),
    );
    const { port } = registrar.target();
    const target = { sipDomain, username: "1001", transport: "udp", port } as const;
    const report = await diagnoseQuickly(target, { dnsServers: [dns.server] });
    expect(report.verdict.outcome).toBe("problem");
    expect(report.findings.filter(({ severity }) => severity !== "info").map(({ id }) => id)).toContain(
      "host-without-registrar",
    );
    expect(report.preset?.id).toMatch(/telnyx|twilio/);
    // A login that is accepted counts more than what is written of the host.
    const tested = await diagnoseQuickly(target, {
      dnsServers: [dns.server],
      password: new Secret("secret"),
    });
    const found = tested.findings.find(({ id }) => id === "host-without-registrar");
    expect(found?.severity).toBe("info");
  });
});

describe("next steps", () => {
  it("have a provider's number called, and a PBX's extension", async () => {
    const { api, call } = await start();
    const lastRegisterSent = new Date().toISOString();
    const status = { state: "REGISTERED_STATE", lastRegisterSent };
    api.stub.script(`GET ${SIP}/status`, json(200, { success: true, data: status }));
    api.stored = { sipDomain: "sip.telnyx.com", username: "agent", port: 5060, transport: "udp" };
    expect(JSON.stringify((await call("get_sip_status")).facts.nextSteps)).toMatch(
      /call a number that leads to this account/,
    );
    api.stored = { sipDomain: "pbx.example.com", username: "1001", port: 5060, transport: "udp" };
    expect(JSON.stringify((await call("get_sip_status")).facts.nextSteps)).toMatch(/call extension 1001/);
  });
});
