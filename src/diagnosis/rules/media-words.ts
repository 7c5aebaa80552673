import { counted } from "../../base/words.js";
import type { AnswerFacts, AudioFacts, MeasuredCall, SetupFacts } from "../../calls/call-facts.js";
import { goesBothWays, TONE_MS } from "../../calls/echo-test.js";
import type { ReceivedStream } from "../../calls/rtp-endpoint.js";
import type { Untrusted } from "../../redaction/untrusted.js";
import { untrustedToken } from "../../redaction/untrusted.js";
import { isLocalAddress, sameHost } from "../../sip/index.js";
import type { Evidence } from "../evidence.js";
import type { MediaEvidence } from "../evidence-media.js";
import { hostPort } from "../target.js";

/** What a call to the echo test comes to, for the rules and for the line on what was checked. Pure. */

/** A call to the echo test that was answered. */
export interface EchoHeard {
  readonly media: MediaEvidence;
  readonly answer: AnswerFacts;
  readonly audio: AudioFacts;
  /** Address of the PBX. */
  readonly peer: string;
  readonly isOutside: boolean;
  /** Packets from the PBX or from where it has announced its voice. */
  readonly packets: number;
  readonly bothWays: boolean;
  /** The last tone was sent to its end, after an announcement or without one. */
  readonly isComplete: boolean;
  /** Of other addresses; the most packets first. */
  readonly elsewhere: readonly ReceivedStream[];
  /** There is NAT between: the PBX has seen another address than ours. */
  readonly nat: boolean;
  /** The PBX says that it has seen us at a private address, although its own is public. */
  readonly seenPrivate: boolean;
}

export function echoHeard(evidence: Evidence): EchoHeard | undefined {
  const { media } = evidence;
  const call = media?.call.answer === undefined ? media?.encrypted : media.call;
  if (media === undefined || call?.answer === undefined || call.audio === undefined) return undefined;
  const { answer, audio, setup } = call;
  const peer = media.endpoint.address;
  const theirs = audio.received.filter(({ from }) => isTheirs(from.address, peer, answer));
  const elsewhere = audio.received.filter(({ from }) => !isTheirs(from.address, peer, answer));
  const voiceMs = Math.max(0, audio.soundMs - audio.tone.returnedMs);
  const heard = { toneMs: audio.tone.returnedMs, voiceMs, reports: audio.reports.length };
  const seen = setup.facts?.received?.unwrap();
  return {
    ...{ media, answer, audio, peer, elsewhere },
    isOutside: media.position === "outside",
    packets: theirs.reduce((sum, { packets }) => sum + packets, 0),
    bothWays: goesBothWays(heard),
    isComplete: isComplete(call),
    nat: seen === undefined ? isLocalAddress(setup.local.address) : !sameHost(seen, setup.local.address),
    seenPrivate: seen !== undefined && isLocalAddress(seen) && !isLocalAddress(peer),
  };
}

function isTheirs(address: string, peer: string, { announced }: AnswerFacts): boolean {
  return sameHost(address, peer) || (announced?.host !== undefined && sameHost(address, announced.host));
}

/** What was left out was not needed; what was cut was. */
function isComplete({ steps, end }: MeasuredCall): boolean {
  return end?.by === "here" && steps.length > 0 && steps.every(({ cut }) => cut === undefined);
}

/** The status with which the offer of our media was refused. */
export function mediaRefusal({ setup }: { readonly setup: SetupFacts }): number | undefined {
  const { status } = setup;
  return setup.outcome === "refused" && (status === 488 || status === 606 || status === 415)
    ? status
    : undefined;
}

/** `192.168.1.5:12000`, as the PBX announces it. */
export function announcedPlace({ answer }: EchoHeard): Untrusted {
  const { host = "?", port } = answer.announced ?? {};
  return hostPort(untrustedToken(host), port);
}

/** The announced address means something only in the PBX's own network. */
export function announcesPrivate({ isOutside, answer, peer }: EchoHeard): boolean {
  const host = answer.announced?.host;
  return isOutside && host !== undefined && isLocalAddress(host) && !sameHost(host, peer);
}

/** It announces another public address than its own, and nothing comes from there. */
export function announcesElsewhere({ isOutside, answer, audio, peer, bothWays }: EchoHeard): boolean {
  const host = answer.announced?.host;
  if (!isOutside || host === undefined || bothWays || isLocalAddress(host) || sameHost(host, peer))
    return false;
  if (host === "0.0.0.0" || host === "::" || audio.aim.instead !== undefined) return false;
  return !audio.received.some(({ from }) => sameHost(from.address, host));
}

/** `tone of 1.5 s came back, 150 packets, 0.0 % lost, jitter 2 ms`. */
export function voiceWords(heard: EchoHeard): string {
  const { audio, packets, elsewhere } = heard;
  const [stream] = audio.received;
  const { sentMs, returnedMs } = audio.tone;
  // While an announcement speaks, there is no echo yet: then it is sent once more.
  const tone = sentMs > TONE_MS ? "sent twice" : `of ${seconds(sentMs)}`;
  const came =
    returnedMs > 0 ? `${seconds(returnedMs)} of a tone ${tone} came back` : "the tone did not come back";
  const others = elsewhere.reduce((sum, each) => sum + each.packets, 0);
  const report = audio.reports.at(-1);
  const quality =
    stream === undefined || stream.expected === 0
      ? []
      : [
          `${((100 * stream.lost) / stream.expected).toFixed(1)} % lost`,
          ...(stream.meanJitter === undefined ? [] : [`jitter ${Math.round(stream.meanJitter)} ms`]),
        ];
  const reported =
    report === undefined ? [] : [`the PBX reports ${Math.round(report.fractionLost * 100)} % of ours lost`];
  const from = others === 0 ? [] : [`${others} from other addresses`];
  return [came, `${counted(packets, "packet")} heard`, ...from, ...quality, ...reported].join(", ");
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

const FROM: Readonly<Record<MediaEvidence["positionFrom"], string>> = {
  given: "as was said",
  "private-address": "since its address is a private one",
  "own-address": "since it sees this machine at its own address",
  "public-address": "since its address is a public one",
};

/** `seen from outside the PBX's network, since its address is a public one`. */
export function positionWords({ position, positionFrom }: MediaEvidence): string {
  return `seen from ${position} the PBX's network, ${FROM[positionFrom]}`;
}
