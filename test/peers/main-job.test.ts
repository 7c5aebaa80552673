import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connectToSandbox, FRONT_DESK, type SandboxedClient } from "../support/sandbox.js";
import {
  type Asterisk22Peer,
  type KamailioPeer,
  lacks,
  startAsterisk22,
  startKamailio,
} from "./support/index.js";

/** The main job through the tools, with the sandbox's registrant on PBXs of other make. */

const TRANSPORTS = ["udp", "tcp", "tls"] as const;

let assistant: SandboxedClient;
beforeEach(async () => {
  assistant = await connectToSandbox();
});
afterEach(() => assistant.close());

function configure(
  peer: KamailioPeer | Asterisk22Peer,
  transport: "udp" | "tcp" | "tls",
  password: string,
  username = "1001",
) {
  return assistant.call("configure_sip_registration", {
    agentId: FRONT_DESK,
    sipDomain: peer.host,
    port: peer.ports[transport],
    transport,
    username,
    password,
  });
}

function remove(username = "1001") {
  return assistant.call("remove_sip_registration", { agentId: FRONT_DESK, username });
}

describe.skipIf(await lacks("kamailio"))("on Kamailio", () => {
  let peer: KamailioPeer;
  beforeAll(async () => {
    peer = await startKamailio();
  });
  afterAll(() => peer?.stop());

  it.each(TRANSPORTS)("1001 is registered over %s, and taken off again", async (transport) => {
    const { facts } = await configure(peer, transport, peer.accounts["1001"].password);
    expect(facts).toMatchObject({ outcome: "registered", status: { state: "REGISTERED_STATE" } });
    expect((await remove()).facts).toMatchObject({ outcome: "removed" });
  });

  it("a wrong password is WRONG_CREDENTIALS_STATE", async () => {
    const { facts } = await configure(peer, "udp", "not-it-at-all");
    expect(facts).toMatchObject({ outcome: "failed", status: { state: "WRONG_CREDENTIALS_STATE" } });
  });
});

describe.skipIf(await lacks("asterisk22"))("on Asterisk 22", () => {
  let peer: Asterisk22Peer;
  beforeAll(async () => {
    peer = await startAsterisk22();
  });
  afterAll(() => peer?.stop());

  const contacts = async () => (await peer.cli("pjsip show contacts")).includes("1001/sip:");

  it.each(TRANSPORTS)("1001 is registered over %s, and taken off again", async (transport) => {
    const { facts } = await configure(peer, transport, peer.accounts["1001"].password);
    expect(facts).toMatchObject({ outcome: "registered", status: { state: "REGISTERED_STATE" } });
    expect(await contacts()).toBe(true);
    expect((await remove()).facts).toMatchObject({ outcome: "removed" });
    // The registrant un-registers without credentials, so the contact stays until it expires.
    expect(await contacts()).toBe(true);
  });

  it("a wrong password is WRONG_CREDENTIALS_STATE", async () => {
    const { facts } = await configure(peer, "udp", "not-it-at-all");
    expect(facts).toMatchObject({ outcome: "failed", status: { state: "WRONG_CREDENTIALS_STATE" } });
  });

  // An extension of its own: PJSIP/1001 would dial any one of the contacts that the tests above left behind.
  it("a call to 1002 is answered by the agent and shows in its call logs", async () => {
    await configure(peer, "udp", peer.accounts["1002"].password, "1002");
    await peer.cli("channel originate PJSIP/1002 application Wait 1");
    await expect
      .poll(() => assistant.callLogs(FRONT_DESK), { timeout: 10_000, interval: 250 })
      .toMatchObject([{ roomName: expect.stringMatching(/^sipRoom-/) }]);
    await sleep(100);
    await remove("1002");
  });
});
