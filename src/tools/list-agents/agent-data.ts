import type { Steps } from "../../base/steps.js";
import { Untrusted, untrustedToken } from "../../redaction/untrusted.js";
import { accountOf } from "../../registration/settings.js";
import type { Agent } from "../../telzino/types.js";
import type { CallContext } from "../core/context.js";

/** Texts may be long, and written in any encoding: what is found of them is kept until the result is built. */
export function* dataOf(agents: readonly Agent[], call: CallContext): Steps<AgentData[]> {
  const listed: AgentData[] = [];
  for (const agent of agents) {
    for (const text of [agent.name, agent.status, agent.type]) {
      if (text instanceof Untrusted) call.shows(text);
      yield;
    }
    listed.push(agentData(agent));
  }
  return listed;
}

export type AgentData = ReturnType<typeof agentData>;

function agentData(agent: Agent) {
  const stored = agent.registration;
  return {
    id: `${untrustedToken(agent.id, 128)}`,
    name: String(agent.name),
    ...(agent.status === undefined ? {} : { status: String(agent.status) }),
    ...(agent.type === undefined ? {} : { type: String(agent.type) }),
    sipRegistration: stored === undefined ? "unknown" : stored === null ? "none" : "stored",
    ...(stored ? { sipAccount: `${accountOf(stored)}` } : {}),
    ...(stored?.transport === undefined ? {} : { transport: `${stored.transport}` }),
    ...(stored?.enabled === false ? { disabled: true } : {}),
  } as const;
}

export function agentLine(agent: AgentData): string {
  const { id, name, status = "status not known", type, sipRegistration, sipAccount, transport } = agent;
  const sip =
    sipRegistration === "stored"
      ? `SIP account ${sipAccount}${transport ? ` over ${transport}` : ""}${agent.disabled ? ", disabled" : ""}`
      : sipRegistration === "none"
        ? "no SIP account"
        : "SIP account not known";
  return `- ${name} (${[status, type].filter(Boolean).join(", ")}), ${sip}, id ${id}`;
}
