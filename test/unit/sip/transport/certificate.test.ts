import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { DetailedPeerCertificate } from "node:tls";
import { describe, expect, it } from "vitest";
import {
  describeCertificate,
  describeChain,
  parseAltNames,
} from "../../../../src/sip/transport/certificate.js";
import {
  judgeCertificate,
  judgeDates,
  matchSipIdentity,
} from "../../../../src/sip/transport/certificate-verdict.js";

function load(name: string): X509Certificate {
  return new X509Certificate(readFileSync(new URL(`../../../support/certs/${name}.pem`, import.meta.url)));
}

const described = (name: string) => describeCertificate(load(name));

describe("describeCertificate", () => {
  it("reads names, dates and issuer of a real certificate", () => {
    expect(described("sip-uri")).toMatchObject({
      subject: "O=Example, CN=other.test",
      issuer: "O=Example, CN=Example test CA",
      commonNames: ["other.test"],
      hasAltNames: true,
      dnsNames: ["host.pbx.test"],
      uriNames: ["sip:pbx.test", "sip:alice@person.test", "sips:secure.test"],
      selfSigned: false,
    });
    expect(described("dns").ipNames).toEqual(["192.0.2.1", "2001:DB8:0:0:0:0:0:1"]);
    expect(described("cn-only")).toMatchObject({ hasAltNames: false, commonNames: ["pbx.test"] });
    expect(described("self-signed").selfSigned).toBe(true);
  });

  it("is not taken in by a name that holds a comma and the look of another name", () => {
    expect(described("awkward").dnsNames).toEqual(["evil.test, DNS:pbx.test"]);
    expect(matchSipIdentity(described("awkward"), "pbx.test").ok).toBe(false);
    expect(parseAltNames('DNS:"a\\", URI:sip:b", DNS:c')).toEqual([
      { type: "DNS", value: 'a", URI:sip:b' },
      { type: "DNS", value: "c" },
    ]);
  });
});

describe("describeChain", () => {
  it("follows the issuers to the root that is its own issuer", () => {
    const root = load("ca").toLegacyObject() as DetailedPeerCertificate;
    root.issuerCertificate = root;
    const leaf = { ...load("dns").toLegacyObject(), issuerCertificate: root } as DetailedPeerCertificate;
    expect(describeChain(leaf).map(({ subject }) => subject)).toEqual([
      "CN=ignored.test",
      "O=Example, CN=Example test CA",
    ]);
  });

  it("is empty where the peer sent none", () => {
    expect(describeChain({} as DetailedPeerCertificate)).toEqual([]);
  });
});

describe("matchSipIdentity (RFC 5922 7.1, 7.2)", () => {
  it.each([
    ["sip-uri", "pbx.test", true, "uri"],
    ["sip-uri", "PBX.Test.", true, "uri"],
    // A SIP URI is there, so DNS names do not count.
    ["sip-uri", "host.pbx.test", false, "uri"],
    // A user's URI and a sips URI vouch for no domain.
    ["sip-uri", "person.test", false, "uri"],
    ["sip-uri", "secure.test", false, "uri"],
    ["sip-uri", "other.test", false, "uri"],
    ["dns", "pbx.test", true, "dns"],
    ["dns", "sub.pbx.test", false, "dns"],
    ["dns", "ignored.test", false, "dns"],
    ["dns", "192.0.2.1", true, "ip"],
    ["dns", "[2001:db8::1]", true, "ip"],
    ["wildcard", "sip.pbx.test", false, "dns"],
    ["cn-only", "pbx.test", true, "cn"],
    ["cn-only", "192.0.2.1", false, "cn"],
  ] as const)("%s for %s: %s, decided by %s", (name, domain, ok, decidedBy) => {
    expect(matchSipIdentity(described(name), domain)).toMatchObject({ ok, decidedBy });
  });

  it("says where a wildcard would have matched, one label deep", () => {
    expect(matchSipIdentity(described("wildcard"), "sip.pbx.test").wildcard).toBe(true);
    expect(matchSipIdentity(described("wildcard"), "a.sip.pbx.test").wildcard).toBe(false);
    expect(matchSipIdentity(described("wildcard"), "pbx.test").wildcard).toBe(false);
  });
});

describe("judgeDates", () => {
  const certificate = {
    ...described("dns"),
    validFrom: new Date("2026-01-01"),
    validTo: new Date("2026-03-01"),
  };

  it("counts whole days to and since", () => {
    expect(judgeDates(certificate, new Date("2026-03-13T01:00:00Z"))).toEqual({
      ok: false,
      state: "expired",
      days: 12,
    });
    expect(judgeDates(certificate, new Date("2026-02-25T12:00:00Z"))).toEqual({
      ok: true,
      state: "valid",
      days: 3,
    });
    expect(judgeDates(certificate, new Date("2025-12-31T12:00:00Z"))).toEqual({
      ok: false,
      state: "not yet valid",
      days: 0,
    });
  });
});

describe("judgeCertificate", () => {
  it("gives each verdict on its own", () => {
    const expired = {
      ...described("wildcard"),
      validTo: new Date("2020-01-01"),
      validFrom: new Date("2019-01-01"),
    };
    const verdict = judgeCertificate({
      chain: [expired],
      domain: "sip.pbx.test",
      authorizationError: "CERT_HAS_EXPIRED",
      now: new Date("2020-01-02"),
    });
    expect(verdict).toMatchObject({
      identity: { ok: false, wildcard: true },
      web: { ok: true },
      dates: { ok: false, state: "expired", days: 1 },
      chain: { ok: false, code: "CERT_HAS_EXPIRED", text: expect.stringContaining("expired") },
      selfSigned: false,
    });
  });

  it("does not blame the chain for a name that Node refuses", () => {
    const error = Object.assign(new Error("no"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    const verdict = judgeCertificate({
      chain: [described("dns")],
      domain: "x.test",
      authorizationError: error,
    });
    expect(verdict).toMatchObject({ identity: { ok: false }, web: { ok: false }, chain: { ok: true } });
  });

  it("keeps a code that it has no words for", () => {
    const verdict = judgeCertificate({
      chain: [described("dns")],
      domain: "pbx.test",
      authorizationError: "NEW_CODE",
    });
    expect(verdict.chain).toEqual({ ok: false, code: "NEW_CODE", text: "the chain could not be verified" });
  });

  it("lets web rules and SIP rules differ where a certificate has a SIP URI", () => {
    const verdict = judgeCertificate({ chain: [described("sip-uri")], domain: "host.pbx.test" });
    expect(verdict).toMatchObject({ identity: { ok: false }, web: { ok: true }, chain: { ok: true } });
  });
});
