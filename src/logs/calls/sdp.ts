/** Session descriptions as found in a trace (RFC 8866): tolerant, bounded, linear. Their text is outside text. */

type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

export interface Codec {
  readonly type: string;
  /** `pcmu`, `telephone-event`; empty for a dynamic type that nothing names. */
  readonly name: string;
}

export interface MediaDescription {
  readonly kind: string;
  readonly port: number;
  /** `RTP/AVP`, in upper case. */
  readonly profile: string;
  readonly codecs: readonly Codec[];
  /** Of the media, else of the session. */
  readonly connection?: string;
  readonly direction: Direction;
  /** SDES keys (RFC 4568) are offered. */
  readonly crypto: boolean;
  /** DTLS (RFC 5763). */
  readonly fingerprint: boolean;
  readonly ice: boolean;
  /** Addresses of ICE candidates. */
  readonly candidates: readonly string[];
  readonly rtcpMux: boolean;
}

export interface SessionDescription {
  readonly origin?: string;
  readonly media: readonly MediaDescription[];
}

/** Static payload types of audio (RFC 3551), and of what else telephones use. */
const STATIC: ReadonlyMap<string, string> = new Map([
  ["0", "pcmu"],
  ["3", "gsm"],
  ["4", "g723"],
  ["7", "lpc"],
  ["8", "pcma"],
  ["9", "g722"],
  ["13", "cn"],
  ["15", "g728"],
  ["18", "g729"],
  ["34", "h263"],
]);
const MAX_MEDIA = 12;
const MAX_FORMATS = 60;
const MAX_CANDIDATES = 30;
const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)\s{0,3}$/;

interface Section {
  head: string[];
  connection: string | undefined;
  direction: Direction | undefined;
  readonly names: Map<string, string>;
  crypto: boolean;
  fingerprint: boolean;
  ice: boolean;
  rtcpMux: boolean;
  readonly candidates: string[];
}

function section(head: string[]): Section {
  const none = { connection: undefined, direction: undefined, names: new Map(), candidates: [] };
  return { head, ...none, crypto: false, fingerprint: false, ice: false, rtcpMux: false };
}

/** @param lines of one description, each `x=…`. */
export function readSdp(lines: readonly string[]): SessionDescription {
  const session = section([]);
  const sections: Section[] = [];
  let origin: string | undefined;
  let open = session;
  for (const line of lines) {
    if (line.startsWith("m=")) {
      open = section(line.slice(2, 400).trim().split(/\s+/));
      if (sections.length < MAX_MEDIA) sections.push(open);
    } else if (line.startsWith("o=")) origin = line.slice(2, 400).trim().split(/\s+/).at(-1);
    else readLine(open, line);
  }
  return {
    ...(origin === undefined || origin === "" ? {} : { origin }),
    media: sections.map((each) => described(each, session)),
  };
}

function readLine(open: Section, line: string): void {
  const direction = DIRECTION.exec(line)?.[1];
  if (direction !== undefined) open.direction = direction as Direction;
  else if (line.startsWith("c=")) open.connection = /^c=IN IP[46] ([^\s/]{1,60})/.exec(line)?.[1];
  else if (line.startsWith("a=rtpmap:")) {
    const [, type = "", name = ""] = /^a=rtpmap:(\d{1,3}) {1,3}([^\s/]{1,40})/.exec(line) ?? [];
    if (open.names.size < MAX_FORMATS) open.names.set(type, name.toLowerCase());
  } else if (line.startsWith("a=crypto:")) open.crypto = true;
  else if (line.startsWith("a=fingerprint:")) open.fingerprint = true;
  else if (line.startsWith("a=ice-ufrag:")) open.ice = true;
  else if (line.startsWith("a=rtcp-mux")) open.rtcpMux = true;
  else if (line.startsWith("a=candidate:") && open.candidates.length < MAX_CANDIDATES) {
    const host = /^a=candidate:\S{1,60} \d{1,3} \S{1,8} \d{1,12} (\S{1,60})/.exec(line)?.[1];
    if (host !== undefined) open.candidates.push(host);
  }
}

function described(media: Section, session: Section): MediaDescription {
  const [kind = "", port = "", profile = "", ...formats] = media.head;
  const connection = media.connection ?? session.connection;
  return {
    kind: kind.toLowerCase(),
    port: Number.parseInt(port, 10) || 0,
    profile: profile.toUpperCase(),
    codecs: formats
      .slice(0, MAX_FORMATS)
      .map((type) => ({ type, name: media.names.get(type) ?? STATIC.get(type) ?? "" })),
    ...(connection === undefined ? {} : { connection }),
    direction: media.direction ?? session.direction ?? "sendrecv",
    crypto: media.crypto || session.crypto,
    fingerprint: media.fingerprint || session.fingerprint,
    ice: media.ice || session.ice,
    rtcpMux: media.rtcpMux,
    candidates: [...session.candidates, ...media.candidates],
  };
}

/** The first audio of a description. */
export function audioOf({ media }: SessionDescription): MediaDescription | undefined {
  return media.find(({ kind }) => kind === "audio");
}

const NO_VOICE = new Set(["telephone-event", "cn", "red"]);

/** Codecs that carry speech. */
export function voices({ codecs }: MediaDescription): readonly Codec[] {
  return codecs.filter(({ name }) => !NO_VOICE.has(name));
}

/** Whether keys can be sent as RFC 4733 events. A dynamic type without a name may be it. */
export function hasTelephoneEvents({ codecs }: MediaDescription): boolean {
  return codecs.some(({ name }) => name === "telephone-event");
}

export function mayHaveTelephoneEvents(media: MediaDescription): boolean {
  return (
    hasTelephoneEvents(media) || media.codecs.some(({ name, type }) => name === "" && Number(type) >= 96)
  );
}

export type Encryption = "none" | "sdes" | "dtls";

/** How the media should be encrypted: `dtls` is WebRTC's way. */
export function encryptionOf({ profile, crypto, fingerprint }: MediaDescription): Encryption {
  if (fingerprint || profile.includes("TLS") || (profile.endsWith("SAVPF") && !crypto)) return "dtls";
  return crypto || profile.includes("SAVP") ? "sdes" : "none";
}
