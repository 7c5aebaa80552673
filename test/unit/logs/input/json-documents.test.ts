import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJson } from "../../../../src/logs/input/json-documents.js";
import { openJsonLines } from "../../../../src/logs/input/json-lines.js";
import { linesAfter } from "./lines.js";

describe("JSON over many lines", () => {
  it("gives each record's message, on the line that it begins on", () => {
    const text = JSON.stringify(
      [
        { ts: 1_770_111_000, msg: "one" },
        { msg: "two", level: "warn" },
      ],
      null,
      1,
    );
    expect(linesAfter(openJsonLines, text)).toEqual(["4 2026-02-03 09:30:00.000Z one", "7 warn two"]);
  });

  it("puts the ends of the packet above a message of SIP", () => {
    const raw = "SIP/2.0 200 OK\r\nVia: x\r\n";
    const record = { srcIp: "192.0.2.1", srcPort: 5060, dstIp: "2001:db8::1", dstPort: "5062", raw };
    expect(linesAfter(openJsonLines, JSON.stringify([record]))).toEqual([
      "1 192.0.2.1:5060 -> [2001:db8::1]:5062",
      "1 SIP/2.0 200 OK",
      "1 Via: x",
    ]);
  });

  it("is let be where it is none, or tells nothing", () => {
    for (const text of [
      "[\nhello",
      "{\n]",
      '{\n"a" 1}',
      "[\n  {}\n]",
      "[2026-01-01 00:00:00] NOTICE[1]: x",
      "{{{",
    ])
      expect(linesAfter(openJsonLines, text)).toEqual(
        text.split("\n").map((line, at) => `${at + 1} ${line}`),
      );
  });

  it("of which a row is broken gives the rows that are whole", () => {
    expect(linesAfter(openJsonLines, '[\n{"msg":"one"},\nand so on\n{"msg":"two"}')).toEqual([
      "1 [",
      "2 one",
      "3 and so on",
      "4 two",
    ]);
  });

  it("is read as JSON.parse reads it", () => {
    fc.assert(
      fc.property(fc.object({ maxDepth: 3 }), fc.nat(3), (value, indent) => {
        const message = JSON.stringify([{ inner: value, msg: "end" }], null, indent);
        expect(linesAfter(openJsonLines, message).join("\n")).toMatch(/end/);
      }),
    );
  });

  it.each([["{{{"], ["["], ['{"a":'], ['"a": ['], ['{"msg": "x'], ['{"msg": "SIP/2.0'], ["[{"]])(
    "takes twice the steps for twice the rows of %s",
    (row) => {
      const [single, double] = [200, 400].map((size) => {
        let steps = 0;
        const rows = new Array<string>(size).fill(row);
        const counted = new Proxy(rows, {
          get(target, key) {
            steps += 1;
            return Reflect.get(target, key);
          },
        });
        for (let at = 0; at < size; ) {
          const read = readJson(counted, at);
          at = "failed" in read ? Math.max(at + 1, read.failed) : read.end;
        }
        return steps;
      }) as [number, number];
      expect(double / single).toBeLessThan(2.1);
    },
  );
});
