import type { AnswerFacts, AudioFacts, MeasuredCall, SetupFacts } from "../../src/calls/call-facts.js";
import type { ReceivedStream } from "../../src/calls/rtp-endpoint.js";
import type { AnnouncedAudio } from "../../src/captures/rtp/announced.js";
import type { MediaEvidence } from "../../src/diagnosis/evidence-media.js";
import { untrusted, untrustedToken } from "../../src/redaction/untrusted.js";
import { endpoint } from "./evidence.js";

/** Calls to an echo test, made of values, for tests of rules. All is well unless a test says otherwise. */

/** Of the PBX. */
export const PBX = "198.51.100.7";
const LOCAL = { address: "10.0.0.5", port: 5070 };

export function announced(host: string, port = 12_000): AnnouncedAudio & { host: string; place: string } {
  return {
    ...{ host, port, place: `${host}:${port}`, profile: "RTP/AVP", direction: "sendrecv" },
    codecs: new Map([
      [0, { name: "pcmu", clock: 8_000 }],
      [101, { name: "telephone-event", clock: 8_000 }],
    ]),
    payloadTypes: [0, 101],
  };
}

export function stream(address = PBX, port = 12_000, packets = 140): ReceivedStream & { meanJitter: number } {
  return {
    ...{ source: `${address} ${port}`, destination: "16384", packet: 1, packets, expected: packets },
    ...{ duplicates: 0, lost: 0, reordered: 0, meanJitter: 2, maxJitter: 4, start: 0.1, end: 2.9 },
    ...{ longestGap: 0.02, payloadType: 0, sourceChanges: 0 },
    level: { measured: packets, silent: 0, mean: -15 },
    from: { address, port },
    firstAtMs: 130,
  };
}

/** A call that was answered by the echo test, in which a tone of 1.5 s came back whole. */
export function echoCall({
  setup,
  answer,
  audio,
  ...more
}: Partial<Omit<MeasuredCall, "setup" | "answer" | "audio">> & {
  setup?: Partial<SetupFacts>;
  answer?: Partial<AnswerFacts>;
  audio?: Partial<AudioFacts>;
} = {}) {
  return {
    setup: {
      ...{ outcome: "answered", status: 200, reason: untrusted("OK"), q850: 16, warning: untrusted("399 x") },
      ...{ problem: "none", ringing: [{ status: 100, atMs: 5 }], tookMs: 20, credentialsSent: true },
      local: LOCAL,
      facts: {
        ...{ server: untrusted("SomePBX"), received: untrustedToken("203.0.113.9"), rport: 40_000 },
        ...{ answeredFrom: { address: PBX, port: 5060 }, rewritten: [], retryAfter: 1 },
      },
      ...setup,
    },
    answer: {
      source: { address: PBX, port: 5060 },
      contact: { host: untrustedToken(PBX), port: 5060 },
      allow: ["INVITE", "ACK", "BYE", "REFER"],
      announced: announced(PBX),
      ...{ telephoneEvent: true, repeated: 0 },
      ...answer,
    },
    audio: {
      ...{ codec: "PCMU", encrypted: false, local: { address: LOCAL.address, port: 16_384 } },
      aim: { target: { address: PBX, port: 12_000 } },
      ...{ sent: 140, received: [stream()], firstMs: 110, loudest: -12, soundMs: 1_480 },
      tone: { sentMs: 1_500, returnedMs: 1_480 },
      ...{ reports: [] },
      ...audio,
    },
    steps: [
      { do: "wait", fromMs: 0, toMs: 300 },
      { do: "tone", fromMs: 300, toMs: 1_800 },
      { do: "wait", fromMs: 1_800, toMs: 2_500 },
    ],
    requests: [],
    end: { by: "here", atMs: 2_500, bye: 200 },
    ...more,
  } satisfies MeasuredCall;
}

/** Nothing has come back. */
export const SILENT = {
  ...{ received: [], tone: { sentMs: 1_500, returnedMs: 0 }, soundMs: 0 },
} as const satisfies Partial<AudioFacts>;

/** A call that was refused with a status. */
export function refusedCall(status: number, reason: string): MeasuredCall {
  const { setup } = echoCall({ setup: { outcome: "refused", status, reason: untrusted(reason) } });
  return { setup, steps: [], requests: [] };
}

export function mediaSeen(call: MeasuredCall = echoCall(), more: Partial<MediaEvidence> = {}): MediaEvidence {
  return {
    ...{ position: "outside", positionFrom: "public-address", echoCode: "*43" },
    endpoint: endpoint({ address: PBX }),
    call,
    ...more,
  };
}
