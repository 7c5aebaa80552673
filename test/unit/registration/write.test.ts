import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import { ProcessLocks } from "../../../src/registration/agent-locks.js";
import { removeRegistration, storeRegistration, WriteError } from "../../../src/registration/write.js";
import type { TelzinoClient } from "../../../src/telzino/client.js";
import { TelzinoError } from "../../../src/telzino/errors.js";
import type { StoredRegistration } from "../../../src/telzino/types.js";
import { type Answer, json, reset, silence, stall, text } from "../../support/api-stub.js";
import { type StoredApi, startStoredApi } from "../../support/stored-api.js";
import { AGENT, AGENT_ID, PATIENT, quickClient, SETTINGS } from "../../support/telzino-client.js";

const PASSWORD = new Secret("pw-100");
const SENT = { ...SETTINGS, password: "pw-100", registrationEnabled: true };
const OLD = { ...SETTINGS, username: "99", password: "pw-99" };
const POLICY = { tries: 3, baseMs: 5, maxMs: 10, totalMs: 5_000 };

let api: StoredApi;
let client: TelzinoClient;
beforeEach(async () => {
  api = await startStoredApi();
  client = quickClient(api.stub.url);
});
afterEach(async () => {
  await client.close();
  await api.close();
});

const locks = new ProcessLocks().within("test");

/** @param known what was stored before; "unknown" where it could not be read. */
function store(known: StoredRegistration | "unknown" | null = null, signal = new AbortController().signal) {
  const sent = { settings: SETTINGS, password: PASSWORD };
  const before = known === "unknown" ? undefined : known;
  return locks.hold(AGENT_ID, { signal }, (turn) =>
    storeRegistration(sent, before, { api: client, agentId: AGENT_ID, turn, signal, policy: POLICY }),
  );
}

function remove(signal = new AbortController().signal) {
  return locks.hold(AGENT_ID, { signal }, (turn) =>
    removeRegistration({ api: client, agentId: AGENT_ID, turn, signal, policy: POLICY }),
  );
}

async function writeError(write: Promise<unknown>): Promise<WriteError> {
  const outcome = await write.then(
    (value) => new Error(`it succeeded with ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof WriteError) return outcome;
  throw outcome;
}

/** Every way in which an answer may hide that a write took effect; whether another attempt is worth it. */
const ANSWERS: [name: string, answer: Answer, worthAnother: boolean][] = [
  ["400", json(400, { error: "sipDomain is bad" }), false],
  ["403", json(403, {}), false],
  ["409", json(409, {}), false],
  ["422", json(422, {}), false],
  ["500", json(500, { error: "internal" }), false],
  ["502", text(502, "<html><title>Bad Gateway</title></html>"), true],
  ["503", text(503, ""), true],
  ["504", text(504, ""), true],
  ["a reset", reset, true],
  ["silence", silence, true],
  ["an answer that stops", stall, true],
  ["a redirect", text(302, "", { location: "https://login.example.com/" }), false],
  ["a page", text(200, "<html><title>Portal</title></html>"), false],
  ["half JSON", text(200, '{"success": tr'), false],
  ["a failure with 200", json(200, { success: false, error: { message: "no" } }), false],
];

/** Those that come at once. */
const QUICK = ANSWERS.filter(([, answer]) => answer !== silence && answer !== stall);

describe("a PUT that took effect although the answer was", () => {
  it.each(ANSWERS)("%s is seen to be stored, and sent once", async (_name, answer) => {
    api.faults.push({ effect: true, answer });
    expect(await store()).toMatchObject({ kind: "failed", error: expect.any(TelzinoError) });
    expect(api.stored).toEqual(SENT);
    expect(api.sent("PUT")).toBe(1);
  });

  it("one with other values is seen to be stored as it was sent", async () => {
    api.faults.push({ effect: true, answer: json(200, { success: true, data: { ...SENT, port: 5070 } }) });
    expect(await store()).toEqual({ kind: "other_values", fields: ["port"] });
    expect(api.sent("PUT")).toBe(1);
  });

  it("as documented needs no look", async () => {
    expect(await store()).toBeUndefined();
    expect(api.sent("GET")).toBe(0);
  });

  it.each([{ success: true }, "ok", [], 7, { data: { registrationEnabled: true } }])(
    "%j is looked after",
    async (body) => {
      api.faults.push({ effect: true, answer: json(200, body) });
      expect(await store()).toBeUndefined();
      expect(api.sent("GET")).toBe(1);
    },
  );
});

describe("a PUT without effect after", () => {
  it.each(ANSWERS)("%s is repeated only where that may help, each time after a look", async (...args) => {
    const [, answer, worthAnother] = args;
    const seen: string[] = [];
    api.onRequest = ({ method }) => seen.push(method);
    for (let times = 0; times < POLICY.tries; times += 1) api.faults.push({ effect: false, answer });
    const error = await writeError(store());
    expect(error).toMatchObject({ write: "store", reading: { kind: "read", stored: null } });
    const attempts = worthAnother ? POLICY.tries : 1;
    expect(seen).toEqual(Array.from({ length: attempts }, () => ["PUT", "GET"]).flat());
  });

  it.each([{ success: true }, "ok", { error: "no" }])("%j is seen not to be stored", async (body) => {
    api.faults.push({ effect: false, answer: json(200, body) });
    expect(await writeError(store())).toMatchObject({
      doubt: { kind: "no_values" },
      reading: { stored: null },
    });
  });

  it("a passing fault succeeds at the next attempt", async () => {
    api.faults.push({ effect: false, answer: reset });
    expect(await store()).toBeUndefined();
    expect(api.stored).toEqual(SENT);
    expect(api.sent("PUT")).toBe(2);
  });

  it("is not repeated where the look failed, and nothing is claimed of it", async () => {
    api.faults.push({ effect: true, answer: text(503, "") });
    api.stub.script(`GET ${AGENT}`, json(403, {}));
    const { reading } = await writeError(store());
    expect(reading).toMatchObject({ kind: "unreadable", error: { code: "forbidden" } });
    expect(api.sent("PUT")).toBe(1);
  });
});

describe("what is stored", () => {
  it("by someone else or changed on the way is not taken for what was sent", async () => {
    for (const other of [
      { username: "101" },
      { port: 5061 },
      { transport: "tls" },
      { did: "+15551234567" },
      { proxy: "edge.example.com" },
      { subscribe: true },
      { password: "pw-101" },
    ]) {
      api.faults.push({ effect: (sent) => ({ ...sent, ...other }), answer: json(500, {}) });
      const { reading } = await writeError(store());
      expect(reading).toMatchObject({ kind: "read" });
    }
  });

  it("is what was sent also where it is written in another way", async () => {
    const { port: _port, subscribe: _subscribe, ...shorter } = SENT;
    const stored = { ...shorter, sipDomain: "PBX.local.", transport: "UDP", proxy: "pbx.local", did: "" };
    api.faults.push({ effect: () => stored, answer: json(500, {}) });
    expect(await store()).toMatchObject({ kind: "failed" });
  });

  it("cannot be told where the same settings were there before and the API keeps the password to itself", async () => {
    for (const masked of [false, true]) {
      api.showsPassword = masked;
      api.faults.push({
        effect: () => ({ ...SENT, password: "********" }),
        answer: text(503, ""),
      });
      expect(await writeError(store({ ...SETTINGS }))).toMatchObject({ passwordUnknown: true });
    }
    expect(api.sent("PUT")).toBe(2);
  });

  it("is told where other settings were there before, also without the password", async () => {
    api.showsPassword = false;
    api.faults.push({ effect: true, answer: json(500, {}) });
    const { password: _password, ...before } = OLD;
    expect(await store(before)).toMatchObject({ kind: "failed" });
  });
});

describe("a guess at the stored password that the API refuses", () => {
  const OTHER = "pw-99";

  /** What is told of it, and what was sent for it, where that is stored. */
  async function toldOf(stored: string, answer: Answer, before: StoredRegistration | "unknown") {
    api.stored = { ...SENT, password: stored };
    const sent = api.sent("PUT");
    for (let times = 0; times < POLICY.tries; times += 1) api.faults.push({ effect: false, answer });
    const { doubt, reading, passwordUnknown } = await writeError(store(before));
    api.faults.splice(0);
    expect(reading).toMatchObject({ kind: "read", stored: SETTINGS });
    return { doubt, passwordUnknown, sent: api.sent("PUT") - sent };
  }

  it.each(QUICK)("is told the same whether it is right or wrong (%s)", async (_name, answer) => {
    const known = (password: string) => ({ ...SETTINGS, password: new Secret(password) });
    const right = await toldOf(PASSWORD.reveal(), answer, known(PASSWORD.reveal()));
    expect(right.passwordUnknown).toBe(true);
    expect(await toldOf(OTHER, answer, known(OTHER))).toEqual(right);
    // What was stored before could not be read, or without its password.
    for (const before of ["unknown", { ...SETTINGS }] as const) {
      expect(await toldOf(PASSWORD.reveal(), answer, before)).toEqual(right);
      expect(await toldOf(OTHER, answer, before)).toEqual(right);
    }
  });

  it("is seen to be stored where another one was there before", async () => {
    api.stored = { ...SENT, password: OTHER };
    api.faults.push({ effect: true, answer: json(500, {}) });
    const before = { ...SETTINGS, password: new Secret(OTHER) };
    expect(await store(before)).toMatchObject({ kind: "failed" });
  });
});

describe("the time of a write", () => {
  const policy = { ...POLICY, totalMs: 1_000 };
  const write = () =>
    locks.hold(AGENT_ID, { signal: new AbortController().signal }, (turn) => {
      const context = { api: client, agentId: AGENT_ID, turn, signal: new AbortController().signal, policy };
      return storeRegistration({ settings: SETTINGS, password: PASSWORD }, null, context);
    });

  it("is not spent on a pause after which none is left: what was answered stands", async () => {
    api.faults.push({ effect: false, answer: json(503, {}, { "retry-after": "2" }) });
    const { doubt } = await writeError(write());
    expect(doubt).toMatchObject({ kind: "failed", error: { status: 503, retryAfterSeconds: 2 } });
    expect(api.sent("PUT")).toBe(1);
  });

  it("ends a PUT that no one answers, and what is stored is looked at after it", async () => {
    await client.close();
    client = quickClient(api.stub.url, PATIENT);
    api.faults.push({ effect: false, answer: silence });
    const { doubt, reading } = await writeError(write());
    expect(doubt).toMatchObject({ kind: "failed", error: { code: "timeout" } });
    expect(reading).toEqual({ kind: "read", stored: null });
  });
});

describe("whoever wrote before", () => {
  /** Whether they count as overtaken by that write. */
  async function isOvertakenBy(write: () => Promise<unknown>): Promise<boolean> {
    const { signal } = new AbortController();
    const earlier = await locks.hold(AGENT_ID, { signal }, async (turn) => {
      await turn.willWrite();
      return turn;
    });
    await write().catch(() => {});
    return earlier.overtaken();
  }
  const failing = (answer: Answer, effect = false) => {
    for (let times = 0; times < POLICY.tries; times += 1) api.faults.push({ effect, answer });
  };

  it("is overtaken by a write that took effect, and by one that may have", async () => {
    expect(await isOvertakenBy(() => store())).toBe(true);
    failing(json(500, {}), true);
    expect(await isOvertakenBy(() => store())).toBe(true);
    api.faults.splice(0);
    api.showsPassword = false;
    failing(json(500, {}));
    expect(await isOvertakenBy(() => store({ ...SETTINGS }))).toBe(true);
    api.faults.splice(0);
    failing(json(500, {}));
    api.stub.script(`GET ${AGENT}`, json(403, {}));
    expect(await isOvertakenBy(() => store())).toBe(true);
  });

  it("is not overtaken by one of which nothing was sent", async () => {
    const { signal } = new AbortController();
    const settings = { ...SETTINGS, port: 0 };
    const unsent = () =>
      locks.hold(AGENT_ID, { signal }, (turn) =>
        storeRegistration({ settings, password: PASSWORD }, null, {
          api: client,
          agentId: AGENT_ID,
          turn,
          signal,
        }),
      );
    await expect(unsent()).rejects.toMatchObject({ code: "invalid_request", unsent: true });
    expect(await isOvertakenBy(unsent)).toBe(false);
    expect(api.sent("PUT")).toBe(0);
  });

  it.each(QUICK)("is not overtaken by one that is seen to have had no effect (%s)", async (_name, answer) => {
    failing(answer);
    expect(await isOvertakenBy(() => store())).toBe(false);
    api.faults.splice(0);
    api.stored = { ...SENT };
    failing(answer);
    expect(await isOvertakenBy(() => store({ ...SETTINGS, password: PASSWORD }))).toBe(false);
  });
});

describe("a DELETE", () => {
  beforeEach(() => {
    api.stored = { ...OLD };
  });

  it.each(ANSWERS)(
    "that took effect although the answer was %s is done, and sent once",
    async (_n, answer) => {
      api.faults.push({ effect: true, answer });
      expect(await remove()).toMatchObject({ kind: "failed" });
      expect(api.sent("DELETE")).toBe(1);
    },
  );

  it.each(ANSWERS)("without effect after %s is repeated only where that may help", async (...args) => {
    const [, answer, worthAnother] = args;
    for (let times = 0; times < POLICY.tries; times += 1) api.faults.push({ effect: false, answer });
    const error = await writeError(remove());
    expect(error).toMatchObject({ write: "remove", reading: { stored: { username: "99" } } });
    expect(api.sent("DELETE")).toBe(worthAnother ? POLICY.tries : 1);
  });

  it("that is answered as done without having been is seen not to be", async () => {
    api.faults.push({ effect: false, answer: json(200, { success: true }) });
    expect(await writeError(remove())).toMatchObject({ reading: { stored: { username: "99" } } });
  });

  it("of what is gone already is done", async () => {
    api.stored = null;
    api.faults.push({ effect: false, answer: json(404, { message: "no registration" }) });
    expect(await remove()).toMatchObject({ kind: "failed", error: { status: 404 } });
  });

  it("of an agent that is not there says that", async () => {
    api.faults.push({ effect: false, answer: json(404, { message: "Agent not found" }) });
    api.stub.script(`GET ${AGENT}`, json(404, { message: "Agent not found" }));
    await expect(remove()).rejects.toMatchObject({ code: "agent_not_found" });
  });
});

describe("a caller that gives up", () => {
  it("during the write ends it: neither a look nor an attempt follows", async () => {
    const gone = new AbortController();
    const reason = new Error("cancelled by the user");
    api.onRequest = () => gone.abort(reason);
    api.faults.push({ effect: true, answer: silence });
    await expect(store(null, gone.signal)).rejects.toBe(reason);
    expect(api.stub.requests).toHaveLength(1);
  });

  it("between two attempts ends it before the next one", async () => {
    const gone = new AbortController();
    const reason = new Error("cancelled by the user");
    api.onRequest = ({ method }) => {
      if (method === "GET") gone.abort(reason);
    };
    api.faults.push({ effect: false, answer: text(503, "") });
    await expect(store(null, gone.signal)).rejects.toBe(reason);
    expect(api.sent("PUT")).toBe(1);
  });
});
