import { clockSkew } from "../../audit/clock-skew.js";
import { present } from "../../base/present.js";
import { inSlices, type Steps } from "../../base/steps.js";
import type { Agent, AgentPage } from "../../telzino/types.js";
import type { CallContext } from "../core/context.js";
import { withRegistrations } from "./registrations.js";

/** How many of the API's pages a search by name reads at most: 1,000 agents. */
const SEARCH_PAGES = 10;
const API_PAGE = 100;
/** Agents among whom a name is looked for. */
export const SEARCHED = SEARCH_PAGES * API_PAGE;
/** So many agents are looked through in a moment. */
export const SHORT_LIST = 20;

export interface Wanted {
  query: string | undefined;
  organizationId: string | undefined;
  limit: number;
}

export interface AgentSearch {
  agents: Agent[];
  hasMore: boolean;
  total: number | undefined;
  /** A search that stopped before the last agent. */
  incomplete?: boolean;
  /** Ids of agents whose registration has been read, or tried to be. */
  tried?: Set<string>;
  /** A sentence: the API sent more than it was asked for. */
  tooMany?: string;
  /** A sentence, where this machine's clock is wrong by the API's. */
  clock?: string;
}

/** What a call lists, page by page; a search is made once, whichever of its pages are asked for. */
export function agentPages(call: CallContext, wanted: Wanted): (page: number) => Promise<AgentSearch> {
  const { services } = call;
  const { boundAgentId } = services;
  if (boundAgentId !== undefined) return () => boundAgent(call, boundAgentId, wanted.query);
  const needle = plain(wanted.query ?? "");
  if (needle === "") return (page) => onePage(call, wanted, page);
  // What has been read since may hide a name: a later page, or the agent itself, brings a password that it repeats.
  const tried = new Set<string>();
  const stillNamed = async (agents: readonly Agent[]) =>
    inSlices(namedSo(await withRegistrations(agents, call, tried), needle, call), agents.length > SHORT_LIST);
  let matching: Promise<Matches> | undefined;
  return async (page) => {
    matching ??= searched(call, wanted, needle).then(async ({ matches, ...more }) => ({
      ...more,
      matches: await stillNamed(matches),
    }));
    const { matches, ...more } = await matching;
    const { limit } = wanted;
    const from = (page - 1) * limit;
    const onPage = matches.slice(from, from + limit);
    const agents = await stillNamed(onPage);
    return {
      agents,
      hasMore: matches.length > from + limit,
      total: matches.length - (onPage.length - agents.length),
      tried,
      ...more,
    };
  };
}

async function onePage(call: CallContext, wanted: Wanted, page: number): Promise<AgentSearch> {
  const { organizationId, limit } = wanted;
  const { signal } = call;
  const answer = await call.services.api.listAgents(
    { ...present({ organizationId }), page, limit },
    { signal },
  );
  const more = present({
    tooMany: tooManyWords(answer, limit),
    clock: clockSkew(answer.answeredAt, Date.now()),
  });
  return { agents: answer.agents, hasMore: answer.hasNext, total: answer.total, ...more };
}

interface Matches extends Pick<AgentSearch, "incomplete" | "tooMany"> {
  matches: Agent[];
}

async function searched(call: CallContext, { organizationId }: Wanted, needle: string): Promise<Matches> {
  const { services, signal } = call;
  const matches: Agent[] = [];
  let tooMany: string | undefined;
  let answer: AgentPage;
  let page = 1;
  do {
    answer = await services.api.listAgents(
      { ...present({ organizationId }), page, limit: API_PAGE },
      { signal },
    );
    tooMany ??= tooManyWords(answer, API_PAGE);
    matches.push(
      ...(await inSlices(namedSo(answer.agents, needle, call), answer.agents.length > SHORT_LIST)),
    );
    page += 1;
  } while (answer.hasNext && page <= SEARCH_PAGES);
  return { matches, incomplete: answer.hasNext, ...present({ tooMany }) };
}

function tooManyWords({ sent, agents }: AgentPage, asked: number): string | undefined {
  if (sent === undefined) return undefined;
  const read =
    sent > agents.length ? ` Of them ${agents.length} are read; the others are not looked at.` : "";
  return `The API sent ${sent} entries on a page of ${asked}.${read}`;
}

/** With one agent bound by the configuration, the list is only that agent. */
async function boundAgent(call: CallContext, id: string, query: string | undefined): Promise<AgentSearch> {
  const agent = await call.services.api.getAgent(id, { signal: call.signal });
  const needle = plain(query ?? "");
  const agents = needle === "" || isNamed(agent, needle, call) ? [agent] : [];
  return { agents, hasMore: false, total: agents.length };
}

function* namedSo(agents: readonly Agent[], needle: string, call: CallContext): Steps<Agent[]> {
  const found: Agent[] = [];
  for (const agent of agents) {
    if (isNamed(agent, needle, call)) found.push(agent);
    yield;
  }
  return found;
}

/** A name that is left out of the result matches nothing, or parts of a secret in it could be guessed one by one. */
function isNamed({ name }: Agent, needle: string, call: CallContext): boolean {
  return plain(name.unwrap()).includes(needle) && call.shows(name);
}

/** Names are compared as people type them: case, accents, blanks and punctuation don't count. */
function plain(name: string): string {
  return name
    .normalize("NFD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
}
