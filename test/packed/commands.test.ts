import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findNodes } from "../support/nodes.js";
import { CHECKS } from "./support/checks.js";
import { type Installed, installPacked } from "./support/installed.js";
import { commandsOf, run } from "./support/program.js";
import { checkStdio } from "./support/session.js";
import { atHome } from "./support/surroundings.js";

const nodes = await findNodes();
for (const { major, reason } of nodes) if (reason) console.warn(`Node ${major} is left out: ${reason}`);

let installed: Installed;
beforeAll(async () => {
  installed = await installPacked();
});
afterAll(() => installed?.remove());

describe.each(nodes)("the installed package on Node $major", ({ major, path }) => {
  const node = path ?? "";
  let program: Awaited<ReturnType<typeof atHome>>;
  beforeAll(async () => {
    program = await atHome(installed, node);
  });
  afterAll(() => program?.remove());

  describe.runIf(path !== undefined)("", () => {
    it("tells its version", async () => {
      const { version } = JSON.parse(readFileSync(join(installed.packageFolder, "package.json"), "utf8"));
      expect(await run(program, ["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
      expect(execFileSync(node, ["--version"], { encoding: "utf8" })).toMatch(new RegExp(`^v${major}\\.`));
    });

    it("names no command in its help that is not tried here", async () => {
      expect((await commandsOf(program)).sort()).toEqual([...Object.keys(CHECKS), "help"].sort());
    });

    it("has the help of a command by help, too", async () => {
      expect(await run(program, ["help", "install"])).toEqual(await run(program, ["install", "--help"]));
    });

    it.each(Object.keys(CHECKS))("tells how to use %s", async (name) => {
      const outcome = await run(program, [name, "--help"]);
      expect(outcome).toMatchObject({ code: 0, stderr: "" });
      expect(outcome.stdout).toContain(`Usage: telzino-sip-mcp ${name}`);
    });

    it.each(Object.entries(CHECKS))("carries out %s", (_name, check) => check(program));

    it("serves a client over stdio", () => checkStdio(program));
  });
});
