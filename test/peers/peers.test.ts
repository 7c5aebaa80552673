import { spawn } from "node:child_process";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { keepLogs, temporaryFolder } from "./support/folders.js";
import {
  available,
  freePort,
  isRunning,
  kamailioAccounts,
  lacks,
  type PeerName,
  startAsterisk16,
  startAsterisk22,
  startDnsmasq,
  startKamailio,
  startSipp,
  tryPassword,
} from "./support/index.js";
import { startPeer } from "./support/peer-process.js";

const starts = {
  kamailio: () => startKamailio(),
  kamailio61: () => startKamailio({ program: "kamailio61" }),
  asterisk22: startAsterisk22,
  asterisk16: startAsterisk16,
  dnsmasq: () => startDnsmasq([]),
  sipp: () => startSipp("silent"),
  sipp38: () => startSipp("silent", { program: "sipp38" }),
} as const satisfies Record<PeerName, () => Promise<unknown>>;

const { versions, reasons } = await available();

describe("every peer", () => {
  it("is either there with its version or missing with a reason", () => {
    for (const name of Object.keys(starts) as PeerName[]) {
      expect(
        [versions[name], reasons[name]].filter((each) => each !== undefined),
        name,
      ).toHaveLength(1);
    }
  });

  for (const name of Object.keys(starts) as PeerName[]) {
    it.skipIf(reasons[name] !== undefined)(`${name} starts and stops, and leaves no process`, async () => {
      const peer = await starts[name]();
      expect(isRunning(peer.group)).toBe(true);
      await peer.stop();
      expect(isRunning(peer.group)).toBe(false);
      await peer.stop();
    });
  }

  it.skipIf(reasons.kamailio !== undefined)("starts beside another of its kind", async () => {
    const peers = await Promise.all([startKamailio(), startKamailio({ algorithm: "SHA-256" })]);
    const endings = await Promise.all(peers.map((peer) => tryPassword(peer, peer.accounts["1001"])));
    await Promise.all(peers.map((peer) => peer.stop()));
    expect(endings).toEqual(["200", "200"]);
  });
});

describe("a supervised program", () => {
  const sleeper = (folder: string, ready: () => Promise<boolean>, script: string) =>
    startPeer({ name: "sleeper", command: ["/bin/sh", "-c", script], folder, ready, readyWithin: 1_000 });

  it("is killed with its children and its folder removed when the test process is killed", async () => {
    const folder = temporaryFolder("orphan");
    const tester = spawn(
      process.execPath,
      ["-e", ORPHANING, new URL("supervise.sh", import.meta.url).pathname, folder],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const [line] = (await once(tester.stdout, "data")) as [Buffer];
    const group = Number(line.toString());
    expect(isRunning(group)).toBe(true);
    tester.kill("SIGKILL");
    await expect.poll(() => isRunning(group), { timeout: 4_000 }).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it("is killed when it does not heed the request to stop", async () => {
    const script = "trap '' TERM; while :; do sleep 0.1; done";
    const peer = await sleeper(temporaryFolder("stubborn"), async () => true, script);
    await peer.stop();
    expect(isRunning(peer.group)).toBe(false);
  });

  it("that ends early fails the start with the end of its log", async () => {
    const folder = temporaryFolder("early");
    const start = sleeper(folder, async () => false, "echo no such option; exit 1");
    await expect(start).rejects.toThrow(/sleeper ended while it started\nno such option/);
    expect(existsSync(folder)).toBe(keepLogs);
  });

  it("that is never ready fails the start in time and is stopped", async () => {
    const folder = temporaryFolder("late");
    const start = sleeper(folder, async () => false, "echo $$; sleep 60");
    await expect(start).rejects.toThrow(/was not ready after 1000 ms/);
    const group = Number(await start.catch((error: Error) => error.message.split("\n")[1]));
    expect(isRunning(group)).toBe(false);
    expect(existsSync(folder)).toBe(keepLogs);
  });
});

/** A test process of its own: starts a supervised shell with a child, prints the group, and never ends. */
const ORPHANING = `
const [supervisor, folder] = process.argv.slice(1);
const child = require("node:child_process").spawn("/bin/sh",
  [supervisor, folder, "/bin/sh", "-c", "sleep 60 & sleep 60"],
  { detached: true, stdio: ["pipe", "ignore", "ignore"] });
console.log(child.pid);
setInterval(() => {}, 1000);
`;

describe.skipIf(await lacks("dnsmasq"))("dnsmasq", () => {
  it("answers with the records that it was given, and that other names do not exist", async () => {
    const peer = await startDnsmasq([
      {
        type: "NAPTR",
        name: "full.test",
        order: 10,
        preference: 50,
        service: "SIPS+D2T",
        replacement: "_sips._tcp.full.test",
      },
      {
        type: "NAPTR",
        name: "full.test",
        order: 20,
        preference: 50,
        service: "SIP+D2U",
        replacement: "_sip._udp.full.test",
      },
      {
        type: "SRV",
        name: "_sip._udp.full.test",
        target: "a.full.test",
        port: 5070,
        priority: 10,
        weight: 60,
      },
      {
        type: "SRV",
        name: "_sip._udp.full.test",
        target: "b.full.test",
        port: 5071,
        priority: 20,
        weight: 0,
      },
      { type: "SRV", name: "_sips._tcp.full.test", target: "" },
      { type: "A", name: "a.full.test", address: "127.0.0.1" },
      { type: "A", name: "a.full.test", address: "127.0.0.2" },
      { type: "AAAA", name: "a.full.test", address: "::1" },
      { type: "CNAME", name: "alias.full.test", target: "a.full.test" },
      { type: "A", name: "pbx.corp.local", address: "192.168.1.10" },
    ]);
    const resolver = new Resolver({ timeout: 1_000, tries: 2 });
    resolver.setServers([peer.server]);
    try {
      const naptr = await resolver.resolveNaptr("full.test");
      expect(naptr.sort((a, b) => a.order - b.order).map(({ service }) => service)).toEqual([
        "SIPS+D2T",
        "SIP+D2U",
      ]);
      const srv = await resolver.resolveSrv("_sip._udp.full.test");
      expect(srv.sort((a, b) => a.priority - b.priority)).toEqual([
        { name: "a.full.test", port: 5070, priority: 10, weight: 60 },
        { name: "b.full.test", port: 5071, priority: 20, weight: 0 },
      ]);
      expect((await resolver.resolveSrv("_sips._tcp.full.test")).map(({ name }) => name)).toEqual([""]);
      expect((await resolver.resolve4("a.full.test")).sort()).toEqual(["127.0.0.1", "127.0.0.2"]);
      expect(await resolver.resolve6("a.full.test")).toEqual(["::1"]);
      expect((await resolver.resolve4("alias.full.test")).sort()).toEqual(["127.0.0.1", "127.0.0.2"]);
      expect(await resolver.resolve4("pbx.corp.local")).toEqual(["192.168.1.10"]);
      await expect(resolver.resolve4("nowhere.test")).rejects.toMatchObject({ code: "ENOTFOUND" });
      await expect(resolver.resolve6("pbx.corp.local")).rejects.toMatchObject({ code: "ENODATA" });
      await expect.poll(() => peer.log()).toContain("query[A] nowhere.test from 127.0.0.1");
    } finally {
      resolver.cancel();
      await peer.stop();
    }
  });
});

describe.skipIf(await lacks("sipp"))("sipp", () => {
  const account = kamailioAccounts["1001"];
  const credentials = { username: account.authUsername, password: account.password, realm: "a, b realm" };

  it.each(["udp", "tcp"] as const)("gives every REGISTER the same answer over %s", async (transport) => {
    const answer = { status: 503, reason: "Service Unavailable", headers: ["Retry-After: 30"] };
    const peer = await startSipp(answer, { transport });
    const ports = { udp: peer.port, tcp: peer.port, tls: peer.port };
    expect(await tryPassword({ ...peer, ports }, account, { transport })).toBe("503");
    // SIPp writes its log after it has sent.
    await expect.poll(() => peer.log()).toContain("Retry-After: 30");
    await peer.stop();
  });

  it("is silent when told so", async () => {
    const peer = await startSipp("silent");
    const ports = { udp: peer.port, tcp: peer.port, tls: peer.port };
    expect(await tryPassword({ ...peer, ports }, account, { deadlineMs: 1_000 })).toBe("timeout");
    await peer.stop();
  });

  it.each([
    ["qop", "auth-int,auth"],
    ["no qop", undefined],
  ])("judges our digest by its own reckoning, with %s", async (_, qop) => {
    const peer = await startSipp({ ...credentials, ...(qop ? { qop } : {}) });
    const ports = { udp: peer.port, tcp: peer.port, tls: peer.port };
    expect(await tryPassword({ ...peer, ports }, account)).toBe("200");
    expect(await tryPassword({ ...peer, ports }, account, { password: "x" })).toBe("403 after credentials");
    await peer.stop();
  });
});

describe.skipIf(await lacks("sipp38"))("sipp38", () => {
  const account = kamailioAccounts["1001"];

  it("judges our SHA-256 digest over TLS", async () => {
    const peer = await startSipp(
      { username: "1001", password: account.password, realm: "pbx.test", algorithm: "SHA-256", qop: "auth" },
      { transport: "tls" },
    );
    const ports = { udp: peer.port, tcp: peer.port, tls: peer.port };
    expect(await tryPassword({ ...peer, ports }, account, { transport: "tls" })).toBe("200");
    const wrong = await tryPassword({ ...peer, ports }, account, { transport: "tls", password: "x" });
    expect(wrong).toBe("403 after credentials");
    await peer.stop();
  });
});

it("no free port is given twice, nor one of those that clients get", async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  expect(new Set(ports).size).toBe(50);
  for (const port of ports) expect(port).toBeLessThan(32_768);
});
