// Bends SIP messages and feeds them to the parser and the framer of the built program:
// node --expose-gc scripts/fuzz-parser.mjs [SECONDS=60] [SEED]. Fails on a crash, a hang (one input over a second) or growth.
import { parseMessage, StreamFramer } from "../dist/sip/index.js";

const seconds = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);

/** mulberry32: repeatable by its seed. */
let state = seed;
function random(below) {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % below;
}

const MESSAGES = [
  'REGISTER sip:pbx.example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK1\r\nMax-Forwards: 70\r\nFrom: "A, B" <sip:1001@pbx.example.com>;tag=1\r\nTo: <sip:1001@pbx.example.com>\r\nCall-ID: 1@192.0.2.1\r\nCSeq: 1 REGISTER\r\nContact: <sip:1001@[2001:db8::1]:5060;transport=tcp>;expires=60, <sip:a@b>\r\nContent-Length: 0\r\n\r\n',
  'SIP/2.0 401 Unauthorized\r\nv: SIP/2.0/UDP 192.0.2.1;received=::1;rport=9;branch=z9hG4bK1\r\nf: <sip:1001@a>;tag=1\r\nt: <sip:1001@a>;tag=2\r\ni: 1\r\nCSeq: 1 REGISTER\r\nWWW-Authenticate: Digest realm="a\\"b", nonce="n", algorithm=SHA-256, qop="auth,auth-int"\r\n folded\r\nl: 4\r\n\r\nbody',
].map((text) => Buffer.from(text, "latin1"));
const PIECES = [
  "\r\n",
  "\r",
  "\n",
  "\0",
  '"',
  "\\",
  "<",
  ">",
  ";",
  ",",
  ":",
  " ",
  "\t",
  "\u00ff",
  "Content-Length: 99999999999\r\n",
];

function bent() {
  let bytes = Buffer.from(MESSAGES[random(MESSAGES.length)]);
  for (let changes = 1 + random(6); changes > 0; changes -= 1) {
    const at = random(bytes.length + 1);
    const kind = random(4);
    if (kind === 0 && bytes.length > 0) bytes[Math.min(at, bytes.length - 1)] = random(256);
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random(20))]);
    else if (kind === 2) {
      const piece = Buffer.from(PIECES[random(PIECES.length)].repeat(1 + random(200)), "latin1");
      bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
    } else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random(bytes.length + 1))]);
  }
  return bytes;
}

function feed(bytes) {
  try {
    parseMessage(bytes);
  } catch (error) {
    if (error?.name !== "SipParseError") throw error;
  }
  const framer = new StreamFramer();
  for (let at = 0; at < bytes.length; ) {
    const next = at + 1 + random(64);
    framer.feed(bytes.subarray(at, next));
    at = next;
  }
  framer.end();
}

function heapMiB() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

const end = Date.now() + seconds * 1_000;
let inputs = 0;
let slowest = 0;
for (let warm = 0; warm < 20_000; warm += 1) feed(bent());
const before = heapMiB();
while (Date.now() < end) {
  const bytes = bent();
  const began = performance.now();
  try {
    feed(bytes);
  } catch (error) {
    console.error(
      `seed ${seed}, input ${inputs}: ${error?.stack}\n${JSON.stringify(bytes.toString("latin1"))}`,
    );
    process.exit(1);
  }
  slowest = Math.max(slowest, performance.now() - began);
  inputs += 1;
}
const grown = heapMiB() - before;
console.log(
  `seed ${seed}: ${inputs} inputs in ${seconds} s, slowest ${slowest.toFixed(1)} ms, heap ${grown >= 0 ? "+" : ""}${grown.toFixed(1)} MiB`,
);
if (slowest > 1_000 || (globalThis.gc && grown > 8)) process.exit(1);
