import type { Finding } from "../diagnosis/index.js";
import type { StatusKnown } from "../diagnosis/judge-status.js";
import { contradiction, ranOut } from "../diagnosis/status-doubts.js";
import { judgeStatusSeen } from "../diagnosis/status-verdict.js";
import { statusKind } from "../registration/states.js";
import type { Agent } from "../telzino/types.js";

/**
 * How an agent stands beside others, what needs a look first. `down`: not registered, and it should be. `doubtful`: registered,
 * but something speaks against it. `pending`: on its way. `unread`: its status could not be read.
 * `none`: no SIP registration is stored. `idle`: left out on purpose, since the agent is not active.
 */
export const STANDINGS = ["down", "doubtful", "pending", "unread", "none", "idle", "registered"] as const;
export type Standing = (typeof STANDINGS)[number];

/** What is said of those who stand so, behind their number. */
export const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  down: "not registered",
  doubtful: "doubtful",
  pending: "on the way",
  unread: "not read",
  none: "without a SIP account",
  idle: "not active",
  registered: "registered",
};

/** Standings that somebody who asks for problems wants to see. */
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

/** Whether somebody has switched the agent itself off. */
function isIdle({ status }: Pick<Agent, "status">): boolean {
  return status === "inactive" || status === "cancelled";
}

/** Where an agent stands without a look at its status; `undefined`: that has to be read. */
export function standingUnseen(agent: Pick<Agent, "status" | "registration">): Judged | undefined {
  if (isIdle(agent)) return { standing: "idle", reason: `The agent is ${agent.status}.` };
  if (agent.registration === null) return { standing: "none", reason: "No SIP registration is stored." };
  return undefined;
}

/** Where an agent stands by its status and what was found in it. Pure. */
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
  // Beside many others the platform's word is enough, as long as nothing speaks against it.
  const isDoubted =
    contradiction(status) !== undefined || ranOut(status, known.now ?? new Date()) !== undefined;
  return isDoubted ? { standing: "doubtful", reason: text } : { standing: "registered" };
}

/** Problems first, the worst first; otherwise in the order given. */
export function worstFirst<T>(items: readonly T[], standingOf: (item: T) => Standing): T[] {
  const place = (item: T) => STANDINGS.indexOf(standingOf(item));
  return items.toSorted((one, other) => place(one) - place(other));
}
