import { counted } from "../../base/words.js";
import { plainHost } from "../../registration/settings.js";
import type { Audited } from "../agent-read.js";

/** What agents that are down have in common. */
export type CauseId =
  | "domain-misspelt"
  | "platform-not-synced"
  | "disabled"
  | "no-domain"
  | "pbx-silent"
  | "pbx-unusable"
  | "pbx-refuses"
  | "pbx-all-down"
  | "domain-all-down"
  | "agents-alone"
  | "one-agent";

/** Agents that are down by one cause. */
export interface Cause {
  cause: CauseId;
  agents: Audited[];
  /** The PBX, if there is only one; as hosts are compared. */
  host?: string;
  /** The state that all of them have. */
  state?: string;
  /** What they have in common, and where the fault is because of it: a sentence. */
  says: string;
  /** What to do. */
  todo: string;
}

/** All agents of one PBX that should be registered and were read. */
export interface Pbx {
  host: string;
  agents: Audited[];
  registered: Audited[];
  /** There are, or may be, more agents on it, about which nothing is known. */
  isPartlyRead: boolean;
}

/** Finds the agents of one cause among those that are down and not yet explained. */
export type CauseFinder = (down: readonly Audited[], pbxs: ReadonlyMap<string, Pbx>) => Cause[];

/** Items by a key, in the order of their first. */
export function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** The SIP domain as hosts are compared: behind one proxy there may be several. */
export function domainOf({ registration, host }: Audited): string | undefined {
  const domain = registration?.sipDomain;
  return domain === undefined || domain === "" ? host : plainHost(domain);
}

/** `1 agent`, `7 agents`. */
export function agentsWord(count: number): string {
  return counted(count, "agent");
}

/** The advice for the first of them: the rules give the others the same. */
export function fixOf(agents: readonly Audited[]): string {
  return (
    agents.find(({ judged }) => judged.fix !== undefined)?.judged.fix ?? "Look at one of them more closely."
  );
}
