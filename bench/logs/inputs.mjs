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

export const WORST = {
  "REGISTERs of one Call-ID": (size) => upTo(size, (index) => register("1", index)),
  "REGISTERs of one Call-ID, each answered": (size) =>
    upTo(size, (index) => register("1", index) + answer("1", index)),
  "REGISTERs, each of its own Call-ID and answered": (size) =>
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
  "refusals of nobody": (size) => upTo(size, () => "error or bad credentials\n"),
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
