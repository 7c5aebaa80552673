// Messages to begin with, and what is done to them. All randomness comes from the given generator, so a seed determines a run.
import { Buffer } from "node:buffer";

const MOST_BYTES = 70_000;

const sdp = [
  "v=0",
  "o=- 1 1 IN IP4 192.0.2.1",
  "s=-",
  "c=IN IP4 192.0.2.1",
  "t=0 0",
  "m=audio 4000 RTP/AVP 0 8 101",
  "a=rtpmap:0 PCMU/8000",
].join("\r\n");

const dialog = [
  "Via: SIP/2.0/UDP 192.0.2.1:5060;rport=5062;received=203.0.113.7;branch=z9hG4bK1",
  'From: "A. \\"B\\" C" <sip:1001@pbx.test>;tag=1',
  "To: <sip:1001@pbx.test;user=phone>;tag=2",
  "Call-ID: a84b4c76e66710@192.0.2.1",
];

const register = [
  "REGISTER sip:pbx.test SIP/2.0",
  ...dialog,
  "CSeq: 2 REGISTER",
  "Max-Forwards: 70",
  "Contact: <sip:1001@[2001:db8::1]:5060;transport=tcp>;expires=60;q=0.5",
  'Authorization: Digest username="1001", realm="pbx.test", nonce="n", uri="sip:pbx.test", response="6629fae4", algorithm=SHA-256, qop=auth, nc=00000001, cnonce="c"',
];

const challenge = [
  "SIP/2.0 401 Unauthorized",
  ...dialog,
  "CSeq: 1 REGISTER",
  'WWW-Authenticate: Digest realm="a, \\"b\\"", nonce="n", algorithm=SHA-512-256, qop="auth,auth-int", Digest realm="c", nonce="m", stale=TRUE',
  'Proxy-Authenticate: NTLM abc==, Digest realm="edge",nonce="o",opaque=""',
  "Server: Asterisk PBX 22.10.1",
];

const listed = [
  "SIP/2.0 200 OK",
  ...dialog,
  "CSeq: 2 REGISTER",
  'Contact: "one, two" <sip:1001@192.0.2.4:5060;ob>;expires=59, sip:1001@192.0.2.5;expires=3600, <sips:a%40b@[::1]:5061?x=y&z>',
  "m: *",
  "Expires: 120",
  "Retry-After: 18000 (in, \\( a) ;duration=3600",
  "Min-Expires: 600",
];

const invite = ["INVITE sip:1001;p=1@pbx.test:5060;transport=udp;lr SIP/2.0", ...dialog, "CSeq: 1 INVITE"];

const compact = [
  "OPTIONS sips:1001:pw@[::ffff:192.0.2.1]:5061;maddr=192.0.2.9?Subject=x SIP/2.0",
  "v: SIP / 2.0 / TLS [2001:db8::2]:5061 ;branch=z9hG4bK2 ,",
  " SIP/2.0/TCP host.test;alias",
  "f: tel:+15551234;tag=9",
  "t:\t<sip:pbx.test>",
  "i: 1",
  "CSeq: 4294967295 OPTIONS",
  "s:",
  "k: path, outbound",
];

function message(lines, body = "") {
  return Buffer.from([...lines, `Content-Length: ${Buffer.byteLength(body)}`, "", body].join("\r\n"));
}

export const SEEDS = [
  message(register),
  message(challenge),
  message(listed),
  message([...invite, "Content-Type: application/sdp"], sdp),
  message(compact),
  Buffer.from(message(register).toString().replaceAll("\r\n", "\n")),
  Buffer.concat([Buffer.from("\r\n\r\n"), message(challenge), message(listed)]),
  Buffer.from("\u0016\u0003\u0001HTTP/1.1 400 Bad Request\r\n\r\n", "latin1"),
];

const PIECES = [
  ...[
    "\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    "\r\n ",
    "\t",
    " ",
    "\0",
    "\u00ff\u00fe",
    "ü",
    "\u2028",
    "\\",
    '"',
    '\\"',
  ],
  ...[
    "<",
    ">",
    "<>",
    ",",
    ",,,,",
    ";",
    ";;",
    "=",
    ":",
    "::",
    "[",
    "]",
    "[::]",
    "@",
    "%",
    "%00",
    "%zz",
    "*",
    "(",
    ")",
  ],
  ...[
    "SIP/2.0",
    "sip:",
    "sips:",
    "tel:",
    "Via:",
    "v:",
    "l:",
    "Content-Length: -1",
    "Content-Length: 9999999999",
  ],
  ...[
    "Content-Length: 5\r\n",
    "CSeq: 99999999999 X",
    "WWW-Authenticate: Digest ",
    'Digest realm="',
    "stale=",
    "__proto__",
  ],
  ...["0", "-1", "65536", "4294967296", "1e9", "NaN", "constructor", "toString: x", "a".repeat(300)],
].map((text) => Buffer.from(text));

function cut(bytes, from, to, between = Buffer.alloc(0)) {
  return Buffer.concat([bytes.subarray(0, from), between, bytes.subarray(to)]);
}

const MUTATIONS = [
  // One byte is another.
  (bytes, { below }) => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[below(copy.length)] = below(256);
    return copy;
  },
  // A piece of grammar where it does not belong.
  (bytes, { below, one }) => {
    const at = below(bytes.length + 1);
    return cut(bytes, at, at + below(2) * below(12), one(PIECES));
  },
  // A stretch is missing.
  (bytes, { below }) => {
    const at = below(bytes.length + 1);
    return cut(bytes, at, at + below(60));
  },
  // A stretch is there twice, or ever so often.
  (bytes, { below }) => {
    const at = below(bytes.length + 1);
    const piece = bytes.subarray(at, at + 1 + below(40));
    const times = below(20) === 0 ? below(4_000) : below(4);
    const most = Math.max(1, Math.floor((MOST_BYTES - bytes.length) / (piece.length || 1)));
    return cut(bytes, at, at, Buffer.concat(Array.from({ length: Math.min(times, most) }, () => piece)));
  },
  // Lines change places.
  (bytes, { below }) => {
    const lines = bytes.toString("latin1").split("\r\n");
    const [line = ""] = lines.splice(below(lines.length), 1);
    lines.splice(below(lines.length + 1), 0, line);
    return Buffer.from(lines.join("\r\n"), "latin1");
  },
  // A number is another.
  (bytes, { below }) => {
    const text = bytes.toString("latin1");
    const value = String(below(2) === 0 ? below(70_000) : 2 ** below(70));
    let left = below(12);
    return Buffer.from(
      text.replace(/\d+/g, (number) => (left-- === 0 ? value : number)),
      "latin1",
    );
  },
];

/** Of what comes out of these little is a message any more. */
const DRASTIC = [
  // The beginning of one, the end of another.
  (bytes, { below, one }, others) => {
    const other = one(others);
    return Buffer.concat([
      bytes.subarray(0, below(bytes.length + 1)),
      other.subarray(below(other.length + 1)),
    ]);
  },
  // It ends too early.
  (bytes, { below }) => bytes.subarray(0, below(bytes.length + 1)),
  // Nothing of it is left.
  (_bytes, { below }) => Buffer.from(Array.from({ length: below(200) }, () => below(256))),
];

/** With a Content-Length that is right again, without which most inputs would fail at that. */
function mended(bytes) {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return bytes;
  const head = bytes.toString("latin1", 0, end);
  const length = `Content-Length: ${bytes.length - end - 4}`;
  return cut(bytes, 0, end, Buffer.from(head.replace(/^Content-Length:.*$/im, length), "latin1"));
}

/** Another message, made of one of them by one mutation or several. */
export function mutated(messages, random) {
  const below = (limit) => Math.floor(random() * limit);
  const one = (list) => list[below(list.length)];
  let bytes = one(messages);
  for (let left = 1 + below(4); left > 0; left -= 1) {
    const mutate = one(below(10) === 0 ? DRASTIC : MUTATIONS);
    bytes = mutate(bytes, { below, one }, messages).subarray(0, MOST_BYTES);
  }
  return below(3) === 0 ? bytes : mended(bytes);
}
