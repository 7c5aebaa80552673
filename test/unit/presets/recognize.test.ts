import { describe, expect, it } from "vitest";
import { WIRE } from "../../../src/presets/catalogue.js";
import { listPresets, loadPreset, recognizeServer } from "../../../src/presets/index.js";

const PATTERNS = [...WIRE].flatMap(([id, patterns]) => patterns.map((pattern) => ({ id, ...pattern })));

describe("recognizing a PBX by its Server header", () => {
  it.each([
    ["FPBX-16.0.40.11(18.19.0)", "freepbx-pjsip", "16.0.40.11"],
    ["Server: FPBX-17.0.19.1(20.9.1)", "freepbx-pjsip", "17.0.19.1"],
    ["Asterisk PBX 22.10.1", "asterisk-pjsip", "22.10.1"],
    ["Asterisk PBX", "asterisk-pjsip", undefined],
    ["User-Agent: 3CXPhoneSystem 18.0.7.312 (312)", "3cx", "18.0.7.312"],
    ["3CX", "3cx", undefined],
    ["FreeSWITCH-mod_sofia/1.10.7-release~64bit", "freeswitch", "1.10.7-release~64bit"],
    ["kamailio (5.6.3 (x86_64/linux))", "kamailio-opensips", "5.6.3"],
    ["OpenSIPS (3.3.3 (x86_64/linux))", "kamailio-opensips", "3.3.3"],
    ["Grandstream UCM6302V1.2A 1.0.21.9", "grandstream-ucm63xx", "1.0.21.9"],
    ["AVM FRITZ!Box 7590 154.07.29", "avm-fritzbox", undefined],
    ["FRITZ!OS", "avm-fritzbox", undefined],
    ["Cisco-CUCM12.5", "cisco-cucm", "12.5"],
    ["Twilio Gateway", "twilio-sip-domain", undefined],
  ])("reads %j", (header, id, version) => {
    const [first] = recognizeServer(header);
    expect(first?.id).toBe(id);
    expect(first?.version).toBe(version);
  });

  it("names every system that shares a header, and says so", () => {
    expect(recognizeServer("FPBX-17.0.19.1(20.9.1)").map(({ id }) => id)).toEqual([
      "freepbx-pjsip",
      "freepbx-chan-sip",
    ]);
    expect(recognizeServer("FreeSWITCH-mod_sofia/1.10.11").map(({ id }) => id)).toEqual([
      "freeswitch",
      "fusionpbx",
    ]);
    expect(recognizeServer("FPBX-17.0.19.1(20.9.1)")[0]?.note).toMatch(/chan_sip/);
  });

  it.each(["", "nginx", "Yealink SIP-T46S", "x Asterisk PBX 20", "Linphone", "Server:"])(
    "makes nothing of %j",
    (header) => {
      expect(recognizeServer(header)).toEqual([]);
    },
  );

  it.each(PATTERNS)("recognizes the example of $id: $example", ({ id, example, product }) => {
    expect(recognizeServer(example)).toContainEqual(expect.objectContaining({ id, product }));
  });

  it("belongs to presets of the catalogue, which carry the same patterns and their sources", async () => {
    const ids = listPresets().map(({ id }) => id);
    for (const id of WIRE.keys()) expect(ids).toContain(id);
    for (const id of ids) {
      const preset = await loadPreset(id);
      expect(preset?.wire, id).toEqual(WIRE.get(id) ?? []);
      for (const { source } of preset?.wire ?? []) expect(preset?.sources, id).toHaveProperty(source);
    }
  });

  it("uses only patterns that a hostile header cannot slow down", () => {
    for (const { pattern } of PATTERNS) {
      expect(() => new RegExp(pattern, "i")).not.toThrow();
      // Anchored, and no repetition of a group: what is repeated is one character class at a time.
      expect(pattern).toMatch(/^\^/);
      expect(pattern).not.toMatch(/\)[*+{]/);
      expect(pattern).not.toMatch(/\.[*+]/);
    }
    // What could be slowed down would not come to its end within the test's time.
    for (const part of [
      "FPBX-1.",
      "Grandstream UCM ",
      "FreeSWITCH-mod_sofia/x",
      "kamailio (1 ",
      "3CXPhoneSystem 1",
    ]) {
      const long = recognizeServer(`${part}${"1.".repeat(500_000)}!`);
      expect(long, part).toEqual(recognizeServer(`${part}${"1.".repeat(500)}!`));
    }
  });
});
