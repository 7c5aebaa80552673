import { datagram, type Packet, type RtpOptions, rtp } from "./capture-file.js";

/** A call of 192.0.2.10 (caller) to 198.51.100.20 (PBX), as SIP and RTP. */

export const CALLER = "192.0.2.10";
export const PBX = "198.51.100.20";
export const START = 1_790_000_000;

export interface CallOptions {
  callId?: string;
  /** Address and port that each side announces. */
  callerMedia?: string;
  pbxMedia?: string;
  callerSip?: string;
  pbxSip?: string;
  /** Seconds from the answer to the end. */
  seconds?: number;
  attributes?: string[];
  profile?: string;
}

export function sdp(media: string, { attributes = [], profile = "RTP/AVP" }: CallOptions = {}): string {
  const at = media.lastIndexOf(":");
  const [host, port] = [media.slice(0, at), media.slice(at + 1)];
  return [
    "v=0",
    `o=- 1 1 IN IP4 ${host}`,
    "s=-",
    `c=IN IP4 ${host}`,
    "t=0 0",
    `m=audio ${port} ${profile} 0 101`,
    "a=rtpmap:0 PCMU/8000",
    "a=rtpmap:101 telephone-event/8000",
    ...attributes,
    "",
  ].join("\r\n");
}

export function sipMessage(
  first: string,
  cseq: string,
  callId: string,
  body = "",
  more: string[] = [],
): string {
  return [
    first,
    `Via: SIP/2.0/UDP ${CALLER}:5060;branch=z9hG4bK${callId}${cseq.replace(" ", "")};rport`,
    `From: <sip:1001@${PBX}>;tag=a`,
    `To: <sip:1002@${PBX}>${first.startsWith("INVITE") ? "" : ";tag=b"}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq}`,
    ...more,
    ...(body === "" ? [] : ["Content-Type: application/sdp"]),
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}

/** INVITE, 200, ACK; BYE, 200. */
export function signalling(options: CallOptions = {}): Packet[] {
  const {
    callId = "call-1",
    callerMedia = `${CALLER}:4000`,
    pbxMedia = `${PBX}:10000`,
    seconds = 10,
  } = options;
  const { callerSip = `${CALLER}:5060`, pbxSip = `${PBX}:5060` } = options;
  const invite = sipMessage(`INVITE sip:1002@${PBX} SIP/2.0`, "1 INVITE", callId, sdp(callerMedia, options), [
    `Contact: <sip:1001@${CALLER}:5060>`,
  ]);
  const ok = sipMessage("SIP/2.0 200 OK", "1 INVITE", callId, sdp(pbxMedia, options), [
    `Contact: <sip:1002@${PBX}:5060>`,
  ]);
  const bye = sipMessage(`BYE sip:1002@${PBX} SIP/2.0`, "2 BYE", callId);
  return [
    ...datagram(START, callerSip, pbxSip, invite),
    ...datagram(START + 1, pbxSip, callerSip, ok),
    ...datagram(START + 1.05, callerSip, pbxSip, sipMessage(`ACK sip:1002@${PBX} SIP/2.0`, "1 ACK", callId)),
    ...datagram(START + 1 + seconds, callerSip, pbxSip, bye),
    ...datagram(START + 1.05 + seconds, pbxSip, callerSip, sipMessage("SIP/2.0 200 OK", "2 BYE", callId)),
  ];
}

/** Ten seconds of sound from one place to the other. */
export function sound(from: string, to: string, options: Partial<RtpOptions> = {}): Packet[] {
  return rtp({ from, to, start: START + 1.1, count: 480, ...options });
}

export function inOrder(...packets: readonly (readonly Packet[])[]): Packet[] {
  return packets.flat().sort((left, right) => left.time - right.time);
}
