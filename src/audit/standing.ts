import type { Finding } from "../diagnosis/index.js";
import type { StatusKnown } from "../diagnosis/judge-status.js";
import { contradiction, ranOut } from "../diagnosis/status-doubts.js";
import { judgeStatusSeen } from "../diagnosis/status-verdict.js";
import { statusKind } from "../registration/states.js";
import type { Agent } from "../telzino/types.js";

/**
 * An agent's standing, most urgent first. `down`: not registered, and it should be. `doubtful`: registered,
 * but something contradicts it. `pending`: on its way. `unread`: its status could not be read.
 * `none`: no SIP registration is stored. `idle`: left out on purpose, because the agent is not active.
 */
export const STANDINGS = ["down", "doubtful", "pending", "unread", "none", "idle", "registered"] as const;
export type Standing = (typeof STANDINGS)[number];

/** The words for a standing, after the number of agents. */
export const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  down: "not registered",
  doubtful: "doubtful",
  pending: "on the way",
  unread: "not read",
  none: "without a SIP account",
  idle: "not active",
  registered: "registered",
};

/** Standings to show when only problems are wanted. */
export const PROBLEMS: ReadonlySet<Standing> = new Set<Standing>([
  "down",
  "doubtful",
  "pending",
  "unread",
  "none",
]);

export interface Judged {
  standing: Standing;
  /** Why, in a sentence; absent where all is well. */
  reason?: string;
  /** What to do about it. */
  fix?: string;
  findingId?: Finding["id"];
}

/** Whether the agent itself has been switched off. */
function isIdle({ status }: Pick<Agent, "status">): boolean {
  return status === "inactive" || status === "cancelled";
}

/** An agent's standing without a look at its status; `undefined`: the status has to be read. */
export function standingUnseen(agent: Pick<Agent, "status" | "registration">): Judged | undefined {
  if (isIdle(agent)) return { standing: "idle", reason: `The agent is ${agent.status}.` };
  if (agent.registration === null) return { standing: "none", reason: "No SIP registration is stored." };
  return undefined;
}

/** An agent's standing by its status and the findings about it. Pure. */
export function standingSeen(known: StatusKnown, findings: readonly Finding[]): Judged {
  const status = known.samples.at(-1) ?? known.samples[0];
  const { outcome, text } = judgeStatusSeen(known, findings);
  const kind = statusKind(status);
  if (outcome === "proven") return { standing: "registered" };
  const [worst] = findings;
  if (outcome === "problem") {
    return {
      standing: kind === "registered" ? "doubtful" : "down",
      reason: worst === undefined ? text : `${worst.title}.`,
      ...(worst === undefined ? {} : { fix: worst.fix, findingId: worst.id }),
    };
  }
  if (kind !== "registered") return { standing: kind === "unknown" ? "doubtful" : "pending", reason: text };
  // In a list of many agents the platform's word is enough, unless something contradicts it.
  const isDoubted =
    contradiction(status) !== undefined || ranOut(status, known.now ?? new Date()) !== undefined;
  return isDoubted ? { standing: "doubtful", reason: text } : { standing: "registered" };
}

/** Problems first, the worst first; otherwise in the order given. */
export function worstFirst<T>(items: readonly T[], standingOf: (item: T) => Standing): T[] {
  const place = (item: T) => STANDINGS.indexOf(standingOf(item));
  return items.toSorted((one, other) => place(one) - place(other));
}
