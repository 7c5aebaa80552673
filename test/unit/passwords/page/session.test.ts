import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EntryOutcome, EntryWork } from "../../../../src/passwords/page/types.js";
import { LEFT_OUT } from "../../../../src/redaction/secret-search.js";
import { untrusted } from "../../../../src/redaction/untrusted.js";
import {
  AGENT,
  ask,
  enter,
  entryDesk,
  pageHeaders,
  REFUSED,
  REGISTERED,
  tokenOf,
  watchViews,
} from "../../../support/entry.js";

const MINUTE = 60_000;

let at: ReturnType<typeof entryDesk>;
beforeEach(() => {
  at = entryDesk();
});
afterEach(() => at.pages.close());

/** Work that ends when it is told to. */
function slowWork(outcome: EntryOutcome = REGISTERED) {
  let end = () => {};
  let work: EntryWork | undefined;
  const ending = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    end: () => end(),
    work: () => work as EntryWork,
    submit: async (_password: unknown, given: EntryWork) => {
      work = given;
      await ending;
      return { value: "done", outcome };
    },
  };
}

const phases = (watched: ReturnType<typeof watchViews>) => watched.views.map(({ phase }) => phase);

async function refusedOnce(more: object = {}) {
  const outcomes = [REFUSED, REGISTERED];
  const entry = await at.open({
    submit: async () => {
      const outcome = outcomes.shift() ?? REFUSED;
      return { value: outcome.result, outcome };
    },
    ...more,
  });
  const watched = watchViews(entry.url);
  await vi.waitFor(() => expect(watched.views.length).toBe(1));
  expect((await enter(entry.url, "wrong")).status).toBe(202);
  await vi.waitFor(() => expect(watched.views.at(-1)).toMatchObject({ phase: "waiting", failure: REFUSED }));
  return { entry, watched };
}

describe("an entry", () => {
  it("tells its page every step until the end", async () => {
    const slow = slowWork();
    const { url, result } = await at.open(slow);
    const watched = watchViews(url);
    await vi.waitFor(() => expect(phases(watched)).toStrictEqual(["waiting"]));
    await enter(url, "right");
    await vi.waitFor(() => expect(slow.work()).toBeDefined());
    slow.work().report("REGISTERING_STATE");
    slow.end();
    await watched.ended;
    expect(watched.views).toStrictEqual([
      { phase: "waiting" },
      { phase: "working" },
      { phase: "working", state: "REGISTERING_STATE" },
      { phase: "ended", how: "finished", outcome: REGISTERED },
    ]);
    expect(await result).toStrictEqual({ kind: "finished", value: "done" });
  });

  it("takes one password and refuses a second while it works, and after it", async () => {
    const slow = slowWork();
    const { url } = await at.open(slow);
    const answers = [await enter(url, "right"), await enter(url, "right")];
    expect(answers.map(({ status }) => status)).toStrictEqual([202, 409]);
    slow.end();
    await vi.waitFor(() => expect(at.pages.stateOf(AGENT)).toMatchObject({ phase: "ended" }));
    expect((await enter(url, "right")).status).toBe(410);
  });

  it("takes one of two that come at the same time", async () => {
    const slow = slowWork();
    const { url } = await at.open(slow);
    const answers = await Promise.all([enter(url, "one"), enter(url, "two")]);
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([202, 409]);
    slow.end();
  });

  it("is valid for 10 minutes", async () => {
    const { url, result, validUntil } = await at.open();
    expect(validUntil.getTime() - at.clock.now()).toBe(10 * MINUTE);
    at.clock.advance(10 * MINUTE - 1);
    expect((await ask(url)).status).toBe(200);
    const watched = watchViews(url);
    await vi.waitFor(() => expect(watched.views.length).toBe(1));
    at.clock.advance(1);
    expect(await result).toStrictEqual({ kind: "unanswered", why: "expired" });
    await watched.ended;
    expect(watched.views.at(-1)).toStrictEqual({ phase: "ended", how: "expired" });
    expect((await enter(url, "late")).status).toBe(410);
    expect(at.submitted).toStrictEqual([]);
  });

  it("takes no password once its time is up, though its timer is late", async () => {
    const { url } = await at.open();
    at.clock.pass(10 * MINUTE);
    expect((await enter(url, "late")).status).toBe(410);
    expect(at.submitted).toStrictEqual([]);
  });

  it("does not expire while a password is worked on", async () => {
    const slow = slowWork();
    const { url, result } = await at.open(slow);
    at.clock.advance(10 * MINUTE - 1_000);
    await enter(url, "right");
    at.clock.advance(2_000);
    slow.end();
    expect(await result).toMatchObject({ kind: "finished" });
  });

  it("ends by the page's own button", async () => {
    const { url, result } = await at.open();
    expect(await cancel(url, { "x-entry-token": "no" })).toBe(403);
    expect(await cancel(url)).toBe(202);
    expect(await result).toStrictEqual({ kind: "unanswered", why: "cancelled" });
  });

  it("does not end by it while a password is worked on: it may be stored already", async () => {
    const slow = slowWork();
    const { url, result } = await at.open(slow);
    const headers = pageHeaders(url, await tokenOf(url));
    const pressed = () => ask(`${url}/cancel`, "POST", headers, "{}");
    await enter(url, "right");
    await vi.waitFor(() => expect(slow.work()).toBeDefined());
    expect(await pressed()).toMatchObject({ status: 409, body: '{"problem":"busy"}' });
    slow.end();
    expect(await result).toMatchObject({ kind: "finished" });
  });

  it("that someone waits for ends soon after its page was closed, but not when it was reloaded", async () => {
    const { url, result } = await at.open({ awaited: true });
    const first = watchViews(url);
    await vi.waitFor(() => expect(first.views.length).toBe(1));
    first.close();
    await vi.waitFor(() => expect(at.clock.pending).toBe(2));
    at.clock.advance(2_000);
    const second = watchViews(url);
    await vi.waitFor(() => expect(second.views.length).toBe(1));
    at.clock.advance(60_000);
    expect(at.pages.stateOf(AGENT)).toMatchObject({ phase: "waiting" });
    second.close();
    await vi.waitFor(() => expect(at.clock.pending).toBe(2));
    at.clock.advance(5_000);
    expect(await result).toStrictEqual({ kind: "unanswered", why: "closed" });
  });

  it("that no one waits for can be opened again after its page was closed", async () => {
    const { url } = await at.open();
    const first = watchViews(url);
    await vi.waitFor(() => expect(first.views.length).toBe(1));
    first.close();
    await vi.waitFor(() => expect(at.clock.pending).toBe(2));
    at.clock.advance(60_000);
    expect((await enter(url, "right")).status).toBe(202);
  });
});

describe("after a refusal", () => {
  it("one more try is taken, not before 10 seconds have passed", async () => {
    const { entry, watched } = await refusedOnce();
    expect(watched.views.at(-1)).toMatchObject({ retryInMs: 10_000 });
    expect((await enter(entry.url, "right")).status).toBe(409);
    at.clock.advance(10_000);
    expect((await enter(entry.url, "right")).status).toBe(202);
    expect(await entry.result).toStrictEqual({ kind: "finished", value: "registered" });
  });

  it.each([
    ["none is taken", "10 seconds", 10_000, { phase: "ended", how: "finished", outcome: REFUSED }],
    ["one more is taken", "a little more", 10_001, { phase: "waiting", failure: REFUSED, retryInMs: 10_000 }],
  ])("%s where %s of the ten minutes are left", async (_what, _left, left, view) => {
    const slow = slowWork(REFUSED);
    const { url } = await at.open(slow);
    const watched = watchViews(url);
    await vi.waitFor(() => expect(watched.views.length).toBe(1));
    await enter(url, "wrong");
    await vi.waitFor(() => expect(slow.work()).toBeDefined());
    at.clock.advance(10 * MINUTE - left);
    slow.end();
    await vi.waitFor(() => expect(watched.views).toHaveLength(3));
    expect(watched.views.at(-1)).toMatchObject(view);
  });

  it("the second try ends with the ten minutes, where those end before two minutes have passed", async () => {
    const slow = slowWork(REFUSED);
    const { url, result } = await at.open(slow);
    const watched = watchViews(url);
    await vi.waitFor(() => expect(watched.views.length).toBe(1));
    await enter(url, "wrong");
    await vi.waitFor(() => expect(slow.work()).toBeDefined());
    at.clock.advance(9 * MINUTE);
    slow.end();
    await vi.waitFor(() =>
      expect(watched.views.at(-1)).toMatchObject({ phase: "waiting", failure: REFUSED }),
    );
    at.clock.advance(MINUTE);
    await watched.ended;
    expect(watched.views.at(-1)).toMatchObject({ phase: "ended", how: "expired" });
    expect(await result).toStrictEqual({ kind: "finished", value: "done" });
  });

  it("no second try is offered by a server that is ending", async () => {
    const slow = slowWork(REFUSED);
    const { url, result } = await at.open(slow);
    const watched = watchViews(url);
    await vi.waitFor(() => expect(watched.views.length).toBe(1));
    await enter(url, "wrong");
    await vi.waitFor(() => expect(slow.work()).toBeDefined());
    const closed = at.pages.close();
    expect(slow.work().signal.aborted).toBe(true);
    slow.end();
    expect(await result).toStrictEqual({ kind: "finished", value: "done" });
    await closed;
  });

  it("of both tries it is over", async () => {
    const { entry, watched } = await refusedOnce({
      submit: async () => ({ value: "failed", outcome: REFUSED }),
    });
    at.clock.advance(10_000);
    await enter(entry.url, "wrong again");
    await watched.ended;
    expect(watched.views.at(-1)).toStrictEqual({ phase: "ended", how: "finished", outcome: REFUSED });
    expect(await entry.result).toStrictEqual({ kind: "finished", value: "failed" });
  });

  it.each([
    ["the button", cancel],
    ["two minutes of silence", async () => at.clock.advance(2 * MINUTE)],
  ])("%s ends it with what the first try came to", async (_label, end) => {
    const { entry } = await refusedOnce();
    await end(entry.url);
    expect(await entry.result).toStrictEqual({ kind: "finished", value: "failed" });
  });

  it("closing the page ends it with what the first try came to", async () => {
    const { entry, watched } = await refusedOnce();
    const before = at.clock.pending;
    watched.close();
    await vi.waitFor(() => expect(at.clock.pending).toBe(before + 1));
    at.clock.advance(5_000);
    expect(await entry.result).toStrictEqual({ kind: "finished", value: "failed" });
  });

  it("an error is reported on the page in the words that were given for it, without the password", async () => {
    const entry = await at.open({
      submit: () => Promise.reject(new Error(`API said ${untrusted("wrong-canary")}`)),
    });
    const watched = watchViews(entry.url);
    await vi.waitFor(() => expect(watched.views.length).toBe(1));
    await enter(entry.url, "wrong-canary");
    await vi.waitFor(() =>
      expect(watched.views.at(-1)).toMatchObject({
        failure: { result: "error", details: [`Error: API said ${LEFT_OUT}`] },
      }),
    );
    expect(watched.raw()).not.toContain("wrong-canary");
    at.clock.advance(2 * MINUTE);
    expect(await entry.result).toMatchObject({
      kind: "failed",
      error: { message: expect.stringContaining("wrong-canary") },
    });
    expect(at.pages.stateOf(AGENT)).toMatchObject({
      how: "failed",
      details: [`Error: API said ${LEFT_OUT}`],
    });
  });

  it("what is reported on the way is shown without the password", async () => {
    const slow = slowWork();
    const { url } = await at.open(slow);
    const watched = watchViews(url);
    await enter(url, "right-canary");
    await vi.waitFor(() => expect(slow.work()).toBeDefined());
    slow.work().report(`the API says ${untrusted("right-canary")}`);
    slow.end();
    await watched.ended;
    expect(watched.views).toContainEqual({ phase: "working", state: `the API says ${LEFT_OUT}` });
    expect(watched.raw()).not.toContain("right-canary");
  });

  it("work that takes too long is aborted", async () => {
    const entry = await at.open({
      submit: (_password: unknown, { signal }: EntryWork) =>
        new Promise<never>((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason)),
        ),
    });
    await enter(entry.url, "right");
    at.clock.advance(2 * MINUTE);
    expect(await entry.result).toMatchObject({ kind: "failed", error: { name: "TimeoutError" } });
  });
});

/** Presses the page's own button. */
async function cancel(url: string, changed: Record<string, string> = {}): Promise<number> {
  const headers = { ...pageHeaders(url, await tokenOf(url)), ...changed };
  return (await ask(`${url}/cancel`, "POST", headers, "{}")).status;
}

describe("the offer of another try", () => {
  it.each(["registered", "stored"] as const)("ends when it is needless: %s", async (why) => {
    let settled: typeof why | undefined;
    const { watched } = await refusedOnce({ settledBy: async () => settled });
    at.clock.advance(10_000);
    await vi.waitFor(() => expect(at.clock.pending).toBeGreaterThan(1));
    expect(watched.views.at(-1)).toMatchObject({ phase: "waiting" });
    settled = why;
    at.clock.advance(10_000);
    await watched.ended;
    expect(watched.views.at(-1)).toMatchObject({ phase: "ended", how: why });
    expect(at.pages.stateOf(AGENT)).toMatchObject({ how: why, outcome: { result: "failed" } });
  });

  it("is none where no password helps, after an outcome or an error", async () => {
    const outcome = { ...REFUSED, passwordHelps: false as const };
    const entry = await at.open({ submit: async () => ({ value: "", outcome }) });
    const watched = watchViews(entry.url);
    await enter(entry.url, "wrong");
    await watched.ended;
    expect(watched.views.at(-1)).toMatchObject({ phase: "ended", how: "finished" });
    const other = await at.open({ submit: () => Promise.reject(new Error("vida")), mayRetry: () => false });
    await enter(other.url, "wrong");
    expect(await other.result).toMatchObject({ kind: "failed" });
  });
});

describe("an entry that waits for the first password", () => {
  it("ends when the agent has registered, where it had not before", async () => {
    const entry = await at.open({ endsWhenRegistered: true });
    at.pages.end?.(AGENT, "registered");
    expect(await entry.result).toEqual({ kind: "unanswered", why: "registered" });
  });

  it("stays where the agent was registered before, until another password is stored", async () => {
    const entry = await at.open();
    at.pages.end?.(AGENT, "registered");
    expect(at.pages.stateOf(AGENT)).toMatchObject({ phase: "waiting" });
    at.pages.end?.(AGENT, "stored");
    expect(await entry.result).toEqual({ kind: "unanswered", why: "stored" });
  });
});
