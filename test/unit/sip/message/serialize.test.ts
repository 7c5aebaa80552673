import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SipSerializeError } from "../../../../src/sip/message/errors.js";
import { Headers, type SipMessage, type SipRequest } from "../../../../src/sip/message/message.js";
import { parseMessage, parseWithNotes } from "../../../../src/sip/message/parse.js";
import { buildResponse, serializeMessage } from "../../../../src/sip/message/serialize.js";
import { VALID } from "../../../support/torture.js";

function options(headers: [string, string][] = [], more: Partial<SipRequest> = {}): SipRequest {
  return {
    kind: "request",
    method: "OPTIONS",
    uri: "sip:example.com",
    headers: new Headers(headers),
    body: Buffer.alloc(0),
    ...more,
  };
}

function codeOf(write: () => unknown): string | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    if (error instanceof SipSerializeError) return error.code;
    throw error;
  }
}

function plain(message: SipMessage) {
  const headers = [...message.headers].filter(([name]) => !/^(l|content-length)$/i.test(name));
  return { ...message, headers, body: message.body.toString("hex") };
}

describe("serializeMessage", () => {
  it("writes start line, headers in their order and its own Content-Length", () => {
    const message = options(
      [
        ["Via", "SIP/2.0/UDP a"],
        ["l", "999"],
        ["Subject", "é"],
      ],
      { body: Buffer.from("hi") },
    );
    expect(serializeMessage(message).toString()).toBe(
      "OPTIONS sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nSubject: é\r\nContent-Length: 2\r\n\r\nhi",
    );
  });

  it("refuses what would smuggle in a line, wherever it is", () => {
    expect(codeOf(() => serializeMessage(options([["X", "a\r\nEvil: b"]])))).toBe("header-value");
    expect(codeOf(() => serializeMessage(options([["X", "a\nb"]])))).toBe("header-value");
    expect(codeOf(() => serializeMessage(options([["X", "a\u0000b"]])))).toBe("header-value");
    expect(codeOf(() => serializeMessage(options([["X: y\r\nZ", "a"]])))).toBe("header-name");
    expect(codeOf(() => serializeMessage(options([], { method: "OPTIONS sip:x" })))).toBe("method");
    expect(codeOf(() => serializeMessage(options([], { uri: "sip:a SIP/2.0\r\nX: y" })))).toBe("uri");
    const response = {
      kind: "response",
      status: 200,
      headers: new Headers(),
      body: Buffer.alloc(0),
    } as const;
    expect(codeOf(() => serializeMessage({ ...response, reason: "OK\r\nX: y" }))).toBe("reason");
    expect(codeOf(() => serializeMessage({ ...response, status: 99, reason: "" }))).toBe("status");
  });

  it("never shows a refused value, which may be a credential", () => {
    expect(() => serializeMessage(options([["Authorization", "hunter2\r\n"]]))).toThrow(/^(?!.*hunter2)/s);
  });

  it("writes back every valid torture message that holds no NUL so it reads the same", () => {
    for (const [name, bytes] of Object.entries(VALID)) {
      if (name === "intmeth") continue;
      const parsed = parseMessage(bytes);
      expect(plain(parseMessage(serializeMessage(parsed))), name).toEqual(plain(parsed));
    }
  });

  it("is undone by parsing, for any message that it writes", () => {
    const token = fc.stringMatching(/^[A-Za-z0-9\-.!%*_+`'~]{1,12}$/);
    const value = fc
      .string({ unit: "grapheme", maxLength: 40 })
      .map((text) => text.replace(/[\r\n\0\ufffd]/g, "").replace(/^[ \t]+|[ \t]+$/g, ""));
    const headers = fc.array(fc.tuple(token, value), { maxLength: 10 }).map((fields) => new Headers(fields));
    const body = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
    const uri = fc.stringMatching(/^sip:[a-z0-9.@;=%]{1,20}$/);
    const notLength = (message: SipMessage) =>
      ![...message.headers].some(([name]) => /^(l|content-length)$/i.test(name));
    const message: fc.Arbitrary<SipMessage> = fc.oneof(
      fc.record({ kind: fc.constant("request" as const), method: token, uri, headers, body }),
      fc.record({
        kind: fc.constant("response" as const),
        status: fc.integer({ min: 100, max: 699 }),
        reason: value,
        headers,
        body,
      }),
    );
    fc.assert(
      fc.property(message.filter(notLength), (written) => {
        const { message: read, notes } = parseWithNotes(serializeMessage(written));
        expect(plain(read)).toEqual(plain(written));
        expect(notes).toEqual([]);
      }),
    );
  });
});

describe("buildResponse", () => {
  const request = options([
    ["Via", "SIP/2.0/UDP b;branch=z9hG4bK2"],
    ["v", "SIP/2.0/UDP a;branch=z9hG4bK1"],
    ["Max-Forwards", "70"],
    ["f", '"A" <sip:a@example.com>;tag=1'],
    ["To", "<sip:b@example.com;x=tag>"],
    ["Call-ID", "abc"],
    ["CSeq", "7 OPTIONS"],
    ["Timestamp", "54"],
  ]);

  it("copies Via, From, To, Call-ID and CSeq, and tags To", () => {
    const response = buildResponse(request, 200, "OK", { toTag: "t1", headers: [["Server", "x"]] });
    expect([...response.headers]).toEqual([
      ["Via", "SIP/2.0/UDP b;branch=z9hG4bK2"],
      ["Via", "SIP/2.0/UDP a;branch=z9hG4bK1"],
      ["From", '"A" <sip:a@example.com>;tag=1'],
      ["To", "<sip:b@example.com;x=tag>;tag=t1"],
      ["Call-ID", "abc"],
      ["CSeq", "7 OPTIONS"],
      ["Server", "x"],
    ]);
  });

  it("leaves a To alone that has a tag, and a 100 without one, which echoes Timestamp", () => {
    const tagged = options([["To", "<sip:b@example.com>; Tag =x"]]);
    expect(buildResponse(tagged, 200, "OK", { toTag: "t1" }).headers.get("To")).toBe(
      "<sip:b@example.com>; Tag =x",
    );
    const trying = buildResponse(request, 100, "Trying", { toTag: "t1" });
    expect(trying.headers.get("To")).toBe("<sip:b@example.com;x=tag>");
    expect(trying.headers.get("Timestamp")).toBe("54");
  });

  it("refuses a tag that is not a token", () => {
    expect(codeOf(() => buildResponse(request, 200, "OK", { toTag: "a;b=c" }))).toBe("value");
  });
});
