import { present } from "../base/present.js";
import type { EventKind, Groups, LinePattern, LogEvent } from "./event.js";

/** The beginnings that loggers give a line, as far as they hold a time. */
const TIME =
  /^[^\w[]{0,4}(?:[UT] +|\[)?(\d{4}[-/]\d{2}[-/]\d{2}[ T]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?|\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d{2}:\d{2}(?: [AP]M)?|[A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2}(?:\.\d{1,9})?|\d{2}:\d{2}:\d{2}[.,]\d{1,9})/;
/** FreeSWITCH may put the channel's UUID before the time. */
const UUID_FIRST = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12} /;
const SIP_USER = /sips?:([^@;>\s"]{1,128})@/;

export interface DialectPatterns {
  readonly dialect: string;
  readonly patterns: readonly LinePattern[];
}

/** All that is known of a program's log: one file of `formats/`. */
export interface LogFormat extends DialectPatterns {
  /** Whose log it is; the same for all formats of a dialect. */
  readonly writtenBy: string;
  /** The first format that fits reads a line. Lower ones are asked first; 200 by default, general ones have more. */
  readonly rank?: number;
  /** A client's log: it reports its own connections if it names no user. */
  readonly ownConnections?: true;
  /** The preset that the log gives away; only where the dialect belongs to one product. */
  readonly preset?: string;
}

/** The time at the beginning of a line, as written. */
export function timeOf(line: string): string | undefined {
  return TIME.exec(line.replace(UUID_FIRST, "").slice(0, 60))?.[1];
}

/** `known`: the line belongs to the dialect and says nothing by itself. */
export type LineReading = { readonly event: LogEvent } | "known" | undefined;

/** Reads one line by the first pattern that fits. */
export function readLine(line: string, number: number, dialects: readonly DialectPatterns[]): LineReading {
  for (const { dialect, patterns } of dialects) {
    for (const { marker, pattern, kind, method } of patterns) {
      const match = firstMatch(line, marker, pattern);
      if (match === null) continue;
      const groups: Groups = match.groups ?? {};
      const meant = typeof kind === "function" ? kind(groups) : kind;
      if (meant === false) continue;
      return meant === undefined
        ? "known"
        : { event: eventOf(dialect, meant, number, line, { ...present({ method }), ...groups }) };
    }
  }
  return undefined;
}

/** A short word may occur in a line before the place that is meant. */
const PLACES = 4;

function firstMatch(line: string, marker: string, pattern: RegExp): RegExpExecArray | null {
  let at = line.indexOf(marker);
  for (let tries = 0; at >= 0 && tries < PLACES; tries += 1) {
    const match = pattern.exec(line.slice(at));
    if (match !== null) return match;
    at = line.indexOf(marker, at + marker.length);
  }
  return null;
}

function eventOf(dialect: string, kind: EventKind, number: number, line: string, groups: Groups): LogEvent {
  const { method, detail } = groups;
  // Asterisk's security events write 192.0.2.1/5060.
  const address = groups.address?.replace(/\/(?=\d{1,5}$)/, ":");
  const user = groups.user ?? SIP_USER.exec(groups.from ?? "")?.[1];
  const at = timeOf(line);
  return {
    dialect,
    kind,
    line: number,
    ...present({ at }),
    ...(user ? { user } : {}),
    ...(address ? { address } : {}),
    ...(method ? { method } : {}),
    ...(detail ? { detail } : {}),
  };
}
