import { describe, expect, it } from "vitest";
import { newestLast } from "../../../../src/logs/input/newest-first.js";
import { readLog } from "../../../support/log-lines.js";

const turned = (...lines: string[]) => newestLast(lines.join("\n"))?.text.split("\n");

describe("a log whose clocks fall", () => {
  it.each([
    [["12:00:03 c", "12:00:02 b", "11:59:59 a"]],
    [["[Mar  1 00:00:02] c", "[Mar  1 00:00:01] b", "[Feb 28 23:59:59] a"]],
    [["Mar 11 10:00:03 h x", "Mar 11 10:00:02 h x", "Mar 11 10:00:01 h x"]],
    [["11.03.25 12:05:00 c", "11.03.25 12:01:10 b", "10.03.25 23:58:10 a"]],
    [["3/11/2025, 1:00:03 c", "3/11/2025, 1:00:02 b", "3/10/2025, 9:00:01 a"]],
    [
      [
        '{"time":"2025-03-11T10:00:03Z"}',
        '{"time":"2025-03-11T10:00:02Z"}',
        '{"time":"2025-03-11T10:00:01Z"}',
      ],
    ],
    [["pbx-1 | 2025-03-11 10:00:03", "pbx-1 | 2025-03-11 10:00:02", "pbx-1 | 2025-03-11 10:00:01"]],
    [["00:00:01.5 c", "00:00:00.5 b", "23:59:59.5 a"]],
    [["12:00:02 b", "11:59:59 a"]],
  ])("is turned: %j", (lines) => {
    expect(turned(...lines)).toEqual(lines.toReversed());
  });

  it("keeps together what belongs to one entry, and what stands before the first", () => {
    expect(turned("Title", "12:00:03 c", " c2", "12:00:02 b", "11:59:59 a", " a2")).toEqual([
      ...["Title", "11:59:59 a", " a2", "12:00:02 b", "12:00:03 c", " c2"],
    ]);
  });

  it("is turned where it falls alone", () => {
    expect(
      turned("10:00:01 x", "10:00:02 y", "12:00:03 c", "12:00:02 b", "12:00:01 a", "12:00:05 d"),
    ).toEqual([...["10:00:01 x", "10:00:02 y", "12:00:01 a", "12:00:02 b", "12:00:03 c", "12:00:05 d"]]);
  });
});

describe("a log in order", () => {
  it.each([
    [["12:00:01 a", "12:00:02 b", "12:00:03 c"]],
    // Written by several threads.
    [["12:00:01 a", "12:00:03 c", "12:00:02 b", "12:00:04 d"]],
    [["12:00:01 a", "12:00:01 b", "12:00:01 c"]],
    // Past midnight.
    [["23:59:58 a", "23:59:59 b", "00:00:01 c"]],
    [["a", "b"]],
    [["Date: Tue, 11 Mar 2025 10:00:03 GMT", "Date: Tue, 11 Mar 2025 10:00:02 GMT"]],
  ])("stays as it is: %j", (lines) => {
    expect(turned(...lines)).toBeUndefined();
  });
});

it("names the lines of a turned log as they were pasted", () => {
  const refused = (time: string) =>
    `[2026-11-23 ${time}] NOTICE[1] chan_sip.c: Registration from '<sip:2004@192.0.2.10>' failed for '198.51.100.77:5060' - Wrong password`;
  const report = readLog(
    [
      refused("05:31:04"),
      refused("05:30:04"),
      "[2026-11-23 05:24:04] VERBOSE[1] chan_sip.c:     -- Registered SIP '2004' at 198.51.100.77:5060",
    ].join("\n"),
  );
  expect(report.events.map(({ line, lastLine }) => [line, lastLine])).toEqual([
    [3, 3],
    [1, 2],
  ]);
  expect(report.findings[0]?.evidence).toContain("line 2:");
});
