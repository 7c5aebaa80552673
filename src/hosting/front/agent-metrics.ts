import { Gauge, type Registry } from "prom-client";
import { STANDINGS, type Standing } from "../../audit/standing.js";

/** An agent's standing when it was read. */
export interface AgentReading {
  id: string;
  standing: Standing;
  /** Epoch milliseconds. */
  readAt: number;
}

/** A round over the agents of one tenant. */
export interface TenantReadings {
  agents: readonly AgentReading[];
  /** The list was complete: an agent that is missing no longer exists. */
  isWhole: boolean;
  /** Agents that were left out to keep labels bounded. */
  leftOut: number;
}

/** How many agents have their own series: for one tenant, and for all together. */
export const MOST_AGENTS = { ofTenant: 1_000, ofAll: 20_000 } as const;
/** What an agent's id may look like as a label. */
const ID = /^[\w.-]{1,64}$/;
/** Others are neither. */
const VALUES: Partial<Record<Standing, number>> = { registered: 1, down: 0 };

/** Gauges of agents' registrations, one series per agent: filled by the agents' reader, never by a scrape. */
export class AgentMetrics {
  readonly #tenants = new Map<string, { agents: Map<string, AgentReading>; leftOut: number }>();

  constructor(registers: Registry[], name: (suffix: string) => string) {
    const gauge = <Label extends string>(
      suffix: string,
      help: string,
      labelNames: readonly Label[],
      fill: (gauge: Gauge<Label>) => void,
    ) =>
      new Gauge({
        ...{ name: name(suffix), help, labelNames, registers },
        collect() {
          this.reset();
          fill(this);
        },
      });
    gauge(
      "agent_registered",
      "1: the platform says registered, 0: it should be and is not",
      ["tenant", "agent"] as const,
      (own) =>
        this.#each((tenant, { id, standing }) => {
          const value = VALUES[standing];
          if (value !== undefined) own.set({ tenant, agent: id }, value);
        }),
    );
    gauge(
      "agent_read_timestamp_seconds",
      "When an agent's status was read last",
      ["tenant", "agent"] as const,
      (own) =>
        this.#each((tenant, { id, readAt }) => own.set({ tenant, agent: id }, Math.round(readAt / 1_000))),
    );
    gauge(
      "agents",
      "Agents by their standing when they were read",
      ["tenant", "standing"] as const,
      (own) => {
        for (const [tenant, { agents }] of this.#tenants) {
          for (const standing of STANDINGS) own.set({ tenant, standing }, 0);
          for (const { standing } of agents.values()) own.inc({ tenant, standing });
        }
      },
    );
    gauge(
      "agents_left_out",
      "Agents that are not read, since the tenant has more than have series",
      ["tenant"] as const,
      (own) => {
        for (const [tenant, { leftOut }] of this.#tenants) own.set({ tenant }, leftOut);
      },
    );
  }

  /** How many agents of that tenant may have series. */
  roomFor(tenant: string): number {
    let others = 0;
    for (const [name, { agents }] of this.#tenants) if (name !== tenant) others += agents.size;
    return Math.max(0, Math.min(MOST_AGENTS.ofTenant, MOST_AGENTS.ofAll - others));
  }

  /** Takes what a round has read. Of whom it could not read, what was read before stays, with its time. */
  took(tenant: string, { agents, isWhole, leftOut }: TenantReadings): void {
    const before = this.#tenants.get(tenant)?.agents ?? new Map<string, AgentReading>();
    const after = new Map(isWhole ? [] : before);
    for (const reading of agents) {
      const known = reading.standing === "unread" ? before.get(reading.id) : undefined;
      const isNew = !after.has(reading.id);
      if (ID.test(reading.id) && !(isNew && after.size >= MOST_AGENTS.ofTenant)) {
        after.set(reading.id, known ?? reading);
      }
    }
    this.#tenants.set(tenant, { agents: after, leftOut });
  }

  /** Forgets the tenants that are not there any more. */
  keep(tenants: ReadonlySet<string>): void {
    for (const name of this.#tenants.keys()) if (!tenants.has(name)) this.#tenants.delete(name);
  }

  #each(tell: (tenant: string, reading: AgentReading) => void): void {
    for (const [tenant, { agents }] of this.#tenants) {
      for (const reading of agents.values()) tell(tenant, reading);
    }
  }
}
