import { describe, expect, it } from "vitest";
import {
  type AdviceContext,
  type AdvicePreset,
  adviseSettings,
  lanOnly,
} from "../../../src/registration/advice.js";
import { completeSettings, type SettingsInput } from "../../../src/registration/settings.js";
import { plain } from "../../support/plain.js";

const input: SettingsInput = { sipDomain: "pbx.example.com", username: "1001" };
const preset: AdvicePreset = {
  name: "Some PBX",
  needsAuthUsername: true,
  tlsPort: 5096,
  registers: "yes",
};

function ids(change: Partial<SettingsInput>, context: AdviceContext = {}): string[] {
  return adviseSettings(completeSettings({ ...input, ...change }), context).map(({ id }) => id);
}

describe("advice", () => {
  it("is silent about settings with nothing odd", () => {
    expect(ids({})).toStrictEqual([]);
    expect(ids({ transport: "tls", port: 5061 })).toStrictEqual([]);
  });

  it.each([
    [{ transport: "tls", port: 5060 }, "tls-with-5060"],
    [{ transport: "udp", port: 5061 }, "plain-with-5061"],
    [{ transport: "tcp", port: 5061 }, "plain-with-5061"],
    [{ sipDomain: "pbx.local" }, "domain-lan-only"],
    [{ sipDomain: "192.168.1.10" }, "domain-lan-only"],
    [{ sipDomain: "[fd00::1]" }, "domain-lan-only"],
    [{ proxy: "10.0.0.1" }, "proxy-lan-only"],
    [{ authUsername: "1001" }, "auth-username-redundant"],
    [{ username: "1001@pbx.example.com" }, "username-with-domain"],
  ] as const)("of %o is %s", (change, id) => {
    expect(ids(change)).toStrictEqual([id]);
  });

  it("comes with what is wrong before what is merely odd, whichever is looked at first", () => {
    const both = { username: "1001@pbx.example.com", authUsername: "1001@pbx.example.com" };
    expect(ids(both)).toStrictEqual(["username-with-domain", "auth-username-redundant"]);
    const stored = { sipDomain: "old.example.com", username: "1001", transport: "tls" } as const;
    expect(ids({ authUsername: "1001", port: 5061 }, { stored })).toStrictEqual([
      "plain-with-5061",
      "tls-given-up",
      "auth-username-redundant",
      "account-changes",
    ]);
  });

  it("asks for the auth ID where the PBX has its own", () => {
    expect(ids({}, { preset })).toStrictEqual(["auth-username-needed"]);
    expect(ids({ authUsername: "abc123" }, { preset })).toStrictEqual([]);
  });

  it("names the PBX's own TLS port", () => {
    const [advice] = adviseSettings(completeSettings({ ...input, transport: "tls", authUsername: "x" }), {
      preset,
    });
    expect(advice?.message).toContain("5096");
  });

  it("says that a system takes no registration", () => {
    expect(ids({ authUsername: "x" }, { preset: { ...preset, registers: "no" } })).toStrictEqual([
      "preset-does-not-register",
    ]);
  });

  it("warns when tls is given up, and tells when the account changes", () => {
    const stored = { sipDomain: "pbx.example.com", username: "1000", transport: "tls" } as const;
    expect(ids({}, { stored })).toStrictEqual(["tls-given-up", "account-changes"]);
  });

  it("warns of what is kept from another account, and not where it was given", () => {
    const account = { sipDomain: "pbx.example.com", username: "1001" };
    const stored = { ...account, sipDomain: "old.example.com", proxy: "sbc.example.com", authUsername: "x" };
    const now = { proxy: "sbc.example.com", authUsername: "x" };
    const kept = ["proxy", "authUsername"] as const;
    const fields = (context: AdviceContext) =>
      adviseSettings(completeSettings({ ...input, ...now }), context)
        .filter(({ id }) => id === "kept-from-another-account")
        .map(({ field }) => field);
    expect(fields({ stored, kept })).toStrictEqual(["proxy", "authUsername"]);
    expect(fields({ stored: { ...stored, sipDomain: "pbx.example.com" }, kept })).toStrictEqual([]);
    expect(fields({ stored: { ...stored, sipDomain: "pbx.example.com", username: "1002" }, kept })).toEqual([
      "authUsername",
    ]);
    expect(fields({ stored })).toStrictEqual([]);
  });

  it("does not look at the domain's address when a proxy is dialled", () => {
    expect(ids({ sipDomain: "office.local", proxy: "edge.example.com" })).toStrictEqual([]);
  });

  it("lets local addresses be where the platform runs on this machine", () => {
    expect(ids({ sipDomain: "127.0.0.1" }, { platformIsLocal: true })).toStrictEqual([]);
  });
});

describe("an advice in words", () => {
  const BEYOND =
    ": the platform registers over the internet and cannot reach it. Give the PBX's public host name or address.";

  it.each<[Partial<SettingsInput>, string]>([
    [{ sipDomain: "pbx.local." }, `pbx.local is a name that only a local network knows${BEYOND}`],
    [{ sipDomain: "pbx." }, `pbx has no domain, so only a local network may know it${BEYOND}`],
    [{ sipDomain: "192.168.1.10" }, `192.168.1.10 is a private address${BEYOND}`],
    [{ proxy: "LocalHost" }, `localhost is only this machine${BEYOND}`],
    [
      { transport: "tls", port: 5060 },
      "tls with port 5060: PBXs usually take TLS on 5061, and 5060 speaks plain SIP. Use port 5061.",
    ],
    [
      { transport: "udp", port: 5061 },
      "udp with port 5061: 5061 is the port for TLS. Use transport tls, or port 5060.",
    ],
    [{ authUsername: "1001" }, "authUsername equals username: it can be left out."],
    [
      { username: "1001@pbx.example.com" },
      "username contains @: most PBXs want only the user; a few want user@domain, and then as authUsername.",
    ],
  ])("says of %o what is wrong and what would be right", (change, words) => {
    const advice = adviseSettings(completeSettings({ ...input, ...change }), {});
    expect(plain(advice.map(({ message }) => message))).toEqual([words]);
  });

  it("names the preset where the words are of one", () => {
    const settings = completeSettings({ ...input, transport: "tls", port: 5060, authUsername: "auth" });
    const [{ message } = { message: "" }] = adviseSettings(settings, { preset });
    expect(plain(message)).toBe(
      "tls with port 5060: PBXs usually take TLS on 5096 (Some PBX), and 5060 speaks plain SIP. Use port 5096.",
    );
  });
});

describe("a host that only a LAN knows", () => {
  it.each(["localhost", "127.0.0.1", "169.254.1.1", "100.64.0.1", "::1", "fritz.box", "pbx", "asterisk.lan"])(
    "%s",
    (host) => {
      expect(lanOnly(host)).toBeTypeOf("string");
    },
  );

  it.each(["8.8.8.8", "2606:4700::1111", "pbx.example.com", "my.box"])("is not %s", (host) => {
    expect(lanOnly(host)).toBeUndefined();
  });
});
