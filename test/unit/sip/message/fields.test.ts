import { describe, expect, it } from "vitest";
import { SipParseError } from "../../../../src/sip/message/errors.js";
import { parseCSeq, parseSeconds, readContacts, retryAfter } from "../../../../src/sip/message/fields.js";
import { Headers } from "../../../../src/sip/message/message.js";

describe("parseCSeq", () => {
  it("reads number and method, and refuses what is out of range or no CSeq", () => {
    expect(parseCSeq("0009  INVITE")).toEqual({ number: 9, method: "INVITE" });
    for (const text of ["INVITE", "1", "1 IN VITE", "2147483648 INVITE", "-1 INVITE", "1 ü"]) {
      expect(() => parseCSeq(text), text).toThrow(SipParseError);
    }
  });
});

describe("parseSeconds", () => {
  it("reads 0 to 2^32-1", () => {
    expect(parseSeconds("4294967295")).toBe(4_294_967_295);
    for (const text of ["", "-1", "1.5", "4294967296", "1e3"])
      expect(() => parseSeconds(text), text).toThrow(SipParseError);
  });
});

describe("retryAfter", () => {
  const read = (value: string) => retryAfter(new Headers([["Retry-After", value]]));

  it("reads seconds before a comment or parameters, and passes over nonsense", () => {
    expect(read("18000;duration=3600")).toBe(18_000);
    expect(read("120 (I'm in a meeting)")).toBe(120);
    expect(read("Fri, 01 Jan 2010")).toBeUndefined();
    expect(read("99999999999999")).toBeUndefined();
    expect(retryAfter(new Headers())).toBeUndefined();
  });
});

describe("readContacts", () => {
  it("reads every value with its own expiry, or that of the message", () => {
    const contacts = readContacts(
      new Headers([
        ["Contact", '"A, B" <sip:a@192.0.2.1>;expires=59;q=0.5, <sip:b@192.0.2.2>'],
        ["m", "sip:c@192.0.2.3;expires=nonsense"],
        ["Expires", "120"],
      ]),
    );
    expect(contacts).toMatchObject({ star: false, unreadable: 0 });
    expect(contacts.list.map(({ uri, expires, q }) => [uri, expires, q])).toEqual([
      ["sip:a@192.0.2.1", 59, 0.5],
      ["sip:b@192.0.2.2", 120, undefined],
      ["sip:c@192.0.2.3", 120, undefined],
    ]);
  });

  it("tells the star, and counts what it cannot read without losing the rest", () => {
    expect(readContacts(new Headers([["Contact", "*"]]))).toEqual({ star: true, list: [], unreadable: 0 });
    const mixed = readContacts(
      new Headers([
        ["Contact", "<sip:a@b>, what, <sip:c@d>"],
        ["Contact", '"open'],
      ]),
    );
    expect(mixed.list).toHaveLength(2);
    expect(mixed.unreadable).toBe(2);
  });
});
