import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSdp } from "../../../../src/logs/calls/sdp.js";
import { readLog } from "../../../../src/logs/read-log.js";

/** Whatever is cut, doubled, mixed or broken in a paste about calls, it is read to its end. */

const FOLDER = join(import.meta.dirname, "pastes");
const TEXTS = readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name), "utf8"));
const LINES = TEXTS.flatMap((text) => text.split("\n").slice(0, 120));

const damage = fc.record({
  text: fc.constantFrom(...TEXTS),
  cuts: fc.array(fc.tuple(fc.nat(400), fc.nat(5)), { maxLength: 8 }),
  added: fc.array(fc.tuple(fc.nat(400), fc.constantFrom(...LINES)), { maxLength: 8 }),
  changed: fc.array(
    fc.tuple(fc.nat(20_000), fc.constantFrom("", "\n", " ", ":", ";", '"', "<", "\u0000", "ü")),
    {
      maxLength: 12,
    },
  ),
});

function damaged({ text, cuts, added, changed }: typeof damage extends fc.Arbitrary<infer T> ? T : never) {
  const lines = text.split("\n");
  for (const [at, count] of cuts) lines.splice(at % lines.length, count);
  for (const [at, line] of added) lines.splice(at % (lines.length + 1), 0, line);
  let whole = lines.join("\n");
  for (const [at, sign] of changed) {
    const place = at % (whole.length + 1);
    whole = whole.slice(0, place) + sign + whole.slice(place + 1);
  }
  return whole;
}

describe("a damaged paste about calls", () => {
  it("is read, and each finding has a line, a cause and a fix", () => {
    fc.assert(
      fc.property(damage, (given) => {
        for (const { evidence, cause, fix } of readLog(damaged(given)).findings) {
          expect(`${evidence}${cause}${fix}`).not.toMatch(/undefined|NaN|\[object/);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("may have any text where a session description is", () => {
    const line = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.constantFrom(
        "m=",
        "m=audio",
        "m=audio x y z",
        "c=",
        "o=",
        "a=rtpmap:",
        "a=candidate:1 1 UDP 1 1.2.3.4",
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        expect(readSdp(lines).media.length).toBeLessThanOrEqual(12);
      }),
    );
  });
});
