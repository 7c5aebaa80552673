import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SERVER } from "../../../src/clients/entry.js";
import { findNode } from "../../support/nodes.js";
import type { Home } from "./home.js";
import { claudeProgram, opencodeProgram, packagesOf } from "./installed.js";
import type { Outcome } from "./run.js";

/** A client program as its users run it without a terminal. */
interface ClientProgram {
  /** As `install` knows it. */
  id: string;
  /** As `docs/clients/http.md` calls it. */
  title: string;
  /** Settings that a user has before this server is installed: which model, and nothing that calls home. */
  settings(home: Home): Promise<void>;
  /** Where an entry for a server over HTTP is written by hand. */
  httpFile: string;
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

export const CLIENT_PROGRAMS = [CLAUDE_CODE, CODEX, GEMINI_CLI, QWEN_CODE, OPENCODE] as const;

/** The entry that `docs/clients/http.md` gives for a client, for this address. */
export function documentedEntry(title: string, url: string): string {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/clients/http.md"), "utf8");
  const after = page
    .split("\n\n")
    .slice(page.split("\n\n").findIndex((part) => part.startsWith(`[${title}](`)) + 1);
  const [, entry] = /^```\w+\n(.*?)^```/ms.exec(after.join("\n\n")) ?? [];
  if (entry === undefined) throw new Error(`no form for ${title}`);
  return entry.replace("https://mcp.example.com/mcp", url);
}

/** Frameworks want a newer Node than this project does. */
export async function newerNode(): Promise<string> {
  const { path, reason } = await findNode(24);
  if (path === undefined) throw new Error(reason);
  return path;
}
