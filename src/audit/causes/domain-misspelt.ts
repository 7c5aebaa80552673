import { isIP } from "node:net";
import leven from "leven";
import { type Audited, shownHost } from "../agent-read.js";
import { agentsWord, type Cause, groupedBy, type Pbx } from "./cause.js";

/** So many letters may differ, and so many others must have the name that is meant. */
const LETTERS = 2;
const SIBLINGS = 3;
/** In a shorter name two letters are too many to be a slip. */
const SHORTEST = 8;

/** A domain that differs by a letter or two from one that several others register with: `metro-caer.example`. */
export function domainMisspelt(down: readonly Audited[], pbxs: ReadonlyMap<string, Pbx>): Cause[] {
  const models = [...pbxs.values()].filter(
    ({ registered, host }) => registered.length >= SIBLINGS && isName(host),
  );
  const suspects = down.filter(({ host }) => host !== undefined && isName(host));
  return groupedBy(suspects, ({ host = "" }) => host).flatMap((agents): Cause[] => {
    const host = agents[0]?.host ?? "";
    // Whoever registers there has no misspelt name.
    if ((pbxs.get(host)?.registered.length ?? 0) > 0) return [];
    const [meant] = models
      .filter((model) => model.registered.length > agents.length && isSlip(host, model.host))
      .sort((one, other) => other.registered.length - one.registered.length);
    if (meant === undefined) return [];
    return [
      {
        ...{ cause: "domain-misspelt", agents, host },
        says: `${agentsWord(agents.length)} on ${shownHost(host)}, where nobody registers; ${meant.registered.length} register on ${shownHost(meant.host)}: probably a slip in the name.`,
        todo: `Compare the domain and proxy of ${agents.length === 1 ? "that agent" : "those agents"} with ${shownHost(meant.host)}, and store the right one.`,
      },
    ];
  });
}

function isName(host: string): boolean {
  return host.length >= SHORTEST && host.length <= 253 && isIP(host) === 0;
}

/** Names of a numbered row of hosts, such as pbx1 and pbx2, are no slips of each other. */
function isSlip(host: string, model: string): boolean {
  if (Math.abs(host.length - model.length) > LETTERS) return false;
  if (host.replace(/\d/g, "") === model.replace(/\d/g, "")) return false;
  const distance = leven(host, model, { maxDistance: LETTERS + 1 });
  return distance > 0 && distance <= LETTERS;
}
