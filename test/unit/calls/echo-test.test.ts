import { describe, expect, it } from "vitest";
import {
  ANNOUNCED_CODES,
  ECHO_CODE_RULE,
  ECHO_CODES,
  ECHO_SCRIPT,
  echoCodeRefusal,
  goesBothWays,
  isSomeonesPhone,
  LONGEST_ECHO_MS,
} from "../../../src/calls/echo-test.js";
import type { Heard } from "../../../src/calls/rtp-endpoint.js";
import type { ScriptStep } from "../../../src/calls/script.js";

const SILENCE: Heard = { toneMs: 0, voiceMs: 0, reports: 0 };
const heard = (what: Partial<Heard>): Heard => ({ ...SILENCE, ...what });

describe("voice both ways", () => {
  it("is heard when enough of the tone comes back, or when voice comes and ours is reported", () => {
    for (const both of [heard({ toneMs: 600 }), heard({ voiceMs: 500, reports: 1 })]) {
      expect(goesBothWays(both)).toBe(true);
    }
  });

  it("is not heard in part of either", () => {
    for (const less of [
      SILENCE,
      heard({ toneMs: 599, reports: 5 }),
      heard({ voiceMs: 60_000 }),
      heard({ voiceMs: 499, reports: 1 }),
      heard({ reports: 1 }),
    ]) {
      expect(goesBothWays(less)).toBe(false);
    }
  });
});

describe("the call to an echo test", () => {
  /** What is done in a call in which that is heard from the beginning. */
  const done = (of: Heard) => ECHO_SCRIPT.filter(({ unless }) => unless?.(of) !== true);
  const doneIn = (of: Heard) => done(of).map((step) => step.do);
  const mostOf = (script: readonly ScriptStep[]) =>
    script.reduce((sum, step) => {
      if (step.do === "listen") return sum + step.mostMs;
      return step.do === "play" ? sum : sum + step.ms;
    }, 0);

  it("is over after the first tone where that comes back", () => {
    expect(doneIn(heard({ toneMs: 600 }))).toEqual(["wait", "tone", "wait"]);
  });

  it("listens where too little of the tone comes back, and sends no second one to silence", () => {
    expect(doneIn(heard({ toneMs: 599 }))).toEqual(["wait", "tone", "wait", "listen"]);
    expect(doneIn(heard({ voiceMs: 499 }))).toEqual(["wait", "tone", "wait", "listen"]);
  });

  it("sends the tone once more after an announcement, unless the PBX reports that it gets ours", () => {
    const all = ["wait", "tone", "wait", "listen", "tone", "wait"];
    expect(doneIn(heard({ voiceMs: 500 }))).toEqual(all);
    expect(doneIn(heard({ voiceMs: 500, reports: 1 }))).toEqual(all.slice(0, 4));
  });

  it("stops listening as soon as voice is known to go both ways", () => {
    const enough = ECHO_SCRIPT.flatMap((step) => (step.do === "listen" ? [step.enough] : []));
    expect(enough).toEqual([goesBothWays]);
  });

  it("takes 2.5 s where an echo is all that there is, and never as long as its limit", () => {
    expect(mostOf(done(heard({ toneMs: 600 })))).toBe(2_500);
    expect(mostOf(ECHO_SCRIPT)).toBeLessThan(LONGEST_ECHO_MS);
  });
});

describe("a code that is called as an echo test", () => {
  it.each([...ECHO_CODES, "1", "600", "123456"])("may be %s", (code) => {
    expect(echoCodeRefusal(code, [])).toBeUndefined();
  });

  it.each(["*43", "600"])("is not %s where that is an extension of the test", (code) => {
    expect(echoCodeRefusal(code, ["1001", code])).toBe(
      "it is an extension of this test, and so no echo test",
    );
  });

  it.each(["", "*72", "*431", "43*", "#31#", "1234567", "a1", "1a", " 1"])("is not %j", (code) => {
    expect(echoCodeRefusal(code, [])).toBe(
      "it is neither one to six digits nor a documented code of an echo test",
    );
  });

  it.each(["112", "911", "9112"])("is not %s", (code) => {
    expect(echoCodeRefusal(code, [])).toBe("it may reach an emergency service");
  });

  it.each(["0", "0112", "012345", "80", "9"])(
    "is not %s, and names the digit that it begins with",
    (code) => {
      expect(echoCodeRefusal(code, [])).toBe(
        `it begins with ${code[0]}, which gets an outside line on many PBXs`,
      );
    },
  );

  it("is described by a rule that names the documented codes with * only", () => {
    expect(ECHO_CODE_RULE).toBe(
      "must be one to six digits that reach no emergency service and no outside line, or one of *43, *9196",
    );
    expect([...ANNOUNCED_CODES].filter((code) => !ECHO_CODES.has(code))).toEqual([]);
    expect(ANNOUNCED_CODES.size).toBe(1);
  });

  it("reaches someone's telephone where it rings, is forwarded or queued", () => {
    expect([100, 179, 180, 181, 182, 183, 199, 200].filter(isSomeonesPhone)).toEqual([180, 181, 182]);
  });
});
