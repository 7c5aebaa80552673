import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CLI } from "../support/spawned.js";

/** `install` and `uninstall`, killed or without a disk that works, at each of the changes that they make to it in turn. */

const FAULTS = fileURLToPath(new URL("../support/disk-faults.mjs", import.meta.url));
const posix = process.platform !== "win32";
const SECRET = "s3cret-of-the-client";
const ENV = { TELZINO_CLIENT_ID: "id-1", TELZINO_CLIENT_SECRET: SECRET };
const OTHER = `${JSON.stringify({ mcpServers: { other: { command: "x" } } }, null, 2)}\n`;

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "faults-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

interface Fault {
  at: number;
  /** "kill", or the code of the error. */
  fault: string;
  lasting?: boolean;
}

async function run(command: string, fault?: Fault) {
  const child = spawn(
    process.execPath,
    [...(fault ? ["--import", FAULTS] : []), CLI, command, "claude-desktop", "--yes"],
    {
      cwd: home,
      env: {
        ...ENV,
        HOME: home,
        USERPROFILE: home,
        APPDATA: join(home, ".config"),
        XDG_CONFIG_HOME: join(home, ".config"),
        ...(fault ? { DISK_FAULT: JSON.stringify({ below: home, ...fault }) } : {}),
      },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 30_000,
    },
  );
  let shown = "";
  let problem = "";
  child.stdout.on("data", (chunk) => {
    shown += chunk;
  });
  child.stderr.on("data", (chunk) => {
    problem += chunk;
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code, signal, shown, problem };
}

// On a Mac it is elsewhere.
const file = () =>
  process.platform === "darwin"
    ? join(home, "Library", "Application Support", "Claude", "claude_desktop_config.json")
    : join(home, ".config", "Claude", "claude_desktop_config.json");
const folder = () => dirname(file());

/** The file's text; undefined: there is none. */
const read = (path = file()) => readFile(path, "utf8").catch(() => undefined);

async function put(text: string | undefined) {
  if (text === undefined) return rm(file(), { force: true });
  await mkdir(folder(), { recursive: true });
  await writeFile(file(), text);
  await chmod(file(), 0o600);
}

/** Everything below the home directory, with what is in it, the backup apart. */
async function everything(): Promise<Record<string, string>> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  const kept = entries.filter(({ name }) => !name.endsWith(".bak"));
  return Object.fromEntries(
    await Promise.all(
      kept.map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return [path, entry.isFile() ? await readFile(path, "utf8") : "folder"] as const;
      }),
    ),
  );
}

/** What the file was, what is done to it, and how many changes to the disk that takes at least. */
const WAYS = [
  { way: "install into a file that is there", before: OTHER, command: "install", least: 10 },
  { way: "install where nothing is yet", before: undefined, command: "install", least: 6 },
  {
    way: "uninstall from a file with others",
    before: OTHER,
    first: "install",
    command: "uninstall",
    least: 10,
  },
  {
    way: "uninstall that removes the file",
    before: undefined,
    first: "install",
    command: "uninstall",
    least: 6,
  },
];

/** For tests that start the program at each moment: more than any busy machine takes. */
const LONG_MS = 300_000;

/** Brings a way to its beginning, and says how the file is then and how it is in the end. */
async function begin({ before, first, command }: (typeof WAYS)[number]) {
  await put(before);
  if (first) await run(first);
  const old = await read();
  const clean = await run(command);
  expect(clean).toMatchObject({ code: 0 });
  const changed = await read();
  expect(changed).not.toBe(old);
  return { old, changed };
}

describe.each(WAYS)("$way", { timeout: LONG_MS }, (way) => {
  it("leaves the old file or the new one, whole, wherever it is killed, and the next run cleans up", async () => {
    const { old, changed } = await begin(way);
    const found = new Set<string | undefined>();
    let kills = 0;
    for (;;) {
      await put(old);
      const { signal, code } = await run(way.command, { at: kills + 1, fault: "kill" });
      if (signal === null) {
        expect(code).toBe(0);
        break;
      }
      kills += 1;
      const now = await read();
      expect([old, changed]).toContain(now);
      found.add(now);
      const names = await readdir(folder()).catch(() => []);
      // Not one for each run: those of this run, one for the file and one for its backup.
      expect(names.filter((name) => name.endsWith(".tmp")).length).toBeLessThanOrEqual(2);
      expect(names.filter((name) => name.endsWith(".bak")).length).toBeLessThanOrEqual(1);
      if (!posix) continue;
      // There may be credentials in any of them.
      for (const name of names) expect((await stat(join(folder(), name))).mode & 0o077).toBe(0);
    }
    expect(kills).toBeGreaterThanOrEqual(way.least);
    expect(found).toEqual(new Set([old, changed]));
    expect(await read()).toBe(changed);
    expect((await readdir(folder())).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("changes nothing where the disk is full at any moment, and says so", async () => {
    const fault = "ENOSPC";
    const { old, changed } = await begin(way);
    let failures = 0;
    for (let at = 1; ; at += 1) {
      await rm(home, { recursive: true });
      await mkdir(home);
      await put(old);
      const untouched = await everything();
      const { code, problem, shown } = await run(way.command, { at, fault });
      if (code === 0) {
        // Once it has been renamed, nothing takes it back, and nothing is said to have failed.
        expect(problem).toBe("");
        expect(await read()).toBe(changed);
        if (at > failures + 8) break;
        continue;
      }
      failures += 1;
      expect(code).toBe(1);
      expect(problem).toMatch(/^[^\n]+claude_desktop_config\.json: [^\n]+\nNothing was changed\.\n$/);
      expect(problem).toContain(fault);
      expect(shown + problem).not.toContain(SECRET);
      expect(await everything()).toEqual(untouched);
    }
    expect(failures).toBeGreaterThanOrEqual(way.least - 3);
  });

  it.each([
    ["EROFS", "the disk is read-only"],
    ["EACCES", "you have no permission"],
  ])("changes nothing where nothing can be written (%s)", async (fault, words) => {
    const { old } = await begin(way);
    await put(old);
    const untouched = await everything();
    const { code, problem } = await run(way.command, { at: 1, fault, lasting: true });
    expect(code).toBe(1);
    expect(problem).toContain(words);
    expect(problem.trimEnd().split("\n")).toEqual([expect.any(String), "Nothing was changed."]);
    expect(await everything()).toEqual(untouched);
  });
});
