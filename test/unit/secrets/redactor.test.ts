import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/secret.js";
import { createRedactor } from "../../../src/secrets/redactor.js";

function holding(...values: string[]) {
  const redactor = createRedactor();
  for (const value of values) redactor.hold(new Secret(value));
  return redactor;
}

const html = (value: string) =>
  value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
const json = (value: string) => JSON.stringify(value).slice(1, -1);
const jsonAscii = (value: string) =>
  json(value).replace(
    /[^ -~]|[<>&'+]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`,
  );

const ENCODERS: Record<string, (value: string) => string> = {
  "as it is": (value) => value,
  percent: encodeURIComponent,
  "percent, lower case": (value) => encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase()),
  "percent, twice": (value) => encodeURIComponent(encodeURIComponent(value)),
  form: (value) => new URLSearchParams([["", value]]).toString().slice(1),
  json,
  "json, twice": (value) => json(json(value)),
  "json, ASCII only": jsonAscii,
  html,
  "json of html": (value) => json(html(value)),
  "sip quoted-string": (value) => value.replace(/["\\]/g, "\\$&"),
  hex: (value) => Buffer.from(value).toString("hex"),
};

/** A password as people and generators make them: any character, but for halves of surrogate pairs. */
const password = fc
  .oneof(
    fc.string({ unit: "grapheme-ascii", minLength: 4, maxLength: 40 }),
    fc.string({ unit: "grapheme", minLength: 4, maxLength: 20 }),
    fc.string({
      unit: fc.constantFrom("\\", '"', "'", "%", "+", " ", "&", "<", "/", "a"),
      minLength: 4,
      maxLength: 16,
    }),
  )
  .filter((value) => [...value].length >= 4 && !"[secret]".includes(value));

describe("values", () => {
  for (const [name, encode] of Object.entries(ENCODERS)) {
    it(`leaves no held value of four characters or more in a text (${name})`, () => {
      fc.assert(
        fc.property(password, (value) => {
          const redacted = holding(value).redact(`(${encode(value)})`);
          expect(redacted).toBe("([secret])");
        }),
        { numRuns: 300 },
      );
    });
  }

  for (const encoding of ["base64", "base64url"] as const) {
    it(`leaves no held value inside ${encoding}, wherever it stands in what was encoded`, () => {
      const around = fc.uint8Array({ maxLength: 7 });
      fc.assert(
        fc.property(password, around, around, (value, before, after) => {
          const text = Buffer.concat([before, Buffer.from(value), after]).toString(encoding);
          const [head = "", ...rest] = holding(value).redact(text).split("[secret]");
          expect(rest).not.toHaveLength(0);
          // What is left over on either side belongs to the neighbours alone.
          expect(head.length).toBeLessThanOrEqual(Math.floor((before.length * 4) / 3));
          expect(rest.join("").replace(/=/g, "").length).toBeLessThanOrEqual(
            Math.ceil((after.length * 4) / 3),
          );
        }),
        { numRuns: 500, examples: [['""""', Uint8Array.of(0, 0, 0), new Uint8Array()]] },
      );
    });
  }

  it("takes out the beginning of a value that a cut has left", () => {
    const value = 'aBc"& \\ü%9xyz';
    const { redact } = holding(value);
    for (const [name, encode] of Object.entries(ENCODERS)) {
      if (/twice|of html|hex|base64/.test(name)) continue;
      const encoded = encode(value);
      for (let length = 3; length < encoded.length; length += 1) {
        expect(redact(`said ${encoded.slice(0, length)}…`), `${name}, ${length}`).toBe("said [secret]…");
      }
    }
    expect(redact("said aB…")).toBe("said aB…");
    expect(redact('said aBc" and no more')).toBe('said aBc" and no more');
  });

  it("finds base64 that was percent-encoded or escaped in JSON afterwards", () => {
    const value = "\u00ff\u00fe?>~pass\u00fb";
    const encoded = Buffer.from(`user:${value}`).toString("base64");
    expect(encoded).toMatch(/[+/]/);
    for (const text of [
      encodeURIComponent(encoded),
      encoded.replaceAll("/", "\\/").replaceAll("+", "\\u002B"),
    ]) {
      expect(holding(value).redact(text)).toMatch(/^[A-Za-z0-9]{6,7}\[secret\](=|%3D)*$/);
    }
  });

  it("hides the password in a digest's input", () => {
    expect(holding("demo-1001").redact("1001:asterisk:demo-1001")).toBe("1001:asterisk:[secret]");
  });

  it("takes the longest value first where one contains another", () => {
    const redactor = holding("abcd", "abcdefgh");
    expect(redactor.redact("x abcdefgh y abcd z")).toBe("x [secret] y [secret] z");
  });

  it("leaves a text that is redacted already as it is, also where a value is part of the mark", () => {
    const redactor = holding("secret", "hunter22");
    const once = redactor.redact("the secret is hunter22");
    expect(once).toBe("the [secret] is [secret]");
    expect(redactor.redact(once)).toBe(once);
  });

  it("takes two or three characters out only where they stand alone", () => {
    const redactor = holding("1a", "60");
    expect(redactor.redact("password=1a, '60' and \"1a\"")).toBe(
      "password=[secret], '[secret]' and \"[secret]\"",
    );
    const untouched = "10.60.0.1 v1.60 1a2b x-60 5060 60% 60.5 1001a";
    expect(redactor.redact(untouched)).toBe(untouched);
    expect(redactor.redact("It was 60.")).toBe("It was [secret].");
  });

  it("never shreds a text over an empty or one-character value", () => {
    expect(holding("", "e", " ").redact("see the extension")).toBe("see the extension");
  });

  it("takes a very long value out by its ends, and as a whole where it is as it was", () => {
    const value = Array.from({ length: 3_000 }, (_, at) => `k${at}`).join("-");
    const { redact } = holding(value);
    expect(redact(`token ${value}!`)).toBe("token [secret]!");
    expect(redact(`token ${encodeURIComponent(value.slice(0, 1_024))}`)).toBe("token [secret]");
    expect(redact(`token ${Buffer.from(value.slice(-1_024)).toString("hex")}`)).toBe("token [secret]");
  });

  it("leaves everything out where there are more values than a caller has", () => {
    const many = Array.from({ length: 513 }, (_, at) => `number-${at}`);
    expect(holding(...many).redact("fine")).toMatch(/^\[text left out: /);
  });

  it.each([
    ["two signs again and again", "x@".repeat(1_500)],
    ["one letter", "a".repeat(200_000)],
    ["every sign that an expression could take for its own", "(a+)+$[^]{1,9}\\b".repeat(200)],
  ])("finds a long value of %s", (_name, value) => {
    expect(holding(value).redact(`<${value}>`)).not.toContain(value.slice(0, 64));
  });

  it("hides a value until every hold on it has been released", () => {
    const redactor = createRedactor();
    const first = redactor.hold(new Secret("hunter22"));
    const second = redactor.hold(new Secret("hunter22"));
    first();
    first();
    expect(redactor.redact("hunter22")).toBe("[secret]");
    second();
    expect(redactor.redact("hunter22")).toBe("hunter22");
  });

  it("stays quick on a long run of backslashes and on a large text", () => {
    const values = Array.from({ length: 20 }, (_, at) => `pass-${at}-${"\\".repeat(at)}"x`);
    const redactor = holding(...values, '\\\\"\\\\"\\\\z');
    const started = performance.now();
    redactor.redact("\\".repeat(2_000));
    redactor.redact("An agent answers on its extension. ".repeat(3_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("plain data", () => {
  it("hides fields that name a secret and leaves what merely sounds so", () => {
    const data = {
      password: "x",
      client_secret: "y",
      Authorization: "Digest …",
      ha1: "0a",
      response: "0b",
      nonce: 7,
      passwordSecret: "OFFICE_PBX",
      hasPassword: true,
      password2: null,
      port: 5060,
    };
    expect(createRedactor().redactDeep(data)).toEqual({
      ...data,
      password: "[secret]",
      client_secret: "[secret]",
      Authorization: "[secret]",
      ha1: "[secret]",
      response: "[secret]",
      nonce: "[secret]",
    });
  });

  it("keeps a flag or a null under a secret's name: it only says whether there is one", () => {
    expect(createRedactor().redactDeep({ password: true, token: null })).toEqual({
      password: true,
      token: null,
    });
  });

  it("redacts values, errors, maps, sets, URLs and secrets at every depth", () => {
    const redactor = holding("hunter22");
    const copied = redactor.redactDeep({
      list: ["hunter22", { key: 1 }],
      error: new TypeError("bad hunter22"),
      map: new Map([["a", "hunter22"]]),
      set: new Set(["hunter22"]),
      url: new URL("https://u:hunter22@host/"),
      wrapped: new Secret("other"),
      bytes: Buffer.from("hunter22"),
    });
    expect(copied).toEqual({
      list: ["[secret]", { key: 1 }],
      error: { name: "TypeError", message: "bad [secret]" },
      map: { a: "[secret]" },
      set: ["[secret]"],
      url: "https://u:[secret]@host/",
      wrapped: "[secret]",
      bytes: "[binary]",
    });
    expect(JSON.stringify(copied)).not.toContain("hunter22");
  });

  it("leaves keys as they are, since they are this program's own words", () => {
    expect(holding("outcome").redactDeep({ outcome: 1, text: "the outcome" })).toEqual({
      outcome: 1,
      text: "the [secret]",
    });
  });

  it("does not touch what it is given and keeps plain data equal where nothing is secret", () => {
    const frozen = Object.freeze({ a: Object.freeze([1, "two", undefined, true]), at: new Date(0) });
    expect(createRedactor().redactDeep(frozen)).toEqual(frozen);
  });

  it("cuts cycles, depth and size", () => {
    const cyclic: Record<string, unknown> = { name: "x" };
    cyclic.self = cyclic;
    const redactor = createRedactor();
    expect(redactor.redactDeep(cyclic)).toEqual({ name: "x", self: "[circular]" });
    let deep: unknown = "end";
    for (let level = 0; level < 10_000; level += 1) deep = [deep];
    expect(JSON.stringify(redactor.redactDeep(deep))).toContain("[cut]");
    const wide = redactor.redactDeep(Array.from({ length: 100_000 }, () => ({})));
    expect(wide.length).toBeLessThanOrEqual(20_000);
  });
});

describe("a value that is shown anyway", () => {
  it("is not held, since its absence would tell what it is", () => {
    const redactor = createRedactor();
    const release = redactor.hold(new Secret("1001"), ["pbx.example.com", "1001", undefined]);
    expect(redactor.redact("1001@pbx.example.com")).toBe("1001@pbx.example.com");
    release();
    redactor.hold(new Secret("1001"), ["10010"]);
    expect(redactor.redact("1001@pbx.example.com")).toBe("[secret]@pbx.example.com");
  });
});
