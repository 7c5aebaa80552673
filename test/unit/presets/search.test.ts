import { afterEach, describe, expect, it, vi } from "vitest";
import { listPresets, searchPresets } from "../../../src/presets/index.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** How people write their PBX's name, and which preset is meant. */
const SPELLINGS: readonly (readonly [string, string])[] = [
  ["FreePBX", "freepbx-pjsip"],
  ["free pbx", "freepbx-pjsip"],
  ["freepbx 17", "freepbx-pjsip"],
  ["Sangoma", "freepbx-pjsip"],
  ["PBXact", "freepbx-pjsip"],
  ["freepbx chan_sip", "freepbx-chan-sip"],
  ["FreePBX legacy SIP", "freepbx-chan-sip"],
  ["asterix", "asterisk-pjsip"],
  ["Asterisk 22", "asterisk-pjsip"],
  ["pjsip.conf", "asterisk-pjsip"],
  ["3 cx", "3cx"],
  ["3CX v20", "3cx"],
  ["3cx hosted phone system", "3cx"],
  ["twilio", "twilio-sip-domain"],
  ["Twillio", "twilio-sip-domain"],
  ["twilio elastic sip trunking", "twilio-elastic-sip-trunk"],
  ["twilio trunk", "twilio-elastic-sip-trunk"],
  ["ring central", "ringcentral"],
  ["RingEX", "ringcentral"],
  ["ringcentrall", "ringcentral"],
  ["fritz box", "avm-fritzbox"],
  ["Fritz!Box 7590", "avm-fritzbox"],
  ["FRITZ!Bóx", "avm-fritzbox"],
  ["broadsoft", "broadworks"],
  ["brodworks", "broadworks"],
  ["grandsteam", "grandstream-ucm63xx"],
  ["Grandstream UCM6304", "grandstream-ucm63xx"],
  ["UCM 6302", "grandstream-ucm63xx"],
  ["SNAPmobile", "netsapiens"],
  ["net sapiens", "netsapiens"],
  ["crexendo", "netsapiens"],
  ["fusion pbx", "fusionpbx"],
  ["freeswtich", "freeswitch"],
  ["yaestar", "yeastar-p-series"],
  ["Yeastar P550", "yeastar-p-series"],
  ["call manager", "cisco-cucm"],
  ["cisco webex", "cisco-webex-calling"],
  ["CUCM 12.5", "cisco-cucm"],
  ["MS Teams", "microsoft-teams"],
  ["microsoft teams direct routing", "microsoft-teams"],
  ["Avaya IP500", "avaya-ip-office"],
  ["avaia", "avaya-ip-office"],
  ["mitel 3300", "mitel-mivoice-business"],
  ["switch vox", "sangoma-switchvox"],
  ["voip.ms", "voipms"],
  ["voip ms", "voipms"],
  ["nexmo", "vonage"],
  ["8 x 8", "8x8"],
  ["zoom phone", "zoom-phone"],
  ["sip gate", "sipgate"],
  ["porta one", "portaswitch"],
  ["open sips", "kamailio-opensips"],
  ["kamalio", "kamailio-opensips"],
  ["telnix", "telnyx"],
  ["other pbx", "generic-sip"],
  ["we have a Grandstream in the office", "grandstream-ucm63xx"],
  ["my customer uses ring central with 20 phones", "ringcentral"],
  ["I want to connect the agent to our FreePBX server", "freepbx-pjsip"],
];

describe("search", () => {
  it.each(SPELLINGS)("finds what is meant by %j", (query, id) => {
    expect(searchPresets(query)[0]?.id).toBe(id);
  });

  it("finds every system by its id, its name and each of its aliases", () => {
    for (const { id, name, aliases } of listPresets()) {
      for (const query of [id, name, ...aliases]) expect(searchPresets(query)[0]?.id, query).toBe(id);
    }
  });

  it("shows the other systems of a vendor after the likeliest", () => {
    expect(searchPresets("Sangoma").map(({ id }) => id)).toEqual(
      expect.arrayContaining(["freepbx-pjsip", "freepbx-chan-sip", "asterisk-pjsip", "sangoma-switchvox"]),
    );
    expect(searchPresets("cisco").map(({ id }) => id)).toEqual(
      expect.arrayContaining(["cisco-cucm", "cisco-webex-calling", "broadworks"]),
    );
  });

  it("takes a slip in a word for one, but not in its first letter", () => {
    for (const [typed, id] of [
      ["vodis", "vodia"],
      ["wildux", "wildix"],
      ["telnyr", "telnyx"],
    ] as const) {
      expect(searchPresets(typed)[0]?.id).toBe(id);
    }
    for (const typed of ["podia", "mildix", "xelnyx", "xreepbx"]) expect(searchPresets(typed)).toEqual([]);
  });

  it("completes a name that is being typed", () => {
    expect(searchPresets("kama")[0]?.id).toBe("kamailio-opensips");
    expect(searchPresets("ringc")[0]?.id).toBe("ringcentral");
  });

  it.each(["", "   ", "???", "pbx", "the phone system", "sip", "Foobar KX-9", "12345", "x".repeat(5000)])(
    "finds nothing rather than guess for %j",
    (query) => {
      expect(searchPresets(query)).toEqual([]);
    },
  );

  it("finds each system at most once and no more than ten", () => {
    const found = searchPresets(
      listPresets()
        .map(({ name }) => name)
        .join(" ")
        .slice(0, 400),
    );
    expect(found.length).toBeLessThanOrEqual(10);
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
  });

  it("does no more work for a text that is longer than any name or sentence", () => {
    // Words are compared letter by letter.
    const letters = vi.spyOn(String.prototype, "charCodeAt");
    const work = (words: number) => {
      letters.mockClear();
      searchPresets(Array.from({ length: words }, (_, index) => `asteri${index}`).join(" "));
      return letters.mock.calls.length;
    };
    expect(work(1)).toBeGreaterThan(0);
    expect(work(900)).toBe(work(100));
  });
});
