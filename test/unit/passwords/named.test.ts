import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWithinPins, namedPassword, namesOfSecrets, SecretRefused } from "../../../src/passwords/named.js";
import { Secret } from "../../../src/redaction/secret.js";
import { asShown } from "../../support/untrusted-text.js";

const SECRETS = new Map([
  ["OFFICE_PBX", { secret: new Secret("p-office"), hosts: ["pbx.acme.com", "*.acme.net"] }],
  ["ANYWHERE", { secret: new Secret("p-anywhere"), hosts: [] }],
]);

describe("a pin", () => {
  it.each([
    ["pbx.acme.com", "pbx.acme.com"],
    ["PBX.Acme.COM", "pbx.acme.com"],
    ["pbx.acme.com.", "pbx.acme.com"],
    ["pbx.acme.com", "PBX.acme.com"],
    ["pbx.acme.com", "*.acme.com"],
    ["a.b.acme.com", "*.acme.com"],
    ["PBX.ACME.COM.", "*.acme.com"],
    ["192.0.2.7", "192.0.2.7"],
    ["2001:db8::1", "2001:db8::1"],
    ["[2001:DB8:0:0:0:0:0:1]", "2001:db8::1"],
    ["2001:db8::1", "[2001:db8:0::1]"],
  ])("lets %s be within %s", (host, pin) => {
    expect(isWithinPins(host, [pin])).toBe(true);
  });

  it.each([
    ["evil.example", "pbx.acme.com"],
    ["pbx.acme.com.evil.example", "pbx.acme.com"],
    ["evil-pbx.acme.com", "pbx.acme.com"],
    ["xpbx.acme.com", "pbx.acme.com"],
    ["acme.com", "*.acme.com"],
    [".acme.com", "*.acme.com"],
    ["evilacme.com", "*.acme.com"],
    ["pbx.evilacme.com", "*.acme.com"],
    ["pbx.acme.com.evil.example", "*.acme.com"],
    ["acme.com.evil.example", "*.acme.com"],
    ["*.acme.com", "pbx.acme.com"],
    ["pbx-acme.com", "pbx.acme.com"],
    ["192.0.2.70", "192.0.2.7"],
    ["10.192.0.2.7", "192.0.2.7"],
    ["192.0.2.7", "*.0.2.7"],
    ["2001:db8::2", "2001:db8::1"],
    ["", "pbx.acme.com"],
  ])("keeps %s from being within %s", (host, pin) => {
    expect(isWithinPins(host, [pin])).toBe(false);
  });

  it("is one of several, and none means any host", () => {
    expect(isWithinPins("b.example", ["a.example", "b.example"])).toBe(true);
    expect(isWithinPins("c.example", ["a.example", "b.example"])).toBe(false);
    expect(isWithinPins("c.example", [])).toBe(true);
  });

  it("never takes a host by what is put before or behind it", () => {
    const label = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
    fc.assert(
      fc.property(label, label, (before, behind) => {
        expect(isWithinPins(`${before}pbx.acme.com`, ["pbx.acme.com"])).toBe(false);
        expect(isWithinPins(`pbx.acme.com.${behind}`, ["pbx.acme.com", "*.acme.com"])).toBe(false);
        expect(isWithinPins(`${before}acme.com`, ["*.acme.com"])).toBe(false);
      }),
    );
  });
});

describe("a named password", () => {
  it("is given out for hosts within its pins, and without pins for any", () => {
    const office = namedPassword("OFFICE_PBX", SECRETS, { sipDomain: "pbx.acme.com", proxy: "sbc.acme.net" });
    expect(office.reveal()).toBe("p-office");
    expect(namedPassword("ANYWHERE", SECRETS, { sipDomain: "x.example" }).reveal()).toBe("p-anywhere");
  });

  it.each([
    [{ sipDomain: "evil.example" }, "sipDomain evil.example"],
    [{ sipDomain: "pbx.acme.com", proxy: "evil.example" }, "proxy evil.example"],
    [{ sipDomain: "evil.example", proxy: "pbx.acme.com" }, "sipDomain evil.example"],
  ])("is refused for %j, and the pins are named", (settings, named) => {
    const refused = caught(() => namedPassword("OFFICE_PBX", SECRETS, settings));
    expect(refused).toBeInstanceOf(SecretRefused);
    expect(refused.message).toContain("pinned to pbx.acme.com, *.acme.net");
    expect(asShown(refused.message)).toContain(named);
    expect(`${refused.message}${refused.next.join()}`).not.toContain("p-office");
  });

  it("that does not exist is refused with those that do", () => {
    const refused = caught(() => namedPassword("OFICE_PBX", SECRETS, { sipDomain: "pbx.acme.com" }));
    expect(refused.message).toContain("There are: OFFICE_PBX, ANYWHERE.");
    expect(refused.next[0]).toContain("OFFICE_PBX");
    expect(caught(() => namedPassword("X", new Map(), { sipDomain: "x" })).message).toContain(
      "None is configured",
    );
  });

  it("is described by name and pins alone", () => {
    expect(namesOfSecrets(SECRETS)).toBe("OFFICE_PBX (for pbx.acme.com, *.acme.net); ANYWHERE");
  });
});

function caught(run: () => unknown): SecretRefused {
  try {
    run();
  } catch (error) {
    return error as SecretRefused;
  }
  throw new Error("nothing was thrown");
}
