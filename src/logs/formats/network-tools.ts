import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** What people try a PBX's address with: ping, host, nslookup, nc, telnet, nmap, Test-NetConnection, sipsak. */

const ENDS: readonly (readonly [RegExp, EventKind])[] = [
  [/refused/i, "client-port-refused"],
  [/timed out|timeout/i, "client-silent"],
  [/no route|unreachable/i, "client-no-route"],
];

function endOf(words: string): EventKind | undefined {
  return ENDS.find(([end]) => end.test(words))?.[1];
}

const NODE: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["ECONNREFUSED", "client-port-refused"],
  ["ETIMEDOUT", "client-silent"],
  ["EHOSTUNREACH", "client-no-route"],
]);

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "Host ",
    pattern: /^Host (?<detail>[^_\s]\S{0,200}) not found: [235]\((?:NXDOMAIN|SERVFAIL|REFUSED)\)/,
    kind: "client-no-name",
  },
  {
    marker: "server can't find ",
    pattern: /^server can't find (?<detail>[^_\s]\S{0,200}): (?:NXDOMAIN|SERVFAIL|REFUSED)/,
    kind: "client-no-name",
  },
  {
    marker: "ping: ",
    pattern:
      /^ping: (?:unknown host (?<detail>\S{1,200})|cannot resolve \S{1,200}: Unknown host|\S{1,200}: (?:Name or service not known|Temporary failure in name resolution))/,
    kind: "client-no-name",
  },
  {
    marker: "Ping request could not find host ",
    pattern: /^Ping request could not find host (?<detail>\S{1,200})/,
    kind: "client-no-name",
  },
  {
    marker: "getaddrinfo ",
    pattern: /^getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?<detail>\S{1,200})/,
    kind: "client-no-name",
  },
  {
    marker: "java.net.UnknownHostException: ",
    pattern: /^java\.net\.UnknownHostException: (?<detail>[\w.-]{1,253})/,
    kind: "client-no-name",
  },
  // Python.
  {
    marker: "socket.gaierror: ",
    pattern:
      /^socket\.gaierror: .{0,30}(?:Name or service not known|failure in name resolution|nodename nor servname|getaddrinfo failed|No address associated)/,
    kind: "client-no-name",
  },
  // Node.js, where the port is one of SIP's.
  {
    marker: "connect E",
    pattern: /^connect (?<why>ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH) (?<address>[\d.a-f:[\]]{3,60}:5[01]6\d)\b/,
    kind: ({ why }) => NODE.get(why ?? ""),
  },
  // Go.
  {
    marker: "lookup ",
    pattern: /^lookup (?<detail>[\w.-]{1,253})(?: on \S{1,60})?: (?:no such host|server misbehaving)/,
    kind: "client-no-name",
  },
  {
    marker: "dial ",
    pattern:
      /^dial (?:tcp|udp)[46]? (?<address>[\d.a-f:[\]]{3,60}:5[01]6\d): (?:connect: )?(?<detail>connection refused|i\/o timeout|no route to host|connection timed out)/,
    kind: ({ detail = "" }) => endOf(detail),
  },
  {
    marker: "nc: connect to ",
    pattern: /^nc: connect to .{1,200} port \d{1,5} \((?:tcp|udp)\) failed: (?<detail>.{1,60})/,
    kind: ({ detail = "" }) => endOf(detail),
  },
  {
    marker: "Ncat: ",
    pattern: /^Ncat: (?<detail>Connection refused|Connection timed out|TIMEOUT|No route to host)/,
    kind: ({ detail = "" }) => endOf(detail),
  },
  {
    marker: "telnet: ",
    pattern: /^telnet: (?:Unable to connect to remote host|connect to address \S{1,60}): (?<detail>.{1,60})/,
    kind: ({ detail = "" }) => endOf(detail),
  },
  {
    marker: "TcpTestSucceeded",
    pattern: /^TcpTestSucceeded {1,8}: (?<why>True|False)/,
    kind: ({ why }) => (why === "False" ? "client-silent" : undefined),
  },
  {
    marker: "/tcp ",
    pattern: /^\/tcp {1,8}(?<why>open|closed|filtered) {1,8}sip(?:-tls)?\b/,
    kind: ({ why }) =>
      why === "open" ? undefined : why === "closed" ? "client-port-refused" : "client-silent",
  },
  {
    marker: "/udp ",
    pattern: /^\/udp {1,8}(?<why>open\|filtered|open|closed|filtered) {1,8}sip(?:-tls)?\b/,
    kind: ({ why }) => (why === "closed" ? "client-port-refused" : undefined),
  },
  {
    marker: "*** giving up, no final response after",
    pattern: /^\*\*\* giving up, no final response after/,
    kind: "client-silent",
  },
  { marker: "** timeout after ", pattern: /^\*\* timeout after \d{1,7} ms/, kind: undefined },
  { marker: "Nmap scan report for ", pattern: /^Nmap scan report for /, kind: undefined },
  { marker: "Host is up", pattern: /^Host is up/, kind: undefined },
  { marker: "PORT ", pattern: /^PORT {1,8}STATE {1,8}SERVICE/, kind: undefined },
];

export const FORMAT: LogFormat = {
  dialect: "network-tools",
  writtenBy: "a network tool",
  ownConnections: true,
  rank: 905,
  patterns: PATTERNS,
};
