#!/usr/bin/env node
import type { Command } from "commander";
import { NAME } from "./base/version.js";
import type { AuditFlags } from "./commands/audit/flags.js";
import type { CallFlags } from "./commands/call/flags.js";
import type { DiagnoseFlags } from "./commands/diagnose/index.js";
import type { ExplainFlags } from "./commands/explain/index.js";
import type { InstallFlags } from "./commands/install/flags.js";
import type { Io } from "./commands/io.js";
import type { TokenFlags } from "./commands/token.js";
import type { WatchFlags } from "./commands/watch/flags.js";
import type { HttpFlags } from "./config/http.js";
import { type Config, ConfigError, type Flags, processConfig, secretsOf } from "./config/index.js";
import { plainFlags } from "./config/plain-flags.js";
import { createRedactor } from "./redaction/redactor.js";
import { cleanText } from "./redaction/text.js";

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
    const log =
      config.logFile === undefined
        ? stderr
        : (await import("./commands/log-file.js")).withLogFile(stderr, config.logFile);
    code = await command(config, { stdin, stdout, stderr, log, redactor });
  };
  const serve = (flags: Flags) => run(flags, async () => (await import("./commands/serve.js")).serve);
  try {
    const flags = plainFlags(argv);
    if (flags !== undefined) await serve(flags);
    else code = (await named(argv, run, serve)) ?? code;
    return code;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map((problem) => cleanText(redactor.redact(problem), 500));
    const [only = "", ...others] = problems;
    const list = `the configuration has several problems:${problems.map((problem) => `\n- ${problem}`).join("")}`;
    process.stderr.write(`${NAME}: ${others.length === 0 ? only : list}\n`);
    return MISUSED;
  }
}

/** Runs the command that the arguments name. Gives an exit code where that is not for the command to say. */
async function named(
  argv: readonly string[],
  run: (flags: Flags, load: () => Promise<Run>) => Promise<void>,
  serve: (flags: Flags) => Promise<void>,
): Promise<number | undefined> {
  let code: number | undefined;
  const [
    { CommanderError, describeProgram, refuseCommand },
    { describeHttp },
    { describeAudit },
    { describeCall },
    { describeDiagnose },
    { describeExplain },
    { describeInstall },
    { describeWatch },
  ] = await Promise.all([
    import("./commands/program.js"),
    import("./commands/http/flags.js"),
    import("./commands/audit/flags.js"),
    import("./commands/call/flags.js"),
    import("./commands/diagnose/flags.js"),
    import("./commands/explain/flags.js"),
    import("./commands/install/flags.js"),
    import("./commands/watch/flags.js"),
  ]);
  const program = describeProgram();
  program.action(async (flags: Flags, { args }: Command) => {
    if (args[0] !== undefined) refuseCommand(program, args[0]);
    await serve(flags);
  });
  program
    .command("demo")
    .description("show the whole workflow on the embedded sandbox; needs no account")
    .action(async (_own: object, command: Command) => {
      const flags = command.optsWithGlobals<Flags>();
      await run({ ...flags, sandbox: true }, async () => (await import("./commands/demo/index.js")).demo);
    });
  program
    .command("doctor")
    .description("check configuration, login and reachability; exit code 0 or 1")
    .option("--json", "print the report as JSON")
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const load = async (): Promise<Run> => {
        const { doctor } = await import("./commands/doctor/index.js");
        return (config, io) => doctor(config, io, { json: json === true });
      };
      await run(command.optsWithGlobals<Flags>(), load);
    });
  program
    .command("token")
    .description(
      "make a bearer token for http: the token on stdout, its entry for the tenants file on stderr",
    )
    .option("--name <name>", "who will use it; appears in logs")
    .option("--expires <time>", "e.g. 12h, 90d, 26w or 1y (default: never)")
    .action(async (own: TokenFlags) => {
      const { token } = await import("./commands/token.js");
      code = await token(own, process);
    });
  describeHttp(program).action(async (own: HttpFlags, command: Command) => {
    const load = async (): Promise<Run> => {
      const { http } = await import("./commands/http/index.js");
      return (config, io) => http(config, io, own);
    };
    await run(command.optsWithGlobals<Flags>(), load);
  });
  describeDiagnose(program).action(async (host: string | undefined, own: DiagnoseFlags, command: Command) => {
    const load = async (): Promise<Run> => {
      const { diagnose } = await import("./commands/diagnose/index.js");
      return (config, io) => diagnose(config, io, host, own);
    };
    await run(command.optsWithGlobals<Flags>(), load);
  });
  describeCall(program).action(async (agent: string | undefined, own: CallFlags, command: Command) => {
    const load = async (): Promise<Run> => {
      const { call } = await import("./commands/call/index.js");
      return (config, io) => call(config, io, agent, own);
    };
    await run(command.optsWithGlobals<Flags>(), load);
  });
  describeAudit(program).action(async (own: AuditFlags, command: Command) => {
    const load = async (): Promise<Run> => {
      const { audit } = await import("./commands/audit/index.js");
      return (config, io) => audit(config, io, own);
    };
    await run(command.optsWithGlobals<Flags>(), load);
  });
  describeWatch(program).action(async (own: WatchFlags, command: Command) => {
    const load = async (): Promise<Run> => {
      const { watch } = await import("./commands/watch/index.js");
      return (config, io) => watch(config, io, own);
    };
    await run(command.optsWithGlobals<Flags>(), load);
  });
  describeExplain(program).action(async (file: string, own: ExplainFlags, command: Command) => {
    const load = async (): Promise<Run> => {
      const { explain } = await import("./commands/explain/index.js");
      return (config, io) => explain(config, io, file, own);
    };
    await run(command.optsWithGlobals<Flags>(), load);
  });
  for (const [name, described] of Object.entries(describeInstall(program))) {
    described.action(async (client: string, own: InstallFlags, command: Command) => {
      const flags = command.optsWithGlobals<Flags>();
      const load = async (): Promise<Run> => {
        const { install, uninstall } = await import("./commands/install/index.js");
        const change = name === "install" ? install : uninstall;
        return (config, io) => change(config, io, client, { ...flags, ...own });
      };
      await run(flags, load);
    });
  }
  for (const command of program.commands) {
    // Refused, not ignored: the extra word may be a host, a file or a flag without its dashes.
    command.allowExcessArguments(false);
    command.showHelpAfterError(`See ${NAME} ${command.name()} --help.`);
  }
  try {
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : MISUSED;
  }
}

/** One line. What a defect says of itself may be of a library, and made of what it has read. */
function shown(text: string): string {
  return redactor.refusal(text) ?? cleanText(text, 500);
}

/** One line for a person, without any configured secret, and where the details are. */
async function crashed(error: unknown): Promise<void> {
  // No single place holds all tenants' secrets, so they could not be removed from a message.
  const withMessages = !process.argv.slice(2).includes("http");
  const name = error instanceof Error ? error.name : typeof error;
  const message = error instanceof Error ? error.message : String(error);
  const line = shown(withMessages ? `${name}: ${message}` : name);
  const report = await import("./commands/crash-report.js")
    .then(({ writeCrashReport }) =>
      writeCrashReport(error, process.argv.slice(2), redactor.refusal, withMessages),
    )
    .catch(() => undefined);
  const where = report === undefined ? "" : ` (report without secrets: ${report})`;
  process.stderr.write(`${NAME}: unexpected error: ${line}${where}\n`);
}

process.on("uncaughtException", (error) => {
  // Whatever else goes wrong while the crash is reported, the process ends.
  crashed(error).finally(() => process.exit(FAILED));
});
// A reader that has gone away is for the command to notice; here it must only not be a crash.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

main(process.argv.slice(2))
  .catch(async (error: unknown) => {
    await crashed(error);
    return FAILED;
  })
  .then((code) => {
    process.exitCode = code;
    // What still holds the process after its command has ended gets a moment to finish, no more.
    setTimeout(() => process.exit(), 1_000).unref();
  });
