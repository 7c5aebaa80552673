import fs, {
  chmodSync,
  mkdtempSync,
  type PathLike,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readClientFile, replaceClientFile } from "../../../src/commands/install/file.js";

/** In which order a client's file is replaced: what decides whether it is whole after a power failure, and who can read it. */

const steps: string[] = [];

/** Has what is done to files noted, and done. */
function noteSteps(): void {
  const real = { ...fs };
  const files = new Map<number, string>();
  const name = (file: PathLike | number) =>
    String(typeof file === "number" ? files.get(file) : file)
      .replace(/^.*\//, "")
      .replace(/^\.telzino-sip-.*\.tmp$/, "draft");
  vi.spyOn(fs, "openSync").mockImplementation((path, flags, mode) => {
    const file = real.openSync(path, flags, mode);
    files.set(file, String(path));
    if (flags !== "r") steps.push(`open ${name(file)} ${flags} ${mode?.toString(8)}`);
    return file;
  });
  vi.spyOn(fs, "writeFileSync").mockImplementation((file, text) => {
    if (typeof file === "number") steps.push(`write ${name(file)}`);
    real.writeFileSync(file, text);
  });
  vi.spyOn(fs, "fchmodSync").mockImplementation((file, mode) => {
    steps.push(`mode ${name(file)} ${mode.toString(8)}`);
    real.fchmodSync(file, mode);
  });
  vi.spyOn(fs, "fsyncSync").mockImplementation((file) => {
    steps.push(`sync ${name(file)}`);
    real.fsyncSync(file);
  });
  vi.spyOn(fs, "renameSync").mockImplementation((from, to) => {
    steps.push(`rename ${name(from)} ${name(to)}`);
    real.renameSync(from, to);
  });
  // As for a user who is not root, to whom nothing is forbidden.
  vi.spyOn(fs, "accessSync").mockImplementation((path, asked) => {
    const mayWrite = (real.statSync(path).mode & 0o200) !== 0;
    if (asked === real.constants.W_OK && !mayWrite) throw Object.assign(new Error("no"), { code: "EACCES" });
  });
  syncBuiltinESMExports();
}

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "order-"));
  path = join(folder, "mcp.json");
  writeFileSync(path, "old");
  steps.splice(0);
  noteSteps();
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  rmSync(folder, { recursive: true, force: true });
});

const replace = (text: string | undefined, ownerOnly = false) =>
  replaceClientFile(readClientFile(path), text, { ownerOnly });

describe.runIf(process.platform !== "win32")("a file that is replaced", () => {
  const draft = (mode: string) => ["open draft wx 600", "write draft", `mode draft ${mode}`, "sync draft"];

  it.each([
    [0o640, false, "640"],
    [0o644, true, "600"],
  ])("is on the disk, with mode %o kept (a secret: %s), before it has its name", (mode, ownerOnly, kept) => {
    chmodSync(path, mode);
    replace("new", ownerOnly);
    expect(steps).toEqual([
      ...draft(kept),
      ...draft(kept),
      "rename draft mcp.json.telzino-sip.bak",
      "rename draft mcp.json",
      `sync ${basename(folder)}`,
    ]);
    expect(statSync(path).mode & 0o777).toBe(Number.parseInt(kept, 8));
  });

  it("is on the disk in its folder, too, where it is new or goes away", () => {
    replace(undefined);
    expect(steps.slice(-2)).toEqual(["rename draft mcp.json.telzino-sip.bak", `sync ${basename(folder)}`]);
    steps.splice(0);
    replace("new");
    expect(steps).toEqual([...draft("600"), "rename draft mcp.json", `sync ${basename(folder)}`]);
  });

  it.each(["new", undefined])(
    "is left where its owner may not write it, though it could be renamed (%s)",
    (text) => {
      chmodSync(path, 0o400);
      expect(() => replace(text)).toThrow(expect.objectContaining({ code: "EACCES" }));
      expect(readdirSync(folder)).toEqual(["mcp.json"]);
      expect(readFileSync(path, "utf8")).toBe("old");
    },
  );
});
