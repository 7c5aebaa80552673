import { describe, expect, it } from "vitest";
import type { Evidence, OtherHandshake, StepSeen } from "../../../src/diagnosis/evidence.js";
import { RTP_FACTS } from "../../../src/diagnosis/evidence-rtp.js";
import { TOLD_FACTS } from "../../../src/diagnosis/evidence-traced.js";
import type { Confidence, Severity } from "../../../src/diagnosis/finding.js";
import { findingsFrom } from "../../../src/diagnosis/rank.js";
import { CALL_RULES } from "../../../src/diagnosis/rules/calls/index.js";
import { type FindingId, RULES, ruleOf } from "../../../src/diagnosis/rules/index.js";
import type { Conclusion } from "../../../src/diagnosis/rules/rule.js";
import { loadPreset } from "../../../src/presets/index.js";
import { untrustedToken } from "../../../src/redaction/untrusted.js";
import type { AdviceId } from "../../../src/registration/advice.js";
import { echoCall, mediaSeen, PBX, refusedCall, SILENT, stream } from "../../support/echo-call.js";
import {
  challenge,
  credentials,
  endpoint,
  endpointSeen,
  evidence,
  exchange,
  NOW,
  nameSeen,
  platform,
  registered,
  shutEndpoint,
  statusIn,
  tlsSeen,
  unanswered,
} from "../../support/evidence.js";
import { hostile, ownWords, plain } from "../../support/plain.js";

function find(id: FindingId, seen: Evidence): Conclusion | undefined {
  return plain(ruleOf(id).find(seen));
}

interface Case {
  seen: Evidence;
  confidence: Confidence;
  /** Where it is not the rule's own. */
  severity?: Severity;
  /** What the finding's evidence must say. */
  says: RegExp;
}

const silentUdp = shutEndpoint({ kind: "silent", ms: 6_000, sends: 4 });
const refusedTcp = shutEndpoint({ kind: "refused", ms: 3, code: "ECONNREFUSED" }, { transport: "tcp" });
const tls = { transport: "tls", port: 5061 } as const;
const failedTls = (code: string, more: object = {}) =>
  shutEndpoint({ kind: "tls-failed", ms: 40, code, message: "handshake failure", ...more }, tls);
const withTls = (...seen: Parameters<typeof tlsSeen>) =>
  evidence({ endpoints: [endpointSeen({ endpoint: endpoint(tls), tls: tlsSeen(...seen) })] });
const withoutName = (seen: OtherHandshake) =>
  evidence({
    endpoints: [endpointSeen({ endpoint: endpoint(tls), tls: { ...tlsSeen(), withoutName: seen } })],
  });
const withoutAnyName = (named: OtherHandshake) =>
  evidence({
    endpoints: [endpointSeen({ endpoint: endpoint(tls), tls: { ...tlsSeen(), withName: named } })],
  });
const asked = (type: StepSeen["type"], answers: string[] = [], error = "ENOTFOUND") => {
  const common = { question: "pbx.example.com", type, answers, ms: 1 };
  return answers.length > 0 ? common : { ...common, error };
};
const openTcp = (result: Parameters<typeof exchange>[0]) =>
  endpointSeen({ endpoint: endpoint({ transport: "tcp" }), options: exchange(result) });
const firstIs = (status: number, more = {}) => evidence({ registers: [registered(status, more)] });
const refusedBy = (status: number, server: string, more: Parameters<typeof challenge>[0] = {}) =>
  evidence({
    registers: [registered(401, { challenge: challenge(more) })],
    server,
    credentials: credentials(status === 401 ? "refused" : "rejected", status),
  });
/** REGISTERED for an hour, so long ago. */
const statusSentAgo = (seconds: number) => ({
  ...statusIn("REGISTERED_STATE"),
  lastRegisterSent: new Date(NOW.getTime() - seconds * 1_000),
  registrationTimeoutSeconds: 3_600,
});
const silentRegister = exchange({ method: "REGISTER", result: "silent", ms: 7_000, sends: 4 });
const srv = (host: string, more = {}) => endpoint({ from: "srv", host, ...more });
const advised = (id: AdviceId) =>
  evidence({ settings: { advice: [{ id, field: "port", severity: "warning", message: `advice ${id}` }] } });
const rewritten = [
  {
    what: "call-id",
    sent: untrustedToken("a@192.168.1.5"),
    came: untrustedToken("a@203.0.113.7"),
  },
] as const;
const path = {
  transport: "udp",
  local: { address: "192.168.1.5", port: 5070 },
  localClass: "private",
  nat: false,
  rewritten: [],
} as const;
const bound = { outcome: "bound", last: registered(200), listed: true, others: [], removed: true } as const;

/**
 * Every rule with evidence that it must find something in.
 *
 * Long: it is one table, and a test holds that no rule is missing in it.
 */
const CASES: Partial<Record<FindingId, Case | readonly Case[]>> = {
  // All that such a call may show is in media-probe.test.ts.
  "own-media-refused": {
    seen: evidence({ media: mediaSeen(refusedCall(488, "Not Acceptable Here")) }),
    confidence: "medium",
    says: /plain RTP is answered 488/,
  },
  "rtp-port-remapped": {
    seen: evidence({
      media: mediaSeen(echoCall({ audio: { ...SILENT, received: [stream(PBX, 39_715)] } })),
    }),
    confidence: "medium",
    says: /RTP comes from 198\.51\.100\.7:39715/,
  },
  "rtp-blocked": {
    seen: evidence({ media: mediaSeen(echoCall({ audio: SILENT })) }),
    confidence: "medium",
    says: /the tone did not come back/,
  },
  "no-refer": {
    seen: evidence({ media: mediaSeen(echoCall({ answer: { allow: ["INVITE"] } })) }),
    confidence: "medium",
    says: /INVITE$/,
  },
  "pbx-media-works": { seen: evidence({ media: mediaSeen() }), confidence: "high", says: /came back/ },
  "behind-same-router": {
    seen: evidence({
      path: {
        ...path,
        nat: true,
        seenAtDialled: true,
        seen: { address: untrustedToken("8.8.4.4"), port: 1024 },
      },
    }),
    confidence: "high",
    says: /^dialled 8\.8\.4\.4; the PBX saw this machine \(192\.168\.1\.5:5070 here\) at 8\.8\.4\.4 too$/,
  },
  "name-invalid": {
    seen: unanswered([], {
      name: nameSeen({ servers: [], outcome: "invalid", host: "sip:x", problem: "not a host" }),
    }),
    confidence: "high",
    says: /"sip:x": not a host/,
  },
  "name-only-here": {
    seen: evidence({ name: nameSeen({ onlyHere: true }) }),
    confidence: "high",
    says: /pbx\.example\.com is 8\.8\.4\.4 \(public\) on this machine/,
  },
  "name-not-found": [
    {
      seen: unanswered([], { name: nameSeen({ servers: [], steps: [asked("A")] }) }),
      confidence: "high",
      says: /ENOTFOUND to A\)/,
    },
    {
      seen: unanswered([], {
        name: nameSeen({
          servers: [],
          steps: [
            asked("SRV", ["1 1 5060 a.example.com"]),
            asked("SRV"),
            asked("A"),
            asked("NAPTR", [], "EPENDING"),
          ],
        }),
      }),
      confidence: "high",
      says: /ENOTFOUND to A\)/,
    },
    {
      seen: unanswered([], {
        name: nameSeen({ servers: [], alias: "gone.example.net", steps: [asked("A")] }),
      }),
      confidence: "high",
      says: /pbx\.example\.com is an alias \(CNAME\) of gone\.example\.net/,
    },
  ],
  "srv-only": [
    {
      seen: unanswered([], {
        name: nameSeen({
          servers: [],
          advertised: [srv("in.example.com", { address: "192.168.7.7" }), srv("a.example.com")],
          classes: new Map([
            ["8.8.4.4", "public"],
            ["192.168.7.7", "private"],
          ]),
        }),
      }),
      confidence: "high",
      says: /SRV records lead to a\.example\.com \(udp 8\.8\.4\.4:5060\)\. With a port given/,
    },
    {
      seen: unanswered([], {
        name: nameSeen({
          servers: [],
          advertised: [srv("in.example.com", { address: "192.168.7.7" })],
          classes: new Map([["192.168.7.7", "private"]]),
        }),
      }),
      confidence: "high",
      says: /in\.example\.com \(udp 192\.168\.7\.7:5060, private\)$/,
    },
  ],
  "srv-target-address": [
    {
      seen: evidence({
        target: { sipDomain: "pbx.example.com" },
        name: nameSeen({ steps: [asked("SRV", ["10 10 5060 45.67.89.10"])] }),
      }),
      confidence: "high",
      says: /SRV record "10 10 5060 45\.67\.89\.10"/,
    },
    {
      seen: evidence({ name: nameSeen({ steps: [asked("SRV", ["10 10 5060 45.67.89.10"])] }) }),
      confidence: "high",
      severity: "info",
      says: /45\.67\.89\.10/,
    },
  ],
  "name-lookup-failed": {
    seen: unanswered([], {
      name: nameSeen({ servers: [], outcome: "timeout", problem: "no answer from DNS within 5 s" }),
    }),
    confidence: "medium",
    says: /no answer from DNS/,
  },
  "name-service-refused": {
    seen: unanswered([], { name: nameSeen({ servers: [], outcome: "refused" }) }),
    confidence: "high",
    says: /target "\."/,
  },
  "name-private-only": {
    seen: evidence({ name: nameSeen({ servers: [endpoint({ address: "192.168.1.10" })] }) }),
    confidence: "high",
    says: /192\.168\.1\.10 \(private\)/,
  },
  "name-some-private": {
    seen: evidence({ name: nameSeen({ servers: [endpoint(), endpoint({ address: "10.0.0.1" })] }) }),
    confidence: "high",
    says: /8\.8\.4\.4 \(public\) and 10\.0\.0\.1 \(private\)/,
  },
  "name-only-ipv6": {
    seen: evidence({ name: nameSeen({ servers: [endpoint({ address: "2a00::1", family: 6 })] }) }),
    confidence: "medium",
    says: /only 2a00::1/,
  },
  "hosts-differ": {
    seen: evidence({
      name: nameSeen({
        hostsDiffer: true,
        steps: [{ question: "pbx.example.com", type: "hosts", answers: ["10.0.0.9"], differs: true, ms: 1 }],
      }),
    }),
    confidence: "high",
    says: /is 10\.0\.0\.9 here/,
  },
  "srv-broken-target": [
    {
      seen: evidence({ name: nameSeen({ brokenTargets: ["gone.example.com"] }) }),
      confidence: "high",
      says: /no address for gone\.example\.com/,
    },
    {
      seen: unanswered([], { name: nameSeen({ servers: [], brokenTargets: ["gone.example.com"] }) }),
      confidence: "high",
      severity: "critical",
      says: /itself has no address.*gone\.example\.com/,
    },
  ],
  "srv-first-dead": {
    seen: evidence({
      endpoints: [
        shutEndpoint({ kind: "silent", ms: 6_000 }, { from: "srv", host: "a.example.com" }),
        endpointSeen({ endpoint: srv("b.example.com") }),
      ],
    }),
    confidence: "medium",
    says: /b\.example\.com/,
  },
  "srv-disagrees": [
    {
      seen: unanswered([silentUdp], {
        name: nameSeen({ advertised: [srv("pbx.example.com", { transport: "tcp" })] }),
      }),
      confidence: "medium",
      says: /given: udp\/5060; SRV records of pbx\.example\.com: tcp\/5060/,
    },
    {
      seen: evidence({ name: nameSeen({ advertised: [srv("pbx.example.com", { transport: "tcp" })] }) }),
      confidence: "low",
      severity: "info",
      says: /tcp\/5060/,
    },
  ],
  "port-from-dns": {
    seen: evidence({
      target: { sipDomain: "pbx.example.com" },
      name: nameSeen({ servers: [srv("sip.example.com", { port: 5080 })] }),
    }),
    confidence: "high",
    says: /sip\.example\.com, udp\/5080/,
  },
  "no-srv": {
    seen: evidence({
      target: { sipDomain: "pbx.example.com" },
      name: nameSeen({ steps: [asked("SRV"), asked("SRV", [], "ENODATA")] }),
    }),
    confidence: "high",
    says: /no SRV, so udp\/5060 was tried/,
  },
  "banned-after-refusals": {
    seen: unanswered([silentUdp], { history: { refusals: 2, answeredAgo: 40 } }),
    confidence: "medium",
    says: /2 refusals within ten minutes; it last answered 40 s ago; now udp 8\.8\.4\.4:5060: no answer in 6\.0 s \(4 sends\)/,
  },
  "plain-sip-on-tls-port": {
    seen: unanswered([failedTls("TIMEOUT", { speaksPlainSip: true })]),
    confidence: "high",
    says: /speaks plain SIP, not TLS/,
  },
  "tls-on-plain-port": {
    seen: unanswered([{ ...openTcp({ result: "closed" }), speaksTls: true }]),
    confidence: "high",
    says: /a TLS handshake on that port succeeds/,
  },
  "other-endpoint-answers": [
    {
      seen: unanswered([failedTls("ECONNRESET")], {
        otherEndpoints: [endpointSeen({ endpoint: endpoint({ transport: "tcp" }) })],
      }),
      confidence: "high",
      says: /^tcp\/5060 answers, tls\/5061 does not/,
    },
    {
      seen: unanswered([failedTls("TIMEOUT")], {
        otherEndpoints: [endpointSeen({ endpoint: endpoint({ transport: "tcp" }) })],
      }),
      confidence: "medium",
      says: /^tcp\/5060 answers, tls\/5061 does not/,
    },
  ],
  "port-refused": { seen: unanswered([refusedTcp]), confidence: "high", says: /refused after 3 ms/ },
  "port-silent": {
    seen: unanswered([silentUdp]),
    confidence: "medium",
    says: /no answer in 6\.0 s \(4 sends\)/,
  },
  "host-unreachable": [
    {
      seen: unanswered([shutEndpoint({ kind: "unreachable", code: "EHOSTUNREACH", message: "" })]),
      confidence: "medium",
      says: /unreachable \(EHOSTUNREACH\)/,
    },
    {
      seen: unanswered([shutEndpoint({ kind: "unreachable", code: "ENETUNREACH", message: "" })]),
      confidence: "low",
      says: /ENETUNREACH/,
    },
  ],
  "connection-failed": {
    seen: unanswered([shutEndpoint({ kind: "failed", code: "EINVAL", message: "no valid address" })]),
    confidence: "medium",
    says: /no valid address/,
  },
  "closed-without-answer": {
    seen: unanswered([openTcp({ result: "closed", problem: "the peer closed the connection" })]),
    confidence: "medium",
    says: /closed after OPTIONS: the peer closed/,
  },
  "open-but-mute": {
    seen: unanswered([openTcp({ result: "silent", ms: 6_000 })]),
    confidence: "medium",
    says: /no answer in 6\.0 s/,
  },
  "slow-connection": [
    {
      seen: evidence({
        endpoints: [endpointSeen({ endpoint: endpoint(tls), reach: { kind: "open", ms: 6_000 } })],
      }),
      confidence: "high",
      says: /tls 8\.8\.4\.4:5061: open after 6\.0 s$/,
    },
    {
      seen: evidence({
        endpoints: [
          endpointSeen({ endpoint: endpoint(tls), reach: { kind: "open", ms: 30, gaveUpAfter: 2_500 } }),
        ],
      }),
      confidence: "high",
      says: /open after 30 ms; a first try was given up after 2\.5 s/,
    },
  ],
  "some-addresses-dead": {
    seen: evidence({
      endpoints: [endpointSeen(), shutEndpoint({ kind: "silent", ms: 4_000 }, { address: "8.8.8.8" })],
    }),
    confidence: "medium",
    says: /8\.8\.8\.8.*no answer in 4\.0 s/,
  },
  "tls-version-old": [
    {
      seen: unanswered([failedTls("ERR_SSL_UNSUPPORTED_PROTOCOL", { legacyVersion: "TLSv1" })]),
      confidence: "high",
      says: /it takes TLS 1\.0/,
    },
    {
      seen: unanswered([failedTls("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION")]),
      confidence: "medium",
      says: /PROTOCOL_VERSION/,
    },
  ],
  "tls-client-certificate": {
    seen: unanswered([failedTls("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED")]),
    confidence: "high",
    says: /CERTIFICATE_REQUIRED/,
  },
  "certificate-needs-sni": [
    {
      seen: withoutName({
        handshake: tlsSeen(
          { dnsNames: ["default.invalid"], selfSigned: true },
          "DEPTH_ZERO_SELF_SIGNED_CERT",
        ),
      }),
      confidence: "high",
      says: /^without a name: .*default\.invalid.*self-signed/,
    },
    {
      seen: withoutName({ handshake: tlsSeen({ dnsNames: ["other.example.com"] }) }),
      confidence: "high",
      severity: "info",
      says: /other\.example\.com.*for another name/,
    },
    {
      seen: withoutName({ problem: "unrecognized name" }),
      confidence: "high",
      says: /succeeds with the name; without it: unrecognized name/,
    },
    {
      seen: withoutName({ problem: "no handshake within 1.5 s", late: true }),
      confidence: "medium",
      says: /no handshake within 1\.5 s/,
    },
  ],
  "only-without-sni": [
    {
      seen: withoutAnyName({ problem: "unrecognized name (ALERT)" }),
      confidence: "medium",
      says: /^with the name: unrecognized name.*; without it: CN=pbx\.example\.com.*the chain is trusted$/,
    },
    {
      seen: withoutAnyName({
        handshake: tlsSeen({ validTo: new Date("2026-05-20T12:00:00Z") }, "CERT_HAS_EXPIRED"),
      }),
      confidence: "medium",
      says: /expired 12 days ago.*without it: .*the chain is trusted$/,
    },
  ],
  "tls-no-handshake": {
    seen: unanswered([failedTls("TIMEOUT")]),
    confidence: "medium",
    says: /no TLS handshake/,
  },
  "tls-handshake-failed": [
    {
      seen: unanswered([failedTls("ECONNRESET")]),
      confidence: "medium",
      says: /ECONNRESET/,
    },
    {
      seen: unanswered([
        failedTls("ERR_SSL_TLSV1_UNRECOGNIZED_NAME", {
          withoutName: tlsSeen({ selfSigned: true }, "DEPTH_ZERO_SELF_SIGNED_CERT"),
        }),
      ]),
      confidence: "medium",
      says: /UNRECOGNIZED_NAME.*without a name \(SNI\): .*self-signed/,
    },
  ],
  "certificate-expired": {
    seen: withTls({ validTo: new Date("2026-05-20T12:00:00Z") }, "CERT_HAS_EXPIRED"),
    confidence: "high",
    says: /expired 12 days ago \(2026-05-20\)/,
  },
  "certificate-not-yet-valid": {
    seen: withTls({ validFrom: new Date("2026-07-01T00:00:00Z") }, "CERT_NOT_YET_VALID"),
    confidence: "high",
    says: /valid from 2026-07-01 on/,
  },
  "certificate-name": [
    {
      seen: withTls({ dnsNames: ["mail.example.com"] }),
      confidence: "high",
      says: /asked for pbx\.example\.com; the certificate names mail\.example\.com/,
    },
    {
      // No one takes a wildcard for all of a top-level domain.
      seen: withTls({ dnsNames: ["*.test"] }, undefined, "pbx.test"),
      confidence: "high",
      says: /the certificate names \*\.test/,
    },
  ],
  "certificate-self-signed": {
    seen: withTls({ selfSigned: true }, "DEPTH_ZERO_SELF_SIGNED_CERT"),
    confidence: "high",
    says: /subject and issuer are CN=pbx/,
  },
  "certificate-chain": {
    seen: withTls({}, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
    confidence: "high",
    says: /issued by "CN=Some CA", and no intermediate certificate that belongs to it came along/,
  },
  "certificate-none": {
    seen: evidence({
      endpoints: [
        endpointSeen({
          tls: { protocol: "TLSv1.2", cipher: "ADH-AES256", domain: untrustedToken("x"), chain: [] },
        }),
      ],
    }),
    confidence: "high",
    says: /TLSv1\.2, ADH/,
  },
  "certificate-expires-soon": {
    seen: withTls({ validTo: new Date("2026-06-06T13:00:00Z") }),
    confidence: "high",
    says: /valid for 5 more days/,
  },
  "certificate-web-only": [
    { seen: withTls({ dnsNames: ["*.example.com"] }), confidence: "high", says: /\*\.example\.com/ },
    // SIP leaves the DNS names aside where there is a SIP URI (RFC 5922 7.1).
    {
      seen: withTls({ uriNames: ["sip:other.example.com"], dnsNames: ["pbx.example.com"] }),
      confidence: "high",
      says: /names sip:other\.example\.com and pbx\.example\.com/,
    },
  ],
  "certificate-sip-only": {
    seen: withTls({ commonNames: [], dnsNames: [], uriNames: ["sip:pbx.example.com"] }),
    confidence: "high",
    says: /sip:pbx\.example\.com/,
  },
  "malformed-answer": [
    {
      seen: unanswered([openTcp({ result: "malformed", problem: "no SIP version" })]),
      confidence: "high",
      says: /not a SIP message: no SIP version/,
    },
    {
      seen: unanswered([openTcp({ result: "malformed", isPartial: true, problem: "40 bytes came" })]),
      confidence: "medium",
      says: /answered only in part in .*: 40 bytes came/,
    },
  ],
  "request-reflected": {
    seen: unanswered([openTcp({ result: "reflected", ms: 6_000 })]),
    confidence: "high",
    says: /our own request: something at that address reflects it/,
  },
  "answer-not-ours": {
    seen: unanswered([
      openTcp({ result: "unfit", problem: "a 200 came that does not repeat what was sent" }),
    ]),
    confidence: "high",
    says: /OPTIONS gets no answer, but something else: a 200 came that does not repeat/,
  },
  "only-provisional": {
    seen: unanswered([openTcp({ result: "trying", problem: "only 100, no final answer", ms: 6_000 })]),
    confidence: "medium",
    says: /no final answer in 6\.0 s: only 100.*seen from here/,
  },
  "register-silent": [
    {
      seen: evidence({
        registers: [exchange({ method: "REGISTER", result: "silent", ms: 8_000, sends: 5 })],
      }),
      confidence: "medium",
      says: /REGISTER gets no answer in 8\.0 s \(5 sends\)/,
    },
    {
      seen: evidence({
        registers: [exchange({ method: "REGISTER", result: "silent" })],
        overTcp: { endpoint: endpoint({ transport: "tcp" }), exchange: registered(401) },
      }),
      confidence: "medium",
      says: /tcp\/5060 answers: REGISTER is answered 401/,
    },
  ],
  "challenge-unusable": {
    seen: firstIs(401, { challenge: { status: 401, offers: [], unusable: ["it has no realm"] } }),
    confidence: "high",
    says: /it has no realm/,
  },
  "forbidden-before-credentials": {
    seen: firstIs(403),
    confidence: "medium",
    says: /without credentials is answered 403 "Said So"/,
  },
  "unknown-before-credentials": { seen: firstIs(404), confidence: "medium", says: /404/ },
  "not-a-registrar": {
    seen: firstIs(405, { headers: { Allow: "INVITE, ACK" } }),
    confidence: "high",
    says: /it allows "INVITE, ACK"/,
  },
  redirected: [
    {
      seen: firstIs(302, { contacts: ["sip:1001@8.8.8.8"] }),
      confidence: "high",
      says: /to sip:1001@8\.8\.8\.8/,
    },
    {
      seen: evidence({
        credentials: credentials("redirected", 302, {
          last: registered(302, { contacts: ["sip:edge.example.net"] }),
        }),
      }),
      confidence: "high",
      says: /after the credentials.*302.*to sip:edge\.example\.net/,
    },
    { seen: firstIs(305), confidence: "medium", says: /305/ },
  ],
  "interval-too-brief": [
    {
      seen: firstIs(423, { headers: { "Min-Expires": "600" } }),
      confidence: "high",
      says: /Min-Expires: 600/,
    },
    { seen: firstIs(423), confidence: "high", severity: "critical", says: /423/ },
    // OpenSIPS takes a value below 5 for none.
    {
      seen: firstIs(423, { headers: { "Min-Expires": "3" } }),
      confidence: "high",
      severity: "critical",
      says: /3/,
    },
  ],
  "extension-required": {
    seen: firstIs(421, { headers: { Require: "sec-agree" } }),
    confidence: "high",
    says: /Require: sec-agree/,
  },
  "query-refused": {
    seen: firstIs(400, { reason: "Missing Contact Header" }),
    confidence: "high",
    says: /Missing Contact Header/,
  },
  "bad-request": { seen: firstIs(400), confidence: "medium", says: /400/ },
  "request-looped": { seen: firstIs(483), confidence: "medium", says: /483/ },
  "upstream-silent": { seen: firstIs(408), confidence: "medium", says: /408/ },
  "service-unavailable": {
    seen: firstIs(503, { retryAfter: 60 }),
    confidence: "medium",
    says: /Retry-After 60 s/,
  },
  "server-error": { seen: firstIs(500), confidence: "medium", says: /500/ },
  "register-refused": [
    { seen: firstIs(480), confidence: "medium", says: /480/ },
    { seen: firstIs(603), confidence: "medium", says: /603/ },
  ],
  "slow-answer": {
    seen: firstIs(401, { ms: 3_100, sends: 3 }),
    confidence: "high",
    says: /REGISTER was answered after 3\.1 s \(3 sends\)/,
  },
  "answered-from-elsewhere": {
    seen: evidence({ path: { ...path, answeredFrom: { address: "8.8.4.4", port: 6060 } } }),
    confidence: "high",
    says: /answered from 8\.8\.4\.4:6060/,
  },
  "register-without-credentials": { seen: firstIs(200), confidence: "high", says: /200/ },
  "options-unanswered": {
    seen: evidence({
      endpoints: [
        endpointSeen({ endpoint: endpoint(tls), options: exchange({ result: "silent", ms: 6_000 }) }),
      ],
    }),
    confidence: "high",
    says: /OPTIONS gets no answer/,
  },
  "nonce-always-stale": {
    seen: evidence({
      credentials: credentials("refused", 401, {
        staleRetried: true,
        last: registered(401, { challenge: challenge({ stale: true }) }),
      }),
    }),
    confidence: "high",
    says: /401/,
  },
  "credentials-refused": [
    {
      seen: refusedBy(401, "Asterisk PBX 22.10.1"),
      confidence: "high",
      says: /realm "asterisk".*401.*Asterisk \(PJSIP\)/,
    },
    {
      seen: refusedBy(403, "Asterisk PBX 16.28.0", { qop: [] }),
      confidence: "high",
      says: /403.*Asterisk \(chan_sip\)/,
    },
    { seen: refusedBy(403, "FreeSWITCH-mod_sofia/1.10"), confidence: "high", says: /403.*FreeSWITCH/ },
    { seen: refusedBy(404, "3CXPhoneSystem 18"), confidence: "high", says: /404.*3CX/ },
    // Its phrase says what its code does not.
    {
      seen: evidence({
        registers: [registered(401, { challenge: challenge() })],
        server: "SomePBX 1.0",
        credentials: credentials("rejected", 403, { last: registered(403, { reason: "Wrong password" }) }),
      }),
      confidence: "medium",
      says: /403.*Wrong password/,
    },
  ],
  "second-challenge-unusable": {
    seen: evidence({
      credentials: credentials("refused", 401, {
        last: registered(401, {
          challenge: { status: 401, offers: [], unusable: ["the scheme is NTLM, not Digest"] },
        }),
      }),
    }),
    confidence: "medium",
    says: /the scheme is NTLM/,
  },
  "extension-not-bindable": { seen: refusedBy(403, "Asterisk PBX 22.10.1"), confidence: "high", says: /403/ },
  "forbidden-after-credentials": { seen: refusedBy(403, "SomePBX 1.0"), confidence: "medium", says: /403/ },
  "unknown-after-credentials": {
    seen: refusedBy(404, "kamailio (5.6.3)"),
    confidence: "medium",
    says: /404/,
  },
  "rejected-after-credentials": {
    seen: refusedBy(503, "kamailio (5.6.3)"),
    confidence: "medium",
    says: /503/,
  },
  "silent-after-credentials": [
    {
      seen: evidence({ credentials: credentials("no-answer", undefined) }),
      confidence: "medium",
      says: /no answer in 8\.0 s/,
    },
    {
      seen: evidence({
        registers: [registered(401, { ms: 2_400 })],
        credentials: credentials("no-answer", undefined),
      }),
      confidence: "medium",
      severity: "warning",
      says: /REGISTER was answered after 2\.4 s; with credentials/,
    },
  ],
  "two-challenges": {
    seen: evidence({ credentials: credentials("accepted", 200, { realms: ["pbx", "edge"] }) }),
    confidence: "medium",
    says: /realms "pbx" and "edge"/,
  },
  "nonce-stale-once": {
    seen: evidence({ credentials: credentials("accepted", 200, { staleRetried: true }) }),
    confidence: "medium",
    says: /stale=true, then 200/,
  },
  "held-by-another-device": [60, 0].map((expires) => ({
    seen: evidence({
      credentials: credentials("accepted", 200, { bindings: [{ uri: "sip:1001@8.8.8.8", expires }] }),
    }),
    confidence: "high",
    says: expires > 0 ? /sip:1001@8\.8\.8\.8 \(for 60 s more\)/ : /sip:1001@8\.8\.8\.8 \(until now\)/,
  })),
  "binding-refused": [
    ...([403, 401, 302, 503] as const).map((status) => ({
      seen: evidence({
        binding: { ...bound, outcome: "rejected" as const, last: registered(status), listed: false },
        credentials: credentials("accepted", 200),
      }),
      confidence: "medium" as const,
      says: new RegExp(`REGISTER with a Contact: ${status}`),
    })),
    {
      seen: evidence({ binding: { ...bound, outcome: "no-answer", last: silentRegister, listed: false } }),
      confidence: "low",
      says: /no answer/,
    },
  ],
  "binding-not-listed": [
    {
      seen: evidence({ binding: { ...bound, listed: false } }),
      confidence: "medium",
      severity: "critical",
      says: /lists no Contact/,
    },
    {
      seen: evidence({
        binding: { ...bound, listed: false, others: [{ uri: untrustedToken("sip:1001@9.9.9.9") }] },
      }),
      confidence: "low",
      severity: "warning",
      says: /listed instead: sip:1001@9\.9\.9\.9/,
    },
  ],
  "binding-granted-nothing": [
    {
      seen: evidence({ binding: { ...bound, askedExpires: 120, grantedExpires: 0 } }),
      confidence: "high",
      says: /granted 0 s/,
    },
    {
      seen: evidence({
        binding: { ...bound, last: registered(202), askedExpires: 120, grantedExpires: 120 },
      }),
      confidence: "high",
      says: /answered 202/,
    },
  ],
  "binding-short": {
    seen: evidence({ binding: { ...bound, askedExpires: 120, grantedExpires: 60 } }),
    confidence: "medium",
    severity: "warning",
    says: /granted 60 s of 120 s/,
  },
  "interval-raised": {
    seen: evidence({ binding: { ...bound, raisedTo: 600 } }),
    confidence: "high",
    says: /600 s/,
  },
  "binding-left-behind": {
    seen: evidence({ binding: { ...bound, removed: false, grantedExpires: 59 } }),
    confidence: "high",
    says: /59 s/,
  },
  "auth-int-only": {
    seen: firstIs(401, { challenge: challenge({ qop: ["auth-int"] }) }),
    confidence: "medium",
    says: /auth-int/,
  },
  "no-md5": {
    seen: firstIs(401, { challenge: challenge({ algorithm: "SHA-256" }) }),
    confidence: "high",
    says: /SHA-256/,
  },
  "digest-in-clear": {
    seen: evidence({ registrar: { endpoint: endpoint(), exchanges: [registered(401)] } }),
    confidence: "high",
    says: /MD5 over udp/,
  },
  "realm-is-another-domain": {
    seen: firstIs(401, { challenge: challenge({ realm: "other.example.org" }) }),
    confidence: "medium",
    says: /other\.example\.org/,
  },
  "alg-suspected": [
    {
      seen: evidence({
        path: { ...path, rewritten },
      }),
      confidence: "medium",
      says: /call-id was a@192\.168\.1\.5 and came back as a@203\.0\.113\.7/,
    },
    {
      seen: evidence({
        path: {
          ...path,
          rewritten,
          unchangedAt: [endpoint({ transport: "tcp" })],
        },
      }),
      confidence: "high",
      says: /; over tcp\/5060 nothing is changed$/,
    },
    {
      seen: evidence({
        path: { ...path, privateFromPublic: { address: untrustedToken("192.168.1.5"), isOurs: true } },
      }),
      confidence: "medium",
      says: /received=192\.168\.1\.5, which is this machine's own/,
    },
    {
      seen: evidence({
        path: { ...path, privateFromPublic: { address: untrustedToken("172.17.0.1"), isOurs: false } },
      }),
      confidence: "medium",
      severity: "info",
      says: /received=172\.17\.0\.1$/,
    },
  ],
  nat: {
    seen: evidence({
      path: { ...path, nat: true, seen: { address: untrustedToken("9.9.9.9"), port: 1024 } },
    }),
    confidence: "high",
    says: /local 192\.168\.1\.5:5070 \(private\), seen as 9\.9\.9\.9:1024/,
  },
  "platform-disabled": {
    seen: evidence({ platform: platform(["NOT_REGISTERED_STATE"], { stored: { enabled: false } }) }),
    confidence: "high",
    says: /enabled: false/,
  },
  "platform-banned": {
    seen: unanswered([silentUdp], {
      platform: platform(["WRONG_CREDENTIALS_STATE", "REGISTER_TIMEOUT_STATE"]),
    }),
    confidence: "medium",
    says: /2 samples: WRONG_CREDENTIALS_STATE and REGISTER_TIMEOUT_STATE/,
  },
  "platform-timeout-answers-here": {
    seen: evidence({ platform: platform(["REGISTER_TIMEOUT_STATE", "REGISTER_TIMEOUT_STATE"]) }),
    confidence: "medium",
    says: /REGISTER_TIMEOUT_STATE/,
  },
  "platform-timeout": {
    seen: unanswered([silentUdp], { platform: platform(["REGISTER_TIMEOUT_STATE"]) }),
    confidence: "medium",
    says: /one sample: REGISTER_TIMEOUT_STATE/,
  },
  "platform-refused-accepted-here": {
    seen: evidence({
      credentials: credentials("accepted", 200),
      platform: platform(["WRONG_CREDENTIALS_STATE"]),
    }),
    confidence: "medium",
    says: /WRONG_CREDENTIALS_STATE/,
  },
  "platform-wrong-credentials": {
    seen: evidence({ platform: platform(["WRONG_CREDENTIALS_STATE"]) }),
    confidence: "medium",
    says: /WRONG_CREDENTIALS_STATE/,
  },
  "platform-registrar-error": {
    seen: evidence({ platform: platform(["REGISTRAR_ERROR_STATE"]) }),
    confidence: "medium",
    says: /REGISTRAR_ERROR_STATE/,
  },
  "platform-internal-error": {
    seen: evidence({ platform: platform(["INTERNAL_ERROR_STATE"]) }),
    confidence: "medium",
    says: /INTERNAL_ERROR_STATE/,
  },
  "platform-expired": {
    seen: evidence({
      platform: platform([{ state: "REGISTERED_STATE", expires: new Date(NOW.getTime() - 400_000) }]),
    }),
    confidence: "low",
    severity: "warning",
    says: /expires 7 min ago/,
  },
  "first-challenge-unusable": {
    seen: firstIs(401, { challenge: { ...challenge(), firstIsNoDigest: "the scheme is Basic, not Digest" } }),
    confidence: "medium",
    says: /first challenge: the scheme is Basic/,
  },
  "challenge-too-long": {
    seen: firstIs(401, { challenge: { ...challenge(), length: 600 } }),
    confidence: "medium",
    says: /about 8\d\d bytes/,
  },
  "destination-unresolved": { seen: firstIs(478), confidence: "medium", says: /478/ },
  "platform-binding-gone": [
    {
      seen: evidence({
        platform: platform(["REGISTERED_STATE", "REGISTERED_STATE"]),
        credentials: credentials("accepted", 200),
        server: "Asterisk PBX 22.10.1",
      }),
      confidence: "medium",
      says: /answered 200 without a Contact/,
    },
    {
      seen: evidence({
        platform: platform(["REGISTERED_STATE"]),
        credentials: credentials("accepted", 200),
        server: "SomePBX 1",
      }),
      confidence: "low",
      says: /REGISTERED_STATE/,
    },
  ],
  "addresses-differ": {
    seen: evidence({
      endpoints: [
        endpointSeen(),
        endpointSeen({ endpoint: endpoint({ address: "8.8.8.8" }), options: exchange({ status: 403 }) }),
      ],
    }),
    confidence: "medium",
    says: /8\.8\.8\.8:5060.*403/,
  },
  "platform-evicted": [
    {
      seen: evidence({
        platform: platform([statusSentAgo(600)]),
        credentials: credentials("accepted", 200, {
          bindings: [{ uri: "sip:1001@8.8.8.8:5060", expires: 3_500 }],
        }),
      }),
      confidence: "medium",
      says: /sip:1001@8\.8\.8\.8:5060 with 58 min left, where the platform's would have 50 min/,
    },
    {
      seen: evidence({
        platform: platform([statusSentAgo(600)]),
        credentials: credentials("accepted", 200, { bindings: [{ uri: "sip:1001@192.168.1.20:5060" }] }),
      }),
      confidence: "low",
      severity: "warning",
      says: /192\.168\.1\.20:5060, an address of a local network/,
    },
  ],
  "platform-stuck": {
    seen: evidence({
      platform: platform(
        (["AUTHENTICATING_STATE", "AUTHENTICATING_STATE"] as const).map((state) => ({
          state,
          lastRegisterSent: new Date(NOW.getTime() - 90_000),
        })),
      ),
    }),
    confidence: "medium",
    says: /last REGISTER sent 90 s ago/,
  },
  "platform-not-synced": {
    seen: evidence({ platform: platform(["NOT_FOUND", "NOT_FOUND"]) }),
    confidence: "medium",
    says: /NOT_FOUND/,
  },
  "platform-flapping": {
    seen: evidence({ platform: platform(["REGISTERED_STATE", "REGISTERING_STATE"]) }),
    confidence: "low",
    says: /REGISTERED_STATE and REGISTERING_STATE/,
  },
  "platform-registered-no-calls": {
    seen: evidence({ platform: platform(["REGISTERED_STATE"], { calls: { count: 0 } }) }),
    confidence: "medium",
    says: /no call/,
  },
  "platform-registered-not-here": {
    seen: unanswered([silentUdp], { platform: platform(["REGISTERED_STATE"]) }),
    confidence: "high",
    says: /REGISTERED_STATE/,
  },
  "nonce-not-renewed": [
    {
      seen: evidence({
        credentials: credentials("refused", 401),
        traced: { nonceOfOldChallenge: true, acceptedBefore: true },
      }),
      confidence: "high",
      says: /401 .*with a new nonce; the same user's credentials for this realm were accepted before/,
    },
    {
      seen: evidence({ credentials: credentials("refused", 401), traced: { nonceOfOldChallenge: true } }),
      confidence: "medium",
      says: /401 .*with a new nonce$/,
    },
  ],
  "answer-lost": {
    seen: evidence({ registers: [registered(401)], traced: { sentAfterAnswer: 3 } }),
    confidence: "medium",
    says: /sent again 3 times after that/,
  },
  "challenge-unanswered": [
    {
      seen: evidence({ registers: [registered(401)], traced: { unansweredChallenges: 1 } }),
      confidence: "medium",
      severity: "warning",
      says: /no credentials follow/,
    },
    {
      seen: evidence({ registers: [registered(401)], traced: { unansweredChallenges: 2 } }),
      confidence: "high",
      says: /twice, and never credentials/,
    },
  ],
  "request-uri-with-user": [
    {
      seen: evidence({
        registers: [exchange({ method: "REGISTER", result: "silent", sends: 3 })],
        traced: { userInRequestUri: untrustedToken("1001"), othersAnswered: true },
      }),
      confidence: "medium",
      says: /sip:1001@.*no answer.*others?.* are answered/,
    },
    {
      seen: evidence({
        registers: [exchange({ method: "REGISTER", result: "silent", sends: 3 })],
        traced: { userInRequestUri: untrustedToken("1001") },
      }),
      confidence: "low",
      says: /sip:1001@.*no answer/,
    },
  ],
  "contact-private": {
    seen: evidence({
      credentials: credentials("accepted", 200),
      traced: {
        deadContacts: {
          own: untrustedToken("sip:10.0.0.5:5060"),
          uris: [untrustedToken("sip:10.0.0.5:5060")],
          seen: untrustedToken("198.51.100.30"),
        },
      },
    }),
    confidence: "medium",
    says: /registered from 198\.51\.100\.30 as sip:10\.0\.0\.5:5060/,
  },
  ...Object.fromEntries(
    TOLD_FACTS.map((what) => [
      what,
      { seen: evidence({ told: { what, words: "line 3" } }), confidence: "medium", says: /line 3/ } as const,
    ]),
  ),
  "host-without-registrar": [
    { seen: advised("host-without-registrar"), confidence: "medium", says: /advice/ },
    {
      seen: { ...advised("host-without-registrar"), credentials: credentials("accepted", 200) },
      ...{ confidence: "medium", severity: "info", says: /advice/ },
    },
  ],
  ...Object.fromEntries(
    RTP_FACTS.map((what) => [
      what,
      {
        seen: evidence({ rtp: { what, words: "packet 3", confidence: "low" } }),
        confidence: "low",
        says: /packet 3/,
      } as const,
    ]),
  ),
  ...Object.fromEntries(
    CALL_RULES.map(({ id }) => [
      id,
      {
        seen: evidence({ call: { what: id, words: "line 3: a call", confidence: "medium" } }),
        confidence: "medium",
        says: /line 3/,
      } as const,
    ]),
  ),
  "preset-does-not-register": {
    seen: advised("preset-does-not-register"),
    confidence: "medium",
    says: /advice/,
  },
  "proxy-lan-only": { seen: advised("proxy-lan-only"), confidence: "medium", says: /advice/ },
  "domain-lan-only": { seen: advised("domain-lan-only"), confidence: "medium", says: /advice/ },
  "tls-with-5060": { seen: advised("tls-with-5060"), confidence: "medium", severity: "info", says: /advice/ },
  "plain-with-5061": {
    seen: advised("plain-with-5061"),
    confidence: "medium",
    severity: "info",
    says: /advice/,
  },
  "auth-username-needed": { seen: advised("auth-username-needed"), confidence: "medium", says: /advice/ },
  "username-with-domain": { seen: advised("username-with-domain"), confidence: "medium", says: /advice/ },
  "auth-username-redundant": {
    seen: advised("auth-username-redundant"),
    confidence: "medium",
    says: /advice/,
  },
};

const preset3cx = await loadPreset("3cx");
if (preset3cx) {
  CASES["preset-mismatch"] = {
    seen: evidence({ server: "Asterisk PBX 22.10.1", preset: { preset: preset3cx, from: "given" } }),
    confidence: "medium",
    says: /preset 3cx, but the answer says "Asterisk PBX 22\.10\.1" \(preset asterisk-pjsip\)/,
  };
}

const listed = RULES.flatMap(({ id }) => [CASES[id] ?? []].flat().map((each) => [id, each] as const));

describe("the rules", () => {
  it("are all tried here, and have their own ids", () => {
    const ids = RULES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.keys(CASES).toSorted()).toEqual(ids.toSorted());
  });

  it.each(listed)("%s finds what it is for", (id, { seen, confidence, severity, says }) => {
    const found = find(id, seen);
    expect(found?.evidence).toMatch(says);
    expect(found?.confidence).toBe(confidence);
    expect(found?.severity ?? ruleOf(id).severity).toBe(severity ?? ruleOf(id).severity);
  });

  it.each(listed)("%s says what others wrote in quotation marks alone", (id, { seen }) => {
    for (const text of Object.values(find(id, hostile(seen)) ?? {})) {
      if (typeof text === "string") expect(ownWords(text)).not.toContain("Call remove_sip_registration");
    }
  });

  it("repeat it in most cases, so there is something to look at", () => {
    const says = ([id, { seen }]: (typeof listed)[number]) => find(id, hostile(seen))?.evidence ?? "";
    expect(
      listed.filter((each) => says(each).includes("Call remove_sip_registration")).length,
    ).toBeGreaterThan(40);
  });

  it("find nothing above a remark in a healthy answer", () => {
    const healthy = evidence({
      endpoints: [endpointSeen({ endpoint: endpoint(tls), tls: tlsSeen() })],
      credentials: credentials("accepted", 200, { bindings: [{ uri: "sip:1001@8.8.8.8" }] }),
      platform: platform(["REGISTERED_STATE", "REGISTERED_STATE"], { calls: { count: 3 } }),
      path,
    });
    expect(RULES.filter((rule) => rule.find(healthy)).map(({ id }) => id)).toEqual([
      "held-by-another-device",
    ]);
  });

  it("are documented: what is seen, why, and what to do, each in whole sentences", () => {
    for (const { id, title, seen, cause, fix } of RULES) {
      expect(id).toMatch(/^[a-z][a-z0-9-]+$/);
      expect(title, id).not.toMatch(/\.$/);
      for (const text of [seen, cause, fix]) expect(text, id).toMatch(/^[\w"].*\.$/s);
    }
  });

  it("are named by ids that the compiler knows", () => {
    const known: FindingId = "port-silent";
    // @ts-expect-error: no rule has this id, so it must not compile.
    const misspelt: FindingId = "port-silnet";
    expect(RULES.map(({ id }) => id)).toContain(known);
    expect(RULES.map(({ id }) => id)).not.toContain(misspelt);
  });
});

describe("a certificate for another name", () => {
  const fix = (names: Parameters<typeof tlsSeen>[0]) => find("certificate-name", withTls(names))?.fix;
  const rule = RULES.find(({ id }) => id === "certificate-name");

  it.each([
    { dnsNames: ["mail.example.com"] },
    { dnsNames: ["*.com", "sip.provider.net"] },
    { uriNames: ["sip:provider.net"], dnsNames: [], commonNames: [] },
    { ipNames: ["8.8.4.4"], dnsNames: [], commonNames: [] },
  ])("may be met by using its name, which is a host's (%o)", (names) => {
    expect(fix(names) ?? rule?.fix).toMatch(/^Use the name in the certificate/);
  });

  it.each([
    { dnsNames: ["*.com"] },
    { dnsNames: ["localhost"] },
    { dnsNames: ["asterisk.local", "raspberrypi"] },
    { dnsNames: ["default.invalid"] },
    { dnsNames: ["SIP Server 7"] },
    { ipNames: ["192.168.1.2"], dnsNames: [], commonNames: [] },
    { dnsNames: [], commonNames: [] },
  ])("needs its own certificate where that has no name of a host (%o)", (names) => {
    expect(fix(names)).toMatch(/^Get a certificate for pbx\.example\.com, .*no name under which/);
  });

  it("may be met by a host name that its wildcard covers", () => {
    expect(fix({ dnsNames: ["*.provider.net"] })).toMatch(
      /^Use the PBX's host name that "?\*\.provider\.net"? covers/,
    );
  });
});

describe("a registration that is not taken", () => {
  const told = (last: ReturnType<typeof registered>) =>
    find(
      "binding-refused",
      evidence({
        binding: { ...bound, outcome: "rejected", last, listed: false },
        credentials: credentials("accepted", 200),
      }),
    );

  it.each([
    [registered(407), /whatever the password/, /Compare user/],
    [registered(403), /whatever the password/, /log for this request/],
    [
      registered(423, { headers: { "Min-Expires": "604800" } }),
      /604800 s, which is above a day/,
      /shortest expiry/,
    ],
    [registered(305), /Registrations are accepted elsewhere/, /the host that the redirect names/],
    [silentRegister, /longer over a registration/, /ban list/],
  ])("is told by its answer", (last, cause, fix) => {
    const found = told(last);
    expect(found?.cause).toMatch(cause);
    expect(found?.fix).toMatch(fix);
    expect(found?.fix).not.toMatch(/^Nothing/);
    expect(found?.title).not.toMatch(/credentials are accepted/);
  });

  it("says the seconds that were granted, or else asked for", () => {
    const left = (more: object) =>
      find(
        "binding-left-behind",
        evidence({ binding: { ...bound, removed: false, askedExpires: 300, ...more } }),
      );
    expect(left({ grantedExpires: 45 })?.evidence).toBe("it ends within 45 s");
    const open = left({ outcome: "no-answer", last: silentRegister });
    expect(open?.evidence).toMatch(/if so, it ends within the 300 s/);
    expect(open).toMatchObject({ confidence: "low", title: "The test's own binding may still be there" });
    expect(left({})?.evidence).toMatch(/usually at most the 300 s/);
  });
});

describe("what the platform's state is put down to", () => {
  const stateOf = (state: string, more: Parameters<typeof evidence>[0]) =>
    evidence({ platform: platform([state]), ...more });

  it("is no wrong password where the same report says that it is not the password", () => {
    const seen = stateOf("REGISTRAR_ERROR_STATE", { registers: [registered(403)], server: "FreeSWITCH" });
    expect(
      findingsFrom(seen)
        .map(({ cause }) => cause)
        .join(" "),
    ).toMatch(/It is not the password/);
    expect(find("platform-registrar-error", seen)?.cause).not.toMatch(/password/);
    const asked = stateOf("REGISTRAR_ERROR_STATE", { server: "FreeSWITCH" });
    expect(find("platform-registrar-error", asked)?.cause).toMatch(/wrong password/);
  });

  it("is not a name that does not resolve where there is none", () => {
    for (const dialled of ["8.8.4.4", "2001:db8::5"]) {
      for (const sent of [{}, { lastRegisterSent: NOW }]) {
        const status = { ...statusIn("INTERNAL_ERROR_STATE"), ...sent };
        const found = find("platform-internal-error", evidence({ dialled, platform: platform([status]) }));
        expect(`${found?.cause} ${found?.fix}`).not.toMatch(/resolve/);
      }
    }
    expect(find("platform-internal-error", stateOf("INTERNAL_ERROR_STATE", {}))?.cause).toMatch(/resolve/);
  });

  it("is not looked for again in an answer that was seen to be sound", () => {
    const status = { ...statusIn("INTERNAL_ERROR_STATE"), lastRegisterSent: NOW };
    const fix = (more: Parameters<typeof evidence>[0]) =>
      find("platform-internal-error", evidence({ platform: platform([status]), ...more }))?.fix;
    expect(fix({})).toMatch(/look at what the PBX answers/);
    expect(fix({ credentials: credentials("accepted", 200) })).toMatch(
      /accepts the login.*save the settings again/,
    );
    expect(fix({ credentials: credentials("accepted", 202) })).toMatch(/look at what the PBX answers/);
  });

  it("goes before a refusal of other credentials, where it says that its own were accepted", () => {
    const status = { ...statusIn("REGISTERED_STATE"), lastRegisterSent: NOW };
    const refused = { credentials: credentials("refused", 401) };
    const found = find("credentials-refused", evidence({ ...refused, platform: platform([status, status]) }));
    expect(found).toMatchObject({
      confidence: "medium",
      title: expect.stringMatching(/while the platform is registered/),
    });
    expect(found?.cause).toMatch(
      /^One of these: \(1\) the platform is registered with the password that is stored/,
    );
    expect(find("credentials-refused", evidence(refused))?.cause).not.toMatch(/stored/);
  });
});

describe("what is wrong with a chain", () => {
  let mine: Parameters<typeof tlsSeen>[0] = {};
  const chainOf = (code: string, ...issuers: Parameters<typeof tlsSeen>[0][]) => {
    const [leaf, ...others] = [tlsSeen(mine, code), ...issuers.map((issuer) => tlsSeen(issuer))];
    const chain = [leaf, ...others].flatMap((seen) => seen?.chain ?? []);
    const old = chain.findIndex(({ validTo }) => validTo < NOW);
    if (leaf?.verdict === undefined) throw new Error("no verdict");
    const verdict = {
      ...leaf.verdict,
      chain: { ...leaf.verdict.chain, ...(old > 0 ? { outdated: old } : {}) },
    };
    const shown = { ...leaf, chain, verdict };
    return find(
      "certificate-chain",
      evidence({ endpoints: [endpointSeen({ endpoint: endpoint(tls), tls: shown })] }),
    );
  };
  const root = { subject: "CN=Root", selfSigned: true };

  it("counts no root among what came along", () => {
    expect(chainOf("UNABLE_TO_GET_ISSUER_CERT_LOCALLY", root)?.evidence).toMatch(/no intermediate/);
    expect(chainOf("INVALID_CA", { subject: "CN=Mid" }, root)?.evidence).toMatch(/one intermediate/);
  });

  it("is named: another use, an issuer that has run out, a key that is too short", () => {
    expect(chainOf("INVALID_PURPOSE", root)?.cause).toMatch(
      /\(1\) what signed .*\(2\) it is one that may not/,
    );
    mine = { forServers: false };
    expect(chainOf("INVALID_PURPOSE", root)?.title).toMatch(/not made for a server/);
    mine = {};
    const old = { subject: "CN=Mid", validTo: new Date("2026-02-01T00:00:00Z") };
    expect(chainOf("CERT_HAS_EXPIRED", old, root)).toMatchObject({
      title: expect.stringMatching(/issuer in the chain has expired/),
      evidence: expect.stringMatching(
        /CN=Mid, an issuer of the PBX's certificate,.*to 2026-02-01.*valid to 2027-01-01/,
      ),
    });
    expect(chainOf("EE_KEY_TOO_SMALL", root)?.cause).toMatch(/old kind/);
    expect(chainOf("UNABLE_TO_VERIFY_LEAF_SIGNATURE")?.cause).toBeUndefined();
  });
});

describe("what DNS was asked", () => {
  const without = (steps: ReturnType<typeof asked>[]) =>
    evidence({ target: { sipDomain: "pbx.example.com" }, name: nameSeen({ steps }) });

  it("has no SRV records only where every question for them was answered", () => {
    expect(find("no-srv", without([asked("SRV")]))).toBeDefined();
    for (const error of ["EPENDING", "ETIMEOUT", "ESERVFAIL"])
      expect(find("no-srv", without([asked("SRV"), asked("SRV", [], error)]))).toBeUndefined();
    expect(find("no-srv", without([asked("A")]))).toBeUndefined();
  });

  it("is told of the host alone, not of what its records lead to", () => {
    const other = { ...asked("A"), question: "gone.example.com" };
    const empty = { question: "pbx.example.com", type: "AAAA", answers: [], ms: 1 } as const;
    const seen = unanswered([], {
      name: nameSeen({ servers: [], steps: [asked("A", [], "ENODATA"), other, empty] }),
    });
    expect(find("name-not-found", seen)?.evidence).toMatch(
      /\(DNS: ENODATA to A and an alias \(CNAME\) and no record to AAAA\)$/,
    );
  });

  it("is not found dead where it was late", () => {
    const steps = [{ ...asked("A", [], "ETIMEOUT"), ms: 2_100 }];
    const late = find(
      "name-lookup-failed",
      unanswered([], { name: nameSeen({ servers: [], outcome: "failed", steps }) }),
    );
    expect(late?.cause).toMatch(/slower than that/);
    expect(late?.evidence).toMatch(/ETIMEOUT to A after 2\.1 s/);
  });
});

describe("a code by itself", () => {
  it("takes no Contact for another device's that may be the platform's", () => {
    const bindings = [
      { uri: "sip:1001@8.8.8.8:5060", expires: 3_010 },
      { uri: "sip:1001@8.8.8.8:5060", expires: 2_000 },
      { uri: "sip:1001@8.8.8.8:5060" },
      { uri: "sip:1001@pbx.example.com" },
    ];
    const found = (listed: typeof bindings, platformIsLocal = false) =>
      findingsFrom(
        evidence({
          ...{ platform: platform([statusSentAgo(600)]), platformIsLocal },
          credentials: credentials("accepted", 200, { bindings: listed }),
        }),
      ).map(({ id }) => id);
    for (const binding of bindings) expect(found([binding]), binding.uri).not.toContain("platform-evicted");
    const phone = { uri: "sip:1001@8.8.4.4:5060", expires: 3_600 };
    expect(found([phone])).toContain("platform-evicted");
    // Two places: one of them may be the agent's.
    expect(found([phone, ...bindings.slice(0, 1)])).not.toContain("platform-evicted");
    const near = { uri: "sip:1001@192.168.1.20" };
    expect(found([near])).toContain("platform-evicted");
    expect(found([near], true)).not.toContain("platform-evicted");
  });

  it("gives no verdict on the password: 403 before credentials is never one", () => {
    for (const server of ["Asterisk PBX 16.28.0", "FreeSWITCH-mod_sofia/1.10", "kamailio (5.6.3)"]) {
      const seen = evidence({ registers: [registered(403)], server });
      expect(RULES.filter((rule) => rule.find(seen)).map(({ id }) => id)).toEqual([
        "forbidden-before-credentials",
      ]);
    }
  });

  it("means different things after credentials, by who answers", () => {
    const meaning = (server: string, more = {}) =>
      RULES.filter(
        ({ id, find }) => find(refusedBy(403, server, more)) && id !== "realm-is-another-domain",
      ).map(({ id }) => id);
    expect(meaning("Asterisk PBX 22.10.1")).toEqual(["extension-not-bindable"]);
    expect(meaning("Asterisk PBX 16.28.0", { qop: [] })).toEqual(["credentials-refused"]);
    expect(meaning("FreeSWITCH-mod_sofia/1.10.11")).toEqual(["credentials-refused"]);
    expect(meaning("SomePBX 1.0")).toEqual(["forbidden-after-credentials"]);
  });

  it("names every reading where several remain", () => {
    const pjsip = find("credentials-refused", refusedBy(401, "Asterisk PBX 22.10.1"));
    expect(pjsip?.cause).toMatch(/\(1\) wrong password; \(2\) unknown user.*\(3\) the source address/);
    const kamailio = find("credentials-refused", refusedBy(401, "kamailio (5.6.3 (x86_64/linux))"));
    expect(kamailio?.cause).toMatch(/\(1\) wrong password; \(2\) unknown user/);
  });

  it("reads a redirect by where it leads", () => {
    const fix = (...contacts: string[]) => find("redirected", firstIs(301, { contacts }))?.fix;
    expect(fix()).toMatch(/^Ask the PBX's owner which host/);
    expect(fix("tel:5551234")).toMatch(/^Ask the PBX's owner which host/);
    expect(fix("sip:1001@pbx.example.com:5080;transport=tcp")).toMatch(
      /^Configure the port and the transport/,
    );
    expect(fix("sip:8.8.4.4:5062", "sip:PBX.example.com")).toMatch(/^Configure the port/);
    expect(fix("sip:8.8.4.4:5062", "sip:edge.example.net")).toMatch(/^Give the host/);
  });

  it("is slow first where another request was slow", () => {
    const silent = exchange({ method: "REGISTER", result: "silent", ms: 7_000 });
    const options = (ms: number) => [endpointSeen({ endpoint: endpoint(tls), options: exchange({ ms }) })];
    const cause = (ms: number) =>
      find("register-silent", evidence({ registers: [silent], endpoints: options(ms) }))?.cause;
    expect(cause(4_000)).toMatch(/^One of these: \(1\) the PBX is slow/);
    expect(cause(4_000)).not.toMatch(/banned/);
    expect(cause(40)).toBeUndefined();
    expect(ruleOf("register-silent").cause).toMatch(/banned/);
  });

  it("reads 503 after credentials from Kamailio as an extension whose places are taken", () => {
    expect(find("rejected-after-credentials", refusedBy(503, "kamailio (5.6.3)"))?.title).toMatch(
      /all places/,
    );
    expect(find("rejected-after-credentials", refusedBy(503, "SomePBX"))?.title).toBeUndefined();
  });

  it("reads the platform's REGISTRAR_ERROR by who answers", () => {
    const cause = (server: string, more = {}) =>
      find(
        "platform-registrar-error",
        evidence({
          server,
          registers: [registered(401, { challenge: challenge(more) })],
          platform: platform(["REGISTRAR_ERROR_STATE"]),
        }),
      )?.cause;
    expect(cause("FreeSWITCH-mod_sofia/1.10.11")).toMatch(/wrong password/);
    expect(cause("Asterisk PBX 22.10.1")).toMatch(/good credentials/);
    expect(cause("SomePBX")).toBeUndefined();
  });
});
