import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { look, readPatterns } from "../../../scripts/check-english/find.js";

const patterns = readPatterns(readFileSync("scripts/check-english/patterns.yaml", "utf8"));

const finds = (path: string, text: string) =>
  look(path, text, patterns)
    .finds.map(({ line, name }) => `${line} ${name}`)
    .sort();

test("prose of Markdown is looked at across line ends, and code and addresses are not", () => {
  const text = [
    "The owner can read it, so",
    "that no one else can: `so that`, [this page](https://example.com/alone).",
    "",
    "    so that",
    "",
    "```",
    "alone",
    "```",
    "- For this host *alone*.",
  ];
  expect(finds("a.md", text.join("\n"))).toEqual(['1 "so that"', '9 postposed "alone"']);
});

test("comments and sentences of a script are looked at, and its code is not", () => {
  const text = [
    "// Read alone,",
    "// so that it is mended.",
    "const alone = /so that alone/;",
    'const short = "alone"; const said = "It is that one alone";',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a script's text.
    "const made = `${values.map((each) => `a ${each} alone`)} stands there alone`;",
    "/** As a rule",
    " *  nobody. */",
  ];
  expect(finds("a.ts", text.join("\n"))).toEqual(
    [
      '1 postposed "alone"',
      '2 "so that"',
      '2 "mend"',
      '4 postposed "alone"',
      '5 postposed "alone"',
      '5 "stand" for "be"',
      '6 "as a rule"',
      '7 "nobody", "whoever"',
    ].sort(),
  );
});

test("values of YAML are looked at, and keys are not", () => {
  const text = [
    "so that it is: no matter",
    "steps:",
    "  - It stands on the screen",
    "  - >-",
    "    Set it, so",
    "    that it rings.",
  ];
  expect(finds("a.yaml", text.join("\n"))).toEqual(['3 "stand" for "be"', '5 "so that"']);
});

test("what is idiomatic in its context is left alone", () => {
  const text =
    "Leave the file alone. It stands for a host; many calls at once. You cannot tell whether it works. What is SIP?";
  expect(finds("a.md", text)).toEqual([]);
  expect(finds("a.md", "What it is stands here. Who asks is told.")).toEqual(
    [
      "1 headless clause as a subject",
      '1 "stand" for "be"',
      "1 headless clause as a subject",
      '1 "be told"',
    ].sort(),
  );
});
