import { type Untrusted, untrustedToken } from "../../redaction/untrusted.js";
import type { Advice } from "../../registration/advice.js";
import { accountOf, sameAccount } from "../../registration/settings.js";
import { statusKind } from "../../registration/states.js";
import { TelzinoError } from "../../telzino/errors.js";
import { startLimit } from "../../telzino/limit.js";
import type { Agent, RegistrationSettings } from "../../telzino/types.js";
import type { CallContext } from "../core/context.js";
import { age } from "../core/format.js";
import { bindingsSeen } from "../core/seen-bindings.js";

/** Who else has an extension that an agent is about to take. */
export interface Occupant {
  /** A sentence. */
  readonly words: string;
  /** It is in use now, or was a moment ago. */
  readonly inUse: boolean;
}

/** How long the other agents may be looked for, in milliseconds, and among how many. */
const LOOK_MS = 4_000;
const PAGE = 100;
const PAGES = 5;
/** Lists may leave registrations out; so many are read one by one. */
const DETAIL_READS = 10;
const NAMED = 3;

/**
 * Who has the extension already, as far as that can be seen without another login: the platform's other agents, and what the
 * PBX listed when a diagnosis logged in there. What cannot be read is left out: it proves nothing.
 */
export async function occupantsOf(
  settings: RegistrationSettings,
  agent: Pick<Agent, "organizationId"> & { readonly id: string },
  call: CallContext,
): Promise<Occupant[]> {
  return [...(await otherAgents(settings, agent, call)), ...listedThere(settings, call)];
}

/** Beside everything else that is odd about settings. */
export function occupiedAdvice(occupants: readonly Occupant[]): Advice[] {
  return occupants.map(({ words }) => ({
    ...{ id: "extension-occupied", field: "username", severity: "warning" },
    message: `${words} ${EFFECT}`,
  }));
}

const EFFECT =
  "Two on one extension ring together, or the PBX keeps only one and drops the other (Max Contacts 1). Give the agent its own extension.";

async function otherAgents(
  settings: RegistrationSettings,
  own: Pick<Agent, "organizationId"> & { readonly id: string },
  call: CallContext,
): Promise<Occupant[]> {
  const { services } = call;
  // A server that works on one agent tells nothing of others.
  if (services.boundAgentId !== undefined) return [];
  const limit = startLimit({ signals: [call.signal], ms: LOOK_MS, onExpiry: () => EXPIRED });
  try {
    const found = await sharers(settings, own, call, limit.signal);
    return await Promise.all(found.slice(0, NAMED).map((agent) => occupantOf(agent, call, limit.signal)));
  } catch (error) {
    call.signal.throwIfAborted();
    if (!(error instanceof TelzinoError)) throw error;
    return [];
  } finally {
    limit.end();
  }
}

const EXPIRED = new TelzinoError("timeout", "Looking for other agents took too long");

/** Other agents with the same user at the same domain. */
async function sharers(
  settings: RegistrationSettings,
  own: Pick<Agent, "organizationId"> & { readonly id: string },
  { services: { api } }: CallContext,
  signal: AbortSignal,
): Promise<Agent[]> {
  const scope = own.organizationId === undefined ? {} : { organizationId: own.organizationId.unwrap() };
  const found: Agent[] = [];
  let unread = DETAIL_READS;
  for (let page = 1; page <= PAGES; page += 1) {
    const answer = await api.listAgents({ ...scope, page, limit: PAGE }, { signal });
    const others = answer.agents.filter(({ id }) => id.toLowerCase() !== own.id.toLowerCase());
    const silent = others.filter(({ registration }) => registration === undefined).slice(0, unread);
    unread -= silent.length;
    const read = await Promise.all(
      silent.map(({ id }) => api.getAgent(id, { signal }).catch(() => undefined)),
    );
    for (const agent of [...others, ...read]) {
      const { registration } = agent ?? {};
      if (agent && registration && registration.enabled !== false && sameAccount(registration, settings)) {
        found.push(agent);
      }
    }
    if (!answer.hasNext || found.length >= NAMED) break;
  }
  return found;
}

async function occupantOf(agent: Agent, call: CallContext, signal: AbortSignal): Promise<Occupant> {
  const status = await call.services.api.getStatus(agent.id, { signal }).catch(() => undefined);
  const who = `The agent ${agent.name} (${untrustedToken(agent.id, 128)})`;
  const account = accountOf(agent.registration ?? {});
  if (status === undefined) return { words: `${who} has ${account} stored too.`, inUse: false };
  const { state } = status;
  return {
    words: `${who} has ${account} stored too, and the platform says ${state} of it.`,
    inUse: statusKind(status) === "registered",
  };
}

/** What the PBX listed to a query that was accepted not long ago. */
function listedThere(settings: RegistrationSettings, { services }: CallContext): Occupant[] {
  const seen = bindingsSeen(services.memory, settings);
  if (seen === undefined || seen.uris.length === 0) return [];
  const uris = seen.uris.map((uri: Untrusted) => `${uri}`).join(", ");
  const when = age(new Date(seen.at), new Date());
  return [
    { words: `The PBX listed as registered for ${accountOf(settings)} ${when}: ${uris}.`, inUse: true },
  ];
}
