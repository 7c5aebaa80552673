import { counted } from "../../base/words.js";
import { settingText, untrustedToken } from "../../redaction/untrusted.js";
import { type Audited, shownHost, stateOf } from "../agent-read.js";
import { agentsWord, type Cause, type CauseId, domainOf, fixOf, groupedBy, type Pbx } from "./cause.js";

/** Compares the agents of one PBX: if none of them registers it is the PBX, and if others do it is the agent. */
export function byPbx(down: readonly Audited[], pbxs: ReadonlyMap<string, Pbx>): Cause[] {
  const isUsed = ({ host = "" }: Audited) => (pbxs.get(host)?.registered.length ?? 0) > 0;
  const keyOf = (agent: Audited) =>
    JSON.stringify([agent.host, stateOf(agent), ...(isUsed(agent) ? [domainOf(agent)] : [])]);
  return groupedBy(down, keyOf).map((agents) => {
    const [first] = agents as [Audited, ...Audited[]];
    const host = first.host ?? "";
    const pbx = pbxs.get(host) ?? { host, agents, registered: [], isPartlyRead: false };
    const state = stateOf(first) ?? "";
    return {
      ...judged(agents, pbx, state),
      ...{ agents, host, state },
    };
  });
}

function judged(agents: Audited[], pbx: Pbx, state: string): Pick<Cause, "cause" | "says" | "todo"> {
  const shown = `${agentsWord(agents.length)} on ${shownHost(pbx.host)}: ${stateWord(agents, state)}`;
  const todo = fixOf(agents);
  if (pbx.registered.length > 0) return { ...besideOthers(agents, pbx, shown), todo };
  const read = pbx.isPartlyRead ? " that were read" : "";
  if (pbx.agents.length === 1) {
    const none = pbx.isPartlyRead ? "no other agent was read" : "no other agent is";
    return { cause: "one-agent", says: `${shown}; ${none} there to compare it with.`, todo };
  }
  if (agents.length !== pbx.agents.length) {
    const says = `${shown}, and none of the ${pbx.agents.length} on that PBX${read} counts as registered: look at the PBX first.`;
    return { cause: "pbx-all-down", says, todo };
  }
  const { cause, blame } = ALIKE[state] ?? REFUSED;
  return { cause, says: `${shown}, all on that PBX${read}: ${blame}.`, todo };
}

const SILENT = {
  cause: "pbx-silent" as const,
  blame: "the PBX, the way to it, or the address and port stored for it, not one agent's account",
};
/** If all agents of a PBX are in one state: what that suggests. */
const ALIKE: Readonly<Record<string, { cause: CauseId; blame: string }>> = {
  REGISTER_TIMEOUT_STATE: SILENT,
  // In these two an agent is down only after minutes without an outcome.
  REGISTERING_STATE: SILENT,
  AUTHENTICATING_STATE: SILENT,
  // Also after a redirect, and after a challenge that the platform cannot answer.
  INTERNAL_ERROR_STATE: {
    cause: "pbx-unusable",
    blame: "nothing could be sent there, or the platform cannot use the answer, for any agent",
  },
};
const REFUSED = {
  cause: "pbx-refuses" as const,
  blame: "a rule, the realm or the accounts there, rather than so many wrong passwords",
};

/** Others register on that PBX: under the same domain, or under others that it serves as well. */
function besideOthers(agents: Audited[], pbx: Pbx, shown: string): Pick<Cause, "cause" | "says"> {
  const domain = agents[0] && domainOf(agents[0]);
  const alike = pbx.registered.filter((other) => domainOf(other) === domain);
  const others = alike.length > 0 ? alike : pbx.registered;
  const register = counted(others.length, "registers", "register");
  const way = otherWay(agents, others);
  if (alike.length === 0) {
    return {
      cause: "domain-all-down",
      says: `${shown}, under the domain ${shownHost(domain ?? "")}, which no agent registers with; ${register} there under other domains: the PBX is reachable, so the fault is in that domain or its accounts.${way}`,
    };
  }
  return {
    cause: "agents-alone",
    says: `${shown}, while ${register} there: the PBX is reachable and serves that domain, so the fault is in ${agents.length === 1 ? "this agent's" : "these agents'"} own account or settings.${way}`,
  };
}

function stateWord([first]: readonly Audited[], state: string): string {
  return first?.status === undefined ? state : `${untrustedToken(first.status.state, 64)}`;
}

/** Another transport or port than all that register have. */
function otherWay(agents: readonly Audited[], registered: readonly Audited[]): string {
  const theirs = new Set(registered.map(wayOf));
  const own = new Set(agents.map(wayOf));
  if (theirs.size !== 1 || own.size !== 1) return "";
  const [[their], [mine]] = [[...theirs], [...own]];
  return their === mine
    ? ""
    : ` They register over ${settingText(their)}, ${agents.length === 1 ? "this one" : "these"} over ${settingText(mine)}.`;
}

function wayOf({ registration }: Audited): string {
  const transport = registration?.transport ?? "udp";
  return `${typeof transport === "string" ? transport : "another"}:${registration?.port ?? 5060}`;
}
