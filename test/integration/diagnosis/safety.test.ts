import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import {
  type DiagnosisReport,
  PbxLedger,
  ProbeHistory,
  ProbeLimitError,
} from "../../../src/diagnosis/index.js";
import { Secret } from "../../../src/redaction/secret.js";
import { classifyAddress, formatTrace, type SipRequest } from "../../../src/sip/index.js";
import { testCertificates } from "../../support/certificates.js";
import { diagnoseQuickly, targetOf } from "../../support/diagnosis.js";
import { startDnsServer } from "../../support/dns-server.js";
import { alter, digestScript, instead } from "../../support/registrar-scripts.js";
import { type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** What a diagnosis must never do to a PBX, to its users, or to a network. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function registrarWith(script: Script = digestScript(), more = {}): Promise<ScriptedRegistrar> {
  const registrar = await ScriptedRegistrar.start({ script, ...more });
  closers.push(() => registrar.close());
  return registrar;
}

const wrong = new Secret("not the password");

function withCredentials({ requests }: ScriptedRegistrar): SipRequest[] {
  return requests.filter(({ headers }) => headers.has("Authorization") || headers.has("Proxy-Authorization"));
}

function whyNot({ notChecked }: DiagnosisReport, check: string): string | undefined {
  return notChecked.find((each) => each.check === check)?.why;
}

describe("failed logins", () => {
  it("are at most one for a wrong password", async () => {
    const registrar = await registrarWith();
    await diagnoseQuickly(targetOf(registrar), { password: wrong });
    expect(withCredentials(registrar)).toHaveLength(1);
    expect(registrar.requestsOf("REGISTER")).toHaveLength(2);
  });

  it("are none without a password: nothing carries credentials, and no one else's name is used", async () => {
    const registrar = await registrarWith();
    await diagnoseQuickly(targetOf(registrar));
    expect(withCredentials(registrar)).toEqual([]);
    for (const { headers } of registrar.requests)
      expect(headers.get("From")).toMatch(/<sip:1001@127\.0\.0\.1>/);
  });

  it("are not risked for OPTIONS: its challenge is never answered", async () => {
    const challenged = alter(digestScript(), (reply) => reply);
    const registrar = await registrarWith(
      instead(
        "OPTIONS",
        { status: 401, headers: [["WWW-Authenticate", 'Digest realm="r", nonce="n"']] },
        challenged,
      ),
    );
    const report = await diagnoseQuickly(targetOf(registrar), { password: new Secret("secret") });
    expect(registrar.requestsOf("OPTIONS")).toHaveLength(1);
    expect(report.evidence.credentials?.outcome).toBe("accepted");
  });

  it("are not repeated: a refused password is kept back, and its cap holds against force", async () => {
    const registrar = await registrarWith(digestScript({ headers: [["Server", "kamailio (5.6.3)"]] }));
    const history = new ProbeHistory();
    const run = (more = {}) => diagnoseQuickly(targetOf(registrar), { history, password: wrong, ...more });
    await run();
    const second = await run();
    expect(withCredentials(registrar)).toHaveLength(1);
    expect(whyNot(second, "credentials")).toMatch(/refused there before/);
    await run({ force: true });
    expect(withCredentials(registrar)).toHaveLength(2);
    const fourth = await run({ force: true });
    expect(withCredentials(registrar)).toHaveLength(2);
    expect(whyNot(fourth, "credentials")).toMatch(/2 times within ten minutes/);
  });

  it("are not added up to a ban where a refused user may be an unknown one, which counts twice", async () => {
    const registrar = await registrarWith(digestScript({ nonces: "pjsip" }));
    const history = new ProbeHistory();
    const run = (more = {}) => diagnoseQuickly(targetOf(registrar), { history, ...more });
    await run({ password: wrong });
    const second = await run({ password: new Secret("another") });
    expect(whyNot(second, "credentials")).toMatch(/count as 3 failed logins.*no credentials were sent/);
    const third = await run();
    expect(whyNot(third, "registrar")).toMatch(
      /count as 4 failed logins.*nothing was asked in a user's name/,
    );
    expect(third.findings.filter(({ severity }) => severity !== "info")).toEqual([]);
    expect(third.verdict).toMatchObject({ outcome: "not_proven" });
    expect(registrar.requestsOf("REGISTER")).toHaveLength(3);
  });

  it("are not added up by two who share a ledger: none comes to a ban, or learns of the other", async () => {
    const registrar = await registrarWith(digestScript({ nonces: "pjsip" }));
    const ledger = new PbxLedger();
    const tenants = [new ProbeHistory(ledger), new ProbeHistory(ledger)] as const;
    const run = (history: ProbeHistory, password: string) =>
      diagnoseQuickly(targetOf(registrar), { history, password: new Secret(password) });
    await run(tenants[0], "one");
    const second = await run(tenants[1], "two");
    const third = await run(tenants[1], "three");
    // Each request of a user who may not be known, and each login twice, as the strictest PBX counts.
    const counted = registrar.requestsOf("REGISTER").length + withCredentials(registrar).length;
    expect(counted).toBe(4);
    expect(whyNot(second, "credentials")).toMatch(/^this server limits what it sends to one PBX/);
    expect(second.evidence.history).toEqual({ refusals: 0 });
    expect(whyNot(third, "registrar")).toMatch(/^this server limits what it sends to one PBX/);
  });

  it("are not risked by asking again: the REGISTER is left out in the end", async () => {
    const registrar = await registrarWith(
      instead("OPTIONS", { status: 401, headers: [["WWW-Authenticate", 'Digest realm="r", nonce="n"']] }),
    );
    const history = new ProbeHistory();
    for (let count = 0; count < 6; count += 1) {
      const report = await diagnoseQuickly(targetOf(registrar), { history });
      const why = whyNot(report, "registrar");
      if (count < 4) expect(why).toBeUndefined();
      else expect(why).toMatch(/nothing was asked in a user's name/);
    }
    expect(registrar.requestsOf("OPTIONS")).toHaveLength(0);
    expect(registrar.requestsOf("REGISTER")).toHaveLength(4);
  });

  it.each(["udp", "tcp"] as const)("leave room for a test right after a look, over %s", async (transport) => {
    // Asterisk's PJSIP challenges OPTIONS as well, and logs both of a user whom it does not know.
    const challenge = ["WWW-Authenticate", 'Digest realm="asterisk", nonce="n", qop="auth"'] as const;
    const server = ["Server", "Asterisk PBX 22.10.1"] as const;
    const registrar = await registrarWith(
      instead("OPTIONS", { status: 401, headers: [challenge, server] }, digestScript({ headers: [server] })),
      { transports: [transport] },
    );
    const history = new ProbeHistory();
    const target = targetOf(registrar, transport);
    const first = await diagnoseQuickly(target, { history });
    expect(first.mayTest).toBe(true);
    const second = await diagnoseQuickly(target, { history, password: new Secret("secret") });
    expect(second.evidence.credentials?.outcome).toBe("accepted");
    const counted = registrar.requestsOf("REGISTER").length + withCredentials(registrar).length;
    expect(counted + registrar.requestsOf("OPTIONS").length).toBeLessThan(5);
  });

  it("are not offered where they would not be carried out", async () => {
    const registrar = await registrarWith(digestScript({ headers: [["Server", "Asterisk PBX 22.10.1"]] }));
    const history = new ProbeHistory();
    const looks = [];
    for (let count = 0; count < 3; count += 1) {
      looks.push((await diagnoseQuickly(targetOf(registrar), { history })).mayTest);
    }
    expect(looks).toEqual([true, false, false]);
    const tested = await diagnoseQuickly(targetOf(registrar), { history, password: new Secret("secret") });
    expect(tested.evidence.credentials).toBeUndefined();
  });

  it("are not risked for OPTIONS where REGISTER is challenged; else it follows", async () => {
    const registrar = await registrarWith(instead("REGISTER", { status: 404 }));
    await diagnoseQuickly(targetOf(registrar));
    expect(registrar.requests.map(({ method }) => method)).toEqual(["REGISTER", "OPTIONS"]);
  });

  it("are not doubled by two diagnoses at the same time", async () => {
    const registrar = await registrarWith();
    const history = new ProbeHistory();
    const run = () => diagnoseQuickly(targetOf(registrar), { history, password: wrong });
    await Promise.all([run(), run(), run()]);
    expect(withCredentials(registrar)).toHaveLength(1);
  });

  it("are not risked without a user: one anonymous OPTIONS, and no REGISTER", async () => {
    const registrar = await registrarWith();
    const { sipDomain, port, transport } = targetOf(registrar);
    const report = await diagnoseQuickly({
      sipDomain,
      ...(port ? { port } : {}),
      ...(transport ? { transport } : {}),
    });
    expect(registrar.requests.map(({ method }) => method)).toEqual(["OPTIONS"]);
    expect(registrar.requests[0]?.headers.get("From")).toMatch(
      /^"Anonymous" <sip:anonymous@anonymous\.invalid>/,
    );
    expect(report.verdict.text).toMatch(/answers SIP\. Whether it registers anybody was not asked/);
  });
});

describe("secrets", () => {
  it("are in no text of a report, nor in its messages", async () => {
    const registrar = await registrarWith();
    const {
      evidence: _evidence,
      trace,
      ...report
    } = await diagnoseQuickly(targetOf(registrar), { password: wrong });
    const printed = `${JSON.stringify(report)}\n${formatTrace(trace)}`;
    expect(printed).not.toContain("not the password");
    const response = /response="([0-9a-f]+)"/.exec(
      withCredentials(registrar)[0]?.headers.get("Authorization") ?? "",
    )?.[1];
    expect(response).toMatch(/^[0-9a-f]{32}$/);
    expect(printed).not.toContain(response);
  });

  it("go to a server whose certificate does not hold only when that was asked for", async () => {
    const { selfSigned } = await testCertificates();
    const registrar = await registrarWith(digestScript(), { transports: ["tls"], tls: selfSigned });
    const target = targetOf(registrar, "tls");
    await diagnoseQuickly(target, { password: wrong });
    expect(withCredentials(registrar)).toHaveLength(0);
    await diagnoseQuickly(target, { password: wrong, ignoreCertificate: true });
    expect(withCredentials(registrar)).toHaveLength(1);
  });
});

describe("the policy on targets", () => {
  const noLoopback = (address: string) =>
    classifyAddress(address) === "loopback" ? `${address} is a loopback address` : undefined;

  it("holds for an address, and for a name that leads to it: nothing is sent", async () => {
    const registrar = await registrarWith(digestScript(), { transports: ["udp", "tcp"] });
    const dns = await startDnsServer({ "sneaky.test": [{ type: "A", address: "127.0.0.1" }] });
    closers.push(() => dns.close());
    for (const sipDomain of ["127.0.0.1", "sneaky.test"]) {
      for (const transport of ["udp", "tcp"] as const) {
        const report = await diagnoseQuickly(targetOf(registrar, transport, { sipDomain }), {
          policy: noLoopback,
          dnsServers: [dns.server],
          password: wrong,
        });
        expect(report.verdict.outcome).not.toBe("proven");
        expect(report.notChecked.map(({ why }) => why).join()).toMatch(/127\.0\.0\.1 is a loopback address/);
      }
    }
    expect(registrar.copies).toBe(0);
  });

  it("sends nothing to ports of other services", async () => {
    const report = await diagnoseQuickly({
      sipDomain: "127.0.0.1",
      username: "1001",
      port: 25,
      transport: "tcp",
    });
    expect(report.notChecked[0]?.why).toMatch(/nothing is sent to ports below 1024 but 443/);
    expect(report.trace.filter(({ remote }) => remote.port < 1024)).toEqual([]);
  });

  it("limits the runs against a host", async () => {
    const history = new ProbeHistory();
    const registrar = await registrarWith();
    for (let count = 0; count < 6; count += 1) await diagnoseQuickly(targetOf(registrar), { history });
    await expect(diagnoseQuickly(targetOf(registrar), { history })).rejects.toThrow(ProbeLimitError);
    expect(registrar.requestsOf("REGISTER").length).toBeLessThan(5);
  });
});

describe("an end", () => {
  /** Longer than a test may take. */
  const ENDLESS = { options: 600_000, register: 600_000, patience: 100 };

  it("comes when the caller cancels, and closes every connection", async () => {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const accepted = once(server, "connection");
    const controller = new AbortController();
    const running = diagnoseQuickly(
      { sipDomain: "127.0.0.1", username: "1001", port, transport: "tcp" },
      { signal: controller.signal, limits: { total: 600_000, ...ENDLESS } },
    );
    const [socket] = await accepted;
    const closed = once(socket.resume(), "close");
    controller.abort(new Error("cancelled by the test"));
    await expect(running).rejects.toThrow("cancelled by the test");
    await closed;
  });

  it("comes when the time of the whole is up, with what was seen until then", async () => {
    const registrar = await registrarWith(() => undefined);
    const report = await diagnoseQuickly(targetOf(registrar), {
      limits: { total: 400, ...ENDLESS },
      timers: { t1: 60_000, t2: 60_000, t4: 60_000 },
    });
    expect(report.verdict.outcome).not.toBe("proven");
    expect(report.notChecked.map(({ why }) => why).join()).toMatch(/the time was up/);
  });
});
