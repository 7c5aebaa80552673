import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { json } from "../../support/api-stub.js";
import { enter, watchViews } from "../../support/entry.js";
import { SpawnedServer } from "../../support/spawned.js";
import { type StoredApi, startStoredApi } from "../../support/stored-api.js";
import { AGENT_ID, SIP } from "../../support/telzino-client.js";

/** Another password than the stored one, and what becomes of it, over real stdio. */

const LINE = { agentId: AGENT_ID, sipDomain: "pbx.example.com", username: "1001" };
const STORED = {
  ...LINE,
  agentId: undefined,
  port: 5060,
  transport: "udp",
  subscribe: false,
  password: "pw-stale-1",
};

let api: StoredApi;
let server: SpawnedServer;
beforeEach(async () => {
  api = await startStoredApi();
  api.stored = STORED;
  api.stateOf = (stored) => {
    if (stored === null) return "NOT_FOUND";
    return stored.password === "pw-right-1" ? "REGISTERED_STATE" : "WRONG_CREDENTIALS_STATE";
  };
  server = new SpawnedServer([], {
    TELZINO_API_URL: api.stub.url.origin,
    TELZINO_ACCESS_TOKEN: "static-token",
  });
  await server.initialize();
});
afterEach(async () => {
  await server.kill();
  await api.close();
  expect(server.stdout).not.toMatch(/pw-(?:stale|right|third)-1/);
});

const configure = (more: object = {}) => server.callTool("configure_sip_registration", { ...LINE, ...more });
const status = (more: object = {}) => server.callTool("get_sip_status", { agentId: AGENT_ID, ...more });
const sentPassword = (index = -1) =>
  JSON.parse(api.stub.requestsTo(`PUT ${SIP}`).at(index)?.body ?? "{}").password;

async function openPage(more: object = {}): Promise<string> {
  const { facts } = await configure(more);
  expect(facts).toMatchObject({ outcome: "password_entry_pending", written: false });
  return (facts.passwordEntry as { url: string }).url;
}

async function tried(url: string, password: string) {
  const watched = watchViews(url);
  await enter(url, password);
  const isOver = () => /"(?:outcome|failure)"/.test(JSON.stringify(watched.views.at(-1)));
  await vi.waitFor(() => expect(isOver()).toBe(true), 10_000);
  return watched;
}

describe("a stored password that the PBX has refused", () => {
  it("is not sent once more: the page opens, and ends registered", async () => {
    const { text, facts } = await configure({ did: "+15551234567" });
    expect(text).toMatch(/the PBX has refused the stored one/i);
    expect(facts.nextSteps).toContainEqual(expect.stringMatching(/newPassword false sends it once/));
    expect(api.sent("PUT")).toBe(0);
    const watched = await tried((facts.passwordEntry as { url: string }).url, "pw-right-1");
    expect(watched.views.at(-1)).toMatchObject({ phase: "ended", outcome: { state: "REGISTERED_STATE" } });
    expect(sentPassword()).toBe("pw-right-1");
    expect((await status()).facts.passwordEntry).toMatch(/entered a SIP password .*stored/);
  });

  it("is sent once where the PBX was mended", async () => {
    const { facts } = await configure({ newPassword: false, waitSeconds: 0 });
    expect(facts).toMatchObject({ written: true, passwordFrom: "kept" });
    expect(api.sent("PUT")).toBe(1);
    expect(sentPassword()).toBe("pw-stale-1");
  });

  it("is sent where the digest user was what was wrong", async () => {
    const { facts } = await configure({ authUsername: "a1001", waitSeconds: 0 });
    expect(facts).toMatchObject({ written: true, passwordFrom: "kept" });
  });

  it("is told by a dry run, with the way in which another one will be given", async () => {
    const { facts, text } = await configure({ dryRun: true });
    expect(facts).toMatchObject({ outcome: "dry_run", passwordFrom: "missing" });
    expect(text).toMatch(/refused the stored one.*The user would type it into a page/);
    expect(JSON.stringify(facts.notes)).toMatch(/The user would type it into a page/);
  });
});

describe("without a page", () => {
  it("a refused password is not sent either, and the call says how it would be", async () => {
    await server.kill();
    server = new SpawnedServer(["--entry-port", "off"], {
      TELZINO_API_URL: api.stub.url.origin,
      TELZINO_ACCESS_TOKEN: "static-token",
    });
    await server.initialize();
    const answer = await configure();
    expect(answer).toHaveProperty("isError", true);
    expect(answer.text).toMatch(/Nothing was written.*the PBX has refused the stored one/);
    expect(answer.text).toMatch(/same call with newPassword false sends it once/);
    expect(api.sent("PUT")).toBe(0);
  });
});

describe("newPassword", () => {
  it("opens the page for a line that works, and says what is at stake", async () => {
    api.stored = { ...STORED, password: "pw-right-1" };
    const { text, facts } = await configure({ newPassword: true });
    expect(facts).toMatchObject({ outcome: "password_entry_pending" });
    expect(text).toMatch(/takes the place of one that works/);
    expect((await status()).text).toMatch(/waits for the user/);
    expect((await configure()).facts.nextSteps).toContainEqual(expect.stringMatching(/newPassword true/));
  });
});

describe("what became of the last entry", () => {
  it("is reported as refused by the PBX, and as registered since", async () => {
    const watched = await tried(await openPage(), "pw-third-1");
    expect(watched.views.at(-1)).toMatchObject({ phase: "waiting", failure: { result: "failed" } });
    expect((await status()).facts.passwordEntry).toMatch(
      /stored, but the PBX refused it \(WRONG_CREDENTIALS_STATE\)\. The page offers one more try/,
    );
    api.stateOf = () => "REGISTERED_STATE";
    const after = await status();
    expect(after.facts.passwordEntry).toMatch(
      /stored, but the PBX refused it \(WRONG_CREDENTIALS_STATE\)\. Since then the agent has registered/,
    );
    await watched.ended;
    expect(watched.views.at(-1)).toMatchObject({ phase: "ended", how: "registered" });
  });

  it("is that of a page without one, which a look at the registered agent ends", async () => {
    const url = await openPage();
    api.stateOf = () => "REGISTERED_STATE";
    expect((await status()).facts.passwordEntry).toMatch(
      /ended without one .*the agent has registered meanwhile/,
    );
    expect((await enter(url, "pw-right-1")).status).toBe(410);
    expect(api.sent("PUT")).toBe(0);
  });

  it("is told as overtaken where a later call stored a password, and the offer ends", async () => {
    const watched = await tried(await openPage(), "pw-third-1");
    await configure({ password: "pw-right-1" });
    await watched.ended;
    expect(watched.views.at(-1)).toMatchObject({ phase: "ended", how: "stored" });
    expect((await status()).facts.passwordEntry).toMatch(
      /the PBX refused it .*After that, a later call has changed the registration/,
    );
  });

  it.each([
    ["REGISTER_TIMEOUT_STATE", "silence"],
    ["INTERNAL_ERROR_STATE", "a name that does not resolve"],
  ])("is no offer of another try after %s: no password mends %s", async (state) => {
    api.stored = null;
    const url = await openPage();
    api.stateOf = () => state;
    const watched = await tried(url, "pw-third-1");
    expect(watched.views.at(-1)).toMatchObject({ phase: "ended", outcome: { result: "failed", state } });
    expect((await status()).facts.passwordEntry).toMatch(`the registration failed (${state})`);
  });

  it("is reported with what the API said, and a vida agent is offered no other try", async () => {
    api.stored = null;
    const url = await openPage();
    const said = { error: "Cannot update vida agents via this API" };
    api.faults.push({ effect: false, answer: json(400, said) });
    const watched = await tried(url, "pw-third-1");
    expect(watched.views.at(-1)).toMatchObject({
      phase: "ended",
      how: "failed",
      outcome: { result: "error" },
    });
    expect((await status()).facts.passwordEntry).toMatch(
      /could not be used.*only LiveKit agents.*Cannot update/,
    );
  });

  it("offers another try where the API refused the value", async () => {
    api.stored = null;
    const url = await openPage();
    api.faults.push({ effect: false, answer: json(400, { error: "password too short" }) });
    const watched = await tried(url, "pw-third-1");
    expect(watched.views.at(-1)).toMatchObject({ phase: "waiting", failure: { result: "error" } });
    watched.close();
  });
});

describe("a wait of get_sip_status", () => {
  const reads = () => api.stub.requestsTo(`GET ${SIP}/status`).length;

  it("is none where nothing is stored and no page is open", async () => {
    api.stored = null;
    const { text, facts } = await status({ waitSeconds: 45 });
    expect(reads()).toBe(1);
    expect(facts.status).toMatchObject({ state: "NOT_FOUND" });
    expect(text).toMatch(/Nothing is stored, so there was nothing to wait for/);
  });

  it("is none where what is stored is disabled", async () => {
    api.stored = { ...STORED, registrationEnabled: false };
    api.stateOf = () => "NOT_REGISTERED_STATE";
    const { text } = await status({ waitSeconds: 45 });
    expect(reads()).toBe(1);
    expect(text).toMatch(/The stored registration is disabled, so there was nothing to wait for/);
  });

  it("is one for the person at an open page", async () => {
    api.stored = null;
    const url = await openPage();
    const answer = status({ waitSeconds: 45 });
    await vi.waitFor(() => expect(reads()).toBeGreaterThan(2), 5_000);
    await enter(url, "pw-right-1");
    expect((await answer).facts).toMatchObject({
      status: { registered: true },
      stored: { username: "1001" },
    });
  });

  it("waits after a failure for the platform's next try, where it is asked to", async () => {
    const failed = await status({ waitSeconds: 45 });
    expect(failed.text).toMatch(/waitForRetry true waits.*newPassword false sends the stored password once/);
    const answer = status({ waitForRetry: true });
    await vi.waitFor(() => expect(reads()).toBeGreaterThan(3), 5_000);
    api.stateOf = () => "REGISTERED_STATE";
    expect((await answer).facts).toMatchObject({ status: { registered: true } });
  });

  it("says so where the platform did not try again", async () => {
    const { text, facts } = await status({ waitForRetry: true, waitSeconds: 1 });
    expect(facts.status).toMatchObject({ state: "WRONG_CREDENTIALS_STATE" });
    expect(text).toMatch(/has not tried again in this time/);
  });
});

describe("a password that looks copied wrongly", () => {
  beforeEach(() => {
    api.stored = null;
  });

  it("is reported before it is sent, and sent as it is after a yes", async () => {
    const asked = await configure({ password: " pw-third-1" });
    expect(asked.facts).toMatchObject({ outcome: "confirmation_needed", written: false });
    expect(asked.text).toMatch(/the password that was given begins with a blank\./);
    expect(api.sent("PUT")).toBe(0);
    const sent = await configure({ password: " pw-third-1", replace: true });
    expect(sent.facts).toMatchObject({ written: true, outcome: "failed" });
    expect(sentPassword()).toBe(" pw-third-1");
    const [finding] = sent.facts.findings as { id: string; evidence: string; cause: string }[];
    expect(finding?.id).toBe("platform-wrong-credentials");
    expect(finding?.evidence).toMatch(/the stored password begins with a blank/);
    expect(finding?.cause).toMatch(/not copied rightly: it begins with a blank/);
  });

  it("is refused with a line break", async () => {
    const answer = await configure({ password: "pw-third-1\n" });
    expect(answer).toHaveProperty("isError", true);
    expect(answer.text).toMatch(
      /password must not contain control characters, such as a line break at its end/,
    );
  });

  it("is told of the stored one that was refused, by get_sip_status too", async () => {
    api.stored = { ...STORED, password: '"pw-stale-1" ' };
    expect((await status()).text).toMatch(/the stored password ends with a blank and is in quotation marks/);
  });

  it("is told of the stored one before it is sent once more, but not by what it is", async () => {
    api.stored = { ...STORED, password: " 1001" };
    api.stateOf = () => "REGISTER_TIMEOUT_STATE";
    const { text } = await configure({ dryRun: true });
    expect(text).toMatch(/Note: The password that is stored begins with a blank\./);
    expect(text).not.toMatch(/same as the user/);
  });

  it("is asked about on the page", async () => {
    const url = await openPage();
    const answer = await enter(url, "pw-right-1 ");
    expect(JSON.parse(answer.body)).toEqual({ doubts: ["blankLast"] });
    await tried(url, "pw-right-1");
    expect(sentPassword()).toBe("pw-right-1");
  });
});
