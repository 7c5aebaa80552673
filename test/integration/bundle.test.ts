import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { unpackExtension } from "@anthropic-ai/mcpb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = dirname(dirname(import.meta.dirname));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundle-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the MCP bundle", () => {
  it("is valid, and once unpacked starts with its own command and lists its tools", async () => {
    const mcpbPath = join(folder, "a.mcpb");
    execFileSync(process.execPath, [join(ROOT, "scripts", "pack-mcpb.mjs"), mcpbPath], { stdio: "pipe" });
    const unpacked = join(folder, "unpacked");
    expect(await unpackExtension({ mcpbPath, outputDir: unpacked, silent: true })).toBe(true);
    const manifest = JSON.parse(await readFile(join(unpacked, "manifest.json"), "utf8"));
    const { args, env } = manifest.server.mcp_config;
    // What is left empty is handed over as it is.
    const user: Record<string, string> = { client_id: "id", client_secret: "secret", read_only: "false" };
    const filled = (text: string) =>
      text
        .replace(/\$\{__dirname\}/, () => unpacked)
        .replace(/\$\{user_config\.(\w+)\}/g, (whole, name: string) => user[name] ?? whole);
    const variables = Object.entries<string>(env).map(([name, value]) => [name, filled(value)]);
    const server = spawn(process.execPath, args.map(filled), {
      env: Object.fromEntries(variables),
      stdio: ["pipe", "pipe", "inherit"],
      timeout: 30_000,
    });
    const send = (message: object) =>
      server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    const clientInfo = { name: "test", version: "0" };
    send({
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo },
    });
    let listed: { name: string }[] = [];
    for await (const line of createInterface({ input: server.stdout })) {
      const message = JSON.parse(line);
      if (message.id === 1) {
        expect(message.result.serverInfo.version).toBe(manifest.version);
        send({ method: "notifications/initialized" });
        send({ id: 2, method: "tools/list" });
      }
      if (message.id !== 2) continue;
      listed = message.result.tools;
      server.stdin.end();
    }
    expect(listed.map(({ name }) => name)).toContain("configure_sip_registration");
  });
});
