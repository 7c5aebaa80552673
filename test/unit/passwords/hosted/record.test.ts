import { describe, expect, it } from "vitest";
import {
  asOf,
  claimed,
  ended,
  isSettled,
  keptFor,
  type PageRecord,
  settled,
  settledBy,
  VALID_MS,
} from "../../../../src/passwords/hosted/record.js";
import type { EntryOutcome } from "../../../../src/passwords/page/types.js";
import { WORK_MS } from "../../../../src/passwords/page/work.js";
import { FACTS } from "../../../support/entry.js";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const NOW = 1_800_000_000_000;

const WAITING: PageRecord = {
  ...{ tenant: "acme", agentId: "a", facts: FACTS, words: [], job: {}, asker: {}, code: "code:x" },
  ...{ validUntil: NOW + 15 * MINUTE, tries: 0, phase: { is: "waiting" } },
};
const REFUSED: EntryOutcome = { result: "failed", details: ["The PBX refused it."] };
const REGISTERED: EntryOutcome = { result: "registered", details: ["Registered."] };
const BROKEN: EntryOutcome = { result: "error", details: ["No answer."] };

function working(record = WAITING, now = NOW): PageRecord {
  const taken = claimed(record, "claim", now);
  if (taken === undefined) throw new Error("not claimed");
  return taken;
}

describe("time", () => {
  it("is a quarter of an hour for a page, and half a minute longer than the work may take for its replica", () => {
    expect(VALID_MS).toBe(15 * MINUTE);
    expect(working().phase).toMatchObject({ until: NOW + WORK_MS + 30 * SECOND });
  });

  it("ends a page that nobody used, after its quarter of an hour", () => {
    expect(asOf(WAITING, NOW + 15 * MINUTE - 1)).toBe(WAITING);
    expect(asOf(WAITING, NOW + 15 * MINUTE).phase).toEqual({
      is: "ended",
      how: "expired",
      at: WAITING.validUntil,
    });
  });

  it("ends work whose replica has gone, with what is known", () => {
    const record = working();
    const until = record.phase.is === "working" ? record.phase.until : 0;
    expect(asOf(record, until - 1)).toBe(record);
    const { phase } = asOf(record, until);
    expect(phase).toMatchObject({ is: "ended", how: "failed", at: until, outcome: { result: "error" } });
    expect(JSON.stringify(phase)).toMatch(/The password may be stored, or not/);
  });

  it("ends work no earlier, when the page's own time is over meanwhile", () => {
    const record = working(WAITING, WAITING.validUntil - 1);
    expect(asOf(record, WAITING.validUntil + SECOND)).toBe(record);
  });

  it("changes nothing that has ended", () => {
    const over = ended(WAITING, "cancelled", NOW);
    expect(asOf(over, NOW + 60 * MINUTE)).toBe(over);
  });
});

describe("a password", () => {
  it("is taken by one replica at a time, and counted", () => {
    const record = working();
    expect(record).toMatchObject({ tries: 1, phase: { is: "working", claim: "claim" } });
    expect(claimed(record, "other", NOW)).toBeUndefined();
    expect(claimed(ended(WAITING, "cancelled", NOW), "other", NOW)).toBeUndefined();
  });

  it("that was refused may be followed by one more, ten seconds later and within two minutes", () => {
    const again = settled(working(), REFUSED, NOW);
    expect(again).toMatchObject({
      validUntil: NOW + 2 * MINUTE,
      phase: { is: "waiting", failure: REFUSED, retryAt: NOW + 10 * SECOND },
    });
    expect(claimed(again, "claim", NOW + 10 * SECOND - 1)).toBeUndefined();
    const second = working(again, NOW + 10 * SECOND);
    expect(second.tries).toBe(2);
    expect(settled(second, REFUSED, NOW + 20 * SECOND).phase).toEqual({
      ...{ is: "ended", how: "finished", at: NOW + 20 * SECOND, outcome: REFUSED },
    });
  });

  it("that could not be tried may be followed by one more", () => {
    expect(settled(working(), BROKEN, NOW).phase).toMatchObject({ is: "waiting", failure: BROKEN });
  });

  it.each<[string, EntryOutcome, string]>([
    ["registered", REGISTERED, "finished"],
    ["failed for something that no password helps", { ...REFUSED, passwordHelps: false }, "finished"],
    ["could not be tried for what no password helps", { ...BROKEN, passwordHelps: false }, "failed"],
  ])("that %s is followed by none", (_what, outcome, how) => {
    expect(settled(working(), outcome, NOW).phase).toEqual({ is: "ended", how, at: NOW, outcome });
  });

  it("is followed by none where no time is left for it", () => {
    const { validUntil } = WAITING;
    expect(settled(working(), REFUSED, validUntil - 10 * SECOND).phase.is).toBe("ended");
    const left = settled(working(), REFUSED, validUntil - 10 * SECOND - 1);
    expect(left.phase.is).toBe("waiting");
    expect(left.validUntil).toBe(validUntil);
  });

  it("leaves the mark of the settings that it has stored", () => {
    expect(settled(working(), REFUSED, NOW, "m1").mark).toBe("m1");
    const second = settled(working(), REFUSED, NOW, "m1");
    expect(settled(working(second, NOW + 10 * SECOND), REFUSED, NOW + 20 * SECOND).mark).toBe("m1");
    expect(settled(working(), REGISTERED, NOW, "m2")).toMatchObject({ mark: "m2", phase: { is: "ended" } });
    expect(settled(working(), REFUSED, NOW)).not.toHaveProperty("mark");
  });
});

describe("the end of a page", () => {
  const failed = settled(working(), REFUSED, NOW);
  const broken = settled(working(), BROKEN, NOW);

  it("is what ended it, where no password was tried", () => {
    for (const how of ["cancelled", "replaced", "expired"] as const) {
      expect(ended(WAITING, how, NOW).phase).toEqual({ is: "ended", how, at: NOW });
    }
  });

  it("is that of the try, where one failed", () => {
    expect(ended(failed, "cancelled", NOW).phase).toEqual({
      ...{ is: "ended", how: "finished", at: NOW, outcome: REFUSED },
    });
    expect(ended(broken, "cancelled", NOW).phase).toMatchObject({ how: "failed", outcome: BROKEN });
    expect(asOf(failed, failed.validUntil).phase).toMatchObject({ how: "finished", outcome: REFUSED });
  });

  it("is its own, where no password is needed any more", () => {
    expect(ended(failed, "registered", NOW).phase).toMatchObject({ how: "registered", outcome: REFUSED });
    expect(ended(failed, "stored", NOW).phase).toMatchObject({ how: "stored" });
    expect((["registered", "stored", "cancelled", "finished", "expired"] as const).map(isSettled)).toEqual([
      ...[true, true, false, false, false],
    ]);
  });
});

describe("what makes a password needless", () => {
  const failed = settled(working(), REFUSED, NOW);

  it("ends a page that waits for it", () => {
    expect(settledBy(WAITING, "stored", NOW)?.phase).toEqual({ is: "ended", how: "stored", at: NOW });
    const awaited = { ...WAITING, endsWhenRegistered: true };
    expect(settledBy(awaited, "registered", NOW)?.phase).toMatchObject({ how: "registered" });
    expect(settledBy(failed, "registered", NOW)?.phase).toMatchObject({ how: "registered" });
  });

  it("is no news where it was so when the page was opened", () => {
    expect(settledBy(WAITING, "registered", NOW)).toBeUndefined();
    expect(settledBy({ ...WAITING, endsWhenRegistered: false }, "registered", NOW)).toBeUndefined();
  });

  it("ends no work, and nothing twice", () => {
    expect(settledBy(working(), "stored", NOW)).toBeUndefined();
    expect(settledBy(ended(failed, "cancelled", NOW), "stored", NOW)).toBeUndefined();
  });
});

describe("how long it is kept", () => {
  it("is a quarter of an hour after its end, so that the call can still be told", () => {
    const record = working();
    const until = record.phase.is === "working" ? record.phase.until : 0;
    expect(keptFor(WAITING, NOW)).toBe(30 * MINUTE);
    expect(keptFor(record, NOW)).toBe(until - NOW + 15 * MINUTE);
    expect(keptFor(ended(WAITING, "cancelled", NOW), NOW + MINUTE)).toBe(14 * MINUTE);
  });

  it("is a second at least", () => {
    expect(keptFor(ended(WAITING, "cancelled", NOW), NOW + 60 * MINUTE)).toBe(SECOND);
  });
});
