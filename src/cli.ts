#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import type { Io } from "./commands/io.js";
import {
  type Config,
  ConfigError,
  DEFAULT_API_URL,
  type Flags,
  processConfig,
  secretsOf,
  VARIABLES,
} from "./config.js";
import { nearest } from "./nearest.js";
import { namesSecret } from "./secret-keys.js";
import { createRedactor } from "./secrets/redactor.js";
import { cleanText } from "./text.js";
import { NAME, VERSION } from "./version.js";

/** Exit codes: 0 done, 1 failed, 2 wrong flags or configuration. */
const FAILED = 1;
const MISUSED = 2;

type Run = (config: Config, io: Io) => Promise<number>;

const redactor = createRedactor();

async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  // Each command is loaded when it is asked for: `--version` and the stdio server start without the others.
  const run = async (flags: Flags, load: () => Promise<Run>) => {
    const config = processConfig(flags);
    for (const secret of secretsOf(config)) redactor.hold(secret);
    const command = await load();
    code = await command(config, { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr });
  };
  const program = describeProgram();
  program.action(async (flags: Flags, { args }: Command) => {
    if (args[0] !== undefined) refuseCommand(program, args[0]);
    await run(flags, async () => (await import("./commands/serve.js")).serve);
  });
  program
    .command("demo")
    .description("show the whole way, on the embedded sandbox: no account needed")
    .action(async (_own: object, command: Command) => {
      const flags = command.optsWithGlobals<Flags>();
      await run({ ...flags, sandbox: true }, async () => (await import("./commands/demo.js")).demo);
    });
  program
    .command("doctor")
    .description("check configuration, login and reachability; exit code 0 or 1")
    .option("--json", "print the report as JSON")
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const load = async (): Promise<Run> => {
        const { doctor } = await import("./commands/doctor.js");
        return (config, io) => doctor(config, io, { json: json === true });
      };
      await run(command.optsWithGlobals<Flags>(), load);
    });
  try {
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED;
    if (!(error instanceof ConfigError)) throw error;
    const lines = error.problems.map((problem) => `- ${cleanText(problem, 500)}`);
    process.stderr.write(`${NAME}: the configuration cannot be used:\n${lines.join("\n")}\n`);
    return MISUSED;
  }
}

function describeProgram(): Command {
  return new Command(NAME)
    .description(
      "MCP server that connects Telzino AI phone agents to a PBX over SIP. Without a command: serve over stdio.",
    )
    .usage("[options] [command]")
    .version(VERSION, "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .option("--sandbox", "serve on an embedded Telzino and PBX instead of the real ones")
    .option("--sandbox-api-port <port>", "the sandbox's API port (default: any free one)")
    .option("--sandbox-sip-port <port>", "the sandbox's SIP port (default: any free one)")
    .option("--api-url <url>", `address of the Telzino API (default: ${DEFAULT_API_URL})`)
    .option("--agent-id <uuid>", "work on this one agent")
    .option("--read-only", "leave out the tools that change something")
    .option("--log-level <level>", "error, warn, info, debug or trace (default: warn)")
    .allowExcessArguments()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(withoutValue(text)) })
    .showHelpAfterError(`See ${NAME} --help.`)
    .addHelpText("after", afterHelp())
    .exitOverride();
}

function refuseCommand(program: Command, given: string): never {
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

function afterHelp(): string {
  const sipSecret = {
    "TELZINO_SIP_SECRET_<NAME>": "a SIP password that a call can name instead of giving it",
    "TELZINO_SIP_SECRET_<NAME>_HOSTS": "hosts that it may be used for, e.g. pbx.example.com,*.example.com",
    "HTTPS_PROXY, HTTP_PROXY, NO_PROXY": "as usual",
  };
  const variables = Object.entries({ ...VARIABLES, ...sipSecret });
  const width = Math.max(...variables.map(([name]) => name.length)) + 2;
  return `
Environment (a flag wins over the variable of its name):
${variables.map(([name, text]) => `  ${name.padEnd(width)}${text}`).join("\n")}

Examples:
  ${NAME} --sandbox        try it in an MCP client, without an account
  ${NAME} doctor           check the credentials in the environment
  ${NAME} --read-only      look, but change nothing`;
}

/** One line for a person, without any configured secret. */
function crashed(error: unknown): void {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  process.stderr.write(
    `${NAME}: unexpected error: ${redactor.redact(cleanText(redactor.redact(text), 500))}\n`,
  );
}

process.on("uncaughtException", (error) => {
  crashed(error);
  process.exit(FAILED);
});
// A reader that has gone away is for the command to notice; here it must only not be a crash.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  crashed(error);
  process.exitCode = FAILED;
}
// What still holds the process after its command has ended gets a moment to finish, no more.
setTimeout(() => process.exit(), 1_000).unref();
