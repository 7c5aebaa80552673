import { describe, expect, it } from "vitest";
import { pageTextsFor } from "../../../src/passwords/hosted/texts/index.js";

const LANGUAGES = ["en", "de", "es", "fr", "pt"];

/** Each text with the way to it: `page.ends.registered.0`. */
function textsOf(value: unknown, way: string): [string, string][] {
  if (typeof value === "string") return [[way, value]];
  if (typeof value !== "object" || value === null) throw new Error(`${way} is no text`);
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, `${way}.${key}`));
}

const inLanguage = (lang: string) => new Map(textsOf(pageTextsFor({ "accept-language": lang }), ""));
const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
const english = inLanguage("en");

describe.each(LANGUAGES)("the texts of the password pages in %s", (lang) => {
  const texts = inLanguage(lang);

  it("are those of that language, each one there, and none empty", () => {
    expect(texts.get(".page.lang")).toBe(lang);
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
    expect([...texts].filter(([, text]) => !/\p{L}{2}/u.test(text)).map(([way]) => way)).toEqual([]);
  });

  it("have the same things to fill in as in English", () => {
    for (const [way, text] of texts)
      expect([way, ...placeholders(text)]).toEqual([way, ...placeholders(english.get(way) ?? "")]);
  });

  it("are each in that language: few are as in English", () => {
    const same = [...texts].filter(([way, text]) => text === english.get(way)).length;
    expect(same).toBeLessThan(lang === "en" ? texts.size + 1 : texts.size / 10);
  });
});
