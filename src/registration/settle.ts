import type { RegistrationStatus } from "../telzino/types.js";
import { statusKind } from "./states.js";

/**
 * Decides from status samples when a *new* registration has settled. Right after a write the status may
 * still describe the old registration, and between retries a broken one passes through states of progress,
 * so a final state is believed only when something shows that it came after the write.
 */
export interface Judgement {
  /** A final state that belongs to the registration in question. */
  settled: boolean;
  /** Whether the status has moved at all since the sample taken before the write. */
  fresh: boolean;
}

export class SettleJudge {
  readonly #before: RegistrationStatus | undefined;
  #fresh: boolean;

  /**
   * @param before the status before the write; `undefined` where it could not be read.
   *   Without it nothing can be compared, so what is seen is taken as it stands.
   */
  constructor(before: RegistrationStatus | undefined) {
    this.#before = before;
    this.#fresh = before === undefined;
  }

  /** Takes the next sample, in the order in which they were read. */
  next(sample: RegistrationStatus): Judgement {
    this.#fresh ||= moved(this.#before, sample);
    const kind = statusKind(sample);
    return { settled: this.#fresh && (kind === "registered" || kind === "failed"), fresh: this.#fresh };
  }
}

/** Whether a sample speaks of something newer than the one taken before the write. */
function moved(before: RegistrationStatus | undefined, now: RegistrationStatus): boolean {
  if (before === undefined) return true;
  const sentBefore = before.lastRegisterSent?.getTime();
  const sentNow = now.lastRegisterSent?.getTime();
  if (sentNow !== undefined && sentNow > (sentBefore ?? 0)) return true;
  if (String(before.state) === String(now.state)) return false;
  // An attempt that was under way at the write may end after it: its outcome is still the old one's.
  const underWay = statusKind(before) === "progress" && sentBefore !== undefined;
  return !underWay || statusKind(now) === "absent" || statusKind(now) === "unregistering";
}
