import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import {
  completeSettings,
  diffSettings,
  mayKeepPassword,
  sameAccount,
} from "../../../src/registration/settings.js";

const input = { sipDomain: "pbx.example.com", username: "1001" };
const stored = { ...completeSettings(input), password: new Secret("kept-secret") };

describe("settings", () => {
  it("get the documented defaults, and nothing else that was not given", () => {
    expect(completeSettings(input)).toStrictEqual({
      ...input,
      port: 5060,
      transport: "udp",
      subscribe: false,
    });
  });

  it("differ from what is stored field by field, with fields that go and fields that come", () => {
    const next = completeSettings({ ...input, port: 5061, transport: "tls", did: "+15551234567" });
    expect(diffSettings({ ...stored, proxy: "edge.example.com" }, next)).toStrictEqual([
      { field: "proxy", from: "edge.example.com" },
      { field: "port", from: 5060, to: 5061 },
      { field: "transport", from: "udp", to: "tls" },
      { field: "did", to: "+15551234567" },
    ]);
  });

  it("do not differ by the case or the final dot of a host", () => {
    expect(diffSettings(stored, completeSettings({ ...input, sipDomain: "PBX.example.com." }))).toStrictEqual(
      [],
    );
  });

  it("name the same account whatever the case of the domain, and not where the user's case differs", () => {
    expect(sameAccount(input, { ...input, sipDomain: "Pbx.Example.Com" })).toBe(true);
    expect(sameAccount({ ...input, username: "Bob" }, { ...input, username: "bob" })).toBe(false);
  });
});

describe("a stored password", () => {
  it("is kept where only things change that do not decide to whom it is sent", () => {
    const next = completeSettings({
      ...input,
      port: 5061,
      transport: "tls",
      authUsername: "auth",
      did: "+15551234567",
    });
    expect(mayKeepPassword(stored, next)).toBe(true);
  });

  it.each([{ sipDomain: "evil.example" }, { username: "1002" }, { proxy: "evil.example" }])(
    "is not kept when %o changes",
    (change) => {
      expect(mayKeepPassword(stored, completeSettings({ ...input, ...change }))).toBe(false);
    },
  );

  it("cannot be kept where the API returns none", () => {
    expect(mayKeepPassword(completeSettings(input), completeSettings(input))).toBe(false);
    expect(mayKeepPassword(null, completeSettings(input))).toBe(false);
  });
});
