// Packs dist/ as an MCP bundle for Claude Desktop: reports/telzino-sip-mcp.mcpb. Run `npm run build` first.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { packExtension, validateManifest } from "@anthropic-ai/mcpb";

const root = dirname(import.meta.dirname);
const output = resolve(process.argv[2] ?? join(root, "reports", "telzino-sip-mcp.mcpb"));
const stage = mkdtempSync(join(tmpdir(), "telzino-sip-mcpb-"));

try {
  for (const path of ["dist", "package.json", "README.md", "LICENSE"]) {
    cpSync(join(root, path), join(stage, path), { recursive: true });
  }
  cpSync(join(root, "packaging", "mcpb", "manifest.json"), join(stage, "manifest.json"));
  mkdirSync(dirname(output), { recursive: true });
  const packed =
    validateManifest(join(stage, "manifest.json")) &&
    (await packExtension({ extensionPath: stage, outputPath: output, silent: true }));
  if (!packed) process.exitCode = 1;
} finally {
  rmSync(stage, { recursive: true, force: true });
}
