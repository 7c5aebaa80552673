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
  ["asterisk-outbound-debug-408", "none", "provider-refused", "warning medium"],
  ["asterisk-trunk-terminal-wrapped", "none", "provider-refused", "warning medium"],
  ["baresip-401-empty", "refused", "credentials-refused", "critical medium"],
  ["baresip-timeout-table", "no answer", "port-silent", "critical medium"],
  ["chansip-reg-timed-out", "none", "provider-refused", "warning medium"],
  ["dart-socket-refused", "no answer", "port-refused", "critical medium"],
  ["dart-ws-closed-code0", "none", "connection-failed", "critical low"],
  ["esp-adf-lines-only", "refused", "credentials-refused", "critical medium"],
  ["esp-adf-required-auth", "refused", "credentials-refused", "critical medium"],
  ["fritz-silent-words", "no answer", "port-silent", "critical medium"],
  ["fs-gateway-904", "none", "provider-refused", "warning medium"],
  ["fs-gateway-no-transport", "none", "provider-refused", "warning medium"],
  ["fs-gateway-timeout-trace", "none", "provider-refused", "warning medium"],
  ["ha-asterisk-debug-no-endpoint", "refused", "unknown-before-credentials", "critical high"],
  ["ha-voipstack-401-twice", "refused", "credentials-refused", "critical medium"],
  ["ha-voipstack-good", "registered", undefined],
  ["ha-voipstack-timeout", "no answer", "port-silent", "critical medium"],
  ["hasip-404-with-asterisk-line", "refused", "unknown-after-credentials", "critical high"],
  ["huawei-u1900-flowing", "refused", "forbidden-before-credentials", "critical medium"],
  ["jain-android-restcomm", "refused", "forbidden-after-credentials", "critical medium"],
  ["kamailio-uac-401-unanswered-tcpdump", "none", "challenge-unanswered", "warning medium"],
  ["kamailio-uac-408", "none", "provider-refused", "warning medium"],
  ["linphone-android-callback", "no answer", "port-silent", "critical medium"],
  ["linphone-dns-old", "none", "name-not-found", "critical medium"],
  ["livekit-405-quoted-line", "none", "not-a-registrar", "warning medium"],
  ["mjsip-phoneblock-timeout", "no answer", "port-silent", "critical medium"],
  ["pjsip-android-502-resolve", "none", "name-not-found", "critical medium"],
  ["sbcos-500", "refused", "server-error", "critical medium"],
  ["sipjs-internal-503", "none", "connection-failed", "critical medium"],
  ["sipsorcery-tls-401", "refused", "credentials-refused", "critical high"],
  ["telos-vx-workflow-refused", "refused", "credentials-refused", "critical medium"],
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
