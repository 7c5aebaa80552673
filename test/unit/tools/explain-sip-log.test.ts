import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";
import type { CallPlace } from "../../../src/tools/core/context.js";
import { pcap } from "../../support/capture-file.js";
import { CALLER, inOrder, PBX, signalling, sound } from "../../support/captured-call.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";

let connected: ConnectedClient;
beforeEach(async () => {
  connected = await connectInProcess(servicesFor());
});
afterEach(() => connected.close());

const explain = (args: Record<string, unknown>) => connected.call("explain_sip_log", args);

const REFUSED =
  "[2026-11-23 05:24:04] NOTICE[1] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '<sip:1001@pbx.example.com>' failed for '192.0.2.9:5060' (callid: 7f) - Failed to authenticate";
const OTHER = REFUSED.replaceAll("1001", "9999").replace(
  "Failed to authenticate",
  "No matching endpoint found",
);

describe("explain_sip_log", () => {
  it("says what happened, which finding that is, and what to do next, without credentials for the API", async () => {
    const { isError, text, facts } = await explain({ log: `kernel: eth0 up\n${REFUSED}\n${REFUSED}\n` });
    expect(isError ?? false).toBe(false);
    expect(text).toMatch(
      /^Asterisk\. The last registration in it is refused\.\nFindings:\n- The PBX does not accept the credentials \[1001\] \(credentials-refused, critical, confidence high, 2 times\)/,
    );
    expect(text).toContain(
      "- lines 2–3, 2 times, 2026-11-23 05:24:04: 1001 from 192.0.2.9: refused, the credentials did not fit",
    );
    expect(text).toMatch(/2 understood, 1 unknown and left out/);
    expect(facts).toMatchObject({
      outcome: "refused",
      writtenBy: ["Asterisk"],
      findings: [{ id: "credentials-refused", users: ["1001"], count: 2 }],
      understood: 2,
      unknown: 1,
    });
  });

  it("keeps to one user when asked to", async () => {
    const { text, facts } = await explain({ log: `${REFUSED}\n${OTHER}`, username: "1001" });
    expect(facts).toMatchObject({ aboutOthers: 1, findings: [{ users: ["1001"] }] });
    expect(text).toContain("1 about other users than 1001 left out.");
    expect(text).not.toContain("9999");
  });

  it("puts fixes in the words of the PBX, given or given away by the log", async () => {
    const given = await explain({ log: REFUSED, presetId: "freepbx-pjsip" });
    expect(given.text).toMatch(/Fix: FreePBX/);
    const told = await explain({
      log: "[CM102001]: Authentication failed for AuthMsg; Reason: Credentials don't match, check that authorization-ID",
    });
    expect(told.text).toMatch(/Fix: 3CX/);
  });

  it("warns against trying on where an address is banned", async () => {
    const ban = "2026-11-23 05:25:01,422 fail2ban.actions [438]: NOTICE [asterisk] Ban 192.0.2.9";
    const { text } = await explain({ log: ban });
    expect(text).toMatch(
      /Next:\n1\. In this order: correct the credentials .*have the ban lifted.*then try once/,
    );
    expect(text).not.toContain("configure_sip_registration");
  });

  it("says so when it knows nothing of it, and what to ask for", async () => {
    const { text, facts } = await explain({ log: "it does not work\nplease help" });
    expect(text).toMatch(/^Nothing in it was recognized\. It shows no completed registration\./);
    expect(text).toMatch(/Ask the user for the PBX's log/);
    expect(facts).toMatchObject({ findings: [], events: [], unknown: 2 });
  });

  it("shows the last events of a long log and counts the others", async () => {
    const log = Array.from({ length: 90 }, (_, index) => `    -- Called PJSIP/${1000 + index}`).join("\n");
    const { text, facts } = await explain({ log });
    expect(facts.events).toHaveLength(60);
    expect(text).toContain("(the first 30 are left out)");
  });

  it("refuses more than it can read, and an empty log", async () => {
    expect((await explain({ log: "x".repeat(60_001) })).text).toMatch(/log must be at most 60000/);
    expect((await explain({ log: "" })).isError).toBe(true);
    expect((await explain({})).text).toMatch(/log is missing/);
  });

  it("leaves line numbers as they are in what was pasted", async () => {
    const { facts, text } = await explain({ log: `\n\n${REFUSED}\n\n` });
    expect(facts.events).toEqual([expect.objectContaining({ line: 3 })]);
    expect(text).not.toContain("blanks around");
  });

  it("gives back neither digests nor phone numbers", async () => {
    const log = `${REFUSED.replaceAll("1001", "15551234567")}\nREGISTER sip:pbx.example.com SIP/2.0
Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1
To: <sip:15551234567@pbx.example.com>
From: <sip:15551234567@pbx.example.com>;tag=1
Call-ID: 1
CSeq: 1 REGISTER
Authorization: Digest username="15551234567", realm="asterisk", nonce="82b09cfd", uri="sip:pbx", response="663609319e2d"
Content-Length: 0
`;
    const { text, facts } = await explain({ log });
    expect(text + JSON.stringify(facts)).not.toMatch(/5551234567|82b09cfd|66360931/);
    expect(text).toContain("[number]");
  });
});

describe("a long log, on a server that many share", () => {
  const LONG = `${REFUSED}\n`.repeat(30);
  const ended = vi.fn();
  const explainAt = async (taken: ReturnType<CallPlace["startReading"]>, log = LONG) => {
    const startReading = vi.fn(() => taken);
    const place: Partial<CallPlace> = { hold: () => () => {}, startReading };
    const shared = await connectInProcess(servicesFor(), { placeOf: () => place as CallPlace });
    try {
      return { ...(await shared.call("explain_sip_log", { log })), startReading };
    } finally {
      await shared.close();
    }
  };

  it("takes up a place until it has been read", async () => {
    const { text, startReading } = await explainAt({ whose: ["acme", "alice"], end: ended });
    expect(text).toContain("is refused");
    expect(startReading).toHaveBeenCalledTimes(1);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it.each([
    ["caller", "Too many of your logs are being read."],
    ["tenant", "Too many logs of your tenant are being read."],
    ["server", "Too many logs are being read on this server."],
  ] as const)("is not read where the share of the %s is used up", async (whose, words) => {
    const { text, isError } = await explainAt(whose);
    expect(isError).toBe(true);
    expect(text).toContain(`${words} This one was not read.`);
    expect(text).toContain("Make the same call again when one of them has been read");
  });

  it("is unlike a short one, which is read at once", async () => {
    const { text, startReading } = await explainAt("server", REFUSED);
    expect(text).toContain("is refused");
    expect(startReading).not.toHaveBeenCalled();
  });
});

describe("a file that the user names", () => {
  let folder: string;
  let own: ConnectedClient;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "explain-"));
    own = await connectInProcess(servicesFor(undefined, { readsFiles: true }));
  });
  afterEach(async () => {
    await own.close();
    rmSync(folder, { recursive: true });
  });
  const written = (name: string, content: string | Uint8Array) => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const PRIVATE = { callerMedia: "192.168.1.5:4000" };
  const CALL = inOrder(
    signalling(PRIVATE),
    sound(`${CALLER}:40404`, `${PBX}:10000`),
    sound(`${PBX}:10000`, "192.168.1.5:4000"),
  );

  it("is read as a log, with secrets struck out as in a paste", async () => {
    const file = written("full.log", `${REFUSED}\nsecret=hunter2hunter2 REGISTER attempt\n`);
    const { text, facts } = await own.call("explain_sip_log", { file });
    expect(text).toMatch(/credentials-refused/);
    expect(facts).toMatchObject({ outcome: "refused", understood: 1, unknown: 1 });
    expect(text + JSON.stringify(facts)).not.toContain("hunter2");
  });

  it("is read as a capture: events by packet, the voice, and what limits it", async () => {
    const { text, facts } = await own.call("explain_sip_log", { file: written("call.pcap", pcap(CALL)) });
    expect(text).toMatch(/^Packet capture\./);
    expect(text).toMatch(/\(rtp-to-private, critical, confidence medium/);
    expect(text).toMatch(/\n- packet 1, .*INVITE/);
    expect(text).toMatch(
      /\n- 1001 to 1002: 192\.0\.2\.10:40404 → 198\.51\.100\.20:10000, PCMU, 480 packets in 9\.6 s, 0 lost, 0 out of order, jitter 0 ms, 0 % silence\n/,
    );
    expect(text).toMatch(/965 packets: 5 SIP messages\./);
    expect(facts).toMatchObject({ streams: [{ from: `${CALLER}:40404` }, { to: "192.168.1.5:4000" }] });
    expect(facts.notes).toContain("Lines are packets, as Wireshark counts them, and times are UTC.");
  });

  it("shows nothing of anything that is configured and is in it; of a paste, what was pasted", async () => {
    const configured = createRedactor();
    configured.hold(new Secret("q7Zk-29xTmPw"));
    const services = servicesFor(undefined, { readsFiles: true, configured });
    const holding = await connectInProcess(services);
    const file = written("full.log", REFUSED.replaceAll("1001", "q7Zk-29xTmPw"));
    const { text, facts } = await holding.call("explain_sip_log", { file });
    const pasted = await holding.call("explain_sip_log", { log: readFileSync(file, "utf8") });
    await holding.close();
    expect(text).toMatch(/credentials-refused/);
    expect(text + JSON.stringify(facts)).not.toContain("q7Zk");
    expect(pasted.text).toContain("q7Zk-29xTmPw");
  });

  it("brings progress with it", async () => {
    const large = Buffer.concat([pcap(CALL), ...Array.from({ length: 60 }, () => pcap(CALL).subarray(24))]);
    const told: unknown[] = [];
    await own.call(
      "explain_sip_log",
      { file: written("large.pcap", large) },
      { onprogress: (each) => told.push(each) },
    );
    expect(told).toContainEqual(
      expect.objectContaining({
        total: large.length,
        message: expect.stringMatching(/^Reading the file, 4 of \d+ MB$/),
      }),
    );
  });

  it("that cannot be read says why", async () => {
    const missing = await own.call("explain_sip_log", { file: join(folder, "none.pcap") });
    expect(missing.isError).toBe(true);
    expect(missing.text).toMatch(/The file was not read: there is no such file\./);
    const odd = await own.call("explain_sip_log", { file: written("x", Buffer.from([127, 69, 0, 1])) });
    expect(odd.text).toMatch(/neither text nor a capture/);
    expect((await own.call("explain_sip_log", { file: folder })).text).toMatch(/that is a folder/);
  });

  it("is given in place of lines, not beside them, and one of the two is", async () => {
    for (const args of [{}, { log: "x", file: "/x" }]) {
      const { isError, text } = await own.call("explain_sip_log", args);
      expect(isError).toBe(true);
      expect(text).toMatch(/Give either log .* or file/);
    }
  });

  it("is not offered and not read where the server's files are not the caller's", async () => {
    const { tools } = await connected.client.listTools();
    const { inputSchema } = tools.find(({ name }) => name === "explain_sip_log") ?? {};
    expect(Object.keys(inputSchema?.properties ?? {})).toEqual(["log", "username", "presetId"]);
    const { isError, text } = await explain({ file: written("full.log", REFUSED) });
    expect(isError).toBe(true);
    expect(text).not.toMatch(/credentials/);
    expect(inputSchema?.required).toEqual(["log"]);
  });
});
