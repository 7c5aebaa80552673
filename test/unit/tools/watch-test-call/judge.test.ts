import { describe, expect, it } from "vitest";
import type { LoggedCall } from "../../../../src/tools/core/logged-calls.js";
import { WORDS } from "../../../../src/tools/watch-test-call/findings.js";
import { type CallEvidence, HEARD, judgeCall } from "../../../../src/tools/watch-test-call/judge.js";

const CALL: LoggedCall = {
  ids: ["c1"],
  overSip: true,
  startedAt: new Date("2026-01-01T12:00:00Z"),
  endedAt: new Date("2026-01-01T12:00:20Z"),
  seconds: 20,
  maskedCaller: "**01",
  entries: { agent: 3, caller: 2, unknown: 0 },
};
const EVIDENCE: CallEvidence = {
  heard: "both",
  call: CALL,
  ended: true,
  ambiguous: false,
  logIsSure: true,
  watchedSeconds: 90,
  changed: false,
  notRegistered: false,
};

/** `entries`: of agent and caller; `null`: not told. */
function judged(
  more: Partial<CallEvidence>,
  of: { entries?: readonly [number, number] | null; seconds?: number | undefined; overSip?: undefined } = {},
) {
  const { entries = [3, 2], ...rest } = of;
  const call = { ...CALL, ...rest } as LoggedCall;
  if (entries === null) delete (call as { entries?: unknown }).entries;
  else Object.assign(call, { entries: { agent: entries[0], caller: entries[1], unknown: 0 } });
  return judgeCall({ ...EVIDENCE, call, ...more });
}

function comesTo({ verdict, findings }: ReturnType<typeof judgeCall>): string {
  return [verdict.outcome, ...findings.map(({ id, severity }) => `${id}:${severity}`)].join(" ");
}

describe("a call that the user heard both ways", () => {
  it("is proven where both sides have entries", () => {
    const { verdict, findings } = judged({});
    expect(verdict).toMatchObject({ outcome: "proven", missing: [] });
    expect(verdict.text).toContain("3 entries of the agent and 2 of the caller");
    expect(findings).toEqual([]);
  });

  it.each<[string, ReturnType<typeof judged>]>([
    ["the caller has no entry", judged({}, { entries: [3, 0] })],
    ["the agent has no entry", judged({}, { entries: [0, 2] })],
    ["the log does not say who spoke", judged({}, { entries: null })],
    ["the log does not tell whether it came over SIP", judged({}, { overSip: undefined })],
    ["the settings were changed meanwhile", judged({ changed: true })],
    ["another new call may be theirs", judged({ ambiguous: true })],
    ["the log has no call", judged({ call: undefined })],
    ["the log has no call yet", judged({ call: undefined, watchedSeconds: 5 })],
    ["the log is not sure", judged({ call: undefined, logIsSure: false })],
  ])("is not proven where %s", (_why, { verdict }) => {
    expect(verdict.outcome).toBe("not_proven");
    expect(verdict.missing).toHaveLength(1);
    expect(verdict.text).toContain(verdict.missing[0]);
  });
});

it("nothing is proven as long as no one says what was heard", () => {
  for (const entries of [[3, 2], [0, 0], null] as const) {
    for (const ended of [true, false]) {
      expect(judged({ heard: undefined, ended }, { entries }).verdict.outcome).toBe("not_proven");
    }
  }
});

describe("the direction that is dead", () => {
  it.each<[string, Partial<CallEvidence>, Parameters<typeof judged>[1], string]>([
    [
      "to the platform",
      { heard: "only_agent" },
      { entries: [3, 0] },
      "problem platform-hears-nothing:critical",
    ],
    [
      "perhaps to the platform",
      { heard: "only_agent" },
      { entries: null },
      "problem platform-hears-nothing:warning",
    ],
    ["none: the agent does not react", { heard: "only_agent" }, {}, "problem agent-does-not-react:warning"],
    ["back", { heard: "nothing" }, {}, "problem agent-not-heard:critical"],
    [
      "both, or the user was silent",
      { heard: "nothing" },
      { entries: [3, 0] },
      "problem agent-not-heard:critical platform-hears-nothing:warning",
    ],
    ["none: the agent is silent", { heard: "nothing" }, { entries: [0, 2] }, "problem agent-silent:warning"],
    ["not told", { heard: "nothing" }, { entries: [0, 0] }, "problem no-voice:critical"],
    ["not told either", { heard: "nothing" }, { entries: null }, "problem no-voice:critical"],
    [
      "to the platform, by the log alone",
      { heard: undefined },
      { entries: [3, 0] },
      "problem platform-hears-nothing:warning",
    ],
    ["none, by the log alone", { heard: undefined }, { entries: [0, 2] }, "problem agent-silent:warning"],
    ["not told by a short call", { heard: undefined }, { entries: [1, 0], seconds: 3 }, "not_proven"],
    ["not told before the end", { heard: undefined, ended: false }, { entries: [1, 0] }, "not_proven"],
    ["the signalling's", { heard: "not_answered" }, {}, "problem answer-not-seen:critical"],
  ])("is %s", (_which, more, of, comes) => {
    expect(comesTo(judged(more, of))).toBe(comes);
  });
});

describe("the end of a call", () => {
  it.each<[number | undefined, Partial<CallEvidence>, readonly [number, number], string]>([
    [32, { heard: "dropped" }, [3, 2], "problem ack-lost:critical"],
    [30, { heard: "dropped" }, [3, 2], "problem ack-lost:critical"],
    [32, { heard: "both" }, [3, 2], "proven ack-lost:info"],
    [32, { heard: "both" }, [3, 0], "not_proven ack-lost:warning"],
    [30, { heard: "both" }, [3, 2], "proven"],
    [45, { heard: "dropped" }, [3, 2], "problem call-dropped:critical"],
    [undefined, { heard: "dropped" }, [3, 2], "problem call-dropped:critical"],
    [30, { heard: "only_agent" }, [3, 0], "problem platform-hears-nothing:critical media-timeout:warning"],
    [15, { heard: "only_agent" }, [3, 0], "problem platform-hears-nothing:critical media-timeout:warning"],
    [20, { heard: "only_agent" }, [3, 0], "problem platform-hears-nothing:critical"],
    [15, { heard: "both" }, [3, 2], "proven"],
    [32, { heard: "not_answered" }, [3, 0], "problem answer-not-seen:critical ack-lost:warning"],
    [30, { heard: undefined }, [3, 0], "problem platform-hears-nothing:warning media-timeout:warning"],
    [30, { heard: "only_agent", ended: false }, [3, 0], "problem platform-hears-nothing:critical"],
  ])("after %s s with %j and entries %j comes to %s", (seconds, more, entries, comes) => {
    expect(comesTo(judged(more, { seconds, entries }))).toBe(comes);
  });
});

describe("a log without a new call", () => {
  const none = { call: undefined, ended: false };

  it("says that the call did not arrive where the user was not answered", () => {
    expect(comesTo(judged({ ...none, heard: "not_answered", watchedSeconds: 5 }))).toBe(
      "problem call-not-arrived:critical",
    );
    expect(comesTo(judged({ ...none, heard: "nothing" }))).toBe(
      "problem call-not-arrived:critical answered-elsewhere:warning",
    );
  });

  it("says that it is not yet there, for a minute", () => {
    for (const heard of ["both", "only_agent", "nothing", "dropped"] as const) {
      const { verdict, findings } = judged({ ...none, heard, watchedSeconds: 59 });
      expect(verdict.text).toMatch(/^Not yet in the log/);
      expect(findings).toEqual([]);
    }
  });

  it("then says that something else answered", () => {
    for (const heard of ["both", "only_agent", "dropped"] as const) {
      expect(comesTo(judged({ ...none, heard }))).toBe("not_proven answered-elsewhere:warning");
    }
  });

  it("does not say whether the user has called", () => {
    expect(judged({ ...none, heard: undefined }).verdict.text).toContain("Whether the user has rung");
  });

  it("is no wonder where the agent is not registered", () => {
    expect(comesTo(judged({ ...none, heard: undefined, notRegistered: true }))).toBe(
      "problem line-not-registered:critical",
    );
  });
});

it("has one finding for each of its words", () => {
  const seen = new Set<string>();
  for (const heard of [undefined, ...HEARD]) {
    for (const entries of [[3, 2], [3, 0], [0, 2], [0, 0], null] as const) {
      for (const seconds of [3, 15, 20, 30, 32]) {
        for (const more of [{}, { call: undefined }, { call: undefined, notRegistered: true }]) {
          for (const { id } of judged({ heard, ...more }, { entries, seconds }).findings) seen.add(id);
        }
      }
    }
  }
  expect([...seen].sort()).toEqual(Object.keys(WORDS).sort());
});
