import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeProgram } from "../../../src/commands/program.js";
import { plainFlags } from "../../../src/config/plain-flags.js";
import { FLAGGED } from "../../../src/config/settings.js";

/** What the parser of commands makes of a command line; `undefined` where it ends with a message or sees a command. */
function parsed(argv: readonly string[]): object | undefined {
  const program = describeProgram();
  program.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  let found: object | undefined;
  program.action((flags: object, { args }: { args: string[] }) => {
    if (args.length === 0) found = { ...flags };
  });
  try {
    program.parse([...argv], { from: "user" });
  } catch {
    return undefined;
  }
  return found;
}

const flags = ["--sandbox", ...FLAGGED.map(({ flag }) => flag)];
/** Good and bad ones, and what only looks like one. */
const words = fc.oneof(
  fc.constantFrom(...flags),
  fc.constantFrom(...flags.map((flag) => `${flag}=1`), ...flags.map((flag) => flag.slice(0, -1))),
  fc.constantFrom(
    "--help",
    "-h",
    "--version",
    "-v",
    "--",
    "-",
    "",
    "doctor",
    "help",
    "serve",
    "--no-read-only",
  ),
  fc.constantFrom(
    "info",
    "off",
    "0",
    "/tmp/a b",
    "https://api.example.com",
    "-1",
    "--x",
    "toString",
    "__proto__",
  ),
  fc.string({ maxLength: 6 }),
);
const lines = fc.array(words, { maxLength: 6 });
/** As a client is configured: every flag at most once, with a value where it takes one. */
const plainLines = fc
  .record({
    sandbox: fc.boolean(),
    chosen: fc.shuffledSubarray(FLAGGED.filter(() => true)),
    value: fc.string(),
  })
  .map(({ sandbox, chosen, value }) => [
    ...(sandbox ? ["--sandbox"] : []),
    ...chosen.flatMap(({ flag, takes }) => (takes === undefined ? [flag] : [flag, value])),
  ]);

describe("the flags of a plain start", () => {
  it("are read as by the parser of commands, or left to it", () => {
    fc.assert(
      fc.property(lines, (argv) => {
        const read = plainFlags(argv);
        if (read !== undefined) expect(parsed(argv)).toEqual(read);
      }),
      { numRuns: 2_000 },
    );
  });

  it("are read without it wherever they are as a client is configured", () => {
    fc.assert(
      fc.property(plainLines, (argv) => {
        const read = plainFlags(argv);
        expect(read).toBeDefined();
        expect(parsed(argv)).toEqual(read);
      }),
    );
  });

  it("are none where there are none", () => {
    expect(plainFlags([])).toEqual({});
  });

  it.each([
    ["--help"],
    ["-v"],
    ["doctor"],
    ["--readonly"],
    ["--api-url"],
    ["--api-url=https://api.example.com"],
    ["--read-only", "--", "doctor"],
    ["--read-only", "demo"],
    ["--client-secret=hunter22"],
    ["constructor"],
    [""],
  ])("%j is for the parser", (...argv) => {
    expect(plainFlags(argv)).toBeUndefined();
  });
});
