import type { CallFact } from "../fact.js";
import { type Counted, ENOUGH, NAT_HINT } from "./counted.js";

/** What Asterisk leaves in a channel's variables at its end (RTPAUDIOQOS; ast_rtp_instance_get_quality), as dialplans print it. */

const QOS =
  /\bRTPAUDIOQOS[=:\s"']{1,4}ssrc=\d{1,12};themssrc=\d{1,12};lp=(?<lost>\d{1,10});rxjitter=[\d.]{1,20};rxcount=(?<got>\d{1,10});txjitter=[\d.]{1,20};txcount=(?<sent>\d{1,10})/;
/** Of so many packets the lost ones can be heard; percent. */
const MANY = 200;
const LOSSY = 5;
const CHANNEL = /\b(?:PJSIP|SIP)\/(?<user>[^\s"'/,]{1,80}?)-[0-9a-f]{8}\b/;

export function readAsteriskQos(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const read = lines.flatMap((line, index) => {
    const found = line.includes("RTPAUDIOQOS") ? QOS.exec(line)?.groups : undefined;
    if (found === undefined) return [];
    used.add(index);
    const user = CHANNEL.exec(line.slice(0, 600))?.groups?.user;
    const [got, sent, lost] = [Number(found.got), Number(found.sent), Number(found.lost)];
    return [{ line: index + 1, user, got, sent, lost }];
  });
  const events = read.map(
    ({ line, got, sent }) =>
      ({
        dialect: "asterisk",
        kind: "call-media",
        line,
        detail: `received ${got}, sent ${sent} packets`,
      }) as const,
  );
  const facts = read.flatMap(({ line, user, got, sent, lost }): CallFact[] => {
    const common = { line, users: [user], confidence: "medium", hint: NAT_HINT } as const;
    const seen = `received ${got}, sent ${sent} packets of voice on this channel`;
    if (got === 0 && sent === 0) return [{ ...common, id: "no-audio", seen, severity: "warning" }];
    const oneWay = Math.min(got, sent) === 0 && Math.max(got, sent) >= ENOUGH;
    const share = (100 * lost) / (got + lost);
    if (!oneWay && got + lost >= MANY && share >= LOSSY) {
      const { hint: _hint, ...rest } = common;
      return [{ ...rest, id: "packets-lost", seen: `${lost} of ${got + lost} packets of voice are lost` }];
    }
    return oneWay ? [{ ...common, id: "one-way-audio", seen }] : [];
  });
  return { facts, events, lines: used };
}
