import type { FindingId } from "../../diagnosis/index.js";
import { type Audited, shownHost } from "../agent-read.js";
import { agentsWord } from "../causes/cause.js";
import type { Looks } from "../looks/look.js";
import type { Hint } from "./hint.js";

const DATES: Partial<Record<FindingId, Hint["hint"]>> = {
  "certificate-expired": "certificate-expired",
  "certificate-expires-soon": "certificate-expires-soon",
};

/** Certificates that have expired, or soon will, on PBXs that were looked at. The API says nothing about them. */
export function certificateDates(agents: readonly Audited[], looks: Looks | undefined): Hint[] {
  return [...(looks?.done.values() ?? [])].flatMap(({ host, report }) =>
    report.findings.flatMap(({ id, title, evidence, fix }): Hint[] => {
      const hint = DATES[id];
      if (hint === undefined) return [];
      const using = agents.filter(
        (agent) =>
          agent.host === host && agent.registration?.transport === "tls" && agent.judged.standing !== "idle",
      );
      const says = `${title} on ${shownHost(host)}, with ${agentsWord(using.length)} over TLS: ${evidence}. ${fix}`;
      return [{ hint, agents: using, says }];
    }),
  );
}
