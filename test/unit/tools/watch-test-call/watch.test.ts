import { describe, expect, it } from "vitest";
import { TelzinoError } from "../../../../src/telzino/errors.js";
import type { CallLog } from "../../../../src/telzino/types.js";
import type { LogView } from "../../../../src/tools/core/newest-calls.js";
import { type Since, sinceNow } from "../../../../src/tools/watch-test-call/since.js";
import { type WatchOptions, watchLog } from "../../../../src/tools/watch-test-call/watch.js";

const NOW = new Date("2026-01-01T12:00:00Z");
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const call = (id: string, more: Partial<CallLog> = {}): CallLog => ({
  ...{ id, overSip: true, startedAt: after(3), maskedCaller: "**01" },
  ...more,
});
const spoke = (agent: number, caller: number) => ({ entries: { agent, caller, unknown: 0 } });
const OVER = { endedAt: after(15), durationSeconds: 12 };

type Look = readonly CallLog[] | TelzinoError | Error;

/** Looks at a log that says one thing after the other, the last one on and on, as fast as it can. */
async function watch(
  looks: readonly [Look, ...Look[]],
  more: Partial<WatchOptions> = {},
  empty: Since = start(),
) {
  let next = 0;
  const progress: string[] = [];
  const view = (look: Look): LogView => {
    if (look instanceof Error) throw look;
    return { calls: look, complete: true, answeredAt: NOW };
  };
  const watched = await watchLog({
    log: {
      read: async () => view(looks[Math.min(next++, looks.length - 1)] ?? []),
    },
    ...{ since: empty, from: undefined, seen: undefined, budgetMs: 60_000, isOver: false, pauseMs: 0 },
    signal: new AbortController().signal,
    mayPause: undefined,
    onLook: ({ call: seen }) => progress.push(seen === undefined ? "none" : `${seen.entries?.caller ?? "?"}`),
    ...more,
  });
  return { watched, looks: next, progress };
}

function start(): Since {
  return sinceNow([], { clock: NOW, back: 0, stored: null });
}

describe("watching a call log", () => {
  it("takes no call of the future for the one that was made", async () => {
    const ahead = call("z", { startedAt: new Date(NOW.getTime() + 86_400_000), ...spoke(9, 9) });
    const made = call("a", { ...spoke(2, 1), ...OVER });
    const { watched } = await watch([[ahead], [ahead, made]]);
    expect(watched.choice).toMatchObject({ call: { ids: ["a"] }, others: [], ambiguous: false });
    const { watched: none } = await watch([[ahead]], { budgetMs: 0, isOver: true });
    expect(none.choice.call).toBeUndefined();
  });

  it("ends as soon as a call is over and both sides have entries", async () => {
    const { watched, looks, progress } = await watch([
      [],
      [call("a", spoke(1, 0))],
      [call("a", { ...spoke(2, 1), ...OVER })],
    ]);
    expect(watched).toMatchObject({
      ended: true,
      choice: { call: { ids: ["a"], seconds: 12, ...spoke(2, 1) } },
    });
    expect(looks).toBe(3);
    expect(progress).toEqual(["none", "0", "1"]);
  });

  it("gives entries the time to come after the end", async () => {
    const { watched, looks } = await watch([
      [call("a", { ...OVER })],
      [call("a", { ...OVER, ...spoke(1, 0) })],
      [call("a", { ...OVER, ...spoke(1, 1) })],
    ]);
    expect(watched.choice.call?.entries).toEqual({ agent: 1, caller: 1, unknown: 0 });
    expect(looks).toBe(3);
  });

  it("ends when a call that is over is the same at several looks", async () => {
    const { watched, looks } = await watch([[call("a", { ...OVER, ...spoke(1, 0) })]]);
    expect(watched).toMatchObject({ ended: true, choice: { call: spoke(1, 0) } });
    expect(looks).toBe(5);
  });

  it("takes a call whose end is not reported for over where it has a length and rests, or the person says so", async () => {
    expect((await watch([[call("a", { durationSeconds: 9, ...spoke(1, 0) })]])).watched.ended).toBe(true);
    const under = await watch([[call("a", spoke(1, 1))]], { budgetMs: 30 });
    expect(under.watched).toMatchObject({ ended: false, choice: { call: spoke(1, 1) } });
    const over = await watch([[call("a", spoke(1, 1))]], { isOver: true });
    expect(over.looks).toBe(5);
  });

  it("takes an entry that comes twice for one call, and leaves out what was there before", async () => {
    const old = call("old", { startedAt: after(-30), ...OVER, ...spoke(5, 5) });
    const since = sinceNow([{ ...old, ids: ["old"] }], { clock: NOW, back: 0, stored: null });
    const twice = [call("b", { ...OVER, ...spoke(1, 0) }), old, call("a", { ...OVER, ...spoke(1, 1) })];
    const { watched } = await watch([[old], twice], {}, since);
    expect(watched.choice).toMatchObject({
      call: { ids: ["b", "a"], ...spoke(1, 1) },
      others: [],
      ambiguous: false,
    });
  });

  it("reads on after a look that failed, and waits as long as the API asks", async () => {
    const limited = new TelzinoError("rate_limited", "The API answered 429");
    const done = [call("a", { ...OVER, ...spoke(1, 1) })];
    const { watched, looks } = await watch([[], limited, done]);
    expect(watched.error).toBeUndefined();
    expect(looks).toBe(3);
    const long = new TelzinoError("rate_limited", "The API answered 429", { retryAfterSeconds: 3_600 });
    expect((await watch([[], long, done])).watched).toMatchObject({
      error: { code: "rate_limited" },
      choice: { others: [] },
    });
  });

  it("does not count a look that failed as one at which a call was the same", async () => {
    const failing = new TelzinoError("server_error", "The API answered 500");
    const half = [call("a", { ...OVER, ...spoke(1, 0) })];
    const { watched, looks } = await watch([
      half,
      failing,
      failing,
      failing,
      failing,
      [call("a", { ...OVER, ...spoke(1, 1) })],
    ]);
    expect(watched.choice.call).toMatchObject(spoke(1, 1));
    expect(looks).toBe(6);
  });

  it("fails where the log cannot be read at first, or may not be read any more", async () => {
    const gone = new TelzinoError("agent_not_found", "The API answered 404");
    await expect(watch([new TelzinoError("rate_limited", "The API answered 429")])).rejects.toThrow("429");
    await expect(watch([[], gone])).rejects.toThrow("404");
    await expect(watch([[], new RangeError("a defect")])).rejects.toThrow("a defect");
  });

  it("looks once where it may not wait, or is not to", async () => {
    expect(await watch([[]], { mayPause: () => false })).toMatchObject({
      looks: 1,
      watched: { notWaited: true },
    });
    const none = await watch([[]], { budgetMs: 0, pauseMs: 1 });
    expect(none.looks).toBe(1);
    expect(none.watched.notWaited).toBeUndefined();
  });

  it("ends with its signal", async () => {
    const stop = new AbortController();
    const watching = watch([[]], { signal: stop.signal, pauseMs: 30_000 });
    stop.abort(new Error("cancelled"));
    await expect(watching).rejects.toThrow("cancelled");
  });

  it("ends with its time where a look does not come back", async () => {
    const stop = new AbortController();
    let looks = 0;
    const read = (signal: AbortSignal) => {
      looks += 1;
      if (looks === 1) return Promise.resolve({ calls: [], complete: true });
      return new Promise<LogView>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        // Nothing else would end it.
        expect(signal).not.toBe(stop.signal);
      });
    };
    const { watched } = await watch([[]], { log: { read }, signal: stop.signal, budgetMs: 10 });
    expect(watched.error).toMatchObject({ code: "timeout" });
  });
});
