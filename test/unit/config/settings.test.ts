import { describe, expect, it } from "vitest";
import { describeProgram } from "../../../src/commands/program.js";
import { FLAGGED, VARIABLES } from "../../../src/config/settings.js";

describe("the settings", () => {
  it("have the same name as a variable and as a flag", () => {
    const both = FLAGGED.filter(({ variable }) => variable !== undefined);
    expect(both.length).toBeGreaterThan(5);
    for (const { flag, variable } of both)
      expect(variable).toBe(`TELZINO_${flag.slice(2).toUpperCase().replaceAll("-", "_")}`);
  });

  it("are kept by the parser under the name of their record", () => {
    for (const { name, flag, takes } of FLAGGED) {
      const program = describeProgram().exitOverride();
      program.parse(takes === undefined ? [flag] : [flag, "given"], { from: "user" });
      expect(program.opts()).toEqual({ [name]: takes === undefined ? true : "given" });
    }
  });

  it("are all in --help, each with what it does", () => {
    const program = describeProgram();
    let help = "";
    program.configureOutput({ writeOut: (text) => (help += text) });
    program.outputHelp();
    const words = (text: string) => text.replaceAll(/\s+/g, " ");
    for (const { flag, help: text } of FLAGGED) expect(words(help), flag).toContain(words(text));
    for (const { variable } of VARIABLES) expect(help).toContain(`  ${variable} `);
  });

  it("that hold a secret are no flags", () => {
    const secret = /SECRET$|TOKEN|KEY$|REDIS_URL/;
    const names = VARIABLES.filter(({ variable }) => secret.test(variable));
    expect(names.length).toBeGreaterThan(4);
    for (const { variable, flag } of names) expect(flag, variable).toBeUndefined();
  });
});
