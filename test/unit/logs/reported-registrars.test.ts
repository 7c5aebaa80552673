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
  ["chan-unreg-reg-masked", "registered", undefined],
  ["chan-two-servers-flapping", "registered", "contact-unreachable", "warning medium", "phone1"],
  ["sip-peers-numbered", "registered", "extension-not-registered", "critical medium", "demo_alice"],
  ["sip-peers-old-columns", "registered", "extension-not-registered", "critical medium", "105"],
  ["sip-show-peer-numbered", "not registered", "extension-not-registered", "critical medium", "201"],
  ["chan-nomatch-conf", "refused", "unknown-after-credentials", "critical high"],
  ["chan-404-after-auth", "refused", "unknown-after-credentials", "critical medium", "103"],
  ["registrations-collapsed-ok", "none", undefined],
  ["registrations-collapsed-rejected", "none", "provider-refused", "warning medium"],
  ["one-401-only", "none", undefined],
  ["ngrep-dots-masked", "refused", "credentials-refused", "critical high", "1000"],
  ["ngrep-byline-dots", "refused", "credentials-refused", "critical high", "5591"],
  ["tshark-two-hops-ok", "registered", undefined],
  ["tcpdump-two-line-heads", "refused", "credentials-refused", "critical high", "6278"],
  ["sofia-status-gateways", "none", "provider-refused", "warning medium"],
  ["kamcmd-lookup-404", "not registered", "extension-not-registered", "critical medium"],
  ["ami-peerstatus-rejected", "refused", "credentials-refused", "critical high", "201"],
  ["fusionpbx-registrations-row", "registered", undefined],
  ["yeastar-monitor-row", "not registered", "extension-not-registered", "critical medium", "1003"],
  ["ucm-extension-list", "not registered", "extension-not-registered", "critical medium", "1003"],
  ["neg-page-all-registered", "registered", undefined],
  ["neg-page-of-a-crm", "none", undefined],
  ["page-markdown", "not registered", "extension-not-registered", "critical medium", "305"],
  ["neg-ngrep-healthy", "registered", undefined],
  ["ngrep-dots-404", "refused", "unknown-before-credentials", "critical medium", "777"],
  ["neg-sofia-status-fine", "none", undefined],
  ["ami-rejected-acl", "refused", "forbidden-before-credentials", "critical high", "305"],
  ["chan-not-dynamic", "refused", "forbidden-after-credentials", "critical high", "305"],
  ["retrans-register-trunk", "none", "provider-refused", "warning medium"],
  ["chan-403-numbered-masked", "refused", "forbidden-after-credentials", "critical medium"],
  ["notice-between-messages-wss", "refused", "unknown-before-credentials", "critical high", "120"],
  ["single-no-peer-old", "refused", "unknown-after-credentials", "critical high", "6510"],
  ["repeated-register-no-answer-at-pbx", "no answer", "register-silent", "critical medium", "1025"],
  ["raspbx-cli-prompts", "refused", "credentials-refused", "critical high", "1007"],
  ["two-devices-numbers-own-names", "refused", "unknown-before-credentials", "critical high", "HT503casa"],
  ["console-ansi-without-esc", "refused", "credentials-refused", "critical high", "6022"],
  ["fs-trace-304-nc", "registered", undefined],
  ["f2b-fs-invite-then-ban", "refused", "banned-after-refusals", "critical medium"],
  ["peers-all-unknown", "not registered", "extension-not-registered", "critical medium", "201"],
  ["gate-3183-flaps", "unreachable", "contact-unreachable", "warning medium", "3085"],
  ["ims-challenging-ue", "refused", "unknown-after-credentials", "critical medium", "bob"],
  [
    "freepbx-endpoint-unavailable-single",
    "not registered",
    "extension-not-registered",
    "critical medium",
    "305",
  ],
  ["opensips-no-result", "refused", "unknown-before-credentials", "critical high", "3001"],
  ["prose-fs-sofia-empty", "not registered", "extension-not-registered", "critical medium"],
  ["yate-like-line", "refused", "credentials-refused", "critical medium", "4455"],
  ["vodia-like-line", "refused", "unknown-after-credentials", "critical medium", "40"],
  ["custom-sip-server", "refused", "credentials-refused", "critical medium", "ai-agent"],
  ["blocked-ip-line", "refused", "banned-after-refusals", "critical medium"],
  ["neg-signup", "none", undefined],
  ["neg-registrar-ok", "none", undefined],
  ["neg-prose-words", "none", undefined],
  ["registrar-ip-not-allowed", "refused", "forbidden-before-credentials", "critical medium", "305"],
  ["registrar-account-locked", "refused", "forbidden-after-credentials", "critical medium", "305"],
  ["registrar-max-devices", "refused", "extension-not-bindable", "critical medium", "305"],
  ["registrar-own-trunk", "none", "provider-refused", "warning medium"],
  ["banned-then-registered", "registered", "banned-after-refusals", "info medium"],
  ["told-403-phrase", "refused", "unknown-after-credentials", "critical medium", "411"],
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
