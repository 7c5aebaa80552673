import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLog } from "../../support/log-lines.js";

/**
 * Pastes as people make them, each with what is right about it. The shapes are those of public reports on Asterisk,
 * FreeSWITCH, Kamailio, baresip, Linphone, pjsua, JsSIP, SIPSorcery, PhonerLite, drachtio, LiveKit SIP and FRITZ!Box;
 * names and addresses are made up.
 */

const FOLDER = join(import.meta.dirname, "pastes");

type Row = readonly [
  file: string,
  outcome: string,
  /** The first finding's id; `undefined` where nothing is wrong. */
  finding: string | undefined,
  /** Of the first finding: severity, confidence. */
  weight?: string | undefined,
  /** Whose it is, or the user who is asked for, after a question mark. */
  user?: string,
];

/** One trace of a wrong password, as it looks after mail, terminals, web pages, containers and loggers. */
const SAME_TRACE = [
  "html-twice-escaped",
  "html-breaks",
  "mail-quoted-and-wrapped",
  "terminal-80-columns-trace",
  "compose-with-colours",
  "kubectl-prefix",
  "container-runtime-prefix",
  "journald-prefix",
  "verbose-prefix",
  "docker-json-file",
  "rsyslog-escapes",
  "javascript-strings",
  "json-messages",
  "blank-line-between-lines",
  "headers-in-a-table",
  "typographic-quotes",
  "start-lines-cut-off",
  "sipsorcery-trace",
  "phonerlite-trace",
].map((file): Row => [file, "refused", "credentials-refused", "critical high", "1001"]);

const ROWS: readonly Row[] = [
  ...SAME_TRACE,
  ["terminal-80-columns-lines", "refused", "unknown-before-credentials", "critical high", "1001"],
  ["grep-file-names", "refused", "credentials-refused", "critical high", "1001"],
  // The paste's end is within the last answer.
  ["cut-in-last-401-ngrep", "refused", "credentials-refused", "critical medium", "1001"],
  ["cut-after-last-status-line", "refused", "forbidden-after-credentials", "critical medium", "1001"],
  ["cut-in-last-404-alone", "refused", "unknown-after-credentials", "critical medium", "1001"],
  ["cut-in-last-200", "registered", undefined],
  ["cut-in-first-challenge", "none", undefined],
  ["cut-in-401-to-old-nonce", "registered", undefined],
  // JSON over many lines, as log stores give it out.
  ["json-kibana-hits", "refused", "credentials-refused", "critical high", "1001"],
  ["json-kibana-hits-registered", "registered", undefined],
  ["json-cloudwatch-insights", "refused", "credentials-refused", "critical high", "1001"],
  ["json-loki-values", "refused", "credentials-refused", "critical high", "1001"],
  ["json-datadog", "refused", "credentials-refused", "critical high", "1001"],
  ["json-homer-transaction", "refused", "credentials-refused", "critical high", "1001"],
  ["json-asterisk-lines", "refused", "credentials-refused", "critical high", "1001"],
  ["json-line-ends-put-back", "refused", "credentials-refused", "critical high", "1001"],
  ["json-objects-cut-at-both-ends", "refused", "credentials-refused", "critical medium", "1001"],
  ["names-masked", "refused", "credentials-refused", "critical medium"],
  ["logcat-baresip", "refused", "forbidden-after-credentials", "critical medium", "1001"],
  ["jssip-console", "refused", "credentials-refused", "critical high", "1001"],
  ["linphone-android-trace", "refused", "unknown-before-credentials", "critical medium", "1001"],
  ["tshark-tree-403", "refused", "forbidden-before-credentials", "critical medium", "1001"],
  // A nonce that has run out is no wrong password.
  ["refresh-old-nonce-baresip", "registered", "nonce-not-renewed", "critical high", "door1"],
  ["refresh-other-call-id", "registered", "nonce-not-renewed", "critical high", "1001"],
  ["refresh-old-nonce-answered", "registered", undefined],
  ["password-changed", "refused", "credentials-refused", "critical high", "1001"],
  ["begins-in-the-middle", "refused", "credentials-refused", "critical medium", "1001"],
  // The newest first.
  ["fritzbox-newest-first", "none", "provider-refused", "info medium"],
  ["fritzbox-one-number-fails", "none", "provider-refused", "warning medium"],
  ["newest-first-in-compose", "refused", "credentials-refused", "critical high", "2004"],
  ["newest-first-trace", "registered", undefined],
  // Whose ban it is.
  ["ban-of-stranger-chan-sip", "registered", "ban-elsewhere", "info medium"],
  ["ban-of-the-user", "refused", "credentials-refused", "critical high", "1001"],
  ["ban-alone", "refused", "banned-after-refusals", "critical medium"],
  ["ban-lifted-and-registered", "registered", "banned-after-refusals", "info high"],
  ["stale-and-no-more", "none", "nonce-stale-once", "warning medium", "2004"],
  ["stale-of-an-older-nonce", "registered", undefined],
  ["refresh-from-before-the-trace", "none", "nonce-not-renewed", "info low", "2004"],
  // What was cut off proves nothing.
  ["cut-in-the-challenge", "none", undefined],
  ["cut-in-the-second-realm", "refused", "credentials-refused", "critical medium", "2004"],
  ["cut-before-the-contact", "registered", undefined],
  ["cut-by-a-snapshot-length", "registered", undefined],
  // One name, two parties.
  ["same-user-from-elsewhere", "registered", "ban-elsewhere", "info medium"],
  ["same-user-from-elsewhere-security", "registered", "credentials-refused", "info medium", "2004"],
  ["same-user-from-elsewhere-trace", "registered", "credentials-refused", "info medium", "2004"],
  ["same-user-moves-trace", "refused", "credentials-refused", "critical high", "2004"],
  ["same-user-moves", "refused", "credentials-refused", "critical high", "2004"],
  ["private-contact-then-refused", "refused", "credentials-refused", "critical high", "2004"],
  ["unknown-user-from-elsewhere", "registered", "unknown-before-credentials", "info medium", "admin"],
  // Who is who.
  ["chan-sip-stranger-calls", "registered", "call-of-stranger", "info medium", "100"],
  ["chan-sip-call-of-the-user-refused", "registered", "call-credentials-refused", "critical medium", "2004"],
  ["trunk-by-network-trace", "registered", "provider-refused", "warning medium"],
  ["trunk-silent", "registered", "provider-refused", "warning medium"],
  ["scanner-and-registered", "registered", "unknown-before-credentials", "info medium", "900"],
  ["scanner-and-wrong-password", "refused", "credentials-refused", "critical high", "1001"],
  ["scanner-by-its-agent", "registered", "credentials-refused", "info medium", "100"],
  ["tls-noise-and-registered", "registered", "tls-handshake-failed", "info medium"],
  // The last state counts.
  ["refused-then-registered", "registered", "credentials-refused", "info high", "1001"],
  ["unreachable-after-registered", "unreachable", "contact-unreachable", "warning medium", "1001"],
  ["reachable-again", "registered", "contact-unreachable", "info medium", "1001"],
  // What both sides do with each other's messages.
  ["challenge-never-answered", "none", "challenge-unanswered", "critical high", "1001"],
  ["challenge-once", "none", "challenge-unanswered", "warning medium", "login"],
  ["answer-does-not-arrive", "none", "answer-lost", "critical medium", "1001"],
  ["request-uri-with-user", "registered", "request-uri-with-user", "critical medium", "phone9"],
  ["request-uri-with-user", "no answer", "request-uri-with-user", "critical medium", "?phone9"],
  ["silent-although-others-are-answered", "no answer", "register-silent", "critical medium", "?ghost"],
  ["contact-in-container", "registered", "contact-private", "warning medium", "1001"],
  ["contact-private-but-kept-received", "registered", undefined],
  ["contact-private-in-one-lan", "registered", undefined],
  ["source-hidden-by-router", "registered", "contact-private", "warning medium", "1001"],
  ["contact-rewritten-to-source", "registered", undefined],
  ["lan-client-with-public-name", "registered", undefined],
  ["lists-another-device-alone", "registered", "binding-not-listed", "warning low", "1001"],
  ["lists-another-device-and-breaks-off", "registered", undefined],
  ["lists-ours-as-it-is-seen", "registered", undefined],
  ["lists-a-proxy-by-name", "registered", undefined],
  // Lists of packets.
  ["tshark-list-silent", "no answer", "port-silent", "critical medium"],
  ["tshark-list-refused", "refused", "credentials-refused", "critical medium"],
  ["tshark-list-registered", "registered", undefined],
  ["tcpdump-silent", "no answer", "port-silent", "critical medium"],
  ["tcpdump-icmp-names", "no answer", "port-refused", "critical medium"],
  ["tcpdump-icmp-lengths", "no answer", "port-refused", "critical medium"],
  ["tcpdump-tls-port-closed", "no answer", "port-refused", "critical medium"],
  ["tshark-list-syn-unanswered", "no answer", "port-silent", "critical medium"],
  ["tshark-list-tcp-healthy", "none", undefined],
  ["openssl-s-client-name", "none", "certificate-name", "warning high"],
  ["openssl-s-client-self-signed", "none", "certificate-chain", "critical medium"],
  ["openssl-s-client-refused", "no answer", "port-refused", "critical medium"],
  ["openssl-s-client-good", "none", undefined],
  ["web-server-answers-register", "none", "malformed-answer", "critical medium"],
  ["web-page-beside-registration", "registered", undefined],
  // Tables of state.
  ["pjsip-show-contacts", "registered", undefined],
  ["pjsip-show-contacts-unavail", "unreachable", "contact-unreachable", "warning medium", "1001"],
  ["pjsip-show-contacts-none", "not registered", "extension-not-registered", "critical medium"],
  [
    "pjsip-show-endpoint-unavailable",
    "not registered",
    "extension-not-registered",
    "critical medium",
    "1001",
  ],
  ["pjsip-show-endpoint-unreachable", "unreachable", "contact-unreachable", "warning medium", "1001"],
  ["pjsip-show-registrations", "none", "provider-refused", "warning medium"],
  ["sip-show-peers", "unreachable", "contact-unreachable", "warning medium", "?1001"],
  ["sip-show-peers", "registered", undefined, undefined, "?1002"],
  ["sip-show-peers", "not registered", "extension-not-registered", "critical medium", "?1003"],
  ["sofia-status-registered", "registered", undefined],
  ["sofia-status-unreachable", "unreachable", "contact-unreachable", "warning medium", "1001"],
  ["sofia-status-none", "not registered", "extension-not-registered", "critical medium"],
  ["sofia-status-gateway", "none", "provider-refused", "warning medium"],
  ["kamctl-ul-show", "registered", undefined],
  ["ul-show-old-form", "registered", undefined],
  // How a registration ends.
  ["runs-out", "gone", "extension-not-registered", "critical medium", "2004"],
  ["connection-closes", "gone", "extension-not-registered", "critical medium", "2004"],
  ["old-binding-runs-out", "registered", undefined],
  ["runs-out-and-comes-back", "registered", undefined],
  // The title says what the cause says.
  ["freeswitch-no-such-user", "refused", "unknown-after-credentials", "critical high", "2004"],
  ["access-list", "refused", "forbidden-before-credentials", "critical high", "2004"],
  ["interval-after-credentials", "refused", "interval-too-brief", "warning high", "2004"],
  // Clients' own lines.
  ["linphone-no-way", "no answer", "host-unreachable", "critical medium"],
  ["linphone-no-way-in-french", "no answer", "host-unreachable", "critical medium"],
  ["opensips-reg-list-timeout", "no answer", "port-silent", "critical medium", "agent12"],
  ["opensips-reg-list-registered", "registered", undefined],
  ["opensips-reg-list-one-line", "refused", "credentials-refused", "critical medium", "agent13"],
  ["opensips-reg-list-older", "refused", "credentials-refused", "critical medium", "agent14"],
  // Clients' own lines.
  ["zoiper-account-timeout", "no answer", "port-silent", "critical medium"],
  ["pjsua-forbidden", "refused", "forbidden-after-credentials", "critical medium"],
  ["pjsua-no-name", "none", "name-not-found", "critical medium"],
  ["pjsua-connection-refused", "no answer", "port-refused", "critical medium"],
  ["pjsua-timeout", "no answer", "port-silent", "critical medium"],
  ["pjsua-registered", "registered", undefined],
  ["pjsua-self-signed", "none", "certificate-chain", "critical medium"],
  ["linphone-forbidden", "refused", "forbidden-after-credentials", "critical medium"],
  ["linphone-io-error", "no answer", "port-silent", "critical medium"],
  ["baresip-lines", "refused", "credentials-refused", "critical medium", "1001"],
  ["baresip-timeout", "no answer", "port-silent", "critical medium", "1001"],
  ["baresip-ok", "registered", undefined],
  ["mjsip-compose", "refused", "credentials-refused", "critical medium", "robot"],
  ["livekit-flood-console", "none", "agent-number-unknown", "critical medium"],
  ["livekit-flood-json", "none", "agent-number-unknown", "critical medium"],
  ["fritzbox-provider", "none", "provider-refused", "warning medium"],
  ["kamailio-uac", "none", "provider-refused", "warning medium"],
  ["provider-takes-no-registrations", "none", "not-a-registrar", "warning medium"],
  ["pjsua-has-no-registrar", "no answer", "not-a-registrar", "critical medium"],
  ["mjsip-drops-answers", "none", "answer-lost", "critical medium"],
  ["browser-phone", "refused", "forbidden-after-credentials", "critical medium"],
  ["received-and-never-answered", "no answer", "register-silent", "critical medium", "1001"],
  ["one-more-send-under-way", "refused", "credentials-refused", "critical high", "1001"],
  ["good-answer-does-not-arrive", "registered", "answer-lost", "critical medium", "1001"],
  ["contact-private-on-freeswitch", "registered", undefined],
  ["fenced-and-indented", "refused", "credentials-refused", "critical high", "1001"],
  ["stream-followed", "refused", "credentials-refused", "critical high", "1001"],
  ["lines-between-messages", "refused", "credentials-refused", "critical high", "1001"],
  ["taken-away", "gone", undefined],
  ["freeswitch-scanner-and-registered", "registered", "unknown-after-credentials", "info medium"],
  ["html-escaped-lines", "refused", "unknown-before-credentials", "critical high", "1001"],
  ["kamailio-acc", "refused", "forbidden-after-credentials", "critical medium", "1001"],
  // What phones, gateways, proxies, libraries, containers and network tools write.
  ["blink-wrong-password", "refused", "credentials-refused", "critical high"],
  ["oracle-wrong-password", "refused", "credentials-refused", "critical high"],
  ["audiocodes-wrong-password", "refused", "credentials-refused", "critical high"],
  ["cucm-wrong-password", "refused", "credentials-refused", "critical high"],
  ["tshark-tree-of-wrong-password", "refused", "credentials-refused", "critical high"],
  ["opensips-xlog-wrong-password", "refused", "credentials-refused", "critical high"],
  ["heplify-wrong-password", "refused", "credentials-refused", "critical high"],
  ["cisco-wrong-password", "refused", "credentials-refused", "critical high"],
  ["cisco-registered", "registered", undefined],
  ["poly-wrong-password", "refused", "credentials-refused", "critical high"],
  ["yealink-wrong-password", "refused", "credentials-refused", "critical high"],
  ["uac-reg-dump", "none", "provider-refused", "warning medium"],
  ["uac-reg-dump-ok", "none", undefined],
  ["pjsip-show-aor", "registered", undefined],
  ["pjsip-show-endpoints", "not registered", "extension-not-registered", "critical medium", "?1001"],
  ["sip-show-peer", "not registered", "extension-not-registered", "critical medium"],
  ["sip-show-registry", "none", "provider-refused", "warning medium"],
  ["freeswitch-show-registrations", "registered", undefined],
  ["kamcmd-ul-dump", "registered", undefined],
  ["opensips-ul-dump", "registered", undefined],
  ["fail2ban-status", "refused", "banned-after-refusals", "critical medium"],
  ["iptables-fail2ban", "refused", "banned-after-refusals", "critical medium"],
  ["cisco-phone-reject", "refused", "forbidden-after-credentials", "critical medium"],
  ["sipml5", "none", "nonce-not-renewed", "info low"],
  ["dns-dig-nxdomain", "none", "name-not-found", "critical medium"],
  ["nmap-filtered", "no answer", "port-silent", "critical medium"],
  ["nc-refused", "no answer", "port-refused", "critical medium"],
  ["sipsak-no-answer", "no answer", "port-silent", "critical medium"],
  ["unifi-talk-line", "none", "provider-refused", "warning medium"],
  ["register-good-then-timeout", "no answer", "register-silent", "critical medium"],
  ["json-newest-first", "registered", undefined],
  ["agent-wrong-other-phone", "registered", "credentials-refused", "info medium"],
  ["register-telephone-mac", "no answer", "port-silent", "critical medium"],
  ["phoneblock-updated-ok", "registered", undefined],
  ["phoneblock-german-404", "refused", "unknown-after-credentials", "critical medium"],
  ["rustpbx-401", "none", undefined],
  ["ha-sip-tx-only", "no answer", "port-silent", "critical medium"],
  ["register-sec-invalid-transport", "refused", "credentials-refused", "critical high"],
  ["register-reg-sippeer-lagged", "unreachable", "contact-unreachable", "warning medium"],
  ["register-openvpn-ok-contact", "registered", undefined],
  ["device-moved-icmp", "no answer", "invite-unanswered", "critical high"],
  ["telnet-refused", "no answer", "port-refused", "critical medium"],
  ["powershell-tnc", "no answer", "port-silent", "critical medium"],
  ["nslookup-nx", "none", "name-not-found", "critical medium"],
  ["nslookup-srv-nx", "none", undefined],
  ["fritz-iptel-wrong", "refused", "credentials-refused", "critical high"],
  ["zoiper-403", "refused", "forbidden-after-credentials", "critical medium"],
  ["sipjs-reg-403", "refused", "forbidden-after-credentials", "critical medium"],
  ["register-stopped-own-log", "no answer", "register-silent", "critical medium"],
  ["opts-keepalive-noise", "registered", undefined],
  ["register-403-in-cisco", "refused", "credentials-refused", "critical high"],
  ["register-423-poly", "refused", "interval-too-brief", "info high"],
  ["register-404-linphone", "refused", "unknown-before-credentials", "critical medium"],
  ["register-stale-then-ok", "registered", undefined],
  ["livekit-auth-inbound", "none", "agent-not-authorized", "critical medium"],
  ["livekit-trunk-none-json", "none", "agent-number-unknown", "critical medium"],
  ["livekit-dispatch-none", "none", "agent-number-unknown", "critical medium"],
  ["icmp-after-invite", "no answer", "port-refused", "critical medium"],
  ["two-agents-one-ext", "registered", "held-by-another-device", "info high"],
  ["good-423-good", "registered", "interval-too-brief", "info high"],
  ["403-before-auth", "refused", "forbidden-before-credentials", "critical medium"],
  ["503-maintenance", "refused", "service-unavailable", "critical medium"],
  ["pjsip-lines-full", "refused", "extension-not-bindable", "critical high"],
  ["pjsip-lines-removed-expired", "gone", "extension-not-registered", "critical medium"],
  ["kamailio-auth-fail", "refused", "unknown-before-credentials", "critical high"],
  ["freeswitch-reg-fail", "refused", "credentials-refused", "critical high"],
  ["tls-sslv3-alert", "none", "certificate-chain", "critical medium"],
  ["openssl-expired", "none", "certificate-expired", "critical high"],
];

function read(file: string, username?: string | undefined) {
  const text = readFileSync(join(FOLDER, `${file}.txt`), "utf8");
  return readLog(text, username === undefined ? {} : { username });
}

describe("a paste", () => {
  it.each(ROWS.map((row) => [`${row[0]} ends ${row[1]}: ${row[2]} ${row[4] ?? ""}`, row] as const))(
    "%s",
    (_name, [file, outcome, finding, weight, user]) => {
      const asked = user?.startsWith("?") ? user.slice(1) : undefined;
      const report = read(file, asked);
      const [first] = report.findings;
      expect(report.outcome).toBe(outcome);
      expect(first?.id).toBe(finding);
      if (first === undefined) return;
      expect(`${first.severity} ${first.confidence}`).toBe(weight);
      if (user !== undefined) expect(first.users[0]).toBe(asked ?? user);
    },
  );

  it("is in the table, each of the folder", () => {
    const files = readdirSync(FOLDER).map((name) => name.replace(/\.txt$/, ""));
    expect(files.filter((file) => !ROWS.some(([row]) => row === file))).toEqual([]);
  });

  it("names its lines by the numbers that they have in the paste", () => {
    const [finding] = read("blank-line-between-lines").findings;
    const lines = readFileSync(join(FOLDER, "blank-line-between-lines.txt"), "utf8").split("\n");
    const last = lines.findLastIndex((line) => line.startsWith("SIP/2.0 401"));
    expect(finding?.evidence).toContain(`line ${last + 1}:`);
  });

  it("with several users says so, and asks for no more where one is named", () => {
    expect(read("sip-show-peers").users).toEqual(["1003", "1002", "1001"]);
    expect(read("sip-show-peers", "1001").users).toEqual([]);
    expect(read("scanner-and-registered").users).toEqual([]);
  });

  it("shows no digest, also where it was escaped", () => {
    for (const [file] of ROWS) {
      expect(JSON.stringify(read(file)), file).not.toMatch(/00112233445566|nonce=\\?"n\d/);
    }
  });
});
