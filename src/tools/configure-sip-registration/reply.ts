import type { z } from "zod";
import type { Finding, StatusKnown } from "../../diagnosis/index.js";
import { judgeStatusSeen } from "../../diagnosis/status-verdict.js";
import type { MissingPassword, ObtainedPassword, PasswordSource } from "../../passwords/password.js";
import { knownHost } from "../../presets/known-host.js";
import type { Secret } from "../../redaction/secret.js";
import type { Advice } from "../../registration/advice.js";
import { accountOf, type Field } from "../../registration/settings.js";
import { statusKind } from "../../registration/states.js";
import type { Confirmation } from "../../registration/stored.js";
import type { WaitOutcome } from "../../registration/wait.js";
import type { RegistrationStatus } from "../../telzino/types.js";
import { callStep, routeStep } from "../core/call-words.js";
import type { Services } from "../core/context.js";
import type { ToolReply } from "../core/define.js";
import { ToolError } from "../core/errors.js";
import { fact, note, notes, summary } from "../core/facts.js";
import { NOT_WAITED, settingsData, settingsLine, stateFacts, stateName, statusFact } from "../core/format.js";
import { howGiven, waysToGivePassword, wayToChangePassword } from "../core/password-fields.js";
import { retryNote } from "../core/retry-words.js";
import { statusFindingFacts, statusFindings, wireTellsMore } from "../core/status-findings.js";
import { ended, type Facts, type Fields, missingFact, planFacts, SOURCES } from "./facts.js";
import { formerFacts, goBackStep } from "./former.js";
import type { configureOutput } from "./output.js";
import { account, knownAfter, label, leavesAccount, type Plan } from "./plan.js";
import { NOTHING_WRITTEN, verdictAfter, verdictBefore, verdictFact } from "./verdict.js";

export type Reply = ToolReply<z.output<typeof configureOutput>>;

/** After a refusal, where the password is right and the PBX was wrong. */
export const SEND_STORED_AGAIN =
  "If the PBX was fixed and the stored password is right, the same call with newPassword false sends it once.";

export function dryRunReply(plan: Plan, password: ObtainedPassword, services: Services): Reply {
  const source =
    password.kind === "missing"
      ? missingFact(password.why, howGiven(`${accountOf(plan.settings)}`, services))
      : fact<Fields>(
          { passwordFrom: password.from, notes: [SOURCES[password.from][1]] },
          SOURCES[password.from][1],
        );
  return {
    facts: [
      summary(`Dry run, nothing was written. ${label(plan)} would be ${account(plan)}.`),
      ended("dry_run", false),
      verdictFact(verdictBefore(plan)),
      ...planFacts(plan),
      source,
    ],
    next: ["Show the user what would change; the same call without dryRun carries it out."],
  };
}

/** `changed`: fields on which a line that works depends. */
export function confirmationReply(plan: Plan, password: ObtainedPassword, changed: readonly Field[]): Reply {
  const stored = plan.stored ?? {};
  const leaves = leavesAccount(plan);
  return {
    facts: [
      summary(
        leaves
          ? `Nothing was written: ${label(plan)} is registered now as ${accountOf(stored)}, and this would replace it by ${accountOf(plan.settings)}.`
          : `Nothing was written: ${label(plan)} is registered now as ${accountOf(stored)}, and this would change ${changed.join(", ")} of a line that works.`,
      ),
      ended("confirmation_needed", false),
      verdictFact(NOTHING_WRITTEN),
      fact<Fields>({ stored: settingsData(stored) }, `Stored now: ${settingsLine(stored)}`),
      ...planFacts(plan),
      note(mayBeLost(password)),
      ...(password.kind === "missing" ? [missingFact(password.why)] : []),
    ],
    next: [
      leaves
        ? "Ask the user whether the agent shall leave its present line."
        : "Ask the user whether to change a line that works.",
      [
        ...(leaves
          ? [
              "If so, make the same call with replace true; otherwise choose another agent (list_telzino_agents).",
            ]
          : []),
        "If so, make the same call with replace true.",
      ],
    ],
  };
}

function mayBeLost(password: ObtainedPassword): string {
  const isKept = password.kind === "given" && password.from === "kept";
  return `What may be lost: if this does not work, the agent takes no calls until the former settings are stored again. ${
    isKept
      ? "The stored password stays."
      : "The former password is overwritten, so going back needs it from the user."
  }`;
}

export function occupiedReply(plan: Plan, password: ObtainedPassword): Reply {
  const users = plan.occupants.filter(({ inUse }) => inUse).map(({ words }) => words);
  return {
    facts: [
      summary(`Nothing was written: ${accountOf(plan.settings)} is in use. ${users.join(" ")}`),
      ended("confirmation_needed", false),
      verdictFact(NOTHING_WRITTEN),
      ...planFacts(plan),
      ...(password.kind === "missing" ? [missingFact(password.why)] : []),
    ],
    next: [
      "Ask the user for an extension that no one else uses, and configure that one.",
      "If the agent should still have this one, make the same call with replace true.",
    ],
  };
}

/** A password that looks as if it was copied wrongly is sent nowhere before the user was asked. `words`: what is odd. */
export function doubtfulReply(plan: Plan, words: string): Reply {
  return {
    facts: [
      summary(`Nothing was written: the password that was given ${words}.`),
      ended("confirmation_needed", false),
      verdictFact(NOTHING_WRITTEN),
      ...planFacts(plan),
    ],
    next: [
      "Ask the user whether the password is meant so; do not show it.",
      "If so, make the same call with replace true.",
      [
        "Otherwise the same call with newPassword true, and without password or passwordSecret, lets the user type it.",
        "Otherwise the same call with newPassword true, and without password, lets the user type it.",
      ],
    ],
  };
}

/** Nothing is sent to a host of which the catalogue knows that nothing registers there, before the user was asked. */
export function noRegistrarReply(plan: Plan, { id, message }: Advice): Reply {
  const host = knownHost(plan.settings.proxy)?.without ? plan.settings.proxy : plan.settings.sipDomain;
  const preset = knownHost(host)?.preset.id;
  return {
    facts: [
      summary(`Nothing was written: no registration can succeed there. ${message}`),
      ended("confirmation_needed", false),
      verdictFact({ outcome: "problem", text: message, missing: [] }),
      ...planFacts({ ...plan, advice: plan.advice.filter((each) => each.id !== id) }),
    ],
    next: [
      "Ask the user for the host that this product registers at, and configure that one.",
      ...(preset ? [`list_pbx_presets with presetId ${preset} shows what this provider needs.`] : []),
      "To try it anyway, make the same call with replace true.",
    ],
  };
}

export async function unchangedReply(
  plan: Plan,
  before: RegistrationStatus,
  services: Services,
): Promise<Reply> {
  const { stored, platformIsLocal } = plan;
  const known: StatusKnown = { samples: [before], stored, platformIsLocal };
  return {
    facts: [
      summary(
        `${label(plan)} has just these settings stored, and the platform says ${stateName(before)}; nothing was written.`,
      ),
      ended("unchanged", false),
      verdictFact(judgeStatusSeen(known, await statusFindings(known))),
      fact<Fields>({ passwordFrom: "kept" }),
      ...stateFacts(before, new Date()),
      ...planFacts(plan),
    ],
    next: [wayToChangePassword(services)],
  };
}

export function passwordNeeded(plan: Plan, { why, refused }: MissingPassword, services: Services): ToolError {
  return new ToolError(
    [
      `Nothing was written. A SIP password is needed: ${why}`,
      ...planFacts(plan).flatMap(({ lines }) => lines),
    ].join("\n"),
    [...waysToGivePassword(`${accountOf(plan.settings)}`, services), ...(refused ? [SEND_STORED_AGAIN] : [])],
  );
}

/** After the write: the outcome. `doubts` are next to the summary. */
export async function outcomeReply(
  plan: Plan,
  source: PasswordSource,
  {
    waited,
    confirmation,
    password: sent,
  }: { waited: WaitOutcome; confirmation: Confirmation; password: Secret | undefined },
  doubts: readonly string[],
): Promise<Reply> {
  const password = SOURCES[source][0];
  const stored = fact<Fields>({ passwordFrom: source, notes: [password] }, password);
  const failed = waited.kind === "done" && statusKind(waited.status) === "failed";
  const findings = failed ? await statusFindings(knownAfter(plan, waited.status, sent)) : [];
  const verdict = verdictAfter(plan, waited, confirmation, findings);
  const beside = [verdictFact(verdict), ...notes(doubts), stored];
  if (waited.kind === "unreadable") return unreadableReply(plan, waited, beside);
  if (waited.kind === "pending") return pendingReply(plan, waited, [...beside, ...formerFacts(plan, source)]);
  const { status } = waited;
  const now = new Date();
  return {
    facts: [
      summary(
        failed
          ? `Not registered: ${label(plan)} as ${account(plan)}: ${stateName(status)}. The settings are saved.`
          : `${verdict.outcome === "proven" ? "Registered" : "Saved, not proven"}: ${label(plan)} is ${account(plan)}. The settings are saved.`,
      ),
      ended(failed ? "failed" : "registered", true),
      verdictFact(verdict),
      ...notes(doubts),
      ...(failed ? [statusFact(status, now)] : stateFacts(status, now)),
      stored,
      ...planFacts(plan, findings),
      ...(failed ? statusFindingFacts(findings) : []),
      ...(failed ? [...formerFacts(plan, source), note(retryNote(true))] : []),
    ],
    next: failed
      ? failedSteps(plan, source, status, findings)
      : [...(verdict.outcome === "proven" ? [] : verdict.missing), ...registeredSteps(plan)],
  };
}

function unreadableReply(
  plan: Plan,
  { error, status }: Extract<WaitOutcome, { kind: "unreadable" }>,
  beside: Facts,
): Reply {
  return {
    facts: [
      summary(
        `The settings of ${label(plan)} are saved: ${account(plan)}. Whether it is registered cannot be read: ${error.message}`,
      ),
      ended("saved_status_unreadable", true),
      ...(error.detail ? [note(`The API said: ${error.detail}`)] : []),
      ...(status
        ? [note("The status is the last one that could be read."), ...stateFacts(status, new Date())]
        : []),
      ...beside,
      ...planFacts(plan),
    ],
    next: [
      "get_sip_status tries to read the status once more.",
      callStep({ ...plan.settings, category: plan.preset?.file.category }),
    ],
  };
}

function pendingReply(
  plan: Plan,
  { status, fresh, notWaited }: Extract<WaitOutcome, { kind: "pending" }>,
  beside: Facts,
): Reply {
  const old = fresh ? "" : " The new settings have not been tried yet.";
  return {
    facts: [
      summary(`Saved, outcome pending: ${label(plan)} as ${account(plan)} is in ${stateName(status)}.${old}`),
      ended("pending", true),
      statusFact(status, new Date()),
      ...beside,
      ...planFacts(plan),
    ],
    next: [
      notWaited
        ? NOT_WAITED
        : "get_sip_status with waitSeconds 45 keeps waiting: the platform (OpenSIPS) calls a PBX that does not answer a timeout only after 30 s, and may begin its attempt up to 100 s after a change.",
      "If it stays pending, diagnose_sip_registration looks at the wire for this agent and says why.",
    ],
  };
}

function failedSteps(
  plan: Plan,
  source: PasswordSource,
  status: RegistrationStatus,
  findings: readonly Finding[],
): string[] {
  const { preset } = plan;
  return [
    ...goBackStep(plan, source, status),
    ...(wireTellsMore(findings)
      ? [
          "diagnose_sip_registration looks at the wire for this agent and says which of the causes it is, with evidence.",
        ]
      : []),
    "Go through the causes with the user, the first one first, and call configure_sip_registration with what was corrected.",
    preset
      ? `list_pbx_presets with presetId ${preset.id} shows where each value is on this PBX.`
      : "list_pbx_presets with the name of the user's PBX shows where each value is and its traps.",
  ];
}

function registeredSteps({ settings, preset }: Plan): string[] {
  const line = { ...settings, category: preset?.file.category };
  return [callStep(line), routeStep(line)];
}
