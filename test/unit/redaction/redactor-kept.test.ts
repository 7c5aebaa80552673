import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import { untrusted } from "../../../src/redaction/untrusted.js";
import { holding } from "../../support/holding.js";

/** What a redactor keeps from one look to the next: verdicts on texts, and the search for what is held. */

describe("a text that is told again", () => {
  it("is looked at once until something else is held, for up to 256 texts", () => {
    const redactor = holding("hunter2-moose");
    const isFree = vi.spyOn(redactor.search(), "isFree");
    const looks = (text: string) => {
      isFree.mockClear();
      const refusals = [redactor.refusal(text), redactor.refusal(text)];
      expect(refusals[1]).toBe(refusals[0]);
      return isFree.mock.calls.length;
    };
    expect(looks("it is hunter2-moose")).toBe(1);
    expect(looks("it is hunter2-moose")).toBe(0);
    for (let at = 1; at < 256; at += 1) expect(looks(`text ${at}`)).toBe(1);
    expect(looks("one more")).toBe(2);
    expect(looks("text 255")).toBe(0);
    redactor.hold(new Secret("tr0ub4dor"));
    expect(looks("one more")).toBe(1);
  });
});

describe("a redactor over another", () => {
  it("looks for what that one holds in the place of what it held", () => {
    const base = createRedactor();
    const redactor = createRedactor({ base });
    const release = base.hold(new Secret("hunter2-moose"));
    expect(redactor.refusal("hunter2-moose")).toBe(LEFT_OUT);
    release();
    base.hold(new Secret("tr0ub4dor"));
    expect(redactor.refusal("tr0ub4dor")).toBe(LEFT_OUT);
    expect(redactor.refusal("hunter2-moose")).toBeUndefined();
  });

  it("looks for what is held since it last looked, whichever of them holds it", () => {
    const base = createRedactor();
    const redactor = createRedactor({ base });
    const said = (text: string) => redactor.redact(`${untrusted(text)}`);
    expect(said("hunter2-moose")).toBe('"hunter2-moose"');
    // One is released, and another is held: as many changes below as above.
    const release = base.hold(new Secret("tr0ub4dor"));
    expect(said("tr0ub4dor")).toBe(LEFT_OUT);
    redactor.hold(new Secret("hunter2-moose"));
    release();
    expect(said("hunter2-moose")).toBe(LEFT_OUT);
    expect(said("tr0ub4dor")).toBe('"tr0ub4dor"');
  });

  it("makes one search for all that is looked at before a change", () => {
    const base = createRedactor();
    const redactor = createRedactor({ base });
    const seen = [redactor.search()];
    const release = base.hold(new Secret("hunter2-moose"));
    seen.push(redactor.search());
    redactor.hold(new Secret("tr0ub4dor"));
    seen.push(redactor.search());
    release();
    seen.push(redactor.search());
    release();
    // What is held besides is added to the one that has been made.
    expect(new Set(seen)).toEqual(new Set([seen[0], seen[1], seen[3]]));
    expect(new Set(seen).size).toBe(3);
    expect(redactor.search()).toBe(seen[3]);
    expect(base.search()).toBe(base.search());
  });

  it("finds what is held after it has looked, in either, however much was held before", () => {
    const base = createRedactor();
    const redactor = createRedactor({ base, known: ["a guess"] });
    const values = Array.from({ length: 40 }, (_, at) =>
      createHash("md5").update(`${at}`).digest("hex").slice(0, 12),
    );
    for (const [at, value] of values.entries()) {
      expect(redactor.refusal(value), value).toBeUndefined();
      [base, redactor][at % 2]?.hold(new Secret(value));
      for (const held of values.slice(0, at + 1)) expect(redactor.refusal(held), held).toBe(LEFT_OUT);
    }
  });

  it("is none the worse for a value that is held once more, and holds it until the last release", () => {
    const redactor = createRedactor();
    const releases = [1, 2].map(() => redactor.hold(new Secret("hunter2-moose"), ["a setting"]));
    const search = redactor.search();
    redactor.hold(new Secret("hunter2-moose"), ["a setting"])();
    expect(redactor.search()).toBe(search);
    expect(search.size).toBe(1);
    releases[0]?.();
    releases[0]?.();
    expect(redactor.refusal("hunter2-moose")).toBe(LEFT_OUT);
    releases[1]?.();
    expect(redactor.refusal("hunter2-moose")).toBeUndefined();
  });
});
