import { describe, expect, it } from "vitest";
import { untrusted } from "../../../src/redaction/untrusted.js";
import { nextSettings } from "../../../src/registration/next-settings.js";
import type { RegistrationSettings } from "../../../src/telzino/types.js";

const ACCOUNT = { sipDomain: "pbx.example.com", username: "1001" };
const STORED: RegistrationSettings = {
  ...ACCOUNT,
  proxy: "sbc.example.com",
  port: 5061,
  transport: "tls",
  subscribe: true,
  authUsername: "a1001",
  did: "+15551234567",
};
const preset = ({ port, transport }: { port?: number | undefined; transport?: string | undefined }) => ({
  ...(port === undefined ? { port: 5070 } : {}),
  ...(transport === undefined ? { transport: "tcp" as const } : {}),
});

describe("the next settings", () => {
  it("are the stored ones where nothing else was given", () => {
    const { settings, kept } = nextSettings({ given: ACCOUNT, stored: STORED });
    expect(settings).toEqual(STORED);
    expect(kept).toEqual(["proxy", "port", "transport", "subscribe", "authUsername", "did"]);
  });

  it("have what was given instead", () => {
    const given = { ...ACCOUNT, port: 5080, subscribe: false };
    const { settings, kept } = nextSettings({ given, stored: STORED });
    expect(settings).toEqual({ ...STORED, port: 5080, subscribe: false });
    expect(kept).toEqual(["proxy", "transport", "authUsername", "did"]);
  });

  it("have no more what was taken away", () => {
    const clear = ["proxy", "port", "subscribe", "did"] as const;
    expect(nextSettings({ given: ACCOUNT, clear, stored: STORED }).settings).toEqual({
      ...{ ...ACCOUNT, port: 5060, transport: "tls", subscribe: false, authUsername: "a1001" },
    });
  });

  it("have from a preset what is neither given nor stored", () => {
    const stored = { ...ACCOUNT, transport: "udp" } as const;
    const { settings, filled } = nextSettings({ given: ACCOUNT, stored, fill: preset });
    expect(settings).toMatchObject({ transport: "udp", port: 5070 });
    expect(filled).toEqual(["port"]);
    const cleared = nextSettings({ given: ACCOUNT, clear: ["transport"], stored: STORED, fill: preset });
    expect(cleared.settings).toMatchObject({ transport: "tcp", port: 5061 });
  });

  it("have a preset's values rather than another PBX's, and keep the rest", () => {
    const given = { ...ACCOUNT, sipDomain: "new.example.com" };
    expect(nextSettings({ given, stored: STORED, fill: preset }).settings).toEqual({
      ...{ ...STORED, sipDomain: "new.example.com", port: 5070, transport: "tcp" },
    });
    expect(nextSettings({ given, stored: STORED }).settings).toEqual({ ...STORED, ...given });
  });

  it("keep for another account no proxy that was the domain, and no digest user that was the user", () => {
    const stored = { ...STORED, proxy: "PBX.example.com", authUsername: "1001" };
    expect(nextSettings({ given: ACCOUNT, stored }).settings).toEqual(stored);
    const moved = nextSettings({ given: { sipDomain: "new.example.com", username: "1002" }, stored });
    expect(moved.settings).not.toHaveProperty("proxy");
    expect(moved.settings).not.toHaveProperty("authUsername");
    const user = nextSettings({ given: { ...ACCOUNT, username: "1002" }, stored: STORED });
    expect(user.settings).toMatchObject({ authUsername: "a1001", proxy: "sbc.example.com" });
  });

  it.each([null, undefined])("have the defaults where %s is stored", (stored) => {
    expect(nextSettings({ given: ACCOUNT, stored }).settings).toEqual({
      ...{ ...ACCOUNT, port: 5060, transport: "udp", subscribe: false },
    });
  });

  it("keep no transport that cannot be written", () => {
    const stored = { ...ACCOUNT, transport: untrusted("sctp") };
    expect(nextSettings({ given: ACCOUNT, stored })).toMatchObject({
      settings: { transport: "udp" },
      kept: [],
    });
  });
});
