import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLog } from "../../support/log-lines.js";

/**
 * Pastes about registrations by those who register: phones, libraries, platforms and the trunks of a PBX, each with what is right
 * about it. The shapes are those of public reports; names, numbers and addresses are made up.
 */

const FOLDER = join(import.meta.dirname, "reported-registrants");

/** The outcome, and the first finding: its id (none where nothing is wrong, or nothing can be known), severity and confidence. */
type Row = readonly [file: string, outcome: string, finding: string | undefined, weight?: string];

const ROWS: readonly Row[] = [
  ["agent-german-zoiper", "refused", "forbidden-after-credentials", "critical medium"],
  ["alcatel-oxo-event", "refused", "forbidden-after-credentials", "critical medium"],
  ["asterisk-outbound-403-then-stop", "none", "provider-refused", "warning medium"],
  ["asterisk-outbound-debug-408", "none", "provider-refused", "warning medium"],
  ["asterisk-trunk-terminal-wrapped", "none", "provider-refused", "warning medium"],
  ["baresip-401-empty", "refused", "credentials-refused", "critical medium"],
  ["baresip-android-misleading", "none", "certificate-chain", "critical medium"],
  ["baresip-reginfo-err", "registered", undefined],
  ["baresip-timeout-table", "no answer", "port-silent", "critical medium"],
  ["baresip-verify-handler-19", "none", "certificate-chain", "critical medium"],
  ["baresip-wss-kamailio-unknown-ca", "none", "certificate-chain", "critical medium"],
  ["bria-dns-words", "none", "name-not-found", "critical medium"],
  ["chansip-reg-timed-out", "none", "provider-refused", "warning medium"],
  ["dart-408-one-request", "no answer", "port-silent", "critical medium"],
  ["dart-socket-refused", "no answer", "port-refused", "critical medium"],
  ["dart-ws-closed-code0", "none", "connection-failed", "critical low"],
  ["diago-no-www-authenticate", "refused", "challenge-unusable", "critical medium"],
  ["esp-adf-lines-only", "refused", "credentials-refused", "critical medium"],
  ["esp-adf-required-auth", "refused", "credentials-refused", "critical medium"],
  ["fanvil-chansip-403", "refused", "forbidden-after-credentials", "critical medium"],
  ["flexisip-password-not-match", "refused", "credentials-refused", "critical high"],
  ["fritz-silent-words", "no answer", "port-silent", "critical medium"],
  ["fs-gateway-904", "none", "provider-refused", "warning medium"],
  ["fs-gateway-no-transport", "none", "provider-refused", "warning medium"],
  ["fs-gateway-timeout-trace", "none", "provider-refused", "warning medium"],
  ["fusion-yealink-good-then-unanswered", "registered", "challenge-unanswered", "warning medium"],
  ["gs-status-page", "none", undefined],
  ["ha-asterisk-debug-no-endpoint", "refused", "unknown-before-credentials", "critical high"],
  ["ha-card-websocket-failed", "none", "connection-failed", "critical low"],
  ["ha-voipstack-401-twice", "refused", "credentials-refused", "critical medium"],
  ["ha-voipstack-good", "registered", undefined],
  ["ha-voipstack-timeout", "no answer", "port-silent", "critical medium"],
  ["hasip-404-with-asterisk-line", "refused", "unknown-after-credentials", "critical high"],
  ["hass-linphone-unreachable-after-register", "unreachable", "contact-unreachable", "warning medium"],
  ["hasssip-423-words", "refused", "interval-too-brief", "warning medium"],
  ["hipath-404-trace", "refused", "unknown-before-credentials", "critical medium"],
  ["huawei-u1900-flowing", "refused", "forbidden-before-credentials", "critical medium"],
  ["jain-android-restcomm", "refused", "forbidden-after-credentials", "critical medium"],
  ["jain-pkix", "none", "certificate-chain", "critical medium"],
  ["jain-unknown-host", "none", "name-not-found", "critical medium"],
  ["janus-904", "refused", "challenge-unusable", "critical medium"],
  ["janus-registered-js", "none", undefined],
  ["janus-registration-failed-json", "refused", "forbidden-after-credentials", "critical medium"],
  ["jssip-console-wrong-pw", "refused", "credentials-refused", "critical high"],
  ["jssip-unreachable-wss", "unreachable", "contact-unreachable", "warning medium"],
  ["kamailio-uac-401-unanswered-tcpdump", "none", "challenge-unanswered", "warning medium"],
  ["kamailio-uac-408", "none", "provider-refused", "warning medium"],
  ["linphone-account-state-forbidden", "refused", "forbidden-after-credentials", "critical medium"],
  ["linphone-android-callback", "no answer", "port-silent", "critical medium"],
  ["linphone-dns-old", "none", "name-not-found", "critical medium"],
  ["linphone-network-down", "no answer", "host-unreachable", "critical medium"],
  ["linphone-not-trusted-logcat", "none", "certificate-chain", "critical medium"],
  ["linphone-v6-fails-v4-ok", "registered", undefined],
  ["livekit-405-quoted-line", "none", "not-a-registrar", "warning medium"],
  ["microsip-incorrect-password-and-notice", "refused", "credentials-refused", "critical high"],
  ["microsip-log-tls-5060", "none", "plain-sip-on-tls-port", "critical medium"],
  ["mjsip-old-via-wrapped", "none", "challenge-unanswered", "warning medium"],
  ["mjsip-phoneblock-timeout", "no answer", "port-silent", "critical medium"],
  ["obi-403", "refused", "forbidden-after-credentials", "critical medium"],
  ["obi-no-response", "no answer", "port-silent", "critical medium"],
  ["pjsip-android-502-resolve", "none", "name-not-found", "critical medium"],
  ["pjsua-423-trace", "refused", "interval-too-brief", "warning medium"],
  ["pjsua-iface-unreachable", "no answer", "host-unreachable", "critical medium"],
  ["pjsua-sha256-two", "refused", "challenge-unusable", "critical medium"],
  ["poly-error-480", "refused", "register-refused", "critical medium"],
  ["pyvoip-raw-403", "refused", "forbidden-after-credentials", "critical medium"],
  ["rvoip-400", "refused", "bad-request", "critical medium"],
  ["sbcos-500", "refused", "server-error", "critical medium"],
  ["sipgo-dial-refused", "no answer", "port-refused", "critical medium"],
  ["sipjs-console-freepbx-401", "refused", "credentials-refused", "critical high"],
  ["sipjs-internal-503", "none", "connection-failed", "critical medium"],
  ["sipjs-lone-401", "none", undefined],
  ["sipjs-no-contact-to-us", "registered", "binding-not-listed", "warning medium"],
  ["sipjs-node-econnrefused-8088", "no answer", "port-refused", "critical medium"],
  ["sipsorcery-tls-401", "refused", "credentials-refused", "critical high"],
  ["sngrep-drawn-register-401-twice", "refused", "credentials-refused", "critical medium"],
  ["srf-console-register-response", "refused", "forbidden-after-credentials", "critical medium"],
  ["swift-linphone-state", "refused", "credentials-refused", "critical medium"],
  ["t-de", "refused", "credentials-refused", "critical medium"],
  ["t-de-ok", "none", undefined],
  ["t-es", "refused", "credentials-refused", "critical medium"],
  ["t-es-code", "refused", "credentials-refused", "critical medium"],
  ["t-fr", "no answer", "port-silent", "critical medium"],
  ["t-fr-code", "refused", "forbidden-after-credentials", "critical medium"],
  ["t-it", "no answer", "port-silent", "critical medium"],
  ["t-list-length", "refused", "credentials-refused", "critical medium"],
  ["t-list-length-ok", "registered", undefined],
  ["t-prose-flow-ok", "registered", undefined],
  ["t-pt", "no answer", "port-silent", "critical medium"],
  ["t-register-response-401-200", "registered", undefined],
  ["t-ru", "no answer", "port-silent", "critical medium"],
  ["t-ru2", "refused", "forbidden-after-credentials", "critical medium"],
  ["t-zh", "refused", "credentials-refused", "critical medium"],
  ["tcpdump-five-registers", "no answer", "port-silent", "critical medium"],
  ["telos-vx-workflow-refused", "refused", "credentials-refused", "critical medium"],
  ["threecx-app-words", "refused", "forbidden-after-credentials", "critical medium"],
  ["twinkle-sha256", "refused", "challenge-unusable", "critical medium"],
  ["wireshark-list-407-ends", "none", "challenge-unanswered", "critical medium"],
  ["words-only-401-loop", "refused", "credentials-refused", "critical medium"],
  ["zoiper-words-ufw", "no answer", "port-silent", "critical medium"],
];

describe("a paste of one who registers", () => {
  it.each(ROWS)("%s ends %s: %s", (file, outcome, finding, weight) => {
    const report = readLog(readFileSync(join(FOLDER, `${file}.txt`), "utf8"));
    const [first] = report.findings;
    expect(report.outcome).toBe(outcome);
    expect(first?.id).toBe(finding);
    expect(first && `${first.severity} ${first.confidence}`).toBe(weight);
  });

  it("has a row for each file", () => {
    expect(readdirSync(FOLDER).sort()).toEqual(ROWS.map(([file]) => `${file}.txt`).sort());
  });
});
