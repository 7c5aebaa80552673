import type { z } from "zod";
import type { DiagnosisReport, Finding, FindingId } from "../diagnosis/index.js";
import { MAX_NAME, shownTarget } from "../diagnosis/target.js";
import { accountOf } from "../registration/settings.js";
import { formatTrace } from "../sip/trace-format.js";
import { untrusted, untrustedToken } from "../untrusted.js";
import type { ToolReply } from "./define.js";
import type { diagnoseOutput } from "./diagnose-output.js";
import type { ResolvedTarget } from "./diagnose-target.js";

export type DiagnoseReply = ToolReply<z.output<typeof diagnoseOutput>>;

/** What a reply tells besides the report itself. */
export interface ReplyContext {
  resolved: ResolvedTarget;
  agentId: string | undefined;
  /** Whether a test of the credentials was asked for. */
  tested: boolean;
  detail: boolean;
  /** Lines of what else is to be known. */
  notes: readonly string[];
}

/** Words for a report: the verdict, each finding with its evidence and fix, what was checked, what was not. Pure. */
export function diagnoseReply(report: DiagnosisReport, context: ReplyContext): DiagnoseReply {
  const { resolved, detail, notes } = context;
  const name = resolved.agent && untrusted(resolved.agent.name, { max: 100 });
  const ladder = detail ? formatTrace(report.trace) : undefined;
  return {
    lines: [
      `${name === undefined ? "" : `${name}, `}${targetWords(report)}: ${report.verdict.outcome.replace("_", " ")}. ${report.verdict.text}`,
      resolved.note,
      ...notes,
      ...findingLines(report.findings),
      "Checked:",
      ...report.checked.map(({ check, found }) => `- ${check}: ${found}`),
      report.notChecked.length > 0 && "Not checked:",
      ...report.notChecked.map(({ check, why }) => `- ${check}: ${why}`),
      ladder !== undefined && "Messages (secrets struck out):",
      ladder,
    ],
    data: {
      ...(context.agentId === undefined ? {} : { agentId: context.agentId }),
      ...(name === undefined ? {} : { agentName: String(name) }),
      ...reportData(report),
      ...(ladder === undefined ? {} : { ladder }),
    },
    next: nextSteps(report, context),
  };
}

function targetWords({ target }: DiagnosisReport): string {
  const { port, transport, proxy } = target;
  const account =
    target.username === undefined ? untrustedToken(target.sipDomain, MAX_NAME) : accountOf(target);
  const how = [
    transport,
    port === undefined ? undefined : `port ${port}`,
    proxy && `proxy ${untrustedToken(proxy, MAX_NAME)}`,
  ].filter(Boolean);
  return `${account}${how.length > 0 ? ` (${how.join(", ")})` : ""}`;
}

function findingLines(findings: readonly Finding[]): string[] {
  const grave = findings.filter(({ severity }) => severity !== "info");
  const remarks = findings.filter(({ severity }) => severity === "info");
  return [
    ...(grave.length > 0 ? ["Findings:"] : []),
    ...grave.flatMap((finding, index) => [
      `${index + 1}. ${finding.title} [${finding.severity}, confidence ${finding.confidence}, ${finding.id}]`,
      `   Seen from ${finding.seenFrom}: ${finding.evidence}`,
      `   Cause: ${finding.cause}`,
      `   Fix: ${finding.fix}`,
    ]),
    ...(remarks.length > 0 ? ["Remarks:"] : []),
    ...remarks.map(({ title, evidence, id }) => `- ${title}: ${evidence} [${id}]`),
  ];
}

function reportData(report: DiagnosisReport): Omit<DiagnoseReply["data"], "agentId" | "agentName"> {
  const { target, verdict, findings, checked, notChecked, server, preset, evidence } = report;
  const bindings = evidence.credentials?.outcome === "accepted" ? evidence.credentials.bindings : undefined;
  return {
    target: { ...shownTarget(target) },
    outcome: verdict.outcome,
    verdict: verdict.text,
    findings: [...findings],
    checked: [...checked],
    notChecked: [...notChecked],
    ...(server === undefined ? {} : { server: String(server) }),
    ...(preset === undefined ? {} : { preset: { ...preset } }),
    ...(bindings === undefined ? {} : { boundNow: bindings.map(({ uri }) => String(uri)) }),
  };
}

/** Findings about credentials: the next thing is not another try. */
const CREDENTIALS: ReadonlySet<FindingId> = new Set<FindingId>([
  "credentials-refused",
  "forbidden-after-credentials",
  "unknown-after-credentials",
]);
const BANS: ReadonlySet<FindingId> = new Set<FindingId>([
  "banned-after-refusals",
  "platform-banned",
  "silent-after-credentials",
]);

/** What helps while the PBX must not be asked again. */
function leftOutStep({ target, evidence }: DiagnosisReport): string | undefined {
  const isLeftOut =
    target.username !== undefined &&
    evidence.registrar === undefined &&
    evidence.doors.some(({ notAsked, options }) => notAsked !== undefined && options === undefined);
  return isLeftOut
    ? "Do not repeat this now: explain_sip_log reads the PBX's own log, which tells why it refuses."
    : undefined;
}

function nextSteps(report: DiagnosisReport, { tested, agentId }: ReplyContext): string[] {
  const [first] = report.findings;
  const preset =
    report.preset &&
    `list_pbx_presets with presetId ${report.preset.id} shows where each value stands on this PBX.`;
  const steps: (string | undefined | false)[] = [leftOutStep(report)];
  if (report.verdict.outcome === "problem" && first) {
    if (BANS.has(first.id)) steps.push("Have the ban lifted on the PBX before anything is tried again.");
    else if (CREDENTIALS.has(first.id)) {
      steps.push(
        "Have the user compare user, auth ID and SIP password with the extension on the PBX. Do not test again before something has changed.",
      );
    }
    steps.push(
      "Go through the findings with the user, the first one first; configure_sip_registration with the corrected values tries at once.",
      preset,
    );
  } else {
    const challenged = report.evidence.registrar?.exchanges[0].challenge !== undefined;
    steps.push(
      report.target.username === undefined && "The same call with username asks the registrar as well.",
      !tested &&
        challenged &&
        "The same call with testCredentials true tests the password, in one query that registers nothing.",
      report.evidence.platform === undefined &&
        "configure_sip_registration stores these settings for an agent and waits for the outcome.",
      agentId === undefined && "With agentId the platform's own view is looked at as well.",
    );
  }
  return steps.filter((step) => typeof step === "string");
}
