import { describe, expect, it } from "vitest";
import { untrustedToken } from "../../../../src/redaction/untrusted.js";
import { TelzinoError } from "../../../../src/telzino/errors.js";
import type { CallLog } from "../../../../src/telzino/types.js";
import type { LoggedCall } from "../../../../src/tools/core/logged-calls.js";
import type { LogView } from "../../../../src/tools/core/newest-calls.js";
import { findOurs, lookAtLog } from "../../../../src/tools/test-call/log.js";

const ANSWERED = new Date("2026-05-01T12:00:00Z");
const OURS = { caller: "1002", answeredAt: ANSWERED };

function logged(more: Partial<LoggedCall> & { after?: number } = {}): LoggedCall {
  const { after = 0, ...given } = more;
  return {
    ids: ["1"],
    overSip: true,
    startedAt: new Date(ANSWERED.getTime() + after * 1_000),
    maskedCaller: "**02",
    ...given,
  };
}

describe("our call in a log", () => {
  it("is the one from our extension that began when it was answered", () => {
    const ours = logged({ after: 4 });
    const calls = [ours, logged({ after: -60 }), logged({ after: 2, maskedCaller: "*********43" })];
    expect(findOurs(calls, OURS, 0)).toBe(ours);
  });

  it("cannot be told where two could be it", () => {
    expect(findOurs([logged(), logged({ ids: ["2"], after: -8 })], OURS, 0)).toBe("several");
    const others = [logged({ maskedCaller: "***" }), logged({ ids: ["2"], maskedCaller: "*43" })];
    expect(findOurs(others, OURS, 0)).toBe("several");
  });

  it("is not one of another time, of another way, or of no known time", () => {
    for (const other of [logged({ after: 11 }), logged({ overSip: false })]) {
      expect(findOurs([other], OURS, 0)).toBe("none");
    }
    const { startedAt: _, ...timeless } = logged();
    expect(findOurs([timeless], OURS, 0)).toBe("none");
  });

  it("may show another number where its start fits to the second", () => {
    const other = logged({ after: 2, maskedCaller: "*********43" });
    expect(findOurs([other], OURS, 0)).toBe(other);
    expect(findOurs([logged({ after: 5, maskedCaller: "*********43" })], OURS, 0)).toBe("none");
  });

  it("is looked for by the clock of whoever keeps the log", () => {
    const late = logged({ after: 120 });
    expect(findOurs([late], OURS, 0)).toBe("none");
    expect(findOurs([late], OURS, 118_000)).toBe(late);
  });

  it("is of a short extension where the log masks all of it", () => {
    const short = logged({ maskedCaller: "**" });
    expect(
      findOurs([short, logged({ ids: ["2"], maskedCaller: "**12" })], { ...OURS, caller: "12" }, 0),
    ).toBe(short);
  });
});

function entry(more: Partial<CallLog> = {}): CallLog {
  return {
    id: "1",
    roomName: untrustedToken("sipRoom-x"),
    overSip: true,
    startedAt: new Date(),
    maskedCaller: "**02",
    ...more,
  };
}

const WHOLE = entry({
  endedAt: new Date(),
  durationSeconds: 15,
  entries: { agent: 2, caller: 1, unknown: 0 },
});

/** A log that shows one view after the other, the last one again and again. */
function looks(views: readonly (readonly CallLog[] | "error")[], budgetMs = 10_000) {
  let read = 0;
  const log = {
    read: async (): Promise<LogView> => {
      const view = views[Math.min(read, views.length - 1)] ?? [];
      read += 1;
      if (view === "error") throw new TelzinoError("server_error", "no");
      return { calls: view, complete: true };
    },
  };
  const signal = new AbortController().signal;
  const ours = { caller: "1002", answeredAt: new Date() };
  const options = { log, ours, budgetMs, signal, mayPause: undefined, pauseMs: 1 };
  return { seen: lookAtLog(options), reads: () => read };
}

describe("a look at the log", () => {
  it("continues until both sides are in a call that is over", async () => {
    const growing = looks([
      [],
      "error",
      [entry()],
      [entry({ entries: { agent: 1, caller: 0, unknown: 0 } })],
      [WHOLE],
    ]);
    expect(await growing.seen).toMatchObject({
      kind: "found",
      agentEntries: 2,
      callerEntries: 1,
      ended: true,
    });
    expect(growing.reads()).toBe(5);
  });

  it("ends where a call that is over stays as it is", async () => {
    const still = looks([[entry({ endedAt: new Date(), entries: { agent: 2, caller: 0, unknown: 0 } })]]);
    expect(await still.seen).toMatchObject({ kind: "found", agentEntries: 2, callerEntries: 0 });
    expect(still.reads()).toBe(4);
  });

  it("ends with its time, and says whether the log could be read", async () => {
    expect(await looks([[]], 20).seen).toEqual({ kind: "none" });
    expect(await looks(["error"], 20).seen).toEqual({ kind: "unreadable" });
    expect(
      await looks([[WHOLE, { ...WHOLE, id: "2", startedAt: new Date(Date.now() - 4_000) }]], 20).seen,
    ).toEqual({
      kind: "several",
    });
  });

  it("does not wait where too many wait already", async () => {
    const signal = new AbortController().signal;
    const ours = { caller: "1002", answeredAt: new Date() };
    const log = { read: async (): Promise<LogView> => ({ calls: [], complete: true }) };
    const once = await lookAtLog({ log, ours, signal, budgetMs: 60_000, mayPause: () => false });
    expect(once).toEqual({ kind: "none" });
  });
});
