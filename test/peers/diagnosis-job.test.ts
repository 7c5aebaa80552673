import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../src/redaction/secret.js";
import { connectToSandbox, FRONT_DESK, type SandboxedClient } from "../support/sandbox.js";
import { type Account, type Asterisk22Peer, lacks, openAgent, startAsterisk22 } from "./support/index.js";

/** Diagnose, register, take a call, look again: through the tools, with the sandbox's registrant on Asterisk 22. */

interface Finding {
  readonly id: string;
  readonly severity: string;
}

describe.skipIf(await lacks("asterisk22"))("on Asterisk 22", () => {
  let peer: Asterisk22Peer;
  let assistant: SandboxedClient;
  beforeAll(async () => {
    peer = await startAsterisk22();
  });
  afterAll(() => peer?.stop());
  beforeEach(async () => {
    assistant = await connectToSandbox();
  });
  afterEach(async () => {
    await assistant.call("remove_sip_registration", { agentId: FRONT_DESK });
    await assistant.close();
  });

  const settings = (username: string) => ({
    sipDomain: peer.host,
    port: peer.ports.udp,
    transport: "udp",
    username,
  });
  const configure = ({ extension, password }: Account) =>
    assistant.call("configure_sip_registration", {
      agentId: FRONT_DESK,
      ...settings(extension),
      password,
    });
  const diagnose = (more: object) => assistant.call("diagnose_sip_registration", { ...more, detail: false });
  const ids = (facts: Record<string, unknown>, above?: "info") =>
    (facts.findings as Finding[]).filter(({ severity }) => severity !== above).map(({ id }) => id);

  it("an extension is found good, registered, called, and found good again with the platform's view", async () => {
    const account = peer.accounts["1001"];
    const before = await diagnose({
      ...settings("1001"),
      testCredentials: true,
      password: account.password,
    });
    expect(before.facts).toMatchObject({
      outcome: "proven",
      preset: { id: "asterisk-pjsip" },
      boundNow: [],
    });
    expect((await configure(account)).facts).toMatchObject({ outcome: "registered" });
    const quiet = await diagnose({ agentId: FRONT_DESK });
    expect(ids(quiet.facts)).toContain("platform-registered-no-calls");
    await peer.call("1001", 1);
    await expect.poll(() => assistant.callLogs(FRONT_DESK), { timeout: 8_000 }).toHaveLength(1);
    const after = await diagnose({ agentId: FRONT_DESK, testCredentials: true, password: account.password });
    expect(after.facts).toMatchObject({ outcome: "proven" });
    expect(ids(after.facts)).not.toContain("platform-registered-no-calls");
    expect(ids(after.facts)).toContain("held-by-another-device");
  });

  const refused: [what: string, extension: "1005" | "1006" | "1008", id: string, cause: RegExp][] = [
    ["contacts full", "1005", "platform-refused-accepted-here", /all (?:of its )?(?:places|contacts)/],
    ["no AOR", "1006", "extension-not-bindable", /no AOR/],
    ["an access list", "1008", "credentials-refused", /access list/],
  ];
  it.each(refused)(
    "%s (%s) stops the platform, and the wire tells why",
    async (_what, extension, id, cause) => {
      const account = peer.accounts[extension];
      const phone = extension === "1005" ? await openAgent(peer, account, { domain: peer.host }) : undefined;
      await phone?.register({ password: new Secret(account.password), expires: 120 });
      try {
        expect((await configure(account)).facts).toMatchObject({ outcome: "failed" });
        const { facts } = await diagnose({
          agentId: FRONT_DESK,
          testCredentials: true,
          password: account.password,
        });
        expect((facts.findings as Finding[])[0]).toMatchObject({ id, cause: expect.stringMatching(cause) });
      } finally {
        await phone?.close();
      }
    },
  );
});
