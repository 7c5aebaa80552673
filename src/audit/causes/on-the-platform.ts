import { counted } from "../../base/words.js";
import { type Audited, stateOf } from "../agent-read.js";
import { agentsWord, type Cause, fixOf, type Pbx } from "./cause.js";

/** Causes in the platform or the stored settings, on any PBX. */
export function onThePlatform(down: readonly Audited[], _pbxs: ReadonlyMap<string, Pbx>): Cause[] {
  const disabled = down.filter(({ judged }) => judged.findingId === "platform-disabled");
  const unsynced = down.filter(({ judged }) => judged.findingId === "platform-not-synced");
  const homeless = down.filter(
    (agent) =>
      agent.host === undefined &&
      agent.judged.findingId !== "platform-disabled" &&
      agent.judged.findingId !== "platform-not-synced",
  );
  const hosts = new Set(unsynced.map(({ host }) => host)).size;
  return [
    ...causeOf(
      "platform-not-synced",
      unsynced,
      `${unsynced.every((agent) => stateOf(agent) === "NOT_FOUND") ? "The platform's registrar does not know" : "By its own state the platform has sent no REGISTER for"} ${agentsWord(unsynced.length)} on ${counted(hosts, "PBX")}: the PBX is not to blame.`,
    ),
    ...causeOf("disabled", disabled, `The registration of ${agentsWord(disabled.length)} is switched off.`),
    ...causeOf(
      "no-domain",
      homeless,
      `${agentsWord(homeless.length)} without a stored SIP domain or proxy: the settings do not say where REGISTER goes.`,
      "Store the registration again, with its sipDomain.",
    ),
  ];
}

function causeOf(cause: Cause["cause"], agents: Audited[], says: string, todo = fixOf(agents)): Cause[] {
  const state = agents[0]?.status?.state;
  const isOne = typeof state === "string" && agents.every(({ status }) => status?.state === state);
  return agents.length === 0 ? [] : [{ cause, agents, says, todo, ...(isOne ? { state } : {}) }];
}
