import { describe, expect, it } from "vitest";
import { identifyAnswerer, recognisedPreset } from "../../../src/diagnosis/answerer.js";
import { challenge, exchange, registered } from "../../support/evidence.js";
import { plain } from "../../support/plain.js";

function by(server: string | undefined, more: Parameters<typeof challenge>[0] = {}) {
  const named = server === undefined ? {} : { server };
  return identifyAnswerer([registered(401, { challenge: challenge(more), ...named })]);
}

describe("who answers", () => {
  it.each([
    ["Asterisk PBX 22.10.1", {}, "asterisk-pjsip", "asterisk-pjsip"],
    ["Asterisk PBX 16.28.0~dfsg", { qop: [] }, "asterisk-chan-sip", undefined],
    ["FPBX-16.0.40(18.9.0)", {}, "asterisk-pjsip", "freepbx-pjsip"],
    ["FPBX-14.0.11(13.18.3)", { qop: [] }, "asterisk-chan-sip", "freepbx-chan-sip"],
    ["FreeSWITCH-mod_sofia/1.10.11-release", {}, "freeswitch", "freeswitch"],
    ["kamailio (5.6.3 (x86_64/linux))", {}, "kamailio", "kamailio-opensips"],
    ["OpenSIPS (3.2.10 (x86_64/linux))", {}, "opensips", "kamailio-opensips"],
    ["3CXPhoneSystem 18.0.9 (900)", {}, "3cx", "3cx"],
    ["SomePBX 1.0", {}, "other", undefined],
    [undefined, {}, "unknown", undefined],
    [undefined, { realm: "3CXPhoneSystem" }, "3cx", undefined],
  ] as const)("is told by %s and its challenge", (server, more, family, preset) => {
    const answerer = by(server, more);
    expect(answerer.family).toBe(family);
    expect(recognisedPreset(answerer)).toBe(preset);
  });

  it("is the registrar before a proxy that answers OPTIONS", () => {
    const answerer = identifyAnswerer([
      exchange({ server: "kamailio (5.6.3)" }),
      registered(401, { server: "Asterisk PBX 22.10.1" }),
    ]);
    expect(answerer.family).toBe("asterisk-pjsip");
  });

  it("is Asterisk with either stack where no challenge was seen, and PJSIP from 21 on", () => {
    expect(identifyAnswerer([registered(403, { server: "Asterisk PBX 18.9.0" })]).family).toBe("asterisk");
    expect(identifyAnswerer([registered(403, { server: "Asterisk PBX 21.1.0" })]).family).toBe(
      "asterisk-pjsip",
    );
  });

  it.each([
    // A proxy without a name asks, with qop; what is behind it may be either stack.
    [registered(407), registered(403, { server: "Asterisk PBX 18.9.0", withCredentials: true }), "asterisk"],
    [
      registered(401, { server: "Asterisk PBX 20.5.0" }),
      registered(403, { server: "EdgeSBC 7", withCredentials: true }),
      "other",
    ],
    [
      registered(401, { server: "Asterisk PBX 16.28.0", challenge: challenge({ qop: [] }) }),
      registered(403, { withCredentials: true }),
      "unknown",
    ],
    [
      registered(401, { server: "Asterisk PBX 16.28.0", challenge: challenge({ qop: [] }) }),
      registered(403, { server: "Asterisk PBX 16.28.0", withCredentials: true }),
      "asterisk-chan-sip",
    ],
  ] as const)("is the one that refuses, by its own header (%#)", (asked, refused, family) => {
    const answerer = identifyAnswerer([asked, refused, exchange({ server: "FreeSWITCH" })]);
    expect(answerer.family).toBe(family);
  });

  it("has no name where the refusal has none, whoever answers OPTIONS", () => {
    const answerer = identifyAnswerer([registered(403), exchange({ server: "FreeSWITCH" })]);
    expect(answerer.name).toBe("a server that gives no name");
  });

  it("is shown under its own words where the name is not known", () => {
    expect(plain(by("SomePBX 1.0").name)).toBe('"SomePBX 1.0"');
    expect(by(undefined).name).toBe("a server that gives no name");
  });
});
