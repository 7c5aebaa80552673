import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLog } from "../../support/log-lines.js";

/**
 * Pastes about voice: counters, session descriptions, lists of packets, and lines on media, each with its right first finding. The
 * shapes are those of public reports with a known cause, and of what programs print; names, numbers and addresses are made up.
 */

const FOLDER = join(import.meta.dirname, "reported-audio");

/** The first finding's id, its severity and confidence; `undefined` where nothing is wrong. */
const ROWS: readonly (readonly [file: string, finding: string | undefined, weight?: string])[] = [
  ["asterisk-dsp-dtmf-mode", undefined],
  ["asterisk-pjsip-rtp-timeout", "no-audio", "critical high"],
  ["asterisk-rtcp-debug-loss", "packets-lost", "warning medium"],
  ["baresip-no-rtp-60s", "no-audio", "critical medium"],
  ["baresip-table-lossy", "packets-lost", "warning medium"],
  ["channelstats-mail-quote", "one-way-audio", "critical high"],
  ["chansip-lack-of-rtp", "no-audio", "critical high"],
  ["chrome-console-ice-state", "no-audio", "critical medium"],
  ["cisco-active-voice-brief", "one-way-audio", "critical medium"],
  ["cisco-bye-rtp-rxstat-zero", "one-way-audio", "critical medium"],
  ["dtmf-info-415", "dtmf-not-agreed", "warning medium"],
  ["dtmf-rtp-debug-type", undefined],
  ["dtmf-sdp-answer-without", "dtmf-not-agreed", "warning medium"],
  ["early-media-183-private", "media-address-private", "critical medium"],
  ["firefox-ice-failed", "no-audio", "critical medium"],
  ["fs-audio-rtp-to-private", "media-sent-to-private", "critical medium"],
  ["fs-auto-changing-healthy", undefined],
  ["fs-dtls-fail", "no-audio", "critical medium"],
  ["fs-remote-address-error", "media-refused", "critical medium"],
  ["fs-remote-sdp-private-only", "media-address-private", "critical medium"],
  ["fs-srtp-auth", "srtp-refused", "critical medium"],
  ["fs-uuid-debug-media-w-only", "one-way-audio", "warning low"],
  ["german-question-c", "media-address-private", "critical low"],
  ["getstats-console-js", "one-way-audio", "critical medium"],
  ["getstats-healthy", undefined],
  ["getstats-inbound-zero", "one-way-audio", "critical medium"],
  ["getstats-python-dict", "one-way-audio", "critical medium"],
  ["grandstream-rtp-status", "one-way-audio", "critical medium"],
  ["h-cisco-active-ok", undefined],
  ["h-docs-rtp-timeout", undefined],
  ["h-p2p-two-legs", undefined],
  ["h-ping-stats", undefined],
  ["h-rtp-debug-short-both", undefined],
  ["h-rtpengine-json-both", undefined],
  ["h-sdp-lan-question", undefined],
  ["h-srtp-config-words", undefined],
  ["h-strict-rtp-begin-only", undefined],
  ["h-ufw-block-other", undefined],
  ["h-vq-good", undefined],
  ["h-wireshark-analysis-ok", undefined],
  ["hold-resume-healthy", undefined],
  ["icmp-few-rtp", "one-way-audio", "critical low"],
  ["ifconfig-healthy", undefined],
  ["jambonz-out-of-ports", "no-audio", "critical medium"],
  ["janus-mandatory-srtp", "srtp-refused", "critical medium"],
  ["linphone-bandwidth-d0", "one-way-audio", "critical medium"],
  ["linphone-bandwidth-healthy", undefined],
  ["linphone-media-lost", "no-audio", "critical high"],
  ["linphone-ortp-stats", "one-way-audio", "critical medium"],
  ["livekit-stats-zero", "no-audio", "critical high"],
  ["livekit-warn-media-timeout-go", "no-audio", "critical high"],
  ["loopback-sdp-200", "media-address-private", "critical medium"],
  ["microsip-stats-rx0", "one-way-audio", "critical medium"],
  ["mikrotik-drop", "one-way-audio", "critical medium"],
  ["nft-drop", "one-way-audio", "critical medium"],
  ["pflog-block", "one-way-audio", "warning low"],
  ["phone-web-page-rx", "one-way-audio", "critical medium"],
  ["pjsip-android-logcat-rx0", "one-way-audio", "critical medium"],
  ["pjsip-ice-failed", "no-audio", "critical medium"],
  ["prose-c-healthy", undefined],
  ["prose-inline-c", "media-address-private", "critical medium"],
  ["prose-inline-port0", "media-off", "critical medium"],
  ["question-oneway-words-only", undefined],
  ["resume-answered-inactive", "media-off", "warning medium"],
  ["rtp-debug-few-p2p-private", "one-way-audio", "warning low"],
  ["rtp-debug-got-public-sent-private", "media-sent-to-private", "critical medium"],
  ["rtp-debug-wrapped-ice", "one-way-audio", "warning medium"],
  ["rtpengine-ci-kv-timeout", "one-way-audio", "critical medium"],
  ["rtpengine-closing-timeout-stats", "one-way-audio", "critical medium"],
  ["rtpengine-dump-private", "one-way-audio", "critical medium"],
  ["rtpengine-json-chunks", "one-way-audio", "critical medium"],
  ["rtpengine-ng-json-zero", "one-way-audio", "critical medium"],
  ["rtpengine-two-way-private-far", undefined],
  ["rustpbx-srtp", "srtp-refused", "critical medium"],
  ["sdp-alone-docker-spaced", "media-address-private", "critical medium"],
  ["sdp-alone-private-question", "media-address-private", "critical medium"],
  ["sdp-avp-vs-savp-pair", "srtp-refused", "critical medium"],
  ["sdp-in-json-livekit-cli", "media-address-private", "critical low"],
  ["sdp-pair-healthy", undefined],
  ["sip-channelstats-lossy", "packets-lost", "warning medium"],
  ["sip-trace-200-port0-video-only-ok", undefined],
  ["sipjs-ice-asterisk-oneway", "one-way-audio", "warning medium"],
  ["sipsorcery-rtp-timeout", "no-audio", "critical medium"],
  ["sngrep-flow-rtp-one-arrow", "one-way-audio", "critical medium"],
  ["strict-rtp-private-no-switch", "media-sent-to-private", "critical medium"],
  ["strict-rtp-switching-healthy", undefined],
  ["tcpdump-any-out", "one-way-audio", "warning low"],
  ["tcpdump-names", "one-way-audio", "warning low"],
  ["tcpdump-udp-to-private", "one-way-audio", "warning low"],
  ["telnyx-quality-stats", "one-way-audio", "critical medium"],
  ["tshark-fields-ports", "one-way-audio", "warning low"],
  ["tshark-list-rtp-short", "one-way-audio", "warning low"],
  ["twilio-insights-metrics", "one-way-audio", "critical medium"],
  ["twilio-warning-loss", "packets-lost", "warning medium"],
  ["ufw-block-rtp", "one-way-audio", "critical medium"],
  ["vq-rtcpxr-loss", "packets-lost", "warning medium"],
  ["webrtc-internals-table", "one-way-audio", "critical medium"],
  ["wireshark-rtp-analysis-text", "packets-lost", "warning medium"],
  ["wireshark-streams-oneway-copy", "one-way-audio", "critical medium"],
  ["wrong-external-after-ip-change", "media-address-wrong", "warning medium"],
  ["yealink-table-healthy", undefined],
];

describe("a paste about voice", () => {
  it.each(ROWS.map((row) => [`${row[0]}: ${row[1] ?? "nothing is wrong"}`, row] as const))(
    "%s",
    (_name, [file, finding, weight]) => {
      const [first] = readLog(readFileSync(join(FOLDER, `${file}.txt`), "utf8")).findings;
      expect(first?.id).toBe(finding);
      expect(first && `${first.severity} ${first.confidence}`).toBe(weight);
    },
  );

  it("is in the table", () => {
    const files = readdirSync(FOLDER).map((name) => name.replace(/\.txt$/, ""));
    expect(files.toSorted()).toEqual(ROWS.map(([file]) => file).toSorted());
  });
});
