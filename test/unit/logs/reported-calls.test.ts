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
  ["ami-node-hangup-20", "callee-not-registered", "critical medium"],
  ["arrows-colon-no-ack", "ack-lost", "critical medium"],
  ["arrows-unicode-no-answer", "invite-unanswered", "critical high"],
  ["asterisk-assert-ack", "ack-lost", "critical medium"],
  ["asterisk-blind-transfer", "transfer-refused", "warning medium"],
  ["asterisk-features-transfer", "transfer-refused", "warning medium"],
  ["asterisk-strict-rtp-ok", undefined],
  ["audiocodes-syslog-404", "no-such-extension", "critical low"],
  ["bandwidth-disconnect-rejected", "call-declined", "warning medium"],
  ["browser-ice-failed", "no-audio", "critical medium"],
  ["bye-x-asterisk-58", "media-refused", "critical medium"],
  ["chain-prose", undefined],
  ["chan-sip-debug-headers-488", "media-refused", "critical medium"],
  ["chan-sip-unsupported-format", "codec-mismatch", "critical medium"],
  ["dtmf-ok", undefined],
  ["fs-audio-timeout", "no-audio", "critical medium"],
  ["fs-show-channels", undefined],
  ["fs-uuid-dump-one-way", "one-way-audio", "critical medium"],
  ["heplify-invite-unanswered", "invite-unanswered", "critical high"],
  ["homer-calldata-403", "call-declined", "critical medium"],
  ["http-ladder", undefined],
  ["janus-hangup-488", "media-refused", "critical medium"],
  ["jigasi-stopped-rtp", "no-audio", "critical medium"],
  ["kamailio-478", "call-failed-beyond", "critical medium"],
  ["ladder-baresip-486", "callee-busy", "warning medium"],
  ["ladder-baresip-ok", undefined],
  ["ladder-boxes-408", "invite-unanswered", "critical medium"],
  ["ladder-healthy", undefined],
  ["ladder-refer-4xx", "transfer-refused", "warning medium"],
  ["ladder-sipjs-no-ack", "ack-lost", "critical medium"],
  ["ladder-three-columns-488", "media-refused", "critical medium"],
  ["livekit-disconnect-reason", "callee-unavailable", "warning low"],
  ["livekit-transfer-603", "transfer-refused", "warning medium"],
  ["md-table-503", "call-failed-beyond", "critical medium"],
  ["mermaid-486", "callee-busy", "warning medium"],
  ["pastebin-bullets-603", "call-declined", "warning medium"],
  ["pastebin-numbered-private-media", "media-address-private", "critical medium"],
  ["pbx-spool-busy", "callee-busy", "warning medium"],
  ["pbx-spool-no-answer", "call-not-answered", "warning medium"],
  ["plantuml-603", "call-declined", "warning medium"],
  ["pyvoip-bytes-486", "callee-busy", "warning medium"],
  ["reinvite-ack-timeout", "ack-lost", "critical medium"],
  ["rtpengine-2015-final-zero", "one-way-audio", "critical medium"],
  ["rtpengine-guillemets-one-way", "one-way-audio", "critical medium"],
  ["rtpengine-totals", undefined],
  ["serious-network-trouble", "invite-unanswered", "critical medium"],
  ["tcpdump-in-only", "one-way-audio", "critical medium"],
  ["tcpdump-v-busy", "callee-busy", "warning medium"],
  ["tshark-O-sip-488", "media-refused", "critical medium"],
  ["tshark-fields-no-ack", "ack-lost", "critical high"],
  ["tshark-fields-ok", undefined],
  ["tshark-json-busy", "callee-busy", "warning medium"],
  ["tshark-sip-stat-488", "media-refused", "critical medium"],
  ["twilio-32207", "srtp-refused", "critical medium"],
  ["twilio-34002", "callee-busy", "warning medium"],
  ["unknown-rtp-codec", undefined],
  ["vapi-no-answer", "call-not-answered", "warning medium"],
  ["wireshark-flow-no-ack", "ack-lost", "critical high"],
  ["wireshark-voip-flow-404", "call-number-unknown", "critical medium"],
  ["yeastar-callfailed-404", "call-number-unknown", "critical medium"],
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
