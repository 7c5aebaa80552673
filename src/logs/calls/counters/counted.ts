import type { LogEvent } from "../../event.js";
import type { CallFact } from "../fact.js";

/** Packets of voice on one way between two hosts; one that is missing is the program that counts. */
export interface CountedVoice {
  readonly from?: string;
  readonly to?: string;
  readonly count: number;
}

/** What counters of voice packets in a paste tell, and the lines that they take up. */
export interface Counted {
  readonly facts: readonly CallFact[];
  readonly events: readonly LogEvent[];
  /** Indexes of the lines. */
  readonly lines: ReadonlySet<number>;
  readonly voice?: readonly CountedVoice[];
}

/** From this many packets on, half a second of voice, none the other way is not a coincidence. */
export const ENOUGH = 25;

/** Of an excerpt: as few as this show something if there is nothing else. */
export const FEW = 4;

export const NAT_HINT = { nat: true } as const;

/** The channel's user: `1001` of `PJSIP/1001-0000002a`, also where the table has cut it off. */
export function userOfChannel(channel: string): string {
  return channel.replace(/^(?:PJSIP|SIP)\//, "").replace(/-[0-9a-f]{0,8}$/i, "");
}
