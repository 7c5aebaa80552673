import { type Counted, ENOUGH, NAT_HINT } from "./counted.js";

/** What rtpproxy writes when a session ends (rtpp_session.c): packets that came in from each side of the call. */

const ENDED =
  /\bRTP stats: (?<callee>\d{1,12}) in from callee, (?<caller>\d{1,12}) in from caller, (?<relayed>\d{1,12}) relayed, \d{1,12} dropped/;
const AROUND =
  /\brtpproxy\[\d{1,10}\]: .{0,200}(?:rtpp_command_|RTCP stats: |session timer|is cleaned up|rtpp_session_dtor)/;

export function readRtpproxy(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const read = lines.flatMap((line, index): Omit<Counted, "lines">[] => {
    if (!line.includes("stats: ") && !line.includes("rtpproxy[")) return [];
    const found = ENDED.exec(line)?.groups;
    if (found !== undefined || AROUND.test(line)) used.add(index);
    return found === undefined
      ? []
      : [sessionOf(Number(found.caller), Number(found.callee), Number(found.relayed), index + 1)];
  });
  return {
    facts: read.flatMap(({ facts }) => facts),
    events: read.flatMap(({ events }) => events),
    lines: used,
  };
}

function sessionOf(caller: number, callee: number, relayed: number, line: number): Omit<Counted, "lines"> {
  const detail = `${caller} packets from the caller, ${callee} from the one who was called`;
  const events = [{ dialect: "kamailio", kind: "call-media", line, detail } as const];
  const common = { line, users: [], confidence: "medium", hint: NAT_HINT } as const;
  if (caller === 0 && callee === 0) {
    const seen = "no packet of voice comes to the relay from either side";
    return { events, facts: [{ ...common, id: "no-audio", seen }] };
  }
  if (Math.min(caller, callee) === 0 && Math.max(caller, callee) >= ENOUGH) {
    const seen = `no packet of voice comes to the relay from the ${caller === 0 ? "caller" : "one who was called"}, and ${Math.max(caller, callee)} from the other side`;
    return { events, facts: [{ ...common, id: "one-way-audio", seen }] };
  }
  if (relayed === 0 && Math.min(caller, callee) >= ENOUGH) {
    const seen = `voice comes to the relay from both sides (${detail}), and none is passed on`;
    return { events, facts: [{ ...common, id: "no-audio", seen }] };
  }
  return { events, facts: [] };
}
