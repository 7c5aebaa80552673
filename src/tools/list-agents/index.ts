import { z } from "zod";
import { STANDINGS } from "../../audit/standing.js";
import { present } from "../../base/present.js";
import { inSlices } from "../../base/steps.js";
import { fromCaller } from "../../redaction/untrusted.js";
import type { Agent } from "../../telzino/types.js";
import type { CallContext } from "../core/context.js";
import { defineTool, type NextStep } from "../core/define.js";
import { fact, note, notes, summary } from "../core/facts.js";
import { holdStored } from "../core/holding-api.js";
import { replyShape } from "../core/schemas.js";
import { agentLine, dataOf } from "./agent-data.js";
import { type AgentSearch, agentPages, SEARCHED, SHORT_LIST, type Wanted } from "./find.js";
import { withRegistrations } from "./registrations.js";
import { shortListWords } from "./short-list.js";

/** How many agents a page has, without and with a search for problems, which passes most of them over. */
const USUAL_LIMIT = 20;
const PROBLEMS_LIMIT = 50;

const input = z.strictObject({
  query: z.string().max(100).describe("Part of the agent's name").optional(),
  registration: z
    .enum(["all", "problems"])
    .describe("Also read who is registered now, problems first; problems: show only those")
    .optional(),
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
      standing: z.enum(STANDINGS).optional(),
      reason: z.string().optional(),
      state: z.string().optional(),
      lastRegister: z.string().optional(),
      lastRegisterRelative: z.string().optional(),
      pbx: z.string().optional(),
      presetId: z.string().optional(),
    }),
  ),
  page: z.number(),
  hasMore: z.boolean(),
  nextPage: z.number().optional(),
  total: z.number().optional(),
  ...replyShape,
});

export const listAgents = defineTool({
  name: "list_telzino_agents",
  // Coding clients have tools of that name themselves, which list their own agents.
  formerNames: ["list_agents"],
  title: "List Telzino agents",
  description: [
    "Lists the Telzino AI agents that these credentials reach: name, id, status, and the SIP account stored for each.",
    "Use it first, to turn the name a user says into the agentId that the other tools take.",
    "With registration it says of each whether it is registered now, and why not.",
    'Example: {"query": "front desk"}',
  ].join("\n"),
  input,
  output,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  async run({ query, registration, organizationId, page = 1, limit }, call) {
    const perPage = limit ?? (registration === "problems" ? PROBLEMS_LIMIT : USUAL_LIMIT);
    const wanted = { query, organizationId, limit: perPage };
    const pages = agentPages(call, wanted);
    if (registration === undefined) return listStored(await pages(page), page, wanted, call);
    const { listWithStandings } = await import("./with-standings.js");
    return listWithStandings({ pages, page, perPage, onlyProblems: registration === "problems" }, call);
  },
});

async function listStored(found: AgentSearch, page: number, { query, limit }: Wanted, call: CallContext) {
  const agents = await withRegistrations(found.agents, call, found.tried);
  // A long list lets go of what it brought first.
  for (const stored of agents) holdStored(stored.registration, call.hold);
  const listed = await inSlices(dataOf(agents, call), agents.length > SHORT_LIST);
  const { total, hasMore, tooMany } = found;
  return {
    facts: [
      summary(headline(agents.length, query, found, page)),
      fact({ agents: listed, ...present({ total }) }, ...listed.map(agentLine)),
      fact({ page, hasMore }),
      ...notes([
        tooMany,
        shortListWords({ page, perPage: limit, count: found.agents.length, hasMore, total }),
      ]),
      ...(hasMore ? [note(`More on page ${page + 1}.`)] : []),
    ],
    next: nextSteps(agents, query, page),
  };
}

function headline(shown: number, query: string | undefined, found: AgentSearch, page: number): string {
  const of = found.total !== undefined && found.total > shown ? ` of ${found.total}` : "";
  const matching = query ? ` matching ${fromCaller(query, 60)}` : "";
  const scope = found.incomplete ? ` (searched the first ${SEARCHED} agents)` : "";
  return shown === 0
    ? `No agents${matching}${scope}${page > 1 ? ` on page ${page}` : ""}.`
    : `${shown}${of} ${shown === 1 ? "agent" : "agents"}${matching}${scope}:`;
}

function nextSteps(agents: Agent[], query: string | undefined, page: number): NextStep[] {
  if (agents.length === 0 && page > 1)
    return ["Call list_telzino_agents without page: the list ends before it."];
  if (agents.length === 0) {
    return query
      ? [
          [
            "Call list_telzino_agents without query to see every name.",
            "This server works on one agent, which has another name: make the call without query.",
          ],
        ]
      : [
          "These credentials reach no agent: ask the user to create one in Telzino, or for other credentials.",
        ];
  }
  return [
    "list_telzino_agents with registration shows which are registered now, get_sip_status more about one.",
    [
      "list_pbx_presets, then configure_sip_registration, connect an agent to a PBX.",
      "list_pbx_presets shows what a PBX needs.",
    ],
  ];
}
