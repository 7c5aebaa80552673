import { posix, win32 } from "node:path";
import { type Entry, type Launch, REFERENCED } from "./entry.js";

/** What a path depends on. */
export interface Place {
  platform: NodeJS.Platform;
  home: string;
  /** The folder of the project, for `--project`. */
  project: string;
  /** `APPDATA`, `XDG_CONFIG_HOME` or `CODEX_HOME`; undefined where it is not set. */
  variable(name: string): string | undefined;
}

/** An `inputs` element of VS Code: asked for once, kept by VS Code. */
export interface PromptInput {
  id: string;
  type: "promptString";
  description: string;
  password?: true;
}

export interface Client {
  id: string;
  title: string;
  format: "json" | "toml";
  /** Key of the object that holds the servers. */
  root: string;
  /** The user's file; absent: the client keeps it where only its own settings dialog writes. */
  file?: (place: Place) => string;
  /** A file in a project, which may be shared: no secrets go into it. */
  projectFile?: (place: Place) => string;
  /** `type` of the entry, where the client writes one. */
  type?: string;
  /** How a value refers to a variable or an input; absent: the client takes values as they stand. */
  reference?: (variable: string) => string;
  /** The client hands variables on by their names. */
  handsOn?: true;
  /** What a server gets of the environment that the client is started from: all of it, or what its entry names. Absent: not known. */
  environment?: "whole" | "named";
  inputs?: readonly PromptInput[];
  /** Where the client says so. */
  docs: string;
  /** What to do after the file was written, or instead of it. */
  next: string;
}

const braces = (variable: string) => `\${${variable}}`;
const ofEnv = (variable: string) => `\${env:${variable}}`;
const inputId = (variable: string) => variable.toLowerCase().replaceAll("_", "-");

function join({ platform }: Place, ...parts: string[]): string {
  return (platform === "win32" ? win32 : posix).join(...parts);
}

/** Where programs keep what belongs to a user. */
function applicationData(place: Place): string {
  const { platform, home } = place;
  if (platform === "win32") return place.variable("APPDATA") ?? join(place, home, "AppData", "Roaming");
  if (platform === "darwin") return join(place, home, "Library", "Application Support");
  return place.variable("XDG_CONFIG_HOME") ?? join(place, home, ".config");
}

/** Every client that `install` knows, in the order of the documentation. */
export const CLIENTS: readonly Client[] = [
  {
    id: "claude-desktop",
    title: "Claude Desktop",
    format: "json",
    root: "mcpServers",
    file: (place) => join(place, applicationData(place), "Claude", "claude_desktop_config.json"),
    docs: "https://modelcontextprotocol.io/docs/develop/connect-local-servers",
    next: "Quit Claude Desktop and start it again.",
  },
  {
    id: "claude-code",
    title: "Claude Code",
    format: "json",
    root: "mcpServers",
    type: "stdio",
    file: (place) => join(place, place.home, ".claude.json"),
    projectFile: (place) => join(place, place.project, ".mcp.json"),
    reference: braces,
    environment: "whole",
    docs: "https://code.claude.com/docs/en/mcp",
    next: "Start a new session; /mcp lists the server.",
  },
  {
    id: "vscode",
    title: "VS Code",
    format: "json",
    root: "servers",
    type: "stdio",
    file: (place) => join(place, applicationData(place), "Code", "User", "mcp.json"),
    projectFile: (place) => join(place, place.project, ".vscode", "mcp.json"),
    reference: (variable) => `\${input:${inputId(variable)}}`,
    inputs: [
      { id: inputId("TELZINO_CLIENT_ID"), type: "promptString", description: "Telzino client id" },
      {
        id: inputId("TELZINO_CLIENT_SECRET"),
        type: "promptString",
        description: "Telzino client secret",
        password: true,
      },
    ],
    docs: "https://code.visualstudio.com/docs/copilot/reference/mcp-configuration",
    next: "VS Code asks for client id and secret when the server starts for the first time, and keeps them.",
  },
  {
    id: "cursor",
    title: "Cursor",
    format: "json",
    root: "mcpServers",
    file: (place) => join(place, place.home, ".cursor", "mcp.json"),
    projectFile: (place) => join(place, place.project, ".cursor", "mcp.json"),
    reference: ofEnv,
    docs: "https://cursor.com/docs/context/mcp",
    next: "Enable the server in Settings → MCP.",
  },
  {
    id: "codex",
    title: "Codex",
    format: "toml",
    root: "mcp_servers",
    file: (place) =>
      join(place, place.variable("CODEX_HOME") ?? join(place, place.home, ".codex"), "config.toml"),
    handsOn: true,
    environment: "named",
    docs: "https://developers.openai.com/codex/mcp",
    next: "Start Codex again; /mcp lists the server.",
  },
  {
    id: "gemini-cli",
    title: "Gemini CLI",
    format: "json",
    root: "mcpServers",
    file: (place) => join(place, place.home, ".gemini", "settings.json"),
    projectFile: (place) => join(place, place.project, ".gemini", "settings.json"),
    reference: (variable) => `$${variable}`,
    environment: "named",
    docs: "https://geminicli.com/docs/tools/mcp-server/",
    next: "Start Gemini CLI again; /mcp lists the server.",
  },
  {
    id: "jetbrains",
    title: "JetBrains IDEs",
    format: "json",
    root: "mcpServers",
    docs: "https://www.jetbrains.com/help/ai-assistant/mcp.html",
    next: "Paste it in Settings → Tools → AI Assistant → Model Context Protocol (MCP) → Add → As JSON, and fill in the values there.",
  },
  {
    id: "windsurf",
    title: "Windsurf",
    format: "json",
    root: "mcpServers",
    file: (place) => join(place, place.home, ".codeium", "windsurf", "mcp_config.json"),
    reference: ofEnv,
    docs: "https://docs.windsurf.com/windsurf/cascade/mcp",
    next: "Press Refresh in the MCP panel of Cascade.",
  },
];

export function clientOf(id: string): Client | undefined {
  return CLIENTS.find((client) => client.id === id);
}

/** `values`: to be written as they stand. `reference`: by name, as the client reads it. `none`: the sandbox needs none. */
export type CredentialsForm =
  | { kind: "reference" | "none" }
  | { kind: "values"; env: Record<string, string> };

/**
 * A client's entry. A client that cannot refer to variables gets empty values to fill in.
 *
 * @param variables names that are handed on too, where the client hands on what its entry names.
 */
export function entryOf(
  client: Client,
  launch: Launch,
  credentials: CredentialsForm,
  variables: readonly string[] = [],
): Entry {
  const base = { ...(client.type ? { type: client.type } : {}), command: launch.command, args: launch.args };
  const handed = client.environment === "named" ? variables : [];
  const names = [...(credentials.kind === "reference" ? REFERENCED : []), ...handed];
  const values = credentials.kind === "values" ? { env: credentials.env } : {};
  if (client.handsOn) return { ...base, ...values, ...(names.length > 0 ? { env_vars: names } : {}) };
  const reference = client.reference ?? (() => "");
  const env = { ...Object.fromEntries(names.map((name) => [name, reference(name)])), ...values.env };
  return Object.keys(env).length > 0 ? { ...base, env } : base;
}
