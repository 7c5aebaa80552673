import type { Command } from "commander";

/** The flags as given on the command line. Never a secret. */
export interface CallFlags {
  from?: string;
  authUser?: string;
  passwordSecret?: string;
  transport?: string;
  port?: string;
  echoCode?: string;
  hold?: string;
  seenFrom?: string;
  yes?: boolean;
  json?: boolean;
}

/** The flags of `call`. */
export function describeCall(program: Command): Command {
  return program
    .command("call")
    .argument("[agent]", "name or id of the agent to call (default: --agent-id)")
    .description(
      "call an agent from a second extension and show who hears whom; exit code 0 proven, 1 problem found, 2 wrong usage, 3 not proven",
    )
    .option("--from <user>", "extension that calls: another one on the same PBX")
    .option("--auth-user <user>", "digest user of that extension, if different")
    .option(
      "--password-secret <name>",
      "use the password of TELZINO_SIP_SECRET_<NAME> instead of asking for it",
    )
    .option("--transport <transport>", "udp, tcp or tls (default: the agent's)")
    .option("--port <port>", "SIP port (default: the agent's)")
    .option("--echo-code <code>", "code of the PBX's echo test, called first to compare, e.g. *43")
    .option("--hold <seconds>", "stay on the line at the end, 0 to 40 (default: 0)")
    .option("--seen-from <place>", "inside or outside the PBX's network (default: by the PBX's address)")
    .option("-y, --yes", "place the call without asking")
    .option("--json", "print the result as JSON");
}
