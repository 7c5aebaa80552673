import { BoundedMap } from "../../base/bounded-map.js";
import type { Logger } from "../../base/log.js";
import { present } from "../../base/present.js";
import { apiText } from "../../telzino/api-text.js";
import { TelzinoError } from "../../telzino/errors.js";
import type { Agent, AgentPage, CallOptions, TelzinoApi } from "../../telzino/types.js";

/** What a tenant may touch. Ids in lower case. Where both are given, an agent must be within both. */
export interface AgentScope {
  organizations?: readonly string[];
  agents?: readonly string[];
}

/** The API's documented largest page, and the usual one. */
const API_PAGE = 100;
const USUAL_LIMIT = 50;
/** Pages of the API that one list may cost. */
const MAX_PAGES = 50;
/** How long an agent that was found within the organizations is taken to be there, only for reading. */
const KEPT_MS = 30_000;
const KEPT = 500;

/**
 * The API as a tenant sees it: agents out of its scope are not there. For them every method throws what it throws
 * for an id that does not exist, before anything of theirs is asked or changed; with `agents` nothing is
 * sent at all, with `organizations` the agent is read to see whose it is.
 */
export function scopedApi(api: TelzinoApi, scope: AgentScope, log: Logger): TelzinoApi {
  return scope.agents === undefined && scope.organizations === undefined
    ? api
    : new ScopedApi(api, scope, log);
}

class ScopedApi implements TelzinoApi {
  readonly #api: TelzinoApi;
  readonly #log: Logger;
  readonly #agents: ReadonlySet<string> | undefined;
  readonly #organizations: ReadonlySet<string> | undefined;
  readonly #seen = new BoundedMap<string, number>(KEPT);

  constructor(api: TelzinoApi, { agents, organizations }: AgentScope, log: Logger) {
    this.#api = api;
    this.#log = log;
    this.#agents = agents && new Set(agents);
    this.#organizations = organizations && new Set(organizations);
  }

  /** Pages are those of what the tenant may see. Without `total` where the last agent was not reached. */
  async listAgents(
    query: { organizationId?: string; page?: number; limit?: number },
    options?: CallOptions,
  ): Promise<AgentPage> {
    const { page = 1, limit = USUAL_LIMIT } = query;
    const from = (page - 1) * limit;
    const found: Agent[] = [];
    let complete = true;
    let budget = MAX_PAGES;
    for (const organizationId of this.#organizationsToAsk(query.organizationId)) {
      for (let apiPage = 1, more = true; more; apiPage += 1) {
        // One more than fits shows whether there is another page.
        complete = budget > 0 && found.length <= from + limit;
        if (!complete) break;
        budget -= 1;
        const asked = present({ organizationId });
        const answer = await this.#api.listAgents({ ...asked, page: apiPage, limit: API_PAGE }, options);
        found.push(...answer.agents.filter((agent) => this.#isWithin(agent, organizationId)));
        more = answer.hasNext && !this.#hasAll(found);
      }
      if (!complete) break;
    }
    if (budget === 0 && !complete) {
      this.#log.warn("The list of agents is not complete: the account has more than can be searched", {
        searched: MAX_PAGES * API_PAGE,
      });
    }
    return {
      agents: found.slice(from, from + limit),
      page,
      limit,
      ...(complete ? { total: found.length, totalPages: Math.ceil(found.length / limit) } : {}),
      hasNext: found.length > from + limit,
      ...(budget === 0 && !complete ? { isPartial: true } : {}),
    };
  }

  async getAgent(agentId: string, options?: CallOptions): Promise<Agent> {
    const operation = "GET /v1/agents/…";
    this.#refuseForeignId(agentId, operation);
    const agent = await alike(operation, () => this.#api.getAgent(agentId, options));
    if (!this.#isWithin(agent)) throw notFound(operation);
    this.#remember(agentId.toLowerCase());
    return agent;
  }

  putRegistration(...args: Parameters<TelzinoApi["putRegistration"]>) {
    const [agentId, , , options] = args;
    const change = () => this.#api.putRegistration(...args);
    return this.#onAgent("PUT /v1/agents/…/sip/registration", agentId, "fresh", options, change);
  }

  deleteRegistration(...args: Parameters<TelzinoApi["deleteRegistration"]>) {
    const [agentId, options] = args;
    const change = () => this.#api.deleteRegistration(...args);
    return this.#onAgent("DELETE /v1/agents/…/sip/registration", agentId, "fresh", options, change);
  }

  getStatus(...args: Parameters<TelzinoApi["getStatus"]>) {
    const [agentId, options] = args;
    const read = () => this.#api.getStatus(...args);
    return this.#onAgent("GET /v1/agents/…/sip/registration/status", agentId, "kept", options, read);
  }

  listCallLogs(...args: Parameters<TelzinoApi["listCallLogs"]>) {
    const [agentId, , options] = args;
    const read = () => this.#api.listCallLogs(...args);
    return this.#onAgent("GET /v1/agents/…/call-logs", agentId, "kept", options, read);
  }

  /** Does `work` once the agent is known to be the tenant's. @param knowledge `kept`: from some seconds ago will do. */
  async #onAgent<Result>(
    operation: string,
    agentId: string,
    knowledge: "fresh" | "kept",
    options: CallOptions | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> {
    this.#refuseForeignId(agentId, operation);
    const id = agentId.toLowerCase();
    const known = knowledge === "kept" && (this.#seen.get(id) ?? 0) > performance.now();
    if (this.#organizations !== undefined && !known) {
      const agent = await alike(operation, () => this.#api.getAgent(agentId, options));
      if (!this.#isWithin(agent)) throw notFound(operation);
      this.#remember(id);
    }
    return alike(operation, work);
  }

  #refuseForeignId(agentId: string, operation: string): void {
    if (this.#agents?.has(agentId.toLowerCase()) === false) throw notFound(operation);
  }

  /** Whatever the API was asked for, its answer decides. */
  #isWithin({ id, organizationId }: Agent, asked?: string): boolean {
    if (this.#agents?.has(id.toLowerCase()) === false) return false;
    const own = organizationId?.unwrap().toLowerCase();
    if (asked !== undefined && own !== asked.toLowerCase()) return false;
    return this.#organizations === undefined || (own !== undefined && this.#organizations.has(own));
  }

  /** `undefined`: the API's list of all. */
  #organizationsToAsk(wanted: string | undefined): readonly (string | undefined)[] {
    if (this.#organizations === undefined) return [wanted];
    if (wanted === undefined) return [...this.#organizations];
    return this.#organizations.has(wanted.toLowerCase()) ? [wanted] : [];
  }

  #hasAll(found: readonly Agent[]): boolean {
    return this.#agents !== undefined && found.length >= this.#agents.size;
  }

  #remember(id: string): void {
    this.#seen.set(id, performance.now() + KEPT_MS);
  }
}

/** One error for an agent that does not exist and for one that is another's: nothing in it shows which. */
function notFound(operation: string): TelzinoError {
  const details = { status: 404, operation, detail: apiText("Agent not found") };
  return new TelzinoError("agent_not_found", `The API answered 404 to ${operation}`, details);
}

async function alike<Result>(operation: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof TelzinoError && error.code === "agent_not_found") throw notFound(operation);
    throw error;
  }
}
