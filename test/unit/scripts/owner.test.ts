import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
let copy: string;
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "owner-"));
  for (const path of [
    "package.json",
    "server.json",
    "packaging",
    ".claude-plugin",
    "gemini-extension.json",
    "deploy",
    "docs/hosting.md",
    "scripts/sync-version.mjs",
    "scripts/check-owner.mjs",
  ])
    cpSync(join(ROOT, path), join(copy, path), { recursive: true });
});
afterEach(() => rmSync(copy, { recursive: true }));

const setOwner = (owner: string) =>
  execFileSync(process.execPath, [join(copy, "scripts/sync-version.mjs"), "--owner", owner]);
const check = () =>
  spawnSync(process.execPath, [join(copy, "scripts/check-owner.mjs")], { encoding: "utf8" });

it("a publish is refused in one sentence until the owner is set, and an owner is set in one place", () => {
  const refused = check();
  expect(refused.status).toBe(1);
  expect(refused.stderr.trim().split("\n")).toHaveLength(1);
  setOwner("first-owner");
  setOwner("example-owner");
  expect(check()).toMatchObject({ status: 0, stderr: "" });
  const [manifest, server] = ["package.json", "server.json"].map((path) =>
    JSON.parse(readFileSync(join(copy, path), "utf8")),
  );
  expect(server.name).toBe("io.github.example-owner/telzino-sip-mcp");
  expect(manifest.mcpName).toBe(server.name);
  expect(server.repository).toEqual({ url: dirname(manifest.bugs), source: "github" });
});
