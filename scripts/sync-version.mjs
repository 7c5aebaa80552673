// Writes the version of package.json, and its mcpName where it has one, into every other manifest.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const { version, mcpName } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

for (const path of [
  "server.json",
  "packaging/mcpb/manifest.json",
  "packaging/claude-code/.claude-plugin/plugin.json",
  ".claude-plugin/marketplace.json",
  "gemini-extension.json",
]) {
  const text = readFileSync(join(root, path), "utf8");
  let synced = text.replaceAll(/("version": )"[^"]*"/g, `$1"${version}"`);
  if (path === "server.json" && mcpName) synced = synced.replace(/("name": )"[^"]*"/, `$1"${mcpName}"`);
  if (synced !== text) writeFileSync(join(root, path), synced);
}

// The tag of the image that deploy/ runs and docs/hosting.md builds.
for (const path of [
  "deploy/compose.yaml",
  "deploy/Dockerfile",
  "deploy/kubernetes/deployment.yaml",
  "deploy/kubernetes/kustomization.yaml",
  "docs/hosting.md",
]) {
  const text = readFileSync(join(root, path), "utf8");
  const synced = text.replaceAll(/(telzino-sip-mcp:|newTag: )\d+\.\d+\.\d+/g, `$1${version}`);
  if (synced !== text) writeFileSync(join(root, path), synced);
}
