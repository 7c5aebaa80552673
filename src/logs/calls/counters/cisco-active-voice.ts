import { shown } from "../../hide-secrets.js";
import { type Counted, ENOUGH, NAT_HINT } from "./counted.js";

/** Cisco IOS, `show call active voice brief`: packets and octets of each leg, ` dur 00:00:20 tx:1012/161920 rx:0/0`. */

const COUNTS =
  /^\s{0,10}dur (?:\d{1,3}:)?\d{2}:\d{2} tx:(?<sent>\d{1,10})\/\d{1,12} rx:(?<got>\d{1,10})\/\d{1,12}/;
const PLACE = /^\s{0,10}(?:IP (?<place>[0-9A-Fa-f.:]{3,45}:\d{1,5}) |Tele (?<port>\S{1,40}))/;
const HEAD = /^\s{0,10}[0-9A-F]{1,8} {1,3}: .{0,80}pid:\d{1,6} (?:Answer|Originate) /;

export function readCiscoActiveVoice(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const legs: { line: number; got: number; sent: number; place: string | undefined }[] = [];
  for (const [index, line] of lines.entries()) {
    if (HEAD.test(line)) used.add(index);
    const found = line.includes(" tx:") ? COUNTS.exec(line)?.groups : undefined;
    if (found !== undefined) {
      used.add(index);
      legs.push({ line: index + 1, got: Number(found.got), sent: Number(found.sent), place: undefined });
      continue;
    }
    const leg = legs.at(-1);
    const named = leg !== undefined && leg.place === undefined ? PLACE.exec(line)?.groups : undefined;
    if (leg === undefined || named === undefined) continue;
    used.add(index);
    leg.place = named.place ?? named.port;
  }
  // What does not come in on one leg cannot go out on the other.
  const deaf = legs.find(({ got, sent }) => got === 0 && sent >= ENOUGH);
  const mute = deaf ?? legs.find(({ got, sent }) => sent === 0 && got >= ENOUGH);
  return {
    facts:
      mute === undefined
        ? []
        : [
            {
              id: "one-way-audio",
              line: mute.line,
              users: [],
              seen: `the leg${mute.place === undefined ? "" : ` to ${shown(mute.place, 60)}`} has received ${mute.got} and sent ${mute.sent} packets`,
              confidence: "medium",
              hint: NAT_HINT,
            },
          ],
    events: legs.slice(0, 50).map(
      ({ line, got, sent }) =>
        ({
          dialect: "statistics",
          kind: "call-media",
          line,
          detail: `received ${got}, sent ${sent} packets`,
        }) as const,
    ),
    lines: used,
  };
}
