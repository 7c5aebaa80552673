import type { Command } from "commander";

/** The flags of `watch`, as given on the command line. */
export interface WatchFlags {
  interval?: string;
  confirm?: string;
  webhook?: string;
  json?: boolean;
  rate?: string;
}

export function describeWatch(program: Command): Command {
  return program
    .command("watch")
    .description("read all agents repeatedly, and print which are down or up again, until Ctrl-C")
    .option("--interval <seconds>", "time between rounds (default: 60)")
    .option("--confirm <rounds>", "how many rounds in a row must agree on a change (default: 2)")
    .option("--webhook <url>", "post changes there, signed with TELZINO_WEBHOOK_SECRET")
    .option("--json", "print a JSON object for each change")
    .option("--rate <number>", "maximum requests per second (default: 20)");
}
