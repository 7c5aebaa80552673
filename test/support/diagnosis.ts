import {
  type DiagnoseOptions,
  type DiagnosisReport,
  type DiagnosisTarget,
  diagnose,
} from "../../src/diagnosis/index.js";
import type { Limits } from "../../src/diagnosis/limits.js";
import { RFC_TIMERS, type TransportName } from "../../src/sip/index.js";
import { plainReport } from "./plain.js";
import type { ScriptedRegistrar } from "./scripted-registrar.js";
import { QUICK } from "./sip.js";

/** Loopback answers in milliseconds, so silence need not be waited for long. */
const QUICK_LIMITS: Partial<Limits> = {
  name: 3_000,
  connect: 600,
  handshake: 600,
  options: 700,
  patience: 200,
  overTcp: 1_000,
  register: 1_500,
  otherEndpoint: 400,
  platform: 120,
};

/** Where answers come, but many or in many pieces: however long a busy machine takes for them, they are waited for. */
export const PATIENT = {
  limits: { options: 10_000, register: 20_000, total: 50_000 },
  timers: RFC_TIMERS,
} as const;

/** A diagnosis against a peer on loopback, with short limits, its texts as they are told; local addresses count as reachable. */
export async function diagnoseQuickly(
  target: DiagnosisTarget,
  options: DiagnoseOptions = {},
): Promise<DiagnosisReport> {
  const report = await diagnose(target, {
    platformIsLocal: true,
    timers: QUICK,
    ...options,
    limits: { ...QUICK_LIMITS, ...options.limits },
  });
  return plainReport(report);
}

/** 1001 at a scripted registrar. */
export function targetOf(
  registrar: ScriptedRegistrar,
  transport: TransportName = "udp",
  more: Partial<DiagnosisTarget> = {},
): DiagnosisTarget {
  const { address, port } = registrar.target(transport);
  return { sipDomain: address, username: "1001", transport, port, ...more };
}

/** Findings above info, as `severity confidence id`. */
export function weighty({ findings }: DiagnosisReport): string[] {
  return findings
    .filter(({ severity }) => severity !== "info")
    .map(({ severity, confidence, id }) => `${severity} ${confidence} ${id}`);
}

/** Ids of the findings that claim to be sure. */
export function sure({ findings }: DiagnosisReport): string[] {
  return findings
    .filter(({ severity, confidence }) => severity !== "info" && confidence === "high")
    .map(({ id }) => id);
}
