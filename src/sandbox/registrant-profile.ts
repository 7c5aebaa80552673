/**
 * What differs between versions of OpenSIPS's `uac_registrant`, as measured on 3.4.18 and on 4.0.1 with its default
 * `failure_retry_interval` of 0. What is not here is the same in both.
 */
export interface RegistrantProfile {
  /** A failed record is tried again at each tick, or when its mark has come. */
  readonly retry: "tick" | "mark";
  /** Ticks before the mark from which a registered record is refreshed. */
  readonly ticksBeforeMark: 0 | 1;
  /** Whether a record keeps its mark after WRONG_CREDENTIALS_STATE; without a mark OpenSIPS shows 1970. */
  readonly marksWrongCredentials: boolean;
  /**
   * Whether what was granted, or wanted with a 423, is what is shown and what the next REGISTER asks for. In newer
   * versions the record keeps apart what it asks for.
   */
  readonly asksForGrant: boolean;
  /** Whether a Contact in a 200 is ours only where it is written as ours, and not where it is an equal URI. */
  readonly comparesContactsAsText: boolean;
  /** Whether the mark after an answer that cannot be used is a tick later than other marks. */
  readonly marksUnusableLate: boolean;
  /** Smaller values of Min-Expires end in REGISTRAR_ERROR_STATE. Seconds. */
  readonly leastMinExpires: number;
  /** Whether an AKAv1-MD5 challenge is answered with a plain MD5 digest. */
  readonly answersAkaAsMd5: boolean;
  /**
   * How a changed table reaches the registrant: by `reg_upsert`, `reg_delete` and `reg_force_register`, or by
   * `reg_reload` only.
   */
  readonly changes: "commands" | "reload";
}

export type ProfileName = "3.4" | "4.0";

export const PROFILES: Readonly<Record<ProfileName, RegistrantProfile>> = {
  "3.4": {
    retry: "tick",
    ticksBeforeMark: 0,
    marksWrongCredentials: false,
    asksForGrant: true,
    comparesContactsAsText: true,
    marksUnusableLate: true,
    leastMinExpires: 1,
    answersAkaAsMd5: false,
    changes: "reload",
  },
  "4.0": {
    retry: "mark",
    ticksBeforeMark: 1,
    marksWrongCredentials: true,
    asksForGrant: false,
    comparesContactsAsText: false,
    marksUnusableLate: false,
    leastMinExpires: 5,
    answersAkaAsMd5: true,
    changes: "commands",
  },
};

/** `timer_interval`: nothing is sent but at its ticks. Seconds; OpenSIPS's default is 100. */
export const TIMER_INTERVAL = 10;
/** `fr_timeout` of `tm`: without a final answer for this long, a request ends in a locally generated 408. Seconds. */
export const REPLY_TIMEOUT = 30;
/** `T1`, `T2` and `T4` of `tm`, milliseconds. */
export const TM_TIMERS = { t1: 500, t2: 4_000, t4: 5_000 } as const;
