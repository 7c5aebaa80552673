import { isIP } from "node:net";
import { hostOf } from "../../frames.js";
import { shown } from "../../hide-secrets.js";
import { isLocal, isOutside } from "../addresses.js";
import type { CallFact } from "../fact.js";
import { audioOf, readSdp } from "../sdp.js";
import type { Counted } from "./counted.js";

/** Session descriptions that LiveKit SIP logs as fields of a line: `SDP offer {"fromIP": "…", "sdp": "v=0\r\n…"}`. */

const LINE = /\bSDP (?<what>offer|answer)\s{1,10}(?<json>\{.{0,4000})$/;
const FAILED = /\bCannot start media\b|"media-failed"|\bClosing inbound call with error\b/;
const CALL_ID = /"callID":\s?"(?<id>[\w-]{1,60})"/;

interface Logged {
  readonly line: number;
  readonly offer: boolean;
  /** LiveKit calls out. */
  readonly outbound: boolean;
  readonly callId: string | undefined;
  readonly peer: string | undefined;
  readonly user: string | undefined;
  readonly sdp: string;
}

export function readLoggedSdp(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const logged: Logged[] = [];
  const failed = new Set<string>();
  for (const [index, line] of lines.entries()) {
    if (FAILED.test(line)) failed.add(CALL_ID.exec(line)?.groups?.id ?? "");
    if (!line.includes("SDP ")) continue;
    const found = LINE.exec(line)?.groups;
    const fields = found === undefined ? undefined : parsed(found.json ?? "");
    if (found === undefined || typeof fields?.sdp !== "string") continue;
    used.add(index);
    const outbound = line.includes("outbound.go");
    logged.push({
      line: index + 1,
      offer: found.what === "offer",
      outbound,
      callId: textOf(fields.callID),
      peer: addressOf(outbound ? [fields.toHost, fields.address, fields.toIP] : [fields.fromIP]),
      user: textOf(fields.toUser),
      sdp: fields.sdp,
    });
  }
  return { facts: logged.flatMap((each) => factOf(each, failed)), events: [], lines: used };
}

/** Only a whole object can be read. */
function parsed(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json.trim());
    return typeof value === "object" && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function addressOf(values: readonly unknown[]): string | undefined {
  return values.map((value) => hostOf(textOf(value) ?? "")).find((host) => isIP(host) !== 0);
}

function factOf(
  { line, offer, outbound, callId, peer, user, sdp }: Logged,
  failed: ReadonlySet<string>,
): CallFact[] {
  if (sdp.trim() === "") {
    if (!offer || outbound || !failed.has(callId ?? "")) return [];
    return [
      {
        id: "media-refused",
        line,
        users: [user],
        seen: "the INVITE comes without a session description, and LiveKit cannot start media",
        confidence: "medium",
        cause:
          "The PBX or provider calls with a late offer (no session description in the INVITE, RFC 3261 13.2.1), which this LiveKit SIP does not take.",
        fix: "Have the PBX offer in its INVITE (early offer: Genesys, CUCM and others have a setting for it), or put a PBX between that does.",
      },
    ];
  }
  const session = readSdp(sdp.split(/\r?\n/));
  const audio = audioOf(session);
  const address = audio?.connection;
  const reachable = audio?.candidates.some((each) => isOutside(each)) ?? false;
  if (!isLocal(address) || !isOutside(peer) || audio?.port === 0 || reachable) return [];
  const own = offer === outbound;
  return [
    {
      id: "media-address-private",
      line,
      users: [user],
      seen: `the SDP ${offer ? "offer" : "answer"} of ${own ? "LiveKit" : "the far side"} says c= ${shown(address ?? "", 60)}, and the far side is at ${shown(peer ?? "", 60)}`,
      confidence: "medium",
      cause: own
        ? "LiveKit SIP writes its private address into the session description: the far side sends its voice there, and it does not arrive."
        : "The PBX or provider writes its private address into the session description. LiveKit sends the voice there, unless it is set to send back to where packets come from.",
      ...(own
        ? { fix: "Set use_external_ip: true, or nat_1_to_1_ip, in the configuration of LiveKit SIP." }
        : {}),
      hint: { nat: true },
    },
  ];
}
