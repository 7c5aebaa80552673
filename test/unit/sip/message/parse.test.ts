import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SipParseError } from "../../../../src/sip/message/errors.js";
import { readContacts } from "../../../../src/sip/message/fields.js";
import { parseNameAddr } from "../../../../src/sip/message/name-addr.js";
import { parseMessage, parseWithNotes, splitList } from "../../../../src/sip/message/parse.js";
import { parseUri } from "../../../../src/sip/message/uri.js";
import { readVias } from "../../../../src/sip/message/via.js";
import { findFaults } from "../../../../src/sip/transport/faults.js";
import { INVALID, IPV6, message, UNUSUAL, VALID } from "../../../support/torture.js";

function codeOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof SipParseError) return error.code;
    throw error;
  }
}

function request(bytes: Buffer) {
  const parsed = parseMessage(bytes);
  if (parsed.kind !== "request") throw new Error("not a request");
  return parsed;
}

describe("RFC 4475, messages that must be accepted", () => {
  it.each(Object.keys(VALID))("%s is read without a fault", (name) => {
    const parsed = parseMessage(VALID[name] as Buffer);
    expect(findFaults(parsed)).toEqual([]);
  });

  it("reads folded, compact and widely spaced headers (wsinv)", () => {
    const parsed = request(VALID.wsinv as Buffer);
    expect(parsed.headers.get("Max-Forwards")).toBe("0068");
    expect(parsed.headers.get("Subject")).toBe("");
    expect(parsed.headers.get("NewFangledHeader")).toBe("newfangled value continued newfangled value");
    expect(readVias(parsed.headers).map(({ transport, host, branch }) => [transport, host, branch])).toEqual([
      ["UDP", "192.0.2.2", "390skdjuw"],
      ["TCP", "spindle.example.com", "z9hG4bK9ikj8"],
      ["UDP", "192.168.255.111", "z9hG4bK30239"],
    ]);
    expect(parseNameAddr(parsed.headers.get("From") ?? "")).toMatchObject({ displayName: 'J Rosenberg \\"' });
    expect(readContacts(parsed.headers).list[0]).toMatchObject({ displayName: 'Quoted string ""', q: 0.33 });
    expect(parsed.body.length).toBe(Number(parsed.headers.get("Content-Length")));
  });

  it("keeps unusual but legal characters in method, URI, names and UTF-8 values (intmeth)", () => {
    const parsed = request(VALID.intmeth as Buffer);
    expect(parsed.method).toBe("!interesting-Method0123456789_*+`.%indeed'~");
    expect(parseUri(parsed.uri)).toMatchObject({
      user: "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
      password: "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)",
      host: "example.com",
    });
    expect(parseNameAddr(parsed.headers.get("To") ?? "").displayName).toBe(
      "BEL:\u0007 NUL:\u0000 DEL:\u007f",
    );
    expect(parseNameAddr(parsed.headers.get("From") ?? "").params.get("fromparam''~+*_!.-%")).toBe(
      "работающий",
    );
  });

  it("unescapes URIs only where they are taken apart (esc01, escnull, esc02)", () => {
    const esc01 = request(VALID.esc01 as Buffer);
    expect(parseUri(esc01.uri)).toEqual({
      scheme: "sip",
      user: "sips:user@example.com",
      host: "example.net",
    });
    const [contact] = readContacts(esc01.headers).list;
    expect([...(parseUri(contact?.uri ?? "").params ?? [])]).toEqual([
      ["lr", undefined],
      ["name", "value%41"],
    ]);
    const escnull = readContacts(request(VALID.escnull as Buffer).headers).list;
    expect(escnull.map(({ uri }) => parseUri(uri).user)).toEqual(["\u0000", "\u0000\u0000"]);
    const esc02 = request(VALID.esc02 as Buffer);
    expect(esc02.method).toBe("RE%47IST%45R");
    expect(readContacts(esc02.headers).list).toHaveLength(2);
  });

  it("keeps all thirty-four Vias of a long request (longreq)", () => {
    expect(readVias(request(VALID.longreq as Buffer).headers)).toHaveLength(34);
  });

  it("cuts a datagram at its Content-Length and says so (dblreq)", () => {
    const bytes = Buffer.from(
      (VALID.dblreq as Buffer).toString().replace(/Content-Length: \d+/, "Content-Length: 0"),
    );
    const { message: parsed, notes } = parseWithNotes(bytes);
    expect(parsed.body.length).toBe(0);
    expect(notes).toEqual(["extra-bytes"]);
  });

  it("takes semicolons in the user for part of the user (semiuri)", () => {
    const uri = parseUri(request(VALID.semiuri as Buffer).uri);
    expect(uri).toEqual({ scheme: "sip", user: "user;par=u@example.net", host: "example.com" });
  });

  it("reads unknown transports in Via (transports)", () => {
    const vias = readVias(request(VALID.transports as Buffer).headers);
    expect(vias.map(({ transport }) => transport)).toEqual(["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"]);
  });

  it("keeps a binary body byte for byte (mpart01)", () => {
    const { body } = parseMessage(VALID.mpart01 as Buffer);
    expect(body.includes(Buffer.from([0x30, 0x82, 0x00, 0x0d, 0x0a, 0x0d, 0x0a, 0xff, 0xfe]))).toBe(true);
    expect(body.toString("latin1").endsWith("--7a9cbec02ceef655--\r\n")).toBe(true);
  });

  it("reads a reason in UTF-8 and an empty one (unreason, noreason)", () => {
    expect(parseMessage(VALID.unreason as Buffer)).toMatchObject({
      status: 200,
      reason: "= 2**3 * 5**2 но сто девяносто девять - простое",
    });
    expect(parseMessage(VALID.noreason as Buffer)).toMatchObject({ status: 100, reason: "" });
  });
});

describe("RFC 4475, messages that must be refused", () => {
  const refused = Object.entries(INVALID).filter(([, { header }]) => header === undefined);
  const faulty = Object.entries(INVALID).filter(([, { header }]) => header !== undefined);

  it.each(refused)("%s is refused by the parser", (_, { bytes, code }) => {
    expect(codeOf(() => parseMessage(bytes))).toBe(code);
  });

  it.each(faulty)("%s is read, and its fault named", (_, { bytes, code, header }) => {
    const faults = findFaults(parseMessage(bytes));
    expect(faults).toContainEqual(expect.objectContaining({ code, header }));
  });

  it.each(Object.keys(UNUSUAL))("%s is unusual but sound", (name) => {
    expect(findFaults(parseMessage(UNUSUAL[name] as Buffer))).toEqual([]);
  });
});

describe("RFC 5118, IPv6", () => {
  it("reads IPv6 references in the Request-URI, Via and Contact", () => {
    const parsed = request(IPV6.good);
    expect(findFaults(parsed)).toEqual([]);
    expect(parseUri(parsed.uri)).toEqual({ scheme: "sip", host: "2001:db8::10" });
    expect(readVias(parsed.headers)[0]).toMatchObject({ host: "2001:db8::9:1" });
  });

  it("finds fault with an address without brackets", () => {
    expect(findFaults(parseMessage(IPV6.withoutBrackets))).toMatchObject([
      { code: "uri", header: "Request-URI" },
    ]);
  });

  it("takes a port within the brackets for a part of the address, one outside for a port", () => {
    expect(parseUri(request(IPV6.portAmbiguous).uri)).toEqual({ scheme: "sip", host: "2001:db8::10:5070" });
    expect(parseUri(request(IPV6.portOutside).uri)).toEqual({
      scheme: "sip",
      host: "2001:db8::10",
      port: 5070,
    });
  });

  it("reads received with brackets and without", () => {
    const vias = readVias(request(IPV6.received).headers);
    expect(vias.map(({ received }) => received)).toEqual(["2001:db8::9:255", "2001:db8::9:255"]);
  });

  it("puts up with three colons and reads IPv4-mapped addresses", () => {
    const [three] = readContacts(request(IPV6.threeColons).headers).list;
    expect(parseUri(three?.uri ?? "")).toMatchObject({ host: "2001:db8::192.0.2.1", port: 5070 });
    const [mapped] = readContacts(request(IPV6.mapped).headers).list;
    expect(parseUri(mapped?.uri ?? "")).toMatchObject({ host: "::ffff:192.0.2.10", port: 19823 });
  });
});

describe("parseMessage", () => {
  const lines = [
    "OPTIONS sip:a@example.com SIP/2.0",
    "Via: SIP/2.0/UDP a;branch=z9hG4bK1",
    "CSeq: 1 OPTIONS",
  ];

  it("takes the rest of a datagram for the body when there is no Content-Length", () => {
    const { message: parsed, notes } = parseWithNotes(message(lines, "hello"));
    expect(parsed.body.toString()).toBe("hello");
    expect(notes).toEqual(["no-content-length"]);
  });

  it("ignores line ends before the start line", () => {
    expect(request(Buffer.concat([Buffer.from("\r\n\r\n\n"), message(lines)])).method).toBe("OPTIONS");
  });

  it("reads lines that end in LF alone, and notes it", () => {
    const bytes = Buffer.from(`${lines.join("\n")}\nContent-Length: 2\n\nhi`);
    const { message: parsed, notes } = parseWithNotes(bytes);
    expect(parsed.body.toString()).toBe("hi");
    expect(notes).toEqual(["bare-lf"]);
  });

  it("refuses a CR that no LF follows, which two readers would read in two ways", () => {
    const bytes = Buffer.from(`${lines.join("\r\n")}\r\nX: a\rEvil: b\r\n\r\n`);
    expect(codeOf(() => parseMessage(bytes))).toBe("line-end");
  });

  it("reads on where a header is no UTF-8, and notes it", () => {
    const bytes = Buffer.concat([
      Buffer.from(`${lines.join("\r\n")}\r\nSubject: M`),
      Buffer.from([0xfc]),
      Buffer.from("ller\r\n\r\n"),
    ]);
    const { message: parsed, notes } = parseWithNotes(bytes);
    expect(parsed.headers.get("Subject")).toBe("M\udcfcller");
    expect(notes).toEqual(["invalid-utf8"]);
  });

  it("refuses what is over its limits, each by its own code", () => {
    const many = Array.from({ length: 300 }, (_, index) => `X-${index}: y`);
    expect(codeOf(() => parseMessage(message([...lines, ...many])))).toBe("too-many-headers");
    expect(codeOf(() => parseMessage(message([...lines, `X: ${"y".repeat(9_000)}`])))).toBe(
      "header-too-long",
    );
    expect(codeOf(() => parseMessage(Buffer.alloc(65_537, "x")))).toBe("too-large");
    expect(codeOf(() => parseMessage(message(lines), { limits: { total: 20 } }))).toBe("too-large");
  });

  it("refuses what is not a message: nothing, no end of headers, no colon, a folded first line", () => {
    expect(codeOf(() => parseMessage(Buffer.alloc(0)))).toBe("empty");
    expect(codeOf(() => parseMessage(Buffer.from(lines.join("\r\n"))))).toBe("truncated");
    expect(codeOf(() => parseMessage(message([...lines, "no colon here"])))).toBe("header");
    expect(codeOf(() => parseMessage(message([lines[0] ?? "", " folded"])))).toBe("header");
    expect(codeOf(() => parseMessage(Buffer.from("GET / HTTP/1.1\r\n\r\n")))).toBe("start-line");
  });

  it("takes equal Content-Lengths and refuses different ones", () => {
    expect(parseMessage(message([...lines, "Content-Length: 2", "l: 2"], "hi")).body.length).toBe(2);
    expect(codeOf(() => parseMessage(message([...lines, "l: 2", "l: 1"], "hi")))).toBe("content-length");
  });

  it("shows no more of a broken message than a short cleaned piece", () => {
    const hostile = `\u001b[31mGO ${"secret".repeat(200)} x y\r\n\r\n`;
    try {
      parseMessage(Buffer.from(hostile));
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message).not.toContain("\u001b");
      expect((error as Error).message.length).toBeLessThan(120);
    }
  });

  it("throws nothing but SipParseError, whatever the bytes", () => {
    const piece = fc.constantFrom(
      "SIP/2.0 200 OK\r\n",
      "OPTIONS sip:a SIP/2.0\r\n",
      "Via: SIP/2.0/UDP [::1]:5060;branch=z9\r\n",
      'From: "a" <sip:b@c>;tag=1\r\n',
      "Contact: *\r\n",
      "l: 3\r\n",
      " folded\r\n",
      "\r\n",
      "\n",
      "\r",
      ": x",
      '"',
      "<",
      "%",
      ";",
      ",",
      "=",
    );
    const bytes = fc
      .array(
        fc.oneof(
          piece.map((text) => Buffer.from(text)),
          fc.uint8Array({ maxLength: 20 }).map(Buffer.from),
        ),
      )
      .map((parts) => Buffer.concat(parts));
    fc.assert(
      fc.property(bytes, (datagram) => {
        const code = codeOf(() => findFaults(parseMessage(datagram)));
        return code === undefined || code.length > 0;
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes time in proportion to the size, for the shapes that tempt a parser to go back", () => {
    const start = `${lines.join("\r\n")}\r\n`;
    const shapes = [
      `${start}X: ${" ".repeat(60_000)}\r\n\r\n`,
      start + " \r\n".repeat(20_000),
      `${start}${"X:\r\n".repeat(15_000)}\r\n`,
      "\r\n".repeat(32_000),
      `${start}Via: ${"SIP / ".repeat(1_300)}\r\n\r\n`,
      `${start}From: ${'"\\'.repeat(4_000)}\r\n\r\n`,
    ];
    // Work that grows with the square of the size would not come to its end within the test's time.
    for (let times = 0; times < 20; times += 1) {
      for (const shape of shapes) codeOf(() => findFaults(parseMessage(Buffer.from(shape))));
    }
  });
});

describe("splitList", () => {
  it("splits at commas outside quotes and brackets, and leaves out empty items", () => {
    expect(splitList('"a, b" <sip:x,y@z>;p="q,r" , <sip:c@d>,, e')).toEqual([
      '"a, b" <sip:x,y@z>;p="q,r"',
      "<sip:c@d>",
      "e",
    ]);
    expect(splitList('"a\\", b", c')).toEqual(['"a\\", b"', "c"]);
  });

  it("refuses a quote or bracket that is never closed", () => {
    expect(codeOf(() => splitList('"a, b'))).toBe("list");
    expect(codeOf(() => splitList("<sip:a@b, c"))).toBe("list");
  });
});
