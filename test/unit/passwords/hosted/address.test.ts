import { describe, expect, it } from "vitest";
import { newCode, PageAddresses, random256, readCode } from "../../../../src/passwords/hosted/address.js";

describe("an address of a page", () => {
  it("has 256 random bits", () => {
    const made = new Set(Array.from({ length: 1_000 }, random256));
    expect(made.size).toBe(1_000);
    for (const each of made) expect(Buffer.from(each, "base64url")).toHaveLength(32);
  });

  it.each([
    ["https://sip.example.com/", "https://sip.example.com/password/t", "https://sip.example.com/p/BCDFGHJK"],
    [
      "https://sip.example.com/telzino",
      "https://sip.example.com/telzino/password/t",
      "https://sip.example.com/telzino/p/BCDFGHJK",
    ],
  ])("is below %s", (publicUrl, url, short) => {
    const addresses = new PageAddresses(new URL(publicUrl));
    expect(addresses.urlOf("t")).toBe(url);
    expect(addresses.shortUrlOf("BCDFGHJK")).toBe(short);
    expect(short.startsWith(addresses.beginning)).toBe(true);
  });

  it("is said letter by letter, with its path and port in words", () => {
    const addresses = new PageAddresses(new URL("https://sip.example.com:8443/telzino"));
    expect(addresses.spoken("BCDFGHJK")).toBe(
      "Please open sip.example.com colon 8443 slash telzino slash p in a browser, and enter the letters B C D F, G H J K: there you can type the SIP password.",
    );
  });
});

describe("letters to be read out", () => {
  it("are eight of twenty that are taken for no digit, each as often as the others", () => {
    const counts = new Map<string, number>();
    for (let times = 0; times < 5_000; times += 1) {
      const code = newCode();
      expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
      for (const letter of code) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    expect(counts.size).toBe(20);
    // Of 40,000, far from what chance does to 2,000.
    for (const count of counts.values()) expect(Math.abs(count - 2_000)).toBeLessThan(400);
  });

  it.each([
    ["as they are", "BCDFGHJK", "BCDFGHJK"],
    ["in small letters, with blanks and dashes", " bcdf-ghjk ", "BCDFGHJK"],
    ["one by one", "b c d f, g h j k".replace(",", ""), "BCDFGHJK"],
    ["too few", "BCDFGHJ", undefined],
    ["too many", "BCDFGHJKL", undefined],
    ["with a vowel", "BCDFGHJA", undefined],
    ["with a sign that folds to more letters", "BCDFGHJß", undefined],
    ["endless", "B".repeat(100_000), undefined],
  ])("are read %s", (_how, typed, code) => {
    expect(readCode(typed)).toBe(code);
  });
});
