import { describe, expect, it } from "vitest";
import { isSomeonesPhone, echoCodeRefusal as ofProbe } from "../../../../src/calls/echo-test.js";
import { listPresets, loadPreset } from "../../../../src/presets/index.js";
import { shownText } from "../../../../src/redaction/untrusted.js";
import { extensionRefusal, echoCodeRefusal as ofCall } from "../../../../src/tools/test-call/callee.js";

const EMERGENCY = ["112", "110", "911", "999", "000", "113", "114", "115", "116", "117", "118", "119"];

const echoCodeRefusal = (code: string) => ofCall(code, ["1001", "1002"]);

function words(refusal: string | undefined): string | undefined {
  return refusal && shownText(refusal, () => undefined);
}

describe("the callee", () => {
  it.each(["1001", "200", "7", "10", "123456", "2001"])("may be the extension %s", (extension) => {
    expect(extensionRefusal(extension)).toBeUndefined();
  });

  it.each([...EMERGENCY, "144", "190", "101", "08", "15", "1122"])(
    "is never %s, also where that is the extension",
    (extension) => {
      expect(words(extensionRefusal(extension))).toMatch(/emergency service|begins with 0/);
      expect(words(echoCodeRefusal(extension))).toMatch(/emergency service|begins with 0/);
    },
  );

  it.each(["9911", "9112", "99112", "8112", "89911", "*911", "112#", "*112#"])(
    "is never %s, of which a PBX may dial the rest outside",
    (dialled) => {
      expect(extensionRefusal(dialled) ?? echoCodeRefusal(dialled)).toBeDefined();
      expect(echoCodeRefusal(dialled)).toBeDefined();
    },
  );

  it.each([
    "+4930",
    "0049",
    "011",
    "0",
    "01234",
    "1001;ext",
    "1001@evil.example",
    "sip:1",
    "1234567",
    "",
    "10 01",
    "a1",
  ])("is not %j", (extension) => {
    expect(extensionRefusal(extension)).toBeDefined();
    expect(echoCodeRefusal(extension)).toBeDefined();
  });

  it("of the echo test may be each that a preset names", async () => {
    const presets = await Promise.all(listPresets().map(({ id }) => loadPreset(id)));
    const codes = presets.flatMap((preset) => preset?.echoTest?.code ?? []);
    expect(codes.length).toBeGreaterThan(3);
    expect(codes.filter((code) => echoCodeRefusal(code) !== undefined)).toEqual([]);
  });

  it.each(["*43", "9196", "*9196", "600"])("of the echo test may be %s", (code) => {
    expect(echoCodeRefusal(code)).toBeUndefined();
  });

  it.each(["*72", "*21", "#31#", "*78", "**1001"])(
    "of the echo test is not %s, which may switch something",
    (code) => {
      expect(words(echoCodeRefusal(code))).toMatch(/is not known as the code of an echo test/);
    },
  );

  it.each(["9411", "8234", "80", "9", "91234"])(
    "of the echo test is not %s, which may leave the PBX",
    (code) => {
      expect(words(echoCodeRefusal(code))).toMatch(/gets an outside line/);
      expect(ofProbe(code, [])).toMatch(/gets an outside line/);
    },
  );

  it("of the echo test is someone's phone where it rings, is forwarded or queued, and not where it is only progress", () => {
    expect([100, 180, 181, 182, 183, 199].filter(isSomeonesPhone)).toEqual([180, 181, 182]);
  });

  it("of the echo test is none of the extensions of the test", () => {
    expect(words(ofCall("1001", ["1001", "1002"]))).toBe(
      '"1001" is an extension of this test, and so no echo test',
    );
    expect(ofProbe("1002", ["1002"])).toBe("it is an extension of this test, and so no echo test");
    expect(ofProbe("*43", ["*43"])).toBeDefined();
    expect(ofProbe("600", ["1002"])).toBeUndefined();
  });

  it("that is refused is named, with the reason", () => {
    expect(words(extensionRefusal("+4930"))).toBe(
      "the stored username +4930 is not an extension of one to six digits, and nothing else is called",
    );
    expect(words(extensionRefusal("911"))).toMatch(/^911 may reach an emergency service: /);
    expect(words(echoCodeRefusal("1234567"))).toBe('the code "1234567" is not one to six digits, * or #');
    expect(words(echoCodeRefusal("*72"))).toMatch(
      /^"\*72" is not known as the code of an echo test \(known are \*43, 9196, \*9196\)/,
    );
    expect(words(echoCodeRefusal("01"))).toBe('"01" begins with 0, which gets an outside line on many PBXs');
  });
});
