import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLog } from "../../support/log-lines.js";
import { itReadsFindings } from "../../support/reported-pastes.js";

/**
 * Pastes on registrations, calls and audio from many programs, and healthy ones, each with its right first finding. The
 * shapes are those of public reports with a known cause; names and addresses are made up.
 */

const FOLDER = join(import.meta.dirname, "reported-fresh");

/** The first finding's id, its severity and confidence; `undefined` where nothing is wrong. */
const ROWS: readonly (readonly [file: string, finding: string | undefined, weight?: string])[] = [
  ["3cx-cred", "credentials-refused", "critical high"],
  ["486-from-twilio", "callee-busy", "warning medium"],
  ["603-decline", "call-declined", "warning medium"],
  ["acl", "register-silent", "critical medium"],
  ["ast-no-endpoint", "unknown-before-credentials", "critical high"],
  ["ast-rtp-debug-one-way", "one-way-audio", "warning medium"],
  ["ast-rtp-timeout", "no-audio", "critical high"],
  ["baresip-401", "credentials-refused", "critical medium"],
  ["baresip-no-codec", "codec-mismatch", "critical medium"],
  ["chansip-retrans", "ack-lost", "critical high"],
  ["chansip-wrong-password", "credentials-refused", "critical high"],
  ["cisco-no-rport", "answer-lost", "critical medium"],
  ["dtmf-info-405", "dtmf-not-agreed", "warning medium"],
  ["ext-not-found", "no-such-extension", "critical medium"],
  ["fs-cant-find-user", "unknown-after-credentials", "critical high"],
  ["fs-g729", "codec-mismatch", "critical medium"],
  ["fs-no-route", "no-such-extension", "critical medium"],
  ["fs-stranger-beside-user", "unknown-after-credentials", "warning medium"],
  ["fs-user-not-registered", "callee-not-registered", "critical medium"],
  ["fs-wrong-pass-bare", "credentials-refused", "critical high"],
  ["healthy-asterisk-p2p", undefined],
  ["healthy-baresip-ok", undefined],
  ["healthy-call-ngrep", undefined],
  ["healthy-channelstats", undefined],
  ["healthy-fs-normal", undefined],
  ["healthy-hass-trunk", undefined],
  ["healthy-lk-ok", undefined],
  ["healthy-pjsip-reachable", undefined],
  ["healthy-rtp-debug-both", undefined],
  ["healthy-rtpengine-both", undefined],
  ["icmp-admin-prohibited", "one-way-audio", "critical medium"],
  ["kamailio-uac", "provider-refused", "warning medium"],
  ["linphone-403", "forbidden-after-credentials", "critical medium"],
  ["linphone-dns", "name-not-found", "critical medium"],
  ["lk-empty-sdp", "media-refused", "critical medium"],
  ["lk-flood", "agent-number-unknown", "critical medium"],
  ["lk-media-timeout", "no-audio", "critical high"],
  ["lk-no-trunk", "no-such-extension", "critical medium"],
  ["microsip-tls-version", "tls-handshake-failed", "critical medium"],
  ["mjsip-401", "credentials-refused", "critical medium"],
  ["no-telephone-event", "dtmf-not-agreed", "warning medium"],
  ["pjsua-423", "interval-too-brief", "info high"],
  ["pjsua-no-answer", "port-silent", "critical medium"],
  ["rtpengine-one-leg", "one-way-audio", "critical medium"],
  ["rtpengine-private-offer", "media-address-private", "warning medium"],
  ["savp-wanted", "srtp-refused", "critical medium"],
  ["session-refresh", "session-refresh-failed", "critical medium"],
  ["sip-show-peers", "contact-unreachable", "warning medium"],
  ["subscriber-absent", "callee-not-registered", "critical medium"],
  ["tcp-refused", "port-refused", "critical medium"],
  ["telekom-resolve", "name-not-found", "critical medium"],
  ["tshark-no-ack", "ack-lost", "critical high"],
  ["twilio-32009", "callee-not-registered", "critical medium"],
  ["unreachable", "contact-unreachable", "warning medium"],
];

describe("a paste of a program that people ask about", () => {
  itReadsFindings(FOLDER, ROWS);

  it("does not take requests that are sent again after the answer for a slow answer", () => {
    const { findings } = readLog(readFileSync(join(FOLDER, "cisco-no-rport.txt"), "utf8"));
    expect(findings.map(({ id }) => id)).not.toContain("slow-answer");
    expect(findings[0]?.evidence).toContain("in 0 ms");
  });

  it("takes Min-Expires from the message, although the client prints only the code", () => {
    const { findings } = readLog(readFileSync(join(FOLDER, "pjsua-423.txt"), "utf8"));
    expect(findings.map(({ title }) => title)).toEqual([
      expect.stringMatching(/^The registrar wants an expiry of .*3600 s at least$/),
    ]);
  });

  it("says of a user whom the PBX does not know that it may be a stranger, where another is asked as usual", () => {
    const { findings } = readLog(readFileSync(join(FOLDER, "fs-stranger-beside-user.txt"), "utf8"));
    expect(findings[0]?.cause).toContain("it may be a stranger's attempt");
  });
});
