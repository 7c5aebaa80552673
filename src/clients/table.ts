import { posix, win32 } from "node:path";
import { type Entry, type Launch, REFERENCED, TOKEN_VARIABLE } from "./entry.js";

/** What a path depends on. */
export interface Place {
  platform: NodeJS.Platform;
  home: string;
  /** The folder of the project, for `--project`. */
  project: string;
  /** `APPDATA`, `XDG_CONFIG_HOME`, `CODEX_HOME`, `COPILOT_HOME`, `CONTINUE_GLOBAL_DIR`; undefined where it is not set. */
  variable(name: string): string | undefined;
}

/** An `inputs` element of VS Code: asked for once, kept by VS Code. */
export interface PromptInput {
  id: string;
  type: "promptString";
  description: string;
  password?: true;
}

/** How a client writes a server that it reaches at an address. */
interface HttpForm {
  /** `type` of the entry, where the client writes one. */
  type?: string;
  /** Its key for the address. */
  address: "url" | "serverUrl" | "httpUrl";
  /** The token, where the client asks for it instead of reading a variable. */
  inputs?: readonly PromptInput[];
  /** The token is the value of this key, instead of a header. */
  token?: "apiKey";
}

export interface Client {
  id: string;
  title: string;
  format: "json" | "toml" | "yaml";
  /** Key of the object that holds the servers. */
  root: string;
  /** A key there that is not a server: the file is in a newer form, which the client reads too. */
  newerForm?: string;
  /** The user's file; absent: the client keeps it where only its own settings dialog writes. */
  file?: (place: Place) => string;
  /** A file in a project, which may be shared: no secrets go into it. */
  projectFile?: (place: Place) => string;
  /** `type` of the entry, where the client writes one. */
  type?: string;
  /** Command and arguments are one list. */
  oneList?: true;
  /** Its key for the variables of an entry; absent: `env`. */
  variables?: "environment";
  /** How a value refers to a variable or an input; absent: the client takes values literally. */
  reference?: (variable: string) => string;
  /** The file that references are filled in from; absent: the environment that the client is started from. */
  variableFile?: string;
  /** The client passes variables on by their names. */
  handsOn?: true;
  /** What a server gets of the environment that the client is started from: all of it, or what its entry names. Absent: not known. */
  environment?: "whole" | "named";
  inputs?: readonly PromptInput[];
  /** Absent: `install` writes no address into its file, for what {@link noHttp} says. */
  http?: HttpForm;
  noHttp?: string;
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
  return configFolder(place);
}

function configFolder(place: Place): string {
  return place.variable("XDG_CONFIG_HOME") ?? dotConfig(place);
}

function dotConfig(place: Place): string {
  return join(place, place.home, ".config");
}

function continueFolder(place: Place): string {
  return place.variable("CONTINUE_GLOBAL_DIR") ?? join(place, place.home, ".continue");
}

/** Where a reference to a variable, or its name, takes the value from. */
export function variablesOf({ title, variableFile }: Client): string {
  return variableFile ?? `the environment that you start ${title} from`;
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
    noHttp:
      "its file takes only programs to start. Add the address in Settings → Connectors, which signs in by OAuth.",
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
    http: { type: "http", address: "url" },
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
    http: {
      type: "http",
      address: "url",
      inputs: [{ id: inputId(TOKEN_VARIABLE), type: "promptString", description: "Token", password: true }],
    },
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
    http: { address: "url" },
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
    http: { address: "url" },
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
    http: { address: "httpUrl" },
    docs: "https://geminicli.com/docs/tools/mcp-server/",
    next: "Start Gemini CLI again; /mcp lists the server.",
  },
  {
    id: "jetbrains",
    title: "JetBrains IDEs",
    format: "json",
    root: "mcpServers",
    docs: "https://www.jetbrains.com/help/ai-assistant/mcp.html",
    noHttp:
      "how it refers to a token is not known. Add the address in Settings → Tools → AI Assistant → Model Context Protocol (MCP).",
    next: "Paste it in Settings → Tools → AI Assistant → Model Context Protocol (MCP) → Add → As JSON, and fill in the values there.",
  },
  {
    id: "windsurf",
    title: "Windsurf",
    format: "json",
    root: "mcpServers",
    file: (place) => join(place, place.home, ".codeium", "windsurf", "mcp_config.json"),
    reference: ofEnv,
    http: { address: "serverUrl" },
    docs: "https://docs.windsurf.com/windsurf/cascade/mcp",
    next: "Press Refresh in the MCP panel of Cascade.",
  },
  {
    id: "copilot-cli",
    title: "Copilot CLI",
    format: "json",
    root: "mcpServers",
    type: "stdio",
    file: (place) =>
      join(place, place.variable("COPILOT_HOME") ?? join(place, place.home, ".copilot"), "mcp-config.json"),
    projectFile: (place) => join(place, place.project, ".github", "mcp.json"),
    reference: braces,
    environment: "whole",
    http: { type: "http", address: "url" },
    docs: "https://docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/add-mcp-servers",
    next: "Start Copilot CLI again; /mcp show lists the server.",
  },
  {
    id: "opencode",
    title: "opencode",
    format: "json",
    root: "mcp",
    newerForm: "servers",
    type: "local",
    oneList: true,
    variables: "environment",
    file: (place) => join(place, configFolder(place), "opencode", "opencode.json"),
    projectFile: (place) => join(place, place.project, "opencode.json"),
    reference: (variable) => `{env:${variable}}`,
    environment: "whole",
    http: { type: "remote", address: "url" },
    docs: "https://opencode.ai/docs/mcp-servers",
    next: "Start opencode again; opencode mcp list shows the server.",
  },
  {
    id: "cline",
    title: "Cline CLI",
    format: "json",
    root: "mcpServers",
    environment: "whole",
    noHttp:
      "it takes the token only in plain text. Add the address by hand, in a file that only you can read: ~/.cline/data/settings/cline_mcp_settings.json.",
    file: (place) => join(place, place.home, ".cline", "data", "settings", "cline_mcp_settings.json"),
    docs: "https://docs.cline.bot/mcp/mcp-overview",
    next: "Start Cline again.",
  },
  {
    id: "zed",
    title: "Zed",
    format: "json",
    root: "context_servers",
    file: (place) =>
      place.platform === "win32"
        ? join(place, applicationData(place), "Zed", "settings.json")
        : join(
            place,
            place.platform === "linux" ? configFolder(place) : dotConfig(place),
            "zed",
            "settings.json",
          ),
    noHttp:
      "it takes the token only in plain text. Add the address by hand in Settings → AI → MCP Servers → Add Server.",
    docs: "https://zed.dev/docs/ai/mcp",
    next: "Open Settings → AI → MCP Servers: the dot beside the server is green.",
  },
  {
    id: "qwen-code",
    title: "Qwen Code",
    format: "json",
    root: "mcpServers",
    file: (place) => join(place, place.home, ".qwen", "settings.json"),
    projectFile: (place) => join(place, place.project, ".qwen", "settings.json"),
    reference: (variable) => `$${variable}`,
    environment: "whole",
    http: { address: "httpUrl" },
    docs: "https://qwenlm.github.io/qwen-code-docs/en/users/features/mcp/",
    next: "Start Qwen Code again; /mcp lists the server.",
  },
  {
    id: "continue",
    title: "Continue",
    format: "yaml",
    root: "mcpServers",
    type: "stdio",
    file: (place) => join(place, continueFolder(place), "mcpServers", "telzino-sip.yaml"),
    projectFile: (place) => join(place, place.project, ".continue", "mcpServers", "telzino-sip.yaml"),
    reference: (variable) => `\${{ secrets.${variable} }}`,
    variableFile: "~/.continue/.env",
    environment: "named",
    http: { type: "streamable-http", address: "url", token: "apiKey" },
    docs: "https://docs.continue.dev/customize/deep-dives/mcp",
    next: "Reload the editor and choose agent mode, the only one with MCP tools.",
  },
];

export function clientOf(id: string): Client | undefined {
  return CLIENTS.find((client) => client.id === id);
}

/** `values`: written literally. `reference`: by name, as the client reads it. `none`: the sandbox needs none. */
export type CredentialsForm =
  | { kind: "reference" | "none" }
  | { kind: "values"; env: Record<string, string> };

/**
 * A client's entry. A client that cannot refer to variables gets empty values to fill in.
 *
 * @param variables names that are passed on too, if the client passes on what its entry names.
 */
export function entryOf(
  client: Client,
  launch: Launch,
  credentials: CredentialsForm,
  variables: readonly string[] = [],
): Entry {
  const base = {
    ...(client.type ? { type: client.type } : {}),
    ...(client.oneList ? { command: [launch.command, ...launch.args] } : launch),
  };
  const handed = client.environment === "named" ? variables : [];
  const names = [...(credentials.kind === "reference" ? REFERENCED : []), ...handed];
  const values = credentials.kind === "values" ? credentials.env : {};
  if (client.handsOn) {
    const env = credentials.kind === "values" ? { env: values } : {};
    return { ...base, ...env, ...(names.length > 0 ? { env_vars: names } : {}) };
  }
  // It cannot refer to a variable, and does not need to: the server gets them all.
  const inherits = client.environment === "whole" && client.reference === undefined;
  const reference = client.reference ?? (() => "");
  const env = {
    ...Object.fromEntries((inherits ? [] : names).map((name) => [name, reference(name)])),
    ...values,
  };
  return Object.keys(env).length > 0 ? { ...base, [client.variables ?? "env"]: env } : base;
}

/**
 * A client's entry for a server at an address, with the token by reference to {@link TOKEN_VARIABLE}. Undefined: the
 * client has no such form.
 */
export function addressEntryOf({ http, reference, handsOn }: Client, address: string): Entry | undefined {
  if (!http) return undefined;
  const base = { ...(http.type ? { type: http.type } : {}), [http.address]: address };
  if (http.token && reference) return { ...base, [http.token]: reference(TOKEN_VARIABLE) };
  if (handsOn) return { ...base, bearer_token_env_var: TOKEN_VARIABLE };
  return reference && { ...base, headers: { Authorization: `Bearer ${reference(TOKEN_VARIABLE)}` } };
}
