import { afterEach, describe, expect, it } from "vitest";
import type { Scope } from "../../../src/hosting/types.js";
import { untrusted } from "../../../src/redaction/untrusted.js";
import type { Agent, RegistrationStatus, TelzinoApi } from "../../../src/telzino/types.js";
import { FRONT_DESK } from "../../support/agents.js";
import {
  type Answer,
  BOTH,
  INITIALIZE,
  JSON_ONLY,
  type RunningFront,
  rpc,
  send,
  startFront,
  toolCall,
} from "../../support/http-front.js";
import { servicesFor } from "../../support/mcp.js";
import { ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** What one caller or one tenant can take from the others: never everything. */

const READER: readonly Scope[] = ["sip:read"];
const TENANTS = { auth: true, tenants: "tenants.json" } as const;

let front: RunningFront;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await front.close();
});

const LINE = { sipDomain: "pbx.example.com", username: "1001" };

/** An API whose agent stays in `state`, and whose list of agents is empty. */
function apiIn(state: () => string, listed: () => Promise<void> = async () => {}): TelzinoApi {
  return {
    ...servicesFor().api,
    getAgent: async (id) => ({ id, name: untrusted("Front Desk"), registration: LINE }) as Agent,
    getStatus: async () => ({ state: state() }) as RegistrationStatus,
    async listAgents() {
      await listed();
      return { agents: [], page: 1, hasNext: false } as unknown as Awaited<
        ReturnType<TelzinoApi["listAgents"]>
      >;
    },
  };
}

function as(token: string, headers = JSON_ONLY): Record<string, string> {
  return { ...headers, authorization: `Bearer ${token}` };
}

const list = (token: string) =>
  send(front.port, { headers: as(token), body: toolCall("list_telzino_agents") });
const WAIT = toolCall("get_sip_status", { agentId: FRONT_DESK, waitSeconds: 45 });

function textOf({ text }: Answer): string {
  const { result } = JSON.parse(text) as { result: { content: { text: string }[] } };
  return result.content[0]?.text ?? "";
}

async function refusals(reason: string): Promise<number> {
  const text = await front.metrics.text();
  return Number(new RegExp(`requests_refused_total\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

describe("calls that only wait", () => {
  it("take no place from others, however many one reader begins", async () => {
    let state = "REGISTERING_STATE";
    const tokens = { reader: READER, other: READER, "globex/bob": READER };
    front = await startFront({ flags: TENANTS, tokens, services: servicesFor(apiIn(() => state)) });
    const answered: Answer[] = [];
    const calls: Promise<Answer>[] = [];
    const begin = () => {
      const call = send(front.port, { headers: as("reader"), body: WAIT });
      calls.push(call);
      void call.then((answer) => answered.push(answer));
    };
    for (let count = 0; count < 256; count += 1) begin();
    const settled = () => front.places.waiting + answered.length;
    await expect.poll(settled, { timeout: 20_000 }).toBe(256);
    for (const token of ["globex/bob", "other", "reader"]) expect((await list(token)).status).toBe(200);
    // Where too many of them were asking for the status at once, fewer wait than may.
    while (front.places.waiting < 128) {
      begin();
      await expect.poll(settled).toBe(calls.length);
    }
    begin();
    await expect.poll(() => answered.length).toBe(calls.length - 128);
    expect([front.places.waiting, front.places.inside]).toEqual([128, 128]);
    const last = textOf(answered.at(-1) as Answer);
    expect(last).toMatch(/REGISTERING_STATE/);
    expect(last).toMatch(/this call did not wait, because too many calls wait/);
    for (const token of ["globex/bob", "other", "reader"]) expect((await list(token)).status).toBe(200);
    const early = new Set(answered);
    const refused = [...early].filter(({ status }) => status !== 200);
    expect(await refusals("busy_caller")).toBe(refused.length);
    state = "REGISTERED_STATE";
    const waited = (await Promise.all(calls)).filter((answer) => !early.has(answer));
    expect(waited).toHaveLength(128);
    for (const answer of waited) expect(textOf(answer)).toMatch(/REGISTERED_STATE/);
    await expect.poll(() => [front.places.waiting, front.places.inside]).toEqual([0, 0]);
  });

  it("count as long as they wait, also when the client of their session has gone", async () => {
    let state = "REGISTERING_STATE";
    const flags = { ...TENANTS, sessions: true };
    front = await startFront({ flags, tokens: { one: READER }, services: servicesFor(apiIn(() => state)) });
    const begun = await send(front.port, { headers: as("one", BOTH), body: INITIALIZE });
    const headers = { ...as("one", BOTH), "mcp-session-id": String(begun.headers["mcp-session-id"]) };
    const leave = new AbortController();
    const call = fetch(front.url, { method: "POST", headers, body: WAIT, signal: leave.signal });
    await expect.poll(() => front.places.waiting).toBe(1);
    leave.abort();
    await call.then((answer) => answer.text()).catch(() => {});
    await expect
      .poll(() =>
        front.lines.some((line) => line.includes('"unfinished":true') || line.includes("unfinished")),
      )
      .toBe(true);
    expect([front.places.waiting, front.places.inside]).toEqual([1, 1]);
    state = "REGISTERED_STATE";
    await expect.poll(() => front.places.inside).toBe(0);
  });
});

describe("calls at once", () => {
  it("leave places to other callers and other tenants", async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = servicesFor(
      apiIn(
        () => "REGISTERED_STATE",
        () => released,
      ),
    );
    const quick = servicesFor(apiIn(() => "REGISTERED_STATE"));
    const tokens = { one: READER, two: READER, three: READER, "globex/bob": READER };
    const flags = { ...TENANTS, maxCalls: "8" };
    front = await startFront({ flags, tokens, services: slow, tenants: { globex: quick } });
    const held = [list("one"), list("one")];
    await expect.poll(() => front.places.inside).toBe(2);
    const own = await list("one");
    expect(own).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
    expect(own.text).toContain("Too many concurrent calls from you");
    held.push(list("two"), list("two"));
    await expect.poll(() => front.places.inside).toBe(4);
    const tenants = await list("three");
    expect(tenants).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
    expect(tenants.text).toContain("Too many concurrent calls from your tenant");
    expect((await list("globex/bob")).status).toBe(200);
    expect([await refusals("busy_caller"), await refusals("busy_tenant")]).toEqual([1, 1]);
    release();
    for (const answer of await Promise.all(held)) expect(answer.status).toBe(200);
    expect((await list("one")).status).toBe(200);
  });

  it("do not count the stream of a session, on which nothing is done", async () => {
    const flags = { ...TENANTS, sessions: true, maxCalls: "1" };
    front = await startFront({ flags, tokens: { one: READER } });
    const begun = await send(front.port, { headers: as("one", BOTH), body: INITIALIZE });
    const headers = {
      ...as("one"),
      accept: "text/event-stream",
      "mcp-session-id": String(begun.headers["mcp-session-id"]),
    };
    const leave = new AbortController();
    const stream = await fetch(front.url, { headers, signal: leave.signal });
    closers.push(() => leave.abort());
    expect(stream.status).toBe(200);
    expect((await send(front.port, { headers: as("one"), body: rpc("ping") })).status).toBe(200);
  });
});

describe("diagnoses under way", () => {
  it("are bounded, and whoever asks for one more is told what to do", async () => {
    const registrar = await ScriptedRegistrar.start({ script: () => undefined });
    const { address, port } = registrar.target("udp");
    const body = toolCall("diagnose_sip_registration", { sipDomain: address, port, transport: "udp" });
    const flags = { ...TENANTS, maxCalls: "8" };
    const tokens = { one: READER, "globex/bob": READER };
    front = await startFront({ flags, tokens });
    const leave = new AbortController();
    const first = fetch(front.url, { method: "POST", headers: as("one"), body, signal: leave.signal });
    closers.push(
      () => leave.abort(),
      () => first.catch(() => {}),
      () => registrar.close(),
    );
    await expect.poll(() => registrar.requests.length).toBeGreaterThan(0);
    const second = await send(front.port, { headers: as("one"), body });
    expect(JSON.parse(second.text)).toMatchObject({ result: { isError: true } });
    expect(textOf(second)).toMatch(/Too many of your diagnoses are under way\. Nothing was sent\./);
    expect(textOf(second)).toMatch(/Make the same call again when one of them has ended/);
    expect(textOf(await send(front.port, { headers: as("globex/bob"), body }))).toMatch(/on this server/);
  });
});

describe("sessions", () => {
  it("are left for other tenants, however many tokens one tenant has", async () => {
    const principals = Array.from({ length: 20 }, (_, index) => `token${index}`);
    const tokens = Object.fromEntries([...principals, "globex/bob"].map((token) => [token, READER]));
    const flags = { ...TENANTS, sessions: true };
    front = await startFront({ flags, tokens, tenants: { globex: servicesFor() } });
    const begin = (token: string) => send(front.port, { headers: as(token, BOTH), body: INITIALIZE });
    const seen: Answer[] = [];
    // Three rounds at a time, so the last one that is let in comes in the middle of others.
    const rounds = [...principals, ...principals, ...principals];
    for (let count = 0; count < 17; count += 1) seen.push(...(await Promise.all(rounds.map(begin))));
    expect(seen.filter(({ status }) => status === 200)).toHaveLength(500);
    const refused = seen.filter(({ status }) => status !== 200);
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([429]));
    expect(refused[0]?.text).toContain("Too many sessions of your tenant: end one first");
    expect((await begin("globex/bob")).status).toBe(200);
    expect(front.sessionCount()).toBe(501);
  });
});
