#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import type { DiagnoseFlags } from "./commands/diagnose.js";
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
    const { stdin, stdout, stderr } = process;
    code = await command(config, { stdin, stdout, stderr, redactor });
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
  describeDiagnose(program).action(async (host: string | undefined, own: DiagnoseFlags, command: Command) => {
    const load = async (): Promise<Run> => {
      const { diagnose } = await import("./commands/diagnose.js");
      return (config, io) => diagnose(config, io, host, own);
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
    .option("--secrets-file <path>", "file of named SIP passwords (NAME=value), readable by its owner alone")
    .option(
      "--entry-port <port>",
      "port of the local page for a SIP password (default: any free one), or off",
    )
    .allowExcessArguments()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(withoutValue(text)) })
    .showHelpAfterError(`See ${NAME} --help.`)
    .addHelpText("after", afterHelp())
    .exitOverride();
}

function describeDiagnose(program: Command): Command {
  return program
    .command("diagnose")
    .argument("[host]", "SIP domain of the PBX; left out: the stored settings of --agent-id")
    .description("say why a registration fails; exit code 0 healthy, 1 problem found, 2 wrong usage")
    .option("--user <user>", "SIP user, usually the extension")
    .option("--auth-user <user>", "digest user, where it is another one")
    .option("--proxy <host>", "outbound proxy")
    .option("--transport <transport>", "udp, tcp or tls")
    .option("--port <port>", "SIP port (default: as DNS says, else 5060, or 5061 with tls)")
    .option("--preset <id>", "the PBX, from the catalogue (default: recognised)")
    .option("--test-credentials", "send user and password once, in a query that registers nothing")
    .option("--test-binding", "also register for a minute and remove it; may evict a phone on that extension")
    .option(
      "--password-secret <name>",
      "use the password of TELZINO_SIP_SECRET_<NAME> instead of asking for it",
    )
    .option("--ignore-certificate", "send credentials although the certificate does not hold")
    .option("--detail", "print the messages in full")
    .option("--json", "print the report as JSON");
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
  ${NAME} diagnose pbx.example.com --user 1001 --transport tls --port 5061
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
