import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inOneStep } from "../../../src/redaction/in-steps.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";
import { LEFT_OUT, NOT_CHECKED } from "../../../src/redaction/secret-search.js";
import { fromCaller, settingText, untrusted, untrustedToken } from "../../../src/redaction/untrusted.js";
import { holding } from "../../support/holding.js";

describe("own words", () => {
  it("are never changed, whatever is held", () => {
    const own = 'Not registered: the outcome is "failed". Next: wrong password, udp port 5060 of acme.';
    expect(
      holding("password", "outcome", "registered", "udp", "wrong", "acme", "5060", own).redact(own),
    ).toBe(own);
  });

  it("are never changed in data either: keys, ids, enums and settings", () => {
    const data = {
      outcome: "registered",
      transport: "udp",
      findings: [{ id: "platform-wrong-credentials" }],
    };
    expect(holding("outcome", "registered", "udp", "wrong", "platform").redactDeep(data)).toEqual(data);
  });

  it("stay as they are around any text from outside", () => {
    const words = fc.string({ unit: fc.constantFrom(..."abc 019.:,()-") });
    fc.assert(
      fc.property(
        words,
        fc.string(),
        words,
        fc.string({ minLength: 1, maxLength: 40 }),
        (before, said, after, secret) => {
          const shown = holding(secret).redact(`${before}${untrusted(said)}${after}`);
          expect(shown.startsWith(before)).toBe(true);
          expect(shown.endsWith(after)).toBe(true);
        },
      ),
    );
  });
});

describe("text from outside", () => {
  it("is shown in quotation marks where nothing of a secret is in it", () => {
    expect(holding("hunter2-moose").redact(`The PBX said ${untrusted('no "way"')}.`)).toBe(
      'The PBX said "no \\"way\\"".',
    );
  });

  it("is left out where a part of a secret is in it, and the sentence stays", () => {
    expect(holding("hunter2-moose").redact(`The PBX said ${untrusted("it was hunter2")}, twice.`)).toBe(
      `The PBX said ${LEFT_OUT}, twice.`,
    );
  });

  it("never comes out with a secret in it, in a sentence or in data", () => {
    const secret = fc
      .string({ unit: "grapheme-ascii", minLength: 8, maxLength: 40 })
      .filter((text) => !/\s/.test(text));
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        const said = untrusted(`${before}${value}${after}`, { max: 500 });
        const redactor = holding(value);
        expect(redactor.redact(`it said ${said}`)).toBe(`it said ${LEFT_OUT}`);
        expect(redactor.redactDeep({ said, list: [`${said}`] })).toEqual({
          said: LEFT_OUT,
          list: [LEFT_OUT],
        });
      }),
    );
  });

  it("is looked at as it came, also behind what is shown of it", () => {
    const said = untrusted(`${"x".repeat(190)}hunter2-moose`, { max: 20 });
    expect(holding("hunter2-moose").redact(`${said}`)).toBe(LEFT_OUT);
  });

  it("is looked at too where a cut has taken its end away, with whatever it is shown", () => {
    const redactor = holding("hunter2-moose");
    const cut = `It said ${untrusted("hunter2-moose")}`.slice(0, -2);
    const value = `${untrusted("hunter2-moose")}`.slice(0, -2);
    expect(redactor.redact(cut)).toBe(`It said ${LEFT_OUT}`);
    expect(inOneStep(redactor.redactSteps(cut, 100))).toBe(`It said ${LEFT_OUT}`);
    expect(redactor.redactDeep({ cut, value, [value]: 1 })).toEqual({
      cut: `It said ${LEFT_OUT}`,
      value: LEFT_OUT,
      [LEFT_OUT]: 1,
    });
    expect(inOneStep(redactor.redactDeepSteps([cut, value], 20_000)).copy).toEqual([
      `It said ${LEFT_OUT}`,
      LEFT_OUT,
    ]);
  });

  it("is left out where there are more secrets than a caller has", () => {
    const many = Array.from({ length: 4_097 }, (_, at) => `number-${at}`);
    expect(holding(...many).redact(`${untrusted("fine")} and own`)).toMatch(
      /^\[text left out: .*\] and own$/,
    );
  });

  it("is left out where it could not be looked at", () => {
    const broken = {
      ...createRedactor(),
      search: () => {
        throw new Error("no");
      },
    };
    expect(createRedactor({ base: broken }).redact(`${untrusted("fine")}`)).toBe(NOT_CHECKED);
  });

  it("is looked for as long as its secret is held", () => {
    const redactor = createRedactor();
    const first = redactor.hold(new Secret("hunter2-moose"));
    const second = redactor.hold(new Secret("hunter2-moose"));
    const said = `${untrusted("hunter2-moose")}`;
    first();
    first();
    expect(redactor.redact(said)).toBe(LEFT_OUT);
    second();
    expect(redactor.redact(said)).toBe('"hunter2-moose"');
  });

  it("is looked for in what a base holds too, also where that changes later", () => {
    const base = createRedactor();
    const redactor = createRedactor({ base });
    const said = `${untrusted("hunter2-moose")}`;
    expect(redactor.redact(said)).toBe('"hunter2-moose"');
    const release = base.hold(new Secret("hunter2-moose"));
    expect(redactor.redact(said)).toBe(LEFT_OUT);
    release();
    expect(redactor.redact(said)).toBe('"hunter2-moose"');
  });
});

describe("the caller's own words", () => {
  it("are quoted and never looked at: they tell nothing that the caller does not know", () => {
    expect(holding("hunter2-moose").redact(`no ${fromCaller("hunter2-moose")}`)).toBe('no "hunter2-moose"');
  });

  it("are not looked for in what others repeat of them, which would tell who guesses that the guess is right", () => {
    const guessed = createRedactor({ known: ["hunter2"] });
    guessed.hold(new Secret("hunter2-moose"));
    expect(guessed.redact(`${untrusted("hunter2 is wrong")}`)).toBe('"hunter2 is wrong"');
    expect(guessed.redact(`${untrusted("it is hunter2-moose")}`)).toBe(LEFT_OUT);
  });

  it("are known in every form in which they may be written", () => {
    for (const word of ["1001-zz9", "hunter2-moose"]) {
      const known = createRedactor({ known: [Buffer.from(word).toString("base64"), "HUNTER2-MOOSE"] });
      known.hold(new Secret(word));
      expect(known.redact(`${untrusted(`it is ${word}`)}`)).toBe(`"it is ${word}"`);
    }
  });
});

describe("a setting", () => {
  it("is never changed, whatever is held, and whoever gave it", () => {
    const given = holding("hunter2-moose", "1001");
    const redactor = createRedactor({ base: given, given });
    for (const setting of ["1001", "hunter2-moose", "pbx.hunter2-moose.example"]) {
      expect(redactor.redact(`user ${settingText(setting)}, ${fromCaller(setting)}`)).toBe(
        `user ${setting}, ${LEFT_OUT}`,
      );
      expect(redactor.redactDeep({ user: settingText(setting) })).toEqual({ user: setting });
    }
  });

  it("is text from outside where the API has written what no setting can be", () => {
    const transport = untrustedToken("hunter2-moose", 64);
    expect(holding("hunter2-moose").redact(`${settingText(transport)}`)).toBe(LEFT_OUT);
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

  it("redacts text from outside, errors, maps, sets, URLs and secrets at every depth", () => {
    const redactor = holding("hunter22");
    const said = untrustedToken("hunter22");
    const copied = redactor.redactDeep({
      list: [said, { key: 1 }],
      error: new TypeError("bad hunter22"),
      map: new Map([["a", said]]),
      set: new Set([`${said}`]),
      url: new URL("https://u:hunter22@host/"),
      wrapped: new Secret("other"),
      bytes: Buffer.from("hunter22"),
    });
    expect(copied).toEqual({
      list: [LEFT_OUT, { key: 1 }],
      error: { name: "TypeError", message: LEFT_OUT },
      map: { a: LEFT_OUT },
      set: [LEFT_OUT],
      url: "https://host/",
      wrapped: "[secret]",
      bytes: "[binary]",
    });
    expect(JSON.stringify(copied)).not.toContain("hunter22");
  });

  it("does not touch what it is given and keeps plain data equal where nothing is secret", () => {
    const frozen = Object.freeze({ a: Object.freeze([1, "two", undefined, true]), at: new Date(0) });
    expect(createRedactor().redactDeep(frozen)).toEqual(frozen);
  });

  it.each([0, 7.5, 7n, true, false, null, undefined, ""])("may be the single value %s", (value) => {
    expect(createRedactor().redactDeep(value)).toBe(value);
    expect(createRedactor().redactDeep([value])).toEqual([value]);
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

describe("a value in which several have a say", () => {
  it("has the words of each in quotation marks, wherever they are", () => {
    const [first, second] = [untrusted("a b"), untrusted("c d")];
    const values = [
      `${first}`,
      `${first} said ${second}`,
      `${first}${second}`,
      `say ${first}`,
      `${first} said`,
    ];
    expect(createRedactor().redactDeep(values)).toEqual([
      "a b",
      '"a b" said "c d"',
      '"a b""c d"',
      'say "a b"',
      '"a b" said',
    ]);
  });
});

describe("what the API wrote", () => {
  it("is looked at as any other text from outside, or by the redactor that is there for it", () => {
    const of = (text: string) => `${untrusted(text, { from: "api" })}`;
    const ofApi = holding("hunter2-moose");
    for (const redactor of [holding("hunter2-moose"), createRedactor({ ofApi })]) {
      expect(redactor.redact(of("hunter2-moose"))).toBe(LEFT_OUT);
      expect(redactor.redact(of("fine"))).toBe('"fine"');
    }
    const apart = createRedactor({ base: holding("tr0ub4dor"), ofApi });
    expect(apart.redact(of("tr0ub4dor"))).toBe('"tr0ub4dor"');
    expect(apart.redact(`${untrusted("hunter2-moose")}`)).toBe('"hunter2-moose"');
  });
});

describe("a value that is shown anyway", () => {
  it("is not looked for, since its absence would tell what it is", () => {
    const said = `${untrusted("1001 at pbx.example.com")}`;
    const redactor = createRedactor();
    const release = redactor.hold(new Secret("1001"), ["pbx.example.com", "1001", undefined]);
    expect(redactor.redact(said)).toBe('"1001 at pbx.example.com"');
    release();
    redactor.hold(new Secret("1001"), ["10010"]);
    expect(redactor.redact(said)).toBe(LEFT_OUT);
  });

  it("hides what else there is of the secret", () => {
    const redactor = createRedactor();
    redactor.hold(new Secret("office-2024-moose"), ["office-2024"]);
    expect(redactor.redact(`${untrusted("user office-2024")}`)).toBe('"user office-2024"');
    expect(redactor.redact(`${untrusted("near 24-moose")}`)).toBe(LEFT_OUT);
  });

  it("counts only for its own secret", () => {
    const redactor = createRedactor();
    redactor.hold(new Secret("hunter2-moose"), ["office-2024"]);
    redactor.hold(new Secret("office-2024"));
    expect(redactor.redact(`${untrusted("user office-2024")}`)).toBe(LEFT_OUT);
  });
});
