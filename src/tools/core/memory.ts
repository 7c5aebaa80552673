import type { z } from "zod";
import type { AgentWatcher } from "../../audit/agent-watcher.js";
import { BoundedMap } from "../../base/bounded-map.js";
import type { DiagnosisReport } from "../../diagnosis/index.js";
import type { Secret } from "../../redaction/secret.js";
import type { Untrusted } from "../../redaction/untrusted.js";
import type { Confirmations } from "./confirmation.js";
import type { Fact } from "./facts.js";

/**
 * What is kept from one call to the next, and from one MCP server to the next: over HTTP there is one a request.
 * Services with another configuration need a separate memory.
 */
export interface Memory {
  /** What each tool takes over these services, by the tool's name. */
  readonly inputs: Map<string, z.ZodObject>;
  /** Names of tools and parameters that are not offered, to those who may only read and to the others. */
  readonly namesNotOffered: Map<boolean, ReadonlySet<string>>;
  /** By what was tested; the next call reports each. */
  readonly testsByEntry: BoundedMap<string, TestByEntry>;
  /** By account. */
  readonly bindings: BoundedMap<string, BindingsSeen>;
  /** What calls have proven, by agent. */
  readonly callProofs: BoundedMap<string, CallProof>;
  /** Of test calls that the user has been asked to confirm. */
  confirmations?: Confirmations;
  /** Of test calls whose password was typed into a page, by the token that confirmed them; the same call reports each. */
  readonly callsByEntry: BoundedMap<string, CallByEntry>;
  /** Test calls under way, each until it is hung up: closing the services waits for them. */
  readonly testCalls: Set<Promise<unknown>>;
  /** For completions, which ask for them with each letter typed. `until` is a time of `performance.now()`. */
  agentNames?: { agents: readonly { id: string; name: string }[]; until: number };
  /** Made by the first who watches an agent; for all of them one. */
  agentWatcher?: AgentWatcher;
}

/** A report that a page has brought about after its call was answered. */
export interface TestByEntry {
  report: DiagnosisReport;
  /** What was sent for it, to be looked for again in what the PBX said. */
  sent: readonly Secret[];
  at: number;
}

/** A test call whose password came from a page. */
interface CallByEntry {
  /** Hangs up, or keeps it from being placed. */
  readonly stop: AbortController;
  /** The result, redacted: by then nothing of the password is kept. */
  reply?: { readonly facts: readonly Fact[]; readonly next?: readonly (string | readonly string[])[] };
  at: number;
}

/** Who was registered for an account when the PBX was asked with its credentials. */
export interface BindingsSeen {
  readonly uris: readonly Untrusted[];
  /** Since the epoch, in milliseconds. */
  readonly at: number;
}

/** A call on which agent and caller heard each other. */
interface CallProof {
  /** When it began. */
  readonly at: Date;
  /** The settings that were stored then. */
  readonly settings: string;
}

/** The password pages have fewer open at a time. */
const TESTS_KEPT = 50;

const ACCOUNTS_KEPT = 200;

const PROOFS_KEPT = 500;

export function newMemory(): Memory {
  return {
    inputs: new Map(),
    namesNotOffered: new Map(),
    testsByEntry: new BoundedMap(TESTS_KEPT),
    bindings: new BoundedMap(ACCOUNTS_KEPT),
    callProofs: new BoundedMap(PROOFS_KEPT),
    callsByEntry: new BoundedMap(TESTS_KEPT),
    testCalls: new Set(),
  };
}
