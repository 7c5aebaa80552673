import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
let copy: string;
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "owner-"));
  for (const path of [
    "package.json",
    "package-lock.json",
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
  const labels = readFileSync(join(copy, "deploy/Dockerfile"), "utf8").match(/image\.source="[^"]*"/g);
  expect(labels).toEqual([`image.source="${server.repository.url}"`]);
});

it("a version is set in one place, and every manifest, image and lock file follows", () => {
  const path = join(copy, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...manifest, version: "97.98.99" }));
  execFileSync(process.execPath, [join(copy, "scripts/sync-version.mjs")]);
  const lock = JSON.parse(readFileSync(join(copy, "package-lock.json"), "utf8"));
  expect([lock.version, lock.packages[""].version]).toEqual(["97.98.99", "97.98.99"]);
  const dockerfile = readFileSync(join(copy, "deploy/Dockerfile"), "utf8");
  expect(dockerfile).toContain('image.version="97.98.99"');
  expect(dockerfile).toContain("-t telzino-sip-mcp:97.98.99 .");
  for (const [text, count] of [
    ["server.json", 2],
    ["packaging/mcpb/manifest.json", 1],
    ["packaging/claude-code/.claude-plugin/plugin.json", 1],
    [".claude-plugin/marketplace.json", 1],
    ["gemini-extension.json", 1],
    ["deploy/compose.yaml", 1],
    ["deploy/kubernetes/deployment.yaml", 1],
    ["deploy/kubernetes/kustomization.yaml", 1],
    ["docs/hosting.md", 2],
  ] as const) {
    expect(readFileSync(join(copy, text), "utf8").split("97.98.99"), text).toHaveLength(count + 1);
  }
});
