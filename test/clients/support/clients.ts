import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SERVER } from "../../../src/clients/entry.js";
import { findNode } from "../../support/nodes.js";
import PINNED from "../programs/package.json" with { type: "json" };
import type { Home } from "./home.js";
import { claudeProgram, clineProgram, opencodeProgram, packagesOf } from "./installed.js";
import type { Outcome } from "./run.js";

/** A client program as its users run it without a terminal. */
interface ClientProgram {
  /** As `install` knows it. */
  id: string;
  /** As `docs/clients` calls it. */
  title: string;
  /** On npm. */
  package: string;
  /** The package that is installed instead. */
  installed?: string;
  /** Settings that a user has before this server is installed: which model, and nothing that calls home. */
  settings(home: Home): Promise<void>;
  /** What its page has a user do by hand after `install`. */
  complete?(home: Home): Promise<void>;
  /** Where an entry for a server over HTTP is written by hand. */
  httpFile: string;
  /** The page in `docs/clients` that has this entry; absent: `http.md`. */
  httpPage?: string;
  /** Lets it call the tools that change something although no one is there to be asked, as its page in `docs/clients` says. */
  permit(home: Home): Promise<void>;
  /** Does not give the model what servers say about themselves. */
  hidesInstructions?: true;
  /** Hosts that it asks for something of its own, with whatever settings. */
  strangers?: readonly string[];
  ask(home: Home, prompt: string, env?: Record<string, string>): Promise<Outcome>;
  /** As the model's name for a tool goes into the request of an API that limits it. */
  apiName(name: string): string;
}

const KEY = "not-a-key";

const CLAUDE_CODE: ClientProgram = {
  id: "claude-code",
  title: "Claude Code",
  package: "@anthropic-ai/claude-code",
  settings: async () => {},
  httpFile: "project/.mcp.json",
  // By a flag.
  permit: async () => {},
  ask: (home, prompt, env) =>
    home.run([claudeProgram(), "-p", prompt, "--allowedTools", "mcp__telzino-sip"], {
      ...{ ANTHROPIC_BASE_URL: home.model.url, ANTHROPIC_API_KEY: KEY },
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      ...env,
    }),
  apiName: (name) => name,
};

const CODEX: ClientProgram = {
  id: "codex",
  title: "Codex",
  package: "@openai/codex",
  settings: (home) =>
    home.write(
      ".codex/config.toml",
      `model = "scripted"
model_provider = "scripted"
check_for_update_on_startup = false

[model_providers.scripted]
name = "scripted"
base_url = "${home.model.url}/v1"
wire_api = "responses"
env_key = "SCRIPTED_KEY"

[features]
apps = false
plugins = false

[analytics]
enabled = false

[otel]
metrics_exporter = "none"
`,
    ),
  httpFile: ".codex/config.toml",
  permit: (home) =>
    home.change(".codex/config.toml", (text) =>
      text.replace(`[mcp_servers.${SERVER}]`, '$&\ndefault_tools_approval_mode = "approve"'),
    ),
  ask: (home, prompt, env) => {
    const program = join(packagesOf("programs"), "@openai", "codex", "bin", "codex.js");
    const command = [process.execPath, program, "exec", "--skip-git-repo-check", prompt];
    return home.run(command, { SCRIPTED_KEY: KEY, ...env });
  },
  apiName: (name) => name.replace(".", "__"),
};

const GEMINI_CLI: ClientProgram = {
  id: "gemini-cli",
  title: "Gemini CLI",
  package: "@google/gemini-cli",
  settings: (home) =>
    home.write(
      ".gemini/settings.json",
      JSON.stringify({
        security: { auth: { selectedType: "gemini-api-key" } },
        privacy: { usageStatisticsEnabled: false },
        general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
      }),
    ),
  httpFile: ".gemini/settings.json",
  permit: (home) =>
    home.change(".gemini/settings.json", (text) => {
      const settings = JSON.parse(text);
      settings.mcpServers[SERVER].trust = true;
      return JSON.stringify(settings);
    }),
  ask: (home, prompt, env) => {
    const program = join(packagesOf("programs"), "@google", "gemini-cli", "bundle", "gemini.js");
    // A model by name: by itself it first asks another model which one to take.
    const flags = ["--model", "gemini-2.5-flash", "--skip-trust"];
    return home.run([process.execPath, program, ...flags, "-p", prompt], {
      ...{ GEMINI_API_KEY: KEY, GOOGLE_GEMINI_BASE_URL: home.model.url, ...env },
    });
  },
  apiName: (name) => name,
};

const QWEN_CODE: ClientProgram = {
  id: "qwen-code",
  title: "Qwen Code",
  package: "@qwen-code/qwen-code",
  hidesInstructions: true,
  settings: (home) =>
    home.write(
      ".qwen/settings.json",
      JSON.stringify({
        security: { auth: { selectedType: "openai" } },
        privacy: { usageStatisticsEnabled: false },
        general: { enableAutoUpdate: false, disableAutoUpdate: true },
      }),
    ),
  httpFile: ".qwen/settings.json",
  permit: (home) =>
    home.change(".qwen/settings.json", (text) => {
      const settings = JSON.parse(text);
      settings.mcpServers[SERVER].trust = true;
      return JSON.stringify(settings);
    }),
  ask: (home, prompt, env) => {
    const program = join(packagesOf("programs"), "@qwen-code", "qwen-code", "cli.js");
    return home.run([process.execPath, program, "-p", prompt], {
      ...{ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `${home.model.url}/v1`, OPENAI_MODEL: "scripted", ...env },
    });
  },
  apiName: (name) => name,
};

const OPENCODE: ClientProgram = {
  id: "opencode",
  title: "opencode",
  package: "opencode-ai",
  settings: (home) =>
    home.write(
      ".config/opencode/opencode.json",
      JSON.stringify({
        $schema: "https://opencode.ai/config.json",
        ...{
          model: "scripted/scripted",
          small_model: "scripted/scripted",
          autoupdate: false,
          share: "disabled",
        },
        provider: {
          scripted: {
            npm: "@ai-sdk/openai-compatible",
            options: { baseURL: `${home.model.url}/v1`, apiKey: KEY },
            models: { scripted: { name: "scripted", tool_call: true } },
          },
        },
      }),
    ),
  httpFile: ".config/opencode/opencode.json",
  // It asks only for its own tools.
  permit: async () => {},
  // Its package for plugins.
  strangers: ["registry.npmjs.org"],
  ask: (home, prompt, env) =>
    home.run([opencodeProgram(), "run", prompt], { OPENCODE_DISABLE_MODELS_FETCH: "1", ...env }),
  apiName: (name) => name,
};

const COPILOT = join(packagesOf("programs"), "@github", "copilot", "npm-loader.js");
const COPILOT_CLI: ClientProgram = {
  id: "copilot-cli",
  title: "Copilot CLI",
  package: "@github/copilot",
  hidesInstructions: true,
  settings: async () => {},
  httpFile: ".copilot/mcp-config.json",
  // By a flag.
  permit: async () => {},
  ask: (home, prompt, env) =>
    home.run([process.execPath, COPILOT, "-p", prompt, "--allow-tool", SERVER], {
      ...{ COPILOT_OFFLINE: "true", COPILOT_PROVIDER_BASE_URL: `${home.model.url}/v1` },
      ...{ COPILOT_MODEL: "scripted", ...env },
    }),
  apiName: (name) => name,
};

const CLINE: ClientProgram = {
  id: "cline",
  title: "Cline CLI",
  package: "cline",
  installed: "@cline/cli-linux-x64",
  hidesInstructions: true,
  settings: async (home) => {
    const settings = {
      provider: "openai-compatible",
      apiKey: KEY,
      model: "scripted",
      baseUrl: `${home.model.url}/v1`,
    };
    const providers = {
      "openai-compatible": { settings, updatedAt: "2026-11-30T00:00:00.000Z", tokenSource: "manual" },
    };
    await home.write(
      ".cline/data/settings/providers.json",
      JSON.stringify({ version: 1, lastUsedProvider: "openai-compatible", modes: {}, providers }),
    );
    await home.write(
      ".cline/data/settings/global-settings.json",
      JSON.stringify({ telemetryOptOut: true, autoUpdateEnabled: false }),
    );
  },
  httpFile: ".cline/data/settings/cline_mcp_settings.json",
  httpPage: "cline.md",
  // It asks for none.
  permit: async () => {},
  // Which features are switched on.
  strangers: ["data.cline.bot"],
  ask: (home, prompt, env) =>
    // By itself it starts a program in the background, which outlives it.
    home.run([clineProgram(), prompt], { CLINE_SESSION_BACKEND_MODE: "local", ...env }),
  apiName: (name) => name,
};

const CONTINUE: ClientProgram = {
  id: "continue",
  title: "Continue",
  package: "@continuedev/cli",
  hidesInstructions: true,
  settings: (home) =>
    home.write(
      ".continue/config.yaml",
      `name: "Scripted"
version: "1.0.0"
schema: "v1"
models:
  - name: "scripted"
    provider: "openai"
    model: "scripted"
    apiBase: "${home.model.url}/v1"
    apiKey: "${KEY}"
    roles: ["chat"]
    capabilities: ["tool_use"]
`,
    ),
  httpFile: ".continue/config.yaml",
  // By itself without a terminal.
  permit: async () => {},
  async complete(home) {
    const file = join(home.folder, ".continue", "mcpServers", `${SERVER}.yaml`);
    await home.addEntry(CONTINUE.httpFile, await readFile(file, "utf8"));
  },
  // Which version is the newest.
  strangers: ["api.continue.dev"],
  ask: async (home, prompt, env) => {
    const program = join(packagesOf("programs"), "@continuedev", "cli", "dist", "cn.js");
    // What it asks by Node's own `fetch` goes through the gate on a Node that can be asked to.
    return home.run([await newerNode(), program, "-p", prompt], {
      ...{ CONTINUE_CLI_ENABLE_TELEMETRY: "0", NODE_USE_ENV_PROXY: "1", ...env },
    });
  },
  apiName: (name) => name,
};

export const CLIENT_PROGRAMS = [
  CLAUDE_CODE,
  CODEX,
  GEMINI_CLI,
  QWEN_CODE,
  OPENCODE,
  COPILOT_CLI,
  CLINE,
  CONTINUE,
] as const;

/** The version of it that is installed. */
export function pinnedVersion({ package: name, installed = name }: ClientProgram): string | undefined {
  const versions: Record<string, string> = { ...PINNED.dependencies, ...PINNED.optionalDependencies };
  return versions[installed];
}

/** The entry over HTTP that `docs/clients` gives for a client, for this address and, where it takes no other, this token. */
export function documentedEntry({ title, httpPage }: ClientProgram, url: string, token: string): string {
  const page = readFileSync(
    join(import.meta.dirname, "../../../docs/clients", httpPage ?? "http.md"),
    "utf8",
  );
  const heading = httpPage === undefined ? `\n[${title}](` : "";
  const start = page.indexOf(heading);
  const blocks = start < 0 ? [] : [...page.slice(start).matchAll(/^```\w+\n(.*?)^```/gms)];
  const entry = blocks.map(([, text = ""]) => text).find((text) => text.includes(ADDRESS));
  if (entry === undefined) throw new Error(`no form for ${title}`);
  return entry.replace(ADDRESS, url).replace("<token>", token);
}

const ADDRESS = "https://mcp.example.com/mcp";

/** Frameworks, and some clients, want a newer Node than this project does. */
export async function newerNode(): Promise<string> {
  const { path, reason } = await findNode(24);
  if (path === undefined) throw new Error(reason);
  return path;
}
