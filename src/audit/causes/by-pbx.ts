import { settingText, untrustedToken } from "../../redaction/untrusted.js";
import { type Audited, shownHost, stateOf } from "../agent-read.js";
import { agentsWord, type Cause, type CauseId, fixOf, groupedBy, type Pbx } from "./cause.js";

/** States in which nothing came back from the PBX, or nothing could be sent. */
const SILENT: ReadonlySet<string> = new Set(["REGISTER_TIMEOUT_STATE", "INTERNAL_ERROR_STATE"]);

/** What the other agents of the same PBX tell: it is the PBX where none of them registers, and the agent where others do. */
export function byPbx(down: readonly Audited[], pbxs: ReadonlyMap<string, Pbx>): Cause[] {
  return groupedBy(down, (agent) => JSON.stringify([agent.host, stateOf(agent)])).map((agents) => {
    const [first] = agents as [Audited, ...Audited[]];
    const host = first.host ?? "";
    const pbx = pbxs.get(host) ?? { host, agents, registered: [] };
    const state = stateOf(first) ?? "";
    return {
      ...judged(agents, pbx, state),
      ...{ agents, host, state },
    };
  });
}

function judged(agents: Audited[], pbx: Pbx, state: string): Pick<Cause, "cause" | "says" | "todo"> {
  const shown = `${agentsWord(agents.length)} on ${shownHost(pbx.host)}: ${stateWord(agents, state)}`;
  const others = pbx.registered.length;
  if (others > 0) {
    return {
      cause: "agents-alone",
      says: `${shown}, while ${others} ${others === 1 ? "registers" : "register"} there: the PBX is reachable and serves that domain, so that it is ${agents.length === 1 ? "this agent's" : "these agents'"} own account or settings.${otherWay(agents, pbx)}`,
      todo: fixOf(agents),
    };
  }
  if (pbx.agents.length === 1) {
    return {
      cause: "one-agent",
      says: `${shown}; no other agent is there to compare it with.`,
      todo: fixOf(agents),
    };
  }
  const isAll = agents.length === pbx.agents.length;
  const cause: CauseId = isAll ? (SILENT.has(state) ? "pbx-silent" : "pbx-refuses") : "pbx-all-down";
  const blame: Readonly<Record<string, string>> = {
    "pbx-silent": "all of that PBX: the PBX or the way to it, not the agents",
    "pbx-refuses":
      "all of that PBX: a rule, the realm or the accounts there, rather than that many wrong passwords",
    "pbx-all-down": `and none of the ${pbx.agents.length} of that PBX is registered: look at the PBX first`,
  };
  return { cause, says: `${shown}, ${blame[cause]}.`, todo: fixOf(agents) };
}

function stateWord([first]: readonly Audited[], state: string): string {
  return first?.status === undefined ? state : `${untrustedToken(first.status.state, 64)}`;
}

/** Another transport or port than all that register have. */
function otherWay(agents: readonly Audited[], { registered }: Pbx): string {
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
