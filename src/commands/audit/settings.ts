import type { AuditFlags } from "./flags.js";

/** How an audit reads and what it prints. */
export interface AuditSettings {
  form: "text" | "json" | "csv";
  onlyProblems: boolean;
  perSecond: number;
  patienceMs: number;
  state: string | undefined;
  isFresh: boolean;
  looksAtPbxs: boolean;
}

const DEFAULT_RATE = 20;
const DEFAULT_PATIENCE = 300;

/** What the flags say, or what is wrong with them. */
export function auditSettings(flags: AuditFlags): AuditSettings | { problem: string } {
  if (flags.json && flags.csv) return { problem: "use either --json or --csv, not both" };
  if (flags.only !== undefined && flags.only !== "problems")
    return { problem: "the only value of --only is problems" };
  if (flags.state?.trim() === "") return { problem: "--state takes the name of a file" };
  const perSecond = numberWithin(flags.rate, DEFAULT_RATE, 0.1, 1_000);
  if (perSecond === undefined) return { problem: "--rate takes a number from 0.1 to 1000" };
  const patience = numberWithin(flags.patience, DEFAULT_PATIENCE, 1, 86_400);
  if (patience === undefined) return { problem: "--patience takes seconds, from 1 to 86400" };
  return {
    form: flags.json ? "json" : flags.csv ? "csv" : "text",
    onlyProblems: flags.only === "problems",
    ...{ perSecond, patienceMs: patience * 1_000 },
    ...{ state: flags.state, isFresh: flags.fresh === true },
    looksAtPbxs: flags.diagnose === true,
  };
}

export function numberWithin(
  text: string | undefined,
  usual: number,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return usual;
  const value = /^\d{1,9}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
