import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SpawnedServer } from "../support/spawned.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crashing in-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What is done to the built program from within, as soon as it serves. */
async function crash(defect: string, temporary = folder) {
  const script = join(folder, "defect.mjs");
  writeFileSync(script, `process.stdin.once("data", () => setTimeout(() => { ${defect} }, 50));`);
  const places = { TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  // The options of Node are split at blanks, and a URL has none.
  const options = { NODE_OPTIONS: `--import=${pathToFileURL(script)}` };
  const server = new SpawnedServer(["--log-level", "error"], { ...places, ...options });
  server.send({ jsonrpc: "2.0", id: 1, method: "ping" });
  const code = await server.ended();
  const reports = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  return { code, stderr: server.stderr, reports: reports.map((name) => join(folder, name)) };
}

const DEFECTS = [
  ["an error that nobody catches", 'throw new RangeError("too far")', "RangeError: too far"],
  ["a promise that nobody waits for", 'Promise.reject(new RangeError("too far"))', "RangeError: too far"],
  ["a rejection with something else than an error", "Promise.reject({})", "UnhandledPromiseRejection"],
] as const;

describe("a crash", () => {
  it.each(DEFECTS)(
    "by %s is one line with the path of its report, and exit code 1",
    async (_n, defect, said) => {
      const { code, stderr, reports } = await crash(defect);
      expect({ code, reports: reports.length }, stderr).toEqual({ code: 1, reports: 1 });
      expect(stderr).toMatch(/^telzino-sip-mcp: unexpected error: .+ \(report without secrets: .+\)\n$/);
      expect(stderr).toContain(said);
      expect(stderr).toContain(`: ${reports[0]})`);
      expect(readFileSync(reports[0] ?? "", "utf8")).toMatch(/^Flags: --log-level$/m);
    },
  );

  it.each(DEFECTS)("by %s is that line alone where no report can be written", async (_n, defect, said) => {
    const nowhere = join(folder, "not-there");
    const { code, stderr } = await crash(defect, nowhere);
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(/^telzino-sip-mcp: unexpected error: .+\n$/);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain("report");
    expect(existsSync(nowhere)).toBe(false);
  });
});
