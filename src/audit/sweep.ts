import { present } from "../base/present.js";
import { Secret } from "../redaction/secret.js";
import type { Untrusted } from "../redaction/untrusted.js";
import { TelzinoError } from "../telzino/errors.js";
import type { Agent, AgentPage, CallOptions, StoredRegistration, TelzinoApi } from "../telzino/types.js";
import type { AgentRead } from "./agent-read.js";
import { clockSkew } from "./clock-skew.js";
import { ApiOutage, endsAll, type Gate, type GateOptions } from "./gate.js";
import { sideBySide } from "./side-by-side.js";
import { standingUnseen } from "./standing.js";

const API_PAGE = 100;
/** More agents than any account has: a list that never ends is not followed for ever. */
const MAX_PAGES = 10_000;

export interface SweepOptions {
  api: Pick<TelzinoApi, "listAgents" | "getAgent" | "getStatus">;
  gate: Gate;
  signal: AbortSignal;
  /** Reads under way at a time. */
  atOnce: number;
  /** Read by this audit before it was interrupted: not read again. */
  readBefore: ReadonlyMap<string, AgentRead>;
  /** Epoch milliseconds. */
  now: () => number;
  /** A name as it may be shown, without what it came with: an agent's name holds on to its password, to be looked for. */
  shownName: (name: Untrusted) => Untrusted;
  /** Told of each agent as it is read. `isNew`: not one of `readBefore`. */
  onRead: (read: AgentRead, isNew: boolean) => void;
  /** Told how many agents there are, once the API has said so. */
  onTotal?: (total: number) => void;
}

export interface SweepEnd {
  /** All agents were listed and asked for. */
  isWhole: boolean;
  /** Why not. */
  outage?: TelzinoError;
  /** A sentence, where the API's list did not hold all agents that it speaks of. */
  gap?: string;
  /** A sentence, where this machine's clock is wrong by the API's. */
  clock?: string;
}

/**
 * Reads all agents and their status, each once. Nothing is written.
 *
 * @throws TelzinoError for what is true of all of them (credentials), and the signal's reason.
 */
export async function sweep(options: SweepOptions): Promise<SweepEnd> {
  const { signal, atOnce, readBefore, onRead } = options;
  let gap: string | undefined;
  let clock: string | undefined;
  const onClock = (sentence: string) => {
    clock ??= sentence;
  };
  const onGap = (sentence: string) => {
    gap ??= sentence;
  };
  try {
    await sideBySide(listed(options, { onGap, onClock }), atOnce, async (agent) => {
      const before = readBefore.get(agent.id);
      if (before !== undefined) return onRead(before, false);
      const read = await readAgent(agent, options).catch((error: unknown) => {
        signal.throwIfAborted();
        if (endsAll(error) || !(error instanceof TelzinoError)) throw error;
        return readOf(agent, options, { unread: `Not read: ${error.message}.` });
      });
      onRead(read, true);
    });
    return { isWhole: gap === undefined, ...present({ gap, clock }) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ApiOutage)) throw error;
    return { isWhole: false, outage: error.cause, ...present({ clock }) };
  }
}

/** What an API that is there answers. */
export function agentsProbe(api: Pick<TelzinoApi, "listAgents">): GateOptions["probe"] {
  return (signal) => api.listAgents({ page: 1, limit: 1 }, { signal });
}

/**
 * All agents, each once: pages may move while they are read. The next page is asked for while the last one is worked on.
 *
 * @param told.onClock told where this machine's clock is wrong by the API's.
 * @param told.onGap told where the list ends before all agents have been on it, or does not come to an end.
 */
async function* listed(
  { api, gate, signal, now, onTotal }: SweepOptions,
  { onGap, onClock }: { onGap: (sentence: string) => void; onClock: (sentence: string) => void },
): AsyncGenerator<Agent> {
  const seen = new Set<string>();
  let total: number | undefined;
  const pageOf = (page: number, options: CallOptions) =>
    gate.read(async () => {
      const answer = await api.listAgents({ page, limit: API_PAGE }, options);
      // A page may wait for the agents before it.
      const clock = clockSkew(answer.answeredAt, now());
      if (clock !== undefined) onClock(clock);
      return answer;
    }, signal);
  const asked = (page: number): Promise<AgentPage> => {
    const answer = pageOf(page, { signal });
    // Its reader gets the error.
    answer.catch(() => {});
    return answer;
  };
  let next: Promise<AgentPage> | undefined = asked(1);
  for (let page = 1; next !== undefined && page <= MAX_PAGES; page += 1) {
    const answer: AgentPage = await next.catch((error: unknown) => {
      // Who is behind it is not known: that page is missing as if the API were down.
      throw error instanceof TelzinoError && !endsAll(error) ? new ApiOutage(error) : error;
    });
    if (answer.total !== undefined) onTotal?.(answer.total);
    total = answer.total ?? total;
    const fresh = new Map(answer.agents.filter(({ id }) => !seen.has(id)).map((agent) => [agent.id, agent]));
    for (const id of fresh.keys()) seen.add(id);
    const isMore = answer.hasNext && fresh.size > 0 && page < MAX_PAGES;
    next = isMore ? asked(page + 1) : undefined;
    const gap = isMore ? undefined : gapOf({ answer, page, total, listed: seen.size });
    if (gap !== undefined) onGap(gap);
    yield* fresh.values();
  }
}

/** What the list leaves open behind its last page. A total is not always told. */
function gapOf(end: {
  answer: AgentPage;
  page: number;
  total: number | undefined;
  listed: number;
}): string | undefined {
  const { answer, page, total, listed } = end;
  if (answer.isPartial === true) return "The list of agents is not complete.";
  if (total !== undefined && listed >= total) return undefined;
  const of = total === undefined ? "" : ` of ${total}`;
  if (answer.hasNext) {
    const what = answer.agents.length === 0 ? "no agent" : "only agents of pages before it";
    return `The API's list of agents leads nowhere: page ${page} has ${what}, and says that more follow. ${listed}${of} agents were listed.`;
  }
  return total === undefined ? undefined : `The API listed ${listed}${of} agents.`;
}

async function readAgent(listedAgent: Agent, options: SweepOptions): Promise<AgentRead> {
  const { api, gate, signal } = options;
  // Lists may leave the registration out.
  const agent =
    listedAgent.registration === undefined && standingUnseen(listedAgent) === undefined
      ? await gate.read(() => api.getAgent(listedAgent.id, { signal }), signal)
      : listedAgent;
  if (standingUnseen(agent) !== undefined) return readOf(agent, options, {});
  const status = await gate.read(() => api.getStatus(agent.id, { signal }), signal);
  return readOf(agent, options, { status });
}

function readOf(
  { id, name, status, registration }: Agent,
  { now, shownName }: SweepOptions,
  more: Pick<AgentRead, "status" | "unread">,
): AgentRead {
  const readAt = now();
  return {
    ...{ id, name: shownName(name), readAt, since: readAt },
    ...(status === undefined ? {} : { agentStatus: status }),
    ...(isOwnUser(registration) ? { passwordIsUser: true } : {}),
    registration: withoutPassword(registration),
    ...more,
  };
}

function isOwnUser(registration: StoredRegistration | null | undefined): boolean {
  const { password, username, authUsername } = registration ?? {};
  return [username, authUsername].some((user) => user && password?.equals(new Secret(user)));
}

function withoutPassword(registration: StoredRegistration | null | undefined): AgentRead["registration"] {
  if (!registration) return registration;
  const { password: _, ...settings } = registration;
  return settings;
}
