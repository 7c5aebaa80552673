import { ANNOUNCED_CODES } from "../../calls/echo-test.js";
import { settingText, untrustedToken } from "../../redaction/untrusted.js";
import { isLocalAddress } from "../../sip/index.js";
import type { Evidence } from "../evidence.js";
import { hostPort } from "../target.js";
import {
  announcedPlace,
  announcesElsewhere,
  announcesPrivate,
  type EchoHeard,
  echoHeard,
  mediaRefusal,
  positionWords,
  voiceWords,
} from "./media-words.js";
import type { Conclusion, Rule } from "./rule.js";

/** Fewer packets are a stray. */
const SOME_PACKETS = 5;
const NOT_THE_PLATFORMS_WAY =
  "From inside the PBX's network this says nothing of the way between the platform and the PBX.";

/** Makes a finding of an answered call to the echo test. */
const heardBy = (find: (heard: EchoHeard) => Conclusion | undefined) => (evidence: Evidence) => {
  const heard = echoHeard(evidence);
  return heard && find(heard);
};

/** What a call to the PBX's echo test shows. */
export const MEDIA_PROBE_RULES = [
  {
    id: "own-media-refused",
    topic: "calls",
    severity: "critical",
    title: "The PBX refuses the voice that is offered",
    seen: "A call to the echo test with PCMU and PCMA in plain RTP is answered 488, 606 or 415, or a test call 488 or 606 without a Q.850 cause: by the leg to the one who calls. Sure where the same call with SRTP is answered.",
    cause:
      "One of these: (1) neither PCMU nor PCMA is allowed for this extension; (2) encryption is asked for in a way that was not offered (DTLS, WebRTC).",
    fix: "Allow PCMU and PCMA (G.711) for this extension, and switch off WebRTC or DTLS for it.",
    find: ({ media }) => {
      const status = media && mediaRefusal(media.call);
      if (media === undefined || status === undefined) return undefined;
      const evidence = `the call to ${settingText(media.echoCode, 10)} with PCMU and PCMA in plain RTP is answered ${status} ${media.call.setup.reason}`;
      const preset = { audio: ["encryption", "codecs"], codecs: true } as const;
      if (media.encrypted?.setup.outcome !== "answered") {
        const both =
          media.encrypted === undefined
            ? ""
            : `, and with SRTP ${media.encrypted.setup.status ?? "not at all"}`;
        return { evidence: `${evidence}${both}`, confidence: "medium", preset };
      }
      return {
        evidence: `${evidence}, and with SRTP it is answered`,
        confidence: "high",
        title: "The PBX takes encrypted voice only (SRTP)",
        cause: "The extension is set to require SRTP: a far end that offers plain RTP gets no call through.",
        fix: "Make encryption optional for this extension, or switch it off, unless the far end offers SRTP.",
        preset: { audio: ["encryption"] },
      };
    },
  },
  {
    id: "rtp-port-remapped",
    topic: "calls",
    severity: "critical",
    title: "The PBX's voice comes from another port than it announces",
    seen: "In a call to the echo test: RTP comes from the PBX's address and none of it from the announced port.",
    cause:
      "One of these: (1) its router changes the ports of RTP on their way out, as it does where the RTP range is not forwarded; (2) a media server that sends from another port than it receives on. With (1) what is sent to the announced port does not arrive.",
    fix: "Forward the PBX's whole RTP range (UDP) with the same port numbers inside and outside, and make it the range that the PBX uses.",
    explains: ["rtp-blocked"],
    find: heardBy((heard) => {
      const { answer, audio, bothWays, peer } = heard;
      const port = answer.announced?.port;
      const [stream] = audio.received;
      if (port === undefined || stream === undefined || stream.packets < SOME_PACKETS) return undefined;
      if (audio.received.some(({ from }) => from.port === port)) return undefined;
      const { address, port: fromPort } = stream.from;
      if (address !== peer && address !== answer.announced?.host) return undefined;
      return {
        evidence: `announced ${announcedPlace(heard)}, RTP comes from ${hostPort(address, fromPort)}; ${voiceWords(heard)}`,
        confidence: "medium",
        ...(bothWays ? { severity: "warning" } : {}),
        preset: { audio: ["media ports"], nat: true },
      };
    }),
  },
  {
    id: "rtp-blocked",
    topic: "calls",
    severity: "critical",
    title: "Voice does not get to the PBX and back",
    seen: "The echo test answers, the address that it announces is right, and our tone does not come back.",
    cause: "UDP of the PBX's RTP range is stopped on the way in, on the way out, or is not forwarded.",
    fix: "Forward the PBX's whole RTP range (UDP) to it, and let it through every firewall in both directions; switch symmetric RTP on (Asterisk PJSIP: rtp_symmetric=yes).",
    find: heardBy((heard) => {
      if (heard.bothWays || !heard.isComplete || heard.audio.aim.instead !== undefined) return undefined;
      if (heard.answer.announced === undefined) return undefined;
      if (announcesPrivate(heard) || announcesElsewhere(heard)) return undefined;
      return {
        evidence: `${voiceWords(heard)}; ${positionWords(heard.media)}`,
        confidence: "medium",
        cause: blockedCause(heard),
        ...(heard.isOutside ? {} : { severity: "warning" }),
        preset: { audio: ["media ports", "external address"], nat: true },
      };
    }),
  },
  {
    id: "no-refer",
    topic: "calls",
    severity: "warning",
    title: "The PBX does not say that it takes transfers (REFER)",
    seen: "Allow of the PBX's answer to a call does not name REFER.",
    cause: "An agent that transfers a call asks the PBX to with REFER, which is then refused.",
    fix: "Allow REFER on the PBX (Asterisk: load res_pjsip_refer.so), or have the agent not transfer.",
    find: heardBy(({ answer: { allow } }) =>
      allow === undefined || allow.includes("REFER")
        ? undefined
        : {
            evidence: `Allow in the answer to the call: ${untrustedToken(allow.join(", "), 200)}`,
            confidence: "medium",
          },
    ),
  },
  {
    id: "pbx-media-works",
    topic: "calls",
    severity: "info",
    title: "Voice goes both ways between this machine and the PBX",
    seen: "A call to the echo test: our tone comes back, or the PBX's voice is heard and it reports that it gets ours; and the address that it announces is right.",
    cause: "Media address, RTP ports and codecs of the PBX fit each other, as seen from here.",
    fix: "Nothing.",
    find: heardBy((heard) => {
      if (!heard.bothWays || heard.audio.aim.instead !== undefined) return undefined;
      if (announcesPrivate(heard)) return undefined;
      return {
        evidence: `${voiceWords(heard)}; ${positionWords(heard.media)}`,
        confidence: "high",
        ...(heard.isOutside ? {} : { cause: NOT_THE_PLATFORMS_WAY }),
      };
    }),
  },
] as const satisfies readonly Rule[];

function blockedCause(heard: EchoHeard): string {
  const { packets, audio, nat, isOutside, media } = heard;
  const own = isOutside ? "" : ` ${NOT_THE_PLATFORMS_WAY}`;
  if (packets >= SOME_PACKETS) {
    return `The PBX's voice is heard, and ours is not sent back. One of these: (1) UDP of its RTP range is stopped on the way in, or not forwarded; (2) the number called is not an echo test.${own}`;
  }
  const firewall = "a firewall in front of this machine drops what comes";
  const symmetric =
    "it sends to the address in this machine's offer, and not to where packets come from (no symmetric RTP)";
  if (audio.reports.length > 0) {
    return `The PBX reports that this machine's voice arrives, but its own does not come back. One of these: (1) UDP of the PBX's RTP range is stopped on the way out; (2) ${symmetric}; (3) ${firewall}.${own}`;
  }
  if (!nat && ANNOUNCED_CODES.has(media.echoCode)) {
    return `The announcement before the echo is not heard either, and this machine's address is the one that the PBX sees. One of these: (1) UDP of the PBX's RTP range is stopped on the way out; (2) ${firewall}. Whether the way in is open was not seen.${own}`;
  }
  const elsewhere = nat ? ", or leaves by another address or port, which NAT here does not let in" : "";
  const ways = `(1) UDP of the PBX's RTP range is stopped on the way in; (2) or on the way out${elsewhere}; (3) it is not forwarded to the PBX; (4) ${firewall}`;
  const behind = nat
    ? `; (5) ${symmetric}. From behind NAT these cannot be distinguished: a PBX with symmetric RTP answers only after it has heard this machine`
    : ". From here these cannot be distinguished";
  return `One of these: ${ways}${behind}.${own}`;
}

type ProbeFind = (heard: EchoHeard) => Conclusion | undefined;

/** A PBX chooses the address that it announces by the address that it sees. */
const TOLD_TO_A_PRIVATE =
  "The PBX says that it sees this machine at a private address. One of these: (1) its external media address is not set; (2) a router or container network in front of it puts a private address in place of every sender's, so it takes all callers, the platform included, for hosts in its network; (3) this machine is in its network and dials its public address; then the private one is right for calls from here, and says nothing about calls from outside.";

/** Share of lost packets that is reported, as in captures. */
const MUCH_LOSS = 0.03;
/** Of so many at least. */
const LOSS_OF = 50;

/** Findings that logs, traces and captures lead to as well: what the call to the echo test says of them. */
const PROBED: Readonly<Partial<Record<string, ProbeFind>>> = {
  "media-address-private": (heard) => {
    if (!announcesPrivate(heard)) return undefined;
    const { audio, answer, peer, bothWays, seenPrivate } = heard;
    const instead = audio.aim.target?.address === peer;
    const after = instead
      ? `; sent to ${hostPort(peer, answer.announced?.port)} instead, ${bothWays ? "our tone came back, so the ports themselves are open" : "it did not come back"}`
      : "";
    return {
      evidence: `the PBX at ${peer} wants voice at ${announcedPlace(heard)}${after}; ${positionWords(heard.media)}`,
      confidence: seenPrivate ? "medium" : "high",
      ...(seenPrivate ? { cause: TOLD_TO_A_PRIVATE } : {}),
      preset: { audio: ["external address", "local networks"], nat: true },
    };
  },
  "media-address-wrong": (heard) =>
    announcesElsewhere(heard)
      ? {
          severity: "critical",
          evidence: `the PBX at ${heard.peer} wants voice at ${announcedPlace(heard)}, and nothing comes from there: ${voiceWords(heard)}`,
          confidence: "medium",
          cause:
            "One of these: (1) the external media address is out of date; (2) media has its own server, and UDP to or from it is stopped.",
          preset: { audio: ["external address"], nat: true },
        }
      : undefined,
  "call-contact-private": ({ answer: { contact }, isOutside, peer, seenPrivate }) => {
    const host = contact?.host.unwrap();
    if (!isOutside || contact === undefined || host === undefined) return undefined;
    if (!isLocalAddress(host) || host === peer) return undefined;
    return {
      evidence: `Contact ${hostPort(contact.host, contact.port)} in the answer of the PBX at ${peer}`,
      confidence: seenPrivate ? "medium" : "high",
      preset: { audio: ["external address"], nat: true },
    };
  },
  "rtp-from-elsewhere": (heard) => {
    const [stream] = heard.elsewhere;
    // Beside voice from the right place, or without the echo in it, it may be anybody's.
    if (stream === undefined || heard.packets > 0 || !heard.bothWays || !heard.isOutside) return undefined;
    return {
      severity: "warning",
      evidence: `announced ${announcedPlace(heard)}, RTP comes from ${hostPort(stream.from.address, stream.from.port)}; ${voiceWords(heard)}`,
      confidence: "medium",
      cause:
        "The PBX's network sends RTP by another public address than it receives it at (a second line, a pool of addresses). A far end behind NAT or a firewall, which takes packets only from where its own go, hears nothing of it.",
      fix: "Have the PBX's RTP leave by the address that it announces, or announce the one that it leaves by and forward the RTP range there.",
      preset: { audio: ["external address"], nat: true },
    };
  },
  "rtp-loss": (heard) => {
    const [stream] = heard.audio.received;
    const { lost = 0, expected = 0 } = stream ?? {};
    if (!heard.bothWays || expected < LOSS_OF || lost / expected < MUCH_LOSS) return undefined;
    return {
      evidence: voiceWords(heard),
      confidence: "medium",
      cause:
        "They were lost between this machine and the PBX, there or back: a PBX may number what it sends back as it came. This machine's own line counts too.",
      fix: "Look at both lines (load, Wi-Fi, shaping), and compare with a call from another network.",
    };
  },
  "dtmf-not-agreed": ({ answer }) =>
    answer.announced === undefined || answer.telephoneEvent
      ? undefined
      : {
          severity: "info",
          evidence: "telephone-event was offered in the call to the echo test, and the answer has none",
          confidence: "high",
        },
};

/** The same finding, where the call to the echo test leads to it. */
export function orProbed<Of extends Rule>(rule: Of): Of {
  const probed = PROBED[rule.id];
  if (probed === undefined) return rule;
  return { ...rule, find: (evidence: Evidence) => rule.find(evidence) ?? heardBy(probed)(evidence) };
}
