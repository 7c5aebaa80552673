import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLI } from "../support/spawned.js";

/**
 * `install` on a real terminal, which `script` of util-linux makes. That of other systems takes other arguments; on
 * Linux a missing one is a failure, not less to test.
 */

const SCRIPT = "/usr/bin/script";
const linux = process.platform === "linux";

const SECRET = "s3cret-typed-by-hand";
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "terminal-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** What is typed at a question, and what others do before. */
type Answer = readonly [question: string, answer: string, meanwhile?: () => void];

/** Runs a line of shell and types each answer when its question is on the screen. */
async function typed(line: string, answers: readonly Answer[]) {
  const child = spawn(SCRIPT, ["-qec", line, "/dev/null"], {
    cwd: home,
    env: { HOME: home, PATH: process.env.PATH ?? "", SHELL: "/bin/sh", TERM: "dumb" },
    timeout: 30_000,
  });
  const left = [...answers];
  let screen = "";
  let read = 0;
  child.stdout.on("data", (chunk) => {
    screen += chunk;
    const [next] = left;
    if (next === undefined || !screen.slice(read).includes(next[0])) return;
    read = screen.length;
    left.shift();
    next[2]?.();
    child.stdin.write(next[1]);
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, screen, left };
}

const PROGRAM = `'${process.execPath}' '${CLI}'`;
const file = () => join(home, ".config", "Claude", "claude_desktop_config.json");
const ID = ["client id", "the-id\r"] as const;
const TYPED = ["client secret", `${SECRET}\r`] as const;

describe.runIf(linux)("install on a terminal", () => {
  beforeAll(() => {
    if (!existsSync(SCRIPT))
      throw new Error(
        `These tests need ${SCRIPT}: apt-get install bsdutils, or dnf install util-linux-script`,
      );
  });

  it("asks for credentials without showing them, shows the change, and writes it after a yes", async () => {
    const { code, screen, left } = await typed(`${PROGRAM} install claude-desktop`, [
      ID,
      TYPED,
      ["[y/N]", "y\r"],
    ]);
    expect({ code, left }, screen).toEqual({ code: 0, left: [] });
    expect(screen).not.toContain(SECRET);
    expect(screen).toContain('"TELZINO_CLIENT_SECRET": "[secret]"');
    const { mcpServers } = JSON.parse(await readFile(file(), "utf8"));
    expect(mcpServers["telzino-sip"].env).toEqual({
      TELZINO_CLIENT_ID: "the-id",
      TELZINO_CLIENT_SECRET: SECRET,
    });
  });

  it.each(["\r", "n\r", "yep\r"])("writes nothing after %j", async (answer) => {
    const { code, screen } = await typed(`${PROGRAM} install claude-desktop`, [ID, TYPED, ["[y/N]", answer]]);
    expect(code).toBe(1);
    expect(screen).toContain("Nothing was changed.");
    expect(await readdir(home)).toEqual([]);
  });

  it.each([
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("writes nothing after %s at the question, and says so", async (_name, key) => {
    const { code, screen } = await typed(`${PROGRAM} install claude-desktop`, [ID, TYPED, ["[y/N]", key]]);
    expect(code, screen).toBe(1);
    expect(screen).toContain("Nothing was changed.");
    expect(screen).not.toMatch(/unexpected error|\n {4}at /);
    expect(await readdir(home)).toEqual([]);
  });

  it("keeps what another program writes while it asks, and shows none of it", async () => {
    const others = (key: string) => ({ mcpServers: { other: { command: "x", env: { API_KEY: key } } } });
    await mkdir(dirname(file()), { recursive: true });
    const put = (key: string) => writeFileSync(file(), JSON.stringify(others(key)));
    put("0ld-key");
    const { code, screen, left } = await typed(`${PROGRAM} install claude-desktop`, [
      ID,
      TYPED,
      ["[y/N]", "y\r", () => put("n3w-key")],
    ]);
    expect({ code, left }, screen).toEqual({ code: 0, left: [] });
    expect(screen).not.toMatch(/0ld-key|n3w-key/);
    const { mcpServers } = JSON.parse(await readFile(file(), "utf8"));
    expect(mcpServers.other).toEqual(others("n3w-key").mcpServers.other);
    expect(mcpServers["telzino-sip"].env.TELZINO_CLIENT_SECRET).toBe(SECRET);
  });

  it("writes nothing after Ctrl-C at the hidden prompt, and says so", async () => {
    const { code, screen } = await typed(`${PROGRAM} install claude-desktop`, [["client id", "\u0003"]]);
    expect(code).toBe(1);
    expect(screen).toContain("cancelled");
    expect(screen).not.toMatch(/unexpected error|\n {4}at /);
    expect(await readdir(home)).toEqual([]);
  });

  it.each([
    ["an answer", [ID, TYPED, ["[y/N]", "n\r"]] as const],
    ["Ctrl-C", [["client id", "\u0003"]] as const],
  ])("leaves the terminal as it was after %s", async (_name, answers) => {
    const { screen } = await typed(`stty -a; ${PROGRAM} install claude-desktop; stty -a`, answers);
    const settings = [...screen.matchAll(/^.*\bicanon\b.*$|^.*\becho\b.*$/gm)].map(([line]) => line);
    expect(settings.length).toBeGreaterThan(1);
    expect(settings.slice(settings.length / 2)).toEqual(settings.slice(0, settings.length / 2));
    expect(screen).not.toMatch(/-icanon|-echo\b/);
  });

  it("takes it out again after a yes, and the file that it began with it; after anything else it stays", async () => {
    await typed(`${PROGRAM} install claude-desktop`, [ID, TYPED, ["[y/N]", "y\r"]]);
    const before = await readFile(file(), "utf8");
    const kept = await typed(`${PROGRAM} uninstall claude-desktop`, [["[y/N]", "\r"]]);
    expect(kept.code).toBe(1);
    expect(await readFile(file(), "utf8")).toBe(before);
    const gone = await typed(`${PROGRAM} uninstall claude-desktop`, [["[y/N]", "y\r"]]);
    expect(gone.code, gone.screen).toBe(0);
    expect(gone.screen).not.toContain(SECRET);
    expect(existsSync(file())).toBe(false);
  });
});
