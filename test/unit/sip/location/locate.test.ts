import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  type LocateOptions,
  type LocateResult,
  type LocateTarget,
  Lookups,
  locate,
  orderSrv,
} from "../../../../src/sip/location/locate.js";
import { LocateError } from "../../../../src/sip/message/errors.js";
import { type DnsServer, startDnsServer, type Zone } from "../../../support/dns-server.js";
import { watchNameLookups } from "../../../support/name-lookups.js";
import { sleep } from "../../../support/sip.js";

/**
 * From a name to addresses, as RFC 3263 and RFC 2782 have it.
 *
 * Long: each rule of theirs has its case here, with the zone that it takes.
 */

let dns: DnsServer | undefined;
const folders: string[] = [];

afterEach(async () => {
  await dns?.close();
  dns = undefined;
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function hostsFileOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "hosts-"));
  folders.push(folder);
  await writeFile(join(folder, "hosts"), text);
  return join(folder, "hosts");
}

async function ask(zone: Zone, target: LocateTarget, options: LocateOptions = {}): Promise<LocateResult> {
  dns = await startDnsServer(zone);
  return locate(target, { servers: [dns.server], timeout: 200, tries: 1, random: () => 0, ...options });
}

const places = ({ servers }: LocateResult) =>
  servers.map(({ transport, address, port, from }) => `${transport} ${address}:${port} ${from}`);

const a = (address: string) => ({ type: "A" as const, address });
const aaaa = (address: string) => ({ type: "AAAA" as const, address });
const srv = (priority: number, port: number, target: string, weight = 0) =>
  ({ type: "SRV", priority, weight, port, target }) as const;
const naptr = (order: number, service: string, replacement: string, flags = "s", preference = 50) =>
  ({ type: "NAPTR", order, preference, flags, service, replacement }) as const;

describe("locate, without DNS", () => {
  it("takes literals as they are, with the port of the transport", async () => {
    expect(places(await locate({ host: "192.0.2.1" }))).toEqual(["udp 192.0.2.1:5060 literal"]);
    expect(places(await locate({ host: "[2001:db8::1]", transport: "tls" }))).toEqual([
      "tls 2001:db8::1:5061 literal",
    ]);
    const result = await locate({ host: "192.0.2.1", port: 5070, transport: "tls" });
    expect(places(result)).toEqual(["tls 192.0.2.1:5070 literal"]);
    expect(result).toMatchObject({ steps: [], outcome: "found" });
  });

  it("finds localhost, and what is below it, though no one is asked", async () => {
    const lookups = watchNameLookups();
    const result = await ask({}, { host: "localhost", transport: "tcp" });
    expect(places(result)).toEqual(["tcp 127.0.0.1:5060 address", "tcp ::1:5060 address"]);
    expect(result.steps).toMatchObject([{ type: "hosts", question: "localhost" }]);
    expect(places(await locate({ host: "pbx.LOCALHOST." }, { families: [6] }))).toEqual([
      "udp ::1:5060 address",
    ]);
    expect(dns?.questions).toEqual([]);
    expect(lookups.names).toEqual([]);
    lookups.stop();
  });

  it("refuses a question that makes no sense", async () => {
    await expect(locate({ host: "" })).rejects.toThrow(LocateError);
    await expect(locate({ host: "a b" })).rejects.toMatchObject({ code: "target" });
    await expect(locate({ host: "a..b" })).rejects.toMatchObject({ code: "target" });
    await expect(locate({ host: "a.test", port: 0 })).rejects.toMatchObject({ code: "port" });
  });
});

describe("locate, by RFC 3263", () => {
  it("asks for addresses alone when a port is given", async () => {
    const result = await ask(
      { "pbx.test": [a("192.0.2.1"), aaaa("2001:db8::1")], "_sip._udp.pbx.test": [srv(1, 9, "x.test")] },
      { host: "pbx.test", port: 5070 },
    );
    expect(places(result)).toEqual(["udp 192.0.2.1:5070 address", "udp 2001:db8::1:5070 address"]);
    expect(dns?.questions.sort()).toEqual(["A pbx.test", "AAAA pbx.test"]);
  });

  it("asks for SRV of the given transport alone, and _sips._tcp for TLS", async () => {
    const zone: Zone = {
      "_sips._tcp.pbx.test": [srv(10, 5062, "b.test"), srv(5, 5061, "a.test")],
      "a.test": [a("192.0.2.1")],
      "b.test": [a("192.0.2.2")],
    };
    const result = await ask(zone, { host: "pbx.test", transport: "tls" }, { families: [4] });
    expect(places(result)).toEqual(["tls 192.0.2.1:5061 srv", "tls 192.0.2.2:5062 srv"]);
    expect(result.servers[0]?.host).toBe("a.test");
    expect(dns?.questions).toEqual(["SRV _sips._tcp.pbx.test", "A pbx.test", "A a.test", "A b.test"]);
  });

  it("lets NAPTR choose the transport, in its order, and passes over other services", async () => {
    const zone: Zone = {
      "pbx.test": [
        naptr(20, "SIP+D2U", "_sip._udp.pbx.test"),
        naptr(10, "SIPS+D2T", "_sips._tcp.else.test"),
        naptr(5, "E2U+sip", "x.test", "u"),
        naptr(1, "SIP+D2S", "_sip._sctp.pbx.test"),
        naptr(30, "SIP+D2T", "c.test", "a"),
      ],
      "_sips._tcp.else.test": [srv(1, 5061, "a.test")],
      "_sip._udp.pbx.test": [srv(1, 5060, "b.test")],
      "a.test": [a("192.0.2.1")],
      "b.test": [a("192.0.2.2")],
      "c.test": [a("192.0.2.3")],
    };
    const result = await ask(zone, { host: "pbx.test" }, { families: [4] });
    expect(places(result)).toEqual([
      "tls 192.0.2.1:5061 naptr",
      "udp 192.0.2.2:5060 naptr",
      "tcp 192.0.2.3:5060 naptr",
    ]);
  });

  it("takes NAPTR records of one order by their preference, the lower first, and the order before it", async () => {
    const zone: Zone = {
      "pbx.test": [
        naptr(10, "SIP+D2U", "a.test", "a", 30),
        naptr(10, "SIPS+D2T", "b.test", "a", 20),
        naptr(20, "SIP+D2T", "c.test", "a", 10),
      ],
      "a.test": [a("192.0.2.1")],
      "b.test": [a("192.0.2.2")],
      "c.test": [a("192.0.2.3")],
    };
    const result = await ask(zone, { host: "pbx.test" }, { families: [4] });
    expect(places(result)).toEqual([
      "tls 192.0.2.2:5061 naptr",
      "udp 192.0.2.1:5060 naptr",
      "tcp 192.0.2.3:5060 naptr",
    ]);
  });

  it("asks SRV of every transport when there is no NAPTR, UDP first", async () => {
    const zone: Zone = {
      "pbx.test": [a("192.0.2.9")],
      "_sip._tcp.pbx.test": [srv(1, 5060, "a.test")],
      "_sip._udp.pbx.test": [srv(1, 5060, "a.test")],
      "a.test": [a("192.0.2.1")],
    };
    const result = await ask(zone, { host: "pbx.test" }, { families: [4] });
    expect(places(result)).toEqual(["udp 192.0.2.1:5060 srv", "tcp 192.0.2.1:5060 srv"]);
  });

  it("falls back to the addresses of the name, and shows the path", async () => {
    const result = await ask({ "pbx.test": [a("192.0.2.1")] }, { host: "pbx.test." }, { families: [4] });
    expect(places(result)).toEqual(["udp 192.0.2.1:5060 address"]);
    expect(
      result.steps.map(({ type, question, answers, error }) => [type, question, answers, error]),
    ).toEqual([
      ["NAPTR", "pbx.test", [], "ENODATA"],
      ["SRV", "_sip._udp.pbx.test", [], "ENOTFOUND"],
      ["SRV", "_sip._tcp.pbx.test", [], "ENOTFOUND"],
      ["SRV", "_sips._tcp.pbx.test", [], "ENOTFOUND"],
      ["A", "pbx.test", ["192.0.2.1"], undefined],
    ]);
  });

  it("writes answers as a zone file has them", async () => {
    const zone: Zone = {
      "pbx.test": [naptr(10, "SIP+D2U", "_sip._udp.pbx.test")],
      "_sip._udp.pbx.test": [srv(1, 5060, "a.test", 7)],
      "a.test": [aaaa("2001:db8::1")],
    };
    const result = await ask(zone, { host: "pbx.test" }, { families: [6] });
    expect(result.steps.map(({ answers }) => answers).filter(({ length }) => length > 0)).toEqual([
      ['10 50 "s" "SIP+D2U" "" _sip._udp.pbx.test'],
      ["1 7 5060 a.test"],
      ["2001:db8::1"],
    ]);
  });

  it("takes the target . for a refusal and does not go round it", async () => {
    const zone: Zone = { "_sip._udp.pbx.test": [srv(0, 0, ".")], "pbx.test": [a("192.0.2.1")] };
    const result = await ask(zone, { host: "pbx.test" });
    expect(result).toMatchObject({ outcome: "refused", servers: [] });
    expect(result.steps[1]?.answers).toEqual(["0 0 0 ."]);
  });

  it("uses the transport that is offered where another is refused", async () => {
    const zone: Zone = {
      "_sip._udp.pbx.test": [srv(0, 0, ".")],
      "_sip._tcp.pbx.test": [srv(0, 5060, "a.test")],
      "a.test": [a("192.0.2.1")],
    };
    expect(places(await ask(zone, { host: "pbx.test" }))).toEqual(["tcp 192.0.2.1:5060 srv"]);
  });

  it("keeps the live target of two when the other has no address", async () => {
    const zone: Zone = {
      "_sip._udp.pbx.test": [srv(1, 5060, "gone.test"), srv(2, 5060, "b.test")],
      "b.test": [a("192.0.2.2")],
    };
    const result = await ask(zone, { host: "pbx.test", transport: "udp" }, { families: [4] });
    expect(places(result)).toEqual(["udp 192.0.2.2:5060 srv"]);
    expect(result.steps).toContainEqual(
      expect.objectContaining({ question: "gone.test", error: "ENOTFOUND" }),
    );
  });

  it("tells a name that does not exist from a server that fails or keeps silent", async () => {
    expect(await ask({}, { host: "pbx.test" })).toMatchObject({ outcome: "not-found", servers: [] });
    await dns?.close();
    const failing = await ask({ "pbx.test": "SERVFAIL" }, { host: "pbx.test", port: 5060 });
    expect(failing).toMatchObject({ outcome: "failed" });
    expect(failing.steps[0]?.error).toBe("ESERVFAIL");
    await dns?.close();
    const silent = await ask({ "pbx.test": "silence" }, { host: "pbx.test", port: 5060 });
    expect(silent).toMatchObject({ outcome: "failed" });
    expect(silent.steps[0]?.error).toBe("ETIMEOUT");
  });

  it("gives no more servers than asked for, and says that there were more", async () => {
    const zone: Zone = { "pbx.test": Array.from({ length: 20 }, (_, index) => a(`192.0.2.${index + 1}`)) };
    const result = await ask(zone, { host: "pbx.test", port: 5060 }, { maxServers: 3 });
    expect(result.servers).toHaveLength(3);
    expect(result.cuts).toEqual([{ what: "addresses", of: 20, taken: 3 }]);
  });

  it("names no server twice", async () => {
    const zone: Zone = {
      "_sip._udp.pbx.test": [srv(1, 5060, "a.test"), srv(2, 5060, "b.test")],
      "a.test": [a("192.0.2.1")],
      "b.test": [a("192.0.2.1")],
    };
    const result = await ask(zone, { host: "pbx.test", transport: "udp" });
    expect(places(result)).toEqual(["udp 192.0.2.1:5060 srv"]);
  });
});

describe("locate, beside the hosts file", () => {
  it("falls back to it for a name that DNS does not know, and records it", async () => {
    const hostsFile = await hostsFileOf(
      "192.0.2.7 other.test PBX.test\n2001:DB8::7\tpbx.test # the office\n",
    );
    const lookups = watchNameLookups();
    const result = await ask({}, { host: "pbx.test", port: 5060 }, { hostsFile });
    expect(places(result)).toEqual(["udp 192.0.2.7:5060 address", "udp 2001:db8::7:5060 address"]);
    expect(result.steps).toContainEqual(
      expect.objectContaining({ type: "hosts", answers: ["192.0.2.7", "2001:db8::7"], differs: true }),
    );
    expect(lookups.names).toEqual([]);
    lookups.stop();
  });

  it("keeps to DNS where both answer, and notes a difference", async () => {
    const zone: Zone = { "pbx.test": [a("192.0.2.1")] };
    const other = await hostsFileOf("192.0.2.7 pbx.test");
    const differing = await ask(zone, { host: "pbx.test", port: 5060 }, { hostsFile: other });
    expect(places(differing)).toEqual(["udp 192.0.2.1:5060 address"]);
    expect(differing.steps.at(-1)).toMatchObject({ type: "hosts", differs: true });
    await dns?.close();
    const same = await hostsFileOf("192.0.2.1 pbx.test");
    const agreeing = await ask(zone, { host: "pbx.test", port: 5060 }, { hostsFile: same });
    expect(agreeing.steps.at(-1)).not.toHaveProperty("differs");
  });

  it("does without one that is not there", async () => {
    const hostsFile = join(tmpdir(), "no-such-folder", "hosts");
    const result = await ask({}, { host: "pbx.test", port: 5060 }, { hostsFile });
    expect(result).toMatchObject({ outcome: "not-found", servers: [] });
    expect(result.steps).toContainEqual(expect.objectContaining({ type: "hosts", error: "ENOTFOUND" }));
  });

  it("takes localhost from it, where it says something else", async () => {
    const hostsFile = await hostsFileOf("127.0.0.2 localhost");
    const result = await ask({}, { host: "localhost" }, { hostsFile });
    expect(places(result)).toEqual(["udp 127.0.0.2:5060 address"]);
  });
});

describe("locate, where DNS does not answer everything", () => {
  const slow = { timeout: 30_000, tries: 1, limitMs: 60_000 };
  const pending = (type: string, question: string) => ({ what: "pending", type, question });

  it("does not wait for AAAA where there is an A", async () => {
    const zone: Zone = { "pbx.test": [a("192.0.2.1")], "AAAA pbx.test": "silence" };
    const result = await ask(zone, { host: "pbx.test", port: 5060 }, slow);
    expect(places(result)).toEqual(["udp 192.0.2.1:5060 address"]);
    expect(result.cuts).toEqual([pending("AAAA", "pbx.test")]);
  });

  it("does not wait for NAPTR where SRV is answered", async () => {
    const zone: Zone = {
      "NAPTR pbx.test": "silence",
      "_sip._tcp.pbx.test": [srv(1, 5070, "a.test")],
      "a.test": [a("192.0.2.1")],
    };
    const result = await ask(zone, { host: "pbx.test" }, slow);
    expect(places(result)).toEqual(["tcp 192.0.2.1:5070 srv"]);
    expect(result.cuts).toEqual([pending("NAPTR", "pbx.test")]);
  });

  it("does not wait for SRV where the host has an address, and says so", async () => {
    const zone: Zone = { "pbx.test": [a("192.0.2.1")], "_sip._udp.pbx.test": "silence" };
    const result = await ask(zone, { host: "pbx.test", transport: "udp" }, slow);
    expect(places(result)).toEqual(["udp 192.0.2.1:5060 address"]);
    expect(result.cuts).toContainEqual(pending("SRV", "_sip._udp.pbx.test"));
  });

  it("waits for SRV where the host has none", async () => {
    const zone: Zone = {
      "pbx.test": [],
      "_sip._udp.pbx.test": "silence",
      "_sip._tcp.pbx.test": [srv(1, 5070, "a.test")],
      "a.test": [a("192.0.2.1")],
    };
    const result = await ask(zone, { host: "pbx.test" }, { timeout: 700, tries: 1 });
    expect(places(result)).toEqual(["tcp 192.0.2.1:5070 srv"]);
  });

  it("takes an answer that is slower than the tries of a question, where it has the patience", async () => {
    const zone: Zone = { "pbx.test": "slow" };
    const quick = { timeout: 250, tries: 2 };
    const target = { host: "pbx.test", port: 5060 };
    expect((await ask(zone, target, quick)).outcome).toBe("failed");
    const patient = await ask(zone, target, { ...quick, patience: 4_000, families: [4] });
    expect(places(patient)).toEqual(["udp 192.0.2.9:5060 address"]);
  });

  it("waits for A where AAAA alone is answered", async () => {
    const zone: Zone = { "pbx.test": [aaaa("2001:db8::1")], "A pbx.test": "silence" };
    const result = await ask(zone, { host: "pbx.test", port: 5060 }, { timeout: 1_000, tries: 1 });
    expect(places(result)).toEqual(["udp 2001:db8::1:5060 address"]);
    expect(result.steps.find(({ type }) => type === "A")?.error).toBe("ETIMEOUT");
    expect(result.cuts).toEqual([]);
  });

  it("asks what a name without an address is an alias of", async () => {
    const zone: Zone = { "pbx.test": [{ type: "CNAME", target: "gone.test" }] };
    const result = await ask(zone, { host: "pbx.test", port: 5060 });
    expect(result.outcome).toBe("not-found");
    expect(result.steps.at(-1)).toMatchObject({
      type: "CNAME",
      question: "pbx.test",
      answers: ["gone.test"],
    });
  });
});

describe("locate, bounded", () => {
  const many = (count: number, of: (index: number) => Zone[string]) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}.test`, of(index)]));

  it("looks up the first six SRV targets, and says how many there were", async () => {
    const records = Array.from({ length: 12 }, (_, index) => srv(index, 5060, `t${index}.test`));
    const zone = { "_sip._udp.pbx.test": records, ...many(12, (index) => [a(`192.0.2.${index}`)]) };
    const result = await ask(zone, { host: "pbx.test", transport: "udp" }, { families: [4] });
    expect(result.servers).toHaveLength(6);
    expect(result.cuts).toEqual([{ what: "targets", of: 12, taken: 6 }]);
    expect(dns?.questions.filter((question) => question.startsWith("A t"))).toHaveLength(6);
  });

  it("reads no more than the first records of an answer, and says how many there were", async () => {
    const zone: Zone = { "pbx.test": Array.from({ length: 40 }, (_, index) => a(`192.0.2.${index}`)) };
    const result = await ask(zone, { host: "pbx.test", port: 5060 }, { families: [4], maxServers: 99 });
    expect(result.cuts).toEqual([{ what: "records", type: "A", question: "pbx.test", of: 40, taken: 32 }]);
  });

  it("asks about no more names than it may, and says how many there were", async () => {
    const records = Array.from({ length: 5 }, (_, index) => srv(1, 5060, `t${index}.test`));
    const zone = { "_sip._udp.pbx.test": records, ...many(5, () => [a("192.0.2.1")]) };
    const result = await ask(zone, { host: "pbx.test", transport: "udp" }, { maxNames: 3 });
    expect(result.cuts).toEqual([{ what: "names", of: 7, taken: 3 }]);
    expect(new Set(dns?.questions.map((question) => question.split(" ")[1])).size).toBe(3);
  });

  it("asks nothing twice in searches that share their look-ups, and counts them together", async () => {
    dns = await startDnsServer({ "pbx.test": [a("192.0.2.1")] });
    const lookups = new Lookups({ servers: [dns.server], timeout: 200, tries: 1, maxNames: 4 });
    const found = await Promise.all([
      locate({ host: "pbx.test", port: 5060 }, { lookups }),
      locate({ host: "PBX.test" }, { lookups }),
      locate({ host: "other.test", port: 5060 }, { lookups }),
    ]);
    lookups.close();
    expect(found.map(places)).toEqual([["udp 192.0.2.1:5060 address"], ["udp 192.0.2.1:5060 address"], []]);
    expect(dns.questions.length).toBe(new Set(dns.questions.map((each) => each.toLowerCase())).size);
    expect(lookups.cuts).toEqual([{ what: "names", of: 5, taken: 4 }]);
  });

  it("keeps what was answered when the time for all questions is up, and leaves nothing running", async () => {
    const zone: Zone = {
      "_sip._udp.pbx.test": [srv(1, 5060, "a.test"), srv(2, 5060, "mute.test")],
      "a.test": [a("192.0.2.1")],
      "mute.test": "silence",
    };
    const options = { families: [4], timeout: 50, tries: 20, limitMs: 500 } as const;
    const result = await ask(zone, { host: "pbx.test", transport: "udp" }, options);
    expect(places(result)).toEqual(["udp 192.0.2.1:5060 srv"]);
    expect(result.cuts).toEqual([{ what: "time", ms: 500 }]);
    expect(result.steps.at(-1)).toMatchObject({ question: "mute.test", error: "ETIMEOUT" });
    const asked = dns?.questions.length ?? 0;
    // c-ares would have asked again by then.
    await sleep(600);
    expect(dns?.questions).toHaveLength(asked);
  });

  it("does not take the silence of one search for the failure of another", async () => {
    dns = await startDnsServer({ "mute.test": "silence" });
    const lookups = new Lookups({ servers: [dns.server], timeout: 100, tries: 1 });
    const [gone, mute] = await Promise.all([
      locate({ host: "gone.test", port: 5060 }, { lookups }),
      locate({ host: "mute.test", port: 5060 }, { lookups }),
    ]);
    lookups.close();
    expect([gone.outcome, mute.outcome]).toEqual(["not-found", "failed"]);
  });

  it("stops when it is aborted, with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 50);
    const asked = ask(
      { "pbx.test": "silence" },
      { host: "pbx.test" },
      { timeout: 600_000, limitMs: 600_000, signal: controller.signal },
    );
    await expect(asked).rejects.toBe(reason);
  });

  it("does not begin when it is aborted already", async () => {
    const signal = AbortSignal.abort(new Error("never"));
    await expect(ask({}, { host: "pbx.test" }, { signal })).rejects.toThrow("never");
    expect(dns?.questions).toEqual([]);
  });
});

const record = (id: string, priority: number, weight: number) => ({ id, priority, weight });

describe("orderSrv (RFC 2782)", () => {
  it("goes by priority before weight", () => {
    const ordered = orderSrv([record("c", 20, 99), record("a", 5, 0), record("b", 10, 1)], () => 0.999);
    expect(ordered.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  it("draws by weight: the share of first places is that of the weights", () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const first = { a: 0, b: 0 };
    for (let turn = 0; turn < 4_000; turn += 1) {
      const [winner] = orderSrv([record("a", 1, 30), record("b", 1, 10)], random);
      first[winner?.id as "a" | "b"] += 1;
    }
    expect(first.a / 4_000).toBeGreaterThan(0.7);
    expect(first.a / 4_000).toBeLessThan(0.8);
  });

  it("gives weight 0 a chance, but a small one, and loses no record", () => {
    const records = [record("zero", 1, 0), record("a", 1, 50), record("b", 1, 50)];
    expect(orderSrv(records, () => 0)[0]?.id).toBe("zero");
    expect(
      orderSrv(records, () => 0.5)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(["a", "b", "zero"]);
    expect(orderSrv(records, () => 0.5)[0]?.id).toBe("a");
  });
});
