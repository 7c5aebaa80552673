import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { createRedactor } from "../../../../src/redaction/redactor.js";
import { Secret } from "../../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../../src/redaction/secret-search.js";
import {
  formatTrace,
  Headers,
  parseMessage,
  RFC_TIMERS,
  type TraceEntry,
} from "../../../../src/sip/index.js";
import { plain } from "../../../support/plain.js";
import { digestScript } from "../../../support/registrar-scripts.js";
import { ScriptedRegistrar } from "../../../support/scripted-registrar.js";
import { testAgent } from "../../../support/sip.js";

/** The ladder as it leaves the program. */
const told = (...given: Parameters<typeof formatTrace>) => plain(formatTrace(...given));

const facts = {
  atMs: 12.4,
  transport: "udp",
  local: { address: "127.0.0.1", port: 40000 },
  remote: { address: "2001:db8::1", port: 5060 },
} as const;

function received(...lines: string[]): TraceEntry {
  const message = parseMessage(Buffer.from(`${lines.join("\r\n")}\r\n\r\n`));
  return { kind: "message", direction: "received", message, ...facts };
}

test("a whole exchange is shown without anything that a password could be guessed from", async () => {
  const registrar = await ScriptedRegistrar.start({ script: digestScript() });
  const { agent, trace } = await testAgent(registrar.target(), { timers: RFC_TIMERS });
  await agent.register({ password: new Secret("secret") });
  const sent = registrar.requests[1]?.headers.get("Authorization") ?? "";
  const text = told(trace.entries);
  for (const name of ["response", "nonce", "cnonce"]) {
    const value = new RegExp(`\\b${name}="([^"]+)"`).exec(sent)?.[1] ?? "missing";
    expect(sent).toContain(value);
    expect(text).not.toContain(value);
  }
  expect(text).toContain('username=\\"1001\\"');
  expect(text).toContain("REGISTER sip:pbx.test SIP/2.0");
  expect(text).toContain("SIP/2.0 401 Unauthorized");
  expect(text.match(/->/g)?.length).toBe(2);
  expect(text.match(/<-/g)?.length).toBe(2);
  await agent.close();
  await registrar.close();
});

test("the ladder has one line a message", () => {
  const entry = received("SIP/2.0 200 OK", "Server: x");
  expect(told([entry], { detail: "ladder" })).toBe("    12 ms  <- udp [2001:db8::1]:5060  SIP/2.0 200 OK");
});

test.each<readonly [name: string, value: string, shown: string]>([
  ["WWW-Authenticate", 'Digest realm="r", nonce="PRIVATE", opaque=PRIVATE', 'realm="r"'],
  ["Authorization", "Basic PRIVATE", "Basic [hidden]"],
  ["Authorization", 'digest username="u", RESPONSE = "PRIVATE', 'username="u"'],
  ["Proxy-Authorization", 'Digest cnonce="a\\"PRIVATE", uri="sip:x"', 'uri="sip:x"'],
  ["Authentication-Info", 'nextnonce="PRIVATE", rspauth="PRIVATE", qop=auth', "qop=auth"],
  ["Proxy-Authenticate", 'Digest realm="r", nonce="PRIVATE"', 'realm="r"'],
  ["Proxy-Authentication-Info", 'rspauth="PRIVATE", qop=auth', "qop=auth"],
  ["Authorization", "Bearer PRIVATE", "Bearer [hidden]"],
  ...["response", "nonce", "cnonce", "nextnonce", "rspauth", "opaque"].flatMap((word) =>
    [`${word}="PRIVATE"`, `${word} = PRIVATE`].map(
      (written) => ["Authorization", `Digest ${written}, realm="r"`, 'realm="r"'] as const,
    ),
  ),
  ["From", "<sip:1001:PRIVATE@pbx.test>;tag=1", "<sip:1001:[hidden]@pbx.test>"],
  ["X-Info", "sip:a;b,sip:sip:1001:PRIVATE@pbx.test", "sip:a;b,sip:sip:[hidden]@pbx.test"],
])("what %s hides stays hidden, the rest is shown", (name, value, shown) => {
  const text = told([received("SIP/2.0 401 No", `${name}: ${value}`)]);
  expect(text).not.toContain("PRIVATE");
  expect(text.replaceAll("\\", "")).toContain(shown.replaceAll("\\", ""));
});

test("SDP keys are hidden", () => {
  const body = "v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:PRIVATE|2^20\r\nk=clear:PRIVATE\r\n";
  const message = parseMessage(Buffer.from(`SIP/2.0 200 OK\r\nContent-Type: application/sdp\r\n\r\n${body}`));
  const text = told([{ kind: "message", direction: "received", message, ...facts }]);
  expect(text).not.toContain("PRIVATE");
  expect(text).toContain("v=0");
});

test("a secret that a body breaks over two lines is found in it", () => {
  const body = "it was tulip-\r\nrocket-77";
  const message = parseMessage(Buffer.from(`SIP/2.0 200 OK\r\nContent-Type: text/plain\r\n\r\n${body}`));
  const redactor = createRedactor();
  redactor.hold(new Secret("tulip-rocket-77"));
  const text = redactor.redact(formatTrace([{ kind: "message", direction: "received", message, ...facts }]));
  expect(text).toContain(LEFT_OUT);
  expect(text).not.toMatch(/tulip|rocket/);
});

test("escape sequences and invisible characters of a peer do not come through", () => {
  const text = told([received("SIP/2.0 403 \u001b[31mNo\u202e way", "Server: a\u200bb")]);
  expect(text).not.toContain(String.fromCharCode(27));
  expect(text).toContain('403 "No way"');
  expect(text).toContain("Server: ab");
});

test("bytes that were no SIP and closed connections have their own line", () => {
  const text = told([
    { kind: "malformed", problem: "not a SIP version", byteCount: 12, ...facts },
    { kind: "closed", code: "ECONNRESET", problem: "read ECONNRESET", ...facts },
  ]);
  expect(text).toContain("12 bytes that are not a SIP message: not a SIP version");
  expect(text).toContain("(ECONNRESET)");
});

describe("the ladder of a peer without measure", () => {
  const big = "%41".repeat(1_000);
  const flood = (headers: number) => [
    "SIP/2.0 183 x",
    ...Array.from({ length: headers }, (_, index) => `X-${index}: ${big}${index}`),
  ];

  test("is bounded, and tells what it leaves out and what it shows by first lines alone", () => {
    const entries = Array.from({ length: 1_000 }, () => received(...flood(12)));
    const text = told(entries);
    expect(text.length).toBeLessThan(60_000);
    const brief = Number(/\(messages of which only the first line is shown: (\d+)\)$/.exec(text)?.[1]);
    const left = Number(/\(further messages left out: (\d+)\)\n/.exec(text)?.[1]);
    expect(text.match(/SIP\/2\.0 183 x/g)).toHaveLength(1_000 - left);
    expect(text.match(/X-0: /g)).toHaveLength(1_000 - left - brief);
  });

  test("is bounded in each message, by its headers, by their signs and by those of the body", () => {
    const many = told([
      received("SIP/2.0 183 x", ...Array.from({ length: 200 }, (_, at) => `X-${at}: ${at}`)),
    ]);
    expect(many).toContain("X-47: 47");
    expect(many).not.toContain("X-48: 48");
    expect(many).toContain("(further headers left out: 152)");
    const long = told([received(...flood(20))]);
    expect(long.length).toBeLessThan(8_000);
    expect(long).toMatch(/\(further headers left out: \d\)/);
    const body = `SIP/2.0 200 OK\r\n\r\n${"b".repeat(2_500)}`;
    const message = parseMessage(Buffer.from(body));
    expect(told([{ kind: "message", direction: "received", message, ...facts }])).toContain(
      "(further bytes left out: 500)",
    );
  });

  test("costs no look at what is not shown", () => {
    const message = received(...flood(12));
    if (message.kind !== "message") throw new Error("no message");
    let looked = 0;
    const headers = Object.assign(new Headers(), {
      *[Symbol.iterator]() {
        looked += 1;
        yield* message.message.headers;
      },
    });
    const entry = { ...message, message: { ...message.message, headers } } as TraceEntry;
    formatTrace(Array.from({ length: 1_000 }, () => entry));
    expect(looked).toBeLessThan(20);
  });

  test("says where further messages were not kept", () => {
    expect(told([{ kind: "left-out", count: 12, ...facts }])).toBe(
      "    12 ms  <- udp [2001:db8::1]:5060  (further messages left out: 12)",
    );
  });
});
