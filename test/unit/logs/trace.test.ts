import { describe, expect, it } from "vitest";
import { readLog } from "../../support/log-lines.js";

/**
 * SIP traces in the forms of the tools that print them. The frames of PJSIP's and chan_sip's loggers are as Asterisk 22
 * and 16 wrote them for this project; FreeSWITCH's (signalwire/freeswitch issue 1175), pjsua's (voiceip/tinyphone issue
 * 33), tcpdump's (creytiv/re pull 148) and sngrep's from public reports; ngrep's from its manual.
 */

interface Step {
  /** A status, or a request with or without credentials. */
  what: "register" | "register-auth" | number;
  reason?: string;
  headers?: string[];
}

const CHALLENGE =
  'WWW-Authenticate: Digest realm="asterisk",nonce="1795411444/82b09cfd1ec578c1",opaque="15c16e186c202a84",algorithm=MD5,qop="auth"';
const CREDENTIALS =
  'Authorization: Digest username="1001", realm="asterisk", nonce="1795411444/82b09cfd1ec578c1", uri="sip:pbx.example.com", response="663609319e2d9124066503114063140c", algorithm=MD5';

/** The lines of a message of one registration; CSeq counts the requests before it. */
function message({ what, reason = "", headers = [] }: Step, cseq: number): string[] {
  const first =
    typeof what === "number" ? `SIP/2.0 ${what} ${reason}` : "REGISTER sip:pbx.example.com SIP/2.0";
  return [
    first,
    `Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK${cseq};rport`,
    "From: <sip:1001@pbx.example.com>;tag=7bdb8a00",
    "To: <sip:1001@pbx.example.com>",
    "Call-ID: 7fb12f9e@192.0.2.9",
    `CSeq: ${cseq} REGISTER`,
    ...(typeof what === "number" ? [] : ["Contact: <sip:1001@192.0.2.9:5060>", "Expires: 300"]),
    ...(what === "register-auth" ? [CREDENTIALS] : []),
    ...(what === 401 ? [CHALLENGE] : []),
    ...headers,
    "Content-Length: 0",
  ];
}

type Frame = (lines: string[], sent: boolean) => string;

const FRAMES: Readonly<Record<string, Frame>> = {
  "pjsip set logger on": (lines, sent) =>
    `[2026-11-23 05:24:04] VERBOSE[1] res_pjsip_logger.c: <--- ${sent ? "Transmitting SIP response (500 bytes) to" : "Received SIP request (400 bytes) from"} UDP:192.0.2.9:5060 --->\n${lines.join("\r\n")}\r\n\r\n`,
  "sip set debug on": (lines, sent) =>
    `[2026-11-23 05:24:07] VERBOSE[1] chan_sip.c: \n<--- ${sent ? "Transmitting (NAT) to 192.0.2.9:5060" : "SIP read from UDP:192.0.2.9:5060"} --->\n${lines.join("\r\n")}\n\n<------------->`,
  "sofia global siptrace on": (lines, sent) =>
    `${sent ? "send" : "recv"} 600 bytes ${sent ? "to" : "from"} udp/[192.0.2.9]:5060 at 13:47:10.747831:\n   ------------------------------------------------------------------------\n${lines.map((line) => `   ${line}`).join("\n")}\n\n   ------------------------------------------------------------------------`,
  sngrep: (lines, sent) =>
    `2026/11/23 05:24:04.123456 ${sent ? "192.0.2.1:5060 -> 192.0.2.9:5060" : "192.0.2.9:5060 -> 192.0.2.1:5060"}\n${lines.join("\n")}\n`,
  "ngrep -W byline": (lines, sent) =>
    `U 2026/11/23 05:24:04.123456 ${sent ? "192.0.2.1:5060 -> 192.0.2.9:5060" : "192.0.2.9:5060 -> 192.0.2.1:5060"}\n${lines.map((line) => `${line}.`).join("\n")}\n.\n`,
  "tcpdump -A": (lines, sent) =>
    `12:13:58.723867 IP ${sent ? "192.0.2.1.5060 > 192.0.2.9.5060" : "192.0.2.9.5060 > 192.0.2.1.5060"}: SIP\nE.....@.@..:.\n...\n..4..c..x..${lines.join("\n")}\n`,
  pjsua: (lines, sent) =>
    `12:13:58.723          pjsua_core.c  .${sent ? "TX 523 bytes Request msg REGISTER/cseq=1 (tdta0x7f) to UDP" : "RX 328 bytes Response msg 401/REGISTER/cseq=1 (rdata0x17) from UDP"} 192.0.2.9:5060:\n${lines.join("\n")}\n\n--end msg--`,
  "messages alone": (lines) => `${lines.join("\n")}\n`,
};

function trace(steps: readonly Step[], frame: Frame = FRAMES.sngrep as Frame): string {
  let cseq = 0;
  let before: Step["what"] | undefined;
  return steps
    .map((step) => {
      const request = typeof step.what === "string";
      if (request && step.what !== before) cseq += 1;
      before = step.what;
      return frame(message(step, cseq), !request);
    })
    .join("\n");
}

const ASTERISK = "Server: Asterisk PBX 22.10.1";
const CHAN_SIP_CHALLENGE = 'WWW-Authenticate: Digest algorithm=MD5, realm="asterisk", nonce="3811a577"';

describe.each(Object.entries(FRAMES))("a trace of %s", (_name, frame) => {
  const refused = trace(
    [
      { what: "register" },
      { what: 401, reason: "Unauthorized" },
      { what: "register-auth" },
      { what: 401, reason: "Unauthorized", headers: [ASTERISK] },
    ],
    frame,
  );

  it("is read message by message, none of its lines is unknown but what belongs to no message", () => {
    const report = readLog(refused);
    expect(report.events.map(({ text }) => text.replace(/^1001(?: from \S+)?: /, ""))).toEqual([
      "REGISTER without credentials",
      "401 Unauthorized, asks for credentials",
      "REGISTER with credentials",
      "401 Unauthorized, asks for credentials",
    ]);
    expect(report.writtenBy).toContain("SIP trace");
    expect(report.unknown).toBe(0);
    expect(report.outcome).toBe("refused");
  });

  it("leads to the diagnosis's finding, and shows no digest", () => {
    const report = readLog(refused);
    expect(report.findings.map(({ id }) => id)).toContain("credentials-refused");
    expect(JSON.stringify(report)).not.toMatch(/66360931|82b09cfd|15c16e18/);
  });
});

/** What was exchanged, and the first finding and outcome that it comes to. */
const STORIES: readonly [label: string, steps: Step[], finding: string | undefined, outcome: string][] = [
  [
    "a good registration",
    [
      { what: "register" },
      { what: 401 },
      { what: "register-auth" },
      { what: 200, reason: "OK", headers: ["Contact: <sip:1001@192.0.2.9:5060>;expires=299"] },
    ],
    undefined,
    "registered",
  ],
  [
    "403 before credentials",
    [{ what: "register" }, { what: 403, reason: "Forbidden" }],
    "forbidden-before-credentials",
    "refused",
  ],
  [
    "404 before credentials",
    [{ what: "register" }, { what: 404, reason: "Not Found" }],
    "unknown-before-credentials",
    "refused",
  ],
  [
    "405",
    [{ what: "register" }, { what: 405, reason: "Method Not Allowed", headers: ["Allow: INVITE, ACK"] }],
    "not-a-registrar",
    "refused",
  ],
  [
    "302",
    [{ what: "register" }, { what: 302, reason: "Moved", headers: ["Contact: <sip:other.example.com>"] }],
    "redirected",
    "refused",
  ],
  [
    "423 with Min-Expires, then nothing",
    [{ what: "register" }, { what: 423, reason: "Interval Too Brief", headers: ["Min-Expires: 600"] }],
    "interval-too-brief",
    "refused",
  ],
  [
    "423 without Min-Expires",
    [{ what: "register" }, { what: 423, reason: "Interval Too Brief" }],
    "interval-too-brief",
    "refused",
  ],
  [
    "503 with Retry-After",
    [{ what: "register" }, { what: 503, reason: "Service Unavailable", headers: ["Retry-After: 60"] }],
    "service-unavailable",
    "refused",
  ],
  ["500", [{ what: "register" }, { what: 500, reason: "Server Internal Error" }], "server-error", "refused"],
  [
    "408 of a proxy",
    [{ what: "register" }, { what: 408, reason: "Request Timeout" }],
    "upstream-silent",
    "refused",
  ],
  ["483", [{ what: "register" }, { what: 483, reason: "Too Many Hops" }], "request-looped", "refused"],
  [
    "420",
    [{ what: "register" }, { what: 420, reason: "Bad Extension", headers: ["Unsupported: path"] }],
    "extension-required",
    "refused",
  ],
  ["400", [{ what: "register" }, { what: 400, reason: "Bad Request" }], "bad-request", "refused"],
  [
    "488",
    [{ what: "register" }, { what: 488, reason: "Not Acceptable Here" }],
    "register-refused",
    "refused",
  ],
  [
    "a challenge without a realm",
    [
      { what: "register" },
      {
        what: 407,
        reason: "Proxy Authentication Required",
        headers: ['Proxy-Authenticate: Digest nonce="x"'],
      },
    ],
    "challenge-unusable",
    "none",
  ],
  [
    "403 after credentials from PJSIP",
    [
      { what: "register" },
      { what: 401, headers: [ASTERISK] },
      { what: "register-auth" },
      { what: 403, reason: "Forbidden", headers: [ASTERISK] },
    ],
    "extension-not-bindable",
    "refused",
  ],
  [
    "403 after credentials from FreeSWITCH",
    [
      { what: "register" },
      { what: 401 },
      { what: "register-auth" },
      { what: 403, reason: "Forbidden", headers: ["Server: FreeSWITCH-mod_sofia/1.10.11"] },
    ],
    "credentials-refused",
    "refused",
  ],
  [
    "403 after credentials from who knows",
    [{ what: "register" }, { what: 401 }, { what: "register-auth" }, { what: 403, reason: "Forbidden" }],
    "forbidden-after-credentials",
    "refused",
  ],
  [
    "404 after credentials",
    [{ what: "register" }, { what: 401 }, { what: "register-auth" }, { what: 404, reason: "Not Found" }],
    "unknown-after-credentials",
    "refused",
  ],
  [
    "503 after credentials from Kamailio",
    [
      { what: "register" },
      { what: 401 },
      { what: "register-auth" },
      {
        what: 503,
        reason: "Too many registered contacts",
        headers: ["Server: kamailio (5.6.3 (x86_64/linux))"],
      },
    ],
    "rejected-after-credentials",
    "refused",
  ],
  [
    "200 without a Contact",
    [{ what: "register" }, { what: 401 }, { what: "register-auth" }, { what: 200, reason: "OK" }],
    "binding-not-listed",
    "registered",
  ],
  [
    "no answer to several sends",
    [{ what: "register" }, { what: "register" }, { what: "register" }],
    "port-silent",
    "no answer",
  ],
  [
    "no answer to credentials, sent several times",
    [{ what: "register" }, { what: 401 }, { what: "register-auth" }, { what: "register-auth" }],
    "silent-after-credentials",
    "no answer",
  ],
  [
    "only 100 Trying",
    [{ what: "register" }, { what: "register" }, { what: 100, reason: "Trying" }],
    "only-provisional",
    "none",
  ],
  ["one request and the end of the paste", [{ what: "register" }], undefined, "none"],
];

describe("a traced registration", () => {
  it("shows the headers of an answer that say why, those of a security agreement too (RFC 3329)", () => {
    const refused = { what: 494, reason: "Security Agreement Required" };
    const report = readLog(
      trace([{ what: "register" }, { ...refused, headers: ["Security-Server: tls;q=0.2"] }]),
    );
    expect(report.findings[0]?.id).toBe("extension-required");
    expect(String(report.findings[0]?.evidence)).toContain("tls;q=0.2");
  });

  it.each(STORIES)("with %s comes to its finding", (_label, steps, finding, outcome) => {
    const report = readLog(trace(steps));
    expect(
      report.findings.filter(({ severity }) => severity !== "info" || finding === "interval-too-brief")[0]
        ?.id,
    ).toBe(finding);
    expect(report.outcome).toBe(outcome);
  });

  it("on chan_sip means by 403 what chan_sip means", () => {
    const steps: Step[] = [
      { what: "register" },
      { what: 407, headers: [CHAN_SIP_CHALLENGE, "Server: Asterisk PBX 16.28.0"] },
      { what: "register-auth" },
      { what: 403, reason: "Forbidden", headers: ["Server: Asterisk PBX 16.28.0"] },
    ];
    const [finding] = readLog(trace(steps)).findings;
    expect(finding?.id).toBe("credentials-refused");
    expect(finding?.cause).toMatch(/chan_sip/);
  });

  it("is told with the reason that the PBX's own lines give, and not with guesses beside it", () => {
    const log = `${trace([{ what: "register" }, { what: 401 }, { what: "register-auth" }, { what: 401, headers: [ASTERISK] }])}
[2026-11-23 05:24:04] NOTICE[1] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '<sip:1001@pbx.example.com>' failed for '192.0.2.9:5060' (callid: 7f) - Not match Endpoint ACL
[2026-11-23 05:24:04] NOTICE[1] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '<sip:1001@pbx.example.com>' failed for '192.0.2.9:5060' (callid: 7f) - Failed to authenticate`;
    const report = readLog(log);
    expect(report.findings.filter(({ severity }) => severity === "critical")).toEqual([
      expect.objectContaining({
        id: "forbidden-before-credentials",
        cause: expect.stringMatching(/access list/),
      }),
    ]);
  });

  it("shows a message that is taken away as such", () => {
    const gone = trace([{ what: "register-auth" }, { what: 200, reason: "OK" }]).replace(
      "Expires: 300",
      "Expires: 0",
    );
    const report = readLog(gone);
    expect(report.events[0]?.text).toMatch(/takes the registration away with credentials/);
    expect(report.outcome).toBe("gone");
  });
});

it("a sentence about SIP is no message", () => {
  const report = readLog(
    "We saw SIP/2.0 401 Unauthorized\nin the log: nothing more\nReceived SIP/2.0 403 Forbidden\nVia: x",
  );
  expect(report.events).toEqual([]);
  expect(report.unknown).toBe(4);
});

it("a message that breaks the grammar is left alone, and its lines are unknown", () => {
  const report = readLog("SIP/2.0 999 Odd\nVia: x\nREGISTER sip:x SIP/2.0\n: no name\n");
  expect(report.events).toEqual([]);
  expect(report.unknown).toBeGreaterThan(0);
});
