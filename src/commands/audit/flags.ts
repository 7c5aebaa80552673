import type { Command } from "commander";

/** The flags of `audit`, as given on the command line. */
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
      "list the agents that are not registered, grouped by cause; exit code 0: none is down, 1: some are, 2: wrong usage, 3: not all could be read",
    )
    .option("--only <what>", "problems: leave out the agents that are registered or idle")
    .option("--json", "print the report as JSON")
    .option("--csv", "print a line for each agent")
    .option("--diagnose", "also look once, without a password, at each PBX that has agents down or uses TLS")
    .option("--state <file>", "keep what was read in this file, so an interrupted audit can continue")
    .option("--fresh", "start over although the state file holds an interrupted audit")
    .option("--rate <number>", "maximum requests per second (default: 20)")
    .option("--patience <seconds>", "how long to wait for an API that does not answer (default: 300)");
}
