import { describe, expect, it } from "vitest";
import type { CertificateDescription } from "../../../../src/sip/transport/certificate.js";
import {
  type CertificateQuestion,
  judgeCertificate,
  judgeDates,
  matchSipIdentity,
} from "../../../../src/sip/transport/certificate-verdict.js";

/** A certificate with these names and no others. */
function named(names: Partial<CertificateDescription>): CertificateDescription {
  const { dnsNames = [], uriNames = [], ipNames = [] } = names;
  return {
    subject: "CN=x",
    issuer: "CN=CA",
    commonNames: [],
    hasAltNames: dnsNames.length + uriNames.length + ipNames.length > 0,
    dnsNames,
    uriNames,
    ipNames,
    validFrom: new Date("2026-01-01"),
    validTo: new Date("2026-03-01"),
    selfSigned: false,
    ...names,
  } as CertificateDescription;
}

const web = (names: Partial<CertificateDescription>, domain: string) =>
  judgeCertificate({ chain: [named(names)], domain }).web.ok;

describe("what a certificate is compared by", () => {
  it.each([
    ["nothing, where it has no name", {}, "pbx.test", "nothing", []],
    [
      "nothing, where the asked name is none of its addresses",
      { ipNames: ["192.0.2.1"] },
      "pbx.test",
      "nothing",
      [],
    ],
    [
      "nothing, where it has other names and a common name",
      { ipNames: ["192.0.2.1"], commonNames: ["pbx.test"] },
      "pbx.test",
      "nothing",
      [],
    ],
    [
      "its DNS names, where an address is asked for and it has none",
      { dnsNames: ["pbx.test"] },
      "192.0.2.1",
      "dns",
      ["pbx.test"],
    ],
    [
      "its addresses, where one is asked for",
      { dnsNames: ["pbx.test"], ipNames: ["192.0.2.1"] },
      "192.0.2.9",
      "ip",
      ["192.0.2.1"],
    ],
    [
      "its DNS names, where its URIs are users', of another scheme or none",
      { dnsNames: ["pbx.test"], uriNames: ["sip:a@pbx.test", "sips:pbx.test", "https://pbx.test", "no uri"] },
      "pbx.test",
      "dns",
      ["pbx.test"],
    ],
  ])("is %s", (_what, names, domain, decidedBy, compared) => {
    expect(matchSipIdentity(named(names), domain)).toMatchObject({ decidedBy, names: compared });
  });

  it("may end in the dot of the root, in the certificate and in what was asked for", () => {
    expect(matchSipIdentity(named({ dnsNames: ["pbx.test."] }), "pbx.test").ok).toBe(true);
    expect(matchSipIdentity(named({ dnsNames: ["pbx.test"] }), "pbx.test.").ok).toBe(true);
    expect(matchSipIdentity(named({ dnsNames: [".pbx.test"] }), "pbx.test").ok).toBe(false);
  });

  it("matches as a whole, not in part", () => {
    for (const name of ["pbx.test.evil.test", "evil-pbx.test", "test", ""]) {
      expect(matchSipIdentity(named({ dnsNames: [name] }), "pbx.test").ok).toBe(false);
    }
  });
});

describe("a wildcard that would match by web rules", () => {
  const wildcard = (name: string, domain: string) =>
    matchSipIdentity(named({ dnsNames: [name] }), domain).wildcard;

  it("stands for one label at the beginning, in any case of letters", () => {
    expect(wildcard("*.PBX.test", "sip.pbx.TEST")).toBe(true);
  });

  it.each([
    ["*.localhost", "localhost"],
    ["*.test", "pbx.test"],
    ["*.pbx.test", ".pbx.test"],
    ["*pbx.test", "sip.pbx.test"],
    ["x.pbx.test", "sip.pbx.test"],
    ["*.pbx.test", "sip.other.test"],
    ["sip.*.test", "sip.pbx.test"],
  ])("is not %s for %s", (name, domain) => {
    expect(wildcard(name, domain)).toBe(false);
  });

  it("is not told where the name matches without it", () => {
    const both = named({ dnsNames: ["*.pbx.test", "sip.pbx.test"] });
    expect(matchSipIdentity(both, "sip.pbx.test")).toMatchObject({ ok: true, wildcard: false });
    const other = named({ dnsNames: ["other.test", "*.pbx.test"] });
    expect(matchSipIdentity(other, "sip.pbx.test")).toMatchObject({ ok: false, wildcard: true });
  });
});

describe("web rules", () => {
  it("take DNS names, addresses and, without any other name, the last common name", () => {
    expect(web({ dnsNames: ["a.test", "*.pbx.test"] }, "sip.pbx.test.")).toBe(true);
    expect(web({ ipNames: ["192.0.2.1"] }, "192.0.2.1")).toBe(true);
    expect(web({ ipNames: ["2001:DB8:0:0:0:0:0:1"] }, "[2001:db8::1]")).toBe(true);
    expect(web({ commonNames: ["a.test", "b.test", "pbx.test"] }, "pbx.test")).toBe(true);
  });

  it("take no common name beside a DNS name, and no one else's name", () => {
    expect(web({ dnsNames: ["other.test"], commonNames: ["pbx.test"] }, "pbx.test")).toBe(false);
    expect(web({ dnsNames: ["other.test"] }, "pbx.test")).toBe(false);
    expect(web({ ipNames: ["192.0.2.2"] }, "192.0.2.1")).toBe(false);
    expect(web({ commonNames: ["pbx.test", "a.test"] }, "pbx.test")).toBe(false);
    expect(web({}, "pbx.test")).toBe(false);
  });

  it("do not count URIs among the names", () => {
    expect(web({ uriNames: ["sip:pbx.test"] }, "pbx.test")).toBe(false);
    expect(web({ uriNames: ["sip:pbx.test"], dnsNames: ["other.test"] }, "pbx.test")).toBe(false);
  });

  it("are not taken in by a name that holds the look of another", () => {
    expect(web({ dnsNames: ['evil.test", DNS:"pbx.test'] }, "pbx.test")).toBe(false);
    expect(web({ uriNames: ["sip:evil.test, DNS:pbx.test"] }, "pbx.test")).toBe(false);
  });
});

describe("the dates", () => {
  const at = (now: string) => judgeDates(named({}), new Date(now));

  it("are valid from the first moment to the last", () => {
    expect(at("2026-01-01T00:00:00.000Z")).toEqual({ ok: true, state: "valid", days: 59 });
    expect(at("2026-03-01T00:00:00.000Z")).toEqual({ ok: true, state: "valid", days: 0 });
    expect(at("2025-12-31T23:59:59.999Z")).toMatchObject({ ok: false, state: "not yet valid" });
    expect(at("2026-03-01T00:00:00.001Z")).toEqual({ ok: false, state: "expired", days: 0 });
  });
});

describe("the chain", () => {
  const judged = (authorizationError?: CertificateQuestion["authorizationError"]) =>
    judgeCertificate({
      chain: [named({})],
      domain: "pbx.test",
      ...(authorizationError === undefined ? {} : { authorizationError }),
    }).chain;
  const failure = (message: string, more: object = {}) => Object.assign(new Error(message), more);

  it.each([undefined, null, "", "ERR_TLS_CERT_ALTNAME_INVALID"])("is trusted for %j", (error) => {
    expect(judged(error)).toEqual({ ok: true, text: "the chain is trusted" });
  });

  describe("of several certificates", () => {
    const now = new Date("2026-02-01");
    const valid = named({});
    const expired = named({ validTo: new Date("2026-01-31") });
    const early = named({ validFrom: new Date("2026-02-02") });
    const outdated = (...chain: CertificateQuestion["chain"]) =>
      judgeCertificate({ chain, domain: "pbx.test", now }).chain.outdated;

    it("names the first issuer that has expired or is not valid yet", () => {
      expect(outdated(valid, expired)).toBe(1);
      expect(outdated(valid, valid, early)).toBe(2);
      expect(outdated(expired, valid, early, expired)).toBe(2);
    });

    it("names none where all are valid, or only the peer's own is not", () => {
      expect(outdated(valid, valid)).toBeUndefined();
      expect(outdated(expired, valid)).toBeUndefined();
      expect(outdated(expired)).toBeUndefined();
    });
  });

  it("has the error's code, or its message where that is all there is", () => {
    expect(judged(failure("no", { code: "CERT_REVOKED" }))).toEqual({
      ok: false,
      code: "CERT_REVOKED",
      text: "the certificate has been revoked",
    });
    expect(judged(failure("CERT_REVOKED"))).toMatchObject({ ok: false, code: "CERT_REVOKED" });
    expect(judged(failure("CERT_REVOKED", { code: 10 }))).toMatchObject({ ok: false, code: "CERT_REVOKED" });
  });

  it.each([
    ["CERT_HAS_EXPIRED", /expired/],
    ["CERT_NOT_YET_VALID", /not valid yet/],
    ["CERT_REJECTED", /rejected for this use/],
    ["CERT_SIGNATURE_FAILURE", /signature .* is wrong/],
    ["CERT_CHAIN_TOO_LONG", /too long/],
    ["CERT_UNTRUSTED", /root .* not trusted/],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", /self-signed/],
    ["SELF_SIGNED_CERT_IN_CHAIN", /private CA/],
    ["UNABLE_TO_GET_ISSUER_CERT", /issuer is missing/],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", /private CA, or .* intermediate/],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /sent none that does, or a private CA/],
    ["INVALID_CA", /not a certificate authority/],
    ["INVALID_PURPOSE", /or one that issued it, is not made for that/],
    ["PATH_LENGTH_EXCEEDED", /longer than its CA allows/],
    ["CA_MD_TOO_WEAK", /hash .* too weak/],
    ["EE_KEY_TOO_SMALL", /^the certificate's key is too short/],
    ["CA_KEY_TOO_SMALL", /^an issuer's key is too short/],
  ])("with %s is reported in words", (code, words) => {
    expect(judged(code)).toMatchObject({ ok: false, code, text: expect.stringMatching(words) });
  });
});
