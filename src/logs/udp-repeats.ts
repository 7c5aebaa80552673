import { present } from "../base/present.js";
import type { LogEvent } from "./event.js";
import { endpoint } from "./frames.js";
import { timeOf } from "./line.js";

/**
 * A SIP request that is sent again and again and never answered, in a list of UDP packets that tells no more of them than
 * their lengths: the same length each time, in the intervals of RFC 3261 17.1.2.2 (500 ms, doubled up to 4 s).
 */

const UDP =
  /\bIP6? (?<from>[0-9A-Fa-f.:]{7,45}\.\d{1,5}) > (?<to>[0-9A-Fa-f.:]{7,45}\.\d{1,5}): UDP,(?: bad length \d{1,6} >|) length (?<length>\d{1,6})/;
const INTERVALS = [0.5, 1, 2, 4, 4, 4, 4, 4, 4] as const;
/** Of an interval: what a busy machine adds. */
const TOLERANCE = 0.25;
const FEWEST = 4;
const DAY = 86_400;

interface Repeats {
  readonly line: number;
  readonly at: string | undefined;
  readonly to: string;
  readonly length: string;
  readonly times: number[];
  same: boolean;
}

export function findUdpRepeats(lines: readonly string[]): LogEvent[] {
  const flows = new Map<string, Repeats>();
  const pairs = new Set<string>();
  for (const [index, line] of lines.entries()) {
    if (!line.includes(": UDP,")) continue;
    const { from, to, length } = UDP.exec(line)?.groups ?? {};
    const time = secondsOf(line);
    if (from === undefined || to === undefined || length === undefined) continue;
    const key = `${from} ${to}`;
    pairs.add(key);
    const flow = flows.get(key);
    if (flow === undefined) {
      const times = time === undefined ? [] : [time];
      flows.set(key, { line: index + 1, at: timeOf(line), to, length, times, same: time !== undefined });
      continue;
    }
    if (time === undefined || length !== flow.length) flow.same = false;
    else flow.times.push(time);
  }
  return [...flows].flatMap(([key, { line, at, to, times, same }]): LogEvent[] => {
    const answered = pairs.has(key.split(" ").toReversed().join(" "));
    if (answered || !same || !isRepeated(times)) return [];
    const address = endpoint(to) ?? to;
    return [{ dialect: "tcpdump", kind: "client-silent", line, address, ...present({ at }) }];
  });
}

/** Each gap is one of the timer's, and the first of them grow. */
function isRepeated(times: readonly number[]): boolean {
  if (times.length < FEWEST) return false;
  const gaps = times.slice(1).map((time, index) => (time - (times[index] ?? 0) + DAY) % DAY);
  return gaps
    .slice(0, INTERVALS.length)
    .every((gap, index) => Math.abs(gap - (INTERVALS[index] ?? 4)) <= (INTERVALS[index] ?? 4) * TOLERANCE);
}

/** Seconds of the day. */
function secondsOf(line: string): number | undefined {
  const [, hours, minutes, seconds] = /(?:^|[ T])(\d{2}):(\d{2}):(\d{2}\.\d{3,9}) IP/.exec(line) ?? [];
  if (seconds === undefined) return undefined;
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}
