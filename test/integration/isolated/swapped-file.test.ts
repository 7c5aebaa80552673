import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openLogFile } from "../../../src/logs/log-source.js";

/** Called once a path has been looked at, and before it is opened. */
let lookedAt: (path: string) => void;

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const stat = async (path: string) => {
    const found = await real.stat(path);
    lookedAt(path);
    return found;
  };
  return { ...real, stat };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "swapped-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(): string {
  const path = join(folder, "full.log");
  writeFileSync(path, "a line");
  return path;
}

describe.skipIf(process.platform === "win32")("a file that is replaced once it has been looked at", () => {
  it.each([
    ["a pipe, which nobody writes to", "pipe", (path: string) => execFileSync("mkfifo", [path])],
    ["a folder", "folder", (path: string) => execFileSync("mkdir", [path])],
    ["a device", "device", (path: string) => execFileSync("ln", ["-s", "/dev/zero", path])],
  ])("by %s is refused, and nothing waits for it", async (_what, word, put) => {
    lookedAt = (path) => {
      rmSync(path);
      put(path);
    };
    await expect(openLogFile(file())).rejects.toThrow(
      word === "folder" ? /^that is a folder/ : /^that is a device, pipe or socket/,
    );
  });

  it("by another file is read", async () => {
    lookedAt = (path) => {
      rmSync(path);
      writeFileSync(path, "another line");
    };
    const source = await openLogFile(file());
    expect(source.size).toBe("another line".length);
    await source.close();
  });
});
