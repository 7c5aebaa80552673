import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLog } from "../../support/log-lines.js";

/**
 * Pastes about registrations as PBXs and registrars show them: consoles, log files, tables of state, mails of bans, traces taken
 * there. The shapes are those of public reports and of the programs' sources; names, numbers and addresses are made up. What
 * begins with "neg-" has the words of a failure, and nothing is wrong.
 */

const FOLDER = join(import.meta.dirname, "reported-registrars");

type Row = readonly [
  file: string,
  outcome: string,
  /** The first finding's id; `undefined` where nothing is wrong. */
  finding: string | undefined,
  /** Of the first finding: severity, confidence. */
  weight?: string,
  /** Whose it is. */
  user?: string,
];

const ROWS: readonly Row[] = [
  ["kam-regid", "refused", "bad-request", "critical medium"],
  ["registrar-error-500-quoted", "refused", "server-error", "critical low"],
  ["tcpdump-host-names-404", "refused", "unknown-after-credentials", "critical medium"],
  ["fusion-challenge-only", "none", undefined],
  ["pjsip-no-endpoints-conf", "refused", "unknown-before-credentials", "critical high", "1001"],
  ["sorcery-object-error", "refused", "unknown-before-credentials", "critical high", "6001"],
  ["fs-no-sofia", "none", "port-refused", "critical medium"],
  ["siptrace-table-opensips", "none", "answer-lost", "critical medium", "2233"],
  ["drachtio-other-port", "none", "answer-lost", "critical medium", "2010"],
  ["fail2ban-mail", "refused", "banned-after-refusals", "critical medium"],
  ["iptables-list-banned", "refused", "banned-after-refusals", "critical medium"],
  ["sip-show-peers-new-columns", "not registered", "extension-not-registered", "critical medium", "301"],
  ["chansip-show-peer", "not registered", "extension-not-registered", "critical medium", "301"],
  ["cucm-device-handler", "refused", "unknown-after-credentials", "critical medium", "4410"],
  ["kam-auth-debug", "refused", "credentials-refused", "critical high"],
  ["freepbx-gui-rows", "refused", "unknown-before-credentials", "critical high", "4007"],
  ["docker-freepbx-asterisk-blank", "no answer", "port-silent", "critical medium"],
  ["chansip-refresh-healthy", "registered", undefined],
  ["gswave-domain-in-user", "refused", "credentials-refused", "critical medium"],
  ["security-invalid-transport", "refused", "forbidden-after-credentials", "critical high", "301"],
  ["pb-stripped-tags", "none", "answer-lost", "critical medium"],
  ["pb-numbered-masked", "refused", "credentials-refused", "critical high"],
  ["pb-login-banner", "refused", "forbidden-after-credentials", "critical high", "6961"],
  ["pb-sofia-5060", "none", "answer-lost", "critical medium", "1002"],
  ["pb-kam-uac-403", "none", "provider-refused", "warning medium"],
  ["pb-opensips-dbg-failed", "refused", "credentials-refused", "critical high"],
  ["gist-kam-table", "refused", "credentials-refused", "critical high"],
  ["pb-endpoints-collapsed", "not registered", "extension-not-registered", "critical medium", "102"],
  ["contacts-collapsed-healthy", "registered", undefined],
  ["pb-security-healthy", "none", undefined],
  ["pb-flapping", "registered", "contact-unreachable", "warning medium", "1405"],
  ["pb-two-drivers", "refused", "unknown-before-credentials", "critical high", "160"],
  ["pb-sofia-reg-healthy", "registered", undefined],
  ["f2b-old-log", "refused", "banned-after-refusals", "critical medium"],
  ["f2b-banned-json", "refused", "banned-after-refusals", "critical medium"],
  ["fs-incomplete-header", "refused", "bad-request", "critical medium"],
  ["fs-auth-username", "refused", "credentials-refused", "critical high", "1001"],
  ["ast-username-method", "refused", "unknown-before-credentials", "critical medium", "7001"],
  ["ast-digest-trace", "refused", "credentials-refused", "critical high", "7001"],
  ["kam-503-too-many", "refused", "extension-not-bindable", "critical high", "411"],
  ["cucm-unregistered", "gone", "extension-not-registered", "critical medium", "SEP[number]"],
  ["neg-kam-auth-ok", "none", undefined],
  ["neg-f2b-mail-ssh", "none", undefined],
  ["f2b-mail-one-line", "refused", "banned-after-refusals", "critical medium"],
  ["neg-f2b-banned-sshd", "none", undefined],
  ["neg-udp-rtp", "none", undefined],
  ["neg-udp-answered", "none", undefined],
  ["neg-identified-later", "registered", "unknown-before-credentials", "info medium", "7001"],
  ["neg-cucm-reset", "registered", undefined],
  ["cucm-old-keepalive", "gone", "extension-not-registered", "critical medium", "SEP000B5F327F9A"],
  ["neg-prose-list", "none", undefined],
  ["kam-uac-healthy", "none", undefined],
  ["fs-empty-password", "refused", "credentials-refused", "critical high", "1007"],
  ["kam-503-exchange", "refused", "extension-not-bindable", "critical high", "411"],
  ["opensips-registrar-parse", "refused", "bad-request", "critical medium"],
];

describe("a paste from a registrar", () => {
  it.each(ROWS.map((row) => [`${row[0]} ends ${row[1]}: ${row[2] ?? "nothing is wrong"}`, row] as const))(
    "%s",
    (_name, [file, outcome, finding, weight, user]) => {
      const report = readLog(readFileSync(join(FOLDER, `${file}.txt`), "utf8"));
      const [first] = report.findings;
      expect(report.outcome).toBe(outcome);
      expect(first?.id).toBe(finding);
      expect(first && `${first.severity} ${first.confidence}`).toBe(weight);
      if (user !== undefined) expect(first?.users[0]).toBe(user);
    },
  );

  it("is in the table, each of the folder", () => {
    const files = readdirSync(FOLDER).map((name) => name.replace(/\.txt$/, ""));
    expect(files.toSorted()).toEqual(ROWS.map(([file]) => file).toSorted());
  });
});
