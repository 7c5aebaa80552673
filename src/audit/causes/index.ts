import { type Audited, isDown, isRegistered } from "../agent-read.js";
import { byPbx } from "./by-pbx.js";
import { type Cause, type CauseFinder, groupedBy, type Pbx } from "./cause.js";
import { domainMisspelt } from "./domain-misspelt.js";
import { onThePlatform } from "./on-the-platform.js";

export type { Cause } from "./cause.js";

/** In this order: whom one has explained the next does not see. */
const FINDERS: readonly CauseFinder[] = [onThePlatform, domainMisspelt, byPbx];

/** The PBXs of all agents that should be registered there and were read. */
export function pbxsOf(agents: readonly Audited[]): Map<string, Pbx> {
  const counted = agents.filter(
    ({ host, judged }) => host !== undefined && !["idle", "none", "unread"].includes(judged.standing),
  );
  return new Map(
    groupedBy(counted, ({ host = "" }) => host).map((group) => {
      const host = group[0]?.host ?? "";
      return [host, { host, agents: group, registered: group.filter(isRegistered) }];
    }),
  );
}

/** Every agent that is down, under the one cause that it shares with others: the most agents first. Pure. */
export function causesOf(agents: readonly Audited[]): Cause[] {
  const pbxs = pbxsOf(agents);
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
