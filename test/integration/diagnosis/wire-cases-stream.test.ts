import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { DiagnosisReport } from "../../../src/diagnosis/index.js";
import { Secret } from "../../../src/redaction/secret.js";
import { diagnoseQuickly, targetOf, weighty } from "../../support/diagnosis.js";
import { recordFault, writeFaultTable } from "../../support/fault-table.js";
import { alter, digestScript, instead } from "../../support/registrar-scripts.js";
import { type Answer, type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** Faults of the stream under SIP. What waits has a minute each time, which the test has not. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => writeFaultTable("wire-cases-stream"));

const MINUTE = 60_000;
const SOON = 15_000;
const PATIENT = {
  limits: { options: MINUTE, register: MINUTE, otherEndpoint: MINUTE, dead: MINUTE, total: 2 * MINUTE },
  timers: { t1: MINUTE, t2: MINUTE, t4: MINUTE },
};

async function look(
  script: Script,
  options: Parameters<typeof diagnoseQuickly>[1],
): Promise<DiagnosisReport> {
  const registrar = await ScriptedRegistrar.start({ script, transports: ["tcp"], ignoresGarbage: true });
  closers.push(() => registrar.close());
  const report = await diagnoseQuickly(targetOf(registrar, "tcp"), {
    password: new Secret("secret"),
    ...options,
  });
  recordFault(report);
  return report;
}

describe("a PBX that answers REGISTER, and OPTIONS", () => {
  const cases: [string, Answer][] = [
    ["with nothing", undefined],
    ["with half an answer and a reset", { raw: "SIP/2.0 200 OK\r\nVia: SIP/2", close: "reset" }],
    [
      "with half an answer and the end of the connection",
      { raw: "SIP/2.0 200 OK\r\nVia: SIP/2", close: true },
    ],
    ["with no Content-Length", { status: 200, without: ["Content-Length"] }],
    ["with the end of the connection", { raw: "", close: true }],
  ];
  it.each(cases)(
    "%s, is proven by REGISTER, and waits for nothing else",
    async (_name, answer) => {
      const report = await look(instead("OPTIONS", answer), PATIENT);
      expect(report.evidence.credentials?.outcome).toBe("accepted");
      expect(report.evidence.otherEndpoints).toEqual([]);
      expect(weighty(report).filter((each) => each.startsWith("critical"))).toEqual([]);
    },
    SOON,
  );
});

describe("a PBX whose every answer", () => {
  const dead = { limits: { ...PATIENT.limits, dead: 900 }, timers: PATIENT.timers };

  it(
    "has no Content-Length is reported at once by what its bytes are",
    async () => {
      const broken = alter(digestScript(), (reply) => ({ ...reply, without: ["Content-Length"] }));
      const report = await look(broken, dead);
      expect(report.findings[0]?.id).toBe("malformed-answer");
      expect(report.findings[0]?.evidence).toMatch(/Content-Length/);
    },
    SOON,
  );

  it(
    "ends after 30 bytes is given up within the time for a dead one",
    async () => {
      const cut = alter(digestScript(), (reply) => ({ ...reply, closeAfterBytes: 30 }));
      const report = await look(cut, dead);
      expect(report.findings[0]?.id).toBe("malformed-answer");
    },
    SOON,
  );

  it(
    "is reset after some bytes is given up within the time for a dead one",
    async () => {
      const report = await look(() => ({ raw: "SIP/2.0 200 OK\r\nVia: SIP/2", close: "reset" }), dead);
      expect(report.findings[0]?.severity).toBe("critical");
      expect(report.verdict.outcome).toBe("problem");
    },
    SOON,
  );

  it(
    "is missing is given up within the time for a dead one",
    async () => {
      const report = await look(() => undefined, dead);
      expect(report.findings[0]?.id).toBe("open-but-mute");
    },
    SOON,
  );
});
