import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CLI } from "../support/spawned.js";

/** `install` on a real terminal, which `script` of util-linux makes; that of other systems takes other arguments. */

const SCRIPT = "/usr/bin/script";
const usable = process.platform === "linux" && existsSync(SCRIPT);
if (!usable)
  process.stderr.write("install on a terminal was not tested: there is no script of util-linux.\n");

const SECRET = "s3cret-typed-by-hand";
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "terminal-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** Types each answer when its question stands on the screen. */
async function typed(args: string, answers: readonly (readonly [question: string, answer: string])[]) {
  const child = spawn(SCRIPT, ["-qec", `'${process.execPath}' '${CLI}' ${args}`, "/dev/null"], {
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
    child.stdin.write(next[1]);
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, screen, left };
}

const file = () => join(home, ".config", "Claude", "claude_desktop_config.json");
const ID = ["client id", "the-id\r"] as const;
const TYPED = ["client secret", `${SECRET}\r`] as const;

describe.skipIf(!usable)("install on a terminal", () => {
  it("asks for credentials without showing them, shows the change, and writes it after a yes", async () => {
    const { code, screen, left } = await typed("install claude-desktop", [ID, TYPED, ["[y/N]", "y\r"]]);
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
    const { code, screen } = await typed("install claude-desktop", [ID, TYPED, ["[y/N]", answer]]);
    expect(code).toBe(1);
    expect(screen).toContain("Nothing was changed.");
    expect(await readdir(home)).toEqual([]);
  });

  it("writes nothing after Ctrl-C at the hidden prompt, and says so", async () => {
    const { code, screen } = await typed("install claude-desktop", [["client id", "\u0003"]]);
    expect(code).toBe(1);
    expect(screen).toContain("cancelled");
    expect(screen).not.toMatch(/unexpected error|\n {4}at /);
    expect(await readdir(home)).toEqual([]);
  });
});
