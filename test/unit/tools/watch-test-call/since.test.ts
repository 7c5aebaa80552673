import { describe, expect, it } from "vitest";
import type { LoggedCall } from "../../../../src/tools/core/logged-calls.js";
import { isSince, readSince, sinceNow, writeSince } from "../../../../src/tools/watch-test-call/since.js";

const NOW = new Date("2026-01-01T12:00:00Z");
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);
const call = (id: string, startedAt?: Date, endedAt?: Date): LoggedCall => ({
  ids: [id],
  ...(startedAt ? { startedAt } : {}),
  ...(endedAt ? { endedAt } : {}),
});
const LINE = { sipDomain: "pbx.example.com", username: "1001" };
const from = (calls: LoggedCall[], more: Partial<Parameters<typeof sinceNow>[1]> = {}) =>
  sinceNow(calls, { clock: NOW, back: 0, stored: LINE, ...more });

/** As it comes back from the caller. */
function again(since: ReturnType<typeof sinceNow>) {
  const read = readSince(writeSince(since));
  if (read === undefined) throw new Error(writeSince(since));
  return read;
}

describe("a call since the watch began", () => {
  const there = [call("a", ago(60), ago(50)), call("b", ago(86_400), ago(86_300)), call("c")];

  it.each<[string, LoggedCall, boolean]>([
    ["came later", call("n", ago(-5)), true],
    ["began a minute before and was not there", call("n", ago(60)), true],
    ["was there", call("a", ago(60), ago(50)), false],
    ["was there, without a time", call("c"), false],
    ["has no time and was not there", call("n"), true],
    ["is old, and was not looked at before", call("n", ago(4_000)), false],
    ["was there under another id as well", { ...call("n", ago(60)), ids: ["n", "a"] }, false],
  ])("%s: %s", (_how, each, isNew) => {
    const since = from(there);
    expect(isSince(since, each)).toBe(isNew);
    expect(isSince(again(since), each)).toBe(isNew);
  });

  it("may be under way when the watch begins: whoever was asked to ring was quick", () => {
    expect(isSince(from([call("a", ago(10))]), call("a", ago(10)))).toBe(true);
    expect(isSince(from([call("a", ago(600))]), call("a", ago(600)))).toBe(false);
  });

  it("is told without the API's clock by what was there before", () => {
    // This machine's clock says 2026 or later; the API's stands still.
    const slow = (seconds: number) => new Date(Date.UTC(2020, 0, 1) + seconds * 1_000);
    const since = again(from([call("a", slow(0), slow(1))], { clock: undefined }));
    expect(isSince(since, call("a", slow(0)))).toBe(false);
    expect(isSince(since, call("n", slow(30)))).toBe(true);
    expect(isSince(since, call("o", slow(-30)))).toBe(false);
    expect(isSince(again(from([], { clock: undefined })), call("n", slow(30)))).toBe(true);
  });

  it("is also one of the last ten minutes where the person has called already", () => {
    const since = again(from(there, { back: 600_000 }));
    expect(since.looksBack).toBe(true);
    expect(isSince(since, call("a", ago(60)))).toBe(true);
    expect(isSince(since, call("c"))).toBe(false);
    expect(isSince(since, call("n", ago(1_000)))).toBe(false);
  });
});

describe("what a watch gives back", () => {
  it("is short, tells settings apart and nothing of a password", () => {
    const since = from([call("a", ago(60), ago(50))]);
    expect(writeSince(since)).toMatch(/^w1\.[0-9a-z]{6}\.-\.[0-9a-f]{8}\.[0-9a-f]{8}$/);
    expect(again(since).settings).not.toBe(from([], { stored: { ...LINE, username: "1002" } }).settings);
    expect(from([], { stored: null }).settings).toBe("none");
  });

  it.each([
    "",
    "w1",
    "w2.tik0z0.-.none",
    "w1.tik0z0.-.x",
    "w1.tik0z0..none",
    "w1.tik0z0.-.none.zz",
    "w1.zzzzzzzzzzzz.-.none",
  ])("is not %j", (text) => {
    expect(readSince(text)).toBeUndefined();
  });

  it("is bounded however many calls there are", () => {
    const many = Array.from({ length: 300 }, (_, index) => call(`c${index}`));
    expect(writeSince(from(many)).length).toBeLessThan(500);
    expect(readSince(writeSince(from(many)))).toBeDefined();
  });
});
