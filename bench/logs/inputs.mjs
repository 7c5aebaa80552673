// The worst that explain_sip_log can be given, each cut to a number of characters.

/** Repeats what `piece` makes of a running number, up to `size` characters. */
function upTo(size, piece, end = "") {
  const pieces = [];
  let length = end.length;
  for (let index = 0; ; index += 1) {
    const text = piece(index);
    if (length + text.length > size) return pieces.join("") + end;
    pieces.push(text);
    length += text.length;
  }
}

const register = (callId, cseq, more = "") =>
  `REGISTER sip:a SIP/2.0\nTo: <sip:1@a>\nCall-ID: ${callId}\nCSeq: ${cseq} REGISTER\n${more}`;
const answer = (callId, cseq) => `\nSIP/2.0 403 No\nCall-ID: ${callId}\nCSeq: ${cseq} REGISTER\n\n`;
const security = (user) =>
  `SecurityEvent="InvalidPassword",EventTV="1",Severity="E",Service="PJSIP",EventVersion="1",AccountID="${user}",RemoteAddress="IPV4/UDP/192.0.2.1/5060"\n`;
const BLANKS = " ".repeat(3_980);

const SDP = "\nv=0\no=- 1 1 IN IP4 10.0.0.1\nc=IN IP4 10.0.0.1\nm=audio 4000 RTP/AVP 0 8 101\n";
const invite = (callId, cseq, tag = "a") =>
  `INVITE sip:1@a SIP/2.0\nFrom: <sip:2@a>;tag=${tag}\nTo: <sip:1@a>\nCall-ID: ${callId}\nCSeq: ${cseq} INVITE\n`;
const taken = (callId, cseq) =>
  `\nSIP/2.0 200 OK\nFrom: <sip:2@a>;tag=a\nTo: <sip:1@a>;tag=b\nCall-ID: ${callId}\nCSeq: ${cseq} INVITE\n${SDP}\n`;
const packet = (from, to) => `U 2024/08/15 14:09:01.5 ${from}:5060 -> ${to}:5060\n`;

export const WORST = {
  "INVITEs of one call": (size) => upTo(size, (index) => `${invite("1", index)}\n`),
  "INVITEs of one call, each answered": (size) =>
    upTo(size, (index) => `${invite("1", index)}${SDP}\n${taken("1", index)}`),
  "separate calls, each refused": (size) =>
    upTo(
      size,
      (index) =>
        `${packet("192.0.2.1", "192.0.2.2")}${invite(index, 1)}User-Agent: Asterisk PBX\n\n${packet("192.0.2.2", "192.0.2.1")}SIP/2.0 488 No\nFrom: <sip:2@a>;tag=a\nTo: <sip:1@a>;tag=b\nCall-ID: ${index}\nCSeq: 1 INVITE\n\n`,
    ),
  "one call over many pairs of hosts": (size) =>
    upTo(
      size,
      (index) => `${packet(`192.0.${index % 250}.1`, `198.51.${index % 250}.2`)}${invite("1", 1)}\n`,
    ),
  "a 200 again and again": (size) => invite("1", 1) + upTo(size - 100, () => taken("1", 1)),
  "one long session description": (size) =>
    `${invite("1", 1)}\nv=0\n${upTo(size - 200, () => "a=candidate:1 1 UDP 1 10.0.0.1 1 typ host\n")}`,
  "media lines of many formats": (size) =>
    `${invite("1", 1)}\nv=0\n${upTo(size - 200, () => `m=audio 4000 RTP/AVP ${"0 ".repeat(180)}\n`)}`,
  "packets of voice of one place": (size) =>
    upTo(size, () => "Sent RTP P2P packet to 192.0.2.9:4000 (type 00, len 000160)\n"),
  "packets of voice, each of another place": (size) =>
    upTo(size, (index) => `Got  RTP packet from    192.0.${index % 250}.9:${index} (type 00)\n`.repeat(1)),
  "listed packets of voice, each of another place": (size) =>
    upTo(
      size,
      (index) => `1 0.0 192.0.2.${index % 250} → 198.51.${index % 250}.1 RTP 214 PT=0, SSRC=${index}\n`,
    ),
  "rows of channelstats": (size) =>
    upTo(
      size,
      (index) =>
        ` 4ff028de 1001-${String(index).padStart(8, "0")} 00:00:08 ulaw 391 0 0 0.000 0 0 0 0.000 0.0\n`,
    ),
  "listed packets of calls": (size) =>
    upTo(size, (index) => `1 0.${index} 192.0.2.1 → 192.0.2.2 SIP 1 Request: INVITE sip:${index}@a | \n`),
  "a call in one row": (size) =>
    `INVITE sip:1@a SIP/2.0 Via: x ${upTo(size - 200, () => "a=b c=IN Via: y ")}`,
  "counters of FreeSWITCH": (size) =>
    upTo(size, () => "rtp_audio_in_media_packet_count:0 rtp_audio_out_media_packet_count:9 "),
  "REGISTERs of one Call-ID": (size) => upTo(size, (index) => register("1", index)),
  "REGISTERs of one Call-ID, each answered": (size) =>
    upTo(size, (index) => register("1", index) + answer("1", index)),
  "REGISTERs, each with its own Call-ID and answered": (size) =>
    upTo(size, (index) => register(index, 1) + answer(index, 1)),
  "REGISTERs that take away, without To": (size) =>
    upTo(size, (index) => `REGISTER sip:a SIP/2.0\nCall-ID: 1\nCSeq: ${index} REGISTER\nm: *\n`),
  "start lines that are headers too, and no message": (size) =>
    upTo(size, () => "X: ACK sip:a SIP/2.0\n", "X\n"),
  "folded header lines": (size) => `ACK sip:a SIP/2.0\nX:\n${upTo(size - 21, () => " x\n")}`,
  "refusals, each of another user": (size) =>
    upTo(
      size,
      (index) =>
        `Request from '<sip:${index}@a>' failed for '192.0.2.1:5060' (callid: 1) - Failed to authenticate\n`,
    ),
  "refusals without a user": (size) => upTo(size, () => "error or bad credentials\n"),
  "security events": (size) => upTo(size, security),
  "calls in short lines": (size) => upTo(size, (index) => `Called SIP/${index}\n`),
  "users that look like URIs": (size) => upTo(size, (index) => `Called SIP/${"sip:".repeat(31)}${index}\n`),
  "blanks in a start line": (size) => upTo(size, () => `SIP/2.0 200 ${BLANKS}x\n`),
  "blanks before a message": (size) => upTo(size, () => `${BLANKS}x\nACK sip:a SIP/2.0\nX:\n`),
  "quotes, HTML and escapes": (size) =>
    upTo(
      size,
      () => `Endpoint '${'"\\&lt;'.repeat(20)}' has no configured AORs ${'"<&\\%22\u001b]'.repeat(300)}\n`,
    ),
  "names of JavaScript's own": (size) =>
    upTo(
      size,
      (index) =>
        `${register("__proto__", index, "__proto__: 1\n")}\nEndpoint '__proto__' has no configured AORs\n`,
    ),
  "empty lines": (size) => "\n".repeat(size),
  "one long line": (size) => "a".repeat(size),
};
