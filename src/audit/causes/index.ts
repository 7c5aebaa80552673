import { type Audited, isDown, isRegistered } from "../agent-read.js";
import { byPbx } from "./by-pbx.js";
import { type Cause, type CauseFinder, groupedBy, type Pbx } from "./cause.js";
import { domainMisspelt } from "./domain-misspelt.js";
import { onThePlatform } from "./on-the-platform.js";

export type { Cause } from "./cause.js";

/** In this order: an agent that one has explained is not shown to the next. */
const FINDERS: readonly CauseFinder[] = [onThePlatform, domainMisspelt, byPbx];

/** The PBXs of all agents that should be registered there and were read. @param isWhole all agents of the account are given */
export function pbxsOf(agents: readonly Audited[], isWhole = true): Map<string, Pbx> {
  const unread = new Set(agents.filter(({ judged }) => judged.standing === "unread").map(({ host }) => host));
  // An agent whose registration is unknown may be on any host.
  const isOpen = !isWhole || unread.has(undefined);
  const counted = agents.filter(
    ({ host, judged }) => host !== undefined && !["idle", "none", "unread"].includes(judged.standing),
  );
  return new Map(
    groupedBy(counted, ({ host = "" }) => host).map((group) => {
      const host = group[0]?.host ?? "";
      const isPartlyRead = isOpen || unread.has(host);
      return [host, { host, agents: group, registered: group.filter(isRegistered), isPartlyRead }];
    }),
  );
}

/**
 * Every agent that is down, under the one cause that it shares with others: the most agents first. Pure.
 *
 * @param isWhole all agents of the account are given
 */
export function causesOf(agents: readonly Audited[], isWhole = true): Cause[] {
  const pbxs = pbxsOf(agents, isWhole);
  let left = agents.filter(isDown);
  const causes: Cause[] = [];
  for (const find of FINDERS) {
    const found = find(left, pbxs);
    const explained = new Set(found.flatMap((cause) => cause.agents));
    left = left.filter((agent) => !explained.has(agent));
    causes.push(...found);
  }
  return causes.toSorted((one, other) => other.agents.length - one.agents.length);
}
