import { nearest } from "../../base/nearest.js";
import { inSlices, type Steps } from "../../base/steps.js";
import { createRedactor } from "../../redaction/redactor.js";
import { fromCaller, untrustedToken } from "../../redaction/untrusted.js";
import { plainAgentName } from "../../registration/agent-id.js";
import { accountOf } from "../../registration/settings.js";
import type { Agent } from "../../telzino/types.js";
import type { CallContext } from "./context.js";
import { ToolError } from "./errors.js";
import { holdingApi } from "./holding-api.js";

/** How many of the API's pages are read at most: 1,000 agents. */
const PAGES = 10;
const API_PAGE = 100;
/** Agents that an answer names. */
const NAMED = 5;

const LIST = "Call list_telzino_agents with query, and take the agentId of the agent that is meant.";

/**
 * The id of the one agent with that name, case and blanks aside.
 *
 * A name that contains a secret is never found, whatever the caller wrote: otherwise a right guess would differ from a wrong one.
 *
 * @throws ToolError where none has it, or several have, or not all agents could be looked at.
 */
export async function agentIdOfName(name: string, call: CallContext): Promise<string> {
  const wanted = plainAgentName(name);
  const { found, alike, others, isWhole } = await searched(wanted, call);
  const [agent, other] = found;
  const said = fromCaller(name, 60);
  if (agent !== undefined && other !== undefined) {
    const lines = found.slice(0, NAMED).map(agentLine);
    const more = found.length > NAMED ? `\n… and ${found.length - NAMED} more` : "";
    throw new ToolError(
      `${found.length} agents have the name ${said}, so nothing was done:\n${lines.join("\n")}${more}`,
      ["Ask the user which one is meant, and call again with its id as agentId."],
    );
  }
  if (!isWhole) {
    throw new ToolError(
      `Not all agents could be searched for the name ${said}: whether only one has it is not known, so nothing was done.`,
      [LIST],
    );
  }
  if (agent !== undefined) return agent.id;
  const misspelt = alike.length > 0 ? [] : await inSlices(nearestTo(wanted, others), true);
  const near = [...alike, ...misspelt].slice(0, NAMED).map(agentLine);
  if (near.length === 0) {
    throw new ToolError(`No agent has the name ${said}.`, ["Call list_telzino_agents to see the names."]);
  }
  const what = alike.length > 0 ? "Names with that in them" : "The nearest";
  throw new ToolError(`No agent has the name ${said}. ${what}:\n${near.join("\n")}`, [
    alike.length > 0
      ? "Ask the user which one is meant, and call again with its id as agentId."
      : "Ask the user whether that one is meant, and call again with its id as agentId.",
  ]);
}

/** The agents with the name that a misspelt one was probably meant to be. */
function* nearestTo(wanted: string, agents: readonly Agent[]): Steps<Agent[]> {
  const near: { name: string; agent: Agent }[] = [];
  for (const agent of agents) {
    const name = plainAgentName(agent.name.unwrap());
    if (nearest(wanted, [name]) !== undefined) near.push({ name, agent });
    yield;
  }
  const meant = nearest(
    wanted,
    near.map(({ name }) => name),
  );
  return near.filter(({ name }) => name === meant).map(({ agent }) => agent);
}

interface Found {
  found: Agent[];
  /** The name is a part of theirs. */
  alike: Agent[];
  others: Agent[];
  /** All agents were looked at. */
  isWhole: boolean;
}

async function searched(wanted: string, { services, signal, shows }: CallContext): Promise<Found> {
  // It knows nothing of what the caller wrote, which the call's own leaves unsearched.
  const strict = createRedactor({ base: services.configured });
  const api = holdingApi(services.api, strict.hold);
  const found: Agent[] = [];
  const alike: Agent[] = [];
  const others: Agent[] = [];
  const seen = new Set<string>();
  let [hasNext, isPartial] = [true, false];
  let total: number | undefined;
  for (let page = 1; hasNext && page <= PAGES; page += 1) {
    const answer = await api.listAgents({ page, limit: API_PAGE }, { signal });
    // Pages may move, or be one page again and again.
    const fresh = answer.agents.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    await inSlices(sorted(fresh, wanted, { found, alike, others }), true);
    total = answer.total ?? total;
    hasNext = answer.hasNext && (total === undefined || seen.size < total);
    isPartial ||= answer.isPartial === true;
    if (fresh.length === 0) break;
  }
  isPartial ||= total !== undefined && seen.size < total;
  const isShown = ({ name }: Agent) => name.passes(strict.refusalOf) && shows(name);
  const better = { found: found.filter(isShown), alike: alike.filter(isShown) };
  return {
    ...better,
    // Of use only where there is nothing better. An agent that is not shown is nothing better: a guess would be confirmed.
    others:
      better.found.length + better.alike.length > 0 ? [] : await inSlices(shownOf(others, isShown), true),
    isWhole: !hasNext && !isPartial,
  };
}

function* shownOf(agents: readonly Agent[], isShown: (agent: Agent) => boolean): Steps<Agent[]> {
  const shown: Agent[] = [];
  for (const agent of agents) {
    if (isShown(agent)) shown.push(agent);
    yield;
  }
  return shown;
}

function* sorted(
  agents: readonly Agent[],
  wanted: string,
  { found, alike, others }: Pick<Found, "found" | "alike" | "others">,
): Steps<void> {
  for (const agent of agents) {
    const name = plainAgentName(agent.name.unwrap());
    if (name === wanted) found.push(agent);
    else if (name.includes(wanted)) alike.push(agent);
    else others.push(agent);
    yield;
  }
}

function agentLine({ id, name, status, registration }: Agent): string {
  const account = registration ? `, SIP account ${accountOf(registration)}` : "";
  return `- ${name}${status === undefined ? "" : ` (${status})`}${account}, id ${untrustedToken(id, 128)}`;
}
