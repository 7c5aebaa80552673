import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clientOf } from "../../../../src/clients/table.js";
import { carryOut } from "../../../../src/commands/install/change.js";
import { readClientFile, removeLeftovers, replaceClientFile } from "../../../../src/commands/install/file.js";
import { createRedactor } from "../../../../src/redaction/redactor.js";

const posix = process.platform !== "win32";
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "file-"));
  path = join(folder, "mcp.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const replace = (text: string | undefined, ownerOnly = false) =>
  replaceClientFile(readClientFile(path), text, { ownerOnly });
const read = (name = "mcp.json") => readFileSync(join(folder, name), "utf8");
const modeOf = (name: string) => statSync(join(folder, name)).mode & 0o777;
const BACKUP = "mcp.json.telzino-sip.bak";

describe("the backup", () => {
  it("is one, of the state before the latest change", () => {
    writeFileSync(path, "1");
    for (const text of ["2", "3", "4"]) replace(text);
    expect(readdirSync(folder).sort()).toEqual(["mcp.json", BACKUP]);
    expect([read(), read(BACKUP)]).toEqual(["4", "3"]);
    replace(undefined);
    expect(readdirSync(folder)).toEqual([BACKUP]);
    expect(read(BACKUP)).toBe("4");
  });

  it("is not made of a file that was not there", () => {
    expect(replace("1")).toEqual({});
    expect(readdirSync(folder)).toEqual(["mcp.json"]);
  });

  it.runIf(posix).each([
    [0o600, false, 0o600],
    [0o640, false, 0o640],
    [0o644, false, 0o644],
    [0o664, false, 0o664],
    [0o644, true, 0o600],
    [0o600, true, 0o600],
  ])(
    "of a file with mode %o has, where the text is a secret: %s, mode %o, as the file",
    (mode, ownerOnly, wanted) => {
      writeFileSync(path, "1");
      chmodSync(path, mode);
      writeFileSync(join(folder, BACKUP), "older", { mode: 0o666 });
      replace("2", ownerOnly);
      expect([modeOf("mcp.json"), modeOf(BACKUP)]).toEqual([wanted, wanted]);
    },
  );

  it.runIf(posix)("replaces a link of its name, and does not write through it", () => {
    writeFileSync(path, "1");
    writeFileSync(join(folder, "precious"), "precious");
    symlinkSync(join(folder, "precious"), join(folder, BACKUP));
    replace("2");
    expect(read("precious")).toBe("precious");
    expect(lstatSync(join(folder, BACKUP)).isSymbolicLink()).toBe(false);
  });
});

describe("a file that is replaced", () => {
  it.runIf(posix)("may be one that a link leads to, there already or not yet", () => {
    mkdirSync(join(folder, "dotfiles"));
    symlinkSync(join("dotfiles", "mine.json"), path);
    replace("1");
    expect(read("dotfiles/mine.json")).toBe("1");
    replace("2");
    expect(read("dotfiles/mine.json")).toBe("2");
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(["dotfiles", "mcp.json"]);
  });

  it("is left where it has changed since it was read", () => {
    writeFileSync(path, "1");
    const file = readClientFile(path);
    writeFileSync(path, "theirs");
    expect(replaceClientFile(file, "2", { ownerOnly: false })).toBeUndefined();
    expect(readdirSync(folder)).toEqual(["mcp.json"]);
    expect(read()).toBe("theirs");
  });

  it("is left where it was not there when it was read", () => {
    const file = readClientFile(path);
    writeFileSync(path, "theirs");
    expect(replaceClientFile(file, "2", { ownerOnly: false })).toBeUndefined();
    expect(read()).toBe("theirs");
  });

  it.runIf(posix)("is left where its mode has changed, or a link leads elsewhere now", () => {
    writeFileSync(join(folder, "a"), "1");
    writeFileSync(join(folder, "b"), "1");
    symlinkSync(join(folder, "a"), path);
    const file = readClientFile(path);
    rmSync(path);
    symlinkSync(join(folder, "b"), path);
    expect(replaceClientFile(file, "2", { ownerOnly: false })).toBeUndefined();
    const again = readClientFile(path);
    chmodSync(path, 0o600);
    expect(replaceClientFile(again, "2", { ownerOnly: false })).toBeUndefined();
    expect([read("a"), read("b")]).toEqual(["1", "1"]);
  });

  it.runIf(posix)("is not waited for where it is a pipe", () => {
    expect(spawnSync("mkfifo", [path]).status).toBe(0);
    expect(() => readClientFile(path)).toThrow("is not a file");
  });

  it("takes the folders that were made for it along where it cannot be written", () => {
    const deep = join(folder, "a", "b", "mcp.json");
    const file = readClientFile(deep);
    mkdirSync(join(folder, "a"));
    writeFileSync(join(folder, "a", "b"), "in the way");
    expect(() => replaceClientFile(file, "1", { ownerOnly: false })).toThrow(/EEXIST|ENOTDIR/);
    expect(readdirSync(folder)).toEqual(["a"]);
  });
});

describe("what a killed run has left", () => {
  const leftover = (pid: number) => `.telzino-sip-${pid}-0123456789ab.tmp`;

  it("goes with the next run, but nothing of a run that continues, and nothing else", () => {
    const ended = spawnSync(process.execPath, ["-e", ""]).pid;
    const kept = [leftover(process.ppid), `.telzino-sip-${ended}.tmp`, ".other.tmp", "mcp.json"];
    for (const name of [...kept, leftover(ended), leftover(process.pid)])
      writeFileSync(join(folder, name), "");
    removeLeftovers(readClientFile(path));
    expect(readdirSync(folder).sort()).toEqual(kept.sort());
  });

  it("is no trouble where the folder is not there", () => {
    expect(() => removeLeftovers(readClientFile(join(folder, "none", "mcp.json")))).not.toThrow();
  });
});

describe("a file that is written while it is changed", () => {
  /** Another program writes the file each time between our reading and our renaming, `times` times. */
  async function against(times: number) {
    let writes = 0;
    const apply = (text: string) => {
      writes += 1;
      if (writes <= times) writeFileSync(path, JSON.stringify({ theirs: writes }));
      return text.replace("{", '{"ours":1,');
    };
    writeFileSync(path, '{"theirs":0}');
    const client = clientOf("cursor");
    if (!client) throw new Error("cursor");
    const stdout = new PassThrough();
    const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
    const change = { client, path, apply, literals: new Set<string>(), ownerOnly: false };
    return carryOut(change, { yes: true }, io, createRedactor()).finally(() => stdout.end());
  }

  it("is read and changed again, and what was written is kept", async () => {
    expect(await against(3)).toBe(0);
    expect(JSON.parse(read())).toEqual({ ours: 1, theirs: 3 });
    expect(JSON.parse(read(BACKUP))).toEqual({ theirs: 3 });
  });

  it("is given up after a few tries, as the other program left it", async () => {
    await expect(against(Number.POSITIVE_INFINITY)).rejects.toThrow(
      "another program keeps writing this file",
    );
    expect(JSON.parse(read())).toEqual({ theirs: 5 });
    expect(existsSync(join(folder, BACKUP))).toBe(false);
    expect(readdirSync(folder)).toEqual(["mcp.json"]);
  });
});
