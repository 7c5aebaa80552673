import type { LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** Jigasi, Jitsi's gateway to SIP (SipGatewaySession.java): its call with a PBX. */

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "Stopped receiving RTP for ",
    pattern: /^Stopped receiving RTP for Call: /,
    kind: "call-media-stopped",
  },
];

export const FORMAT: LogFormat = {
  dialect: "jigasi",
  writtenBy: "Jigasi",
  patterns: PATTERNS,
};
