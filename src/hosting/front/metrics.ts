import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Logger } from "../../base/log.js";
import { RETRIED } from "../../telzino/http.js";
import { AgentMetrics } from "./agent-metrics.js";
import { toolLabel } from "./message.js";

/** Why a request was not carried out. */
export type RefusalReason =
  | "host"
  | "origin"
  | "unauthenticated"
  | "forbidden"
  | "scope"
  | "unavailable"
  | "rate_calls"
  | "rate_writes"
  | "rate_probes"
  | "rate_pages"
  | "busy"
  | "busy_tenant"
  | "busy_caller"
  | "body_too_large"
  | "body";

const BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 1, 2.5, 5, 10, 25, 60];

/** What the server counts. Every label has few values: names that callers make up become `other`. */
export interface Metrics {
  toolCall(tenant: string, call: { tool: string; outcome: string; ms: number }): void;
  refused(reason: RefusalReason): void;
  probe(tenant: string): void;
  /** The same log; it also counts further attempts of API calls that are logged. */
  countingRetries(log: Logger): Logger;
  /** Gauges of agents, which exist only once they are asked for. Once. */
  agents(): AgentMetrics;
  /** Text in the format of Prometheus. */
  text(): Promise<string>;
  contentType: string;
}

export function createMetrics(state: { running(): number; waiting(): number; sessions(): number }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const name = (suffix: string) => `telzino_sip_mcp_${suffix}`;
  collectDefaultMetrics({ register: registry });
  const calls = new Counter({
    name: name("tool_calls_total"),
    help: "Calls of tools, by tool, outcome and tenant",
    labelNames: ["tool", "outcome", "tenant"] as const,
    registers,
  });
  const durations = new Histogram({
    name: name("tool_call_duration_seconds"),
    help: "How long calls of tools took",
    labelNames: ["tool"] as const,
    buckets: BUCKETS,
    registers,
  });
  const refusals = new Counter({
    name: name("requests_refused_total"),
    help: "Requests that were not carried out, by reason",
    labelNames: ["reason"] as const,
    registers,
  });
  const probes = new Counter({
    name: name("probes_total"),
    help: "Diagnoses that were let through, by tenant",
    labelNames: ["tenant"] as const,
    registers,
  });
  const retries = new Counter({
    name: name("api_retries_total"),
    help: "Further attempts of calls of the Telzino API",
    registers,
  });
  const gauge = (suffix: string, help: string, value: () => number) =>
    new Gauge({
      name: name(suffix),
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge("calls_running", "Requests that are being answered", state.running);
  gauge("calls_waiting", "Of these, calls that only wait", state.waiting);
  gauge("sessions", "Sessions that are open", state.sessions);
  return {
    toolCall(tenant, { tool, outcome, ms }) {
      const label = toolLabel(tool);
      calls.inc({ tool: label, outcome, tenant });
      durations.observe({ tool: label }, ms / 1_000);
    },
    refused: (reason) => refusals.inc({ reason }),
    probe: (tenant) => probes.inc({ tenant }),
    countingRetries: (log) => ({
      ...log,
      info(message, fields) {
        if (message === RETRIED) retries.inc();
        log.info(message, fields);
      },
    }),
    agents: () => new AgentMetrics(registers, name),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
