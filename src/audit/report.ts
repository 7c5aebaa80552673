import type { TelzinoError } from "../telzino/errors.js";
import { type Audited, isDown } from "./agent-read.js";
import { type Cause, causesOf } from "./causes/index.js";
import { type Hint, hintsOf } from "./hints/index.js";
import type { Looks } from "./looks/look.js";
import { STANDINGS, type Standing, worstFirst } from "./standing.js";

/** The outcome of an audit. */
export interface AuditReport {
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number;
  /** All, what needs a look first. */
  agents: Audited[];
  counts: Readonly<Record<Standing, number>>;
  causes: Cause[];
  hints: Hint[];
  /** Absent: no PBX was looked at. */
  looks?: Looks;
  /** How many there are by the API, where it has said so. */
  total?: number;
  /** Why not all were read. */
  outage?: TelzinoError;
  /** A sentence, where not all were listed. */
  gap?: string;
  /** A sentence, where this machine's clock is wrong by the API's. */
  clock?: string;
}

export type AuditOutcome = "well" | "down" | "incomplete";

/** Derives causes and hints from what was read. Pure. */
export function auditReport(
  agents: readonly Audited[],
  more: Pick<AuditReport, "startedAt" | "endedAt" | "total" | "outage" | "gap" | "clock">,
): AuditReport {
  const counts = Object.fromEntries(
    STANDINGS.map((place) => [place, agents.filter(({ judged }) => judged.standing === place).length]),
  ) as Record<Standing, number>;
  return {
    ...more,
    agents: worstFirst(agents, ({ judged }) => judged.standing),
    counts,
    causes: causesOf(agents, more.outage === undefined && more.gap === undefined),
    hints: hintsOf(agents),
  };
}

/** The same with what was seen at the PBXs. Pure. */
export function withLooks(report: AuditReport, looks: Looks): AuditReport {
  return { ...report, looks, hints: hintsOf(report.agents, looks) };
}

/** `incomplete`: no agent is known to be down, and not all were read. */
export function outcomeOf({ agents, counts, outage, gap }: AuditReport): AuditOutcome {
  if (agents.some(isDown)) return "down";
  return outage !== undefined || gap !== undefined || counts.unread > 0 ? "incomplete" : "well";
}
