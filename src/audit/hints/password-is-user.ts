import type { Audited } from "../agent-read.js";
import { agentsWord } from "../causes/cause.js";
import type { Hint } from "./hint.js";

/** The first password that scanners try. */
export function passwordIsUser(agents: readonly Audited[]): Hint[] {
  const weak = agents.filter((agent) => agent.passwordIsUser === true);
  return weak.length === 0
    ? []
    : [
        {
          ...{ hint: "password-is-user", agents: weak },
          says: `${agentsWord(weak.length)} with a SIP password equal to the user name: scanners try that first. Set another one on the PBX, then in Telzino.`,
        },
      ];
}
