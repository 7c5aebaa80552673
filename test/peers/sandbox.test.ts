import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../src/redaction/secret.js";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.js";
import {
  AFTER_HOURS,
  type ApiCaller,
  type CallLogData,
  callerOf,
  FRONT_DESK,
} from "../support/sandbox-api.js";
import {
  type Asterisk16Peer,
  type Asterisk22Peer,
  type KamailioPeer,
  lacks,
  openAgent,
  startAsterisk16,
  startAsterisk22,
  startKamailio,
} from "./support/index.js";

/** The sandbox's registrant against registrars that no one here has written. */

const TRANSPORTS = ["udp", "tcp", "tls"] as const;

let sandbox: Sandbox;
let api: ApiCaller;
beforeAll(async () => {
  sandbox = await startSandbox({ expires: 120 });
  api = await callerOf(sandbox);
});
afterAll(() => sandbox?.close());
afterEach(async () => {
  await api.remove(FRONT_DESK);
  await api.until(FRONT_DESK, "NOT_FOUND");
});

interface Peer {
  readonly host: string;
  readonly ports: Readonly<Record<(typeof TRANSPORTS)[number], number>>;
}

interface Login {
  readonly extension: string;
  readonly authUsername?: string;
  readonly password: string;
}

function register(
  peer: Peer,
  { extension, authUsername, password }: Login,
  change: { transport?: string } = {},
) {
  const transport = (change.transport ?? "udp") as (typeof TRANSPORTS)[number];
  const auth = authUsername === undefined || authUsername === extension ? {} : { authUsername };
  const port = peer.ports[transport];
  return api.put(FRONT_DESK, {
    sipDomain: peer.host,
    username: extension,
    password,
    port,
    transport,
    ...auth,
  });
}

describe.skipIf(await lacks("kamailio"))("the sandbox's registrant at kamailio", () => {
  let peer: KamailioPeer;
  beforeAll(async () => {
    peer = await startKamailio();
  });
  afterAll(() => peer?.stop());

  it.each(TRANSPORTS)("registers 1001 over %s", async (transport) => {
    await register(peer, peer.accounts["1001"], { transport });
    const { status } = await api.until(FRONT_DESK, "REGISTERED_STATE");
    expect(status).toMatchObject({ registrationTimeout: "120", isRegistered: true });
  });

  it("registers with its own authentication user and an awkward password", async () => {
    await register(peer, peer.accounts["1011"]);
    await api.until(FRONT_DESK, "REGISTERED_STATE");
  });

  it("asks for longer when it must", async () => {
    await register(peer, peer.accounts.f423);
    const { status } = await api.until(FRONT_DESK, "REGISTERED_STATE");
    expect(status.registrationTimeout).toBe("600");
  });

  it("registers through it as an outbound proxy", async () => {
    const { password } = peer.accounts["1001"];
    const settings = {
      sipDomain: "pbx.test",
      proxy: peer.host,
      port: peer.ports.udp,
      username: "1001",
      password,
    };
    await api.put(FRONT_DESK, settings);
    await api.until(FRONT_DESK, "REGISTERED_STATE");
  });

  it.each([
    ["1001", "WRONG_CREDENTIALS_STATE"],
    ["f302", "INTERNAL_ERROR_STATE"],
    ["f403", "REGISTRAR_ERROR_STATE"],
    ["f403wrong", "REGISTRAR_ERROR_STATE"],
    ["f404", "REGISTRAR_ERROR_STATE"],
    ["f503", "REGISTRAR_ERROR_STATE"],
    ["fnocontact", "INTERNAL_ERROR_STATE"],
    ["fdrop", "REGISTER_TIMEOUT_STATE"],
  ])("brings %s with a wrong password to %s", async (extension, state) => {
    await register(peer, { extension, password: "wrong" });
    await api.until(FRONT_DESK, state, 8_000);
  });

  it("leaves its binding behind, un-registering without credentials, and takes the same Contact again", async () => {
    const { extension, password } = peer.accounts["1002"];
    const settings = { sipDomain: peer.host, port: peer.ports.udp, username: extension, password };
    /** What Kamailio says is bound. */
    const bound = async () => {
      const agent = await openAgent(peer, peer.accounts["1002"], { domain: peer.host });
      const { outcome } = await agent.fetchBindings({ password: new Secret(password) });
      await agent.close();
      const contacts = outcome.kind === "ok" ? outcome.bindings.all : [];
      return contacts.map(({ uri }) => uri);
    };
    await api.put(AFTER_HOURS, settings);
    await api.until(AFTER_HOURS, "REGISTERED_STATE");
    const [first] = await bound();
    expect(first).toBeDefined();
    await api.put(FRONT_DESK, settings);
    await api.until(FRONT_DESK, "REGISTERED_STATE");
    const both = (await bound()).sort();
    expect(both).toHaveLength(2);
    await api.remove(FRONT_DESK);
    await api.until(FRONT_DESK, "NOT_FOUND");
    await api.remove(AFTER_HOURS);
    await api.until(AFTER_HOURS, "NOT_FOUND");
    expect((await bound()).sort()).toEqual(both);
    await api.put(FRONT_DESK, settings);
    await api.until(FRONT_DESK, "REGISTERED_STATE");
    expect((await bound()).sort()).toEqual(both);
  });
});

describe.skipIf(await lacks("asterisk22"))("the sandbox's registrant at asterisk22", () => {
  let peer: Asterisk22Peer;
  beforeAll(async () => {
    peer = await startAsterisk22();
  });
  afterAll(() => peer?.stop());

  // An extension for each: a binding that was left behind would be rung as well.
  it.each([
    ["udp", "1001"],
    ["tcp", "1002"],
    ["tls", "1004"],
  ] as const)("registers over %s as %s, takes a call there and logs it", async (transport, extension) => {
    const before = (await calls()).length;
    await register(peer, peer.accounts[extension], { transport });
    await api.until(FRONT_DESK, "REGISTERED_STATE");
    await peer.call(extension, 1);
    await expect.poll(async () => (await calls()).length, { timeout: 6_000 }).toBe(before + 1);
    const log = (await calls())[0] as CallLogData;
    expect(Date.parse(log.call_ended_at) - Date.parse(log.call_started_at)).toBeGreaterThan(800);
  });

  it("leaves its contact behind", async () => {
    await register(peer, peer.accounts["1002"]);
    await api.until(FRONT_DESK, "REGISTERED_STATE");
    expect(await peer.cli("pjsip show contacts")).toContain("1002/sip:1002@");
    await api.remove(FRONT_DESK);
    await api.until(FRONT_DESK, "NOT_FOUND");
    expect(await peer.cli("pjsip show contacts")).toContain("1002/sip:1002@");
  });

  it.each([
    ["1002", "WRONG_CREDENTIALS_STATE"],
    ["4711", "WRONG_CREDENTIALS_STATE"],
  ])("brings %s with a wrong password to %s", async (extension, state) => {
    await register(peer, { extension, password: "wrong" });
    await api.until(FRONT_DESK, state);
  });

  it("brings good credentials without an AOR to REGISTRAR_ERROR_STATE", async () => {
    await register(peer, peer.accounts["1006"]);
    await api.until(FRONT_DESK, "REGISTRAR_ERROR_STATE");
  });
});

describe.skipIf(await lacks("asterisk16"))("the sandbox's registrant at asterisk16", () => {
  let peer: Asterisk16Peer;
  beforeAll(async () => {
    peer = await startAsterisk16();
  });
  afterAll(() => peer?.stop());

  it.each(TRANSPORTS)("registers 1001 over %s, without qop", async (transport) => {
    await register(peer, peer.accounts["1001"], { transport });
    await api.until(FRONT_DESK, "REGISTERED_STATE");
  });

  it("takes a wrong password for an error of the registrar, which answers 403", async () => {
    await register(peer, { extension: "1001", password: "wrong" });
    await api.until(FRONT_DESK, "REGISTRAR_ERROR_STATE");
  });
});

async function calls(): Promise<CallLogData[]> {
  return (await api.send<{ data: CallLogData[] }>("GET", `/v1/agents/${FRONT_DESK}/call-logs`)).body.data;
}
