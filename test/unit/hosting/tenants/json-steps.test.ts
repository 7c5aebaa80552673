import fc from "fast-check";
import { getNodeValue, type ParseError, parseTree } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { atOnce } from "../../../../src/base/steps.js";
import { jsonSteps } from "../../../../src/hosting/tenants/json-steps.js";

const read = (text: string) => atOnce(jsonSteps(text));

/** What jsonc-parser's own parser makes of a text. */
function parsed(text: string): { value: unknown; faults: ParseError[] } {
  const faults: ParseError[] = [];
  const tree = parseTree(text, faults, { allowTrailingComma: true });
  return { faults, value: tree && faults.length === 0 ? getNodeValue(tree) : undefined };
}

function expectAlike(text: string): void {
  const { value, faults } = parsed(text);
  const found = read(text);
  expect(found.faults, text).toEqual(faults);
  if (faults.length + found.wrongKeys.length === 0) expect(found.value, text).toEqual(value);
}

/** Pieces of JSON and of what is nearly JSON. */
const PIECES = [
  ..."{}[],:",
  ...['"a"', '"b"', '"\\u00e9\\n"', '"\\x"', '"\\u12"', '"open', "'a'", "true", "false", "null", "nul"],
  ...[
    "0",
    "-1.5e3",
    "1.",
    "1e",
    "-",
    "01",
    "// to the end\n",
    "/* between */",
    "/* open",
    "/",
    "\u0001",
    " \r\n",
  ],
];

describe("jsonSteps", () => {
  it("reads values as jsonc-parser does", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expectAlike(JSON.stringify(value));
        expectAlike(JSON.stringify(value, null, 2));
      }),
    );
  });

  it("finds the same faults at the same places in what is broken", () => {
    const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join(""));
    fc.assert(fc.property(text, expectAlike), { numRuns: 3_000 });
  });

  it("finds the same faults in a text that lost some of its characters", () => {
    const text =
      '{"tenants": {"a": {"tokens": [{"name": "x", "n": [1, 2,],}, null], /* c */ "b": true}, "c": {}}} // d';
    const range = fc.tuple(fc.nat(text.length), fc.nat(6));
    fc.assert(
      fc.property(range, ([from, length]) => expectAlike(text.slice(0, from) + text.slice(from + length))),
      { numRuns: 400 },
    );
  });

  it("tells names that stand twice in one object, inner objects first, and __proto__", () => {
    const text = '{"a":{"x":1,"x":2},"b":[{"y":{},"y":{}}],"a":3,"__proto__":4,"c":{"x":5},"toString":6}';
    const { wrongKeys, value } = read(text);
    expect(wrongKeys.map(({ key, offset }) => [key, text.indexOf(`"${key}"`, offset) - offset])).toEqual([
      ["x", 0],
      ["y", 0],
      ["a", 0],
      ["__proto__", 0],
    ]);
    expect(wrongKeys.map(({ offset }) => offset)).toEqual([
      text.lastIndexOf('"x":2'),
      text.lastIndexOf('"y"'),
      text.lastIndexOf('"a"'),
      text.indexOf('"__proto__"'),
    ]);
    expect(Object.getPrototypeOf(value)).toBeNull();
  });

  it("stops between settings, and not only at the end", () => {
    const tenant = { credentials: { clientId: "a" }, tokens: [{ name: "a" }, { name: "b" }] };
    const stopsIn = (tenants: number) => {
      const names = Array.from({ length: tenants }, (_, index) => [`t${index}`, tenant]);
      const steps = jsonSteps(JSON.stringify({ tenants: Object.fromEntries(names) }));
      let stops = 0;
      while (!steps.next().done) stops += 1;
      return stops;
    };
    const [few, many] = [stopsIn(10), stopsIn(20)];
    expect(few).toBeGreaterThan(10 * 5);
    expect(many - few).toBe(few - stopsIn(0));
  });
});
