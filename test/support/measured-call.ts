import type { AudioFacts, EndFacts, MeasuredCall, SetupFacts } from "../../src/calls/call-facts.js";
import type { StepFacts } from "../../src/calls/script.js";
import type { TestCallFacts } from "../../src/tools/test-call/facts.js";

/** Facts of calls as the engine gives them. */

const LOCAL = { address: "192.0.2.10", port: 40_000 };
const PBX = { address: "192.0.2.1", port: 5060 };

export function setup(more: Partial<SetupFacts> = {}): SetupFacts {
  return {
    outcome: "answered",
    status: 200,
    ringing: [{ status: 180, atMs: 100 }],
    tookMs: 400,
    credentialsSent: true,
    local: LOCAL,
    ...more,
  };
}

export function refused(status: number, more: Partial<SetupFacts> = {}): MeasuredCall {
  return { setup: setup({ outcome: "refused", status, ringing: [], ...more }), steps: [], requests: [] };
}

export interface AudioSeen {
  packets?: number;
  lost?: number;
  jitter?: number;
  gap?: number;
  firstMs?: number;
  loudest?: number;
  soundMs?: number;
  returnedMs?: number;
  reports?: number;
}

function audio(seen: AudioSeen = {}): AudioFacts {
  const {
    packets = 1_000,
    lost = 0,
    jitter = 2,
    gap = 0.04,
    firstMs = 50,
    loudest = -20,
    soundMs = 4_000,
  } = seen;
  const stream = {
    ...{ source: "192.0.2.1:10000", destination: "40000", packet: 1, packets, duplicates: 0, lost },
    ...{ expected: packets + lost, reordered: 0, meanJitter: jitter, maxJitter: jitter, start: 0, end: 20 },
    ...{ longestGap: gap, payloadType: 0, sourceChanges: 0, firstAtMs: 50 },
    from: { address: "192.0.2.1", port: 10_000 },
  };
  const report = { ssrc: 1, fractionLost: 0, lost: 0, jitter: 0 };
  return {
    ...{ codec: "PCMU", encrypted: false, local: { address: "192.0.2.10", port: 40_002 } },
    ...{ aim: { target: { address: "192.0.2.1", port: 10_000 } }, sent: 1_000 },
    received: packets === 0 ? [] : [stream],
    ...(packets === 0 ? {} : { firstMs, loudest }),
    soundMs: packets === 0 ? 0 : soundMs,
    tone: { sentMs: 1_500, returnedMs: seen.returnedMs ?? 0 },
    reports: Array.from({ length: seen.reports ?? 0 }, () => report),
  } as unknown as AudioFacts;
}

/** The echo test gives back what is sent. */
function goodControl(): MeasuredCall {
  return { setup: setup(), audio: audio({ packets: 200, returnedMs: 1_500 }), steps: [], requests: [] };
}

export function deadControl(): MeasuredCall {
  return { setup: setup(), audio: audio({ packets: 0 }), steps: [], requests: [] };
}

/** A greeting, two questions with a pause in between, as far as it was heard. */
export function script({ greeting = true, replies = 2, unasked = false } = {}): StepFacts[] {
  const listen = (fromMs: number, toMs: number, heard: boolean): StepFacts => ({
    ...{ do: "listen", fromMs, toMs },
    ...(heard ? { heard: { fromMs, toMs: toMs - 900 } } : {}),
  });
  return [
    listen(0, 3_000, greeting),
    { do: "speak", fromMs: 3_000, toMs: 5_500 },
    listen(5_500, 8_000, replies > 0),
    listen(8_000, 13_000, unasked),
    { do: "speak", fromMs: 13_000, toMs: 15_500 },
    listen(15_500, 18_000, replies > 1),
  ];
}

export function answered(
  more: Partial<MeasuredCall> & { seen?: AudioSeen; end?: Partial<EndFacts> } = {},
): MeasuredCall {
  const { seen, end, ...given } = more;
  return {
    setup: setup(),
    answer: { source: PBX, telephoneEvent: true, repeated: 0 },
    audio: audio(seen),
    steps: script(),
    requests: [],
    ...given,
    end: { by: "here", atMs: 18_000, bye: 200, ...end },
  };
}

export function facts(more: Partial<TestCallFacts> = {}): TestCallFacts {
  return {
    position: "inside",
    control: goodControl(),
    call: answered(),
    log: { kind: "found", agentEntries: 3, callerEntries: 2, seconds: 18, ended: true },
    notRegistered: false,
    ...more,
  };
}
