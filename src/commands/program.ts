import { Command, Help } from "commander";
import { nearest } from "../base/nearest.js";
import { NAME, VERSION } from "../base/version.js";
import { FLAGGED, VARIABLES } from "../config/settings.js";
import { namesSecret } from "../redaction/secret-keys.js";
import { cleanText } from "../redaction/text.js";

export { CommanderError } from "commander";

/** The command line without its commands: what holds for all of them, and the help text. */
export function describeProgram(): Command {
  const program = new Command(NAME)
    .description(
      "MCP server that connects Telzino AI phone agents to a PBX over SIP. Without a command: serve over stdio.",
    )
    .usage("[options] [command]")
    .version(VERSION, "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .option("--sandbox", "serve on an embedded Telzino and PBX instead of the real ones");
  for (const { flag, takes, help } of FLAGGED) {
    program.option(takes === undefined ? flag : `${flag} <${takes}>`, help);
  }
  return program
    .allowExcessArguments()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(withoutValue(text)) })
    .showHelpAfterError(`See ${NAME} --help.`)
    .addHelpText("after", ({ command }) => afterHelp(command.configureOutput().getOutHelpWidth?.()))
    .exitOverride();
}

/** @throws CommanderError with the nearest command's name. */
export function refuseCommand(program: Command, given: string): never {
  const near = nearest(given, program.commands.map((command) => command.name()).concat("help"));
  const hint = near === undefined ? "" : `\n(Did you mean ${near}?)`;
  program.error(`error: unknown command '${cleanText(given, 60)}'${hint}`);
}

/** What an unknown flag was given may be a secret: only the flag's name is shown. */
function withoutValue(message: string): string {
  const shown = message.replace(/(unknown option '[^=']*)=.*'/s, "$1'");
  const flag = /unknown option '(--?[\w-]+)/.exec(shown)?.[1];
  if (flag === undefined || !namesSecret(flag)) return shown;
  return `${shown.trimEnd()}\nSecrets are not taken from the command line, where other programs can read them: see the environment variables in --help.\n`;
}

/** @param columns of the terminal; absent, as in a pipe: 80. */
function afterHelp(columns = 80): string {
  const sipSecret = {
    "TELZINO_SIP_SECRET_<NAME>": "a SIP password that a call can name instead of giving it",
    "TELZINO_SIP_SECRET_<NAME>_HOSTS": "hosts that it may be used for, e.g. pbx.example.com,*.example.com",
    "HTTPS_PROXY, HTTP_PROXY, NO_PROXY": "as usual",
  };
  const own = VARIABLES.map(({ variable, help, variableHelp, takes, flag, of }) => {
    const text = variableHelp ?? (flag !== undefined && takes === undefined ? `1: ${help}` : help);
    return [variable, of === undefined ? text : `${of}: ${text}`] as const;
  });
  const variables = [...own, ...Object.entries(sipSecret)];
  const width = Math.max(...variables.map(([name]) => name.length));
  const layout = new Help();
  layout.prepareContext({ helpWidth: columns });
  return `
Environment (a flag wins over the variable of its name):
${variables.map(([name, text]) => layout.formatItem(name, width, text, layout)).join("\n")}

Examples:
  ${NAME} --sandbox        try it in an MCP client, without an account
  ${NAME} doctor           check the credentials in the environment
  ${NAME} diagnose pbx.example.com --user 1001 --transport tls
  ${NAME} explain call.pcap
  ${NAME} audit            list the agents that are not registered
  ${NAME} --read-only      look, but change nothing`;
}
