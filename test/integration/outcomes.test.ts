import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPasswordPages } from "../../src/passwords/page/pages.js";
import type { PasswordPages } from "../../src/passwords/page/types.js";
import { createRedactor } from "../../src/redaction/redactor.js";
import type { TelzinoClient } from "../../src/telzino/client.js";
import { json } from "../support/api-stub.js";
import { enter, watchViews } from "../support/entry.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../support/mcp.js";
import { type StoredApi, startStoredApi } from "../support/stored-api.js";
import { AGENT_ID, quickClient, SIP } from "../support/telzino-client.js";

/** What status, configuration and page prove: proven, a problem, or not proven, by the same rules as the diagnosis. */

let api: StoredApi;
let client: TelzinoClient;
let pages: PasswordPages;
let assistant: ConnectedClient;
beforeEach(async () => {
  api = await startStoredApi();
  client = quickClient(api.stub.url);
  const redactor = createRedactor();
  pages = createPasswordPages({ port: 0, redactor });
  assistant = await connectInProcess(servicesFor(client, { redactor, entry: pages, passwordArgument: true }));
});
afterEach(async () => {
  await assistant.close();
  await pages.close();
  await client.close();
  await api.close();
});

const LINE = { sipDomain: "pbx.example.com", username: "1001" };
const STORED = { ...LINE, port: 5060, transport: "udp", password: "pw-1001", registrationEnabled: true };
const recent = () => new Date(Date.now() - 30_000).toISOString();

function says(status: object): void {
  api.stub.script(`GET ${SIP}/status`, json(200, { success: true, data: status }));
}
const look = () => assistant.call("get_sip_status", { agentId: AGENT_ID });
const configure = (more: object = {}) =>
  assistant.call("configure_sip_registration", { agentId: AGENT_ID, ...LINE, password: "pw-1001", ...more });

describe("get_sip_status", () => {
  it("proves a registration as of its last REGISTER", async () => {
    api.stored = { ...STORED };
    says({ state: "REGISTERED_STATE", enabled: "yes", lastRegisterSent: recent() });
    const { text, facts } = await look();
    expect(facts).toMatchObject({
      outcome: "proven",
      verdict: expect.stringMatching(/last REGISTER 3\d s ago/),
    });
    expect(text).toMatch(/REGISTERED_STATE, proven\. .*as of its last REGISTER 3\d s ago/);
  });

  it("says of nothing stored that, and no word of what would be disabled", async () => {
    says({ state: "NOT_FOUND", stateCode: 0, enabled: "no" });
    const { text, facts } = await look();
    expect(facts).toMatchObject({ outcome: "not_proven", status: { enabled: false } });
    expect(text).toContain("not proven. No SIP registration is stored for this agent.");
    expect(text).not.toMatch(/disabled/);
  });

  it("says of what is stored and disabled that it is, in a sentence", async () => {
    api.stored = { ...STORED, registrationEnabled: false };
    says({ state: "NOT_REGISTERED_STATE", enabled: "no" });
    const { text, facts } = await look();
    expect(facts).toMatchObject({ outcome: "problem", findings: [{ id: "platform-disabled" }] });
    expect(text.split("\n")).toContain("disabled on the platform");
  });

  it("takes no state that it does not know for a registration", async () => {
    api.stored = { ...STORED };
    says({ state: "PARKED_STATE", stateCode: 11, isRegistered: true, lastRegisterSent: recent() });
    const { text, facts } = await look();
    expect(facts).toMatchObject({ outcome: "not_proven", status: { state: "PARKED_STATE" } });
    expect(text).toMatch(/not proven\..*PARKED_STATE/);
    expect(JSON.stringify(facts.nextSteps)).not.toMatch(/call the extension/i);
  });
});

describe("configure_sip_registration", () => {
  it("proves what the platform says since the change", async () => {
    const { text, facts } = await configure();
    expect(facts).toMatchObject({ outcome: "registered", verdictOutcome: "proven" });
    expect(text).toMatch(/^Registered: /);
    expect(text).toMatch(/Verdict: proven\. The platform is registered, as of a REGISTER since the change/);
  });

  it("proves nothing where the status before the change could not be read", async () => {
    let reads = 0;
    api.stub.script(`GET ${SIP}/status`, (response, request) => {
      reads += 1;
      const status = { state: "REGISTERED_STATE", lastRegisterSent: recent() };
      (reads === 1 ? json(403, {}) : json(200, { success: true, data: status }))(response, request);
    });
    const { text, facts } = await configure();
    expect(facts).toMatchObject({ outcome: "registered", verdictOutcome: "not_proven" });
    expect(text).toMatch(/^Saved, not proven: /);
    expect(facts.missing).toHaveLength(1);
  });

  it("takes no state that it does not know for a registration", async () => {
    api.stateOf = (stored) => (stored === null ? "NOT_FOUND" : "PARKED_STATE");
    const { text, facts } = await configure({ waitSeconds: 0 });
    expect(facts).toMatchObject({ verdictOutcome: "not_proven" });
    expect(text).toMatch(/Verdict: not proven\. .*PARKED_STATE/);
  });

  it("has a problem where the platform does, and proves nothing before it has written", async () => {
    expect((await configure({ dryRun: true })).facts).toMatchObject({ verdictOutcome: "not_proven" });
    api.stateOf = (stored) => (stored === null ? "NOT_FOUND" : "WRONG_CREDENTIALS_STATE");
    const { text, facts } = await configure();
    expect(facts).toMatchObject({ outcome: "failed", verdictOutcome: "problem" });
    expect(text).toMatch(/Verdict: problem\. /);
  });
});

describe("the page for the password", () => {
  async function shownAfterEntry(): Promise<unknown> {
    const { facts } = await assistant.call("configure_sip_registration", { agentId: AGENT_ID, ...LINE });
    const { url } = facts.passwordEntry as { url: string };
    const watched = watchViews(url);
    await enter(url, "pw-1001");
    const last = () => watched.views.at(-1) as { outcome?: unknown; failure?: unknown } | undefined;
    await vi.waitFor(() => expect(last()?.outcome ?? last()?.failure).toBeDefined(), 5_000);
    watched.close();
    return last()?.outcome ?? last()?.failure;
  }

  it("shows what is proven", async () => {
    expect(await shownAfterEntry()).toMatchObject({ result: "registered", verdict: "proven" });
  });

  it("shows a problem", async () => {
    api.stateOf = (stored) => (stored === null ? "NOT_FOUND" : "WRONG_CREDENTIALS_STATE");
    expect(await shownAfterEntry()).toMatchObject({ result: "failed", verdict: "problem" });
  });

  it("calls nothing registered that is not proven, and says what is missing", async () => {
    let written = false;
    api.onRequest = ({ method }) => {
      written ||= method === "PUT";
    };
    api.stub.script(`GET ${SIP}/status`, (response, request) => {
      const data = written
        ? { state: "PARKED_STATE", isRegistered: true, lastRegisterSent: recent() }
        : { state: "NOT_FOUND" };
      json(200, { success: true, data })(response, request);
    });
    const shown = await shownAfterEntry();
    expect(shown).toMatchObject({ result: "unproven", verdict: "not_proven" });
    expect(JSON.stringify(shown)).toMatch(/PARKED_STATE.*would prove it/);
  });
});
