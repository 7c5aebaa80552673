import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPasswordPages } from "../../../src/passwords/page/pages.js";
import type { PasswordPages } from "../../../src/passwords/page/types.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import type { BridgeFault } from "../../../src/sandbox/bridge.js";
import type { Services } from "../../../src/tools/core/context.js";
import { connectAsking } from "../../support/asking-client.js";
import { ask, enter, watchViews } from "../../support/entry.js";
import type { ConnectedClient } from "../../support/mcp.js";
import { connectToSandbox, FRONT_DESK, type SandboxedClient } from "../../support/sandbox.js";

/** The password of the extension that places a test call, typed into a page. */

const CALL = { agentId: FRONT_DESK, callerUsername: "1002", echoCode: "*43" };
const PASSWORD = "demo-1002";

let pages: PasswordPages;
let assistant: SandboxedClient;
const clients: ConnectedClient[] = [];

beforeEach(async () => {
  const redactor = createRedactor();
  pages = createPasswordPages({ port: 0, redactor });
  assistant = await connectToSandbox({ testCalls: {}, redactor, entry: pages });
  // The PBX refuses the agent's leg at once: most of these tests need no more of a call.
  await connectAgent("codec");
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await assistant.close();
  await pages.close();
});

async function connectAgent(fault: BridgeFault | undefined, more: object = {}) {
  assistant.sandbox.setFault(fault);
  const line = { agentId: FRONT_DESK, ...assistant.pbx, username: "1001", password: "demo-1001" };
  await assistant.call("configure_sip_registration", { ...line, ...more });
}

/** The first step, with a client that leaves the page to the user. */
async function asked(more: object = {}) {
  const { facts, text } = await assistant.call("test_call", { ...CALL, ...more });
  expect(facts.outcome).toBe("to_confirm");
  return { text, given: { ...CALL, ...more, confirm: facts.confirm } };
}

async function opened(more: object = {}) {
  const { given, text } = await asked(more);
  const pending = await assistant.call("test_call", given);
  const { url = "" } = (pending.facts.passwordEntry ?? {}) as { url?: string };
  return { given, text, pending, url };
}

async function endOf(url: string) {
  const watched = watchViews(url);
  await watched.ended;
  return watched.views.at(-1);
}

function ids({ facts }: { facts: Record<string, unknown> }): string[] {
  return (facts.findings as { id: string }[]).map(({ id }) => id);
}

/** What the services still hold or keep of a password. */
function kept({ redactor, memory }: Services) {
  return [redactor.refusal(PASSWORD), JSON.stringify([...memory.callsByEntry]).includes(PASSWORD)];
}

describe("the page for the password of a test call", () => {
  it("says whose password it is, that it is for one call, and that it is stored nowhere", async () => {
    const { text, pending, url } = await opened();
    expect(text).toContain(
      "its SIP password, which the user types into a page; it is used for this test and stored nowhere",
    );
    expect(pending.facts.outcome).toBe("password_entry_pending");
    // There is no such parameter here.
    expect(pending.text).not.toContain("parameter password");
    expect(pending.text).toContain("It is the password of extension 1002, not of the agent's");
    const { body } = await ask(url);
    const page = body.replace(/<style>.*<\/style>|<script.*<\/script>/gs, "");
    expect(page).toContain("Enter the SIP password of extension 1002");
    expect(page).toContain("needs the password of 1002, not that of the agent");
    expect(page).toContain("to log 1002 in for this one call; it is stored nowhere");
    expect(page).toMatch(/Calling extension<\/dt><dd><bdi>1002.*Called extension<\/dt><dd><bdi>1001/s);
    expect(page).toContain(">Place the call</button>");
    const german = (await ask(url, "GET", { "accept-language": "de" })).body;
    expect(german).toContain("nicht das des Agenten");
    expect(german).toContain("nirgends gespeichert");
  });

  it("places the call, whose result the same call returns once; then nothing is kept of the password", async () => {
    await connectAgent(undefined, { replace: true });
    const { given, url } = await opened();
    expect((await assistant.call("test_call", given)).text).toContain(url);
    const ended = endOf(url);
    expect((await enter(url, PASSWORD)).status).toBe(202);
    const during = await assistant.call("test_call", given);
    expect(during.facts.outcome).toBe("under_way");
    expect(await ended).toMatchObject({ phase: "ended", outcome: { result: "done", verdict: "proven" } });
    const result = await assistant.call("test_call", given);
    expect(result.facts).toMatchObject({
      outcome: "proven",
      legs: { here_to_pbx: "works", pbx_to_here: "works", agent_to_pbx: "works", pbx_to_agent: "works" },
    });
    expect(kept(assistant.services)).toEqual([undefined, false]);
    expect(await assistant.call("get_sip_status", { agentId: FRONT_DESK })).toMatchObject({
      facts: { provenByCall: expect.anything() },
    });
    const again = await assistant.call("test_call", given);
    expect(again.text).toContain("The call was placed from the page. Voice goes both ways");
    expect(await assistant.callLogs(FRONT_DESK)).toHaveLength(1);
  });

  it("is opened by a client that can, and the call that confirmed returns the result", async () => {
    const client = await connectAsking(assistant.services, async ({ url }) => {
      void enter(url, PASSWORD);
      return "accept";
    });
    clients.push(client);
    const { facts } = await client.call("test_call", CALL);
    const result = await client.call("test_call", { ...CALL, confirm: facts.confirm });
    expect(client.asked[0]?.message).toMatch(
      /^SIP password needed: open the page .*1002@.*, for one test call to 1001\.$/,
    );
    expect(ids(result)).toEqual(["agent-media-refused"]);
    expect(kept(assistant.services)).toEqual([undefined, false]);
    // The token was for one call.
    const again = await client.call("test_call", { ...CALL, confirm: facts.confirm });
    expect(again.isError ? again.text : again.facts.outcome).not.toBe("password_entry_pending");
    expect(client.asked).toHaveLength(1);
  });

  it("ends with a refused password, which is not sent again", async () => {
    const first = await opened();
    const ended = endOf(first.url);
    await enter(first.url, "not-the-one");
    expect(await ended).toMatchObject({ phase: "ended", outcome: { result: "done" } });
    expect(ids(await assistant.call("test_call", first.given))).toEqual(["tester-refused"]);
    const second = await opened();
    const over = endOf(second.url);
    await enter(second.url, "not-the-one");
    expect(await over).toMatchObject({ phase: "ended", outcome: { result: "error" } });
    const told = await assistant.call("test_call", second.given);
    expect(told).toMatchObject({ isError: true });
    expect(told.text).toContain("this very password was refused there before");
    expect(told.text).not.toContain("not-the-one");
  });

  it("places no call where the agent's settings have changed since the user agreed", async () => {
    const { given, url } = await opened();
    await connectAgent("codec", { username: "1003", replace: true });
    const ended = endOf(url);
    await enter(url, PASSWORD);
    expect(await ended).toMatchObject({ outcome: { result: "error" } });
    expect((await assistant.call("test_call", given)).text).toContain("settings have changed");
  });

  it("goes with its request: what is typed afterwards rings nobody, and a call under way is hung up", async () => {
    await connectAgent(undefined, { replace: true });
    const addresses: string[] = [];
    const client = await connectAsking(assistant.services, async ({ url }) => {
      addresses.push(url);
      return "accept";
    });
    clients.push(client);
    const begin = async (expected: number, onprogress = (_: { message?: string | undefined }) => {}) => {
      const { facts } = await client.call("test_call", CALL);
      const stop = new AbortController();
      const given = { ...CALL, confirm: facts.confirm };
      const calling = client.call("test_call", given, { signal: stop.signal, onprogress }).catch(String);
      await vi.waitFor(() => expect(addresses).toHaveLength(expected));
      return { stop, calling, url: addresses.at(-1) ?? "" };
    };
    const unused = await begin(1);
    unused.stop.abort();
    await unused.calling;
    await vi.waitFor(async () => expect((await ask(unused.url)).body).toContain("no longer valid"), 10_000);

    const used = await begin(2, ({ message = "" }) => {
      if (message.startsWith("The agent: answered")) used.stop.abort();
    });
    const ended = endOf(used.url);
    await enter(used.url, PASSWORD);
    await used.calling;
    expect(await ended).toMatchObject({
      outcome: { result: "error", details: [expect.stringContaining("given up")] },
    });
    await Promise.allSettled(assistant.services.memory.testCalls);
    await vi.waitFor(async () => expect(await assistant.callLogs(FRONT_DESK)).toHaveLength(1), 10_000);
    expect(kept(assistant.services)).toEqual([undefined, false]);
  });
});

it("without a page and without names, the first call says what is needed", async () => {
  const bare = await connectToSandbox({ testCalls: {} });
  clients.push(bare);
  const line = { agentId: FRONT_DESK, ...bare.pbx, username: "1001", password: "demo-1001" };
  await bare.call("configure_sip_registration", line);
  const { tools } = await bare.client.listTools();
  const { properties } = tools.find(({ name }) => name === "test_call")?.inputSchema ?? {};
  expect(Object.keys(properties ?? {})).not.toContain("callerSecret");
  const refused = await bare.call("test_call", CALL);
  expect(refused).toMatchObject({ isError: true });
  expect(refused.text).toMatch(/SIP password of extension "?1002"? is needed.*TELZINO_SIP_SECRET_<NAME>/s);
});
