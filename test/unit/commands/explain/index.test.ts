import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExplainFlags, explain } from "../../../../src/commands/explain/index.js";
import { loadConfig } from "../../../../src/config/index.js";
import { createRedactor } from "../../../../src/redaction/redactor.js";
import { datagram, pcap } from "../../../support/capture-file.js";
import {
  CALLER,
  inOrder,
  PBX,
  START,
  signalling,
  sipMessage,
  sound,
} from "../../../support/captured-call.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "explain-command-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(file: string, flags: ExplainFlags = {}, { stdin = "", isTTY = false, env = {} } = {}) {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) =>
    Object.assign(
      new Writable({
        write(chunk, _encoding, done) {
          written[name] += String(chunk);
          done();
        },
      }),
      { isTTY },
    );
  const io = {
    stdin: Readable.from(stdin === "" ? [] : [Buffer.from(stdin, "latin1")]),
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    redactor: createRedactor(),
  };
  const code = await explain(loadConfig(env), io, file, flags);
  return { code, ...written };
}

function written(content: string | Uint8Array): string {
  const file = join(folder, "file");
  writeFileSync(file, content);
  return file;
}

const WAYS = [sound(`${CALLER}:4000`, `${PBX}:10000`), sound(`${PBX}:10000`, `${CALLER}:4000`)] as const;
const REGISTERED = pcap([
  ...datagram(
    START,
    `${CALLER}:5060`,
    `${PBX}:5060`,
    sipMessage(`REGISTER sip:${PBX} SIP/2.0`, "1 REGISTER", "r"),
  ),
  ...datagram(START, `${PBX}:5060`, `${CALLER}:5060`, sipMessage("SIP/2.0 200 OK", "1 REGISTER", "r")),
]);
const REFUSED =
  "[2026-11-23 05:24:04] NOTICE[1] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '<sip:1001@pbx.example.com>' failed for '192.0.2.9:5060' (callid: 7f) - Failed to authenticate\n";

describe("explain", () => {
  it("ends with 0 where nothing is wrong, 1 where something is, 3 where nothing is known", async () => {
    expect((await run(written(pcap(inOrder(signalling(), ...WAYS))))).code).toBe(0);
    expect((await run(written(REGISTERED))).code).toBe(0);
    expect((await run(written(pcap(inOrder(signalling(), WAYS[0]))))).code).toBe(1);
    expect((await run(written(REFUSED))).code).toBe(1);
    expect((await run(written("kernel: eth0 up\n"))).code).toBe(3);
  });

  it("prints what happened, what is wrong and which way the voice went", async () => {
    const { stdout, stderr } = await run(written(pcap(inOrder(signalling(), WAYS[0]))));
    expect(stdout).toMatch(/^Packet capture\./);
    expect(stdout).toMatch(/\(rtp-one-way, critical, confidence medium/);
    expect(stdout).toMatch(/\n- packet 1, 2026-\d\d-\d\d \d\d:\d\d:\d\d\.000000: .*INVITE\n/);
    expect(stdout).toMatch(/\nVoice \(RTP\):\n- 1001 to 1002: 192\.0\.2\.10:4000 → /);
    expect(stderr).toBe("");
  });

  it("reads text and captures from stdin", async () => {
    expect(await run("-", {}, { stdin: REFUSED })).toMatchObject({ code: 1 });
    const { stdout } = await run("-", {}, { stdin: REGISTERED.toString("latin1") });
    expect(stdout).toMatch(/2 packets: 2 SIP messages\./);
  });

  it("gives the same facts as JSON", async () => {
    const { stdout, code } = await run(written(pcap(inOrder(signalling(), WAYS[0]))), { json: true });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      name: "telzino-sip-mcp",
      findings: [{ id: "rtp-one-way", users: ["1001", "1002"] }],
      streams: [{ from: `${CALLER}:4000`, packets: 480 }],
    });
  });

  it("keeps to one user, and takes the words of a PBX", async () => {
    const both = REFUSED + REFUSED.replace("1001", "1002");
    expect((await run(written(both))).stdout).toMatch(/--username USER shows only one of them\./);
    const one = await run(written(both), { username: "1002", preset: "freepbx-pjsip" });
    expect(one.stdout).not.toContain("1001");
    expect(one.stdout).toMatch(/Fix: FreePBX/);
  });

  it("refuses what cannot be read, by name, and flags that cannot be used", async () => {
    expect(await run(folder)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/explain-command-.*: that is a folder/),
    });
    expect(await run("-")).toMatchObject({
      code: 2,
      stderr: "telzino-sip-mcp: stdin: there is nothing in it\n",
    });
    expect(await run(written(REFUSED), { preset: "nonesuch" })).toMatchObject({ code: 2 });
    const odd = await run(written(REFUSED), { username: "a b\n" });
    expect(odd).toMatchObject({ code: 2, stderr: expect.stringMatching(/--username/) });
    expect(odd.stdout).toBe("");
  });

  it("shows nothing of a configured secret that is in the file", async () => {
    const env = { TELZINO_SIP_SECRET_DESK: "q7Zk-29xTmPw" };
    const { stdout } = await run(written(REFUSED.replace("1001", "q7Zk-29xTmPw")), {}, { env });
    expect(stdout).toMatch(/credentials-refused/);
    expect(stdout).not.toContain("q7Zk");
  });

  it("tells a terminal how far it is, on one line that it takes away", async () => {
    const large = Buffer.concat([pcap([]), ...Array.from({ length: 40 }, () => pcap(WAYS[0]).subarray(24))]);
    const { stderr } = await run(written(Buffer.concat([large, large.subarray(24)])), {}, { isTTY: true });
    expect(stderr).toMatch(/^\r\u001b\[K… 4 of \d+ MB read\r/);
    expect(stderr).toMatch(/\r\u001b\[K$/);
    expect(stderr).not.toContain("\n");
  });
});
