import type { Endpoint, Reach } from "../evidence.js";
import { type Opened, openEndpoint } from "./endpoint.js";
import type { Run } from "./run.js";
import { plainSipAt } from "./tls.js";

type Late = Extract<Reach, { kind: "silent" | "tls-failed" }>;

/**
 * Connects. What was not there in time is tried once more, and longer, while nothing is heard anywhere: a limit of ours
 * says nothing about a peer that needs longer, and a lost packet alone costs seconds.
 */
export async function openPatiently(run: Run, endpoint: Endpoint, enough: AbortSignal): Promise<Opened> {
  const started = performance.now();
  const first = await openEndpoint(run, endpoint, { ...run.limits, total: undefined, signal: enough });
  if (enough.aborted && first.kind === "shut" && first.reach.kind === "cut-short" && !run.signal.aborted) {
    // It had its time, and was not there in it.
    return { kind: "shut", reach: { kind: "silent", ms: Math.round(performance.now() - started) } };
  }
  const late = lateness(first);
  if (late === undefined || run.silence.broken.aborted) return first;
  const { again } = run.limits;
  const over = new AbortController();
  const signal = AbortSignal.any([run.silence.broken, over.signal]);
  const plain = late.kind === "tls-failed" && plainSipAt(run, endpoint, () => over.abort());
  const [second, speaksPlainSip] = await Promise.all([
    openEndpoint(run, endpoint, { connect: again, handshake: again, total: again, signal }),
    plain,
  ]);
  if (second.kind === "open") {
    return { kind: "open", open: { ...second.open, gaveUpAfter: late.ms } };
  }
  if (late.kind === "tls-failed" && speaksPlainSip) {
    return { kind: "shut", reach: { ...late, speaksPlainSip } };
  }
  if (second.reach.kind === "cut-short") return first;
  const { ms = Number.POSITIVE_INFINITY } = lateness(second) ?? {};
  return ms < late.ms ? first : second;
}

/** It ended by a limit of ours. */
function lateness(opened: Opened): Late | undefined {
  if (opened.kind === "open") return undefined;
  const { reach } = opened;
  if (reach.kind === "silent") return reach;
  return reach.kind === "tls-failed" && reach.code.unwrap() === "TIMEOUT" ? reach : undefined;
}
