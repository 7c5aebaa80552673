import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  echoed,
  fromCaller,
  settingText,
  shownText,
  shownValue,
  Untrusted,
  untrusted,
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

  it("cannot bring the mark of a setting, in which nobody looks for secrets", () => {
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
      expect(shown(`${untrustedToken(token)}`)).toBe(token);
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

  it("is what stands in its place where it may not be shown", () => {
    const refusal = (text: string, from: string) => (text === "hidden" ? `[left out of ${from}]` : undefined);
    expect(
      shownText(`${untrusted("hidden")}, ${untrustedToken("hidden")}, ${untrusted("seen")}`, refusal),
    ).toBe('[left out of outside], [left out of outside], "seen"');
    expect(shownText(`${fromCaller("hidden")}`, refusal)).toBe("[left out of caller]");
    expect(shownText(`${settingText("hidden")}`, refusal)).toBe("[left out of setting]");
  });

  it("stays hidden behind what stands in its place", () => {
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

describe("text from outside as a value of its own", () => {
  it("has no quotation marks", () => {
    expect(shownValue(`${untrusted('two "words"')}`, all)).toBe('two "words"');
    expect(shownValue(`a ${untrusted("two words")}`, all)).toBe('a "two words"');
    expect(shownValue(`${untrusted("a b")}${untrusted("c d")}`, all)).toBe('"a b""c d"');
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

describe("what the caller wrote, in an error of the protocol", () => {
  it("is quoted, cleaned and bounded", () => {
    expect(echoed('no "tool"\n', 20)).toBe('"no \\"tool\\""');
    expect(echoed("abcdefgh", 4)).toBe('"abc…"');
  });
});
