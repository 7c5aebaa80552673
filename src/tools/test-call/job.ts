import type { Confirmed } from "../core/confirmation.js";
import type { PlanInput } from "./plan.js";

/** The call that a page places once it has the password, as data: another server may do it. */
export interface CallJob {
  readonly kind: "call";
  /** As the tool was called, but for the password. */
  readonly given: Omit<PlanInput, "callerSecret" | "confirm">;
  /** What the user has agreed to: only that is done. */
  readonly confirmed: Confirmed;
  /** The token that confirmed it. */
  readonly token: string;
}

export function isCallJob(job: unknown): job is CallJob {
  return typeof job === "object" && job !== null && "kind" in job && job.kind === "call";
}
