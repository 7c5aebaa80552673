import { afterEach, describe, expect, it } from "vitest";
import type { StoredSip } from "../../../src/sandbox/store.js";
import type { SipRequest } from "../../../src/sip/index.js";
import { testCertificates } from "../../support/certificates.js";
import { registersOf, settingsFor, TestRecord, VERSIONS } from "../../support/registrant.js";
import { after401, grants } from "../../support/registrant-answers.js";
import { digestScript, longChallenge } from "../../support/registrar-scripts.js";
import { type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe.each(VERSIONS)("the registrant like OpenSIPS %s", (version) => {
  async function meet(
    script: Script,
    change: Partial<StoredSip> = {},
    tls = {},
  ): Promise<{ record: TestRecord; registrar: ScriptedRegistrar; sent: () => SipRequest[] }> {
    const { transport = "udp" } = change;
    const registrar = await ScriptedRegistrar.start({ script, transports: [transport], tls });
    closers.push(() => registrar.close());
    const record = new TestRecord(version, settingsFor(registrar.target(transport).port, change));
    closers.push(() => record.close());
    return { record, registrar, sent: () => registersOf(registrar) };
  }

  it("names the expiry in the Contact alone, and asks for no rport", async () => {
    const { record, sent } = await meet(digestScript());
    await record.cycle();
    expect(sent()).toHaveLength(2);
    for (const { headers } of sent()) {
      expect(headers.get("Contact")).toMatch(/^<sip:1001@127\.0\.0\.1:\d+>;expires=3600$/);
      expect([...headers].map(([name]) => name)).not.toContain("Expires");
      expect(headers.get("Via")).toMatch(/^SIP\/2\.0\/UDP 127\.0\.0\.1:\d+;branch=z9hG4bK[^;]+$/);
      expect(headers.has("Route")).toBe(false);
    }
  });

  it.each([
    ["udp", /^sip:127\.0\.0\.1:\d+$/],
    ["tcp", /^sip:127\.0\.0\.1:\d+;transport=tcp$/],
  ] as const)("sends to the registrar's URI over %s, with the AOR in From and To", async (transport, uri) => {
    const { record, sent } = await meet(digestScript(), { transport });
    await record.cycle();
    expect(record.state).toBe("REGISTERED_STATE");
    for (const request of sent()) {
      expect(request.uri).toMatch(uri);
      expect(request.headers.get("To")).toBe("<sip:1001@127.0.0.1>");
      expect(request.headers.get("From")).toMatch(/^<sip:1001@127\.0\.0\.1>;tag=\w+$/);
    }
  });

  it("sends to a proxy without a Route and without its port in the Request-URI", async () => {
    const { record, sent } = await meet(digestScript(), { sipDomain: "pbx.test", proxy: "127.0.0.1" });
    await record.cycle();
    expect(record.state).toBe("REGISTERED_STATE");
    for (const { uri, headers } of sent()) {
      expect(uri).toBe("sip:pbx.test");
      expect(headers.get("To")).toBe("<sip:1001@pbx.test>");
      expect(headers.has("Route")).toBe(false);
    }
  });

  it("sends no server name in TLS", async () => {
    const names: string[] = [];
    const SNICallback = (name: string, done: (error: null) => void) => {
      names.push(name);
      done(null);
    };
    const { ok } = await testCertificates();
    const { record } = await meet(
      digestScript(),
      { sipDomain: "pbx.test", proxy: "127.0.0.1", transport: "tls" },
      { cert: ok.cert, key: ok.key, SNICallback },
    );
    await record.cycle();
    expect(record.state).toBe("REGISTERED_STATE");
    expect(names).toStrictEqual([]);
  });

  it("keeps its Call-ID over refreshes and answers each cycle's challenge with the first count", async () => {
    const { record, sent } = await meet(digestScript());
    await record.cycle();
    expect(await record.secondsToNext()).toBeGreaterThan(3_000);
    await record.registrant.cycle;
    expect(sent()).toHaveLength(4);
    expect(new Set(sent().map(({ headers }) => headers.get("Call-ID"))).size).toBe(1);
    expect(sent().map(({ headers }) => Number.parseInt(headers.get("CSeq") ?? "", 10))).toStrictEqual([
      1, 2, 3, 4,
    ]);
    const answers = sent().flatMap(({ headers }) => headers.all("Authorization"));
    expect(answers).toHaveLength(2);
    for (const answer of answers) expect(answer).toContain("nc=00000001");
  });

  it("names the algorithm in its answer to a challenge without one", async () => {
    const { record, sent } = await meet(after401({ status: 403 }, 'Digest realm="pbx.test", nonce="n1"'));
    await record.cycle();
    expect(sent().at(-1)?.headers.get("Authorization")).toContain("algorithm=MD5");
  });

  it("takes a new Call-ID after a failure", async () => {
    const { record, registrar, sent } = await meet(() => ({ status: 503 }));
    await record.cycle();
    registrar.follow(digestScript());
    await record.secondsToNext();
    await record.registrant.cycle;
    expect(record.state).toBe("REGISTERED_STATE");
    const [failed, ...registered] = sent().map(({ headers }) => headers.get("Call-ID"));
    expect(new Set(registered).size).toBe(1);
    expect(registered).not.toContain(failed);
  });

  it("tells of one REGISTER a cycle", async () => {
    const { record, registrar } = await meet(digestScript());
    await record.tick();
    await expect.poll(() => registersOf(registrar).length).toBeGreaterThan(0);
    await record.clock.advance(2);
    await record.registrant.cycle;
    expect(record.state).toBe("REGISTERED_STATE");
    expect(record.registrant.snapshot.lastRegisterSent).toStrictEqual(record.clock.date(10));
  });

  it("tries a stale nonce again in its next cycle, which succeeds", async () => {
    const { record } = await meet(digestScript({ staleOnce: true }));
    await record.cycle();
    expect(record.state).toBe("WRONG_CREDENTIALS_STATE");
    expect(await record.secondsToNext()).toBe(version === "3.4" ? 10 : 3_590);
    await record.registrant.cycle;
    expect(record.state).toBe("REGISTERED_STATE");
  });

  it("asks for what was granted before (3.4), or for what it wants itself (4.0)", async () => {
    const { record, sent } = await meet(grants(60));
    await record.cycle();
    await record.secondsToNext();
    await record.registrant.cycle;
    const [first, second] = sent().map(({ headers }) => headers.get("Contact")?.split("=").at(-1));
    expect([first, second]).toStrictEqual(["3600", version === "3.4" ? "60" : "3600"]);
  });

  it("keeps asking for what a 423 wants, and shows it from then on (3.4) or once it is granted (4.0)", async () => {
    const { record, sent } = await meet((request, { index }) => {
      if (index === 0) return { status: 423, headers: [["Min-Expires", "7200"]] };
      const [contact = ""] = request.headers.get("Contact")?.split(";expires") ?? [];
      return { status: 200, headers: [["Contact", contact]] };
    });
    await record.cycle();
    expect(record.registrant.snapshot.timeoutSeconds).toBe(version === "3.4" ? 7_200 : 3_600);
    await record.secondsToNext();
    await record.registrant.cycle;
    expect(sent().map(({ headers }) => headers.get("Contact")?.split("=").at(-1))).toStrictEqual([
      "3600",
      "7200",
      "7200",
    ]);
  });

  it("asks again for ever, state and time unmoved, where 423 is all it gets; the sandbox pauses after 20", async () => {
    const { record, sent } = await meet(() => ({ status: 423, headers: [["Min-Expires", "600"]] }));
    await record.tick();
    for (const rounds of [1, 2, 3]) {
      // It waits for a tick, and not for an answer.
      await expect.poll(() => record.clock.awaited).toStrictEqual([record.clock.now() + 10]);
      expect(sent()).toHaveLength(20 * rounds);
      expect(record.state).toBe("REGISTERING_STATE");
      expect(record.registrant.snapshot).toMatchObject({
        lastRegisterSent: record.clock.date(10),
        timeoutSeconds: version === "3.4" ? 600 : 3_600,
      });
      await record.tick();
    }
    expect(sent().at(-1)?.headers.get("Contact")).toContain("expires=600");
  });

  it("takes a Min-Expires below 5 s as its version does", async () => {
    const { record, sent } = await meet(() => ({ status: 423, headers: [["Min-Expires", "3"]] }));
    await record.tick();
    if (version === "3.4") {
      await expect.poll(() => sent().length).toBe(20);
      expect(record.state).toBe("REGISTERING_STATE");
    } else {
      await record.registrant.cycle;
      expect(sent()).toHaveLength(1);
      expect(record.state).toBe("REGISTRAR_ERROR_STATE");
    }
  });

  it("brings the server down when Contact and Authorization are longer than 512 bytes", async () => {
    const short = await meet(longChallenge(10));
    await short.record.cycle();
    expect(short.record.state).toBe("REGISTERED_STATE");
    const long = await meet(longChallenge(400));
    await long.record.cycle();
    expect(long.record.crashes).toBe(1);
    // The registrar gets the credentials anyway.
    await expect
      .poll(() => long.sent().map(({ headers }) => headers.has("Authorization")))
      .toEqual([false, true]);
  });
});
