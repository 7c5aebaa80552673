import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { inOneStep, NO_ROOM } from "../../../src/redaction/in-steps.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";
import { LEFT_OUT, NOT_CHECKED } from "../../../src/redaction/secret-search.js";
import { fromCaller, settingText, untrusted, untrustedToken } from "../../../src/redaction/untrusted.js";

function holding(...values: string[]) {
  const redactor = createRedactor();
  for (const value of values) redactor.hold(new Secret(value));
  return redactor;
}

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
  it("has the words of each in quotation marks, wherever they stand", () => {
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

describe("the bounds of a copy", () => {
  const nested = (levels: number) => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`) as unknown;
  const written = (value: unknown) => JSON.stringify(createRedactor().redactDeep(value));

  it("are 32 levels", () => {
    expect(written(nested(32))).toBe(JSON.stringify(nested(32)));
    expect(written(nested(33))).toContain("[cut]");
  });

  it("are 20,000 objects and lists in all", () => {
    const values = (count: number) =>
      Array.from({ length: 4 }, () => Array.from({ length: count }, () => ({})));
    // Four lists of so many, and the list that holds them.
    expect(written(values(4_998))).not.toContain("[cut]");
    expect(written(values(4_999))).toContain("[cut]");
    const inTwo = (count: number) => [
      Array.from({ length: 9_999 }, () => ({})),
      Array.from({ length: count }, () => ({})),
    ];
    expect(written(inTwo(9_998))).not.toContain("[cut]");
    expect(written(inTwo(9_999))).toContain("[cut]");
  });

  it("are 20,000 items of a list, of a set, of a map and of an object", () => {
    const keys = Array.from({ length: 20_001 }, (_, at) => `k${at}`);
    const pairs = keys.map((key): [string, number] => [key, 1]);
    const sizeOf = (value: unknown) => Object.keys(createRedactor().redactDeep(value) as object).length;
    for (const value of [keys, new Set(keys), new Map(pairs), Object.fromEntries(pairs)]) {
      expect(sizeOf(value)).toBe(20_000);
    }
  });

  it("leave out what is no data", () => {
    expect(createRedactor().redactDeep({ run: () => "x", sign: Symbol("hunter22"), n: 1 })).toEqual({ n: 1 });
    expect(createRedactor().redactDeep([Symbol("x")])).toEqual([undefined]);
    expect(createRedactor().redactDeep([() => "x"])).toEqual([undefined]);
  });

  it("leave a field that names a secret without one as it is", () => {
    const copied = createRedactor().redactDeep({ password: undefined, token: null, secret: false });
    expect(copied).toStrictEqual({ password: undefined, token: null, secret: false });
  });
});

describe("an answer with a bound", () => {
  const copied = <T>(value: T, room: number) =>
    inOneStep(holding("hunter2-moose").redactDeepSteps(value, room));
  /** Of its room a copy keeps so much for what is no list. */
  const RESERVE = 10_000;

  it("has as many items of a list as there is room for, each with four characters besides its text", () => {
    const items = Array.from({ length: 15 }, () => "abcdef");
    const list = (room: number) => copied(items, RESERVE + 4 + room);
    expect(list(100)).toEqual({ copy: items.slice(0, 10), leftOut: 5 });
    expect(list(101)).toEqual({ copy: items.slice(0, 11), leftOut: 4 });
    expect(list(141)).toEqual({ copy: items, leftOut: 0 });
    expect(list(0)).toEqual({ copy: [], leftOut: 15 });
  });

  it("counts the keys of objects, and outside texts as they are shown", () => {
    const keyed = Array.from({ length: 20 }, () => ({ abc: 1 }));
    // An object and its number are four each, the key three.
    expect(copied(keyed, RESERVE + 4 + 110)).toEqual({ copy: keyed.slice(0, 10), leftOut: 10 });
    const said = Array.from({ length: 20 }, () => untrusted("x".repeat(96), { max: 46 }));
    expect(copied(said, RESERVE + 4 + 500)).toEqual({
      copy: Array.from({ length: 10 }, () => `${"x".repeat(45)}…`),
      leftOut: 10,
    });
    expect(copied(new Set(keyed), RESERVE + 4 + 110).leftOut).toBe(10);
  });

  it("keeps its shape: without room, outside texts alone are left out of it, each told", () => {
    const own = "o".repeat(100);
    const value = { a: own, b: untrusted("said"), c: own, d: `it said ${untrusted("so")}`, e: 1 };
    // Up to the text of b: the object, two values, two keys, and the text of a.
    const before = 4 + 2 * 4 + 2 + 100;
    expect(copied(value, before)).toEqual({ copy: { ...value, b: NO_ROOM, d: NO_ROOM }, leftOut: 2 });
    expect(copied(value, before + 1)).toEqual({
      copy: { ...value, b: "said", d: NO_ROOM },
      leftOut: 1,
    });
    expect(copied(value, RESERVE)).toEqual({
      copy: { ...value, b: "said", d: 'it said "so"' },
      leftOut: 0,
    });
  });

  it("cuts between the outside texts of one value, which counts once", () => {
    const several = ["one", "two", "three"].map((text) => `${untrusted(text)}`).join(" ");
    expect(copied([several, "own"], RESERVE + 100)).toEqual({
      copy: ['"one" "two" "three"', "own"],
      leftOut: 0,
    });
    expect(copied({ several }, 4 + 4 + 7 + 5)).toEqual({ copy: { several: `"one"${NO_ROOM}` }, leftOut: 1 });
    expect(copied({ several }, 4 + 4 + 7 + 6)).toEqual({
      copy: { several: `"one" "two"${NO_ROOM}` },
      leftOut: 1,
    });
  });

  it("hides what the others hide", () => {
    const value = { said: untrusted("hunter2-moose"), password: "x", n: 1 };
    expect(copied(value, RESERVE).copy).toEqual({ said: LEFT_OUT, password: "[secret]", n: 1 });
  });

  it("is cut in a sentence too, behind the outside text that takes the last of the room", () => {
    const redactor = holding("hunter2-moose");
    const sentence = `a ${untrusted("b")} c ${untrusted("hunter2-moose")} d ${untrusted("e")} f`;
    const shown = (room: number) => inOneStep(redactor.redactSteps(sentence, room));
    expect(shown(5)).toBe(`a "b"${NO_ROOM}`);
    expect(shown(6)).toBe(`a "b" c ${LEFT_OUT}${NO_ROOM}`);
    expect(shown(1_000)).toBe(`a "b" c ${LEFT_OUT} d "e" f`);
    expect(inOneStep(redactor.redactSteps("own words alone", 0))).toBe("own words alone");
  });

  it("is made one outside text a step", () => {
    const words = Array.from({ length: 7 }, (_, at) => `${untrusted(`said ${at}`)}.`).join("");
    for (const steps of [
      createRedactor().redactSteps(words, 1_000),
      createRedactor().redactDeepSteps([words], 20_000),
    ]) {
      let count = 0;
      while (steps.next().done !== true) count += 1;
      // The last is the full stop behind them.
      expect(count).toBe(8);
    }
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

describe("a text that is told again", () => {
  it("is looked at once until something else is held, for up to 256 texts", () => {
    const redactor = holding("hunter2-moose");
    const isFree = vi.spyOn(redactor.search(), "isFree");
    const looks = (text: string) => {
      isFree.mockClear();
      const refusals = [redactor.refusal(text), redactor.refusal(text)];
      expect(refusals[1]).toBe(refusals[0]);
      return isFree.mock.calls.length;
    };
    expect(looks("it is hunter2-moose")).toBe(1);
    expect(looks("it is hunter2-moose")).toBe(0);
    for (let at = 1; at < 256; at += 1) expect(looks(`text ${at}`)).toBe(1);
    expect(looks("one more")).toBe(2);
    expect(looks("text 255")).toBe(0);
    redactor.hold(new Secret("tr0ub4dor"));
    expect(looks("one more")).toBe(1);
  });
});

describe("a redactor over another", () => {
  it("looks for what that one holds in the place of what it held", () => {
    const base = createRedactor();
    const redactor = createRedactor({ base });
    const release = base.hold(new Secret("hunter2-moose"));
    expect(redactor.refusal("hunter2-moose")).toBe(LEFT_OUT);
    release();
    base.hold(new Secret("tr0ub4dor"));
    expect(redactor.refusal("tr0ub4dor")).toBe(LEFT_OUT);
    expect(redactor.refusal("hunter2-moose")).toBeUndefined();
  });

  it("looks for what is held since it last looked, whichever of them holds it", () => {
    const base = createRedactor();
    const redactor = createRedactor({ base });
    const said = (text: string) => redactor.redact(`${untrusted(text)}`);
    expect(said("hunter2-moose")).toBe('"hunter2-moose"');
    // One is released, and another is held: as many changes below as above.
    const release = base.hold(new Secret("tr0ub4dor"));
    expect(said("tr0ub4dor")).toBe(LEFT_OUT);
    redactor.hold(new Secret("hunter2-moose"));
    release();
    expect(said("hunter2-moose")).toBe(LEFT_OUT);
    expect(said("tr0ub4dor")).toBe('"tr0ub4dor"');
  });

  it("makes one search for all that is looked at before a change", () => {
    const base = createRedactor();
    const redactor = createRedactor({ base });
    const seen = [redactor.search()];
    const release = base.hold(new Secret("hunter2-moose"));
    seen.push(redactor.search());
    redactor.hold(new Secret("tr0ub4dor"));
    seen.push(redactor.search());
    release();
    seen.push(redactor.search());
    release();
    // What is held besides is added to the one that has been made.
    expect(new Set(seen)).toEqual(new Set([seen[0], seen[1], seen[3]]));
    expect(new Set(seen).size).toBe(3);
    expect(redactor.search()).toBe(seen[3]);
    expect(base.search()).toBe(base.search());
  });

  it("finds what is held after it has looked, in either, however much was held before", () => {
    const base = createRedactor();
    const redactor = createRedactor({ base, known: ["a guess"] });
    const values = Array.from({ length: 40 }, (_, at) =>
      createHash("md5").update(`${at}`).digest("hex").slice(0, 12),
    );
    for (const [at, value] of values.entries()) {
      expect(redactor.refusal(value), value).toBeUndefined();
      [base, redactor][at % 2]?.hold(new Secret(value));
      for (const held of values.slice(0, at + 1)) expect(redactor.refusal(held), held).toBe(LEFT_OUT);
    }
  });

  it("is none the worse for a value that is held once more, and holds it until the last release", () => {
    const redactor = createRedactor();
    const releases = [1, 2].map(() => redactor.hold(new Secret("hunter2-moose"), ["a setting"]));
    const search = redactor.search();
    redactor.hold(new Secret("hunter2-moose"), ["a setting"])();
    expect(redactor.search()).toBe(search);
    expect(search.size).toBe(1);
    releases[0]?.();
    releases[0]?.();
    expect(redactor.refusal("hunter2-moose")).toBe(LEFT_OUT);
    releases[1]?.();
    expect(redactor.refusal("hunter2-moose")).toBeUndefined();
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

  it("counts for its own secret alone", () => {
    const redactor = createRedactor();
    redactor.hold(new Secret("hunter2-moose"), ["office-2024"]);
    redactor.hold(new Secret("office-2024"));
    expect(redactor.redact(`${untrusted("user office-2024")}`)).toBe(LEFT_OUT);
  });
});
