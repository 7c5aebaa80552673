import { describe, expect, it } from "vitest";
import {
  configTextsFor,
  PASSWORD_PLACEHOLDER,
  type SetupValues,
  UnsafeValueError,
} from "../../../../src/presets/config-text/index.js";
import { listPresets, loadPreset } from "../../../../src/presets/index.js";

const FULL: SetupValues = {
  username: "1001",
  sipDomain: "pbx.example.com",
  transport: "udp",
  port: 5060,
  agentName: "Front Desk",
  did: "+15551234567",
};

/** Twilio takes none but its own domains, FreePBX none but numbers. */
function valuesFor(id: string, more: SetupValues = {}): SetupValues {
  return { ...FULL, ...(id === "twilio-sip-domain" ? { sipDomain: "acme.sip.twilio.com" } : {}), ...more };
}

function allText(id: string, values: SetupValues): string {
  return configTextsFor(id, values)
    .map(({ text }) => text)
    .join("\n");
}

const WITH_TEXTS = listPresets().filter(({ id }) => configTextsFor(id, {}).length > 0);

it("there are texts for the systems that are configured by text", () => {
  expect(WITH_TEXTS.length).toBe(7);
});

describe.each(WITH_TEXTS.map(({ id }) => [id]))("the texts for %s", (id) => {
  it("belong to a preset that can register", async () => {
    expect((await loadPreset(id))?.registers).not.toBe("no");
  });

  it("hold the values that were given", () => {
    const text = allText(id, valuesFor(id));
    expect(text).toContain("1001");
    expect(text).not.toContain("REPLACE_WITH_THE");
    expect(text).not.toMatch(/undefined|(?<!\$)null|NaN|\[object/);
  });

  it("hold a placeholder where the password goes, and no password", () => {
    const text = allText(id, valuesFor(id));
    expect(text).toContain(id.startsWith("freepbx") ? "REGEN" : PASSWORD_PLACEHOLDER);
  });

  it("are made without any value, with placeholders for all of them", () => {
    expect(allText(id, {})).toContain("REPLACE_WITH_THE_EXTENSION");
  });

  it.each([
    ["a line break", "1001\n[evil]"],
    ["a carriage return", "1001\r"],
    ["a comment sign", "1001;x"],
    ["a hash", "1001#include"],
    ["an angle bracket", "<x/>"],
    ["a double quote", '10"01'],
    ["a single quote", "10'01"],
    ["a square bracket", "[1001]"],
    ["a brace", "$" + "{SHELL(id)}"],
    ["a backslash", "10\\01"],
    ["a backquote", "`id`"],
    ["a blank", "10 01"],
    ["a comma", "1001,1"],
    ["an ampersand", "1001&SIP/x"],
    ["a slash", "1001/x"],
    ["a pattern", "_X."],
    ["an option", "--flag"],
    ["a bracket", "1001)"],
    ["nothing", ""],
  ])("refuse a username with %s", (_label, username) => {
    expect(() => configTextsFor(id, valuesFor(id, { username }))).toThrow(UnsafeValueError);
  });

  it.each(["pbx.example.com\nx", "pbx;x", "<x>", 'p"bx', "p'bx", "[x", "a b", "$" + "{x}", "a/b", "-x"])(
    "refuse or leave out the domain %j",
    (sipDomain) => {
      const refused = () => configTextsFor(id, valuesFor(id, { sipDomain }));
      if (id.startsWith("freepbx") || id === "asterisk-pjsip") {
        expect(allText(id, valuesFor(id, { sipDomain }))).not.toContain(sipDomain);
      } else expect(refused).toThrow(UnsafeValueError);
    },
  );

  it.each(["+1555;x", "5551234567", "+1 555 1234567", "+1555\n1234567"])(
    "never hold the number %j",
    (did) => {
      let text = "";
      try {
        text = allText(id, valuesFor(id, { did }));
      } catch (error) {
        expect(error).toBeInstanceOf(UnsafeValueError);
      }
      expect(text).not.toContain(did);
    },
  );

  it("keep a hostile agent's name to harmless letters", () => {
    const agentName =
      'Desk"\n[evil]\ntype=endpoint ;--> <user id="0"/> $' +
      "{SHELL(id)} `id` $(id) '; DROP TABLE subscriber; -- \\ =cmd|' #include /etc/passwd\u202e\u0000";
    const shown = allText(id, valuesFor(id, { agentName }));
    const plain = allText(id, valuesFor(id, { agentName: "Desk" }));
    // The name may lengthen a line, but it makes none, and no section, tag, comment or substitution.
    expect(shown.split("\n")).toHaveLength(plain.split("\n").length);
    expect(shown).not.toMatch(
      /\[evil\]|<user id="0"|\$\{SHELL|`id`|\$\(id\)|DROP TABLE subscriber;|#include/,
    );
    expect(shown).not.toMatch(/[\u0000\u202e]/);
    expect(shown.match(/-->/g)?.length ?? 0).toBe(plain.match(/-->/g)?.length ?? 0);
  });
});

it.each(["freeswitch", "fusionpbx", "asterisk-pjsip"])(
  "%s refuses a digest user that is more than a word",
  (id) => {
    for (const authUsername of ["a b", "a;b", 'a"b', "<a>", "a\nb", ">a", "a\\b", "a'b"]) {
      expect(() => configTextsFor(id, valuesFor(id, { authUsername })), authUsername).toThrow(
        UnsafeValueError,
      );
    }
    expect(allText(id, valuesFor(id, { authUsername: "desk@pbx.example.com" }))).toContain(
      "desk@pbx.example.com",
    );
  },
);

it("has no texts for a PBX that is set up on screens", () => {
  expect(configTextsFor("3cx", FULL)).toEqual([]);
});
