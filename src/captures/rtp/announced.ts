import { isIP } from "node:net";
import { canonicalIp, type SipMessage } from "../../sip/index.js";
import { hostPort } from "../host.js";

/** Where a session description says that its writer receives sound (RFC 8866). */
export interface AnnouncedAudio {
  /** An IP address; undefined where it is a name. */
  readonly host?: string;
  readonly port: number;
  /** `host:port`. */
  readonly place?: string;
  /** `RTP/AVP`, `RTP/SAVP` … */
  readonly profile: string;
  readonly direction: "sendrecv" | "sendonly" | "recvonly" | "inactive";
  /** What it takes: names in lower case, and clocks, by payload type. */
  readonly codecs: ReadonlyMap<number, { readonly name: string; readonly clock: number }>;
  readonly payloadTypes: readonly number[];
}

const MAX_LINES = 400;
const NOT_SOUND = new Set(["telephone-event", "cn", "red"]);

/** The audio of a message's session description; the first, where it has several. */
export function announcedAudio({ headers, body }: SipMessage): AnnouncedAudio | undefined {
  if (body.length === 0 || !/\bsdp\b/i.test(headers.get("Content-Type") ?? "application/sdp"))
    return undefined;
  const lines = body.toString("latin1").split(/\r?\n/, MAX_LINES);
  const at = lines.findIndex((line) => line.startsWith("m=audio "));
  if (at < 0) return undefined;
  const after = lines.findIndex((line, index) => index > at && line.startsWith("m="));
  const own = lines.slice(at, after < 0 ? lines.length : after);
  const first = lines.findIndex((line) => line.startsWith("m="));
  const session = lines.slice(0, first);
  const [, port, profile, formats] =
    /^m=audio (\d{1,5})(?:\/\d{1,5})? (\S{1,40})((?: \S{1,20}){0,60})/.exec(own[0] ?? "") ?? [];
  if (port === undefined || profile === undefined) return undefined;
  const payloadTypes = (formats ?? "")
    .split(" ")
    .flatMap((format) => (/^\d{1,3}$/.test(format) ? [Number(format)] : []));
  const host = connectionOf(own) ?? connectionOf(session);
  return {
    port: Number(port),
    profile,
    direction: directionOf(own) ?? directionOf(session) ?? "sendrecv",
    codecs: codecsOf(own),
    payloadTypes,
    ...(host === undefined ? {} : { host, place: hostPort(host, Number(port)) }),
  };
}

function connectionOf(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const host = /^c=IN IP[46] ([0-9A-Fa-f.:]{2,45})/.exec(line)?.[1];
    if (host !== undefined && isIP(host) !== 0) return canonicalIp(host) ?? host;
  }
  return undefined;
}

function directionOf(lines: readonly string[]): AnnouncedAudio["direction"] | undefined {
  for (const line of lines) {
    const direction = /^a=(sendrecv|sendonly|recvonly|inactive)\s{0,9}$/.exec(line)?.[1];
    if (direction !== undefined) return direction as AnnouncedAudio["direction"];
  }
  return undefined;
}

function codecsOf(lines: readonly string[]): Map<number, { name: string; clock: number }> {
  const codecs = new Map<number, { name: string; clock: number }>();
  for (const line of lines) {
    const [, type, name, clock] = /^a=rtpmap:(\d{1,3}) ([A-Za-z0-9._-]{1,40})\/(\d{1,7})/.exec(line) ?? [];
    if (type !== undefined && name !== undefined) {
      codecs.set(Number(type), { name: name.toLowerCase(), clock: Number(clock) });
    }
  }
  return codecs;
}

/** Whether packets of this type carry sound, as far as the description tells. */
export function isSound(name: string): boolean {
  return !NOT_SOUND.has(name);
}

/** Whether the payload is encrypted, so nothing can be heard in it. */
export function isEncrypted({ profile }: AnnouncedAudio): boolean {
  return /SAVP/.test(profile);
}

/** A description that wants sound: neither refused nor on hold. */
export function wantsSound({ port, host, direction }: AnnouncedAudio): boolean {
  return (
    port !== 0 && host !== "0.0.0.0" && host !== "::" && direction !== "inactive" && direction !== "sendonly"
  );
}

/** Names of codecs that may be shown: RFC 3551's, and those of telephony since. */
const NAMES: Readonly<Record<number, string>> = {
  0: "PCMU",
  3: "GSM",
  4: "G723",
  8: "PCMA",
  9: "G722",
  15: "G728",
  18: "G729",
};
const DYNAMIC = new Set([
  "opus",
  "pcmu",
  "pcma",
  "g722",
  "g729",
  "gsm",
  "ilbc",
  "speex",
  "g726-32",
  "amr",
  "amr-wb",
  "l16",
  "evs",
  "silk",
]);

/** `PCMU`, or `payload type 97` if it has no name. */
export function codecName(payloadType: number, announced: AnnouncedAudio | undefined): string {
  const name = announced?.codecs.get(payloadType)?.name;
  if (name !== undefined && DYNAMIC.has(name)) return name.toUpperCase();
  return NAMES[payloadType] ?? `payload type ${payloadType}`;
}
