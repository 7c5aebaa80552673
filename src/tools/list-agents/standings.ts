import { setMaxListeners } from "node:events";
import { ApiOutage, endsAll, Gate } from "../../audit/gate.js";
import { outageWords } from "../../audit/outage-words.js";
import { realClock } from "../../audit/pace.js";
import { sideBySide } from "../../audit/side-by-side.js";
import { type Judged, standingSeen, standingUnseen } from "../../audit/standing.js";
import { agentsProbe } from "../../audit/sweep.js";
import { TelzinoError } from "../../telzino/errors.js";
import { startLimit } from "../../telzino/limit.js";
import type { Agent, RegistrationStatus } from "../../telzino/types.js";
import type { CallContext } from "../core/context.js";
import { statusFindings } from "../core/status-findings.js";

/** An agent, its status as far as it was read, and what that comes to. */
export interface Standing {
  agent: Agent;
  status?: RegistrationStatus;
  judged: Judged;
}

/** Of one call: how fast it reads, how many at a time, and how long it waits for an API that does not answer. */
const PER_SECOND = 20;
const AT_ONCE = 8;
const PATIENCE_MS = 8_000;
/** Clients give up a call after a minute. */
const READ_MS = 25_000;

/** Reads the registrations of agents, for one call, within its time. */
export interface StandingReader {
  /** Those that could not be read in time are `unread`. In the order given. */
  read(agents: readonly Agent[]): Promise<Standing[]>;
  /** Whether no more can be read. */
  isOver(): boolean;
  /** A sentence, where the API was down. */
  outage(): string | undefined;
  end(): void;
}

/** `end()` must be called. @param ms how long all reads together may take. */
export function standingReader(call: CallContext, ms = READ_MS): StandingReader {
  const limit = startLimit({ signals: [call.signal], ms, onExpiry: () => new Error("The time is up") });
  // Every read under way listens: that is not a leak.
  setMaxListeners(0, limit.signal);
  const gate = new Gate({
    perSecond: PER_SECOND,
    ...{ patienceMs: PATIENCE_MS, refusedMs: ms },
    clock: realClock,
    probe: agentsProbe(call.services.api),
  });
  let down: ApiOutage | undefined;
  const readOne = async (agent: Agent): Promise<Standing> => {
    try {
      return await standingOf(agent, call, gate, limit.signal);
    } catch (error) {
      call.signal.throwIfAborted();
      if (error instanceof ApiOutage) down ??= error;
      else if (!limit.signal.aborted && (endsAll(error) || !(error instanceof TelzinoError))) throw error;
      return { agent, judged: { standing: "unread", reason: whyUnread(error, limit.signal.aborted) } };
    }
  };
  return {
    async read(agents) {
      const seen = new Map<Agent, Standing>();
      await sideBySide(agents, AT_ONCE, async (agent) => {
        const isOver = down !== undefined || limit.signal.aborted;
        const standing = isOver ? unseen(agent, down) : await readOne(agent);
        seen.set(agent, standing);
      });
      return agents.flatMap((agent) => seen.get(agent) ?? []);
    },
    isOver: () => down !== undefined || limit.signal.aborted,
    outage: () => down && `${outageWords(down.cause)}. The others may or may not be registered.`,
    end: () => limit.end(),
  };
}

/** What is known of an agent whose turn has not come. */
function unseen(agent: Agent, down: ApiOutage | undefined): Standing {
  const judged = standingUnseen(agent) ?? { standing: "unread", reason: whyUnread(down, true) };
  return { agent, judged };
}

function whyUnread(error: unknown, isTimeUp: boolean): string {
  if (error instanceof ApiOutage) return "Not read: the Telzino API could not be read further.";
  if (isTimeUp) return "Not read: the time was up.";
  return error instanceof TelzinoError ? `Not read: ${error.message}.` : "Not read.";
}

async function standingOf(
  listed: Agent,
  { services }: CallContext,
  gate: Gate,
  signal: AbortSignal,
): Promise<Standing> {
  const agent =
    listed.registration === undefined && standingUnseen(listed) === undefined
      ? await gate.read(() => services.api.getAgent(listed.id, { signal }), signal)
      : listed;
  const judged = standingUnseen(agent);
  if (judged !== undefined) return { agent, judged };
  const status = await gate.read(() => services.api.getStatus(agent.id, { signal }), signal);
  const known = {
    samples: [status] as const,
    stored: agent.registration,
    platformIsLocal: services.platformIsLocal,
    now: new Date(),
  };
  return { agent, status, judged: standingSeen(known, await statusFindings(known)) };
}
