import { describe, expect, it } from "vitest";
import { SecretRefused } from "../../../src/passwords/named.js";
import { obtainPassword } from "../../../src/passwords/password.js";
import { Secret } from "../../../src/redaction/secret.js";

const settings = {
  sipDomain: "pbx.acme.com",
  username: "1001",
  port: 5060,
  transport: "udp",
  subscribe: false,
} as const;
const stored = { ...settings, password: new Secret("p-kept") };
const secrets = new Map([["OFFICE_PBX", { secret: new Secret("p-named"), hosts: ["pbx.acme.com"] }]]);

describe("the password of a call", () => {
  it("is the stored one where the call gives none", () => {
    const found = obtainPassword({ secrets, stored, settings });
    expect(found).toMatchObject({ kind: "given", from: "kept", password: stored.password });
  });

  it("is the named one, before the stored one", () => {
    const found = obtainPassword({ name: "OFFICE_PBX", secrets, stored, settings });
    expect(found).toMatchObject({ kind: "given", from: "named" });
    expect(found.kind === "given" && found.password.reveal()).toBe("p-named");
  });

  it("is the given one, before the stored one, exactly as it was given", () => {
    const found = obtainPassword({ argument: new Secret(" p-given "), secrets, stored, settings });
    expect(found).toMatchObject({ kind: "given", from: "argument" });
    expect(found.kind === "given" && found.password.reveal()).toBe(" p-given ");
  });

  it("is not chosen between a named and a given one", () => {
    expect(() =>
      obtainPassword({ argument: new Secret("x"), name: "OFFICE_PBX", secrets, stored, settings }),
    ).toThrow(SecretRefused);
  });

  it.each([
    ["domain", { sipDomain: "evil.example" }],
    ["user", { username: "1002" }],
    ["proxy", { proxy: "evil.example" }],
  ])("is missing where another %s would get the stored one", (_label, change) => {
    const found = obtainPassword({ stored, settings: { ...settings, ...change } });
    expect(found).toMatchObject({ kind: "missing", why: expect.stringContaining("never sent") });
  });

  it("is not the named one where another host would get it", () => {
    const moved = { ...settings, sipDomain: "evil.example" };
    expect(() => obtainPassword({ name: "OFFICE_PBX", secrets, stored, settings: moved })).toThrow(/pinned/);
  });

  it.each([
    [undefined, /could not be read/],
    [null, /none is stored/],
    [{ ...settings }, /does not hand out/],
  ])("is missing with a reason where %j is what is stored", (known, why) => {
    expect(obtainPassword({ stored: known, settings })).toMatchObject({
      kind: "missing",
      why: expect.stringMatching(why),
    });
  });
});
