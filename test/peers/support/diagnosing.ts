import { expect } from "vitest";
import type {
  Confidence,
  DiagnoseOptions,
  DiagnosisReport,
  DiagnosisTarget,
  Finding,
} from "../../../src/diagnosis/index.js";
import { Secret } from "../../../src/redaction/secret.js";
import type { TransportName } from "../../../src/sip/index.js";
import { diagnoseQuickly, sure, weighty } from "../../support/diagnosis.js";
import { recordFault } from "../../support/fault-table.js";
import type { Account } from "./accounts.js";
import { certificates } from "./certificates.js";

interface Reachable {
  readonly host: string;
  readonly ports: Readonly<Record<TransportName, number>>;
}

/** Long enough for an answer that takes 3 s, and for what is sent again until then. */
export const PATIENT: Pick<DiagnoseOptions, "limits" | "timers"> = {
  limits: { options: 4_000, register: 8_000, patience: 500 },
  timers: { t1: 200, t2: 800, t4: 1_000 },
};

export interface Look extends Omit<DiagnoseOptions, "password"> {
  /** `udp` by default. */
  readonly transport?: TransportName;
  readonly target?: Partial<DiagnosisTarget>;
  readonly password?: string | undefined;
}

/** Diagnoses an extension at a real peer over one of its ports; the test's own authority is trusted. */
export async function look(peer: Reachable, username: string, options: Look = {}): Promise<DiagnosisReport> {
  const { transport = "udp", target, password, ...more } = options;
  const { ca } = await certificates();
  return diagnoseQuickly(
    { sipDomain: peer.host, username, transport, port: peer.ports[transport], ...target },
    {
      trustedRoots: [ca],
      ...more,
      ...(password === undefined ? {} : { password: new Secret(password) }),
    },
  );
}

/** As {@link look}, with the account's own login. */
export function lookAs(peer: Reachable, account: Account, options: Look = {}): Promise<DiagnosisReport> {
  const { extension, authUsername, password } = account;
  const target = { ...(authUsername === extension ? {} : { authUsername }), ...options.target };
  return look(peer, extension, { password, ...options, target });
}

/** The finding that has to be first, and how sure it is. */
export interface Expected {
  readonly id: string;
  readonly confidence?: Confidence;
}

/** Notes the first finding for the table; it must be the right one, and no other may claim to be sure. */
export function expectFirst(report: DiagnosisReport, { id, confidence = "high" }: Expected): Finding {
  recordFault(report);
  const [first] = report.findings;
  const all = JSON.stringify(report.findings, null, 1);
  expect(first, all).toMatchObject({ id, confidence });
  expect(sure(report).filter((each) => each !== id)).toEqual([]);
  expect(first?.severity, all).not.toBe("info");
  expect(report.verdict.outcome).toBe("problem");
  return first as Finding;
}

/** No finding above a remark, and what was tested is proven. */
export function expectProven(report: DiagnosisReport, verdict = /accepts the credentials/): void {
  expect(weighty(report), JSON.stringify(report.findings, null, 1)).toEqual([]);
  expect(report.verdict).toMatchObject({ outcome: "proven", text: expect.stringMatching(verdict) });
}
