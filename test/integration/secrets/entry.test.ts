import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPasswordPages } from "../../../src/passwords/page/pages.js";
import type { PasswordPages } from "../../../src/passwords/page/types.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { untrusted } from "../../../src/redaction/untrusted.js";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.js";
import { createTelzinoClient } from "../../../src/telzino/client.js";
import { TelzinoError } from "../../../src/telzino/errors.js";
import type { CallPlace, Services } from "../../../src/tools/core/context.js";
import { FRONT_DESK } from "../../support/agents.js";
import { connectAsking } from "../../support/asking-client.js";
import { ask, enter, ManualClock, pageHeaders, tokenOf, watchViews } from "../../support/entry.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";

let sandbox: Sandbox;
let clock: ManualClock;
let pages: PasswordPages;
let services: Services;
let connected: ConnectedClient | undefined;

beforeEach(async () => {
  sandbox = await startSandbox({});
  const { apiUrl, clientId, clientSecret } = sandbox;
  const api = createTelzinoClient({
    apiUrl,
    auth: { kind: "clientCredentials", clientId, clientSecret },
    userAgent: "test",
    onToken: () => {},
  });
  const redactor = createRedactor();
  clock = new ManualClock();
  pages = createPasswordPages({ port: 0, redactor, clock });
  services = servicesFor(api, { platformIsLocal: true, redactor, entry: pages, clock });
});
afterEach(async () => {
  await connected?.close();
  connected = undefined;
  await pages.close();
  await sandbox.close();
});

const line = () => ({
  agentId: FRONT_DESK,
  sipDomain: sandbox.sipHost,
  port: sandbox.sipPort,
  username: "1001",
});
const configure = (more: object = {}, options: { signal?: AbortSignal } = {}) =>
  (connected as ConnectedClient).call("configure_sip_registration", { ...line(), ...more }, options);
const status = () => (connected as ConnectedClient).call("get_sip_status", { agentId: FRONT_DESK });

describe("with a client that can ask its user to open an address", () => {
  it("one call asks for the password and ends registered", async () => {
    const client = await connectAsking(services, async ({ url }) => {
      void enter(url, "demo-1001");
      return "accept";
    });
    connected = client;
    const answer = await configure();
    expect(answer.facts).toMatchObject({ outcome: "registered", passwordFrom: "entry", written: true });
    expect(client.asked).toHaveLength(1);
    expect(client.asked[0]?.mode).toBe("url");
    expect(client.asked[0]?.message).toContain(`1001@${sandbox.sipHost}`);
    await vi.waitFor(() => expect(client.completed).toStrictEqual([client.asked[0]?.elicitationId]));
    expect(sandbox.bindings("1001")).toHaveLength(1);
    expect(JSON.stringify(answer)).not.toContain("demo-1001");
  });

  it("a call that may not wait gives the address instead, and the page does the rest", async () => {
    const place: Partial<CallPlace> = { startWaiting: () => false, hold: () => () => {} };
    const client = await connectAsking(services, async () => "accept", place as CallPlace);
    connected = client;
    const answer = await configure();
    expect(answer.facts).toMatchObject({ outcome: "password_entry_pending", written: false });
    expect(client.asked).toEqual([]);
    const { url } = answer.facts.passwordEntry as { url: string };
    await enter(url, "demo-1001");
    await vi.waitFor(() => expect(sandbox.bindings("1001")).toHaveLength(1), 20_000);
  });

  it("a wrong password and then the right one end registered, in the same call", async () => {
    connected = await connectAsking(services, async ({ url }) => {
      const watched = watchViews(url);
      void (async () => {
        await enter(url, "demo-1010");
        await vi.waitFor(() => expect(watched.views.at(-1)).toHaveProperty("failure"), 20_000);
        clock.advance(10_000);
        await enter(url, "demo-1001");
      })();
      return "accept";
    });
    expect((await configure()).facts).toMatchObject({ outcome: "registered", passwordFrom: "entry" });
  });

  it.each([
    ["decline", 0, "not_shown", /This client did not show the question/],
    ["cancel", 1_499, "not_shown", /This client did not show the question/],
    ["decline", 1_500, "declined", /The user declined the client's question/],
    ["cancel", 9_000, "dismissed", /closed without an answer/],
  ] as const)(
    "a %s after %d ms leaves the page, and is reported as %s",
    async (action, ms, question, words) => {
      const client = await connectAsking(services, async () => {
        clock.pass(ms);
        return action;
      });
      connected = client;
      const answer = await configure();
      expect(answer.isError).toBeFalsy();
      expect(answer.facts).toMatchObject({
        ...{ outcome: "password_entry_pending", written: false },
        passwordEntry: { question },
      });
      const { url } = answer.facts.passwordEntry as { url: string };
      expect(answer.text).toMatch(words);
      expect(answer.text).toContain(url);
      expect(JSON.stringify(answer.facts)).toMatch(words);
      expect(/the user declined/i.test(answer.text)).toBe(question === "declined");
      expect(answer.text).toMatch(/not on another device.*by name.*hosted server.*last resort.*unasked/);
      expect((await status()).facts).not.toHaveProperty("stored");
      expect(client.completed).toEqual([]);
      await enter(url, "demo-1001");
      await vi.waitFor(() => expect(sandbox.bindings("1001")).toHaveLength(1), 20_000);
    },
  );

  it("says in the first hundred characters of its question what to do", async () => {
    const client = await connectAsking(services, async () => "decline");
    connected = client;
    await configure();
    const start = client.asked[0]?.message.slice(0, 100);
    expect(start).toMatch(
      /SIP password .* open the page on this computer and type it there, not into the chat\./,
    );
  });

  it.each([
    [
      "presses Cancel on the page",
      /pressed Cancel/,
      async (url: string) => {
        await ask(`${url}/cancel`, "POST", pageHeaders(url, await tokenOf(url)), "{}");
      },
    ],
    [
      "closes the page",
      /closed the page/,
      async (url: string) => {
        const watched = watchViews(url);
        await vi.waitFor(() => expect(watched.views).toHaveLength(1));
        const before = clock.pending;
        watched.close();
        await vi.waitFor(() => expect(clock.pending).toBe(before + 1));
        clock.advance(5_000);
      },
    ],
    ["takes too long", /no one entered the SIP password in time/, async () => clock.advance(600_000)],
  ])("a user who %s is reported as such", async (_label, words, act) => {
    connected = await connectAsking(services, async ({ url }) => {
      void act(url);
      return "accept";
    });
    const answer = await configure();
    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(words);
  });

  it("a client that fails to ask leaves the address to be given by the assistant", async () => {
    connected = await connectAsking(services, () => Promise.reject(new Error("no browser")));
    const answer = await configure();
    expect(answer.isError).toBeFalsy();
    expect(answer.facts).toMatchObject({
      outcome: "password_entry_pending",
      passwordEntry: { question: "not_shown" },
    });
  });

  it("a call that is cancelled leaves the page to be used", async () => {
    let url = "";
    const cancel = new AbortController();
    connected = await connectAsking(services, async (params) => {
      url = params.url;
      setTimeout(() => cancel.abort(), 50);
      return "accept";
    });
    await expect(configure({}, { signal: cancel.signal })).rejects.toThrow();
    await vi.waitFor(async () => expect((await enter(url, "demo-1001")).status).toBe(202));
    await vi.waitFor(() => expect(sandbox.bindings("1001")).toHaveLength(1), 10_000);
  });
});

describe("with any other client", () => {
  async function pending(): Promise<string> {
    connected = await connectInProcess(services);
    const answer = await configure();
    expect(answer.isError).toBeFalsy();
    expect(answer.facts).toMatchObject({ outcome: "password_entry_pending", written: false });
    const { url } = answer.facts.passwordEntry as { url: string };
    expect(answer.text).toContain(url);
    expect(answer.text).toMatch(/Do not ask for the password here/);
    return url;
  }

  it("the page stores the password and get_sip_status tells that it is registered", async () => {
    const url = await pending();
    const before = await status();
    expect(before.text).toContain(`waits for the user: ${url}`);
    // Another configure call would take that page away.
    expect(before.facts.nextSteps).toEqual([
      expect.stringMatching(/^When the user has typed the password into that page, get_sip_status /),
    ]);
    const watched = watchViews(url);
    await enter(url, "demo-1001");
    await watched.ended;
    expect(watched.views.at(-1)).toMatchObject({ phase: "ended", outcome: { result: "registered" } });
    const after = await status();
    expect(after.facts).toMatchObject({ status: { registered: true } });
    expect(after.facts.passwordEntry).toMatch(/entered a SIP password/);
  });

  it("the page says why a wrong password was refused, and what to do", async () => {
    const url = await pending();
    const watched = watchViews(url);
    await enter(url, "demo-1010");
    await vi.waitFor(() => expect(watched.views.at(-1)).toHaveProperty("failure"), 20_000);
    expect(watched.views.at(-1)).toMatchObject({
      failure: {
        state: "WRONG_CREDENTIALS_STATE",
        details: expect.arrayContaining([expect.stringMatching(/Copy the SIP password again/)]),
      },
    });
    watched.close();
  });

  it("while another try is offered, get_sip_status tells how the first one ended", async () => {
    const url = await pending();
    const watched = watchViews(url);
    await enter(url, "demo-1010");
    await vi.waitFor(() => expect(watched.views.at(-1)).toHaveProperty("failure"), 20_000);
    const { passwordEntry } = (await status()).facts;
    expect(passwordEntry).toMatch(/it was stored, but the PBX refused it \(WRONG_CREDENTIALS_STATE\)\./);
    expect(passwordEntry).toContain(`The page offers one more try: ${url} (until `);
    expect(passwordEntry).not.toContain("nothing new is stored");
    watched.close();
  });

  it("get_sip_status tells how a page ended that came to nothing", async () => {
    const url = await pending();
    await ask(`${url}/cancel`, "POST", pageHeaders(url, await tokenOf(url)), "{}");
    expect((await status()).text).toMatch(/ended without one .*pressed Cancel/);
  });

  it("a second call replaces the first one's page", async () => {
    const first = await pending();
    const { url } = (await configure()).facts.passwordEntry as { url: string };
    expect((await enter(first, "demo-1001")).status).toBe(410);
    expect((await enter(url, "demo-1001")).status).toBe(202);
  });

  it("an error of the API is reported on the page and by get_sip_status, without the password", async () => {
    const url = await pending();
    services.api.putRegistration = () =>
      Promise.reject(
        new TelzinoError("invalid_request", "refused", { detail: untrusted("it was demo-1001") }),
      );
    const watched = watchViews(url);
    await enter(url, "demo-1001");
    await vi.waitFor(() => expect(watched.views.at(-1)).toMatchObject({ failure: { result: "error" } }));
    clock.advance(600_000);
    await watched.ended;
    const after = await status();
    expect(after.text).toMatch(
      /it could not be used .*The API said: \[text left out: it holds a part of a secret\]/,
    );
    expect(after.text + watched.raw()).not.toContain("demo-1001");
  });

  it("a dry run and a call that needs confirming open no page", async () => {
    connected = await connectInProcess(services);
    expect((await configure({ dryRun: true })).facts).toMatchObject({ outcome: "dry_run" });
    expect((await configure({ password: "demo-1001" })).facts).toMatchObject({ outcome: "registered" });
    const other = await configure({ username: "1002" });
    expect(other.facts).toMatchObject({ outcome: "confirmation_needed" });
    expect(pages.stateOf(FRONT_DESK)).toBeUndefined();
  });
});

describe("without a page", () => {
  it("the call says how else the password is given", async () => {
    const { entry: _entry, ...without } = services;
    connected = await connectInProcess(without);
    const answer = await configure();
    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(/A SIP password is needed: none is stored/);
    expect(answer.text).toMatch(/make the same call with password\./);
    await connected.close();
    connected = await connectInProcess({ ...without, passwordArgument: false });
    expect((await configure()).text).toMatch(/TELZINO_SIP_SECRET_<NAME>/);
  });

  it("an extension whose password is its own number can still be told", async () => {
    connected = await connectInProcess(services);
    const answer = await configure({ password: "1001", replace: true });
    expect(answer.text).toContain(`1001@${sandbox.sipHost}`);
    expect((await status()).facts).toMatchObject({ stored: { username: "1001" } });
  });
});
