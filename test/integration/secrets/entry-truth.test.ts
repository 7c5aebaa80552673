import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPasswordPages } from "../../../src/passwords/page/pages.js";
import type { PasswordPages } from "../../../src/passwords/page/types.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import type { TelzinoClient } from "../../../src/telzino/client.js";
import { json, reset } from "../../support/api-stub.js";
import { enter, watchViews } from "../../support/entry.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";
import { type StoredApi, startStoredApi } from "../../support/stored-api.js";
import { AGENT, AGENT_ID, quickClient } from "../../support/telzino-client.js";

/** What the page and the call after it tell of a write, against what the API has stored in the end. */

let api: StoredApi;
let client: TelzinoClient;
let pages: PasswordPages;
let assistant: ConnectedClient;
beforeEach(async () => {
  api = await startStoredApi();
  client = quickClient(api.stub.url);
  const redactor = createRedactor();
  pages = createPasswordPages({ port: 0, redactor });
  assistant = await connectInProcess(servicesFor(client, { redactor, entry: pages }));
});
afterEach(async () => {
  await assistant.close();
  await pages.close();
  await client.close();
  await api.close();
});

function configure(more: object = {}) {
  const line = { sipDomain: "pbx.example.com", username: "1001" };
  return assistant.call("configure_sip_registration", { agentId: AGENT_ID, ...line, ...more });
}

async function openPage(more: object = {}): Promise<string> {
  const { facts } = await configure(more);
  return (facts.passwordEntry as { url: string }).url;
}

/** What the page shows once the password has been used, and what `get_sip_status` says of it. */
async function outcomeOf(url: string): Promise<{ shown: string; told: string }> {
  const watched = watchViews(url);
  await enter(url, "pw-1001");
  const isOver = () => /"(?:outcome|failure)"/.test(JSON.stringify(watched.views.at(-1)));
  await vi.waitFor(() => expect(isOver()).toBe(true), 5_000);
  const shown = JSON.stringify(watched.views.at(-1));
  watched.close();
  const told = (await assistant.call("get_sip_status", { agentId: AGENT_ID })).text;
  expect(shown + told).not.toContain("pw-1001");
  return { shown, told };
}

describe("the page", () => {
  it("tells a write that took effect although 500 was answered as stored", async () => {
    api.faults.push({ effect: true, answer: json(500, {}) });
    const { shown, told } = await outcomeOf(await openPage());
    expect(shown).toMatch(/"registered".*Reading the agent back showed the settings as they were sent/);
    expect(told).toMatch(/it was stored/);
    expect(api.sent("PUT")).toBe(1);
  });

  it("tells what is stored where it had no effect", async () => {
    api.faults.push({ effect: false, answer: json(500, {}) });
    const { shown } = await outcomeOf(await openPage());
    expect(shown).toMatch(/"error".*was not stored\. Stored now: nothing/);
  });

  it("claims nothing where nothing can be read back", async () => {
    const url = await openPage();
    api.onRequest = ({ method }) => {
      if (method === "PUT") api.stub.script(`GET ${AGENT}`, json(403, {}));
    };
    api.faults.push({ effect: true, answer: reset });
    const { shown } = await outcomeOf(url);
    expect(shown).toMatch(/"error".*Whether the registration was stored is not known/);
    expect(shown).not.toMatch(/nothing was|was not stored/i);
  });

  it("tells that something else has been stored since", async () => {
    api.onRequest = ({ path }) => {
      if (path.endsWith("/status") && api.stored) api.stored = { ...api.stored, username: "1002" };
    };
    const { shown } = await outcomeOf(await openPage());
    expect(shown).toMatch(/"overtaken".*Stored now: .*username 1002/);
  });

  it("takes the agent off no line on which another program has put it meanwhile", async () => {
    const url = await openPage();
    api.stored = { sipDomain: "pbx.example.com", username: "1002", password: "pw-1002" };
    const { shown } = await outcomeOf(url);
    expect(shown).toMatch(/Nothing was sent: .* registered as 1002@pbx\.example\.com/);
    expect(api.stored).toMatchObject({ username: "1002" });
    expect(api.sent("PUT")).toBe(0);
  });

  it("overwrites nothing that another program has stored since it was asked for", async () => {
    const line = { sipDomain: "pbx.example.com", username: "1001", port: 5060, transport: "udp" };
    api.stored = { ...line, did: "+15550000001", password: "pw-old" };
    api.stateOf = () => "WRONG_CREDENTIALS_STATE";
    const url = await openPage({ replace: true });
    api.stored = { ...line, did: "+15559999999", password: "pw-old" };
    const { shown, told } = await outcomeOf(url);
    for (const text of [shown, told]) {
      expect(text).toMatch(
        /Nothing was sent: .* another program has stored other settings .*did \+15559999999/,
      );
    }
    expect(api.sent("PUT")).toBe(0);
  });

  it("goes on where what is stored is the same in effect, or what it was to store", async () => {
    const line = { sipDomain: "pbx.example.com", username: "1001", port: 5060, transport: "udp" };
    api.stored = { ...line, did: "+15550000001", password: "pw-old" };
    api.stateOf = () => "WRONG_CREDENTIALS_STATE";
    const url = await openPage({ clear: "did" });
    api.stored = { sipDomain: "PBX.example.com.", username: "1001", proxy: "pbx.example.com", password: "x" };
    expect((await outcomeOf(url)).shown).toContain("WRONG_CREDENTIALS_STATE");
    expect(api.sent("PUT")).toBe(1);
  });

  it("ends where the registration is removed, and so does the offer of another try", async () => {
    api.stored = { sipDomain: "pbx.example.com", username: "1001", password: "pw-old" };
    api.stateOf = (stored) => (stored === null ? "NOT_FOUND" : "WRONG_CREDENTIALS_STATE");
    const watched = watchViews(await openPage());
    await vi.waitFor(() => expect(watched.views).toHaveLength(1));
    await assistant.call("remove_sip_registration", { agentId: AGENT_ID, username: "1001" });
    await watched.ended;
    expect(watched.views.at(-1)).toEqual({ phase: "ended", how: "stored" });
    const { text } = await assistant.call("get_sip_status", { agentId: AGENT_ID });
    expect(text).toMatch(/ended without one .*a later call has changed this agent's registration/);
  });

  it("offers no other try where the API rejects another value than the password", async () => {
    const url = await openPage();
    api.faults.push({ effect: false, answer: json(400, { message: "sipDomain is not valid" }) });
    expect((await outcomeOf(url)).shown).toContain('"phase":"ended"');
    const again = await openPage();
    api.faults.push({ effect: false, answer: json(400, { message: "password is too short" }) });
    expect((await outcomeOf(again)).shown).toContain('"phase":"waiting"');
  });

  it("ends where a later call has stored a password", async () => {
    const url = await openPage();
    const watched = watchViews(url);
    await vi.waitFor(() => expect(watched.views).toHaveLength(1));
    await configure({ username: "1002", password: "pw-1002" });
    await watched.ended;
    expect(watched.views.at(-1)).toEqual({ phase: "ended", how: "stored" });
    expect((await enter(url, "pw-1001")).status).toBe(410);
    expect((await assistant.call("get_sip_status", { agentId: AGENT_ID })).text).toMatch(
      /ended without one .*a later call has changed this agent's registration/,
    );
  });

  it("is one for an agent, whatever the id's case", async () => {
    const first = await openPage();
    const second = await openPage({ agentId: AGENT_ID.toUpperCase() });
    expect((await enter(first, "pw-1001")).status).toBe(410);
    expect((await enter(second, "pw-1001")).status).toBe(202);
  });
});
