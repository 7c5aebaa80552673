import { afterAll, afterEach, describe, it } from "vitest";
import { writeFaultTable } from "../support/fault-table.js";
import { type Expected, expectFirst, expectProven, type Look, look } from "./support/diagnosing.js";
import { lacks, type SippBehaviour, type SippOptions, type SippPeer, startSipp } from "./support/index.js";

/** What a diagnosis finds at SIPp, which gives any answer to REGISTER, or none. */

afterAll(() => writeFaultTable("sipp"));

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function sipp(
  behaviour: SippBehaviour,
  options: SippOptions = {},
): Promise<Parameters<typeof look>[0]> {
  const peer: SippPeer = await startSipp(behaviour, options);
  closers.push(() => peer.stop());
  return { host: peer.host, ports: { udp: peer.port, tcp: peer.port, tls: peer.port } };
}

const challenge = (value: string) => [`WWW-Authenticate: ${value}`];

describe.skipIf(await lacks("sipp"))("SIPp", () => {
  const answers: [fault: string, behaviour: SippBehaviour, expected: Expected, look?: Look][] = [
    ["400", { status: 400, reason: "Bad Request" }, { id: "bad-request", confidence: "medium" }],
    ["408", { status: 408, reason: "Request Timeout" }, { id: "upstream-silent", confidence: "medium" }],
    ["410", { status: 410, reason: "Gone" }, { id: "unknown-before-credentials", confidence: "medium" }],
    ["423 without Min-Expires", { status: 423, reason: "Interval Too Brief" }, { id: "interval-too-brief" }],
    ["439", { status: 439, reason: "First Hop Lacks Outbound Support" }, { id: "extension-required" }],
    ["482", { status: 482, reason: "Loop Detected" }, { id: "request-looped", confidence: "medium" }],
    [
      "494",
      {
        status: 494,
        reason: "Security Agreement Required",
        headers: ["Security-Server: tls;q=0.2"],
      },
      { id: "extension-required" },
    ],
    ["501", { status: 501, reason: "Not Implemented" }, { id: "not-a-registrar" }],
    ["504", { status: 504, reason: "Server Time-out" }, { id: "upstream-silent", confidence: "medium" }],
    ["603", { status: 603, reason: "Decline" }, { id: "register-refused", confidence: "medium" }],
    [
      "a challenge without realm",
      { status: 401, reason: "Unauthorized", headers: challenge('Digest nonce="abc"') },
      { id: "challenge-unusable" },
    ],
    [
      "a challenge of IMS",
      {
        status: 401,
        reason: "Unauthorized",
        headers: challenge('Digest realm="ims.test", nonce="abc", algorithm=AKAv1-MD5'),
      },
      { id: "challenge-unusable" },
    ],
    [
      "403 after a wrong password, from who knows whom",
      { username: "1001", password: "secret", realm: "asterisk" },
      { id: "forbidden-after-credentials", confidence: "medium" },
      { password: "wrong" },
    ],
    ["silence on udp", "silent", { id: "port-silent", confidence: "medium" }],
  ];
  it.each(answers)("%s", async (_fault, behaviour, expected, options = {}) => {
    expectFirst(await look(await sipp(behaviour), "1001", options), expected);
  });

  it("silence on tcp", async () => {
    const peer = await sipp("silent", { transport: "tcp" });
    const report = await look(peer, "1001", { transport: "tcp" });
    expectFirst(report, { id: "open-but-mute", confidence: "medium" });
  });

  it.each([undefined, "auth", "auth-int,auth"])(
    "is healthy by its own reckoning of the digest, qop %s",
    async (qop) => {
      const account = { username: "1001", password: "secret", realm: "a, b realm" };
      const peer = await sipp({ ...account, ...(qop === undefined ? {} : { qop }) });
      expectProven(await look(peer, "1001", { password: "secret" }));
    },
  );
});

describe.skipIf(await lacks("sipp38"))("SIPp 3.8", () => {
  it("is healthy by its own reckoning of SHA-256 over tls", async () => {
    const account = { username: "1001", password: "secret", realm: "pbx.test" };
    const behaviour = { ...account, algorithm: "SHA-256", qop: "auth" } as const;
    const peer = await sipp(behaviour, { transport: "tls" });
    expectProven(await look(peer, "1001", { transport: "tls", password: "secret" }));
  });
});
