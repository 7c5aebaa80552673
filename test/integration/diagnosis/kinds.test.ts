import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { DiagnosisReport, DiagnosisTarget } from "../../../src/diagnosis/index.js";
import { Secret } from "../../../src/redaction/secret.js";
import { diagnoseQuickly, sure, targetOf } from "../../support/diagnosis.js";
import { recordFault, writeFaultTable } from "../../support/fault-table.js";
import { freePort } from "../../support/free-port.js";
import { digestScript, instead } from "../../support/registrar-scripts.js";
import { type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** Further inputs of the kinds of defects that were met: what proves nothing, and what has several readings. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => writeFaultTable("kinds"));

const good = new Secret("secret");
const wrong = new Secret("wrong");
type More = Parameters<typeof diagnoseQuickly>[1];

async function look(
  script: Script,
  more: More = {},
  given: { transport?: "udp" | "tcp"; target?: Partial<DiagnosisTarget> } = {},
): Promise<DiagnosisReport> {
  const { transport = "udp", target = {} } = given;
  const registrar = await ScriptedRegistrar.start({ script, transports: [transport] });
  closers.push(() => registrar.close());
  const report = await diagnoseQuickly(targetOf(registrar, transport, target), more);
  recordFault(report);
  return report;
}

const asked = (request: Parameters<Script>[0]) => request.headers.has("Authorization");
const CHALLENGE = ["WWW-Authenticate", 'Digest realm="pbx", nonce="n", qop="auth"'] as const;
const ids = ({ findings }: DiagnosisReport) => findings.map(({ id }) => id);

describe("a query that proves no password", () => {
  it.each<[string, Script]>([
    [
      "is one answered 200 with somebody else's Contact and never a challenge",
      () => ({
        status: 200,
        headers: [["Contact", "<sip:1001@192.0.2.9>;expires=300"]],
      }),
    ],
    [
      "is one answered 202 after a challenge",
      (request) => (asked(request) ? { status: 202 } : { status: 401, headers: [CHALLENGE] }),
    ],
    [
      "is one answered 204 after a challenge",
      (request) => (asked(request) ? { status: 204 } : { status: 401, headers: [CHALLENGE] }),
    ],
  ])("%s", async (_what, script) => {
    const report = await look(script, { password: wrong });
    expect(report.verdict.outcome).not.toBe("proven");
    expect(JSON.stringify(report.findings)).not.toMatch(/credentials are good/i);
  });
});

describe("a test binding without a challenge before it", () => {
  it.each([403, 503])(
    "that is refused %i says nothing good of credentials that were not asked for",
    async (status) => {
      const script: Script = (request) =>
        request.method === "REGISTER" && request.headers.has("Contact") ? { status } : { status: 200 };
      const report = await look(script, { password: good, testBinding: true });
      expect(report.verdict.outcome).toBe("problem");
      expect(JSON.stringify(report)).not.toMatch(/credentials are (?:good|accepted)/i);
    },
  );
});

describe("an answer into which an Asterisk folds several causes", () => {
  it.each([
    ["404 from FreePBX over TCP", "FPBX-16.0.40.7(18.20.0)", 404, "tcp"],
    ["404 from an Asterisk 20", "Asterisk PBX 20.5.0", 404, "udp"],
    ["403 from an Asterisk 13", "Asterisk PBX 13.38.3", 403, "udp"],
  ] as const)("(%s) is not reported as sure", async (_what, server, status, transport) => {
    const headers = [["Server", server]] as const;
    const report = await look(instead("REGISTER", { status, headers }), {}, { transport });
    expect(report.verdict.outcome).toBe("problem");
    expect(sure(report)).toEqual([]);
  });
});

describe("a challenge with bytes in Latin-1", () => {
  it.each([
    ["realm", Buffer.from('Digest realm="B\xfcro", nonce="n1"', "latin1")],
    ["opaque", Buffer.from('Digest realm="pbx.test", nonce="n1", opaque="\xe9t\xe9"', "latin1")],
  ])("in its %s is answered, and sent back byte for byte", async (_where, value) => {
    let sent = "";
    const script: Script = (request) => {
      sent = request.headers.get("Authorization") ?? sent;
      return asked(request)
        ? { status: 200 }
        : { status: 401, headers: [["WWW-Authenticate", value.toString("latin1")]] };
    };
    const report = await look(script, { password: good });
    expect(report.evidence.credentials?.outcome).toBe("accepted");
    expect(sent).not.toMatch(/\ufffd/);
  });
});

describe("a first challenge that the platform's registrant cannot answer", () => {
  it.each([
    ["Negotiate", ["Negotiate", 'Digest realm="r", nonce="n"']],
    ["Bearer", ['Bearer realm="r"', 'Digest realm="r", nonce="n"']],
    ["a Digest without realm", ['Digest nonce="n"', 'Digest realm="r", nonce="n"']],
  ])("(%s) is warned of although the login is accepted here", async (_what, challenges) => {
    const headers = challenges.map((value) => ["WWW-Authenticate", value] as const);
    const report = await look((request) => (asked(request) ? { status: 200 } : { status: 401, headers }), {
      password: good,
    });
    expect(ids(report)).toContain("first-challenge-unusable");
    expect(report.verdict.outcome).toBe("problem");
  });
});

describe("a REGISTER that UDP loses", () => {
  it.each<[string, (request: Parameters<Script>[0]) => boolean]>([
    ["by its User-Agent", (request) => /telzino/i.test(request.headers.get("User-Agent") ?? "")],
    ["by its method", (request) => request.method === "REGISTER"],
  ])("%s is asked over TCP, which answers", async (_why, isLost) => {
    const sound = digestScript();
    const registrar = await ScriptedRegistrar.start({
      transports: ["udp", "tcp"],
      port: await freePort(),
      script: (request, given) =>
        given.transport === "udp" && request.method === "REGISTER" && isLost(request)
          ? undefined
          : sound(request, given),
    });
    closers.push(() => registrar.close());
    const report = await diagnoseQuickly(targetOf(registrar, "udp"));
    recordFault(report);
    expect(report.findings[0]?.id).toBe("register-silent");
    expect(JSON.stringify(report.findings[0])).toMatch(/tcp/i);
    expect(sure(report)).toEqual([]);
  });
});
