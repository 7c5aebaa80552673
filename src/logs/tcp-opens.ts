import { present } from "../base/present.js";
import type { LogEvent } from "./event.js";
import { endpoint, hostOf } from "./frames.js";
import { timeOf } from "./line.js";

/**
 * TCP connections to SIP ports in lists of packets (tshark, Wireshark, tcpdump): a SYN that a RST answers is a port at
 * which nothing listens, one that is sent again and again a port that nothing answers from.
 */

const TSHARK =
  /(?:^|\s)(?<from>[0-9A-Fa-f.:]{7,45}) {1,8}(?:→|->) {1,8}(?<to>[0-9A-Fa-f.:]{7,45}) {1,8}TCP {1,8}\d{1,5} {1,4}(?:\[TCP [^\]]{1,40}\] {0,2})?(?<fromPort>\d{1,5}) {1,2}(?:→|->|>) {1,2}(?<toPort>\d{1,5}) {1,2}\[(?<flags>[A-Z, ]{3,30})\]/;
const TCPDUMP =
  /\bIP6? (?<from>[0-9A-Fa-f.:]{7,45})\.(?<fromPort>\d{1,5}) > (?<to>[0-9A-Fa-f.:]{7,45})\.(?<toPort>\d{1,5}): Flags \[(?<flags>[A-Z.]{1,6})\]/;
/** Ports that SIP is mostly at; others may be anything. */
const SIP_PORTS = /^(?:50[6-9]\d|5160|5161|7443|808[89])$/;
/** This many attempts are not a coincidence: one lost SYN is sent again. */
const TRIES = 3;

interface Open {
  readonly line: number;
  readonly at: string | undefined;
  readonly address: string;
  tries: number;
  refused: boolean;
}

export interface TcpOpens {
  readonly events: readonly LogEvent[];
  readonly lines: ReadonlySet<number>;
}

export function findTcpOpens(lines: readonly string[]): TcpOpens {
  const used = new Set<number>();
  /** By server: those that failed. */
  const opens = new Map<string, Open>();
  for (const [index, line] of lines.entries()) {
    if (!line.includes("[")) continue;
    const found = (line.includes("TCP") ? TSHARK.exec(line) : null) ?? TCPDUMP.exec(line);
    const { from = "", to = "", fromPort = "", toPort = "", flags = "" } = found?.groups ?? {};
    if (found === null) continue;
    used.add(index);
    const kind = kindOf(flags);
    if (kind === "syn" && SIP_PORTS.test(toPort)) {
      const key = `${to} ${toPort}`;
      const open = opens.get(key);
      if (open !== undefined) open.tries += 1;
      else {
        const address = `${endpoint(to) === undefined ? to : hostOf(to)}:${toPort}`;
        opens.set(key, { line: index + 1, at: timeOf(line), address, tries: 1, refused: false });
      }
      continue;
    }
    const key = `${from} ${fromPort}`;
    const open = opens.get(key);
    if (open === undefined) continue;
    // A port that has once accepted a connection is not closed.
    if (kind === "rst" && !open.refused) open.refused = true;
    else if (kind !== "rst") opens.delete(key);
  }
  const events = [...opens.values()].flatMap(({ line, at, address, tries, refused }): LogEvent[] => {
    const kind = refused ? "client-port-refused" : tries >= TRIES ? "client-silent" : undefined;
    return kind === undefined ? [] : [{ dialect: "tcpdump", kind, line, address, ...present({ at }) }];
  });
  return { events, lines: used };
}

function kindOf(flags: string): "syn" | "rst" | "other" {
  if (flags === "S" || flags === "SYN" || /^SYN, E/.test(flags)) return "syn";
  return /^R|^RST/.test(flags) ? "rst" : "other";
}
