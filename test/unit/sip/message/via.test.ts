import { describe, expect, it } from "vitest";
import { SipParseError } from "../../../../src/sip/message/errors.js";
import { Headers } from "../../../../src/sip/message/message.js";
import { parseVia, readVias, stampTopVia, writeVia } from "../../../../src/sip/message/via.js";

describe("parseVia", () => {
  it("reads sent-by, branch, received and rport", () => {
    expect(
      parseVia("SIP/2.0/tls [2001:db8::1] : 5061;branch=z9hG4bK1;received=::1;rport=4000"),
    ).toMatchObject({
      transport: "TLS",
      host: "2001:db8::1",
      port: 5061,
      branch: "z9hG4bK1",
      received: "::1",
      rport: 4000,
    });
    expect(parseVia("SIP/2.0/UDP a;rport").rport).toBe("asked");
    expect(parseVia("SIP/2.0/UDP a")).toEqual({ transport: "UDP", host: "a", params: new Map() });
  });

  it("puts up with a NAT helper that repeats rport", () => {
    expect(parseVia("SIP/2.0/UDP a;rport;branch=b;rport=5060").rport).toBe(5060);
  });

  it.each(["", "SIP/2.0/UDP", "SIP/3.0/UDP a", "HTTP/2.0/UDP a", "SIP/2.0/UDP a b", "SIP/2.0/UDP a;rport=x"])(
    "refuses %j",
    (text) => {
      expect(() => parseVia(text)).toThrow(SipParseError);
    },
  );

  it("is undone by writeVia", () => {
    const text = "SIP/2.0/TCP [::1]:5060;branch=z9hG4bK1;rport";
    expect(writeVia(parseVia(text))).toBe(text);
  });
});

describe("stampTopVia (RFC 3581 4)", () => {
  const source = { address: "198.51.100.7", port: 40_000 };

  it("notes source address and port where rport asks, in the topmost value alone", () => {
    const headers = new Headers([
      ["Via", "SIP/2.0/UDP 198.51.100.7:5060;rport;branch=b1, SIP/2.0/UDP x;rport"],
      ["v", "SIP/2.0/UDP y"],
    ]);
    stampTopVia(headers, source);
    expect(headers.all("Via")).toEqual([
      "SIP/2.0/UDP 198.51.100.7:5060;rport=40000;branch=b1;received=198.51.100.7, SIP/2.0/UDP x;rport, SIP/2.0/UDP y",
    ]);
  });

  it("notes the address where the sent-by differs, and nothing where it does not", () => {
    const stamped = (via: string) => {
      const headers = new Headers([["Via", via]]);
      stampTopVia(headers, source);
      return headers.get("Via");
    };
    expect(stamped("SIP/2.0/UDP pbx.test;branch=b")).toBe(
      "SIP/2.0/UDP pbx.test;branch=b;received=198.51.100.7",
    );
    expect(stamped("SIP/2.0/UDP 198.51.100.7;branch=b")).toBe("SIP/2.0/UDP 198.51.100.7;branch=b");
  });

  it("refuses a message without Via", () => {
    expect(() => stampTopVia(new Headers(), source)).toThrow(SipParseError);
  });
});

describe("readVias", () => {
  it("reads values over lines and within one, topmost first", () => {
    const headers = new Headers([
      ["v", "SIP/2.0/UDP a , SIP/2.0/TCP b"],
      ["Via", "SIP/2.0/TLS c"],
    ]);
    expect(readVias(headers).map(({ host }) => host)).toEqual(["a", "b", "c"]);
  });
});
