import { z } from "zod";
import { present } from "../base/present.js";
import { inSlices, type Steps } from "../base/steps.js";
import { fromCaller, Untrusted, untrustedToken } from "../redaction/untrusted.js";
import { accountOf } from "../registration/settings.js";
import type { Agent, AgentPage } from "../telzino/types.js";
import type { CallContext } from "./core/context.js";
import { defineTool, type NextStep } from "./core/define.js";
import { fact, note, summary } from "./core/facts.js";
import { holdStored } from "./core/holding-api.js";
import { replyShape } from "./core/schemas.js";

/** How many of the API's pages a search by name reads at most: 1,000 agents. */
const SEARCH_PAGES = 10;
const API_PAGE = 100;
/** Lists may leave the registration out; so many agents are read one by one for it, so many at a time. */
const DETAIL_READS = 20;
const DETAIL_PARALLEL = 4;
/** So many agents are looked through in a moment. */
const SHORT_LIST = 20;

const input = z.strictObject({
  query: z.string().max(100).describe("Part of the agent's name").optional(),
  organizationId: z.string().max(64).describe("UUID of an organisation").optional(),
  page: z.int().min(1).max(10_000).describe("Default 1").optional(),
  limit: z.int().min(1).max(100).describe("Default 20, at most 100").optional(),
});

const output = z.object({
  agents: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      status: z.string().optional(),
      type: z.string().optional(),
      sipRegistration: z.enum(["stored", "none", "unknown"]),
      sipAccount: z.string().optional().describe("username@sipDomain as stored"),
      transport: z.string().optional(),
      disabled: z.boolean().optional(),
    }),
  ),
  page: z.number(),
  hasMore: z.boolean(),
  total: z.number().optional(),
  ...replyShape,
});

export const listAgents = defineTool({
  name: "list_agents",
  title: "List Telzino agents",
  description: [
    "Lists the Telzino AI agents that these credentials reach: name, id, status, and the SIP account stored for each.",
    "Use it first, to turn the name a user says into the agentId that the other tools take.",
    "It does not say whether an agent is registered now: get_sip_status does.",
    'Example: {"query": "front desk"}',
  ].join("\n"),
  input,
  output,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  async run({ query, organizationId, page = 1, limit = 20 }, call) {
    const found = await findAgents(call, { query, organizationId, page, limit });
    const { agents } = found;
    // A long list lets go of what it brought first.
    for (const { registration } of agents) holdStored(registration, call.hold);
    const listed = await inSlices(dataOf(agents, call), agents.length > SHORT_LIST);
    const { total, hasMore, tooMany } = found;
    return {
      facts: [
        summary(headline(agents.length, query, found)),
        fact({ agents: listed, ...present({ total }) }, ...listed.map(agentLine)),
        fact({ page, hasMore }),
        ...(tooMany === undefined ? [] : [note(tooMany)]),
        ...(hasMore ? [note(`More on page ${page + 1}.`)] : []),
      ],
      next: nextSteps(agents, query),
    };
  },
});

interface Wanted {
  query: string | undefined;
  organizationId: string | undefined;
  page: number;
  limit: number;
}

interface AgentSearch {
  agents: Agent[];
  hasMore: boolean;
  total: number | undefined;
  /** A search that stopped before the last agent. */
  incomplete?: boolean;
  /** A sentence: the API sent more than it was asked for. */
  tooMany?: string;
}

async function findAgents(call: CallContext, wanted: Wanted): Promise<AgentSearch> {
  const { services, signal } = call;
  if (services.boundAgentId !== undefined) return boundAgent(call, services.boundAgentId, wanted.query);
  const { organizationId, page, limit } = wanted;
  const scope = present({ organizationId });
  const needle = plain(wanted.query ?? "");
  if (needle === "") {
    const answer = await services.api.listAgents({ ...scope, page, limit }, { signal });
    const tooMany = tooManyWords(answer, limit);
    const agents = await withRegistrations(answer.agents, call);
    return { agents, hasMore: answer.hasNext, total: answer.total, ...present({ tooMany }) };
  }
  const matches: Agent[] = [];
  let tooMany: string | undefined;
  let answer: AgentPage;
  let apiPage = 1;
  do {
    answer = await services.api.listAgents({ ...scope, page: apiPage, limit: API_PAGE }, { signal });
    tooMany ??= tooManyWords(answer, API_PAGE);
    matches.push(
      ...(await inSlices(namedSo(answer.agents, needle, call), answer.agents.length > SHORT_LIST)),
    );
    apiPage += 1;
  } while (answer.hasNext && apiPage <= SEARCH_PAGES);
  // What has been read since may hide a name: a later page, or the agent itself, brings a password that it repeats.
  const tried = new Set<string>();
  const stillNamed = async (agents: readonly Agent[]) =>
    inSlices(namedSo(await withRegistrations(agents, call, tried), needle, call));
  const found = await stillNamed(matches);
  const from = (page - 1) * limit;
  const onPage = found.slice(from, from + limit);
  const agents = await stillNamed(onPage);
  return {
    agents,
    hasMore: found.length > from + limit,
    total: found.length - (onPage.length - agents.length),
    incomplete: answer.hasNext,
    ...present({ tooMany }),
  };
}

function tooManyWords({ sent, agents }: AgentPage, asked: number): string | undefined {
  if (sent === undefined) return undefined;
  const read =
    sent > agents.length ? ` Of them ${agents.length} are read; the others are not looked at.` : "";
  return `The API sent ${sent} entries on a page of ${asked}.${read}`;
}

/** With one agent bound by the configuration the list is that agent alone. */
async function boundAgent(call: CallContext, id: string, query: string | undefined): Promise<AgentSearch> {
  const agent = await call.services.api.getAgent(id, { signal: call.signal });
  const needle = plain(query ?? "");
  const agents = needle === "" || isNamed(agent, needle, call) ? [agent] : [];
  return { agents, hasMore: false, total: agents.length };
}

/** Texts may be long, and written in any encoding: what is found of them is kept until the result is built. */
function* dataOf(agents: readonly Agent[], call: CallContext): Steps<ReturnType<typeof agentData>[]> {
  const listed: ReturnType<typeof agentData>[] = [];
  for (const agent of agents) {
    for (const text of [agent.name, agent.status, agent.type]) {
      if (text instanceof Untrusted) call.shows(text);
      yield;
    }
    listed.push(agentData(agent));
  }
  return listed;
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

/**
 * Reads the agents whose registration the list did not tell; one that can't be read stays unknown.
 *
 * @param tried whose reading is not tried again.
 */
async function withRegistrations(
  agents: readonly Agent[],
  { services, signal }: CallContext,
  tried = new Set<string>(),
): Promise<Agent[]> {
  const result = [...agents];
  const missing = result
    .map((agent, index) => ({ agent, index }))
    .filter(({ agent }) => agent.registration === undefined && !tried.has(agent.id))
    .slice(0, DETAIL_READS);
  for (const { agent } of missing) tried.add(agent.id);
  const worker = async () => {
    for (let job = missing.shift(); job !== undefined; job = missing.shift()) {
      const { agent, index } = job;
      result[index] = await services.api.getAgent(agent.id, { signal }).catch(() => agent);
      signal.throwIfAborted();
    }
  };
  await Promise.all(Array.from({ length: DETAIL_PARALLEL }, worker));
  return result;
}

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

function agentLine(agent: ReturnType<typeof agentData>): string {
  const { id, name, status = "status not known", type, sipRegistration, sipAccount, transport } = agent;
  const sip =
    sipRegistration === "stored"
      ? `SIP account ${sipAccount}${transport ? ` over ${transport}` : ""}${agent.disabled ? ", disabled" : ""}`
      : sipRegistration === "none"
        ? "no SIP account"
        : "SIP account not known";
  return `- ${name} (${[status, type].filter(Boolean).join(", ")}), ${sip}, id ${id}`;
}

function headline(shown: number, query: string | undefined, found: AgentSearch): string {
  const of = found.total !== undefined && found.total > shown ? ` of ${found.total}` : "";
  const matching = query ? ` matching ${fromCaller(query, 60)}` : "";
  const scope = found.incomplete ? ` (searched the first ${SEARCH_PAGES * API_PAGE} agents)` : "";
  return shown === 0
    ? `No agents${matching}${scope}.`
    : `${shown}${of} ${shown === 1 ? "agent" : "agents"}${matching}${scope}:`;
}

function nextSteps(agents: Agent[], query: string | undefined): NextStep[] {
  if (agents.length === 0) {
    return query
      ? [
          [
            "Call list_agents without query to see every name.",
            "This server works on one agent, which has another name: make the call without query.",
          ],
        ]
      : [
          "These credentials reach no agent: ask the user to create one in Telzino, or for other credentials.",
        ];
  }
  return [
    "get_sip_status with an agent's id tells whether it is registered now.",
    [
      "list_pbx_presets, then configure_sip_registration, connect an agent to a PBX.",
      "list_pbx_presets tells what a PBX needs.",
    ],
  ];
}
