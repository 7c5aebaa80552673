import { hostOf } from "../../frames.js";
import { shown } from "../../hide-secrets.js";
import { type Counted, ENOUGH, NAT_HINT } from "./counted.js";

/** What rtpengine counts at each port, as its control protocol answers (JSON) and as it writes at the end of a call (`ml0_midx1_…=`). */

const FIELD =
  /"(?<name>local port|address|packets|packets_in)" ?: ?"?(?<value>[0-9A-Fa-f.:]{1,45})|"flags" ?: ?\[ ?"(?<flag>RTP|RTCP)"|"(?<total>RTP|RTCP)" ?: ?\{|\b(?<leg>ml\d{1,3}_midx\d{1,3}_rtp)_(?<key>endpoint_ip|relayed_packets)=(?<said>[0-9A-Fa-f.:]{1,45})/g;

const MOST = 200;

interface Port {
  readonly line: number;
  readonly key: string;
  far: string;
  count?: number;
  rtcp?: boolean;
}

export function readRelayFields(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const ports: Port[] = [];
  for (const [index, line] of lines.entries()) {
    if (!line.includes("_rtp_") && !/"(?:local port|address|packets)/.test(line)) continue;
    for (const { groups } of line.matchAll(FIELD)) {
      used.add(index);
      read(ports, index + 1, groups ?? {});
    }
  }
  // The ports of RTCP are odd ones.
  const counted = ports.filter(
    ({ count, key, rtcp }) => count !== undefined && !(rtcp ?? /^\d*[13579]$/.test(key)),
  );
  if (counted.length < 2) return { facts: [], events: [], lines: new Set() };
  const mute = counted.filter(({ count }) => count === 0);
  const [first] = mute;
  const heard = counted.some(({ count = 0 }) => count >= ENOUGH);
  const none = mute.length === counted.length;
  const events = counted
    .slice(0, 50)
    .map(
      ({ line, far, count }) =>
        ({ dialect: "kamailio", kind: "call-media", line, detail: `${count} packets from ${far}` }) as const,
    );
  if (first === undefined || (!heard && !none)) return { facts: [], events, lines: used };
  const seen = `no packet of voice comes from ${first.far === "" ? "one side" : shown(hostOf(first.far), 60)}${heard ? ", and many from the other side" : ", nor from the other side"}`;
  const id = heard ? "one-way-audio" : "no-audio";
  return {
    facts: [{ id, line: first.line, users: [], seen, confidence: "medium", hint: NAT_HINT }],
    events,
    lines: used,
  };
}

function read(ports: Port[], line: number, found: Readonly<Record<string, string | undefined>>): void {
  const { name, value = "", leg, key, said = "", flag, total } = found;
  if (leg !== undefined) {
    const port = ports.find((each) => each.key === leg) ?? { line, key: leg, far: "" };
    if (!ports.includes(port) && ports.length < MOST) ports.push(port);
    if (key === "endpoint_ip") port.far = said;
    else port.count = Number(said);
    return;
  }
  let last = ports.at(-1);
  // A log may have cut off how a port begins. What follows the ports are sums of them.
  const begins =
    name === "local port" || (flag !== undefined && (last === undefined || last.rtcp !== undefined));
  if (begins || total !== undefined) {
    if (ports.length >= MOST) return;
    last = {
      line,
      key: name === "local port" ? value : "",
      far: "",
      ...(total === undefined ? {} : { rtcp: true }),
    };
    ports.push(last);
  }
  if (last === undefined) return;
  if (flag !== undefined) last.rtcp = flag === "RTCP";
  else if (name === "address") last.far ||= value;
  else if (name?.startsWith("packets") && /^\d+$/.test(value)) last.count ??= Number(value);
}
