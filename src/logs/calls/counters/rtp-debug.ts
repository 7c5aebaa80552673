import { hostOf } from "../../frames.js";
import { shown } from "../../hide-secrets.js";
import { isLocal, isOutside } from "../addresses.js";
import type { CallFact } from "../fact.js";
import { type Counted, ENOUGH, FEW, NAT_HINT } from "./counted.js";

/**
 * Asterisk's `rtp set debug on`. Bridged packet to packet it writes "Sent RTP P2P packet to" and no "Got": without that form
 * every healthy call would look one-way.
 */

const LINE =
  /(?<what>Got|Sent) {1,4}RTP (?<p2p>P2P )?packet (?:from|to) {1,8}\[?(?<place>[0-9A-Fa-f.:]{3,45}?)\]?:(?<port>\d{1,5})\b/;
const AROUND =
  /(?:Got|Sent) {1,4}(?:S?RTCP|RTP DTMF)\b|Strict RTP (?:learning|switching|qualifying)|Probation (?:passed|learning)/;

interface Place {
  got: number;
  sent: number;
  p2p: number;
  readonly first: number;
}

export function readRtpDebug(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const places = new Map<string, Place>();
  for (const [index, line] of lines.entries()) {
    if (!line.includes("RT") && !line.includes("Probation")) continue;
    const found = LINE.exec(line)?.groups;
    if (found === undefined) {
      if (AROUND.test(line)) used.add(index);
      continue;
    }
    used.add(index);
    const key = `${found.place}:${found.port}`;
    const place = places.get(key) ?? { got: 0, sent: 0, p2p: 0, first: index + 1 };
    places.set(key, place);
    if (found.what === "Got") place.got += 1;
    else if (found.p2p) place.p2p += 1;
    else place.sent += 1;
  }
  const events = [...places].slice(0, 50).map(
    ([address, { got, sent, p2p, first }]) =>
      ({
        dialect: "asterisk",
        kind: "call-media",
        line: first,
        address,
        detail: `${got} packets from it, ${sent + p2p} to it`,
      }) as const,
  );
  const voice = [...places].flatMap(([key, { got, sent, p2p }]) => [
    { from: hostOf(key), count: got },
    { to: hostOf(key), count: sent + p2p },
  ]);
  return { facts: factsOf(places), events, lines: used, voice };
}

function factsOf(places: ReadonlyMap<string, Place>): CallFact[] {
  const all = [...places];
  const p2p = all.some(([, place]) => place.p2p > 0);
  const unheard = all.filter(([, { got, sent, p2p: bridged }]) => got === 0 && sent + bridged >= ENOUGH);
  const strays = all.filter(([, { got, sent, p2p: bridged }]) => got > 0 && sent + bridged === 0);
  const got = all.reduce((sum, [, place]) => sum + place.got, 0);
  if (strays.length > 0 && strays.length === all.length && got >= ENOUGH) {
    const [[place, { first }] = ["", { first: 1 }]] = strays;
    return [
      {
        id: "one-way-audio",
        line: first,
        users: [],
        seen: `${got} packets come in (${shown(place, 60)} …), none is sent`,
        confidence: "low",
        severity: "warning",
        cause:
          "The PBX receives voice and sends none: the other leg of the call gives it nothing. Or the lines on what is sent were left out when this was copied.",
        fix: "Copy the lines of both directions (Got and Sent), or take pjsip show channelstats during a call.",
      },
    ];
  }
  const excerpt = all.every(([, each]) => each.got + each.sent + each.p2p < ENOUGH) ? fewLines(all) : [];
  if (excerpt.length > 0) return excerpt;
  return unheard.flatMap(([place, { sent, p2p: bridged, first }]): CallFact[] => {
    const host = hostOf(place);
    const other = strays.find(([each]) => hostOf(each) === host || isLocal(host) !== isLocal(hostOf(each)));
    const common = { line: first, users: [], hint: NAT_HINT } as const;
    const count = `${sent + bridged} packets are sent to ${shown(place, 60)}, none comes from there`;
    if (isLocal(host) && other !== undefined && isOutside(hostOf(other[0]))) {
      return [
        {
          ...common,
          id: "media-sent-to-private",
          seen: `${count}; packets come from ${shown(other[0], 60)}`,
          confidence: "medium",
        },
      ];
    }
    // With P2P nothing is written of what comes in; a leg that another one feeds is heard.
    if (p2p && bridged > 0) {
      const fed = all.filter(([, each]) => each.p2p > 0).length;
      if (fed > 1) return [];
    }
    return [
      {
        ...common,
        id: "one-way-audio",
        seen: `${count}${other === undefined ? "" : `; packets come from ${shown(other[0], 60)}`}`,
        confidence: "medium",
        ...(other === undefined
          ? {}
          : {
              cause:
                "The PBX sends to another port than the far side's packets come from: a NAT has changed it, and symmetric RTP is off.",
            }),
      },
    ];
  });
}

/** People copy a few lines of thousands: what all of them say counts, and a little less. */
function fewLines(all: readonly (readonly [string, Place])[]): CallFact[] {
  const tos = all.filter(([, { got, sent, p2p }]) => got === 0 && sent + p2p > 0);
  const froms = all.filter(([, { got, sent, p2p }]) => got > 0 && sent + p2p === 0);
  const [to, from] = [tos[0], froms[0]];
  if (to === undefined || tos.length > 1 || froms.length > 1 || tos.length + froms.length < all.length)
    return [];
  const [place, { sent, p2p, first }] = to;
  const count = sent + p2p;
  const common = { line: first, users: [], hint: NAT_HINT } as const;
  const said = `all ${count} lines on what is sent name ${shown(place, 60)}`;
  if (from === undefined) {
    // Of a bridge the packets of both legs are written.
    if (count < FEW) return [];
    return [
      {
        ...common,
        ...(isLocal(hostOf(place))
          ? {
              cause:
                "The PBX sends the voice to a private address, and no line shows any from there. Where that side is not in the PBX's own network, this is the fault: it announces its private address, and the PBX does not send back to where packets come from. Otherwise its own packets do not arrive, or their lines were left out.",
            }
          : {}),
        id: "one-way-audio",
        seen: `${said}, and none comes from there`,
        confidence: "low",
        severity: "warning",
      },
    ];
  }
  if (Math.min(count, from[1].got) < 2) return [];
  const seen = `${said}, and all ${from[1].got} on what comes ${shown(from[0], 60)}`;
  if (isLocal(hostOf(place)) && isOutside(hostOf(from[0]))) {
    return [{ ...common, id: "media-sent-to-private", seen, confidence: "medium" }];
  }
  if (Math.min(count, from[1].got) < 3 || hostOf(place) === hostOf(from[0])) return [];
  return [{ ...common, id: "one-way-audio", seen, confidence: "medium", severity: "warning" }];
}
