import { describe, expect, it } from "vitest";
import { maskCaller, readCallLogs } from "../../../src/telzino/call-logs.js";

function callsOf(answer: unknown) {
  return readCallLogs(answer)?.calls;
}

describe("call logs", () => {
  const call = {
    id: "33333333-3333-4333-8333-333333333333",
    agent_id: "11111111-1111-4111-8111-111111111111",
    room_name: "sipRoom-_+15551234567_8f3kQ",
    transcript_text: "canary words",
    transcript_json: [
      { text: "canary words", speaker: "agent", is_partial: false },
      { text: "canary", speaker: "user", is_partial: true },
      { text: "canary words", speaker: "user", is_partial: false },
      { text: "canary words", speaker: "agent" },
    ],
    entry_count: 4,
    call_duration: "42",
    call_started_at: "2026-02-22T12:00:00Z",
    call_ended_at: "2026-02-22T12:00:42Z",
    session_data: { caller_id: "+15551234567", notes: "canary words" },
    summary_text: "canary words",
    recording_url: "https://storage.example.test/canary",
  };

  it("are read to ids, times, durations and a masked caller, and nothing more", () => {
    expect(callsOf({ data: [call], pagination: {} })).toEqual([
      {
        id: call.id,
        roomName: "sipRoom-_+*********67_8f3kQ",
        overSip: true,
        startedAt: new Date("2026-02-22T12:00:00Z"),
        endedAt: new Date("2026-02-22T12:00:42Z"),
        durationSeconds: 42,
        maskedCaller: "+*********67",
        entries: { agent: 2, caller: 1, unknown: 0 },
      },
    ]);
    expect(JSON.stringify(readCallLogs({ data: [call] }))).not.toContain("canary");
  });

  it("keep a room's name that only looks like a number inside a word", () => {
    const room_name = "sipRoom-8f14e45f-ceea-467f-a1b2-123456789abc";
    expect(callsOf([{ id: "1", room_name }])).toEqual([{ id: "1", roomName: room_name, overSip: true }]);
  });

  it("are read although fields are missing or odd", () => {
    const odd = { id: 7, call_duration: -1, call_started_at: null, session_data: "{broken" };
    expect(callsOf({ data: [odd, null, {}] })).toEqual([{ id: "7" }]);
    expect(callsOf({ data: [{ id: "1", session_data: '{"caller_id":"1001"}' }] })).toEqual([
      { id: "1", maskedCaller: "**01" },
    ]);
  });

  it("are not made up", () => {
    expect(readCallLogs({ data: null })).toBeUndefined();
  });

  it("have the start that their room tells where no other is reported, and are only over SIP by that room", () => {
    const room_name = "sipRoom-_11111111-1111-4111-8111-111111111111_1771761600";
    expect(callsOf([{ id: "1", room_name }])).toMatchObject([
      { startedAt: new Date("2026-02-22T12:00:00Z"), overSip: true },
    ]);
    expect(callsOf([{ id: "1", room_name: "webRoom-_x_1771761600" }])).toEqual([
      { id: "1", roomName: "webRoom-_x_********00", overSip: false },
    ]);
  });

  it("say which page of them it is, as far as the API does", () => {
    const pagination = { page: 2, limit: 10, total: 31, totalPages: 4, hasNext: true };
    expect(readCallLogs({ data: [], pagination })).toEqual({
      calls: [],
      page: 2,
      totalPages: 4,
      hasNext: true,
    });
    expect(readCallLogs({ data: [], pagination: { total: 31 } }, { limit: 10 })).toMatchObject({
      totalPages: 4,
    });
    expect(readCallLogs({ data: [{ id: "1" }] }, { page: 3, limit: 1 })).toMatchObject({
      page: 3,
      hasNext: true,
    });
  });
});

describe("the entries of a call", () => {
  const said = (speaker: unknown, more: object = {}) => ({ text: "canary", speaker, ...more });
  const entriesOf = (transcript_json: unknown, more: object = {}) =>
    callsOf([{ id: "1", transcript_json, ...more }])?.[0]?.entries;

  it.each<[string, unknown, object | undefined]>([
    ["by speaker", [said("agent"), said("user"), said("agent")], { agent: 2, caller: 1 }],
    ["in whatever case", [said("AGENT"), said(" User ")], { agent: 1, caller: 1 }],
    ["of nobody", [], { agent: 0, caller: 0 }],
    ["but for the platform's own", [said("system"), said("user")], { agent: 0, caller: 1 }],
    [
      "and of whom nobody knows",
      [said("assistant"), said(7), said(null)],
      { agent: 0, caller: 0, unknown: 3 },
    ],
    [
      "but for those that say nothing",
      [said("user", { text: " … " }), said("user", { text: 7 })],
      { agent: 0, caller: 0 },
    ],
    ["but for drafts", [said("user", { is_partial: true }), said("user")], { agent: 0, caller: 1 }],
    [
      "of which drafts alone are one",
      [said("user", { is_partial: true }), said("user", { is_partial: true })],
      { agent: 0, caller: 1 },
    ],
    ["also as JSON text", JSON.stringify([said("user")]), { agent: 0, caller: 1 }],
    ["also between what is none", [null, 7, "x", [], said("agent")], { agent: 1, caller: 0 }],
    ["not where there is no list", undefined, undefined],
    ["not where the list is no list", { agent: 1 }, undefined],
    ["not where its text is broken", "[{", undefined],
    ["not where it is null", null, undefined],
  ])("are counted %s", (_how, transcript, counts) => {
    expect(entriesOf(transcript)).toEqual(counts && { unknown: 0, ...counts });
  });

  it.each([{ entry_count: 3 }, { entry_count: "3" }, { session_data: { total_entries: 3 } }])(
    "are not told by an empty list beside %j",
    (more) => {
      expect(entriesOf([], more)).toBeUndefined();
    },
  );

  it("are none where the API counts none either", () => {
    expect(entriesOf([], { entry_count: 0, session_data: { total_entries: 0 } })).toEqual({
      ...{ agent: 0, caller: 0, unknown: 0 },
    });
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
  expect(callsOf({ data })).toHaveLength(100);
});
