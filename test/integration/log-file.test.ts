import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withLogFile } from "../../src/commands/log-file.js";
import { SpawnedServer } from "../support/spawned.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "log file-"));
  path = join(folder, "server.log");
});
afterEach(() => rmSync(folder, { recursive: true }));

const DAMAGED = "/dev/full";

class Collected extends Writable {
  text = "";
  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

describe("--log-file", () => {
  it.each([
    ["the flag", (): [string[], object] => [["--log-file", path], {}]],
    ["the variable", (): [string[], object] => [[], { TELZINO_LOG_FILE: path }]],
  ])("as %s appends the lines that stderr gets, for its owner alone", async (_name, given) => {
    writeFileSync(path, "before\n", { mode: 0o600 });
    const [args, env] = given();
    const server = new SpawnedServer(["--sandbox", "--log-level", "info", ...args], { ...env });
    await server.initialize();
    await server.callTool("list_agents");
    server.child.stdin.end();
    expect(await server.ended()).toBe(0);
    const written = readFileSync(path, "utf8");
    expect(written).toMatch(/^before\n\d{4}-.* info tool call tool=list_agents/);
    // The sandbox's own words are for a person and stay on stderr.
    expect(server.stderr).toContain(written.slice("before\n".length));
    if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("takes the JSON lines of http too", async () => {
    const server = new SpawnedServer(["http", "--no-auth", "--sandbox", "--port", "0", "--log-file", path]);
    await expect.poll(() => existsSync(path) && readFileSync(path, "utf8")).toMatch(/"message":"listening"/);
    await server.kill();
    for (const line of readFileSync(path, "utf8").trim().split("\n"))
      expect(() => JSON.parse(line)).not.toThrow();
  });

  it("that cannot be opened ends the program with what is right", async () => {
    const server = new SpawnedServer(["--log-file", join(folder, "no", "such", "folder.log")]);
    expect(await server.ended()).toBe(2);
    expect(server.stderr).toMatch(/The log file cannot be written: ENOENT\. Give a path in a folder/);
  });
});

describe("a log file", () => {
  it("becomes .1 at its bound, in the place of an earlier one, so that there are two at most", () => {
    const log = withLogFile(new Collected(), path, 100);
    for (let line = 0; line < 10; line += 1) log.write(`${String(line).repeat(39)}\n`);
    expect(readFileSync(path, "utf8")).toBe(`${"8".repeat(39)}\n${"9".repeat(39)}\n`);
    expect(readFileSync(`${path}.1`, "utf8")).toBe(`${"6".repeat(39)}\n${"7".repeat(39)}\n`);
  });

  it("holds one line that is longer than the bound", () => {
    const log = withLogFile(new Collected(), path, 10);
    log.write("a line that is longer\n");
    log.write("b\n");
    expect(readFileSync(path, "utf8")).toBe("b\n");
  });

  it.skipIf(!existsSync(DAMAGED))("that can be written no more is said once, and stderr goes on", () => {
    const stderr = new Collected();
    const log = withLogFile(stderr, DAMAGED);
    log.write("one\n");
    log.write("two\n");
    expect(stderr.text).toBe("one\nThe log file cannot be written any more: ENOSPC\ntwo\n");
  });
});
