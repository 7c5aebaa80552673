import { setTimeout as delay } from "node:timers/promises";
import { present } from "../../base/present.js";
import type { Endpoint, EndpointEvidence, ExchangeEvidence, OtherHandshake, Reach } from "../evidence.js";
import { CAPS } from "../limits.js";
import { askOptions, endpointEvidence, type OpenEndpoint, type Opened, openEndpoint } from "./endpoint.js";
import type { Run } from "./run.js";
import { bestHandshake, explainTlsFailure, instead, plainSipAt, takesTls, withoutName } from "./tls.js";

/** One configured endpoint while it is being looked at. */
export interface Probe {
  readonly endpoint: Endpoint;
  readonly opened: Promise<Opened>;
  readonly asked: Promise<Pick<EndpointEvidence, "options" | "notAsked">>;
  readonly nameless: Promise<OtherHandshake | undefined>;
  /** Ends the wait for an answer to OPTIONS. */
  readonly giveUp: () => void;
}

/** Starts on every configured endpoint at the same time: connect, then OPTIONS where it is wanted. Close each when done. */
export function startProbes(
  run: Run,
  endpoints: readonly Endpoint[],
  wanted: Promise<boolean> | undefined,
): Probe[] {
  return endpoints.slice(0, CAPS.tried).map((endpoint) => {
    const enough = new AbortController();
    const opened = openPatiently(run, endpoint, enough.signal);
    const asked = opened.then(async (outcome) => {
      if (outcome.kind === "shut") return {};
      outcome.open.agent.flow.subscribe({ message: () => run.silence.break() });
      if (wanted !== undefined && !(await wanted)) return {};
      return askOptions(run, outcome.open, run.limits.options, true, enough.signal);
    });
    const nameless = opened.then((outcome) =>
      outcome.kind === "open" ? withoutName(run, outcome.open) : undefined,
    );
    return { endpoint, opened, asked, nameless, giveUp: () => enough.abort() };
  });
}

/**
 * The endpoint that the rest of the diagnosis goes through: the first one that answers. Where none has answered
 * after a moment it is the first one that is open, since some PBXs answer REGISTER and never OPTIONS.
 */
export async function choose(run: Run, probes: readonly Probe[]): Promise<OpenEndpoint | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<"patience">((resolve) => {
    timer = setTimeout(() => resolve("patience"), run.limits.patience);
  });
  try {
    for (const probe of probes) {
      const first = await Promise.race([probe.asked, patience]);
      if (first !== "patience" && first.options?.result === "answered") return openOf(probe);
    }
    // One that was not asked is worth more than one that was and is silent.
    const soFar = await Promise.all(probes.map(({ asked }) => Promise.race([asked, patience])));
    const unasked = probes.filter((_, index) => {
      const answer = soFar[index];
      return typeof answer === "object" && answer.notAsked !== undefined;
    });
    const hopeful = [...unasked, ...probes].map(async (probe) => {
      const outcome = await probe.opened;
      if (outcome.kind === "shut") throw new Error("it is shut");
      const options = probe.asked.then((asked) => worthIt(asked.options));
      if (await Promise.race([options, patience.then(() => true)])) return outcome.open;
      throw new Error("nothing listens there");
    });
    return await Promise.any(hopeful).catch(() => undefined);
  } finally {
    clearTimeout(timer);
  }
}

/** An endpoint without OPTIONS, or where its failure does not rule out REGISTER. */
function worthIt(exchange: ExchangeEvidence | undefined): boolean {
  if (exchange === undefined) return true;
  return (
    exchange.result !== "refused" && exchange.result !== "unreachable" && exchange.result !== "cut-short"
  );
}

export async function openOf({ opened }: Probe): Promise<OpenEndpoint | undefined> {
  const outcome = await opened;
  return outcome.kind === "open" ? outcome.open : undefined;
}

/** Waits for a probe and takes a second look where a port speaks another language than it should. */
export async function finishProbe(
  run: Run,
  { endpoint, opened, asked, nameless }: Probe,
): Promise<EndpointEvidence> {
  const [outcome, answer] = [await opened, await asked];
  const { options } = answer;
  if (
    outcome.kind === "shut" &&
    outcome.reach.kind === "tls-failed" &&
    outcome.reach.code.unwrap() !== "TIMEOUT"
  ) {
    const reach = { ...outcome.reach, ...(await explainTlsFailure(run, endpoint, outcome.reach)) };
    return { endpoint, reach };
  }
  const dumb = options !== undefined && options.result !== "answered" && options.result !== "trying";
  const speaksTls =
    endpoint.transport === "tcp" && outcome.kind === "open" && dumb && (await takesTls(run, endpoint));
  const seen = endpointEvidence(endpoint, outcome, { ...answer, ...(speaksTls ? { speaksTls } : {}) });
  const unnamed = await nameless;
  return seen.tls && unnamed ? { ...seen, tls: { ...seen.tls, withoutName: unnamed } } : seen;
}

export async function closeProbes(probes: readonly Probe[]): Promise<void> {
  await Promise.all(
    probes.map(async ({ opened, asked, nameless }) => {
      const outcome = await opened.catch(() => undefined);
      // What is still under way ends with the agent.
      if (outcome?.kind === "open") await outcome.open.agent.close();
      await Promise.allSettled([asked, nameless]);
    }),
  );
}

type Shut = Extract<Opened, { kind: "shut" }>;
type Failed = Extract<Reach, { kind: "tls-failed" }>;
type Late = Extract<Reach, { kind: "silent" }> | Failed;

/**
 * Connects; over TLS without a server name if the handshake with one fails. What was not there in time is tried once more,
 * and longer, while nothing is heard anywhere: our limit says nothing about a peer that needs longer, and a single lost
 * packet costs seconds.
 */
async function openPatiently(run: Run, endpoint: Endpoint, enough: AbortSignal): Promise<Opened> {
  const started = performance.now();
  const first = await openEndpoint(run, endpoint, { ...run.limits, total: undefined, signal: enough });
  if (enough.aborted && first.kind === "shut" && first.reach.kind === "cut-short" && !run.signal.aborted) {
    // It had its time, and was not there in it.
    return { kind: "shut", reach: { kind: "silent", ms: Math.round(performance.now() - started) } };
  }
  if (first.kind === "open") return { kind: "open", open: await bestHandshake(run, first.open) };
  const late = lateness(first);
  if (late === undefined)
    return first.reach.kind === "tls-failed" ? instead(run, endpoint, first.reach) : first;
  if (run.silence.broken.aborted) return first;
  return late.kind === "tls-failed" ? handshakeAgain(run, endpoint, late) : again(run, endpoint, first, late);
}

/** TCP that was not there in time. */
async function again(run: Run, endpoint: Endpoint, first: Shut, { ms: before }: Late): Promise<Opened> {
  const second = await openAgain(run, endpoint, run.silence.broken);
  return second.kind === "open"
    ? { kind: "open", open: { ...(await bestHandshake(run, second.open)), gaveUpAfter: before } }
    : longer(first, second, before);
}

/** A handshake that was not there in time: the port may want no server name, or speak plain SIP. */
async function handshakeAgain(run: Run, endpoint: Endpoint, late: Failed): Promise<Opened> {
  const over = new AbortController();
  const nameless = instead(run, endpoint, late);
  const moment = delay(run.limits.patience, undefined, { signal: run.signal, ref: false }).catch(
    () => undefined,
  );
  const [second, speaksPlainSip, unnamed] = await Promise.all([
    openAgain(run, endpoint, AbortSignal.any([run.silence.broken, over.signal])),
    // An OPTIONS may count as a failed login, so it goes out only where no TLS comes about.
    Promise.race([nameless, moment]).then(
      (opened) => opened?.kind !== "open" && plainSipAt(run, endpoint, () => over.abort()),
    ),
    nameless.then((opened) => {
      // The other one may be as quick now: the first may have been lost on the way.
      const more = opened.kind === "open" ? run.limits.patience + 2 * opened.open.ms : undefined;
      if (more !== undefined) setTimeout(() => over.abort(), more).unref();
      return opened;
    }),
  ]);
  if (second.kind === "open") {
    if (unnamed.kind === "open") await unnamed.open.agent.close();
    return { kind: "open", open: { ...(await bestHandshake(run, second.open)), gaveUpAfter: late.ms } };
  }
  if (unnamed.kind === "open") return unnamed;
  if (speaksPlainSip) return { kind: "shut", reach: { ...late, speaksPlainSip } };
  const shut = longer({ kind: "shut", reach: late }, second, late.ms);
  const seen = unnamed.reach.kind === "tls-failed" ? unnamed.reach.withoutName : undefined;
  return shut.reach.kind === "tls-failed"
    ? { kind: "shut", reach: { ...shut.reach, ...present({ withoutName: seen }) } }
    : shut;
}

function openAgain(run: Run, endpoint: Endpoint, signal: AbortSignal): Promise<Opened> {
  const { again } = run.limits;
  return openEndpoint(run, endpoint, { connect: again, handshake: again, total: again, signal });
}

/** The one of two tries that waited longer. */
function longer(first: Shut, second: Shut, before: number): Shut {
  const { ms = Number.POSITIVE_INFINITY } = lateness(second) ?? {};
  return second.reach.kind === "cut-short" || ms < before ? first : second;
}

/** It ended by a limit of ours. */
function lateness(opened: Opened): Late | undefined {
  if (opened.kind === "open") return undefined;
  const { reach } = opened;
  if (reach.kind === "silent") return reach;
  return reach.kind === "tls-failed" && reach.code.unwrap() === "TIMEOUT" ? reach : undefined;
}
