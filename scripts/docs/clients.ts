import { launchOf, SERVER, TOKEN_VARIABLE } from "../../src/clients/entry.js";
import { formatOf } from "../../src/clients/formats.js";
import { addressEntryOf, CLIENTS, type Client, entryOf, type Place } from "../../src/clients/table.js";
import { CLIENT_PROGRAMS, pinnedVersion } from "../../test/clients/support/clients.js";
import { cursorLink, cursorPage, vscodeLink, vscodePage } from "./links.js";
import { namedAnywhere, namedPasswords } from "./named-passwords.js";

const SYSTEMS = [
  ["Linux", "linux", "~", undefined],
  ["macOS", "darwin", "~", undefined],
  ["Windows", "win32", "%USERPROFILE%", "%APPDATA%"],
] as const;
const GENERATED = "<!-- generated from src/clients/table.ts: npm run docs -->";

const ADDRESS = "https://mcp.example.com/mcp";

/** The pages of docs/clients, by file name. */
export function renderClientPages(): Map<string, string> {
  const pages = CLIENTS.map((client) => [`${client.id}.md`, renderClient(client)] as const);
  return new Map([
    ["README.md", renderIndex()],
    ...pages,
    ["generic.md", renderGeneric()],
    ["http.md", renderHttp()],
  ]);
}

/** What the client's file holds when this server is the only one in it. */
function wholeFile(client: Client, platform: NodeJS.Platform): string {
  const entry = entryOf(client, launchOf(platform), { kind: "reference" });
  return formatOf(client).put("", client, entry).trimEnd();
}

function renderIndex(): string {
  return lines(
    GENERATED,
    "# Clients",
    "",
    "`telzino-sip-mcp install <client>` does what these pages describe: it shows the change, asks, keeps a backup and leaves",
    "the rest of the file as it is. `uninstall` reverts it, and removes the file if nothing else is left in it. The state",
    "before the latest change is kept in `<file>.telzino-sip.bak`: delete that when all is well, as it may hold credentials.",
    "`install` shows the values that it writes, without credentials; `…` stands for all others. Changes that other programs",
    "make to the file while the question waits are kept.",
    "",
    "Flags: `--dry-run` (show only), `--yes` (do not ask), `--project` (the project's file), `--store` (write the",
    "credentials into the file), `--local` (start this installation instead of `npx`), `--sandbox` (no account needed),",
    "`--url <address>` ([connect to a server over HTTP](http.md) instead of starting one).",
    "",
    "| client | `install` | credentials | run in CI |",
    "| --- | --- | --- | --- |",
    ...CLIENTS.map(
      (client) =>
        `| [${client.title}](${client.id}.md) | \`${client.id}\` | ${keeping(client)} | ${runInCi(client)} |`,
    ),
    "| [any other](generic.md) | | as the client documents it | |",
    "| [over HTTP](http.md) | | a token | |",
    "| [your own agent or chatbot](../../examples/README.md) | | as it says | each example |",
    "",
    "If the client cannot fill in a reference, because the variable is not in the environment that it was started from, the",
    "value counts as not set: the server starts, says so in its log, and tools that need it say what is missing.",
    "",
    "Each form follows its client's own documentation, which its page links to. Two have a published schema, checked in",
    "`test/unit/manifests.test.ts`: the bundle's manifest by the bundle's own tool, `server.json` by rules written after the",
    "schema. Tests write every form, read it back as the client would, and start the command in it.",
    "",
    "*Run in CI*: the program from that package of npm, without an account, goes from its tool list to a registered agent by the",
    "entry on its page, over stdio and over HTTP, with a model that follows a script (`test/clients`). The others are editors and",
    "a desktop program, which npm does not have.",
  );
}

/** The package of the client that is run, and its version. */
function runInCi({ id }: Client): string {
  const program = CLIENT_PROGRAMS.find((each) => each.id === id);
  return program ? `\`${program.package}\` ${pinnedVersion(program)}` : "no";
}

function keeping(client: Client): string {
  if (client.inputs) return "requested and stored by the client";
  if (client.handsOn) return "from the environment, by name";
  if (client.variableFile) return `from \`${client.variableFile}\`, by reference`;
  if (client.reference) return "from the environment, by reference";
  if (client.environment === "whole") return "from the environment";
  return "in the client's own settings, in plain text";
}

function renderClient(client: Client): string {
  const { file, projectFile } = client;
  const paths = file
    ? SYSTEMS.map(([name, platform, home, data]) => {
        const place: Place = {
          platform,
          home,
          project: ".",
          variable: (asked) => (asked === "APPDATA" ? data : undefined),
        };
        return `- ${name}: \`${file(place)}\``;
      })
    : ["It keeps its servers in its settings."];
  const project: Place = { platform: "linux", home: "~", project: ".", variable: () => undefined };
  return lines(
    GENERATED,
    `# ${client.title}`,
    "",
    `\`telzino-sip-mcp install ${client.id}\`${file ? ", or by hand:" : " prints what to paste."}`,
    "",
    ...paths,
    ...(projectFile ? [`- in a project: \`${projectFile(project)}\``] : []),
    "",
    `\`\`\`${client.format}`,
    wholeFile(client, "linux"),
    "```",
    "",
    "On Windows `npx` is a batch file:",
    "",
    `\`\`\`${client.format}`,
    wholeFile(client, "win32"),
    "```",
    "",
    `Credentials: ${keeping(client)}. ${client.next}`,
    ...notes(client),
    ...links(client),
    ...packaged(client),
    "",
    "The forms with `npx` work once the package is published. From a checkout, after `npm ci && npm run build`:",
    `\`node dist/cli.js install ${client.id} --local\` ${file ? "writes" : "prints"} the entry that starts that build.`,
    ...headless(client),
    ...namedPasswords(client),
    "",
    `Source: <${client.docs}>`,
  );
}

/** How that client installs the repository itself. */
const PACKAGED: Readonly<Record<string, string>> = {
  "claude-code":
    "As a plugin, with a skill for the whole workflow: `claude plugin marketplace add .` in a checkout, then\n`claude plugin install telzino-sip@telzino-sip`.",
  "claude-desktop":
    "As a bundle, which asks for the credentials: `npm run build && node scripts/pack-mcpb.mjs` in a checkout, then open\n`reports/telzino-sip-mcp.mcpb`.",
  "gemini-cli":
    "As an extension, which asks for the credentials: `gemini extensions install .` in a checkout.",
};

/** What else is to be known of a client's file. */
const NOTES: Readonly<Record<string, readonly string[]>> = {
  cline: [
    "Over HTTP, by hand, as it takes the token only in plain text: let no one else read the file.",
    "",
    block({
      mcpServers: {
        [SERVER]: {
          ...{ type: "streamableHttp", url: ADDRESS },
          headers: { Authorization: "Bearer <token>" },
        },
      },
    }),
  ],
  continue: [
    "Continue reads every file of that folder, so this server has a separate one and `config.yaml` stays as it is. If you add",
    "servers to that file, `install` and `uninstall` keep them and their comments, but may change the layout. The Continue CLI",
    "(`cn`) does not read the folder: for it, put the element of `mcpServers` into `config.yaml`.",
  ],
};

function notes({ id }: Client): string[] {
  const known = NOTES[id];
  return known === undefined ? [] : ["", ...known];
}

/** What each needs without a user to ask. Each is tried in `test/clients`. */
const HEADLESS: Readonly<Record<string, readonly string[]>> = {
  "claude-code": [
    `\`claude -p\` calls the tools that it is given: \`--allowedTools mcp__${SERVER}\` gives those of this server.`,
  ],
  codex: [
    "`codex exec` calls the tools that only read. One that writes is refused, because no one can approve it; in the entry, this",
    "approves those of this server:",
    "",
    "```toml",
    'default_tools_approval_mode = "approve"',
    "```",
  ],
  "copilot-cli": [
    `\`copilot -p\` calls the tools that it is given: \`--allow-tool ${SERVER}\` gives those of this server.`,
  ],
  "qwen-code": [
    '`qwen -p` calls the tools that only read. One that writes is refused, because no one can approve it; `"trust": true` in the',
    "entry approves those of this server.",
  ],
  opencode: ["`opencode run` calls the tools of a server without asking."],
  cline: ['`cline "<prompt>"` calls the tools of a server without asking.'],
  continue: ["`cn -p` calls the tools of a server without asking."],
  "gemini-cli": [
    '`gemini -p` gives the model no tool of a server that is not trusted: put `"trust": true` into the entry. In a folder that is not',
    "trusted it does not start: `--skip-trust`.",
  ],
};

function headless({ id }: Client): string[] {
  const how = HEADLESS[id];
  return how === undefined ? [] : ["", "## Without a terminal", "", ...how];
}

function packaged({ id }: Client): string[] {
  const how = PACKAGED[id];
  return how === undefined ? [] : ["", how];
}

/** For clients that install from a link: the web page that opens it, and the link itself. */
function linksOf(client: Client): { page: string; link: string } | undefined {
  const entry = entryOf(client, launchOf("linux"), { kind: "reference" });
  const asked = { ...entry, inputs: client.inputs };
  if (client.id === "vscode") return { page: vscodePage(asked), link: vscodeLink(asked) };
  if (client.id === "cursor") return { page: cursorPage(entry), link: cursorLink(entry) };
  return undefined;
}

/** The README's buttons, one a line. */
export function renderButtons(): string {
  return CLIENTS.flatMap((client) => {
    const page = linksOf(client)?.page;
    return page === undefined
      ? []
      : [`[![Install in ${client.title}](docs/install-${client.id}.svg)](${page})`];
  }).join("\n");
}

function links(client: Client): string[] {
  const found = linksOf(client);
  if (found === undefined) return [];
  return [
    "",
    `[Install in ${client.title}](${found.page}), or paste this link into a browser's address bar:`,
    "",
    "```text",
    found.link,
    "```",
  ];
}

function renderGeneric(): string {
  const command = launchOf("linux");
  const env = { TELZINO_CLIENT_ID: "", TELZINO_CLIENT_SECRET: "" };
  return lines(
    GENERATED,
    "# Any other client",
    "",
    "Most clients read this form. Fill in the values where the client keeps secrets; leave `env` out if the client",
    "passes on its own environment. On Windows the command is `cmd`, with `/c npx` before the other arguments.",
    "",
    block({ mcpServers: { [SERVER]: { ...command, env } } }),
    "",
    "`npx` works once the package is published. From a checkout, after `npm ci && npm run build`, the command is `node` with the",
    "whole path of `dist/cli.js` in place of the arguments.",
    ...namedAnywhere(),
  );
}

function renderHttp(): string {
  const able = CLIENTS.flatMap((client) => {
    const entry = addressEntryOf(client, ADDRESS);
    return entry ? [{ client, entry }] : [];
  });
  const unable = CLIENTS.filter((client) => !able.some((one) => one.client === client));
  return lines(
    GENERATED,
    "# Over HTTP",
    "",
    "For a server started with `telzino-sip-mcp http`. You get the address and the token from its operator.",
    "",
    `\`telzino-sip-mcp install <client> --url ${ADDRESS}\` writes the entry, or by hand, in the file that the client's page`,
    `names. The token itself is never written: the client reads \`${TOKEN_VARIABLE}\` from the environment that it is started`,
    "from (Continue: from its `.env` file), or asks for the token.",
    ...able.flatMap(({ client, entry }) => [
      "",
      `[${client.title}](${client.id}.md):`,
      "",
      `\`\`\`${client.format}`,
      formatOf(client).put("", client, entry).trimEnd(),
      "```",
    ]),
    "",
    "`install --url` refuses these:",
    "",
    ...unable.map(({ id, title, noHttp }) => `- [${title}](${id}.md): ${noHttp ?? "no form is known."}`),
  );
}

function block(value: object): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}

function lines(...text: string[]): string {
  return `${text.join("\n")}\n`;
}
