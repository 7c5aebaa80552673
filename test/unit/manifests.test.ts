import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { validateManifest } from "@anthropic-ai/mcpb";
import { describe, expect, it } from "vitest";
import { VERSION } from "../../src/base/version.js";
import { launchOf, SERVER } from "../../src/clients/entry.js";
import { clientOf, entryOf } from "../../src/clients/table.js";
import { offeredTools } from "../../src/tools/index.js";

const ROOT = dirname(dirname(import.meta.dirname));

function manifest(path: string) {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8"));
}

const server = manifest("server.json");
const bundle = manifest("packaging/mcpb/manifest.json");

describe("the version", () => {
  it.each([
    "package.json",
    "server.json",
    "packaging/mcpb/manifest.json",
    "packaging/claude-code/.claude-plugin/plugin.json",
    "gemini-extension.json",
  ])("of %s is the server's: else run scripts/sync-version.mjs", (path) => {
    expect(manifest(path).version).toBe(VERSION);
  });

  it("is that of the npm package in server.json", () => {
    expect(server.packages.map(({ version }: { version: string }) => version)).toEqual([VERSION]);
  });
});

/** Rules of the registry's server.json, schema 2025-12-11, and of its publishing guide. */
describe("server.json", () => {
  it("names its schema, and itself within the limits", () => {
    expect(server.$schema).toBe(
      "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    );
    expect(server.name).toMatch(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/);
    expect(server.description.length).toBeLessThanOrEqual(100);
    expect(server.title.length).toBeLessThanOrEqual(100);
  });

  it("has packages with what the schema requires, and no key that it does not know", () => {
    const known = ["registryType", "registryBaseUrl", "identifier", "version", "runtimeHint", "transport"];
    for (const one of server.packages) {
      expect([...known, "environmentVariables"]).toEqual(expect.arrayContaining(Object.keys(one)));
      expect(one).toMatchObject({ registryType: "npm", identifier: manifest("package.json").name });
      expect(one.transport).toEqual({ type: "stdio" });
      for (const variable of one.environmentVariables) {
        expect(["name", "description", "isRequired", "isSecret", "format"]).toEqual(
          expect.arrayContaining(Object.keys(variable)),
        );
        expect(["string", "number", "boolean", "filepath"]).toContain(variable.format ?? "string");
      }
    }
  });

  it("has the name that package.json gives the registry", () => {
    expect(manifest("package.json").mcpName).toBe(server.name);
  });
});

describe("the marketplace", () => {
  it("offers the plugin that is there, under its name", () => {
    const { plugins, metadata } = manifest(".claude-plugin/marketplace.json");
    expect(metadata.version).toBe(VERSION);
    for (const { name, source } of plugins) {
      expect(manifest(`${source}/.claude-plugin/plugin.json`)).toMatchObject({ name });
    }
    expect(plugins).toHaveLength(1);
  });

  it("gives tools names that stay within a client's 64 characters", () => {
    const [{ name }] = manifest(".claude-plugin/marketplace.json").plugins;
    const tools = offeredTools({ readOnly: false }).map(
      (tool) => `mcp__plugin_${name}_${SERVER}__${tool.name}`,
    );
    expect(tools.filter((tool) => tool.length > 64)).toEqual([]);
  });
});

describe("the manifests", () => {
  it("MCPB's is valid, and marks the secret as sensitive", () => {
    expect(validateManifest(join(ROOT, "packaging/mcpb/manifest.json"))).toBe(true);
    expect(bundle.manifest_version).toBe("0.3");
    expect(bundle.user_config.client_secret.sensitive).toBe(true);
  });

  it("ask for no credentials that the sandbox or a token makes needless", () => {
    const required = Object.values<{ required?: boolean }>(bundle.user_config).filter(
      ({ required }) => required,
    );
    expect(required).toEqual([]);
    const [{ environmentVariables }] = server.packages;
    expect(environmentVariables.filter(({ isRequired }: { isRequired?: boolean }) => isRequired)).toEqual([]);
  });

  it("Gemini CLI's asks for what it hands on, and marks the secret", () => {
    const { settings, mcpServers } = manifest("gemini-extension.json");
    const asked = settings.map(({ envVar }: { envVar: string }) => envVar);
    expect(Object.keys(mcpServers["telzino-sip"].env)).toEqual(asked);
    expect(settings.filter(({ sensitive }: { sensitive?: boolean }) => sensitive)).toMatchObject([
      { envVar: "TELZINO_CLIENT_SECRET" },
    ]);
  });

  it.each([
    ["claude-code", "packaging/claude-code/.mcp.json"],
    ["gemini-cli", "gemini-extension.json"],
  ])("%s's starts the server as install does", (id, path) => {
    const client = clientOf(id);
    if (!client) throw new Error(id);
    const wanted = entryOf(client, launchOf("linux"), { kind: "reference" });
    expect(manifest(path).mcpServers).toEqual({ "telzino-sip": wanted });
  });
});
