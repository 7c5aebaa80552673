import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLog } from "../../support/log-lines.js";

/**
 * Pastes about registrations and calls, each with what is right about it. The shapes are those of public reports, and what was
 * wrong there is what was known before the reader saw them; names, numbers and addresses are made up.
 */

const FOLDER = join(import.meta.dirname, "reported");

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
  ["refer-405", "none", "transfer-refused", "warning medium"],
  ["refer-603-quoted", "none", "transfer-refused", "warning medium"],
  ["refer-202-notify-404", "none", "transfer-refused", "warning medium"],
  ["refer-good", "none", undefined],
  ["fs-crypto-idle", "none", "srtp-refused", "critical medium"],
  ["fs-noroute-idle", "none", "no-such-extension", "critical medium"],
  ["freepbx-rtp-timeout-long", "none", "no-audio", "critical high"],
  ["ws-unreachable", "unreachable", "contact-unreachable", "warning medium", "6006"],
  ["ws-frames-488", "none", "media-refused", "critical medium"],
  ["cube-404", "none", "no-such-extension", "critical low"],
  ["udp-fragments", "none", "invite-too-large", "critical medium"],
  ["rtpproxy-one-way", "none", "one-way-audio", "critical medium"],
  ["twilio-32022", "none", "ack-lost", "critical high"],
  ["twilio-32014", "none", "no-audio", "critical high"],
  ["sipp-unexpected", "none", "call-declined", "critical medium"],
  ["jssip-unavailable", "none", "callee-unavailable", "warning low"],
  ["telnyx-d35", "none", "call-declined", "critical medium"],
  ["hold-old-style-healthy", "none", undefined],
  ["container-c-journald", "none", "media-address-private", "critical medium"],
  ["chansip-6s", "none", "ack-lost", "critical high"],
  ["fs-gw-904", "none", "provider-refused", "warning medium"],
  ["belle-constantly", "refused", "credentials-refused", "critical medium"],
  ["pyvoip-401", "refused", "credentials-refused", "critical medium"],
  ["fs-find-user-domain", "refused", "unknown-after-credentials", "critical high", "201"],
  ["scanners-25-and-agent", "registered", "challenge-unanswered", "info medium"],
  ["423-twice", "refused", "interval-too-brief", "critical high", "2004"],
  ["403-user-from", "refused", "forbidden-after-credentials", "critical medium", "2004"],
  ["wrong-then-silent", "no answer", "credentials-refused", "critical high", "2004"],
  ["asterisk-contact-deleted", "gone", "extension-not-registered", "critical medium", "2004"],
  ["fs-scanners-and-user", "none", "unknown-after-credentials", "info medium"],
  ["registered-489", "registered", undefined],
  ["dtmf-info-405", "none", "dtmf-not-agreed", "warning medium"],
  ["500-call-limit", "none", "call-failed-beyond", "critical medium"],
  ["tcpdump-jigasi-icmp", "no answer", "port-refused", "critical medium"],
  ["dart-register-408", "no answer", "port-silent", "critical medium"],
  ["pysip-attempts", "no answer", "port-silent", "critical medium"],
  ["pyvoip-timeout", "no answer", "port-silent", "critical medium"],
  ["baresip-abort-ansi", "no answer", "port-refused", "critical medium"],
  ["hold-488", "none", "change-refused", "warning medium"],
  ["rings-25s-cancelled", "none", "call-not-answered", "warning medium"],
  ["ack-localhost", "none", "ack-lost", "critical high"],
  ["cucm-503-handler", "none", "call-failed-beyond", "critical medium"],
  ["rtpaudioqos", "none", "one-way-audio", "critical medium"],
  ["dtls-failure", "none", "no-audio", "critical medium"],
  ["early-media-then-404", "none", "call-number-unknown", "critical medium"],
  ["tls-call-healthy-31s", "none", undefined],
  ["488-warning-305", "none", "codec-mismatch", "critical medium"],
  ["savp-488-yeastar", "none", "srtp-refused", "critical medium"],
  ["bye-to-private", "none", "bye-refused", "warning medium"],
  ["fs-503-max-calls", "none", "call-failed-beyond", "critical medium"],
  ["rtp-debug-agent-mute-again", "none", "one-way-audio", "critical medium"],
  ["node-enotfound", "none", "name-not-found", "critical medium"],
  ["python-gaierror", "none", "name-not-found", "critical medium"],
  ["econnrefused-5061", "no answer", "port-refused", "critical medium"],
  ["fritz-anmeldung-403", "none", "provider-refused", "warning medium"],
  ["desk-phone-wrong-agent-ok", "refused", "credentials-refused", "critical high", "301"],
  ["register-500", "refused", "server-error", "critical medium", "2004"],
  ["asterisk-ssl-unknown-ca", "none", "certificate-chain", "critical medium"],
  ["stale-refresh-healthy", "registered", undefined],
  ["russian-403", "refused", "forbidden-before-credentials", "critical medium", "2004"],
  ["unregistered-at-end", "gone", undefined],
  ["options-to-private", "registered", "contact-private", "warning medium", "2004"],
  ["logcat-not-acked", "none", "ack-lost", "critical high"],
  ["bye-102-no-ack", "none", "ack-lost", "critical high"],
  ["408-recovery", "none", "invite-unanswered", "critical medium"],
  ["telnyx-hangup-busy", "none", "callee-busy", "warning medium"],
  ["twilio-callback-480", "none", "callee-unavailable", "warning low"],
  ["jambonz-sipstatus-480", "none", "callee-unavailable", "warning low"],
  ["ami-hangup-20", "none", "callee-not-registered", "critical medium"],
  ["ami-contactstatus", "unreachable", "contact-unreachable", "warning medium", "2004"],
  ["ari-channel-destroyed", "none", "callee-busy", "warning medium"],
  ["fs-esl-hangup", "none", "callee-not-registered", "critical medium"],
  ["fs-remote-address-error", "none", "media-refused", "critical medium"],
  ["cdr-noanswer", "none", "call-not-answered", "warning medium"],
  ["pjsip-invite-no-match", "none", "call-credentials-refused", "warning low"],
  ["answer-127", "none", "media-address-private", "critical medium"],
  ["answer-0000-sendrecv", "none", "media-off", "critical medium"],
  ["answer-g729-not-offered", "none", "codec-mismatch", "critical medium"],
  ["prack-update-healthy", "none", undefined],
  ["optimistic-srtp-healthy", "none", undefined],
  ["603-too-many-contacts", "refused", "extension-not-bindable", "critical high"],
  ["opensips-max-1", "refused", "rejected-after-credentials", "critical high", "2004"],
  ["journal-json", "refused", "credentials-refused", "critical high", "2004"],
  ["quoted-printable", "refused", "credentials-refused", "critical high", "2004"],
  ["crlf-tabs", "refused", "credentials-refused", "critical high", "2004"],
  ["sngrep-null-dates", "refused", "credentials-refused", "critical high", "2004"],
  ["answer-other-port", "none", "answer-lost", "critical medium", "2004"],
  ["register-420", "refused", "extension-required", "critical medium", "2004"],
  ["chansip-authname", "refused", "credentials-refused", "critical high", "2004"],
  ["moves-network-ok", "registered", undefined],
  ["pjsip-outbound-noresp", "none", "provider-refused", "warning medium"],
  ["rtpengine-srtp-auth", "none", "srtp-refused", "critical medium"],
  ["asterisk-unprotect", "none", "srtp-refused", "critical medium"],
  ["rtpengine-no-suite", "none", "srtp-refused", "critical medium"],
  ["v6-ula-media", "none", "media-address-private", "critical medium"],
  ["long-healthy-mixed", "none", undefined],
  ["invite-400", "none", "call-refused", "warning low"],
  ["invite-403-after-auth", "none", "call-credentials-refused", "critical medium"],
  ["agent-603-tshark", "none", "call-declined", "warning medium"],
  ["vpn-healthy-quoted", "none", undefined],
  ["agent-private-c-public-source", "none", "media-address-private", "critical medium"],
  ["fails-then-good", "none", "callee-unavailable", "info medium"],
  ["only-100-then-cancel", "none", "invite-unanswered", "warning medium"],
  ["answer-no-dtmf", "none", "dtmf-not-agreed", "warning medium"],
  ["kamailio-404-not-here", "none", "callee-not-registered", "critical medium"],
  ["asterisk-reinvite-nonexisting", "none", "change-refused", "warning medium"],
  ["sha256-only-unanswered", "none", "challenge-unanswered", "critical high", "2004"],
  ["two-challenges-healthy", "registered", undefined],
  ["two-hops-wrong-password", "refused", "credentials-refused", "critical high", "2004"],
  ["chansip-registered-unregistered", "gone", undefined],
  ["flapping-ends-reachable", "registered", "contact-unreachable", "warning medium", "2004"],
  ["wrong-version", "none", "tls-on-plain-port", "critical medium"],
  ["refused-503-kamailio-wrapped", "refused", "service-unavailable", "critical medium", "2004"],
  ["unknown-user-404-freeswitch", "refused", "unknown-after-credentials", "critical medium", "2004"],
  ["register-then-silent-end", "no answer", "register-silent", "critical medium", "2004"],
  ["only-register-once", "none", undefined],
  ["html-json-homer", "refused", "extension-not-bindable", "critical high", "2004"],
  ["banned-then-trace-silent", "no answer", "banned-after-refusals", "critical high"],
];

describe("a reported paste", () => {
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
