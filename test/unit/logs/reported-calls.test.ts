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
  ["arrows-colon-no-ack", "ack-lost", "critical medium"],
  ["asterisk-assert-ack", "ack-lost", "critical medium"],
  ["asterisk-blind-transfer", "transfer-refused", "warning medium"],
  ["asterisk-features-transfer", "transfer-refused", "warning medium"],
  ["asterisk-strict-rtp-ok", undefined],
  ["audiocodes-syslog-404", "no-such-extension", "critical low"],
  ["browser-ice-failed", "no-audio", "critical medium"],
  ["dtmf-ok", undefined],
  ["fs-audio-timeout", "no-audio", "critical medium"],
  ["fs-show-channels", undefined],
  ["fs-uuid-dump-one-way", "one-way-audio", "critical medium"],
  ["heplify-invite-unanswered", "invite-unanswered", "critical high"],
  ["http-ladder", undefined],
  ["jigasi-stopped-rtp", "no-audio", "critical medium"],
  ["kamailio-478", "call-failed-beyond", "critical medium"],
  ["ladder-healthy", undefined],
  ["ladder-refer-4xx", "transfer-refused", "warning medium"],
  ["ladder-sipjs-no-ack", "ack-lost", "critical medium"],
  ["ladder-three-columns-488", "media-refused", "critical medium"],
  ["livekit-transfer-603", "transfer-refused", "warning medium"],
  ["md-table-503", "call-failed-beyond", "critical medium"],
  ["mermaid-486", "callee-busy", "warning medium"],
  ["pyvoip-bytes-486", "callee-busy", "warning medium"],
  ["reinvite-ack-timeout", "ack-lost", "critical medium"],
  ["rtpengine-2015-final-zero", "one-way-audio", "critical medium"],
  ["rtpengine-guillemets-one-way", "one-way-audio", "critical medium"],
  ["tcpdump-in-only", "one-way-audio", "critical medium"],
  ["twilio-32207", "srtp-refused", "critical medium"],
  ["wireshark-flow-no-ack", "ack-lost", "critical high"],
  ["wireshark-voip-flow-404", "call-number-unknown", "critical medium"],
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
