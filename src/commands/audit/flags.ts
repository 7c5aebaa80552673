import type { Command } from "commander";

/** The flags of `audit`, as they stand on the command line. */
export interface AuditFlags {
  json?: boolean;
  csv?: boolean;
  only?: string;
  state?: string;
  fresh?: boolean;
  diagnose?: boolean;
  rate?: string;
  patience?: string;
}

export function describeAudit(program: Command): Command {
  return program
    .command("audit")
    .description(
      "read all agents and say which are not registered, grouped by cause; exit code 0 none is down, 1 some are, 2 wrong usage, 3 not all could be read",
    )
    .option("--only <what>", "problems: leave out the agents that are well")
    .option("--json", "print the report as JSON")
    .option("--csv", "print a line for each agent")
    .option(
      "--diagnose",
      "look at each PBX as well, once and without a password: one with agents down, or with TLS",
    )
    .option("--state <file>", "keep what was read in this file: an audit that was interrupted goes on there")
    .option("--fresh", "begin anew although the state file holds an interrupted audit")
    .option("--rate <number>", "requests a second at most (default: 20)")
    .option("--patience <seconds>", "how long an API that is down is waited for (default: 300)");
}
