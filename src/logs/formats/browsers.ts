import type { LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** What browsers and SIP libraries for them print of ICE and of descriptions that are not for WebRTC: Firefox' own line, SIP.js' handler, JsSIP's and sipML5's event, Janus. */

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "ICE failed, ",
    pattern: /^ICE failed, (?:add a|your) (?:STUN|TURN) server/,
    kind: "call-ice-failed",
  },
  // Chrome: the session description of the other side has nothing of WebRTC.
  {
    marker: "Called with SDP without ",
    pattern: /^Called with SDP without (?<detail>ice-ufrag and ice-pwd|DTLS fingerprint|SDES crypto)/,
    kind: "call-webrtc-mismatch",
  },
  { marker: "ICE failed for component", pattern: /^ICE failed for component/, kind: "call-ice-failed" },
  {
    marker: "oniceconnectionstatechange",
    pattern: /^oniceconnectionstatechange:? failed\b/,
    kind: "call-ice-failed",
  },
  {
    marker: "ceConnectionState",
    pattern: /^ceConnectionState["']?(?: changed to| is|:|=>?|,)?\s{0,3}["']?failed\b/,
    kind: "call-ice-failed",
  },
  {
    marker: "onnection ",
    pattern: /^onnection [Ss]tate (?:changed to|is|:) ?(?:iceConnection)?[Ff]ailed\b/,
    kind: "call-ice-failed",
  },
];

export const FORMAT: LogFormat = {
  dialect: "browser",
  writtenBy: "a browser's console",
  rank: 902,
  patterns: PATTERNS,
};
