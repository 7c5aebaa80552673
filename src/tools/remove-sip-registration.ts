import { z } from "zod";
import type { AgentTurn } from "../registration/agent-locks.js";
import { agentIdField } from "../registration/fields.js";
import { accountOf } from "../registration/settings.js";
import { type Reading, readStored } from "../registration/stored.js";
import { type WaitOutcome, waitUntilGone } from "../registration/wait.js";
import { type Doubt, removeRegistration } from "../registration/write.js";
import type { Agent, StoredRegistration } from "../telzino/types.js";
import { fromCaller, untrusted } from "../untrusted.js";
import type { CallContext } from "./context.js";
import { defineTool, type ToolReply } from "./define.js";
import { ToolError } from "./errors.js";
import { progressText, settingsData, settingsLine, stateName, statusData } from "./format.js";
import { inTurn } from "./in-turn.js";
import { holdStored } from "./password-fields.js";
import { nextStepsSchema, settingsSchema, statusSchema } from "./schemas.js";
import { doubtWords, storedWords, unreadableWords } from "./write-words.js";

/** Un-registering takes the platform a few seconds; beyond this the answer says that it goes on. */
const WAIT_MS = 15_000;

const input = z.strictObject({
  agentId: agentIdField,
  username: z
    .string()
    .min(1)
    .max(128)
    .describe("SIP user that is stored for this agent; must match, so that no other line is cut"),
});

const output = z.object({
  agentId: z.string(),
  outcome: z.enum([
    "removed",
    "removing",
    "nothing_stored",
    "removed_status_unreadable",
    "overtaken",
    "still_stored",
  ]),
  removed: settingsSchema.optional().describe("The settings that were stored"),
  stored: settingsSchema.optional().describe("What is stored now, if anything"),
  status: statusSchema.optional(),
  nextSteps: nextStepsSchema,
});

type Reply = ToolReply<z.output<typeof output>>;

export const removeSipRegistration = defineTool({
  name: "remove_sip_registration",
  title: "Remove SIP registration",
  description: [
    "Takes an agent off its PBX: deletes the stored SIP registration (the password too) and waits until it is gone. The agent receives no SIP calls after that.",
    "Use it only when the user asks for it; to change settings use configure_sip_registration. Un-registering may also drop other devices on the same extension, a desk phone for instance: tell the user first.",
    'Example: {"agentId": "11111111-1111-4111-8111-111111111111", "username": "1001"}',
  ].join("\n"),
  input,
  output,
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  async run({ agentId, username }, call) {
    const { api } = call.services;
    const { signal } = call;
    const { agent, removal } = await inTurn(agentId, call, async (turn) => {
      const agent = await api.getAgent(agentId, { signal });
      const stored = agent.registration;
      holdStored(stored, call);
      if (stored === null) return { agent };
      if (stored?.username !== username) throw mismatch(agent, username);
      const doubt = await removeRegistration({ api, agentId, turn, signal });
      return { agent, removal: { doubt, turn } };
    });
    return removal ? waitAndReport(agent, removal, call) : nothingStored(agent);
  },
});

function label(agent: Agent): string {
  return `${agent.name}`;
}

function nothingStored(agent: Agent): Reply {
  return {
    lines: [`${label(agent)} has no SIP registration stored; there was nothing to remove.`],
    data: { agentId: agent.id, outcome: "nothing_stored" },
    next: ["configure_sip_registration connects it to a PBX."],
  };
}

function mismatch(agent: Agent, username: string): ToolError {
  const stored = agent.registration;
  return stored?.username === undefined
    ? new ToolError(
        `Nothing was removed: the registration stored for ${label(agent)} could not be read, so its username could not be checked.`,
        ["Call get_sip_status, then try again."],
      )
    : new ToolError(
        `Nothing was removed: ${label(agent)} is stored as ${accountOf(stored)}, not as ${fromCaller(username, 128)}.`,
        [
          "Ask the user whether this is the agent they mean; list_agents shows the others.",
          `If it is, call remove_sip_registration again with username ${untrusted(stored.username, { max: 128 })}.`,
        ],
      );
}

interface Removal {
  /** What the API answered where only reading back showed that it took effect. */
  doubt: Doubt | undefined;
  turn: AgentTurn;
}

async function waitAndReport(agent: Agent, { doubt, turn }: Removal, call: CallContext): Promise<Reply> {
  const { services, signal, progress, place } = call;
  const waited = await waitUntilGone(services.api, agent.id, {
    budgetMs: WAIT_MS,
    signal,
    mayPause: place?.startWaiting,
    onSample: (status, elapsed) =>
      progress(progressText(status), Math.round(elapsed / 1_000), WAIT_MS / 1_000),
  });
  const reading = await readStored(services.api, agent.id, signal);
  // Asked after the reading: a write in between counts.
  const overtaken = await turn.overtaken();
  if (reading.kind === "read" && reading.stored !== null)
    return storedAgain(agent, reading.stored, overtaken);
  const reply = outcomeOf(agent, waited);
  const [first, ...others] = reply.lines;
  return { ...reply, lines: [first, ...notes(doubt, reading), ...others] };
}

function notes(doubt: Doubt | undefined, reading: Reading): string[] {
  return [
    ...(doubt ? [`${doubtWords(doubt)} Reading the agent back showed that nothing is stored.`] : []),
    ...(reading.kind === "unreadable"
      ? [`Whether anything has been stored since is not known: ${unreadableWords(reading)}.`]
      : []),
  ];
}

function storedAgain(agent: Agent, now: StoredRegistration, overtaken: boolean): Reply {
  return {
    lines: [
      overtaken
        ? `Overtaken: the SIP registration of ${label(agent)} was removed, and after that another change was made.`
        : `Something is stored: Telzino confirmed the removal of the SIP registration of ${label(agent)}, but reading the agent back shows one. Another program may have stored it since, or the removal had no effect.`,
      `Stored now: ${storedWords(now)}.`,
    ],
    data: {
      agentId: agent.id,
      outcome: overtaken ? "overtaken" : "still_stored",
      ...(overtaken && agent.registration ? { removed: settingsData(agent.registration) } : {}),
      stored: settingsData(now),
    },
    next: [
      "get_sip_status tells how the agent is with what is stored now.",
      "Ask the user whether that one shall be removed too.",
    ],
  };
}

function outcomeOf(agent: Agent, waited: WaitOutcome): Reply {
  const stored = agent.registration ?? {};
  const was = `It was: ${settingsLine(stored)}`;
  const data = { agentId: agent.id, removed: settingsData(stored) };
  const again = "configure_sip_registration connects the agent anew; it needs the SIP password again.";
  if (waited.kind === "unreadable") {
    return {
      lines: [
        `Removed the SIP registration of ${label(agent)}. Its status cannot be read: ${waited.error.message}`,
        was,
      ],
      data: { ...data, outcome: "removed_status_unreadable" },
      next: [again],
    };
  }
  if (waited.kind === "pending") {
    return {
      lines: [
        `Removed the stored settings of ${label(agent)}; the platform is still un-registering (${stateName(waited.status)}).`,
        was,
      ],
      data: { ...data, outcome: "removing", status: statusData(waited.status) },
      next: ["get_sip_status in a few seconds tells whether it is gone.", again],
    };
  }
  return {
    lines: [
      `Removed: ${label(agent)} is no longer registered and receives no SIP calls.`,
      was,
      "If a desk phone shares that extension, check that it is still registered.",
    ],
    data: { ...data, outcome: "removed", status: statusData(waited.status) },
    next: [again],
  };
}
