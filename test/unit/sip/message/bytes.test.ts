import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { untrusted } from "../../../../src/redaction/untrusted.js";
import { decodeBytes, encodeBytes } from "../../../../src/sip/message/bytes.js";

describe("bytes of a SIP message as text", () => {
  it("come back as they were, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (array) => {
        const bytes = Buffer.from(array);
        expect(encodeBytes(decodeBytes(bytes).text)).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it("are the usual text where they are UTF-8, a replacement character among it", () => {
    for (const text of ["Büro", "\ufffd", "😀 ok", ""]) {
      expect(decodeBytes(Buffer.from(text))).toEqual({ text, isUtf8: true });
    }
  });

  it.each([
    ["Latin-1", [0x42, 0xfc, 0x72, 0x6f], "B\udcfcro"],
    ["cut within a character", [0x61, 0xc3], "a\udcc3"],
    ["an overlong form", [0xc0, 0xaf], "\udcc0\udcaf"],
    ["an encoded surrogate", [0xed, 0xa0, 0x80], "\udced\udca0\udc80"],
    ["beyond Unicode", [0xf4, 0x90, 0x80, 0x80], "\udcf4\udc90\udc80\udc80"],
  ])("keep each byte that is none: %s", (_what, bytes, text) => {
    expect(decodeBytes(Buffer.from(bytes))).toEqual({ text, isUtf8: false });
  });

  it("are shown as Latin-1", () => {
    expect(untrusted(decodeBytes(Buffer.from([0x42, 0xfc, 0x72, 0x6f])).text).unwrap()).toBe("Büro");
  });
});
