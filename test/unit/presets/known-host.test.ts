import { describe, expect, it } from "vitest";
import { listPresets, loadPreset } from "../../../src/presets/index.js";
import { knownHost } from "../../../src/presets/known-host.js";

describe("what the catalogue knows of a host", () => {
  it.each([
    ["siphv.telnyx.com", "telnyx"],
    ["SIPHV.Telnyx.com.", "telnyx"],
    ["office.pstn.twilio.com", "twilio-elastic-sip-trunk"],
    ["office.pstn.frankfurt.twilio.com.pstn.twilio.com", "twilio-elastic-sip-trunk"],
    ["office.pstn.frankfurt.twilio.com", "twilio-elastic-sip-trunk"],
    ["office.pstn.ie1.twilio.com", "twilio-elastic-sip-trunk"],
    ["office.pstn.london-ix.twilio.com", "twilio-elastic-sip-trunk"],
    ["2512.zt.plivo.com", "plivo"],
    ["abc123.sip.livekit.cloud", "livekit-sip"],
    ["abc123.eu.sip.livekit.cloud", "livekit-sip"],
    ["sip.pstnhub.microsoft.com", "microsoft-teams"],
    ["sip3.pstnhub.microsoft.com", "microsoft-teams"],
  ])("is that %s has no registrar", (host, id) => {
    expect(knownHost(host)).toMatchObject({ preset: { id }, without: { reason: expect.any(String) } });
  });

  it.each([
    ["sip.telnyx.com", "telnyx"],
    ["sip.telnyx.eu", "telnyx"],
    ["office.sip.twilio.com", "twilio-sip-domain"],
    ["phone.plivo.com", "plivo"],
    ["sales.1a2b.auth.bandwidth.com", "bandwidth"],
  ])("is whose %s is", (host, id) => {
    expect(knownHost(host)).toMatchObject({ preset: { id } });
    expect(knownHost(host)?.without).toBeUndefined();
  });

  it.each([
    "pbx.example.com",
    "siphv.telnyx.com.example.com",
    "pstn.twilio.com",
    "pstn.frankfurt.twilio.com",
    "office.pstn.a.b.twilio.com",
    "office.pstn.frankfurt.twilio.com.example.net",
    "sip.livekit.cloud",
    "pstnhub.microsoft.com",
    "notsip.telnyx.com.attacker.example",
    "192.0.2.1",
    "",
    `${"a.".repeat(200)}pstn.twilio.com`,
  ])("is nothing of %s", (host) => {
    expect(knownHost(host)).toBeUndefined();
  });

  it("does not call a host that a preset's own field names one without a registrar", async () => {
    for (const { id } of listPresets()) {
      const { fields, noRegistrar = [] } = (await loadPreset(id)) ?? {};
      const named = [fields?.sipDomain, fields?.proxy].flatMap((advice) => [
        advice?.value,
        ...(advice?.alternatives ?? []).map(({ value }) => value),
      ]);
      for (const { host } of noRegistrar) expect(named, id).not.toContain(host);
      for (const host of named) {
        if (typeof host === "string") expect(knownHost(host)?.without, `${id} ${host}`).toBeUndefined();
      }
    }
  });
});
