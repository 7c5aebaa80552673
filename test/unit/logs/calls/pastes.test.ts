import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listTroubles } from "../../../../src/answers/index.js";
import { readLogWithPreset } from "../../../../src/logs/read-log.js";
import { readLog } from "../../../support/log-lines.js";

/**
 * Pastes about calls and their voice, each with what is right about it: traces as sngrep, ngrep, tcpdump, Wireshark, tshark, Homer,
 * Asterisk's two loggers, FreeSWITCH, drachtio, pjsua and JsSIP print them, lines of PBXs, and counters. The shapes are those of
 * public reports and manuals; names, numbers and addresses are made up.
 */

const FOLDER = join(import.meta.dirname, "pastes");

type Row = readonly [
  file: string,
  /** The first finding's id; `undefined` where nothing is wrong. */
  finding: string | undefined,
  /** Of the first finding: severity, confidence. */
  weight?: string,
];

const ROWS: readonly Row[] = [
  ["healthy-sngrep", undefined],
  ["healthy-pjsip-logger", undefined],
  ["healthy-chan-sip", undefined],
  ["healthy-sofia", undefined],
  ["healthy-lan-private", undefined],
  ["healthy-ngrep-early-media", undefined],
  ["healthy-hold-and-back", undefined],
  ["healthy-session-refreshed", undefined],
  ["healthy-phone-behind-nat", "media-address-private", "info medium"],
  ["cancelled-by-caller", "call-cancelled", "info medium"],
  ["healthy-webrtc-both", undefined],
  ["healthy-srtp", undefined],
  ["no-ack-private-contact-pjsip", "ack-lost", "critical high"],
  ["no-ack-pbx-behind-nat", "ack-lost", "critical high"],
  ["no-ack-drachtio-sofia", "ack-lost", "critical high"],
  ["no-ack-once-and-bye-after-32", "ack-lost", "critical medium"],
  ["ack-to-container", "ack-lost", "critical high"],
  ["no-ack-wireshark", "ack-lost", "critical high"],
  ["no-ack-tshark-list", "ack-lost", "critical high"],
  ["no-ack-flat-rows", "ack-lost", "critical high"],
  ["healthy-ack-after-second-200", undefined],
  ["refresh-refused-481", "session-refresh-failed", "critical medium"],
  ["session-timeout-reason", "session-refresh-failed", "critical high"],
  ["ends-after-15-min", "session-refresh-failed", "critical medium"],
  ["interval-too-small", "session-interval-small", "critical medium"],
  ["healthy-interval-raised", undefined],
  ["refresh-unanswered", "session-refresh-failed", "critical medium"],
  ["private-media-own-lan-capture", "media-address-private", "critical medium"],
  ["private-media-in-answer-of-pbx", "media-address-private", "critical medium"],
  ["private-media-freeswitch", "media-address-private", "critical medium"],
  ["container-media-in-lan", "media-address-private", "critical medium"],
  ["private-media-homer", "media-address-private", "critical medium"],
  ["private-media-of-agent", "media-address-private", "warning medium"],
  ["media-level-public-over-session", undefined],
  ["media-level-private-over-session", "media-address-private", "critical medium"],
  ["stale-external-address", "media-address-wrong", "warning medium"],
  ["healthy-provider-media-elsewhere", undefined],
  ["private-contact-of-pbx", "call-contact-private", "warning medium"],
  ["left-on-hold", "call-on-hold", "info medium"],
  ["answer-port-0", "media-off", "critical medium"],
  ["answer-inactive", "media-off", "critical medium"],
  ["answer-0000", "media-off", "critical medium"],
  ["answer-recvonly", "media-off", "warning medium"],
  ["488-srtp-offered", "srtp-refused", "critical medium"],
  ["488-g729-only", "codec-mismatch", "critical medium"],
  ["488-opus-g722", "codec-mismatch", "critical medium"],
  ["488-plain-g711", "media-refused", "critical medium"],
  ["606-webrtc-phone", "webrtc-refused", "critical medium"],
  ["488-webrtc-flat", "webrtc-refused", "critical medium"],
  ["488-alone", "media-refused", "critical medium"],
  ["t38-refused", "fax-refused", "info medium"],
  ["no-codec-shared-in-answer", "codec-mismatch", "critical medium"],
  ["404-nobody-registered", "callee-not-registered", "critical medium"],
  ["404-no-route", "no-such-extension", "critical medium"],
  ["404-of-device-did", "call-number-unknown", "critical medium"],
  ["404-kamailio", "callee-not-registered", "critical medium"],
  ["480-opensips", "callee-not-registered", "critical medium"],
  ["480-freeswitch-not-registered", "callee-not-registered", "critical medium"],
  ["480-after-ringing", "call-not-answered", "warning medium"],
  ["486-busy-device", "callee-busy", "warning medium"],
  ["486-cut-after-status-line", "callee-busy", "warning medium"],
  ["603-after-dial-time-no-180", "invite-unanswered", "critical medium"],
  ["603-decline-of-device", "call-declined", "warning medium"],
  ["503-provider", "call-failed-beyond", "critical medium"],
  ["403-trunk-caller-id", "call-declined", "critical medium"],
  ["420-100rel", "call-demands-extension", "critical medium"],
  ["415-body", "media-refused", "critical medium"],
  ["482-loop", "call-loops", "critical medium"],
  ["302-forward", "call-forwarded", "info medium"],
  ["invite-401-twice", "call-credentials-refused", "critical medium"],
  ["invite-challenge-unanswered", "call-challenge-unanswered", "warning medium"],
  ["scanner-invite", "call-of-stranger", "info medium"],
  ["both-legs-488", "codec-mismatch", "critical medium"],
  ["invite-unanswered", "invite-unanswered", "critical high"],
  ["invite-too-large", "invite-too-large", "critical medium"],
  ["invite-to-other-port", "invite-to-other-port", "critical medium"],
  ["registered-and-healthy-call", undefined],
  ["invite-unanswered-tshark", "invite-unanswered", "critical high"],
  ["no-telephone-event", "dtmf-not-agreed", "warning medium"],
  ["direct-media-reinvite", "direct-media", "warning medium"],
  ["alg-received-private", "call-path-rewritten", "warning medium"],
  ["pjsua-no-audio-private", "media-address-private", "critical medium"],
  ["513-too-large", "invite-too-large", "critical medium"],
  ["488-two-audio-lines", "media-refused", "critical medium"],
  ["bye-reason-488", "media-refused", "critical medium"],
  ["bye-reason-rtp-timeout", "no-audio", "critical high"],
  ["agent-hangs-up-after-30-s", "no-audio", "info low"],
  ["private-media-and-30-s", "media-address-private", "critical medium"],
  ["srtp-answered-plain", "srtp-refused", "critical medium"],
  ["late-offer-private-answer", "media-address-private", "critical medium"],
  ["bye-never-answered", "bye-refused", "warning medium"],
  ["never-rang-until-cancelled", "invite-unanswered", "warning medium"],
  ["answered-elsewhere", "call-cancelled", "info medium"],
  ["healthy-masked-addresses", undefined],
  ["healthy-cut-after-ack", undefined],
  ["healthy-wireshark", undefined],
  ["healthy-tshark-list", undefined],
  ["healthy-tcpdump", undefined],
  ["healthy-docker-prefix", undefined],
  ["private-media-mail-quoted", "media-address-private", "critical medium"],
  ["private-media-html", "media-address-private", "critical medium"],
  ["stranger-beside-a-good-call", "call-of-stranger", "info medium"],
  ["alg-rewrites-via", "call-path-rewritten", "warning medium"],
  ["private-media-but-long-call", "media-address-private", "warning medium"],
  ["healthy-direct-media-in-lan", undefined],
  ["healthy-proxy-both-hops", undefined],
  ["healthy-captured-twice", undefined],
  ["channelstats-healthy", undefined],
  ["channelstats-agent-not-heard", "one-way-audio", "critical high"],
  ["channelstats-in-mail", "one-way-audio", "critical high"],
  ["channelstats-nothing-at-all", "no-audio", "critical medium"],
  ["channelstats-loss", "packets-lost", "warning medium"],
  ["channelstats-asked-three-times", undefined],
  ["rtp-debug-healthy", undefined],
  ["rtp-debug-healthy-p2p", undefined],
  ["rtp-debug-p2p-one-way", "one-way-audio", "critical medium"],
  ["rtp-debug-agent-silent", "one-way-audio", "critical medium"],
  ["rtp-debug-private-target", "media-sent-to-private", "critical medium"],
  ["asterisk-chanunavail", "callee-not-registered", "critical medium"],
  ["asterisk-no-answer", "call-not-answered", "warning medium"],
  ["asterisk-486-back", "callee-busy", "warning medium"],
  ["asterisk-503-back", "call-failed-beyond", "critical medium"],
  ["asterisk-retransmission", "ack-lost", "critical high"],
  ["asterisk-retransmission-request", "invite-unanswered", "critical medium"],
  ["asterisk-rtp-timeout", "no-audio", "critical high"],
  ["chan-sip-rtp-timeout", "no-audio", "critical high"],
  ["asterisk-negotiate-stream", "media-refused", "critical medium"],
  ["asterisk-srtp-wanted", "srtp-refused", "critical medium"],
  ["asterisk-no-compatible-codecs", "codec-mismatch", "critical medium"],
  ["asterisk-context", "no-such-extension", "critical medium"],
  ["chan-sip-context", "no-such-extension", "critical medium"],
  ["freepbx-unavailable", "callee-unavailable", "warning low"],
  ["asterisk-healthy-console", undefined],
  ["freeswitch-not-registered", "callee-not-registered", "critical medium"],
  ["freeswitch-no-route", "no-such-extension", "critical medium"],
  ["freeswitch-incompatible", "codec-mismatch", "critical medium"],
  ["freeswitch-media-timeout", "no-audio", "critical high"],
  ["freeswitch-timer-in-call", "ack-lost", "critical medium"],
  ["freeswitch-timer-at-setup", "invite-unanswered", "critical medium"],
  ["freeswitch-healthy", undefined],
  ["freeswitch-variables-one-way", "one-way-audio", "critical medium"],
  ["freeswitch-cdr-xml-healthy", undefined],
  ["livekit-media-timeout", "no-audio", "critical high"],
  ["livekit-offer-public", undefined],
  ["livekit-offer-private-in-lan", undefined],
  ["livekit-offer-private-over-internet", "media-address-private", "critical medium"],
  ["livekit-answer-of-container", "media-address-private", "critical medium"],
  ["livekit-late-offer-refused", "media-refused", "critical medium"],
  ["livekit-outbound-answer-private", "media-address-private", "critical medium"],
  ["livekit-invite-486", "callee-busy", "warning medium"],
  ["kamailio-acc-480", "callee-unavailable", "warning low"],
  ["pjsua-disconnected-404", "no-such-extension", "critical medium"],
  ["pjsua-disconnected-normal", undefined],
  ["pjsua-dump-quality", "one-way-audio", "critical medium"],
  ["baresip-summary-healthy", undefined],
  ["baresip-summary-nothing-received", "one-way-audio", "critical medium"],
  ["baresip-session-closed-488", "media-refused", "critical medium"],
  ["chan-sip-session-timer", "session-refresh-failed", "critical high"],
  ["tshark-rtp-one-way", "one-way-audio", "critical medium"],
  ["tshark-rtp-healthy", undefined],
  ["tcpdump-rtp-one-way", "one-way-audio", "critical medium"],
  ["baresip-ua-not-found", "call-number-unknown", "critical medium"],
  ["asterisk-unknown-invite", "call-challenge-unanswered", "info low"],
  ["fritzbox-488", "media-refused", "critical medium"],
  ["fritzbox-busy", "callee-busy", "warning medium"],
  ["3cx-not-registered", "callee-not-registered", "critical medium"],
  ["3cx-line-403", "call-declined", "warning medium"],
  ["kamailio-no-relay", "no-audio", "critical medium"],
  ["sip-show-channelstats", "one-way-audio", "critical medium"],
  ["sip-show-channelstats-healthy", undefined],
  ["rtpengine-one-way", "one-way-audio", "critical medium"],
  ["rtpengine-healthy", undefined],
  ["refused-with-srtp-taken-without", "srtp-refused", "info medium"],
  ["healthy-second-offer-taken", undefined],
  ["click-to-dial", undefined],
  ["ladder-of-sngrep-busy", "callee-busy", "warning medium"],
  ["ladder-of-sngrep-healthy", undefined],
  ["ladder-drawn-by-hand", "no-such-extension", "critical low"],
  ["far-side-sees-private-source", "call-path-rewritten", "warning medium"],
  ["healthy-agent-in-docker", undefined],
  ["3cx-firewall-media-ports", "ports-not-forwarded", "warning medium"],
  ["3cx-firewall-german", "ports-not-forwarded", "warning medium"],
  ["3cx-firewall-alg", "call-path-rewritten", "warning medium"],
  ["3cx-firewall-healthy", undefined],
  ["3cx-attempt-busy", "callee-busy", "warning medium"],
  ["3cx-attempt-old-form", "callee-not-registered", "critical medium"],
  ["pjsua-dq-newer-healthy", undefined],
  ["pjsua-dq-newer-sends-nothing", "one-way-audio", "critical medium"],
  ["pjsua-dq-bars-nothing-received", "one-way-audio", "critical medium"],
  ["pjsua-dq-sent-voice-lost", "packets-lost", "warning medium"],
  ["tshark-rtp-streams-older", "one-way-audio", "critical medium"],
  ["tshark-rtp-streams-two-legs", undefined],
  ["wireshark-rtp-streams-csv-one-way", "one-way-audio", "critical medium"],
  ["wireshark-rtp-streams-csv-healthy", undefined],
  ["wireshark-rtp-streams-csv-loss", "packets-lost", "warning medium"],
  ["bye-cisco-receives-nothing", "one-way-audio", "critical medium"],
  ["bye-audiocodes-sends-nothing", "one-way-audio", "critical medium"],
  ["bye-poly-healthy", undefined],
  ["bye-stat-loss", "packets-lost", "warning medium"],
];

function read(file: string) {
  return readLog(readFileSync(join(FOLDER, `${file}.txt`), "utf8"));
}

describe("a paste about calls", () => {
  it.each(ROWS.map((row) => [`${row[0]}: ${row[1] ?? "nothing is wrong"}`, row] as const))(
    "%s",
    (_name, [file, finding, weight]) => {
      const [first] = read(file).findings;
      expect(first?.id).toBe(finding);
      expect(first && `${first.severity} ${first.confidence}`).toBe(weight);
    },
  );

  it("is in the table, each of the folder", () => {
    const files = readdirSync(FOLDER).map((name) => name.replace(/\.txt$/, ""));
    expect(files.toSorted()).toEqual(ROWS.map(([file]) => file).toSorted());
  });

  it("is told to be about calls where its first finding is", () => {
    for (const [file] of ROWS.filter(([, finding]) => finding !== undefined)) {
      expect(read(file).isOfCalls, file).toBe(true);
    }
  });

  it("names a guide that there is, with each finding on a call", () => {
    const guides = new Set(listTroubles().map(({ id }) => id));
    for (const [file] of ROWS) {
      for (const { guide } of read(file).findings) expect(guides, file).toContain(guide);
    }
  });

  it("shows no key of SRTP and no digest", () => {
    for (const [file] of ROWS) {
      expect(JSON.stringify(read(file)), file).not.toMatch(/d0RmdmcmVC|00112233445566/);
    }
  });

  it.each([
    ["503-provider", "kamailio-opensips"],
    ["404-nobody-registered", "freepbx-pjsip"],
    ["403-trunk-caller-id", "3cx"],
  ])("has no words of a preset that are about REGISTER: %s with %s", async (file, presetId) => {
    const text = readFileSync(join(FOLDER, `${file}.txt`), "utf8");
    const [plain, named] = [readLog(text), await readLogWithPreset(text, { presetId })];
    expect(named.findings[0]?.fix).toBe(plain.findings[0]?.fix);
  });

  it("has the preset's words on addresses and ports of media", async () => {
    const text = readFileSync(join(FOLDER, "channelstats-agent-not-heard.txt"), "utf8");
    const { findings } = await readLogWithPreset(text, { presetId: "freepbx-pjsip" });
    expect(findings[0]?.fix).toMatch(/^FreePBX.*Settings > Asterisk SIP Settings.*UDP 10000-20000/);
  });

  it("tells who called whom, and how it ended", () => {
    expect(read("agent-hangs-up-after-30-s").calls).toEqual([
      'line 2: 1700 (the PBX ("Asterisk PBX 20.9.2")) calls 1801 (called (LiveKit, 198.51.100.60)): answered after 0.0 s, ended after 30 s by the one who answered',
    ]);
  });
});
