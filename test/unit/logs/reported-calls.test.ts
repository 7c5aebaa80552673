import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLog } from "../../support/log-lines.js";

/**
 * Pastes about calls and their audio, each with its right first finding. The shapes are those of public reports with a known
 * cause, and of what tools print; names, numbers and addresses are made up.
 */

const FOLDER = join(import.meta.dirname, "reported-calls");

/** The first finding's id, its severity and confidence; `undefined` where nothing is wrong. */
const ROWS: readonly (readonly [file: string, finding: string | undefined, weight?: string])[] = [
  ["ami-arrows-busy", "callee-busy", "warning medium"],
  ["ami-erlang-busy", "callee-busy", "warning medium"],
  ["ami-node-hangup-20", "callee-not-registered", "critical medium"],
  ["arrows-colon-no-ack", "ack-lost", "critical medium"],
  ["arrows-unicode-no-answer", "invite-unanswered", "critical high"],
  ["asterisk-assert-ack", "ack-lost", "critical medium"],
  ["asterisk-blind-transfer", "transfer-refused", "warning medium"],
  ["asterisk-features-transfer", "transfer-refused", "warning medium"],
  ["asterisk-strict-rtp-ok", undefined],
  ["asterisk-wrapped-negotiate", "media-refused", "critical medium"],
  ["audiocodes-syslog-404", "no-such-extension", "critical low"],
  ["bandwidth-disconnect-rejected", "call-declined", "warning medium"],
  ["baresip-reinvite-481", "change-refused", "warning medium"],
  ["browser-ice-failed", "no-audio", "critical medium"],
  ["bye-x-asterisk-58", "media-refused", "critical medium"],
  ["chain-prose", undefined],
  ["chan-sip-asked-to-transmit", "codec-mismatch", "critical medium"],
  ["chan-sip-debug-headers-488", "media-refused", "critical medium"],
  ["chan-sip-unsupported-format", "codec-mismatch", "critical medium"],
  ["code-arrow-lambda", undefined],
  ["dtmf-ok", undefined],
  ["esphome-tx-rx-480", "call-not-answered", "warning medium"],
  ["fritz-italian-488", "media-refused", "critical medium"],
  ["fs-audio-timeout", "no-audio", "critical medium"],
  ["fs-normal-clearing", undefined],
  ["fs-reinvite-never-answered", "change-refused", "warning medium"],
  ["fs-show-channels", undefined],
  ["fs-uuid-dump-one-way", "one-way-audio", "critical medium"],
  ["fusionpbx-challenge-abandoned", "call-challenge-unanswered", "warning medium"],
  ["fusionpbx-inbound-auth-failure", "call-credentials-refused", "critical medium"],
  ["fusionpbx-no-route-debug", "no-such-extension", "critical medium"],
  ["heplify-invite-unanswered", "invite-unanswered", "critical high"],
  ["homer-calldata-403", "call-declined", "critical medium"],
  ["html-ladder-486", "callee-busy", "warning medium"],
  ["http-ladder", undefined],
  ["ios-pjsip-emoji-blank-lines", "callee-busy", "warning medium"],
  ["janus-hangup-488", "media-refused", "critical medium"],
  ["jigasi-stopped-rtp", "no-audio", "critical medium"],
  ["kamailio-478-trace", "call-failed-beyond", "critical medium"],
  ["kamailio-478", "call-failed-beyond", "critical medium"],
  ["kamailio-ws-gone", "invite-unanswered", "warning low"],
  ["ladder-baresip-486", "callee-busy", "warning medium"],
  ["ladder-baresip-ok", undefined],
  ["ladder-boxes-408", "invite-unanswered", "critical medium"],
  ["ladder-healthy", undefined],
  ["ladder-refer-4xx", "transfer-refused", "warning medium"],
  ["ladder-sipjs-no-ack", "ack-lost", "critical medium"],
  ["ladder-three-columns-488", "media-refused", "critical medium"],
  ["livekit-200-private-masked", "media-address-private", "critical medium"],
  ["livekit-disconnect-reason", "callee-unavailable", "warning low"],
  ["livekit-healthy", undefined],
  ["livekit-transfer-603", "transfer-refused", "warning medium"],
  ["md-table-503", "call-failed-beyond", "critical medium"],
  ["mermaid-486", "callee-busy", "warning medium"],
  ["opal-local-user", undefined],
  ["opal-remote-busy", "callee-busy", "warning medium"],
  ["pastebin-bullets-603", "call-declined", "warning medium"],
  ["pastebin-numbered-private-media", "media-address-private", "critical medium"],
  ["pbx-spool-busy", "callee-busy", "warning medium"],
  ["pbx-spool-no-answer", "call-not-answered", "warning medium"],
  ["pjsip-history-408", "invite-unanswered", "critical high"],
  ["plantuml-603", "call-declined", "warning medium"],
  ["prose-steps", undefined],
  ["pyvoip-bytes-486", "callee-busy", "warning medium"],
  ["quoted-arrows-603", "callee-busy", "warning medium"],
  ["reason-header-alone-88", "media-refused", "critical medium"],
  ["reinvite-ack-timeout", "ack-lost", "critical medium"],
  ["retell-dial-no-answer", "call-not-answered", "warning medium"],
  ["rtpengine-2015-final-zero", "one-way-audio", "critical medium"],
  ["rtpengine-bold-one-way", "one-way-audio", "critical medium"],
  ["rtpengine-guillemets-one-way", "one-way-audio", "critical medium"],
  ["rtpengine-totals", undefined],
  ["serious-network-trouble", "invite-unanswered", "critical medium"],
  ["starface-200-without-contact", "ack-lost", "critical high"],
  ["tcpdump-in-only", "one-way-audio", "critical medium"],
  ["tcpdump-v-busy", "callee-busy", "warning medium"],
  ["tshark-O-sip-488", "media-refused", "critical medium"],
  ["tshark-fields-no-ack", "ack-lost", "critical high"],
  ["tshark-fields-ok", undefined],
  ["tshark-json-busy", "callee-busy", "warning medium"],
  ["tshark-sip-stat-488", "media-refused", "critical medium"],
  ["twilio-32207", "srtp-refused", "critical medium"],
  ["twilio-34002", "callee-busy", "warning medium"],
  ["twinkle-session-120", "session-refresh-failed", "critical medium"],
  ["unknown-rtp-codec", undefined],
  ["vapi-no-answer", "call-not-answered", "warning medium"],
  ["wireshark-flow-no-ack", "ack-lost", "critical high"],
  ["wireshark-voip-flow-404", "call-number-unknown", "critical medium"],
  ["yeastar-callfailed-404", "call-number-unknown", "critical medium"],
  ["zoiper-received-488", "media-refused", "critical medium"],
];

describe("a paste about a call", () => {
  it.each(ROWS)("%s", (file, finding, weight) => {
    const [first] = readLog(readFileSync(join(FOLDER, `${file}.txt`), "utf8").replace(/\n$/, "")).findings;
    expect(first?.id).toBe(finding);
    if (weight !== undefined) expect(`${first?.severity} ${first?.confidence}`).toBe(weight);
  });

  it("has a row for each file", () => {
    expect(readdirSync(FOLDER).sort()).toEqual(ROWS.map(([file]) => `${file}.txt`).sort());
  });
});
