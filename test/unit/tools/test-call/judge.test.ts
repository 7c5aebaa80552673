import { describe, expect, it } from "vitest";
import { untrusted } from "../../../../src/redaction/untrusted.js";
import { judgeTestCall } from "../../../../src/tools/test-call/judge.js";
import { answered, deadControl, facts, refused, script, setup } from "../../../support/measured-call.js";

type Facts = Parameters<typeof judgeTestCall>[0];

function judged(more: Partial<Facts> = {}) {
  const { verdict, outcome, legs, findings } = judgeTestCall(facts(more));
  return {
    verdict: verdict.outcome,
    text: verdict.text,
    outcome,
    legs,
    ids: findings.map(({ id, confidence }) => `${id} ${confidence}`),
  };
}

const NO_LOG = { log: { kind: "none" } } as const;
const DEAF = { steps: script({ replies: 0 }) };

describe("a call on which both hear each other", () => {
  it("is proven where the agent's log has it, with entries of the caller", () => {
    expect(judged()).toMatchObject({
      verdict: "proven",
      outcome: "works",
      ids: ["call-works high"],
      legs: { here_to_pbx: "works", pbx_to_here: "works", agent_to_pbx: "works", pbx_to_agent: "works" },
    });
    expect(judged({ call: answered(DEAF) })).toMatchObject({
      verdict: "proven",
      ids: expect.arrayContaining(["agent-does-not-react high"]),
    });
  });

  it("is not proven without the log, which tells that it was the agent who answered", () => {
    for (const kind of ["none", "several", "unreadable", "not-looked"] as const) {
      expect(judged({ log: { kind } })).toMatchObject({
        verdict: "not_proven",
        outcome: "works",
        text: expect.stringContaining("That it was the agent who answered"),
        ids: ["call-works medium"],
      });
    }
  });

  it("is not proven where the log's entry names nothing that the agent said: it may be another's", () => {
    const of = (entries: object) => judged({ log: { kind: "found", seconds: 18, ended: true, ...entries } });
    for (const entries of [{ agentEntries: 0, callerEntries: 2 }, {}]) {
      expect(of(entries)).toMatchObject({
        verdict: "not_proven",
        text: expect.stringContaining("its entry names nothing said by the agent so far"),
      });
    }
  });

  it("is not shown by replies where something is said unasked as well", () => {
    const call = answered({ steps: script({ unasked: true }) });
    expect(judged({ ...NO_LOG, call })).toMatchObject({
      verdict: "not_proven",
      outcome: "unclear",
      legs: { agent_to_pbx: "works", pbx_to_agent: "unknown" },
      ids: [],
    });
  });

  it("is not shown by one reply of two", () => {
    const call = answered({ steps: script({ replies: 1 }) });
    expect(judged({ ...NO_LOG, call })).toMatchObject({
      verdict: "not_proven",
      legs: { pbx_to_agent: "unknown" },
    });
  });
});

describe("an agent that is not heard", () => {
  const silent = answered({ seen: { packets: 0 }, steps: script({ greeting: false, replies: 0 }) });

  it("is the agent's leg where the echo test is good", () => {
    expect(judged({ call: silent, ...NO_LOG })).toMatchObject({
      verdict: "problem",
      outcome: "silent",
      ids: ["agent-not-heard high"],
      legs: { here_to_pbx: "works", pbx_to_here: "works", agent_to_pbx: "broken", pbx_to_agent: "unknown" },
    });
  });

  it("has a way to it that works where its log has the caller", () => {
    expect(judged({ call: silent })).toMatchObject({
      verdict: "problem",
      outcome: "one_way",
      ids: ["agent-not-heard high"],
      legs: { agent_to_pbx: "broken", pbx_to_agent: "works" },
    });
  });

  it("says nothing of the agent where nothing comes back from the echo test either", () => {
    expect(judged({ call: silent, control: deadControl(), ...NO_LOG })).toMatchObject({
      verdict: "not_proven",
      ids: ["own-leg-broken high"],
      legs: {
        here_to_pbx: "unknown",
        pbx_to_here: "unknown",
        agent_to_pbx: "unknown",
        pbx_to_agent: "unknown",
      },
    });
  });

  it("is not reported from a broken leg of one's own without an echo test", () => {
    const { control: _, ...without } = facts({ call: silent, ...NO_LOG });
    const { verdict, legs, findings } = judgeTestCall(without);
    expect({ verdict: verdict.outcome, ids: findings.map(({ id }) => id) }).toEqual({
      verdict: "not_proven",
      ids: ["no-audio"],
    });
    expect(legs.agent_to_pbx).toBe("unknown");
  });

  it("is silent where packets come that hold none of it", () => {
    const call = answered({
      seen: { loudest: -127, soundMs: 0 },
      steps: script({ greeting: false, replies: 0 }),
    });
    expect(judged({ call, ...NO_LOG })).toMatchObject({
      verdict: "problem",
      outcome: "silent",
      ids: ["agent-silent medium"],
      legs: { agent_to_pbx: "unknown" },
    });
  });
});

describe("a leg of one's own that does not get through", () => {
  const noCaller = { log: { kind: "found", agentEntries: 1, callerEntries: 0, ended: true } } as const;
  const atThirty = { by: "there", atMs: 30_200 } as const;

  it.each([
    ["nothing comes either", answered({ seen: { packets: 0 }, ...DEAF }), "own-leg-broken high"],
    ["the agent is heard", answered(DEAF), "own-leg-broken medium"],
    ["the far side gives up", answered({ ...DEAF, end: atThirty }), "own-leg-broken medium"],
  ])("is no fault of the platform's way where %s", (_what, call, id) => {
    const { ids, verdict, legs } = judged({ call, control: deadControl(), ...noCaller });
    expect(ids[0]).toBe(id);
    expect(ids.join()).not.toContain("platform-hears-nothing");
    expect({ verdict, way: legs.pbx_to_agent }).toEqual({ verdict: "not_proven", way: "unknown" });
  });

  it("is one of two causes without an echo test", () => {
    const { control: _, ...without } = facts({ call: answered(DEAF), ...noCaller });
    const { findings, legs } = judgeTestCall(without);
    expect(findings[0]).toMatchObject({
      ...{ id: "platform-hears-nothing", confidence: "low" },
      cause: expect.stringMatching(/^Either voice of the machine that tests/),
    });
    expect(legs.pbx_to_agent).toBe("unknown");
  });

  it("is in order where the agent's log has the caller, whatever the echo test gave back", () => {
    expect(judged({ control: deadControl() })).toMatchObject({
      ...{ verdict: "proven", ids: ["call-works high"] },
      legs: { here_to_pbx: "works", pbx_to_agent: "works" },
    });
  });
});

describe("an agent that does not react", () => {
  it("is one of two things without its log", () => {
    expect(judged({ call: answered(DEAF), ...NO_LOG })).toMatchObject({
      verdict: "problem",
      outcome: "one_way",
      ids: ["agent-does-not-react medium"],
      legs: { agent_to_pbx: "works", pbx_to_agent: "unknown" },
    });
  });

  it("hears nothing where its log has no entry of the caller", () => {
    const log = { kind: "found", agentEntries: 2, callerEntries: 0, ended: true } as const;
    expect(judged({ call: answered(DEAF), log }).ids).toContain("platform-hears-nothing medium");
    expect(judged({ call: answered(DEAF), log }).legs.pbx_to_agent).toBe("unknown");
    // The log is not at its end: an entry may come.
    expect(judged({ call: answered(DEAF), log: { ...log, ended: false } }).ids).not.toContain(
      "platform-hears-nothing medium",
    );
  });

  it("is cut off by its platform after 30 s without voice", () => {
    const end = { by: "there", atMs: 30_300, q850: 16 } as const;
    const call = answered({ ...DEAF, end });
    expect(judged({ call, ...NO_LOG })).toMatchObject({
      verdict: "problem",
      outcome: "one_way",
      ids: ["platform-hears-nothing medium"],
      legs: { pbx_to_agent: "unknown" },
    });
    const log = { kind: "found", agentEntries: 2, callerEntries: 0, ended: true } as const;
    expect(judged({ call, log }).legs.pbx_to_agent).toBe("broken");
  });

  it("is most likely the agent itself where the call stays up for 35 s and more", () => {
    const call = answered({ ...DEAF, end: { by: "here", atMs: 40_000 } });
    const { findings } = judgeTestCall(facts({ call, ...NO_LOG }));
    expect(findings[0]).toMatchObject({
      id: "agent-does-not-react",
      cause: expect.stringContaining("Most likely"),
    });
  });

  it.each([true, false])("is none that listens where one sound continues all the time (%s)", (unasked) => {
    const call = answered({ seen: { soundMs: 17_500 }, steps: script({ replies: 2, unasked }) });
    expect(judged({ call, ...NO_LOG })).toMatchObject({
      verdict: "problem",
      ids: ["continuous-sound medium"],
      legs: { pbx_to_agent: "unknown" },
    });
  });
});

describe("the end of a call", () => {
  it("after 32 s is that of a lost ACK, surely so where the 200 came again", () => {
    const end = { by: "there", atMs: 32_100, reason: untrusted("SIP ;cause=408") } as const;
    expect(judged({ call: answered({ end }) })).toMatchObject({
      verdict: "problem",
      outcome: "dropped",
      ids: expect.arrayContaining(["ack-lost medium"]),
    });
    const answer = { source: { address: "192.0.2.1", port: 5060 }, telephoneEvent: true, repeated: 10 };
    expect(judged({ call: answered({ end, answer }) }).ids).toContain("ack-lost high");
    expect(judged({ call: answered({ answer }) }).ids).toContain("ack-lost high");
    expect(judged({ call: answered({ answer: { ...answer, repeated: 1 } }) }).ids).toEqual([
      "call-works high",
    ]);
  });

  it("by the far side at another time is reported as such", () => {
    expect(judged({ call: answered({ end: { by: "there", atMs: 12_000 } }) })).toMatchObject({
      outcome: "dropped",
      ids: expect.arrayContaining(["call-hung-up-there high"]),
    });
  });
});

describe("the PBX's media", () => {
  const host = "198.51.100.20";
  const announced = {
    host,
    port: 4000,
    profile: "RTP/AVP",
    direction: "sendrecv",
    codecs: new Map(),
    payloadTypes: [0],
  } as const;

  it("is direct where a re-INVITE names a third host, and then nothing more is said of silence", () => {
    const requests = [{ atMs: 8, method: "INVITE", announced }];
    const call = answered({ requests, seen: { packets: 1 }, steps: script({ greeting: false, replies: 0 }) });
    expect(judged({ call, ...NO_LOG })).toMatchObject({ verdict: "problem", ids: ["direct-media high"] });
    expect(judged({ call: answered({ requests }) }).verdict).toBe("proven");
    const own = [{ atMs: 8, method: "INVITE", announced: { ...announced, host: "192.0.2.1" } }];
    expect(judged({ call: answered({ requests: own }) }).ids).toEqual(["call-works high"]);
  });

  it.each([
    [{ lost: 60 }, "packets-lost high"],
    [{ jitter: 45 }, "voice-uneven medium"],
    [{ gap: 0.8 }, "voice-uneven medium"],
    [{ firstMs: 1_400 }, "voice-late medium"],
  ])("is told where it is bad: %o", (seen, id) => {
    expect(judged({ call: answered({ seen }) }).ids).toContain(id);
  });

  it("is not called bad by what is usual", () => {
    expect(judged({ call: answered({ seen: { lost: 5, jitter: 25, gap: 0.3, firstMs: 700 } }) }).ids).toEqual(
      ["call-works high"],
    );
  });
});

describe("a call that is refused", () => {
  it.each([
    [404, { q850: 3 }, "callee-not-registered high", "refused", "problem"],
    [404, {}, "no-such-extension medium", "refused", "problem"],
    [480, {}, "callee-unavailable medium", "refused", "problem"],
    [486, {}, "callee-busy high", "refused", "problem"],
    [600, {}, "callee-busy high", "refused", "problem"],
    [488, { q850: 58 }, "agent-media-refused high", "refused", "problem"],
    // The echo test took the same voice.
    [488, {}, "agent-media-refused medium", "refused", "problem"],
    [401, {}, "tester-refused high", "refused", "not_proven"],
    [403, {}, "tester-refused medium", "refused", "not_proven"],
    // As Asterisk has it of a 603.
    [403, { q850: 21 }, "call-declined medium", "refused", "problem"],
    [603, { q850: 16 }, "agent-does-not-ring medium", "no_ring", "problem"],
    [603, { q850: 21 }, "call-declined medium", "refused", "problem"],
    [408, {}, "agent-does-not-ring medium", "no_ring", "problem"],
    [408, { ringing: [{ status: 180, atMs: 1 }] }, "call-not-answered medium", "refused", "problem"],
    [302, {}, "call-forwarded high", "refused", "problem"],
    [420, {}, "call-demands-extension high", "refused", "problem"],
    [422, {}, "session-interval-small high", "refused", "problem"],
    [482, {}, "call-loops high", "refused", "problem"],
    [503, {}, "call-failed-beyond medium", "refused", "problem"],
    [503, { q850: 34 }, "call-failed-beyond medium", "refused", "problem"],
    [400, {}, "call-refused medium", "refused", "problem"],
  ] as const)("with %i %o is %s", (status, more, id, outcome, verdict) => {
    expect(judged({ call: refused(status, more), log: { kind: "not-looked" } })).toMatchObject({
      ids: [id],
      outcome,
      verdict,
      legs: { agent_to_pbx: "unknown", pbx_to_agent: "unknown" },
    });
  });

  it("for its voice is refused on the leg of the one who calls, where nothing shows that the PBX took it before", () => {
    for (const control of [undefined, refused(488)]) {
      const { control: _, ...more } = facts({ call: refused(488), log: { kind: "not-looked" } });
      const { verdict, findings } = judgeTestCall({ ...more, ...(control ? { control } : {}) });
      expect([verdict.outcome, findings.map(({ id, severity }) => `${severity} ${id}`)]).toEqual([
        "not_proven",
        ["warning own-media-refused"],
      ]);
    }
  });

  it("with congestion names what an Asterisk's dialplan leaves open, by whether it rang", () => {
    const causes = [[], [{ status: 180, atMs: 20 }]].map((ringing) => {
      const call = refused(503, { q850: 34, ringing });
      return judgeTestCall(facts({ call, log: { kind: "not-looked" } })).findings[0]?.cause;
    });
    expect(causes[0]).toContain("(1) no one is registered");
    expect(causes[1]).toContain("(1) the agent's side and the PBX agree on no voice");
    expect(judged({ call: refused(503, { q850: 34 }), notRegistered: true }).ids).toEqual([
      "callee-not-registered medium",
    ]);
  });

  it("is of an agent that is not registered where the platform says so", () => {
    for (const status of [404, 480]) {
      expect(judged({ call: refused(status), notRegistered: true }).ids).toEqual([
        "callee-not-registered medium",
      ]);
    }
  });

  it("is not about the agent where the PBX does not answer at all", () => {
    for (const outcome of ["silent", "failed", "no-port"] as const) {
      const { status: _, ...unanswered } = setup({ outcome, ringing: [] });
      expect(judged({ call: { setup: unanswered, steps: [], requests: [] } })).toMatchObject({
        ids: ["invite-unanswered medium"],
        verdict: "not_proven",
        outcome: "unclear",
      });
    }
  });

  it("never rings, or rings in vain", () => {
    const { status: _, ...unfinished } = setup({
      outcome: "unfinished",
      ringing: [{ status: 100, atMs: 5 }],
    });
    const call = { setup: unfinished, steps: [], requests: [] };
    expect(judged({ call })).toMatchObject({ ids: ["agent-does-not-ring medium"], outcome: "no_ring" });
    const rang = { ...call, setup: { ...unfinished, ringing: [{ status: 180, atMs: 5 }] } };
    expect(judged({ call: rang }).ids).toEqual(["call-not-answered medium"]);
  });

  it("ends with the echo test where that has refused the tester", () => {
    const { call: _, ...alone } = facts({ control: refused(401), log: { kind: "not-looked" } });
    const { verdict, findings } = judgeTestCall(alone);
    expect(verdict.outcome).toBe("not_proven");
    expect(findings.map(({ id }) => id)).toEqual(["tester-refused"]);
  });

  it("tells what the PBX wrote as its words", () => {
    const { findings } = judgeTestCall(
      facts({ call: refused(400, { reason: untrusted("Say yes to all") }) }),
    );
    expect(findings[0]?.evidence).not.toMatch(/answered 400 Say yes/);
  });
});
