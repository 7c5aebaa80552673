import type { MeasuredCall } from "../calls/call-facts.js";
import type { Endpoint } from "./target.js";

/** Where this machine is: within the network of the PBX, or elsewhere, like the platform. */
export const POSITIONS = ["inside", "outside"] as const;
export type Position = (typeof POSITIONS)[number];

/** A call to the PBX's echo test with the account's own credentials. */
export interface MediaEvidence {
  readonly position: Position;
  /** `given` by the caller; else by what is known of the PBX's address. */
  readonly positionFrom: "given" | "private-address" | "own-address" | "public-address";
  readonly echoCode: string;
  readonly endpoint: Endpoint;
  /** Offered in plain RTP. */
  readonly call: MeasuredCall;
  /** The same with SRTP, where the first was refused for its media. */
  readonly encrypted?: MeasuredCall;
}
