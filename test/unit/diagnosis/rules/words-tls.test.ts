import { describe, expect, it } from "vitest";
import { certificateWords } from "../../../../src/diagnosis/rules/words-tls.js";
import { tlsSeen } from "../../../support/evidence.js";
import { plain } from "../../../support/plain.js";

const words = (...args: Parameters<typeof tlsSeen>) => plain(certificateWords(tlsSeen(...args)));

describe("a certificate in words", () => {
  it("names the domain, its days and the chain", () => {
    expect(words()).toMatch(/^TLSv1\.3; certificate: names pbx\.example\.com; valid for 213 days; .+/);
  });

  it("that has run out or is not valid yet says since when or when", () => {
    expect(words({ validTo: new Date("2026-05-20T12:00:00Z") })).toContain("; expired 12 days ago; ");
    expect(words({ validFrom: new Date("2026-06-11T12:00:00Z") })).toContain("; valid in 10 days; ");
  });

  it("for another name says for which", () => {
    const names = ["a.example.net", "b.example.net", "c.example.net", "d.example.net", "e.example.net"];
    const other = { dnsNames: names, commonNames: [] };
    expect(words(other)).toContain(
      " certificate: for another name (a.example.net, b.example.net, c.example.net and d.example.net); ",
    );
    expect(words({ dnsNames: [], commonNames: [] })).toContain("for another name (none)");
  });

  it("that only the web would take says so", () => {
    expect(words({ dnsNames: ["*.example.com"] })).toContain(
      "certificate: fits pbx.example.com by a wildcard or by the web's rules; ",
    );
  });

  it("that is self-signed says so in the place of its chain", () => {
    expect(words({ selfSigned: true }, "DEPTH_ZERO_SELF_SIGNED_CERT")).toMatch(/; self-signed$/);
  });

  it("is none where none was sent", () => {
    expect(plain(certificateWords({ ...tlsSeen(), chain: [] }))).toBe("TLSv1.3; no certificate");
    const { verdict: _, ...unjudged } = tlsSeen();
    expect(plain(certificateWords(unjudged))).toBe("TLSv1.3; no certificate");
  });
});
