import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseChallenges, readChallenges, writeChallenge } from "../../../../src/sip/auth/challenge.js";
import { parseAuthHeader } from "../../../../src/sip/message/auth-header.js";
import { DigestError, SipParseError } from "../../../../src/sip/message/errors.js";
import { Headers, type SipResponse } from "../../../../src/sip/message/message.js";

function response(headers: [string, string][], status = 401): SipResponse {
  return { kind: "response", status, reason: "", headers: new Headers(headers), body: Buffer.alloc(0) };
}

const www = (value: string): [string, string] => ["WWW-Authenticate", value];

describe("readChallenges", () => {
  it("reads a challenge with odd spacing, case and missing quotes", () => {
    const { usable } = readChallenges(
      response([
        www(
          'digest  REALM = "a, \\"b\\"" ,Nonce=abc==, qop="auth-int, AUTH" , algorithm="sha-256",stale=TRUE,opaque=""',
        ),
      ]),
    );
    expect(usable).toEqual([
      {
        proxy: false,
        realm: 'a, "b"',
        nonce: "abc==",
        opaque: "",
        algorithm: "SHA-256",
        algorithmGiven: true,
        qop: ["auth", "auth-int"],
        stale: true,
      },
    ]);
  });

  it("takes MD5 where no algorithm is named", () => {
    const [challenge] = readChallenges(response([www('Digest realm="r", nonce="n"')])).usable;
    expect(challenge).toMatchObject({ algorithm: "MD5", algorithmGiven: false, qop: [], stale: false });
  });

  it("takes the topmost that it knows of each realm, over lines and within one (RFC 8760 2.4)", () => {
    const challenges = readChallenges(
      response([
        www('Digest realm="r", nonce="1", algorithm=SHA3-512'),
        www(
          'Negotiate, NTLM TlRMTVNTUAAC==, Basic realm="r", Digest realm="r", nonce="2", algorithm=SHA-256, qop="auth"',
        ),
        www('Digest realm="r", nonce="3", algorithm=MD5, qop="auth"'),
        www('Digest realm="other", nonce="4"'),
      ]),
    );
    expect(chooseChallenges(challenges).map(({ nonce }) => nonce)).toEqual(["2", "4"]);
    expect(challenges.passedOver.map(({ scheme, reason }) => `${scheme} ${reason}`)).toEqual([
      "Digest algorithm",
      "Negotiate scheme",
      "NTLM scheme",
      "Basic scheme",
    ]);
  });

  it("puts the kind of challenge first that the status asks for", () => {
    const headers: [string, string][] = [
      www('Digest realm="r", nonce="w"'),
      ["Proxy-Authenticate", 'Digest realm="p", nonce="p"'],
    ];
    const first = (status: number) => chooseChallenges(readChallenges(response(headers, status)))[0];
    expect(first(401)).toMatchObject({ proxy: false, nonce: "w" });
    expect(first(407)).toMatchObject({ proxy: true, nonce: "p" });
  });

  it("passes over what cannot be answered and says why", () => {
    const reason = (value: string) => readChallenges(response([www(value)])).passedOver[0]?.reason;
    expect(reason('Digest nonce="n"')).toBe("no realm");
    expect(reason('Digest realm="r"')).toBe("no nonce");
    expect(reason('Digest realm="r", nonce="n", qop="auth-conf"')).toBe("qop");
    expect(reason('Digest realm="r\u0007", nonce="n"')).toBe("control");
    expect(reason('Digest realm="r, nonce=n')).toBe("malformed");
    expect(reason('realm="r"')).toBe("malformed");
  });
});

describe("writeChallenge", () => {
  it("is read back as it was meant", () => {
    const written = {
      realm: 'a "b" \\',
      nonce: "n",
      opaque: "o",
      algorithm: "SHA-512-256",
      qop: ["auth"],
      stale: true,
    } as const;
    const [read] = readChallenges(response([www(writeChallenge(written))])).usable;
    expect(read).toMatchObject(written);
  });

  it("refuses control characters", () => {
    expect(() => writeChallenge({ realm: "a\r\nb", nonce: "n" })).toThrow(DigestError);
  });
});

describe("parseAuthHeader", () => {
  it("throws nothing but SipParseError and ends, whatever the text", () => {
    const piece = fc.constantFrom(
      "Digest ",
      "Basic ",
      "a=",
      '"',
      "\\",
      ",",
      "=",
      " ",
      "realm",
      "\t",
      "é",
      "abc==",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 5 }))), (parts) => {
        try {
          parseAuthHeader(parts.join(""));
        } catch (error) {
          expect(error).toBeInstanceOf(SipParseError);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("comes to its end with a header that is far too long: work that grows with the square would not", () => {
    expect(() => parseAuthHeader("a ".repeat(400_000))).not.toThrow(RangeError);
    expect(parseAuthHeader(`Digest ${"a=b, ".repeat(200_000)}`)).toHaveLength(1);
  });
});
