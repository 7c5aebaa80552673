import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JoinedWords } from "../../../src/redaction/joined-words.js";
import { SecretSearch } from "../../../src/redaction/secret-search.js";

const free = (secret: string, text: string, known: string[]) =>
  new SecretSearch([{ value: secret }], { known }).isFree(text);

describe("what others make of the caller's words", () => {
  it.each([
    ["user and host", "Sommer@2024", "sip:sommer@2024.example.com is taken", ["sommer", "2024.example.com"]],
    ["a part of them", "anna@geheim", "anna@geheim.example.com:5060", ["anna", "geheim.example.com", "5060"]],
    ["host and port", "le.com:5099", "tom.example.com:5099 does not answer", ["tom.example.com", "5099"]],
    ["a short host between", "x1@pbx:5060", "x1@pbx:5060", ["5060", "pbx", "x1"]],
    ["words with a blank", "4829 1300", "user 4829 1300", ["4829", "1300"]],
    ["words with nothing", "482913", "did 482913", ["2913", "48"]],
    ["words with a slash", "4829/1300", "4829/1300", ["4829", "1300"]],
    ["a secret of six", "a1@b2c", "a1@b2c.example.com", ["a1", "b2c.example.com"]],
    ["a secret of five", "48@29", "it is 48@29", ["48", "29"]],
    ["an encoded word", "Sommer@2024", "Som%6der@2024.example.com", ["Som%6der", "2024.example.com"]],
    ["an address", "sip:1001", "sip:1001@pbx.example.com", ["1001", "pbx.example.com"]],
    ["a default port", "le.com:5060", "pbx.example.com:5060", ["pbx.example.com"]],
    ["it encoded", "Sommer@2024", "sommer%402024.example.com", ["sommer", "2024.example.com"]],
  ])("is not looked for: %s", (_what, secret, text, known) => {
    expect(free(secret, text, [])).toBe(false);
    expect(free(secret, text, known)).toBe(true);
  });

  it("is not looked for beside a setting that is shown anyway", () => {
    const secret = { value: "Sommer@2024", shown: ["2024.example.com"] };
    const said = "sommer@2024.example.com";
    expect(new SecretSearch([secret], { known: ["sommer"] }).isFree(said)).toBe(true);
    expect(new SecretSearch([secret], { known: ["winter"] }).isFree(said)).toBe(false);
  });

  it.each([
    ["of one word alone", "Sommer@2024", "sommer@2024.example.com", ["sommer"]],
    ["with something else between", "sommer-2024", "sommer-2024", ["sommer", "2024.example.com"]],
    ["beyond them", "Sommer@2024-rocket", "Sommer@2024-rocket", ["sommer", "2024.example.com"]],
    ["of their middles", "omme@024.e", "omme@024.e", ["sommer", "2024.example.com"]],
    ["of many short ones", "10110100", "10110100", ["1", "0"]],
  ])("is looked for where it is %s", (_what, secret, text, known) => {
    expect(free(secret, text, known)).toBe(false);
  });

  it("is made of an end, a whole word at most, and a beginning", () => {
    const words = fc.array(fc.stringMatching(/^[a-c1-3.]{1,9}$/), { minLength: 3, maxLength: 3 });
    const separator = fc.constantFrom("", "@", ":", "/", ",");
    fc.assert(
      fc.property(words, separator, separator, fc.nat(20), (known, one, other, from) => {
        const joined = new JoinedWords();
        for (const word of known) joined.add(word);
        const [first = "", second = "", third = ""] = known;
        const pair = `${first}${one}${second}`;
        const start = Math.min(from, first.length);
        const part = pair.slice(start, start + 6);
        expect(joined.canMake(part) || first.includes(part) || second.includes(part)).toBe(true);
        if (second.length <= 4 && first.length >= 1 && third.length >= 6) {
          expect(joined.canMake(`${first.slice(-1)}${one}${second}${other}${third}`.slice(0, 6))).toBe(true);
        }
        expect(joined.canMake("x".repeat(6))).toBe(false);
      }),
    );
  });
});
