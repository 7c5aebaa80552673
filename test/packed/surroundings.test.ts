import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CHECKS } from "./support/checks.js";
import { type Installed, installPacked } from "./support/installed.js";
import { run } from "./support/program.js";
import { checkStdio } from "./support/session.js";
import { bare } from "./support/surroundings.js";

const WRITE = 'require("node:fs").writeFileSync("tried", "")';
/** Keep something in the home folder. */
const NEED_HOME = ["install", "uninstall"];

const changeMode = (mode: string, folder: string) => execFileSync("chmod", ["-R", mode, folder]);

let installed: Installed;
beforeAll(async () => {
  installed = await installPacked();
  changeMode("a-w", installed.folder);
});
afterAll(async () => {
  changeMode("u+w", installed.folder);
  await installed.remove();
});

describe("the installed package where nothing can be written, without a home and in Turkish", () => {
  let cwd: string;
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), "read only-"));
    await chmod(cwd, 0o555);
  });
  afterAll(() => rm(cwd, { recursive: true, force: true }));

  const program = () => bare([process.execPath, installed.cli], cwd);

  it.each([
    ["the working folder", () => cwd],
    ["the package", () => join(installed.packageFolder, "dist")],
  ])("really cannot write to %s", async (_name, folder) => {
    const outcome = await run(bare([process.execPath, "-e", WRITE], folder()), []);
    expect(outcome.stderr).toMatch(/EACCES/);
    expect(outcome.code).toBe(1);
  });

  it.each(Object.entries(CHECKS).filter(([name]) => !NEED_HOME.includes(name)))(
    "carries out %s",
    (_name, check) => check(program()),
  );

  it("serves a client over stdio", () => checkStdio(program()));

  it("says in one line that install has no file to write to", async () => {
    const outcome = await run(program(), ["install", "cursor", "--yes"]);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).not.toMatch(/unexpected error|\n {4}at /);
  });
});

describe("the installed package, read-only, with a home folder that is not", () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "home of-"));
    await chmod(home, 0o777);
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  it.each(NEED_HOME)("carries out %s", (name) =>
    CHECKS[name]?.(bare([process.execPath, installed.cli], installed.folder, home)),
  );
});
