import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withLogFile } from "../../src/commands/log-file.js";
import { json, startApiStub } from "../support/api-stub.js";
import { SpawnedServer } from "../support/spawned.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "log file-"));
  path = join(folder, "server.log");
});
afterEach(() => rmSync(folder, { recursive: true }));

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
    await server.callTool("list_telzino_agents");
    server.child.stdin.end();
    expect(await server.ended()).toBe(0);
    const written = readFileSync(path, "utf8");
    expect(written).toMatch(/^before\n\d{4}-.* info tool call tool=list_telzino_agents/);
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
    const nowhere = join(folder, "no", "such", "folder.log");
    const server = new SpawnedServer(["--log-file", nowhere]);
    expect(await server.ended()).toBe(2);
    expect(server.stderr).toContain(
      `- The log file "${nowhere}" is in a folder that does not exist (ENOENT). Give --log-file`,
    );
    expect(server.stderr).not.toMatch(/unexpected error|\n {4}at /);
    expect(server.stdout).toBe("");
  });

  it("whose path holds a secret is named without it", async () => {
    const server = new SpawnedServer(["--log-file", join(folder, "hunter22secret", "log")], {
      TELZINO_ACCESS_TOKEN: "hunter22secret",
    });
    expect(await server.ended()).toBe(2);
    expect(server.stderr).toContain("The log file [text left out: it holds a part of a secret] is in");
  });

  it("takes ~/ as the home folder, which no shell has put there", async () => {
    const server = new SpawnedServer(["doctor", "--sandbox", "--log-file", "~/server.log"], {
      HOME: folder,
      USERPROFILE: folder,
    });
    expect(await server.ended()).toBe(0);
    expect(existsSync(path)).toBe(true);
  });

  it("has no secret in it that the API repeats", async () => {
    const api = await startApiStub();
    api.script("GET /v1/agents", json(400, { message: "hunter22secret is not what it was" }));
    const server = new SpawnedServer(["--log-level", "trace", "--log-file", path], {
      TELZINO_ACCESS_TOKEN: "hunter22secret",
      TELZINO_API_URL: api.url.href,
    });
    await server.initialize();
    await server.callTool("list_telzino_agents");
    await api.close();
    server.child.stdin.end();
    expect(await server.ended()).toBe(0);
    const written = readFileSync(path, "utf8");
    expect(written).toMatch(/\[secret\]|\[text left out/);
    expect(written).not.toContain("hunter22secret");
    expect(server.stderr).toContain(written);
  });
});

describe("a log file", () => {
  it("becomes .1 at its bound, in the place of an earlier one, so there are two at most", () => {
    const log = withLogFile(new Collected(), path, 100);
    for (let line = 0; line < 10; line += 1) log.write(`${String(line).repeat(39)}\n`);
    expect(readFileSync(path, "utf8")).toBe(`${"8".repeat(39)}\n${"9".repeat(39)}\n`);
    expect(readFileSync(`${path}.1`, "utf8")).toBe(`${"6".repeat(39)}\n${"7".repeat(39)}\n`);
  });

  it("holds one line that is longer than the bound", () => {
    const log = withLogFile(new Collected(), path, 10);
    log.write("a line that is longer\n");
    expect(existsSync(`${path}.1`)).toBe(false);
    log.write("b\n");
    expect(readFileSync(path, "utf8")).toBe("b\n");
  });

  it("counts bytes, not letters", () => {
    const log = withLogFile(new Collected(), path, 100);
    for (let line = 0; line < 6; line += 1) log.write(`${"ü".repeat(19)}\n`);
    expect([path, `${path}.1`].map((file) => statSync(file).size)).toEqual([78, 78]);
  });

  it("leaves who may read it as its owner has set it", () => {
    writeFileSync(path, "", { mode: 0o640 });
    withLogFile(new Collected(), path).write("a line\n");
    if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it("that can be written no more is said once, and stderr continues", () => {
    const stderr = new Collected();
    // What is there instead of a file cannot be replaced by one.
    mkdirSync(join(`${path}.1`, "full"), { recursive: true });
    const log = withLogFile(stderr, path, 10);
    for (const line of ["first", "second", "third"]) log.write(`${line}\n`);
    expect(stderr.text).toMatch(/^first\nsecond\nThe log file cannot be written any more: E[A-Z]+\nthird\n$/);
  });

  it("must be a file: no folder, no device, no pipe that waits for a reader", () => {
    const open = (given: string) => () => withLogFile(new Collected(), given);
    expect(open(folder)).toThrow(/is a folder \(EISDIR\)/);
    if (process.platform === "win32") return;
    expect(open("/dev/null")).toThrow(/\/dev\/null.* is not a file/);
    execFileSync("mkfifo", [path]);
    expect(open(path)).toThrow(/is not a file/);
  });
});
