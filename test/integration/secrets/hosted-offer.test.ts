import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import { settingsMark } from "../../../src/registration/settings.js";
import { runStoreJob, settledSinceJob } from "../../../src/tools/configure-sip-registration/run-job.js";
import { FACTS, REFUSED } from "../../support/entry.js";
import { type HostedDesk, hostedDesk, type PlainBrowser } from "../../support/hosted-pages.js";
import { servicesFor } from "../../support/mcp.js";
import { startStoredApi } from "../../support/stored-api.js";
import { AGENT_ID, quickClient } from "../../support/telzino-client.js";

/** What a hosted page asks before it sends, and when its offer of another try ends. */

let at: HostedDesk;
beforeEach(async () => {
  at = await hostedDesk();
});
afterEach(() => at.close());

const values = () => at.submitted.map((secret) => secret.reveal());

async function bound(url: string, of = at): Promise<PlainBrowser> {
  const browser = of.browser();
  await browser.open(url);
  return browser;
}

/** A page whose first password was refused. */
async function refused(more: Parameters<HostedDesk["open"]>[0] = {}) {
  at.outcomes.splice(0, 1, REFUSED);
  const opened = await at.open(more);
  const browser = await bound(opened.url);
  await browser.enter(opened.url, "wrong");
  await vi.waitFor(async () => expect((await browser.get(opened.url)).body).toContain("Not registered"));
  return { ...opened, browser };
}

describe("a password that looks copied wrongly", () => {
  it.each([
    ["ends with a blank", "secret-1 ", "It ends with a blank. Remove that?"],
    ["stands in quotation marks", '"secret-1"', "It is in quotation marks. Remove that?"],
    ["is the user", FACTS.username, "It is the same as the user. Is that really the SIP password?"],
    ["is a PIN", "0815", "It is a short number"],
  ])(
    "is asked about where it %s: nothing is sent, and it is not in the page",
    async (_what, typed, words) => {
      const { url } = await at.open();
      const browser = await bound(url);
      const asked = await browser.enter(url, typed);
      expect(asked.status).toBe(422);
      expect(asked.body).toContain(`role="alert">${words}`);
      expect(asked.body).toContain('<button id="as-it-is" type="submit" name="do" value="asItIs">');
      expect(asked.body.replaceAll(/<dl>.*<\/dl>|data-texts="[^"]*"/gs, "")).not.toContain(typed);
      expect(values()).toEqual([]);
      expect(await at.stateOf()).toMatchObject({ phase: "waiting" });
      await browser.fill(url, { do: "asItIs", password: typed });
      await vi.waitFor(() => expect(values()).toEqual([typed]));
    },
  );
});

describe("the offer of another try", () => {
  it("is told with what the first try came to", async () => {
    const { url } = await refused();
    expect(await at.stateOf()).toMatchObject({ phase: "waiting", url, failure: { state: REFUSED.state } });
  });

  it("asks for no other password after an error that says nothing of it", async () => {
    at.outcomes.splice(0, 1, new Error("the API does not answer"));
    const { url } = await at.open();
    const browser = await bound(url);
    await browser.enter(url, "right");
    await vi.waitFor(async () =>
      expect((await browser.get(url)).body).toContain("You can send it once more."),
    );
    expect((await browser.get(url)).body).not.toContain("with the right password");
  });

  it("ends where a call stores a password, and the state tells both", async () => {
    const { url, browser } = await refused();
    await at.end("stored");
    expect((await browser.get(url)).body).toContain("No longer needed");
    expect(await at.stateOf()).toMatchObject({ how: "stored", outcome: { state: REFUSED.state } });
    await browser.enter(url, "second");
    expect(values()).toEqual(["wrong"]);
  });

  it("ends at any replica that is asked, also when the one that made the try has gone", async () => {
    const { url, browser } = await refused();
    const other = await hostedDesk({ like: at });
    try {
      await at.close();
      other.settled = ["change 1", "registered"];
      const there = other.browser();
      there.cookie = browser.cookie;
      expect((await there.get(url)).body).toContain("Not registered");
      at.clock.advance(10_000);
      expect((await there.get(url)).body).toContain(">Registered<");
      expect(await other.stateOf()).toMatchObject({ how: "registered", outcome: { result: "failed" } });
    } finally {
      await other.close();
      at = await hostedDesk();
    }
  });

  it("is told as needless by get_sip_status, without anyone at the page", async () => {
    await refused();
    at.settled = ["change 1", "stored"];
    at.clock.advance(10_000);
    expect(await at.stateOf()).toMatchObject({ phase: "ended", how: "stored" });
  });

  it("is looked at every ten seconds, not whenever somebody asks", async () => {
    const { url, browser } = await refused();
    at.clock.advance(10_000);
    await browser.get(url);
    at.settled = ["change 1", "registered"];
    expect((await browser.get(url)).body).toContain("Not registered");
    at.clock.advance(10_000);
    expect((await browser.get(url)).body).toContain(">Registered<");
  });

  it("ends where the replica that made the try sees that it is needless", async () => {
    const { url, browser } = await refused();
    at.settled = ["change 1", "registered"];
    at.clock.advance(10_000);
    await vi.waitFor(async () => expect((await browser.get(url)).body).toContain(">Registered<"));
    expect(await at.stateOf()).toMatchObject({ how: "registered", outcome: { result: "failed" } });
  });

  it("hands the mark of the first try to whichever replica makes the second", async () => {
    const { url, browser } = await refused();
    const other = await hostedDesk({ like: at });
    try {
      at.clock.advance(10_000);
      const there = other.browser();
      there.cookie = browser.cookie;
      await there.enter(url, "second");
      await vi.waitFor(() => expect(at.marks).toEqual([undefined, "change 1"]));
    } finally {
      await other.close();
    }
  });

  it("is not made where no password would mend it", async () => {
    const { url, browser } = await refused({ agentId: "a" });
    await browser.fill(url, { do: "cancel" });
    const failures = [
      { ...REFUSED, state: "REGISTER_TIMEOUT_STATE", passwordHelps: false } as const,
      new Error("not possible for good"),
    ];
    for (const [index, failure] of failures.entries()) {
      at.outcomes.splice(0, 1, failure);
      const opened = await at.open({ agentId: `no ${index}` });
      const person = await bound(opened.url);
      await person.enter(opened.url, "wrong");
      await vi.waitFor(async () => expect((await at.stateOf(`no ${index}`))?.phase).toBe("ended"));
      expect((await person.get(opened.url)).body).toContain("Continue with the assistant");
    }
  });
});

describe("a page that no one has used", () => {
  it.each([
    [true, "ended"],
    [false, "waiting"],
  ])("for an agent that was not registered (%s) has %s when it is", async (endsWhenRegistered, phase) => {
    await at.open({ endsWhenRegistered });
    await at.end("registered");
    expect(await at.stateOf()).toMatchObject({ phase });
  });

  it("ends where a call stores a password", async () => {
    const taken = vi.fn();
    const { result } = await at.open({ awaited: true, taken });
    await at.end("stored");
    at.clock.advance(1_000);
    expect(await result).toEqual({ kind: "unanswered", why: "stored" });
    expect(taken).not.toHaveBeenCalled();
  });

  it("tells the call that waits as soon as a password is taken, which takes its question back", async () => {
    at.outcomes.splice(0, 1, new Promise(() => {}));
    const taken = vi.fn();
    const { url } = await at.open({ awaited: true, taken });
    await (await bound(url)).enter(url, "right");
    at.clock.advance(1_000);
    await vi.waitFor(() => expect(taken).toHaveBeenCalledOnce());
  });
});

const settings = { sipDomain: "pbx.example.com", username: "1001", port: 5061, transport: "tls" } as const;

it("a job overwrites nothing that another program has stored since it was made", async () => {
  const api = await startStoredApi();
  try {
    const job = { agentId: AGENT_ID, settings: { ...settings, subscribe: false }, replace: true };
    const work = { signal: new AbortController().signal, hold: () => () => {}, report: () => {} };
    api.stateOf = () => "REGISTER_TIMEOUT_STATE";
    api.stored = { ...settings, username: "1002", password: "pw-1002" };
    const services = servicesFor(quickClient(api.stub.url));
    const run = (seen: string) => runStoreJob({ ...job, seen }, services, new Secret("pw-first-1"), work);
    await expect(run(settingsMark(null))).rejects.toThrow("another program has stored other settings");
    expect(api.sent("PUT")).toBe(0);
    await run(settingsMark({ ...settings, username: "1002" }));
    expect(api.sent("PUT")).toBe(1);
  } finally {
    await api.close();
  }
});

it("a job goes by the mark of an earlier try, and sends nothing where others have stored since", async () => {
  const api = await startStoredApi();
  try {
    api.stateOf = () => "WRONG_CREDENTIALS_STATE";
    const services = servicesFor(quickClient(api.stub.url));
    const job = { agentId: AGENT_ID, settings: { ...settings, subscribe: false }, replace: false };
    const { signal } = new AbortController();
    const work = { signal, hold: () => () => {}, report: () => {} };
    const first = await runStoreJob(job, services, new Secret("pw-first-1"), work);
    expect(first.outcome).toMatchObject({ result: "failed" });
    expect(await settledSinceJob(job, services, first.mark, signal)).toBeUndefined();
    const second = await runStoreJob(job, services, new Secret("pw-second-1"), work, first.mark);
    expect(await settledSinceJob(job, services, first.mark, signal)).toBe("stored");
    await expect(runStoreJob(job, services, new Secret("pw-third-1"), work, first.mark)).rejects.toThrow(
      "Nothing was sent: a later call has changed this agent's registration meanwhile.",
    );
    expect(api.sent("PUT")).toBe(2);
    api.stateOf = () => "REGISTERED_STATE";
    expect(await settledSinceJob(job, services, second.mark, signal)).toBe("registered");
  } finally {
    await api.close();
  }
});
