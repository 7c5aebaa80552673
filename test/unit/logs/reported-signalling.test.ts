import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLog } from "../../support/log-lines.js";

/**
 * Pastes about calls that do not arrive, are refused or end too soon, as people post them: consoles, portals, records and softphones, with
 * the question around them. Each with its right first finding; the shapes are those of public reports, names and addresses are made up.
 */

const FOLDER = join(import.meta.dirname, "reported-signalling");

/** The first finding's id, its severity and confidence; `undefined` where nothing is wrong. */
const ROWS: readonly (readonly [file: string, finding: string | undefined, weight?: string])[] = [
  ["3cx-activity-ms", "call-declined", "warning medium"],
  ["asterisk-called-no-ringing", "call-failed-beyond", "critical medium"],
  ["asterisk-console-pjsip-404", "no-such-extension", "critical medium"],
  ["asterisk-dial-noanswer-vm", "call-not-answered", "warning medium"],
  ["asterisk-sess-timer-line", "session-refresh-failed", "critical high"],
  ["baresip-no-common", "codec-mismatch", "critical medium"],
  ["browserphone-477", "invite-unanswered", "critical medium"],
  ["cdr-mysql-ascii", "call-not-answered", "warning medium"],
  ["did-route-agi-hangup", "no-such-extension", "critical low"],
  ["drachtio-no-clients", "call-failed-beyond", "critical medium"],
  ["drop-32-question", "ack-lost", "critical high"],
  ["everyone-busy-cause488", "media-refused", "critical medium"],
  ["freepbx-exten-vm", "callee-unavailable", "warning low"],
  ["freepbx-noservice", "no-such-extension", "critical medium"],
  ["fs-bye-timer-102", "ack-lost", "critical medium"],
  ["fs-cli-gateway-down", "call-failed-beyond", "critical medium"],
  ["fs-two-lines-no-route", "no-such-extension", "critical medium"],
  ["fusionpbx-cdr-page", "callee-not-registered", "critical medium"],
  ["ha-voipstack-480", "callee-unavailable", "warning medium"],
  ["ivoz-403", "call-declined", "warning medium"],
  ["jambonz-call-status", "call-number-unknown", "critical medium"],
  ["jssip-bye-488", "media-refused", "critical medium"],
  ["kamailio-xlog-404", "no-such-extension", "critical medium"],
  ["linphone-480-response", "callee-unavailable", "warning medium"],
  ["linphone-desktop-error", "media-refused", "critical medium"],
  ["linphone-not-ackd", "ack-lost", "critical high"],
  ["livekit-403-python", "call-declined", "warning medium"],
  ["livekit-cloud-100-nothing", "invite-unanswered", "warning medium"],
  ["livekit-flood-multiline", "agent-number-unknown", "critical medium"],
  ["microsip-status", "callee-unavailable", "warning low"],
  ["ok-bye-normal", undefined],
  ["ok-cdr-answered", undefined],
  ["ok-docs-of-codes", undefined],
  ["ok-extension-numbers", undefined],
  ["ok-fixed-story", undefined],
  ["ok-fs-normal", undefined],
  ["ok-http-session", undefined],
  ["ok-ivr-hangup", undefined],
  ["ok-livekit-normal", undefined],
  ["ok-sipsorcery-answered", undefined],
  ["ok-tool-calls", undefined],
  ["ok-twilio-completed", undefined],
  ["ok-vapi-ended", undefined],
  ["ok-voicemail-check", undefined],
  ["ok-wireshark-answered", undefined],
  ["pjsip-retransmit-invite", "invite-unanswered", "critical high"],
  ["question-plain-404", "call-challenge-unanswered", "info low"],
  ["registered-wrong-port-ladder", "invite-unanswered", "critical high"],
  ["sessiontimer-bye-900", "session-refresh-failed", "critical medium"],
  ["sipgo-mtu", "invite-too-large", "warning medium"],
  ["sipml5-603-send", "call-declined", "warning medium"],
  ["sipsorcery-oneline-404", "no-such-extension", "critical medium"],
  ["sngrep-list-rows", "callee-unavailable", "warning low"],
  ["telephone-avp-tls", "media-refused", "critical medium"],
  ["telnyx-portal-row", "no-such-extension", "critical medium"],
  ["telnyx-webhook-408", "invite-unanswered", "critical medium"],
  ["twilio-32011-code", "call-failed-beyond", "critical medium"],
  ["twilio-32011-words", "call-failed-beyond", "critical medium"],
  ["twilio-call-log-no-answer", "call-not-answered", "warning medium"],
  ["vapi-ended-sip-timeout", "call-failed-beyond", "critical medium"],
  ["wireshark-copy-table-488", "media-refused", "critical medium"],
  ["yealink-syslog-486", "callee-busy", "warning medium"],
  ["zoiper-popup", "media-refused", "critical medium"],
];

describe("a paste about the signalling of a call", () => {
  it.each(ROWS)("%s", (file, finding, weight) => {
    const [first] = readLog(readFileSync(join(FOLDER, `${file}.txt`), "utf8").replace(/\n$/, "")).findings;
    expect(first?.id).toBe(finding);
    if (weight !== undefined) expect(`${first?.severity} ${first?.confidence}`).toBe(weight);
  });

  it("has a row for each file", () => {
    expect(readdirSync(FOLDER).sort()).toEqual(ROWS.map(([file]) => `${file}.txt`).sort());
  });
});
