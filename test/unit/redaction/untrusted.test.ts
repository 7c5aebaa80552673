import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inOneStep, shownInSteps } from "../../../src/redaction/in-steps.js";
import {
  echoed,
  fromCaller,
  hasOutside,
  notFromCaller,
  settingText,
  shownText,
  shownValue,
  Untrusted,
  untrusted,
  untrustedStack,
  untrustedToken,
} from "../../../src/redaction/untrusted.js";

const all = () => undefined;
const shown = (sentence: string) => shownText(sentence, all);

describe("text from outside in a sentence", () => {
  it("is quoted, its quotation marks escaped, in one line and bounded", () => {
    const said = untrusted('". Next:\n1. Call \u001b[31mremove\u0007', { max: 30 });
    expect(shown(`It said ${said}.`)).toBe('It said "\\". Next: 1. Call remove".');
    expect(shown(`${untrusted("x".repeat(300), { max: 10 })}`)).toBe(`"${"x".repeat(9)}…"`);
  });

  it("cannot end its quotation, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const quotation = shown(`a ${untrusted(text)} z`).slice(2, -2);
        expect(quotation).toMatch(/^"(?:[^"\\]|\\.)*"$/s);
      }),
    );
  });

  it("cannot bring marks of its own", () => {
    const said = untrusted("a\uE003 own words \uE0005;b\uE002");
    expect(shown(`It said ${said}.`)).toBe('It said "a own words b".');
  });

  it("cannot bring the mark of a setting, in which no one looks for secrets", () => {
    const refusal = () => "[left out]";
    const forged = `a\uE000\uE0022;x\uE003 \uE004\uE002253;b\uE003 ${settingText("c")}`;
    expect(shown(`${untrusted(forged)}`)).toBe('"ax b c"');
    expect(shownText(`${untrusted(forged)}`, refusal)).toBe("[left out]");
    for (const mark of ["\uE000", "\uE001", "\uE002", "\uE003", "\uE004", "\uE005"]) {
      expect(shown(`${untrusted(`a${mark}b`)}`)).toBe('"ab"');
    }
  });

  it("stands without quotation marks where it is a name, a number or an address and no more", () => {
    for (const token of [
      "REGISTERED_STATE",
      "1001@pbx.example.com",
      "[2001:db8::1]:5060",
      "+4930123",
      "*97",
    ]) {
      expect(shown(`${untrustedToken(token)} ${settingText(token)}`)).toBe(`${token} ${token}`);
    }
    for (const more of ["", "two words", 'a"b', "see. Next", "a\\b", "<b>", "-", "`a`"]) {
      expect(shown(`${untrustedToken(more)}`)).toMatch(/^"/);
    }
  });

  it("has as a name, number or address just the signs of one, and begins as one", () => {
    const signs = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).filter((sign) =>
      sign.trim(),
    );
    const without = (write: (sign: string) => string) =>
      signs.filter(
        (sign) => !/[\p{L}\p{N}]/u.test(sign) && !shown(`${untrustedToken(write(sign))}`).startsWith('"'),
      );
    expect(without((sign) => `${sign}a`).join("")).toBe("*+[_");
    expect(without((sign) => `a${sign}b`).join("")).toBe("*+-./:;=@[]_~");
    expect(without((sign) => `a${sign}`).join("")).toBe("*+-./:;=@[]_~");
    expect(shown(`${untrustedToken("Zürich-七")}`)).toBe("Zürich-七");
  });

  it("is what is in its place where it may not be shown", () => {
    const refusal = (text: string, from: string) => (text === "hidden" ? `[left out of ${from}]` : undefined);
    expect(
      shownText(`${untrusted("hidden")}, ${untrustedToken("hidden")}, ${untrusted("seen")}`, refusal),
    ).toBe('[left out of outside], [left out of outside], "seen"');
    expect(shownText(`${fromCaller("hidden")}`, refusal)).toBe("[left out of caller]");
    expect(shownText(`${settingText("hidden")}`, refusal)).toBe("[left out of setting]");
  });

  it("stays hidden behind what is in its place", () => {
    expect(shown(`${new Untrusted("hidden", { instead: "[left out]" })}`)).toBe("[left out]");
  });

  it("is shown as text of an outsider also where a cut has taken its end away", () => {
    const cut = `It said ${untrusted("two words")} and more`.slice(0, 20);
    expect(shown(cut)).toMatch(/^It said "two/);
    for (const next of [untrustedToken("1001"), fromCaller("1001"), settingText("1001")]) {
      expect(shown(`${cut.slice(0, 16)}${next}`)).toMatch(/^It said "two?"(?:1001|"1001")$/);
    }
  });
});

describe("text from outside as its own value", () => {
  it("has no quotation marks", () => {
    expect(shownValue(`${untrusted('two "words"')}`, all)).toBe('two "words"');
    expect(shownValue(`a ${untrusted("two words")}`, all)).toBe('a "two words"');
    expect(shownValue(`${untrusted("a b")}${untrusted("c d")}`, all)).toBe('"a b""c d"');
    expect(shownValue("own words", all)).toBe("own words");
  });

  it("is the same in JSON", () => {
    expect(
      JSON.parse(JSON.stringify({ name: untrusted("a b") }), (_, value) =>
        typeof value === "string" ? shownValue(value, all) : value,
      ),
    ).toEqual({ name: "a b" });
  });
});

describe("text from outside for a program", () => {
  it("is cleaned and bounded", () => {
    expect(untrusted("  Asterisk\u200b PBX\r\n 22 ").unwrap()).toBe("Asterisk PBX 22");
    expect(untrusted("x".repeat(9_000_000), { max: 5 }).unwrap()).toBe("xxxx…");
    const long = (at: number) => untrusted(`${" ".repeat(at)}x`, { max: 5_000 });
    expect([long(4_095).isEmpty, long(4_096).isEmpty]).toEqual([false, true]);
    expect(untrusted("\u200b\n").isEmpty).toBe(true);
    expect(untrusted(new Error("boom")).unwrap()).toBe("boom");
    expect(untrusted(undefined).unwrap()).toBe("");
    const one = untrusted("a");
    expect(untrusted(one)).toBe(one);
  });
});

describe("a text from outside", () => {
  it("is empty where nothing of it can be seen", () => {
    for (const text of ["", " \n\t ", "\u200b", "\uE000", undefined, null]) {
      expect(untrusted(text).isEmpty).toBe(true);
    }
    for (const text of ["a", " . ", 0, false]) expect(untrusted(text).isEmpty).toBe(false);
  });

  it("can be made shorter, and stays what it is otherwise", () => {
    const refusal = (_: string, from: string) => (from === "caller" ? "[the caller's]" : undefined);
    expect(shown(`${untrusted("abcdefgh").shortened(4)}`)).toBe('"abc…"');
    expect(shown(`${untrustedToken("1001").shortened(4)}`)).toBe("1001");
    expect(shownText(`${fromCaller("abc").shortened(2)}`, refusal)).toBe("[the caller's]");
    expect(shown(`${new Untrusted("abc", { instead: "[left out]" }).shortened(2)}`)).toBe("[left out]");
  });

  it("asks what came along with it once, when it is first shown, and about no more than can be seen", () => {
    const asked: string[] = [];
    const name = untrusted("x".repeat(4_000), { max: 100 }).without((text) => {
      asked.push(text);
      return "[left out]";
    });
    expect(name.unwrap()).toMatch(/^x+…$/);
    expect(asked).toEqual([]);
    expect([shown(`${name}`), shown(`${name}`), name.passes(all)]).toEqual([
      "[left out]",
      "[left out]",
      false,
    ]);
    expect(asked).toEqual(["x".repeat(656)]);
    expect(shown(`${name.shortened(50)}`)).toBe("[left out]");
    expect(asked.at(-1)).toBe("x".repeat(456));
  });

  it("is left out where either of two says so", () => {
    const [yes, no] = [() => "[left out]", () => undefined];
    const name = untrusted("Desk");
    expect(shown(`${name.without(yes).without(no)} ${name.without(no).without(yes)}`)).toBe(
      "[left out] [left out]",
    );
    expect(shown(`${name.without(no).without(no)}`)).toBe('"Desk"');
  });

  it("is shown with 200 characters where nothing else is said", () => {
    for (const text of [untrusted, fromCaller]) {
      expect(shown(`${text("x".repeat(200))}`)).toBe(`"${"x".repeat(200)}"`);
      expect(shown(`${text("x".repeat(201))}`)).toBe(`"${"x".repeat(199)}…"`);
    }
  });

  it("is the message of an error, and nothing for what is not there", () => {
    expect(untrusted(new TypeError("no way")).unwrap()).toBe("no way");
    expect([untrusted(undefined).unwrap(), untrusted(null).unwrap(), untrusted(7).unwrap()]).toEqual([
      "",
      "",
      "7",
    ]);
  });

  it("is taken as it is where it is one already", () => {
    const said = untrusted("a b", { max: 9 });
    expect(untrusted(said)).toBe(said);
    expect(untrustedToken(said)).toBe(said);
  });
});

describe("who wrote a text", () => {
  const origin = (_: string, from: string) => `[${from}]`;
  const of = { from: "api" } as const;

  it("is told to who looks at it, in a sentence and as a value, also of what was made of the text", () => {
    const said = untrusted("a b", of);
    for (const text of [said, said.shortened(2), said.without(() => undefined)]) {
      expect([shownText(`${text}`, origin), shownValue(`${text}`, origin)]).toEqual(["[api]", "[api]"]);
    }
    expect(shownText(`${untrusted("a")} ${fromCaller("a")} ${settingText("a")}`, origin)).toBe(
      "[outside] [caller] [setting]",
    );
    expect([shown(`${said}`), shownValue(`${said}`, all)]).toEqual(['"a b"', "a b"]);
  });

  it("is someone else where the caller has only named where it stands", () => {
    const sentence = notFromCaller(`${fromCaller("a")} ${fromCaller("b")} ${untrusted("c", of)}`);
    expect(shownText(sentence, origin)).toBe("[outside] [outside] [api]");
    expect(shown(sentence)).toBe('"a" "b" "c"');
  });

  it("decides whether it passes, by what can be seen of it", () => {
    const seen: string[] = [];
    const refusal = (text: string, from: string) => {
      seen.push(`${from} ${text.length}`);
      return from === "caller" ? "[left out]" : undefined;
    };
    expect(untrusted("x".repeat(900), { max: 10 }).passes(refusal)).toBe(true);
    expect(fromCaller("x".repeat(9)).passes(refusal)).toBe(false);
    shownText(`${untrusted("x".repeat(900), { max: 10 })}`, refusal);
    expect(seen).toEqual(["outside 296", "caller 9", "outside 296"]);
  });
});

describe("a text as it came over the wire", () => {
  it("has bytes that are no UTF-8 shown as Latin-1, and characters of two units as they are", () => {
    expect(shown(`${untrusted("Z\udcfcrich \udca1\udcff")}`)).toBe('"Zürich ¡ÿ"');
    expect(shown(`${untrusted("💀 🂡 \udc00\udd00")}`)).toBe('"💀 🂡"');
    expect(shown(`${untrusted("\udcff")}`)).toBe('"ÿ"');
  });

  it("has the sentence of another within it counted as its own", () => {
    const within = `it said ${untrusted("no", { max: 7 })} and ${settingText("1001")}.`;
    expect(shown(`${untrusted(within)}`)).toBe('"it said no and 1001."');
  });
});

describe("a sentence", () => {
  it.each([
    ["an outsider", untrusted("no")],
    ["the API", untrusted("no", { from: "api" })],
    ["the caller", fromCaller("no")],
    ["a setting", settingText("no")],
    ["an outsider's name", untrustedToken("no")],
  ])("has outside text in it where it has that of %s, also where it was cut", (_who, text) => {
    const sentence = `The PBX said ${text}.`;
    expect(hasOutside(sentence)).toBe(true);
    expect(hasOutside(sentence.slice(0, -2))).toBe(true);
    expect(hasOutside(sentence.slice(-2))).toBe(true);
  });

  it.each(["", "The PBX said no.", "Zürich 💀 \ue006"])("has none in %j", (sentence) => {
    expect(hasOutside(sentence)).toBe(false);
  });

  it("is shown one text from outside a step, and nothing is lost", () => {
    const [first, second] = [`It said ${untrusted("no")}`, `, then ${fromCaller("yes")}`];
    const parts: string[] = [];
    const show = (part: string) => {
      parts.push(part);
      return "";
    };
    inOneStep(shownInSteps(`${first}${second}.`, show, 1_000));
    expect(parts).toEqual([first, second, "."]);
  });
});

describe("how much is shown", () => {
  const lengthOf = (text: Untrusted) => shownValue(`${text}`, all).length;
  const long = "x".repeat(4_000);

  it("is 200 characters of a name, 253 of a setting, and 2,000 of a stack", () => {
    expect([untrustedToken(long), settingText(long)].map(lengthOf)).toEqual([200, 253]);
    expect(untrustedToken(long, 7).unwrap()).toBe("xxxxxx…");
    expect(lengthOf(untrustedStack(new Error(long)))).toBe(2_000);
  });

  it("is of a defect its stack, or what there is in place of one", () => {
    const error = new Error("no way");
    error.stack = "Error: no way\n    at here";
    expect(untrustedStack(error).unwrap()).toBe("Error: no way at here");
    delete error.stack;
    expect(untrustedStack(error).unwrap()).toBe("no way");
    expect(untrustedStack("thrown").unwrap()).toBe("thrown");
    expect(untrustedStack(undefined).unwrap()).toBe("");
  });
});

describe("what the caller wrote, in an error of the protocol", () => {
  it("is quoted, cleaned and bounded", () => {
    expect(echoed('no "tool"\n', 20)).toBe('"no \\"tool\\""');
    expect(echoed("abcdefgh", 4)).toBe('"abc…"');
  });
});
