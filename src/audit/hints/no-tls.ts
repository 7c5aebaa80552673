import type { Audited } from "../agent-read.js";
import { agentsWord } from "../causes/cause.js";
import type { Hint } from "./hint.js";

/** Without TLS, anyone on the network path can read who calls whom. */
export function noTls(agents: readonly Audited[]): Hint[] {
  const open = agents.filter(
    ({ registration, judged }) =>
      registration && judged.standing !== "idle" && (registration.transport ?? "udp") !== "tls",
  );
  return open.length === 0
    ? []
    : [
        {
          ...{ hint: "no-tls", agents: open },
          says: `${agentsWord(open.length)} without TLS: signalling is sent unencrypted. If the PBX offers TLS, use transport tls, usually with port 5061.`,
        },
      ];
}
