import type { Command } from "commander";

/** The flags of `diagnose`. */
export function describeDiagnose(program: Command): Command {
  return program
    .command("diagnose")
    .argument("[host]", "SIP domain of the PBX (default: the stored settings of --agent-id)")
    .description(
      "say why a registration fails; exit code 0 proven, 1 problem found, 2 wrong usage, 3 not proven",
    )
    .option("--user <user>", "SIP user, usually the extension")
    .option("--auth-user <user>", "digest user, if different")
    .option("--proxy <host>", "outbound proxy")
    .option("--transport <transport>", "udp, tcp or tls")
    .option("--port <port>", "SIP port (default: as DNS says, else 5060, or 5061 with tls)")
    .option("--preset <id>", "the PBX, from the catalogue (default: recognised)")
    .option("--test-credentials", "send user and password once, in a query that registers nothing")
    .option(
      "--test-binding",
      "also register, for two minutes at most, and remove the binding; may evict a phone on that extension",
    )
    .option("--media", "with --test-credentials: call the PBX's echo test and measure voice; rings no phone")
    .option("--echo-code <code>", "of the echo test (default: the preset's)")
    .option("--position <position>", "inside or outside the PBX's network (default: as its address tells)")
    .option(
      "--password-secret <name>",
      "use the password of TELZINO_SIP_SECRET_<NAME> instead of asking for it",
    )
    .option("--ignore-certificate", "send credentials even if the certificate is not valid")
    .option("--detail", "print the messages in full")
    .option("--json", "print the report as JSON");
}
