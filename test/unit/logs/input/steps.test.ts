import { describe, expect, it } from "vitest";
import { closeUpBlankLines } from "../../../../src/logs/input/blank-lines.js";
import { splitEscapedLines } from "../../../../src/logs/input/escapes.js";
import { splitFlatMessages } from "../../../../src/logs/input/flat-messages.js";
import { openJsonLines } from "../../../../src/logs/input/json-lines.js";
import { stripKnownPrefixes, stripSharedPrefixes } from "../../../../src/logs/input/prefixes.js";
import { openWireshark } from "../../../../src/logs/input/wireshark.js";
import { joinWrapped } from "../../../../src/logs/input/wrapped.js";
import { linesAfter } from "./lines.js";

describe("known prefixes", () => {
  it.each([
    ["mail", "> a: 1\n> b: 2", ["1 a: 1", "2 b: 2"]],
    ["mail quoted twice", ">> a: 1\n>> b: 2\n>>", ["1 a: 1", "2 b: 2", "3 "]],
    ["docker compose", "asterisk-1  | a: 1\nasterisk-1  |\nasterisk-1  |    b", ["1 a: 1", "2 ", "3    b"]],
    ["kubectl", "[pod/pbx-0/asterisk] a\n[pod/pbx-0/asterisk] b", ["1 a", "2 b"]],
    [
      "a container runtime",
      "2026-11-23T05:24:04.123456789Z stdout F a\n2026-11-23T05:24:05.123456789Z stderr F b",
      ["1 a", "2 b"],
    ],
    [
      "grep over files, with line numbers",
      "/var/log/asterisk/full:812:[2026-11-23 05:24:04] a\n/var/log/asterisk/full.1:9:[2026-11-23 05:24:04] b",
      ["1 [2026-11-23 05:24:04] a", "2 [2026-11-23 05:24:04] b"],
    ],
    ["compose within quoted mail", "> asterisk-1  | a\n> asterisk-1  | b", ["1 a", "2 b"]],
  ])("of %s are taken off", (_name, text, expected) => {
    expect(linesAfter(stripKnownPrefixes, text)).toEqual(expected);
  });

  it("are left where a single line of many has one: it may be its own", () => {
    const text = "name | value\nVia: SIP/2.0/UDP 192.0.2.1\nTo: <sip:1001@192.0.2.1>";
    expect(linesAfter(stripKnownPrefixes, text)).toEqual(
      text.split("\n").map((line, index) => `${index + 1} ${line}`),
    );
  });
});

describe("a prefix that start line and headers share", () => {
  const message = [
    "REGISTER sip:pbx.example.com SIP/2.0",
    "Via: SIP/2.0/UDP 192.0.2.9:5060",
    "To: <sip:1001@a>",
    "",
  ];
  it.each([
    ["syslog", (index: number) => `Nov 23 05:24:0${index} pbx asterisk[812]: `],
    ["logcat", (index: number) => `11-23 22:00:05.${700 + index} 28140 2821${index} D Baresip Lib: `],
    [
      "Linphone on Android",
      (index: number) => `2026-11-23 09:30:40.08${index} 21107-21107/com.example I/Linphone: `,
    ],
  ])("is taken off, as %s writes it", (_name, prefix) => {
    const text = message.map((line, index) => `${prefix(index)}${line}`.trimEnd()).join("\n");
    expect(linesAfter(stripSharedPrefixes, text)).toEqual(
      message.map((line, index) => `${index + 1} ${line}`),
    );
  });

  it("leaves the time to lines that belong to no message", () => {
    const text = [
      "Nov 23 05:24:04 pbx x[812]: UDP 192.0.2.9:5060 -> 192.0.2.1:5060",
      ...message.map((line) => `Nov 23 05:24:04 pbx x[812]: ${line}`),
    ].join("\n");
    expect(linesAfter(stripSharedPrefixes, text)[0]).toBe(
      "1 Nov 23 05:24:04 UDP 192.0.2.9:5060 -> 192.0.2.1:5060",
    );
  });

  it("is none where the next line has no header behind it", () => {
    const text = "Received SIP/2.0 403 Forbidden\nReceived nothing more";
    expect(linesAfter(stripSharedPrefixes, text)).toEqual([
      "1 Received SIP/2.0 403 Forbidden",
      "2 Received nothing more",
    ]);
  });
});

describe("escaped line ends", () => {
  it.each([
    ["JSON or C", '"REGISTER sip:a SIP/2.0\\r\\nVia: x\\r\\nFrom: \\"B\\" <sip:b@a>\\r\\n\\r\\n"'],
    ["Python", 'b\'REGISTER sip:a SIP/2.0\\r\\nVia: x\\r\\nFrom: "B" <sip:b@a>\\r\\n\\r\\n'],
    ["rsyslog", 'REGISTER sip:a SIP/2.0#015#012Via: x#015#012From: "B" <sip:b@a>#015#012#015#012'],
    ["words", 'REGISTER sip:a SIP/2.0<CR><LF>Via: x<CR><LF>From: "B" <sip:b@a><CR><LF><CR><LF>'],
  ])("of %s become lines again, all of the pasted one", (_name, text) => {
    expect(linesAfter(splitEscapedLines, text).slice(0, 4)).toEqual([
      "1 REGISTER sip:a SIP/2.0",
      "1 Via: x",
      '1 From: "B" <sip:b@a>',
      "1 ",
    ]);
  });

  it("are none in a path", () => {
    expect(linesAfter(splitEscapedLines, "C:\\new\\readme SIP/2.0")).toEqual(["1 C:\\new\\readme SIP/2.0"]);
  });
});

describe("lines of JSON", () => {
  it("give time, level, logger and message, and what else there is", () => {
    const line =
      '{"level":"info","ts":1795411444.5,"logger":"sip","msg":"processing invite","fromIP":"192.0.2.9"}';
    expect(linesAfter(openJsonLines, line)).toEqual([
      '1 2026-11-23 04:04:04.500Z info sip processing invite {"fromIP":"192.0.2.9"}'.replace(
        "2026-11-23 04:04:04.500Z",
        new Date(1_795_411_444_500).toISOString().replace("T", " "),
      ),
    ]);
  });

  it("of Docker give the container's own line", () => {
    expect(
      linesAfter(openJsonLines, '{"log":"hello\\n","stream":"stdout","time":"2026-11-23T05:24:04Z"}'),
    ).toEqual(["1 hello"]);
  });

  it("with a message of several lines give these", () => {
    expect(linesAfter(openJsonLines, '{"message":"SIP/2.0 200 OK\\r\\nVia: x\\r\\n"}')).toEqual([
      "1 SIP/2.0 200 OK",
      "1 Via: x",
    ]);
  });

  it.each(["{broken", '{"a": 1}', "[1]", '{"msg": {"nested": true}}', "x {}"])(
    "are left alone where they say nothing: %s",
    (line) => {
      expect(linesAfter(openJsonLines, line)).toEqual([`1 ${line}`]);
    },
  );
});

describe("blank lines", () => {
  it("between all lines of a message go, and one of the text's own stays", () => {
    const text =
      "SIP/2.0 200 OK\n\nVia: x\n\nTo: y\n\n\n\nREGISTER sip:a SIP/2.0\n\nVia: x\n\nTo: y\n\nFrom: z";
    expect(linesAfter(closeUpBlankLines, text)).toEqual([
      "1 SIP/2.0 200 OK",
      "3 Via: x",
      "5 To: y",
      "6 ",
      "9 REGISTER sip:a SIP/2.0",
      "11 Via: x",
      "13 To: y",
      "15 From: z",
    ]);
  });

  it("after the start line alone go too", () => {
    expect(linesAfter(closeUpBlankLines, "SIP/2.0 200 OK\n\nVia: x\nTo: y\n\nmore")).toEqual([
      "1 SIP/2.0 200 OK",
      "3 Via: x",
      "4 To: y",
      "5 ",
      "6 more",
    ]);
  });
});

describe("wrapped lines", () => {
  it("of a terminal are joined without a blank", () => {
    const line = `[2026-11-23 05:24:04] NOTICE[1] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '<sip:1001@pbx.example.com>' failed for '192.0.2.9:5060' (callid: 7f) - Failed to authenticate`;
    const wrapped = [line.slice(0, 80), line.slice(80, 160), line.slice(160)].join("\n");
    expect(linesAfter(joinWrapped, wrapped)).toEqual([`1 ${line}`]);
  });

  it("of mail are joined with one", () => {
    const text = [
      "[2026-11-23 05:24:04] NOTICE[1] res_pjsip/pjsip_distributor.c: Request",
      "'REGISTER' from '<sip:1001@pbx.example.com>' failed for '192.0.2.9:5060'",
      "(callid: 7f) - Failed to authenticate",
    ];
    expect(linesAfter(joinWrapped, text.join("\n"))).toEqual([`1 ${text.join(" ")}`]);
  });

  it("of mail are joined with one after a word that is wider than mail, too", () => {
    const text = [
      "[2026-11-23 05:24:04] NOTICE[2134]: chan_sip.c:28900 handle_request_register:",
      "Registration from '\"1001\" <sip:1001@pbx.example.com>' failed for",
      "'198.51.100.40:5062' - Wrong password",
    ];
    expect(linesAfter(joinWrapped, text.join("\n"))).toEqual([`1 ${text.join(" ")}`]);
  });

  it("grow to no more than a line of use has", () => {
    const word = "x".repeat(79);
    const text = `[2026-11-23 05:24:04] ${"y".repeat(57)}\n${`${word}\n`.repeat(200)}`;
    const joined = linesAfter(joinWrapped, text);
    expect(Math.max(...joined.map((line) => line.length))).toBeLessThan(4_200);
    expect(joined.length).toBeGreaterThan(100);
  });

  it("within the head of a message are the rest of the header above", () => {
    const text =
      'REGISTER sip:a SIP/2.0\nAuthorization: Digest username="1001", realm="asterisk",\nnonce="x", uri="sip:a"\nCSeq: 1 REGISTER\n\nhello';
    expect(linesAfter(joinWrapped, text)).toEqual([
      "1 REGISTER sip:a SIP/2.0",
      '2 Authorization: Digest username="1001", realm="asterisk", nonce="x", uri="sip:a"',
      "4 CSeq: 1 REGISTER",
      "5 ",
      "6 hello",
    ]);
  });

  it("are not seen where every line is an entry of its own", () => {
    const text = "[2026-11-23 05:24:04] NOTICE[1] a\n[2026-11-23 05:24:05] NOTICE[1] b\n    -- Added contact";
    expect(linesAfter(joinWrapped, text)).toHaveLength(3);
  });
});

describe("a message in one line", () => {
  it("gets its lines again", () => {
    const text =
      "| 05:24:04 | REGISTER sip:a SIP/2.0 Via: SIP/2.0/UDP 192.0.2.9 From: <sip:1@a>;tag=1 To: <sip:1@a> Call-ID: x CSeq: 1 REGISTER Content-Length: 0 |";
    expect(linesAfter(splitFlatMessages, text)).toEqual([
      "1 | 05:24:04",
      "1 REGISTER sip:a SIP/2.0",
      "1 Via: SIP/2.0/UDP 192.0.2.9",
      "1 From: <sip:1@a>;tag=1",
      "1 To: <sip:1@a>",
      "1 Call-ID: x",
      "1 CSeq: 1 REGISTER",
      "1 Content-Length: 0",
      "1 ",
    ]);
  });
});

describe("Wireshark's tree", () => {
  it("becomes frame and message, without what it tells beside", () => {
    const text = `Frame 1: 520 bytes on wire (4160 bits)
    Arrival Time: Nov 23, 2026 05:24:04.123456000 UTC
Internet Protocol Version 4, Src: phone.example.com (198.51.100.40), Dst: 192.0.2.10
User Datagram Protocol, Src Port: 5062, Dst Port: sip (5060)
Session Initiation Protocol (REGISTER)
    Request-Line: REGISTER sip:pbx.example.com SIP/2.0
        Method: REGISTER
    Message Header
        To: <sip:1001@pbx.example.com>
            SIP to address: sip:1001@pbx.example.com
        [Generated Call-ID: x]
        CSeq: 1 REGISTER
            Sequence Number: 1
    Message Body
        Session Description Protocol
            Session Description Protocol Version (v): 0

more`;
    expect(linesAfter(openWireshark, text).filter((line) => !/^\d+ $/.test(line))).toEqual([
      "5 05:24:04.123456000 198.51.100.40:5062 -> 192.0.2.10:5060",
      "6 REGISTER sip:pbx.example.com SIP/2.0",
      "9 To: <sip:1001@pbx.example.com>",
      "12 CSeq: 1 REGISTER",
      "16 v=0",
      "18 more",
    ]);
  });
});
