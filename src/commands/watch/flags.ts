import type { Command } from "commander";

/** The flags of `watch`, as they stand on the command line. */
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
    .description("read all agents again and again, and print who is down or up again; ends with Ctrl-C")
    .option("--interval <seconds>", "from one round to the next (default: 60)")
    .option("--confirm <rounds>", "so many rounds in a row must agree on a change (default: 2)")
    .option("--webhook <url>", "post changes there, signed with TELZINO_WEBHOOK_SECRET")
    .option("--json", "print a JSON object for each change")
    .option("--rate <number>", "requests a second at most (default: 20)");
}
