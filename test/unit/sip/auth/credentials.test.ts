import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { digestValues } from "../../../../src/sip/auth/credentials.js";
import { Headers } from "../../../../src/sip/message/message.js";

describe("the values of a digest that are kept secret", () => {
  const response = "6629fae49393a05397450978507c4ef1";
  const cnonce = "0a4f113b";
  const credentials = `Digest username="1001", realm="pbx", nonce="n1", uri="sip:pbx.example.com", response="${response}", cnonce="${cnonce}", qop=auth, nc=00000001`;

  it.each(["Authorization", "Proxy-Authorization"])(
    "in %s are the response and the cnonce, also in base64",
    (name) => {
      const headers = new Headers();
      headers.append(name, credentials);
      const values = digestValues(headers).map((secret) => secret.reveal());
      for (const hex of [response, cnonce]) {
        expect(values).toContain(hex);
        expect(values).toContain(Buffer.from(hex, "hex").toString("base64url"));
        expect(values).toContain(Buffer.from(hex, "hex").toString("base64").replaceAll("=", ""));
      }
    },
  );

  it("are none where there are no credentials", () => {
    expect(digestValues(new Headers())).toEqual([]);
  });
});
