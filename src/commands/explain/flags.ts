import type { Command } from "commander";

/** The flags of `explain`. */
export function describeExplain(program: Command): Command {
  return program
    .command("explain")
    .argument("<file>", "a log, SIP trace or capture (text, .pcap, .pcapng, also gzipped); - for stdin")
    .description(
      "say what a log or capture shows; exit code 0 registered or nothing wrong, 1 problem found, 2 wrong usage, 3 nothing shown",
    )
    .option("--username <user>", "only what concerns this SIP user")
    .option("--preset <id>", "the PBX, from the catalogue, for fixes in its words (default: recognised)")
    .option("--json", "print the report as JSON");
}
