import { createHmac } from "node:crypto";
import { format, inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";

const VALUE = "correct horse";
const secret = new Secret(VALUE);

describe("a secret", () => {
  it.each([
    ["in a template", `${secret}`],
    ["as JSON", JSON.stringify({ password: secret })],
    ["inspected", inspect({ password: secret }, { depth: 9, showHidden: true })],
    ["formatted for a console", format("%s %o %O %j", secret, secret, secret, secret)],
    ["in an error", inspect(Object.assign(new Error("refused"), { password: secret }))],
  ])("is not shown %s", (_how, text) => {
    expect(text).toContain("[secret]");
    expect(text).not.toContain(VALUE);
  });

  it("has no field with its value", () => {
    expect(Reflect.ownKeys(secret)).toEqual([]);
    expect({ ...secret }).toEqual({});
  });

  it("gives its value to who asks for it", () => {
    expect(secret.reveal()).toBe(VALUE);
  });

  it("equals another of the same value, and no other", () => {
    expect(secret.equals(new Secret(VALUE))).toBe(true);
    for (const other of ["", VALUE.slice(0, -1), `${VALUE} `, VALUE.toUpperCase()]) {
      expect(secret.equals(new Secret(other))).toBe(false);
    }
  });

  it("is known again by its fingerprint under one key, and not under another", () => {
    const key = Buffer.alloc(32, 7);
    expect(secret.fingerprint(key)).toBe(createHmac("sha256", key).update(VALUE).digest("hex"));
    expect(secret.fingerprint(Buffer.alloc(32, 8))).not.toBe(secret.fingerprint(key));
  });

  it("signs a text with its value as the key", () => {
    expect(secret.sign("text")).toBe(createHmac("sha256", VALUE).update("text").digest("hex"));
  });

  it("in hexadecimal has both forms of base64, without padding", () => {
    const forms = (value: string) => new Secret(value).inBase64().map((form) => form.reveal());
    expect(forms("fbff")).toEqual(["+/8", "-_8"]);
    // Where the alphabets do not differ there is one form.
    expect(forms("00")).toEqual(["AA"]);
    expect(forms("")).toEqual([]);
    expect(forms("not hexadecimal")).toEqual([]);
  });
});
