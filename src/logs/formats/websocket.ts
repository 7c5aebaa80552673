import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** What browsers, JsSIP, SIP.js, dart-sip-ua and the ws package of Node.js say of a WebSocket to a PBX. */

/** Closed as agreed, by the page that goes away, or without a status (RFC 6455, 7.4.1). */
const IN_ORDER: ReadonlySet<string> = new Set(["1000", "1001", "1005"]);

const OF_SYSTEM: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["ECONNREFUSED", "client-port-refused"],
  ["ENOTFOUND", "client-no-name"],
  ["EAI_AGAIN", "client-no-name"],
  ["ETIMEDOUT", "client-silent"],
  ["EHOSTUNREACH", "client-no-route"],
]);

function closed({ code = "" }: Groups): EventKind | undefined {
  return IN_ORDER.has(code) ? undefined : "client-websocket-failed";
}

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "Unexpected response code: ",
    pattern: /^Unexpected response code: (?<detail>[2-5]\d{2})\b/,
    kind: "client-no-websocket",
  },
  // Node.js, Dart.
  {
    marker: "Unexpected server response: ",
    pattern: /^Unexpected server response: (?<detail>[2-5]\d{2})\b/,
    kind: "client-no-websocket",
  },
  {
    marker: "was not upgraded to websocket",
    pattern: /^was not upgraded to websocket/,
    kind: "client-no-websocket",
  },
  {
    marker: "WebSocket connection to 'ws",
    pattern:
      /^WebSocket connection to 'wss?:[^']{1,200}' failed: {0,2}(?:$|Connection closed before receiving|Error in connection establishment$|\S{1,40}:\d{1,6}$)/,
    kind: "client-websocket-failed",
  },
  {
    marker: "establish a connection to the server at ws",
    pattern: /^establish a connection to the server at wss?:/,
    kind: "client-websocket-failed",
  },
  {
    marker: "WebSocket ",
    pattern:
      /^WebSocket (?:wss?:\S{1,200} )?(?:closed|disconnected)(?: wss?:\S{1,200})? \(code: (?<code>\d{4})\b/,
    kind: closed,
  },
  // Node.js, with what its system says.
  {
    marker: "WebSocket ",
    pattern:
      /^WebSocket (?:connection )?error: .{0,160}?\b(?<why>ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH)\b/,
    kind: ({ why = "" }) => OF_SYSTEM.get(why),
  },
  { marker: "WebSocket ", pattern: /^WebSocket (?:connection )?error(?: occurred|:)/, kind: undefined },
  { marker: "WebSocket abrupt disconnection", pattern: /^WebSocket abrupt disconnection/, kind: undefined },
  {
    marker: "connecting to WebSocket ",
    pattern: /^connecting to WebSocket wss?:/,
    kind: undefined,
  },
  {
    marker: "Transport state changed: ",
    pattern: /^Transport state changed: \w{1,20} -> \w{1,20}/,
    kind: undefined,
  },
];

export const FORMAT: LogFormat = {
  dialect: "websocket",
  writtenBy: "a browser phone",
  ownConnections: true,
  rank: 125,
  patterns: PATTERNS,
};
