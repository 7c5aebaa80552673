// Writes the version of package.json, and its mcpName where it has one, into every other manifest.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const { version, mcpName } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

for (const path of [
  "server.json",
  "packaging/mcpb/manifest.json",
  "packaging/claude-code/.claude-plugin/plugin.json",
  "packaging/gemini-cli/gemini-extension.json",
]) {
  const text = readFileSync(join(root, path), "utf8");
  let synced = text.replaceAll(/("version": )"[^"]*"/g, `$1"${version}"`);
  if (path === "server.json" && mcpName) synced = synced.replace(/("name": )"[^"]*"/, `$1"${mcpName}"`);
  if (synced !== text) writeFileSync(join(root, path), synced);
}
