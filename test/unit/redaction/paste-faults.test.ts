import { describe, expect, it } from "vitest";
import { discreetFaults, faultWords, pasteFaults } from "../../../src/redaction/paste-faults.js";
import { Secret } from "../../../src/redaction/secret.js";

const faults = (value: string, user = "1001") => pasteFaults(new Secret(value), user);

describe("a password that looks copied wrongly", () => {
  it.each([
    [" a", ["blankFirst"]],
    ["a\u3000", ["blankLast"]],
    [' "pw" ', ["blankFirst", "blankLast", "quoted"]],
    ["'pw'", ["quoted"]],
    ["«pw»", ["quoted"]],
    ["1001", ["isUser"]],
    [" 1001", ["blankFirst", "isUser"]],
    ["123456", ["pin"]],
    ["www.example.com", ["webAddress"]],
    ["ftp://pbx.example.com", ["webAddress"]],
    ["\u200bpw", ["invisible"]],
    ["\u202apw\u202c", ["invisible"]],
    ["p\u00adw", ["invisible"]],
    ["p\u2028w", ["invisible"]],
    [" pw\ufe0f", ["blankFirst", "invisible"]],
    ["„pw”", ["quoted"]],
    ["‚pw‘", ["quoted"]],
    ["»pw«", ["quoted"]],
    ["`pw´", ["quoted"]],
    ["********", ["masked"]],
    ["••••••••", ["masked"]],
    ["sip:1001@pbx.example.com", ["isUser"]],
    ["1001@pbx.example.com", ["isUser"]],
  ])("%j shows %j", (value, expected) => expect(faults(value)).toEqual(expected));

  it.each([
    "pw 1001",
    'p"w',
    '"',
    "''",
    "1234567",
    "1a2b",
    "httpsomething",
    "'pw\"",
    "«pw",
    "**",
    "*a*",
    "10012@x",
    "pé",
    "密码123x",
  ])("is not seen in %j", (value) => expect(faults(value)).toEqual([]));

  it("is reported in words, and discreetly where it may be the right one", () => {
    expect(faultWords(faults(" 1001 "))).toBe(
      "begins with a blank, ends with a blank and is the same as the user",
    );
    expect(discreetFaults(faults(" 1001"))).toEqual(["blankFirst"]);
  });
});
