import { describe, expect, it } from "vitest";
import type { MeasuredCall } from "../../../src/calls/call-facts.js";
import type { StepFacts } from "../../../src/calls/script.js";
import { checkedItems } from "../../../src/diagnosis/checked.js";
import type { MediaEvidence } from "../../../src/diagnosis/evidence-media.js";
import type { Confidence, Finding, Severity } from "../../../src/diagnosis/finding.js";
import { findingsFrom } from "../../../src/diagnosis/rank.js";
import { loadPreset } from "../../../src/presets/index.js";
import { untrustedToken } from "../../../src/redaction/untrusted.js";
import { announced, echoCall, mediaSeen, PBX, refusedCall, SILENT, stream } from "../../support/echo-call.js";
import { evidence } from "../../support/evidence.js";
import { plain } from "../../support/plain.js";

const IDS = new Set([
  ...["media-address-private", "media-address-wrong", "call-contact-private", "dtmf-not-agreed"],
  ...["own-media-refused", "rtp-blocked", "rtp-port-remapped", "no-refer", "pbx-media-works"],
  ...["rtp-from-elsewhere", "rtp-loss"],
]);

function found(media: MediaEvidence): Finding[] {
  return plain(findingsFrom(evidence({ media }))).filter(({ id }) => IDS.has(id));
}

const REPORT = { ssrc: 1, fractionLost: 0, lost: 0, jitter: 10 };
const PRIVATE = { received: untrustedToken("10.0.0.5"), rewritten: [] };
/** An announcement of 22 s went before the second tone. */
const ANNOUNCED: StepFacts[] = [
  { do: "wait", fromMs: 0, toMs: 300 },
  { do: "tone", fromMs: 300, toMs: 1_800 },
  { do: "wait", fromMs: 1_800, toMs: 2_500 },
  { do: "listen", fromMs: 2_500, toMs: 23_600, heard: { fromMs: 1_000, toMs: 22_900 } },
  { do: "tone", fromMs: 23_600, toMs: 25_100 },
  { do: "wait", fromMs: 25_100, toMs: 25_800 },
];
const NOTHING_SAID: StepFacts[] = [...ANNOUNCED.slice(0, 3), { do: "listen", fromMs: 2_500, toMs: 4_500 }];

/** One of 2 s, over before it was listened for. */
const SHORTLY_ANNOUNCED: StepFacts[] = [
  ...NOTHING_SAID,
  { do: "tone", fromMs: 4_500, toMs: 6_000 },
  { do: "wait", fromMs: 6_000, toMs: 6_700 },
];

interface Case {
  readonly call: MeasuredCall;
  readonly media?: Partial<MediaEvidence>;
  readonly finds: readonly [id: string, severity: Severity, confidence: Confidence, says?: RegExp][];
}

const CASES: Readonly<Record<string, Case>> = {
  "all is well": {
    call: echoCall(),
    finds: [
      [
        "pbx-media-works",
        "info",
        "high",
        /1\.5 s of a tone of 1\.5 s came back, 140 packets heard, 0\.0 % lost, jitter 2 ms/,
      ],
    ],
  },
  "an announcement is heard, and the PBX reports that it gets ours": {
    call: echoCall({ audio: { ...SILENT, received: [stream()], soundMs: 4_000, reports: [REPORT] } }),
    finds: [["pbx-media-works", "info", "high", /the PBX reports 0 % of ours lost/]],
  },
  "from inside it works, which says nothing of the platform": {
    call: echoCall(),
    media: { position: "inside", positionFrom: "private-address" },
    finds: [["pbx-media-works", "info", "high", /seen from inside/]],
  },
  "a private address is announced, and the ports behind it are open": {
    call: echoCall({
      answer: { announced: announced("192.168.1.5") },
      audio: { aim: { target: { address: PBX, port: 12_000 }, instead: "means-nothing-here" } },
    }),
    finds: [
      [
        "media-address-private",
        "critical",
        "high",
        /192\.168\.1\.5:12000; sent to 198\.51\.100\.7:12000 instead, our tone came back/,
      ],
    ],
  },
  "a private address is announced, and nothing comes back": {
    call: echoCall({
      answer: { announced: announced("192.168.1.5") },
      audio: { ...SILENT, aim: { target: { address: PBX, port: 12_000 }, instead: "means-nothing-here" } },
      steps: NOTHING_SAID,
    }),
    finds: [["media-address-private", "critical", "high", /it did not come back/]],
  },
  "a private address is announced to one whom the PBX sees at a private address": {
    call: echoCall({ answer: { announced: announced("192.168.1.5") }, setup: { facts: PRIVATE } }),
    finds: [["media-address-private", "critical", "medium"]],
  },
  "a private address is announced within the PBX's network": {
    call: echoCall({ answer: { announced: announced("192.168.1.5") } }),
    media: { position: "inside", positionFrom: "given" },
    finds: [["pbx-media-works", "info", "high"]],
  },
  "an old address is announced": {
    call: echoCall({
      answer: { announced: announced("203.0.113.99") },
      audio: { ...SILENT, aim: { target: { address: "203.0.113.99", port: 12_000 } } },
      steps: NOTHING_SAID,
    }),
    finds: [
      ["media-address-wrong", "critical", "medium", /203\.0\.113\.99:12000, and nothing comes from there/],
    ],
  },
  "media has its own server": {
    call: echoCall({
      answer: { announced: announced("203.0.113.99") },
      audio: {
        received: [stream("203.0.113.99")],
        aim: { target: { address: "203.0.113.99", port: 12_000 } },
      },
    }),
    finds: [["pbx-media-works", "info", "high"]],
  },
  "nothing comes back, behind NAT": {
    call: echoCall({ audio: SILENT, steps: NOTHING_SAID }),
    finds: [["rtp-blocked", "critical", "medium", /did not come back, 0 packets heard/]],
  },
  "nothing comes back, within the PBX's network": {
    call: echoCall({ audio: SILENT, steps: NOTHING_SAID }),
    media: { position: "inside", positionFrom: "private-address" },
    finds: [["rtp-blocked", "warning", "medium"]],
  },
  "nothing comes back, and the PBX reports that ours arrives": {
    call: echoCall({ audio: { ...SILENT, reports: [REPORT] }, steps: NOTHING_SAID }),
    finds: [["rtp-blocked", "critical", "medium"]],
  },
  "an announcement is heard, and no echo after it": {
    call: echoCall({ audio: { ...SILENT, received: [stream()], soundMs: 21_000 }, steps: ANNOUNCED }),
    finds: [["rtp-blocked", "critical", "medium"]],
  },
  "a short announcement is heard, and no echo after it": {
    call: echoCall({
      audio: { ...SILENT, received: [stream()], soundMs: 2_000 },
      steps: SHORTLY_ANNOUNCED,
    }),
    finds: [["rtp-blocked", "critical", "medium"]],
  },
  "the echo comes after an announcement": {
    call: echoCall({ audio: { tone: { sentMs: 3_000, returnedMs: 1_500 } }, steps: SHORTLY_ANNOUNCED }),
    finds: [["pbx-media-works", "info", "high", /^1\.5 s of a tone sent twice came back/]],
  },
  "voice comes from another address than announced": {
    call: echoCall({ audio: { received: [stream("198.51.100.8")] } }),
    finds: [
      [
        "rtp-from-elsewhere",
        "warning",
        "medium",
        /announced 198\.51\.100\.7:12000, RTP comes from 198\.51\.100\.8:12000; .*140 from other addresses/,
      ],
      ["pbx-media-works", "info", "high"],
    ],
  },
  "voice comes from another address of the network that this machine is in": {
    call: echoCall({ audio: { received: [stream("198.51.100.8")] } }),
    media: { position: "inside", positionFrom: "private-address" },
    finds: [["pbx-media-works", "info", "high"]],
  },
  "somebody else's packets come beside the PBX's": {
    call: echoCall({ audio: { received: [stream(), stream("192.0.2.66", 40_000, 9)] } }),
    finds: [["pbx-media-works", "info", "high"]],
  },
  "some of the voice is missing": {
    call: echoCall({ audio: { received: [{ ...stream(PBX, 12_000, 93), lost: 22, expected: 115 }] } }),
    finds: [
      ["rtp-loss", "warning", "medium", /93 packets heard, 19\.1 % lost/],
      ["pbx-media-works", "info", "high"],
    ],
  },
  "hardly any of the voice is missing": {
    call: echoCall({ audio: { received: [{ ...stream(PBX, 12_000, 137), lost: 3, expected: 140 }] } }),
    finds: [["pbx-media-works", "info", "high"]],
  },
  "the call is cut before the echo": {
    call: echoCall({
      audio: { ...SILENT, received: [stream()], soundMs: 9_000 },
      steps: [...ANNOUNCED.slice(0, 3), { do: "listen", fromMs: 2_500, toMs: 9_000, cut: true }],
      end: { by: "there", atMs: 9_000 },
    }),
    finds: [],
  },
  "voice comes from another port, and ours does not come back": {
    call: echoCall({
      audio: { ...SILENT, received: [stream(PBX, 39_715)], soundMs: 21_000 },
      steps: ANNOUNCED,
    }),
    finds: [
      [
        "rtp-port-remapped",
        "critical",
        "medium",
        /announced 198\.51\.100\.7:12000, RTP comes from 198\.51\.100\.7:39715/,
      ],
    ],
  },
  "voice comes from another port, and all is heard": {
    call: echoCall({ audio: { received: [stream(PBX, 39_715)] } }),
    finds: [
      ["rtp-port-remapped", "warning", "medium"],
      ["pbx-media-works", "info", "high"],
    ],
  },
  "a stranger's packets are nobody's port": {
    call: echoCall({ audio: { ...SILENT, received: [stream("192.0.2.66", 40_000)] }, steps: NOTHING_SAID }),
    finds: [["rtp-blocked", "critical", "medium", /0 packets heard/]],
  },
  "the Contact is private": {
    call: echoCall({ answer: { contact: { host: untrustedToken("192.168.1.5"), port: 5060 } } }),
    finds: [
      ["call-contact-private", "warning", "high", /Contact 192\.168\.1\.5:5060/],
      ["pbx-media-works", "info", "high"],
    ],
  },
  "the Contact is private within the PBX's network": {
    call: echoCall({ answer: { contact: { host: untrustedToken("192.168.1.5") } } }),
    media: { position: "inside" },
    finds: [["pbx-media-works", "info", "high"]],
  },
  "transfers are not taken": {
    call: echoCall({ answer: { allow: ["INVITE", "BYE"] } }),
    finds: [
      ["no-refer", "warning", "medium", /INVITE, BYE/],
      ["pbx-media-works", "info", "high"],
    ],
  },
  "keys are not taken as events": {
    call: echoCall({ answer: { telephoneEvent: false } }),
    finds: [
      ["pbx-media-works", "info", "high"],
      ["dtmf-not-agreed", "info", "high"],
    ],
  },
  "the offer is refused": {
    call: refusedCall(488, "Not Acceptable Here"),
    finds: [
      ["own-media-refused", "critical", "medium", /\*43 with PCMU and PCMA in plain RTP is answered 488/],
    ],
  },
  "the offer is refused in plain RTP and in SRTP": {
    call: refusedCall(488, "Not Acceptable Here"),
    media: { encrypted: refusedCall(488, "Not Acceptable Here") },
    finds: [["own-media-refused", "critical", "medium", /and with SRTP 488/]],
  },
  "the offer is taken in SRTP alone": {
    call: refusedCall(488, "Not Acceptable Here"),
    media: { encrypted: echoCall({ audio: { encrypted: true } }) },
    finds: [
      ["own-media-refused", "critical", "high", /with SRTP it is answered/],
      ["pbx-media-works", "info", "high"],
    ],
  },
  "there is no such number": { call: refusedCall(404, "Not Found"), finds: [] },
};

describe("a call to the echo test", () => {
  it.each(Object.entries(CASES))("finds what it shows where %s", (_name, { call, media, finds }) => {
    const all = found(mediaSeen(call, media));
    expect(all.map(({ id, severity, confidence }) => [id, severity, confidence])).toEqual(
      finds.map(([id, severity, confidence]) => [id, severity, confidence]),
    );
    finds.forEach(([, , , says], index) => {
      if (says !== undefined) expect(all[index]?.evidence).toMatch(says);
    });
  });

  it("says what cannot be distinguished, by where this machine is", () => {
    const [nat] = found(mediaSeen(echoCall({ audio: SILENT, steps: NOTHING_SAID })));
    expect(nat?.cause).toMatch(
      /on the way in; \(2\) or on the way out, or leaves by another .*; \(3\) it is not forwarded.*From behind NAT these cannot be distinguished/,
    );
    const facts = { received: untrustedToken("10.0.0.5"), rewritten: [] };
    const open = echoCall({ audio: SILENT, steps: NOTHING_SAID, setup: { facts } });
    const [unheard] = found(mediaSeen(open));
    expect(unheard?.cause).toMatch(
      /^The announcement before the echo is not heard either.*on the way out; \(2\)/,
    );
    expect(unheard?.cause).not.toMatch(/behind NAT/);
    const [silent] = found(mediaSeen(open, { echoCode: "600" }));
    expect(silent?.cause).toMatch(
      /\(4\) a firewall in front of this machine.*From here these cannot be distinguished/,
    );
    expect(nat?.cause).toMatch(/\(4\) a firewall in front of this machine/);
    const reported = echoCall({ audio: { ...SILENT, reports: [REPORT] }, steps: NOTHING_SAID });
    expect(found(mediaSeen(reported))[0]?.cause).toMatch(/reports that this machine's voice arrives/);
    const announcedOnly = echoCall({
      audio: { ...SILENT, received: [stream()], soundMs: 21_000 },
      steps: ANNOUNCED,
    });
    expect(found(mediaSeen(announcedOnly))[0]?.cause).toMatch(/the number called is not an echo test/);
    const inside = { position: "inside", positionFrom: "private-address" } as const;
    for (const call of [echoCall(), echoCall({ audio: SILENT, steps: NOTHING_SAID })]) {
      expect(found(mediaSeen(call, inside))[0]?.cause).toMatch(
        /says nothing of the way between the platform and the PBX/,
      );
    }
  });

  it("names who may be meant by a private address that is told to one seen at a private address", () => {
    const call = echoCall({ answer: { announced: announced("192.168.1.5") }, setup: { facts: PRIVATE } });
    expect(found(mediaSeen(call))[0]?.cause).toMatch(
      /not set; \(2\) a router .* in place of every sender's, .*\(3\) this machine is in its network/,
    );
  });

  it("gives the fix in the preset's words", async () => {
    const preset = await loadPreset("freepbx-pjsip");
    if (preset === undefined) throw new Error("no preset");
    const media = mediaSeen(echoCall({ answer: { announced: announced("192.168.1.5") } }));
    const all = findingsFrom(evidence({ media, preset: { preset, from: "given" } }));
    const fix = all.find(({ id }) => id === "media-address-private")?.fix;
    expect(fix).toMatch(/^FreePBX.*The external address: /);
  });

  it("is reported in a line, with the place that it was seen from", () => {
    const [line] = plain(checkedItems(evidence({ media: mediaSeen() }))).filter(
      ({ check }) => check === "media",
    );
    expect(line?.found).toMatch(
      /^echo test \*43 announces voice at 198\.51\.100\.7:12000 \(PCMU\): .*; seen from outside the PBX's network, since its address is a public one$/,
    );
  });
});
