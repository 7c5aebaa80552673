import type { z } from "zod";
import type { Finding } from "../diagnosis/index.js";
import { statusMeaning } from "../registration/explain.js";
import { accountOf } from "../registration/settings.js";
import { statusKind } from "../registration/states.js";
import type { WaitOutcome } from "../registration/wait.js";
import type { ObtainedPassword, PasswordSource } from "../secrets/password.js";
import type { configureOutput } from "./configure-output.js";
import { account, knownAfter, label, type Plan } from "./configure-plan.js";
import type { Services } from "./context.js";
import type { ToolReply } from "./define.js";
import { ToolError } from "./errors.js";
import {
  changeData,
  changeLine,
  NOT_WAITED,
  settingsData,
  settingsLine,
  stateName,
  statusData,
  statusTimes,
} from "./format.js";
import { waysToGivePassword } from "./password-fields.js";
import {
  stateWords,
  statusFindingLines,
  statusFindings,
  statusFindingsData,
  wireTellsMore,
} from "./status-findings.js";

type Data = z.output<typeof configureOutput>;
export type Reply = ToolReply<Data>;

export function baseData(plan: Plan): Omit<Data, "outcome" | "written" | "nextSteps"> {
  return {
    agentId: plan.agentId,
    ...(plan.agent ? { agentName: String(plan.agent.name) } : {}),
    settings: settingsData(plan.settings),
    ...(plan.stored ? { stored: settingsData(plan.stored) } : {}),
    changes: plan.changes.map(changeData),
    ...(plan.filled.length > 0 ? { filledFromPreset: plan.filled } : {}),
    advice: plan.advice.map(({ id, field, severity, message }) => ({ id, field, severity, message })),
  };
}

/** Advice as lines; what a finding says as well is left to it. */
export function adviceLines({ advice, filled, preset }: Plan, findings: readonly Finding[] = []): string[] {
  const told = new Set<string>(findings.map(({ id }) => id));
  return [
    ...(filled.length > 0 ? [`From the preset ${preset?.facts.name}: ${filled.join(", ")}.`] : []),
    ...advice
      .filter(({ id }) => !told.has(id))
      .map(({ severity, message }) => `${severity === "warning" ? "Warning" : "Note"}: ${message}`),
  ];
}

function changeLines({ changes, stored }: Plan): string[] {
  if (stored === undefined) return ["What is stored now could not be read."];
  if (changes.length === 0) return ["No field differs from what is stored."];
  return [stored === null ? "Nothing is stored yet:" : "Changes:", ...changes.map(changeLine)];
}

export function dryRunReply(plan: Plan, password: ObtainedPassword): Reply {
  const source =
    password.kind === "missing"
      ? `A SIP password will be needed: ${password.why}`
      : password.from === "kept"
        ? "The stored password would be kept."
        : "The given password would be stored.";
  return {
    lines: [
      `Dry run, nothing was written. ${label(plan)} would be ${account(plan)}.`,
      ...changeLines(plan),
      source,
      ...adviceLines(plan),
    ],
    data: {
      ...baseData(plan),
      outcome: "dry_run",
      written: false,
      passwordFrom: password.kind === "missing" ? "missing" : password.from,
    },
    next: ["Show the user what would change; the same call without dryRun carries it out."],
  };
}

export function confirmationReply(plan: Plan, password: ObtainedPassword): Reply {
  return {
    lines: [
      `Nothing was written: ${label(plan)} is registered now as ${accountOf(plan.stored ?? {})}, and this would replace it by ${accountOf(plan.settings)}.`,
      `Now:  ${settingsLine(plan.stored ?? {})}`,
      `Then: ${settingsLine(plan.settings)}`,
      password.kind === "missing" && `A SIP password will be needed: ${password.why}`,
      ...adviceLines(plan),
    ],
    data: { ...baseData(plan), outcome: "confirmation_needed", written: false },
    next: [
      "Ask the user whether the agent shall leave its present line.",
      "If so, make the same call with replace true; otherwise choose another agent (list_agents).",
    ],
  };
}

export function unchangedReply(plan: Plan): Reply {
  const status = plan.before;
  return {
    lines: [
      `${label(plan)} is registered with just these settings; nothing was written.`,
      ...adviceLines(plan),
    ],
    data: {
      ...baseData(plan),
      outcome: "unchanged",
      written: false,
      passwordFrom: "kept",
      ...(status ? { status: statusData(status) } : {}),
    },
    next: ["To store another password, make the call with passwordSecret or password."],
  };
}

export function passwordNeeded(plan: Plan, why: string, services: Services): ToolError {
  return new ToolError(
    [`Nothing was written. A SIP password is needed: ${why}`, ...adviceLines(plan)].join("\n"),
    waysToGivePassword(`${accountOf(plan.settings)}`, services),
  );
}

/** After the write: what came of it. */
export async function outcomeReply(plan: Plan, source: PasswordSource, waited: WaitOutcome): Promise<Reply> {
  const base = { ...baseData(plan), written: true, passwordFrom: source } as const;
  if (waited.kind === "unreadable") {
    return {
      lines: [
        `The settings of ${label(plan)} are saved: ${account(plan)}. Whether it is registered cannot be read: ${waited.error.message}`,
        waited.error.detail && `The API said: ${waited.error.detail}`,
        ...adviceLines(plan),
      ],
      data: {
        ...base,
        outcome: "saved_status_unreadable",
        ...(waited.status ? { status: statusData(waited.status) } : {}),
      },
      next: [
        "get_sip_status tries to read the status once more.",
        "A call to the extension shows whether it works.",
      ],
    };
  }
  const shared = { ...base, status: statusData(waited.status) };
  if (waited.kind === "pending") return pendingReply(plan, waited, shared);
  const failed = statusKind(waited.status) === "failed";
  const known = knownAfter(plan, waited.status);
  const findings = failed ? await statusFindings(known) : [];
  return {
    lines: [
      failed
        ? `Not registered: ${label(plan)} as ${account(plan)}: ${stateWords(known, findings)}`
        : `Registered: ${label(plan)} is ${account(plan)}. ${statusMeaning(waited.status, plan.settings)}`,
      statusTimes(waited.status, new Date()),
      failed && waited.status.message && `The API says: ${waited.status.message}`,
      "The settings are saved.",
      ...adviceLines(plan, findings),
      ...statusFindingLines(known, findings),
    ],
    data: {
      ...shared,
      outcome: failed ? "failed" : "registered",
      ...(failed ? { findings: statusFindingsData(findings) } : {}),
    },
    next: failed ? failedSteps(plan, findings) : registeredSteps(plan),
  };
}

function pendingReply(
  plan: Plan,
  waited: Extract<WaitOutcome, { kind: "pending" }>,
  shared: Omit<Data, "outcome" | "nextSteps">,
): Reply {
  const old = waited.fresh
    ? ""
    : " That is still the state from before the change: the new settings have not been tried yet.";
  return {
    lines: [
      `Saved, outcome pending: ${label(plan)} as ${account(plan)} is in ${stateName(waited.status)}.${old}`,
      statusTimes(waited.status, new Date()),
      ...adviceLines(plan),
    ],
    data: { ...shared, outcome: "pending" },
    next: [
      waited.notWaited ? NOT_WAITED : "get_sip_status with waitSeconds 30 goes on waiting.",
      "If it stays pending, diagnose_sip_registration looks at the wire for this agent and says why.",
    ],
  };
}

function failedSteps({ preset }: Plan, findings: readonly Finding[]): string[] {
  return [
    ...(wireTellsMore(findings)
      ? [
          "diagnose_sip_registration looks at the wire for this agent and says which of the causes it is, with evidence.",
        ]
      : []),
    "Go through the causes with the user, the first one first, and call configure_sip_registration with what was corrected.",
    preset
      ? `list_pbx_presets with presetId ${preset.id} shows where each value stands on this PBX.`
      : "list_pbx_presets with the name of the user's PBX shows where each value stands and its traps.",
  ];
}

function registeredSteps({ settings }: Plan): string[] {
  return [
    `Ask the user to call extension ${settings.username} and to listen: it should ring and both sides should hear.`,
    "If no call arrives, the PBX must route something to that extension (inbound route, ring group, queue).",
  ];
}
