import type { Secret } from "../../redaction/secret.js";
import type { Timers, Trace } from "../../sip/index.js";
import type { Charge } from "../failed-logins.js";
import type { Limits } from "../limits.js";
import type { DiagnosisTarget, TargetPolicy } from "../target.js";
import type { Silence } from "./silence.js";

/** What the checks of one diagnosis share. */
export interface Run {
  readonly target: DiagnosisTarget;
  /** The host that is dialled, without brackets. */
  readonly dialled: string;
  readonly policy: TargetPolicy;
  readonly limits: Limits;
  /** Of the configured endpoints. */
  readonly silence: Silence;
  readonly trace: Trace;
  /** Ends everything: the caller's, joined with the limit of the whole. */
  readonly signal: AbortSignal;
  /** Reports how far the diagnosis has got. */
  readonly progress: (message: string) => void;
  /** Keeps a value that was sent out of everything that is said, for an answer may repeat it. */
  readonly hold: (value: Secret) => void;
  /** DNS servers instead of the system's, `address` or `address:port`. */
  readonly dnsServers?: readonly string[];
  /** Path of a hosts file instead of the system's; `false` for none. */
  readonly hostsFile?: string | false;
  /** Trusted roots in PEM, instead of Node's own. */
  readonly trustedRoots?: readonly string[];
  /** Of the SIP transactions; RFC 3261's by default. */
  readonly timers?: Timers;
  /**
   * Permission to send one more OPTIONS to an address, or why not. Without a user it goes out anonymously, which a PBX
   * may count as a failed attempt, so once in a run.
   *
   * @param followed whether a REGISTER is to follow, for which there must be room.
   */
  readonly permissionForOptions: (address: string, followed: boolean) => Charge | string;
}
