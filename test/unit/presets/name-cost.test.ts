import { describe, expect, it } from "vitest";
import { resolve } from "../../../src/presets/resolve.js";

/** Whatever is asked for as a name costs about the same: letters and items of lists that are looked at are counted. */

function looksAt(text: string): number {
  const { charCodeAt } = String.prototype;
  const { includes } = Array.prototype;
  let count = 0;
  String.prototype.charCodeAt = function (at) {
    count += 1;
    return charCodeAt.call(this, at);
  };
  Array.prototype.includes = function (...given: Parameters<typeof includes>) {
    count += this.length;
    return includes.apply(this, given);
  };
  try {
    resolve(text);
  } finally {
    String.prototype.charCodeAt = charCodeAt;
    Array.prototype.includes = includes;
  }
  return count;
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyz".split("").join(" ");

describe("a name that is looked for", () => {
  it.each([
    ["of single letters", "r o d m o x r x q z t c h y k b l w n p z z x r c b d i x u k p k t y y g m k k"],
    ["of all letters", `${ALPHABET} ${ALPHABET}`],
    ["of letters that begin many", "s i p t r u n k ".repeat(6)],
    [
      "of misspelt names",
      "freepbxx asteriks fritzbx 3cxx yeastr starfce placetell sipgte vodafne unifi talkk ",
    ],
    ["of names", "3cx freepbx yeastar "],
    ["of makers", "sangoma cisco avaya mitel twilio unify "],
    ["of beginnings", "aster freep grands yeas telep voip-i "],
  ])("%s is compared with few, however many words it has", (_what, text) => {
    // The first one makes everything ready.
    resolve(text);
    expect(looksAt(text.repeat(20))).toBeLessThan(8_000);
  });
});
