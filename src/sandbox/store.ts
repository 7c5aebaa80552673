import { randomUUID } from "node:crypto";
import type { Secret } from "../redaction/secret.js";
import type { RegistrationSettings } from "../telzino/types.js";
import type { TranscriptEntry } from "./agent-voice.js";
import { AGENT_SEEDS, type AgentSeed } from "./agents.js";

/** A registration as a PUT has stored it, defaults filled in. */
export interface StoredSip extends RegistrationSettings {
  readonly password: Secret;
}

export interface StoredAgent extends AgentSeed {
  readonly createdAt: Date;
  updatedAt: Date;
  registration: StoredSip | null;
}

/** A call that an agent has taken. */
export interface StoredCall {
  readonly id: string;
  /** `sipRoom-_<agent id>_<unix seconds>`. */
  readonly roomName: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** Outside text, cleaned. */
  readonly callerId: string;
  readonly transcript: readonly TranscriptEntry[];
}

/** What a write has changed, for the code that keeps registrations in step with the store. */
export interface RegistrationChange {
  readonly agentId: string;
  readonly registration: StoredSip | null;
}

/** A call centre's worth; the oldest go first. */
const CALLS_KEPT = 1_000;

/** Agents, their registrations and their calls, in memory. */
export class Store {
  readonly #agents: ReadonlyMap<string, StoredAgent>;
  readonly #calls = new Map<string, StoredCall[]>();
  readonly #watchers = new Set<(change: RegistrationChange) => void>();

  constructor(seeds: readonly AgentSeed[] = AGENT_SEEDS, now = new Date()) {
    const agents = seeds.map((seed) => ({ ...seed, createdAt: now, updatedAt: now, registration: null }));
    this.#agents = new Map(agents.map((agent) => [agent.id, agent]));
  }

  agents(organizationId?: string): StoredAgent[] {
    return [...this.#agents.values()].filter(
      (agent) => organizationId === undefined || agent.organizationId === organizationId,
    );
  }

  agent(id: string): StoredAgent | undefined {
    return this.#agents.get(id.toLowerCase());
  }

  /** Stores a registration, or with `null` removes it, and tells the watchers. */
  setRegistration(agent: StoredAgent, registration: StoredSip | null): void {
    agent.registration = registration;
    agent.updatedAt = new Date();
    for (const watcher of [...this.#watchers]) watcher({ agentId: agent.id, registration });
  }

  /** Returns the function that ends the watch. */
  watch(watcher: (change: RegistrationChange) => void): () => void {
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  addCall(agentId: string, call: Omit<StoredCall, "id" | "roomName">): void {
    const calls = this.#calls.get(agentId) ?? [];
    const seconds = Math.floor(call.startedAt.getTime() / 1_000);
    calls.unshift({ ...call, id: randomUUID(), roomName: `sipRoom-_${agentId}_${seconds}` });
    this.#calls.set(agentId, calls.slice(0, CALLS_KEPT));
  }

  /** Newest first. */
  calls(agentId: string): readonly StoredCall[] {
    return this.#calls.get(agentId) ?? [];
  }
}
