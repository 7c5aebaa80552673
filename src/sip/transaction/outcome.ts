import type { SipResponse } from "../message/message.js";
import type { FlowFailure, Malformed, SocketAddress } from "../transport/flow.js";
import type { Misfit } from "../transport/misfit.js";
import type { Timers } from "./timers.js";

/** Facts of every outcome. Milliseconds from the call to `run`. */
export interface OutcomeFacts {
  /** How often the request was put on the wire; 0 when it never was. */
  readonly sends: number;
  readonly waitedMs: number;
}

/**
 * How a request ended. All that a network can do is a value; only a message that must not be written
 * (`SipSerializeError`) is thrown.
 */
export type Outcome =
  | ({
      readonly kind: "response";
      readonly response: SipResponse;
      readonly source: SocketAddress;
    } & OutcomeFacts)
  | ({
      readonly kind: "timeout";
      /** The last 1xx: the peer is there, but does not come to an end. */
      readonly provisional?: SipResponse;
      /** Packets that came meanwhile and were not a SIP message. */
      readonly malformed: readonly Malformed[];
      /** Messages that came meanwhile and were not an answer to this. */
      readonly misfits: readonly Misfit[];
    } & OutcomeFacts)
  | ({
      readonly kind: "transport-error";
      readonly provisional?: SipResponse;
      readonly malformed: readonly Malformed[];
      readonly misfits: readonly Misfit[];
    } & FlowFailure &
      OutcomeFacts)
  | ({ readonly kind: "aborted" } & OutcomeFacts);

export interface SendOptions {
  readonly timers?: Timers;
  /**
   * Give up after so many milliseconds, whatever the RFC's timers say. Without it Timer F (or B) ends the
   * wait after 64·T1; an INVITE that has got a 1xx then waits for {@link INVITE_DEADLINE}.
   */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  readonly onProvisional?: (response: SipResponse, source: SocketAddress) => void;
  /** A 2xx to INVITE came again: the ACK was lost, or another leg of a fork answered (RFC 6026 7.2). */
  readonly onFurther2xx?: (response: SipResponse, source: SocketAddress) => void;
}

/** As Timer C of a proxy (RFC 3261 16.6, step 11): more than three minutes of ringing are a fault. */
export const INVITE_DEADLINE = 180_000;
