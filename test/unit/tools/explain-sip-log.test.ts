import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CallPlace } from "../../../src/tools/core/context.js";
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
    expect(text).toMatch(/2 understood, 1 not known and not guessed at/);
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
    expect(text).toMatch(/^Nothing in it was recognised\. It shows no registration to its end\./);
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
