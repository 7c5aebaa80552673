import { isIP } from "node:net";
import leven from "leven";
import { counted } from "../../base/words.js";
import { type Audited, shownHost } from "../agent-read.js";
import { agentsWord, type Cause, domainOf, groupedBy, type Pbx } from "./cause.js";

/** So many letters may differ, and so many others must have the name that is meant. */
const LETTERS = 2;
const SIBLINGS = 3;
/** In a shorter name two letters are too many to be a slip. */
const SHORTEST = 8;
/** Parts of a name as short as that are marks, not words: a, b, de, fr. */
const SHORTEST_PART = 2;

/** What may be misspelt: the host that REGISTER goes to, and the domain where that is another. */
const NAMES = [
  { what: "", nameOf: ({ host }: Audited) => host },
  { what: "the domain ", nameOf: domainOf },
] as const;

/** A host or domain that differs by a letter or two from one that several others register with: `metro-caer.example`. */
export function domainMisspelt(down: readonly Audited[], pbxs: ReadonlyMap<string, Pbx>): Cause[] {
  const registered = [...pbxs.values()].flatMap((pbx) => pbx.registered);
  const explained = new Set<Audited>();
  return NAMES.flatMap(({ what, nameOf }) => {
    const left = down.filter((agent) => !explained.has(agent));
    return slips(left, registered, nameOf).map(({ agents, name, meant }): Cause => {
      for (const agent of agents) explained.add(agent);
      const host = agents[0]?.host;
      const isOneHost = host !== undefined && agents.every((agent) => agent.host === host);
      return {
        ...{ cause: "domain-misspelt", agents },
        ...(isOneHost ? { host } : {}),
        says: `${agentsWord(agents.length)} with ${what}${shownName(name)}, which no agent registers with; ${counted(meant.count, "registers", "register")} with ${shownHost(meant.name)}, ${differenceWords(meant.letters)}.`,
        todo: `Compare the domain and proxy of ${agents.length === 1 ? "that agent" : "those agents"} with ${shownHost(meant.name)}, and store the right one.`,
      };
    });
  });
}

interface Slip {
  agents: Audited[];
  name: string;
  /** `letters`: 0 if it is the same name with something before or after it. */
  meant: { name: string; count: number; letters: number };
}

function differenceWords(letters: number): string {
  return letters === 0
    ? "the same name without anything around it"
    : `which differs by ${letters === 1 ? "one letter" : `${letters} letters`}: probably a typing mistake, unless both names exist`;
}

/** In quotes if it has blanks around it, which a reader would not see. */
function shownName(name: string): string {
  return name.trim() === name ? `${shownHost(name)}` : `"${shownHost(name)}" with a blank before or after it`;
}

/** The name without `sip:`, blanks, a port or parameters. */
function bareName(name: string): string {
  const bare = name.trim().replace(/^sips?:/, "");
  const end = bare.search(/[:;?/]/);
  return end === -1 ? bare : bare.slice(0, end);
}

function slips(
  down: readonly Audited[],
  registered: readonly Audited[],
  nameOf: (agent: Audited) => string | undefined,
): Slip[] {
  const using = new Map(
    groupedBy(registered, (agent) => nameOf(agent) ?? "").map((group) => [
      nameOf(group[0] as Audited) ?? "",
      group.length,
    ]),
  );
  const models = [...using].filter(([name, count]) => count >= SIBLINGS && isName(name));
  const suspects = down.filter((agent) => isName(bareName(nameOf(agent) ?? "")));
  return groupedBy(suspects, (agent) => nameOf(agent) ?? "").flatMap((agents): Slip[] => {
    const name = nameOf(agents[0] as Audited) ?? "";
    // A name that an agent registers with is not misspelt.
    if (using.has(name)) return [];
    const bare = bareName(name);
    const same = bare === name ? undefined : using.get(bare);
    if (same !== undefined) return [{ agents, name, meant: { name: bare, count: same, letters: 0 } }];
    const [meant] = models
      .filter(([model, count]) => count > agents.length && isSlip(name, model))
      .map(([model, count]) => ({ name: model, count, letters: leven(name, model) }))
      .sort((one, other) => one.letters - other.letters || other.count - one.count);
    return meant === undefined ? [] : [{ agents, name, meant }];
  });
}

function isName(host: string): boolean {
  return host.length >= SHORTEST && host.length <= 253 && isIP(host) === 0;
}

function isSlip(host: string, model: string): boolean {
  if (Math.abs(host.length - model.length) > LETTERS) return false;
  if (isOneRow(host, model)) return false;
  const distance = leven(host, model, { maxDistance: LETTERS + 1 });
  return distance > 0 && distance <= LETTERS;
}

/** Numbered or lettered names, such as pbx1 and pbx2, clinic-a and clinic-b, voice.de and voice.fr, are not misspellings of each other. */
function isOneRow(host: string, model: string): boolean {
  if (host.replace(/\d/g, "") === model.replace(/\d/g, "")) return true;
  const [parts, others] = [host.split(/[-_.]/), model.split(/[-_.]/)];
  const differing = parts.flatMap((part, index) =>
    part === others[index] ? [] : [[part, others[index] ?? ""]],
  );
  const [one] = differing;
  return (
    parts.length === others.length &&
    differing.length === 1 &&
    one?.every((part) => part.length <= SHORTEST_PART) === true
  );
}
