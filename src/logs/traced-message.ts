import type { SipMessage } from "../sip/index.js";
import type { Frame } from "./frames.js";

/** A message as it was found in a text or capture. */
export interface TracedMessage extends Frame {
  readonly message: SipMessage;
  /** The start line's, from 1. */
  readonly line: number;
  /** The lines of its session description, where it has one. */
  readonly sdp?: readonly string[];
  /** Octets that it takes on the wire, about; only where it has a session description. */
  readonly size?: number;
  /** The status line in its body (message/sipfrag): the outcome of a transfer. */
  readonly sipfrag?: string;
  /** The start line was not there, and has been inferred. */
  readonly cut?: true;
  /** Its head breaks off: headers that are not there may have been. */
  readonly cutHead?: true;
  /** The paste ends within its head, and the rest has been inferred from the request. */
  readonly cutEnd?: true;
  /** Made of a packet's line in a list, without its headers. */
  readonly listed?: true;
  /** Drawn by hand, without times. */
  readonly drawn?: true;
}
