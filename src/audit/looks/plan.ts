import { present } from "../../base/present.js";
import type { DiagnosisTarget } from "../../diagnosis/index.js";
import { TRANSPORTS } from "../../telzino/types.js";
import type { Audited } from "../agent-read.js";
import { type Cause, pbxsOf } from "../causes/index.js";

/** A PBX to look at, and the agent whose settings say how. */
export interface PlannedLook {
  /** As hosts are compared. */
  host: string;
  agent: Audited;
  /** Agents are down there: the registrar is asked in that agent's name. Otherwise only the certificate is looked at. */
  isDown: boolean;
}

/** Any further PBXs are left out: each takes up to 20 s. */
export const MAX_LOOKS = 100;

/**
 * One look per PBX: first those with agents that are down, the most agents first, then those where agents are up over TLS.
 * Causes in the platform have no PBX. Pure.
 */
export function plannedLooks(agents: readonly Audited[], causes: readonly Cause[]): PlannedLook[] {
  const looks = new Map<string, PlannedLook>();
  for (const { host, agents: down } of causes) {
    // Of several agents one over TLS, which shows the certificate as well.
    const agent = down.find(overTls) ?? down[0];
    if (host === undefined || agent === undefined || looks.has(host)) continue;
    looks.set(host, { host, agent, isDown: true });
  }
  for (const { host, registered } of pbxsOf(agents).values()) {
    const agent = registered.find(overTls);
    if (agent === undefined || looks.has(host)) continue;
    looks.set(host, { host, agent, isDown: false });
  }
  return [...looks.values()];
}

/** The target of the look. Without a user, nothing is asked in any agent's name. */
export function targetOf({ agent, isDown }: PlannedLook): DiagnosisTarget {
  const { sipDomain, username, proxy, port, transport, authUsername } = agent.registration ?? {};
  const known = TRANSPORTS.find((each) => each === transport);
  return {
    sipDomain: sipDomain ?? agent.host ?? "",
    ...present({ proxy, port, transport: known }),
    ...(isDown ? present({ username, authUsername }) : {}),
  };
}

function overTls({ registration }: Audited): boolean {
  return registration?.transport === "tls";
}
