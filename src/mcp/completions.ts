import { inSlices, type Steps } from "../base/steps.js";
import type { Redactor } from "../redaction/redactor.js";
import { cleanText } from "../redaction/text.js";
import { isAgentId } from "../registration/agent-id.js";
import type { Agent } from "../telzino/types.js";
import type { Services } from "../tools/core/context.js";
import type { Handlers } from "./protocol.js";
import { REGISTRATION_TEMPLATE } from "./registration-address.js";
import { itemsOf } from "./resources.js";

/** Of one answer (MCP, server/utilities/completion). */
const MAX_VALUES = 100;
/** A person is typing: what takes longer is of no use. Milliseconds. */
const API_BUDGET_MS = 1_500;
/** Agents' names are asked for with each letter typed. Milliseconds. */
const NAMES_KEPT_MS = 30_000;
const API_PAGE = 100;
const API_PAGES = 5;

/** Gives the values that complete the typed text. */
type Completer = (typed: string, signal: AbortSignal) => Promise<string[]>;

/** Offers completions for prompts and for the templates of resources. What cannot be completed gives no values, never an error. */
export function completionHandler(services: Services): Handlers["complete"] {
  const agents = (signal: AbortSignal) => agentNames(services, signal);
  const prompts: Readonly<Record<string, Completer>> = {
    agent: async (typed, signal) =>
      containing(
        typed,
        (await agents(signal)).map(({ name }) => name),
      ),
    pbx: completePresets,
    from: completePresets,
    to: completePresets,
    symptom: async (typed) => [...(await completeSymptoms(typed)), ...(await completeStates(typed))],
  };
  const templates: Readonly<Record<string, Completer>> = {
    "telzino://presets/{id}": completePresets,
    "telzino://troubleshooting/{code}": completeSymptoms,
    [REGISTRATION_TEMPLATE]: async (typed, signal) => idsOf(typed, await agents(signal)),
  };
  return async ({ ref, argument }, signal) => {
    const completer = ref.type === "ref/prompt" ? own(prompts, argument.name) : own(templates, ref.uri);
    const values = (await completer?.(cleanText(argument.value, 100), signal).catch(() => [])) ?? [];
    const total = values.length;
    return { completion: { values: values.slice(0, MAX_VALUES), total, hasMore: total > MAX_VALUES } };
  };
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Ids that begin so, then those of systems that the words name. */
async function completePresets(typed: string): Promise<string[]> {
  const { listPresets, searchPresets } = await import("../presets/index.js");
  const ids = listPresets().map(({ id }) => id);
  if (typed === "") return ids;
  const wanted = typed.toLowerCase();
  const beginning = ids.filter((id) => id.startsWith(wanted));
  const named = listPresets()
    .filter(({ name, aliases }) => [name, ...aliases].some((known) => known.toLowerCase().startsWith(wanted)))
    .map(({ id }) => id);
  return [...new Set([...beginning, ...named, ...searchPresets(typed).map(({ id }) => id)])];
}

/** Codes and symptoms that begin so, then those that the words describe. */
async function completeSymptoms(typed: string): Promise<string[]> {
  const { searchTroubles } = await import("../answers/index.js");
  const ids = await itemsOf("troubleshooting");
  if (typed === "") return ids;
  const found = searchTroubles(typed, 10).map(({ id }) => id);
  return [...new Set([...containing(typed, ids), ...found])];
}

async function completeStates(typed: string): Promise<string[]> {
  const { knownStates } = await import("../registration/states.js");
  return containing(
    typed,
    knownStates().map(({ state }) => state),
  );
}

/** Those that contain what was typed, the ones that begin with it first. */
function containing(typed: string, values: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  const beginning = values.filter((value) => value.toLowerCase().startsWith(wanted));
  return [...new Set([...beginning, ...values.filter((value) => value.toLowerCase().includes(wanted))])];
}

/** Ids that begin so, then those of agents whose names contain it. */
function idsOf(typed: string, all: readonly NamedAgent[]): string[] {
  const wanted = typed.toLowerCase();
  const agents = all.filter(({ id }) => isAgentId(id));
  const ids = agents.map(({ id }) => id).filter((id) => id.startsWith(wanted));
  const named = agents.filter(({ name }) => name.toLowerCase().includes(wanted)).map(({ id }) => id);
  return [...new Set([...ids, ...named])];
}

interface NamedAgent {
  id: string;
  name: string;
}

/** Agents' names from the API, as far as they come in time; without credentials there are none. */
async function agentNames(
  { api, redactor, boundAgentId, memory }: Services,
  signal: AbortSignal,
): Promise<readonly NamedAgent[]> {
  if (boundAgentId !== undefined) return [];
  if (memory.agentNames && performance.now() < memory.agentNames.until) return memory.agentNames.agents;
  const agents: Agent[] = [];
  // What is stored with the agents comes along, and any name may repeat it.
  const releases: (() => void)[] = [];
  const hold: Redactor["hold"] = (...secret) => {
    releases.push(redactor.hold(...secret));
    return () => {};
  };
  const { holdingApi } = await import("../tools/core/holding-api.js");
  const reading = holdingApi(api, hold);
  const over = new AbortController();
  // Not `AbortSignal.timeout`: joined by `any`, it is garbage to Node 20, and may never end anything.
  let isWhole = false;
  const timer = setTimeout(() => over.abort(), API_BUDGET_MS);
  const within = AbortSignal.any([signal, over.signal]);
  try {
    for (let page = 1; page <= API_PAGES; page += 1) {
      const answer = await reading
        .listAgents({ page, limit: API_PAGE }, { signal: within })
        .catch(() => undefined);
      agents.push(...(answer?.agents ?? []));
      isWhole = answer !== undefined;
      if (answer?.hasNext !== true) break;
    }
    const named = await inSlices(namedAgents(agents, redactor));
    if (isWhole) memory.agentNames = { agents: named, until: performance.now() + NAMES_KEPT_MS };
    return named;
  } finally {
    clearTimeout(timer);
    for (const release of releases) release();
  }
}

function* namedAgents(agents: readonly Agent[], redactor: Redactor): Steps<NamedAgent[]> {
  const shown: NamedAgent[] = [];
  for (const { id, name } of agents) {
    shown.push({ id: id.toLowerCase(), name: redactor.redactDeep(`${name.shortened(100)}`) });
    yield;
  }
  return shown;
}
