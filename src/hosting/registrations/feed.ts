import { setMaxListeners } from "node:events";
import { audited } from "../../audit/agent-read.js";
import { Gate } from "../../audit/gate.js";
import { realClock } from "../../audit/pace.js";
import { agentsProbe, type SweepOptions, sweep } from "../../audit/sweep.js";
import type { Logger } from "../../base/log.js";
import { TelzinoError } from "../../telzino/errors.js";
import { pause as realPause } from "../../telzino/limit.js";
import type { Services } from "../../tools/core/context.js";
import type { AgentMetrics, AgentReading } from "../front/agent-metrics.js";
import type { KnownTenant, Tenant } from "../types.js";

export interface FeedOptions {
  /** Those that there are when a round begins. */
  tenants: () => Iterable<KnownTenant>;
  metrics: AgentMetrics;
  /** From the beginning of one round over all tenants to the next; longer where a round takes longer. Milliseconds. */
  intervalMs: number;
  log: Logger;
  signal: AbortSignal;
  /** Requests a second, of all tenants together. */
  perSecond?: number;
  pause?: typeof realPause;
}

/** Of all tenants together: calls of people come first. */
const PER_SECOND = 5;
const AT_ONCE = 2;
/** How long an API that does not answer delays the other tenants. */
const PATIENCE_MS = 10_000;

/** Reads the agents of one tenant after the other into the metrics, again and again until the signal. Never rejects. */
export async function feedAgents(options: FeedOptions): Promise<void> {
  const { tenants, metrics, intervalMs, log, signal, pause = realPause } = options;
  // Every read under way listens, which is not a leak.
  setMaxListeners(0, signal);
  const failing = new Set<string>();
  while (!signal.aborted) {
    const began = performance.now();
    const there = [...tenants()];
    metrics.keep(new Set(there.map(({ name }) => name)));
    for (const { name, openIfThere } of there) {
      if (signal.aborted) return;
      const tenant = openIfThere();
      if (tenant === undefined) continue;
      try {
        await readTenant(tenant, options);
        failing.delete(name);
      } catch (error) {
        if (signal.aborted) return;
        // Told once, until it works again.
        const isKnown = failing.has(name);
        failing.add(name);
        const why = error instanceof TelzinoError ? error.message : error;
        if (!isKnown)
          log.warn("The agents of a tenant cannot be read for the metrics", { tenant: name, why });
      }
    }
    await pause(Math.max(0, intervalMs - (performance.now() - began)), signal).catch(() => {});
  }
}

/** @throws TelzinoError for what is true of the whole tenant, and the signal's reason. */
async function readTenant({ name, services }: Tenant, options: FeedOptions): Promise<void> {
  const { metrics, signal, perSecond = PER_SECOND } = options;
  const most = metrics.roomFor(name);
  const api = upTo(services, most);
  const gate = new Gate({
    ...{ perSecond, patienceMs: PATIENCE_MS, clock: realClock },
    probe: agentsProbe(services.api),
  });
  const agents: AgentReading[] = [];
  let total = 0;
  const context = { platformIsLocal: services.platformIsLocal, presetOf: () => undefined };
  const end = await sweep({
    ...{ api, gate, signal, atOnce: AT_ONCE, readBefore: new Map(), now: Date.now },
    // No names are shown.
    shownName: (agentName) => agentName,
    onTotal: (count) => {
      total = count;
    },
    onRead: (read) => {
      const { judged, id, readAt } = audited(read, context);
      agents.push({ id, standing: judged.standing, readAt });
    },
  });
  // With more agents than have series, a part of the list is what was asked for.
  const isWhole = end.outage === undefined && (end.isWhole || total > most);
  metrics.took(name, { agents, isWhole, leftOut: Math.max(0, total - most) });
  if (end.outage !== undefined) throw end.outage;
}

/** The API of a tenant, limited to that many agents; if it is bound to one agent, only that one. */
function upTo({ api, boundAgentId }: Services, most: number): SweepOptions["api"] {
  return {
    getAgent: (id, options) => api.getAgent(id, options),
    getStatus: (id, options) => api.getStatus(id, options),
    async listAgents(query, options) {
      if (boundAgentId !== undefined) {
        const agents = [await api.getAgent(boundAgentId, options)];
        return { agents, page: 1, limit: agents.length, total: agents.length, hasNext: false };
      }
      const { page = 1, limit = most } = query;
      const answer = await api.listAgents(query, options);
      const left = Math.max(0, most - (page - 1) * limit);
      return { ...answer, agents: answer.agents.slice(0, left), hasNext: answer.hasNext && left > limit };
    },
  };
}
