import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SipParseError, SipSerializeError } from "../../../../src/sip/message/errors.js";
import { sameUri } from "../../../../src/sip/message/same-uri.js";
import { parseUri, type SipUri, writeUri } from "../../../../src/sip/message/uri.js";

describe("parseUri", () => {
  it("reads every part, unescaped", () => {
    expect(
      parseUri("SIPS:al%69ce:pa%3Ass@Example.com:5061;Transport=tcp;lr?Subject=a%20b&to=sip:c%40d"),
    ).toEqual({
      scheme: "sips",
      user: "alice",
      password: "pa:ss",
      host: "Example.com",
      port: 5061,
      params: new Map([
        ["transport", "tcp"],
        ["lr", undefined],
      ]),
      headers: [
        ["Subject", "a b"],
        ["to", "sip:c@d"],
      ],
    });
  });

  it.each([
    "",
    "sip:",
    "tel:+4930123",
    "sip:@host",
    "sip:a@b@c",
    "sip:a@b c",
    "sip:a@<b>",
    "sip:a@host:",
    "sip:a@host:0",
    "sip:a@host:65536",
    "sip:a@host:5060x",
    "sip:a@[::1",
    "sip:a@[::g]",
    "sip:a@::1",
    "sip:a@ho/st",
    "sip:a@-host",
    "sip:a@b;;x",
    "sip:a@b;x=1;X=2",
    "sip:a@b?x",
    "sip:a%zz@b",
    "sip:a%ff@b",
    "sip:a@b\r\nX: y",
  ])("refuses %j", (text) => {
    expect(() => parseUri(text)).toThrow(SipParseError);
  });
});

describe("writeUri", () => {
  it("escapes what the grammar does not let stand, in the user and elsewhere", () => {
    expect(writeUri({ scheme: "sip", user: 'a b@"<#%ü/;', host: "::1", port: 5060 })).toBe(
      "sip:a%20b%40%22%3C%23%25%C3%BC/;@[::1]:5060",
    );
    expect(
      writeUri({
        scheme: "sip",
        host: "b",
        params: new Map([
          ["x", "a;b=c"],
          ["lr", undefined],
        ]),
        headers: [["To", "sip:a@b&c"]],
      }),
    ).toBe("sip:b;x=a%3Bb%3Dc;lr?To=sip:a%40b%26c");
  });

  it("refuses a host that would break out, and a port that is none", () => {
    expect(() => writeUri({ scheme: "sip", host: "a;transport=tcp" })).toThrow(SipSerializeError);
    expect(() => writeUri({ scheme: "sip", host: "a", port: 70_000 })).toThrow(SipSerializeError);
  });

  it("is undone by parseUri, for any characters", () => {
    const text = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 15 })
      .filter((s) => !/[\p{Cs}]/u.test(s));
    const uri = fc.record(
      {
        scheme: fc.constantFrom("sip" as const, "sips" as const),
        user: text,
        host: fc.constantFrom("example.com", "192.0.2.1", "2001:db8::1", "a-b_c.test."),
        port: fc.integer({ min: 1, max: 65_535 }),
        headers: fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 3 }),
        params: fc.dictionary(text, text, { minKeys: 1, maxKeys: 3 }).map((entries) => {
          return new Map(
            Object.entries(entries).map(([name, value]) => [name.toLowerCase(), value] as const),
          );
        }),
      },
      { requiredKeys: ["scheme", "host"] },
    );
    fc.assert(
      fc.property(uri, (written) => {
        expect(parseUri(writeUri(written as SipUri))).toEqual(written);
      }),
    );
  });
});

describe("sameUri (RFC 3261 19.1.4)", () => {
  const same = (one: string, other: string) => sameUri(parseUri(one), parseUri(other));

  it.each([
    ["sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"],
    ["sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"],
    ["sip:carol@chicago.com", "sip:carol@chicago.com;security=on"],
    [
      "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
      "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
    ],
    [
      "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
      "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
    ],
    ["sip:a@[2001:db8::1]", "sip:a@[2001:0DB8:0:0::1]"],
  ])("takes %s and %s for one", (one, other) => {
    expect(same(one, other)).toBe(true);
    expect(same(other, one)).toBe(true);
  });

  it.each([
    ["SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"],
    ["sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"],
    ["sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"],
    ["sip:bob@biloxi.com", "sips:bob@biloxi.com"],
    ["sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"],
    ["sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"],
    ["sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"],
  ])("tells %s from %s", (one, other) => {
    expect(same(one, other)).toBe(false);
    expect(same(other, one)).toBe(false);
  });
});
