import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SipParseError, SipSerializeError } from "../../../../src/sip/message/errors.js";
import { parseNameAddr, writeNameAddr } from "../../../../src/sip/message/name-addr.js";

describe("parseNameAddr", () => {
  it("reads a quoted name, brackets and parameters", () => {
    const read = parseNameAddr('"A \\"B\\", C" <sip:a@b;lr>;tag=1 ; Expires = 60;x="y;z"');
    expect(read).toMatchObject({ displayName: 'A "B", C', uri: "sip:a@b;lr" });
    expect([...read.params]).toEqual([
      ["tag", "1"],
      ["expires", "60"],
      ["x", "y;z"],
    ]);
  });

  it("gives the parameters of a bare URI to the header", () => {
    const read = parseNameAddr("sip:a@b;tag=1");
    expect(read.uri).toBe("sip:a@b");
    expect(read.params.get("tag")).toBe("1");
  });

  it("puts up with names that PBXs send without quotes, and with a last semicolon", () => {
    expect(parseNameAddr("Müller (Büro) <sip:a@b>;").displayName).toBe("Müller (Büro)");
    expect(parseNameAddr("<tel:+49;phone-context=x>").uri).toBe("tel:+49;phone-context=x");
  });

  it.each([
    "",
    "a",
    '"a',
    '"a" sip:a@b',
    '"a" b <sip:a@b>',
    "<sip:a@b",
    "<sip:a@b> x",
    "A, B <sip:a@b>",
    "sip:a@b?x=y",
    "sip:a@b, sip:c@d",
    "< sip:a@b>",
    "<sip:a@b>;;x",
    "<sip:a@b>;tag=1;tag=2",
    '<sip:a@b>;x="y"z',
    "<>",
  ])("refuses %j", (text) => {
    expect(() => parseNameAddr(text)).toThrow(SipParseError);
  });
});

describe("writeNameAddr", () => {
  it("is undone by parseNameAddr", () => {
    const text = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((s) => !/[\p{Cc}\p{Cs}]/u.test(s));
    fc.assert(
      fc.property(text, text, (displayName, value) => {
        const params = new Map([
          ["tag", value],
          ["lr", undefined],
        ]);
        const read = parseNameAddr(writeNameAddr({ displayName, uri: "sip:a@b", params }));
        expect(read).toEqual({ displayName, uri: "sip:a@b", params });
      }),
    );
  });

  it("refuses what would break out of its place", () => {
    expect(() => writeNameAddr({ uri: "sip:a@b>;tag=1" })).toThrow(SipSerializeError);
    expect(() => writeNameAddr({ displayName: "a\r\nX: y", uri: "sip:a@b" })).toThrow(SipSerializeError);
    expect(() => writeNameAddr({ uri: "sip:a@b", params: new Map([["a b", "c"]]) })).toThrow(
      SipSerializeError,
    );
    expect(() => writeNameAddr({ uri: "sip:a@b", params: new Map([["a", "c\n"]]) })).toThrow(
      SipSerializeError,
    );
  });
});
