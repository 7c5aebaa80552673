import { describe, expect, it } from "vitest";
import { maskCaller, readCallLogs } from "../../../src/telzino/call-logs.js";

describe("call logs", () => {
  const call = {
    id: "33333333-3333-4333-8333-333333333333",
    agent_id: "11111111-1111-4111-8111-111111111111",
    room_name: "sipRoom-_+15551234567_8f3kQ",
    transcript_text: "canary words",
    transcript_json: [{ text: "canary words" }],
    entry_count: 4,
    call_duration: "42",
    call_started_at: "2026-02-22T12:00:00Z",
    call_ended_at: "2026-02-22T12:00:42Z",
    session_data: { caller_id: "+15551234567", notes: "canary words" },
    summary_text: "canary words",
    recording_url: "https://storage.example.test/canary",
  };

  it("are read to ids, times, durations and a masked caller, and nothing more", () => {
    expect(readCallLogs({ data: [call], pagination: {} })).toEqual([
      {
        id: call.id,
        roomName: "sipRoom-_+*********67_8f3kQ",
        startedAt: new Date("2026-02-22T12:00:00Z"),
        endedAt: new Date("2026-02-22T12:00:42Z"),
        durationSeconds: 42,
        maskedCaller: "+*********67",
      },
    ]);
  });

  it("keep a room's name that only looks like a number inside a word", () => {
    const room_name = "sipRoom-8f14e45f-ceea-467f-a1b2-123456789abc";
    expect(readCallLogs([{ id: "1", room_name }])).toEqual([{ id: "1", roomName: room_name }]);
  });

  it("are read although fields are missing or odd", () => {
    const odd = { id: 7, call_duration: -1, call_started_at: null, session_data: "{broken" };
    expect(readCallLogs({ data: [odd, null, {}] })).toEqual([{ id: "7" }]);
    expect(readCallLogs({ data: [{ id: "1", session_data: '{"caller_id":"1001"}' }] })).toEqual([
      { id: "1", maskedCaller: "**01" },
    ]);
  });

  it("are not made up", () => {
    expect(readCallLogs({ data: null })).toBeUndefined();
  });
});

describe("a caller", () => {
  it.each([
    ["+15551234567", "+*********67"],
    ["+1 (555) 123-4567", "+*********67"],
    ["1001", "**01"],
    [1001, "**01"],
    ["42", "**"],
    ["7", "*"],
    ["sip:+15551234567@192.0.2.10:5060;user=phone", "+*********67"],
    ['"Jane Doe 99" <sip:1001@pbx.local>', "**01"],
    ["tel:+15551234567", "+*********67"],
    ["anonymous", "***"],
    ["sip:jane.doe@example.test", "***"],
    ["1".repeat(40), "*************11"],
    ["<1001", "**01"],
    ["1001> <1002>", "**02"],
    ["", undefined],
    [null, undefined],
    [{ number: "1001" }, undefined],
  ])("%j is shown as %j", (caller, shown) => {
    expect(maskCaller(caller)).toBe(shown);
  });
});

it("reads a hundred calls at most", () => {
  const data = Array.from({ length: 30_000 }, (_, index) => ({ id: `c${index}` }));
  expect(readCallLogs({ data })).toHaveLength(100);
});
