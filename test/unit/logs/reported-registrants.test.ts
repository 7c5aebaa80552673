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
  ["alcatel-oxo-event", "refused", "forbidden-after-credentials", "critical medium"],
  ["asterisk-outbound-403-then-stop", "none", "provider-refused", "warning medium"],
  ["asterisk-outbound-debug-408", "none", "provider-refused", "warning medium"],
  ["asterisk-trunk-terminal-wrapped", "none", "provider-refused", "warning medium"],
  ["baresip-401-empty", "refused", "credentials-refused", "critical medium"],
  ["baresip-android-misleading", "none", "certificate-chain", "critical medium"],
  ["baresip-timeout-table", "no answer", "port-silent", "critical medium"],
  ["baresip-verify-handler-19", "none", "certificate-chain", "critical medium"],
  ["baresip-wss-kamailio-unknown-ca", "none", "certificate-chain", "critical medium"],
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
  ["ha-asterisk-debug-no-endpoint", "refused", "unknown-before-credentials", "critical high"],
  ["ha-voipstack-401-twice", "refused", "credentials-refused", "critical medium"],
  ["ha-voipstack-good", "registered", undefined],
  ["ha-voipstack-timeout", "no answer", "port-silent", "critical medium"],
  ["hasip-404-with-asterisk-line", "refused", "unknown-after-credentials", "critical high"],
  ["huawei-u1900-flowing", "refused", "forbidden-before-credentials", "critical medium"],
  ["jain-android-restcomm", "refused", "forbidden-after-credentials", "critical medium"],
  ["jain-pkix", "none", "certificate-chain", "critical medium"],
  ["jain-unknown-host", "none", "name-not-found", "critical medium"],
  ["janus-904", "refused", "challenge-unusable", "critical medium"],
  ["janus-registered-js", "none", undefined],
  ["janus-registration-failed-json", "refused", "forbidden-after-credentials", "critical medium"],
  ["jssip-console-wrong-pw", "refused", "credentials-refused", "critical high"],
  ["kamailio-uac-401-unanswered-tcpdump", "none", "challenge-unanswered", "warning medium"],
  ["kamailio-uac-408", "none", "provider-refused", "warning medium"],
  ["linphone-account-state-forbidden", "refused", "forbidden-after-credentials", "critical medium"],
  ["linphone-android-callback", "no answer", "port-silent", "critical medium"],
  ["linphone-dns-old", "none", "name-not-found", "critical medium"],
  ["linphone-network-down", "no answer", "host-unreachable", "critical medium"],
  ["livekit-405-quoted-line", "none", "not-a-registrar", "warning medium"],
  ["microsip-incorrect-password-and-notice", "refused", "credentials-refused", "critical high"],
  ["mjsip-old-via-wrapped", "none", "challenge-unanswered", "warning medium"],
  ["mjsip-phoneblock-timeout", "no answer", "port-silent", "critical medium"],
  ["obi-403", "refused", "forbidden-after-credentials", "critical medium"],
  ["obi-no-response", "no answer", "port-silent", "critical medium"],
  ["pjsip-android-502-resolve", "none", "name-not-found", "critical medium"],
  ["poly-error-480", "refused", "register-refused", "critical medium"],
  ["sbcos-500", "refused", "server-error", "critical medium"],
  ["sipgo-dial-refused", "no answer", "port-refused", "critical medium"],
  ["sipjs-internal-503", "none", "connection-failed", "critical medium"],
  ["sipjs-lone-401", "none", undefined],
  ["sipsorcery-tls-401", "refused", "credentials-refused", "critical high"],
  ["swift-linphone-state", "refused", "credentials-refused", "critical medium"],
  ["telos-vx-workflow-refused", "refused", "credentials-refused", "critical medium"],
  ["threecx-app-words", "refused", "forbidden-after-credentials", "critical medium"],
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
