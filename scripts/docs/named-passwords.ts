import { launchOf, SERVER } from "../../src/clients/entry.js";
import { formatOf } from "../../src/clients/formats.js";
import { type Client, entryOf } from "../../src/clients/table.js";

/** How a named SIP password gets through a client to the server: the part of each client's page that says so. */

const NAME = "TELZINO_SIP_SECRET_OFFICE_PBX";

export function namedPasswords(client: Client): string[] {
  return ["", "## Named SIP passwords", "", ...waysOf(client), "", ...FILE];
}

const FILE = [
  'Or, with any client, from a file: put `"--secrets-file", "<path>"` into `args`. Then no password is in the client\'s',
  "environment or settings ([SIP passwords](../secrets.md#named)).",
];

function waysOf(client: Client): string[] {
  const { title } = client;
  if (client.environment === "whole") {
    return [
      `${title} hands its whole environment to the server: set \`${NAME}\` in the shell`,
      "from which it is started.",
    ];
  }
  if (client.environment === "named") {
    return [
      `${title} cuts the environment: a variable reaches the server only where the entry names it. \`install\` names those that`,
      "are set while it runs, so set them first; or by hand:",
      "",
      `\`\`\`${client.format}`,
      entryWith(client),
      "```",
      "",
      ...(client.variableFile ? [`The value is in \`${client.variableFile}\`.`, ""] : []),
      "Hosts that it is pinned to go the same way, in a variable of that name with `_HOSTS` at its end.",
    ];
  }
  const [first] = client.inputs ?? [];
  if (first !== undefined) {
    return [
      `Ask for it as for the credentials: one more element of \`inputs\` with the id \`${inputId()}\` and \`"password": true\`, and`,
      `in \`env\` \`"${NAME}": "\${input:${inputId()}}"\`.`,
    ];
  }
  if (client.reference) {
    return [
      `In \`env\` of the entry: \`"${NAME}": "${client.reference(NAME)}"\`, with the variable set in the environment that`,
      `${title} is started from.`,
    ];
  }
  return [
    "It is not known whether it passes on the environment that it was started from, and it keeps `env` in plain text: prefer",
    "the file.",
  ];
}

function entryWith(client: Client): string {
  const entry = entryOf(client, launchOf("linux"), { kind: "reference" }, [NAME]);
  return formatOf(client).put("", client, entry).trimEnd();
}

function inputId(): string {
  return NAME.toLowerCase().replaceAll("_", "-");
}

/** For a client about which nothing is known. */
export function namedAnywhere(): string[] {
  return [
    "",
    "## Named SIP passwords",
    "",
    `Many clients give a server only the variables that its entry names: put \`${NAME}\` there, or the file into \`args\`:`,
    "",
    "```json",
    JSON.stringify(
      {
        mcpServers: {
          [SERVER]: { ...withFile(), env: { TELZINO_CLIENT_ID: "", TELZINO_CLIENT_SECRET: "" } },
        },
      },
      null,
      2,
    ),
    "```",
  ];
}

function withFile() {
  const { command, args } = launchOf("linux");
  return { command, args: [...args, "--secrets-file", "<path>"] };
}
