import type { z } from "zod";
import { present } from "../../base/present.js";
import type { DiagnosisReport, FindingId } from "../../diagnosis/index.js";
import { MAX_NAME, shownTarget } from "../../diagnosis/target.js";
import { CORRECT_FIRST } from "../../diagnosis/verdict.js";
import { untrusted, untrustedToken } from "../../redaction/untrusted.js";
import { accountOf } from "../../registration/settings.js";
import { formatTrace } from "../../sip/user-agent/trace-format.js";
import { callStep } from "../core/call-words.js";
import type { NextStep, ToolReply } from "../core/define.js";
import { type Fact, fact, notes } from "../core/facts.js";
import { findingLines } from "../core/finding-lines.js";
import { presetReminders } from "../core/preset-reminders.js";
import { outcomeWords, verdictFields } from "../core/verdict-facts.js";
import type { diagnoseOutput } from "./output.js";
import type { ResolvedTarget } from "./target.js";

type Data = z.output<typeof diagnoseOutput>;
type Fields = Omit<Data, "nextSteps">;
export type DiagnoseReply = ToolReply<Data>;

/** What a reply tells besides the report itself. */
export interface ReplyContext {
  resolved: ResolvedTarget;
  agentId: string | undefined;
  /** Whether a test of the credentials was asked for. */
  tested: boolean;
  detail: boolean;
  /** Sentences of what else is to be known. */
  notes: readonly string[];
  /** A page that waits for the password. */
  page?: readonly Fact<Fields>[];
}

/** Words for a report: the verdict, each finding with its evidence and fix, what was checked, what was not. Pure. */
export function diagnoseReply(report: DiagnosisReport, context: ReplyContext): DiagnoseReply {
  const { resolved, detail } = context;
  const name = resolved.agent && untrusted(resolved.agent.name, { max: 100 });
  const ladder = detail ? formatTrace(report.trace) : undefined;
  const { verdict, checked, notChecked } = report;
  return {
    facts: [
      fact<Fields>(
        {
          ...present({ agentId: context.agentId }),
          ...(name === undefined ? {} : { agentName: String(name) }),
          target: { ...shownTarget(report.target) },
          outcome: verdict.outcome,
          ...verdictFields(verdict),
        },
        `${name === undefined ? "" : `${name}, `}${targetWords(report)}: ${outcomeWords(verdict)}. ${verdict.text}`,
      ),
      ...notes([resolved.note, ...context.notes]),
      ...(context.page ?? []),
      fact<Fields>({ findings: [...report.findings] }, ...findingLines(report.findings)),
      ...pbxFacts(report),
      fact<Fields>(
        { checked: [...checked] },
        "Checked:",
        ...checked.map(({ check, found }) => `- ${check}: ${found}`),
      ),
      fact<Fields>(
        { notChecked: [...notChecked] },
        notChecked.length > 0 && "Not checked:",
        ...notChecked.map(({ check, why }) => `- ${check}: ${why}`),
      ),
      ...(ladder === undefined ? [] : [fact<Fields>({ ladder }, "Messages (secrets redacted):", ladder)]),
    ],
    next: nextSteps(report, context),
  };
}

/** What is known of the PBX itself. */
function pbxFacts({ server, preset, evidence, findings }: DiagnosisReport): Fact<Fields>[] {
  const [first] = findings;
  const bindings = evidence.credentials?.outcome === "accepted" ? evidence.credentials.bindings : undefined;
  const bound = bindings?.map(({ uri }) => String(uri));
  return [
    fact<Fields>(
      server === undefined ? {} : { server: String(server) },
      server !== undefined && `The PBX names itself ${server}`,
    ),
    fact<Fields>(
      preset === undefined ? {} : { preset: { ...preset } },
      preset && `Preset: ${preset.id} (${preset.name}), from ${preset.from}`,
    ),
    ...notes(
      evidence.preset && first && (CREDENTIALS.has(first.id) || BANS.has(first.id))
        ? presetReminders(evidence.preset.preset)
        : [],
    ),
    fact<Fields>(
      bound === undefined ? {} : { boundNow: bound },
      bound && bound.length > 0 && `Holds the extension now: ${bound.join(", ")}`,
    ),
  ];
}

function targetWords({ target }: DiagnosisReport): string {
  const { port, transport, proxy, authUsername } = target;
  const account =
    target.username === undefined ? untrustedToken(target.sipDomain, MAX_NAME) : accountOf(target);
  const how = [
    transport,
    port === undefined ? undefined : `port ${port}`,
    proxy && `proxy ${untrustedToken(proxy, MAX_NAME)}`,
    authUsername && `authUsername ${untrustedToken(authUsername, MAX_NAME)}`,
  ].filter(Boolean);
  return `${account}${how.length > 0 ? ` (${how.join(", ")})` : ""}`;
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
    evidence.endpoints.some(({ notAsked, options }) => notAsked !== undefined && options === undefined);
  return isLeftOut
    ? "Do not repeat this now: explain_sip_log reads the PBX's own log, which says why it refuses."
    : undefined;
}

/** Offered only if it will be carried out. */
function testStep({ mayTest }: DiagnosisReport): NextStep {
  return mayTest === false
    ? "A test of the password has to wait ten minutes: what was asked there so far may count as failed logins, and one more may have this machine banned."
    : "The same call with testCredentials true tests the password, in one query that registers nothing.";
}

function nextSteps(report: DiagnosisReport, { tested, agentId }: ReplyContext): NextStep[] {
  const [first] = report.findings;
  const preset =
    report.preset &&
    `list_pbx_presets with presetId ${report.preset.id} shows where to find each value on this PBX.`;
  const steps: (NextStep | undefined | false)[] = [leftOutStep(report)];
  if (report.verdict.outcome === "problem" && first) {
    if (BANS.has(first.id)) {
      steps.push(
        "In this order: correct the credentials with the user, have the ban lifted on the PBX, then try once.",
      );
    } else if (CREDENTIALS.has(first.id)) {
      steps.push(
        `Have the user compare user, auth ID and SIP password with the extension on the PBX. Do not test again before something has changed${report.mayTest === false ? ", nor within ten minutes: the PBX may ban this machine" : ""}.`,
      );
    }
    steps.push(
      [
        "Go through the findings with the user, the first one first; configure_sip_registration with the corrected values tries them immediately.",
        "Go through the findings with the user, the first one first. This connection is read-only, so the values must be corrected elsewhere.",
      ],
      preset,
    );
  } else {
    const refused = report.evidence.history.samePassword && report.evidence.credentials === undefined;
    if (refused) return [...steps.filter((step) => step !== undefined && step !== false), CORRECT_FIRST];
    const challenged = report.evidence.registrar?.exchanges[0].challenge !== undefined;
    steps.push(
      report.target.username === undefined && "The same call with username asks the registrar as well.",
      !tested && challenged && testStep(report),
      report.evidence.platform === undefined && [
        "configure_sip_registration stores these settings for an agent and waits for the outcome.",
        "This connection is read-only, so these settings have to be stored elsewhere.",
      ],
      agentId === undefined && "With agentId the platform's own view is looked at as well.",
    );
  }
  const told = steps.filter((step) => step !== undefined && step !== false);
  return told.length > 0
    ? told
    : [callStep({ ...report.target, category: report.evidence.preset?.preset.category })];
}
