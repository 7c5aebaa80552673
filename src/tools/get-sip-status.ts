import { z } from "zod";
import { allEnded } from "../base/all-ended.js";
import { present } from "../base/present.js";
import { VERDICT_OUTCOMES, type Verdict } from "../diagnosis/grades.js";
import type { Finding, StatusKnown } from "../diagnosis/index.js";
import { judgeStatusSeen } from "../diagnosis/status-verdict.js";
import { agentIdField } from "../registration/fields.js";
import { REGISTERED_HINTS, statusKind, statusMeaning } from "../registration/states.js";
import { waitUntilSettled } from "../registration/wait.js";
import type { Agent, RegistrationStatus } from "../telzino/types.js";
import { proofFact, proofOf } from "./core/call-proof.js";
import { callStep } from "./core/call-words.js";
import type { CallContext } from "./core/context.js";
import { defineTool, type NextStep } from "./core/define.js";
import { type Fact, fact, note, notes, summary } from "./core/facts.js";
import { NOT_WAITED, settingsData, settingsLine, stateName, statusFact } from "./core/format.js";
import { entryNote } from "./core/password-entry.js";
import { ANSWER, NEXT_TRY, tellWait } from "./core/progress.js";
import { NO_TRY_YET, retryNote } from "./core/retry-words.js";
import {
  replyShape,
  settingsSchema,
  statusFindingsSchema,
  statusSchema,
  verdictShape,
} from "./core/schemas.js";
import { statusFindingFacts, statusFindings, wireTellsMore } from "./core/status-findings.js";
import { tellableStored } from "./core/tellable.js";
import { outcomeWords, verdictFields } from "./core/verdict-facts.js";
import { orWhereAllowed } from "./core/where-allowed.js";

/** In seconds. Clients give a call up at 60. */
const LONGEST_WAIT = 45;

const input = z.strictObject({
  agentId: agentIdField,
  waitSeconds: z
    .int()
    .min(0)
    .max(LONGEST_WAIT)
    .describe("Wait for the outcome of a registration under way. Default 0: read once; at most 45")
    .optional(),
  waitForRetry: z
    .boolean()
    .describe("After a failure: wait for the platform's next try, 45 s unless waitSeconds says otherwise")
    .optional(),
});

const output = z.object({
  agentId: z.string(),
  agentName: z.string().optional(),
  outcome: z.enum(VERDICT_OUTCOMES),
  ...verdictShape,
  status: statusSchema,
  meaning: z.string(),
  findings: statusFindingsSchema,
  stored: settingsSchema.optional().describe("Stored settings"),
  provenByCall: z.string().optional().describe("ISO 8601"),
  provenByCallRelative: z.string().optional(),
  passwordEntry: z.string().optional().describe("What is with the page for this agent's SIP password"),
  ...replyShape,
});

export const getSipStatus = defineTool({
  name: "get_sip_status",
  title: "Get SIP registration status",
  description: [
    "Shows whether an agent is registered on its PBX: proven as of its last REGISTER, a problem, or not proven; the state, what it means, the stored settings (never the password), and what to do next.",
    "Use it when an agent receives no calls, after a configure call that ended as pending, and before changing anything.",
    'Example: {"agentId": "…", "waitSeconds": 20}',
  ].join("\n"),
  searchWords: "SIP registration status, is the agent online, line down",
  input,
  output,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  async run({ agentId, waitForRetry = false, waitSeconds = waitForRetry ? LONGEST_WAIT : 0 }, call) {
    const { agent, wait, samples, notWaited, notTried } = await read(
      { agentId, waitForRetry, waitSeconds },
      call,
    );
    const stored = agent?.registration;
    const now = new Date();
    const known = {
      samples,
      stored: stored && tellableStored(stored, call.services),
      platformIsLocal: call.services.platformIsLocal,
      now,
    };
    const findings = await statusFindings(known);
    const verdict = judgeStatusSeen(known, findings);
    const status = samples.at(-1) ?? samples[0];
    const meaning = findings[0]?.title ?? statusMeaning(status, stored);
    const name = agent?.name.isEmpty === false ? `${agent.name}` : undefined;
    const kind = statusKind(status);
    const isRegistered = kind === "registered";
    if (isRegistered) await call.services.entry?.end?.(agentId.toLowerCase(), "registered");
    const entry = await entryNote(call.services, agentId, { now, readOnly: call.readOnly, isRegistered });
    const isEntering = !isRegistered && (await isBeingEntered(call, agentId));
    const proof = isRegistered ? proofOf(call.services, agentId, stored) : undefined;
    return {
      facts: [
        summary(`${name ?? "The agent"}: ${stateName(status)}, ${outcomeWords(verdict)}. ${verdict.text}`),
        fact({
          ...{ agentId, outcome: verdict.outcome, ...verdictFields(verdict) },
          ...present({ agentName: name }),
        }),
        fact({ meaning }, !verdict.text.includes(meaning) && meaning),
        statusFact(status, now, stored !== null),
        storedFact(agent),
        ...(proof === undefined ? [] : [proofFact(proof, now)]),
        ...(entry === undefined ? [] : [fact({ passwordEntry: entry }, entry)]),
        ...statusFindingFacts(findings),
        ...notes([
          wait === "nothing stored" && "Nothing is stored, so there was nothing to wait for.",
          wait === "disabled" && "The stored registration is disabled, so there was nothing to wait for.",
          notTried && NO_TRY_YET,
          kind === "failed" && retryNote(!call.readOnly),
        ]),
      ],
      next: [
        ...(notWaited ? [NOT_WAITED] : []),
        ...(isEntering
          ? [AFTER_THE_PAGE]
          : nextSteps(status, agent, verdict, { findings, isProven: proof !== undefined })),
      ],
    };
  },
});

/** Another call that stores would take the page away from the user. */
const AFTER_THE_PAGE =
  "When the user has typed the password into that page, get_sip_status with waitSeconds 45 tells the outcome. Change nothing until then: new settings would close the page.";

interface StatusRead {
  agent: Agent | undefined;
  /** Whether it was waited, as it was asked. */
  wait: "as asked" | "nothing stored" | "disabled";
  samples: StatusKnown["samples"];
  notWaited: boolean;
  /** It was waited for another try, and there was none. */
  notTried: boolean;
}

async function read(
  { agentId, waitSeconds, waitForRetry }: { agentId: string; waitSeconds: number; waitForRetry: boolean },
  call: CallContext,
): Promise<StatusRead> {
  if (waitSeconds === 0) {
    // The agent brings a password that an error of the other may repeat.
    const [agent, status] = await allEnded([
      readAgent(agentId, call),
      readStatus(agentId, { waitSeconds }, call),
    ]);
    return { agent, wait: "as asked", notTried: false, ...status };
  }
  const agent = await readAgent(agentId, call);
  const vain = inVain(agent);
  if (vain !== undefined && !(await isBeingEntered(call, agentId))) {
    return {
      ...{ agent, wait: vain, notTried: false },
      ...(await readStatus(agentId, { waitSeconds: 0 }, call)),
    };
  }
  const before = waitForRetry
    ? await call.services.api.getStatus(agentId, { signal: call.signal })
    : undefined;
  const after = before !== undefined && statusKind(before) === "failed" ? before : undefined;
  const status = await readStatus(agentId, { waitSeconds, after }, call);
  // What is stored may have come with the page meanwhile.
  const again = vain !== undefined ? await readAgent(agentId, call) : agent;
  return { agent: again, wait: "as asked", notTried: after !== undefined && status.isPending, ...status };
}

/** Why waiting is useless: the platform has nothing to register. */
function inVain(agent: Agent | undefined): "nothing stored" | "disabled" | undefined {
  if (agent?.registration === null) return "nothing stored";
  return agent?.registration?.enabled === false ? "disabled" : undefined;
}

/** A page waits for a password, or is storing one. */
async function isBeingEntered({ services }: CallContext, agentId: string): Promise<boolean> {
  const phase = (await services.entry?.stateOf(agentId.toLowerCase()))?.phase;
  return phase === "waiting" || phase === "working";
}

/** The agent's stored settings, if they can be read; the status is valid without them. */
function readAgent(agentId: string, { services, signal }: CallContext): Promise<Agent | undefined> {
  return orWhereAllowed(services.api.getAgent(agentId, { signal }));
}

/** The samples that speak of the present state: all of a wait that came to no end, otherwise the last one. */
async function readStatus(
  agentId: string,
  { waitSeconds, after }: { waitSeconds: number; after?: RegistrationStatus | undefined },
  call: CallContext,
): Promise<{ samples: StatusKnown["samples"]; notWaited: boolean; isPending: boolean }> {
  const { services, signal, place } = call;
  const seen: RegistrationStatus[] = [];
  const outcome = await waitUntilSettled(services.api, agentId, after, {
    budgetMs: waitSeconds * 1_000,
    signal,
    mayPause: place?.startWaiting,
    onSample: (status, elapsed) => {
      seen.push(status);
      tellWait(call, after === undefined ? ANSWER : NEXT_TRY, { status, elapsed, seconds: waitSeconds });
    },
  });
  if (outcome.kind === "unreadable") throw outcome.error;
  const [first, ...rest] = seen;
  const isPending = outcome.kind === "pending";
  return {
    isPending,
    // Of a wait for another try the last one tells most.
    samples: isPending && first && after === undefined ? [first, ...rest] : [outcome.status],
    notWaited: isPending && outcome.notWaited === true,
  };
}

function storedFact(
  agent: Agent | undefined,
): Fact<{ stored: z.output<typeof settingsSchema>; notes: string[] }> {
  const stored = agent?.registration;
  if (agent === undefined || stored === undefined) return note("Stored settings: not readable.");
  if (stored === null) return note("Stored settings: none.");
  return fact(
    { stored: settingsData(stored) },
    `Stored: ${settingsLine(stored)}${stored.enabled === false ? ", disabled" : ""}`,
  );
}

function nextSteps(
  status: RegistrationStatus,
  agent: Agent | undefined,
  { outcome, missing }: Verdict,
  { findings, isProven }: { findings: readonly Finding[]; isProven: boolean },
): NextStep[] {
  if (agent?.registration === null) {
    return [
      [
        "configure_sip_registration connects this agent; list_pbx_presets says what its PBX needs.",
        "This connection is read-only, so the agent has to be connected elsewhere; list_pbx_presets says what its PBX needs.",
      ],
    ];
  }
  const kind = statusKind(status);
  if (kind === "failed" || findings.some(({ severity }) => severity === "critical")) {
    return [
      ...(wireTellsMore(findings)
        ? ["diagnose_sip_registration looks at the wire for this agent and says why, with evidence."]
        : []),
      [
        "configure_sip_registration with the corrected values tries again immediately.",
        "This connection is read-only, so the values have to be corrected elsewhere.",
      ],
      "list_pbx_presets with the name of the user's PBX gives its own values and traps.",
    ];
  }
  switch (kind) {
    case "registered":
    case "unknown":
      if (outcome === "not_proven") {
        return [
          ...missing,
          "diagnose_sip_registration with testCredentials true looks whether the PBX accepts the login, and who is registered there.",
        ];
      }
      return [...(isProven ? [] : [callStep(agent?.registration ?? {})]), ...REGISTERED_HINTS];
    default:
      return [
        "get_sip_status with waitSeconds 20 waits for the outcome.",
        "If it stays so, diagnose_sip_registration for this agent says why.",
      ];
  }
}
