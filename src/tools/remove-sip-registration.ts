import { z } from "zod";
import { fromCaller, untrusted } from "../redaction/untrusted.js";
import type { AgentTurn } from "../registration/agent-locks.js";
import { agentIdField } from "../registration/fields.js";
import { accountOf } from "../registration/settings.js";
import { type Reading, readStored } from "../registration/stored.js";
import { type WaitOutcome, waitUntilGone } from "../registration/wait.js";
import { type Doubt, removeRegistration } from "../registration/write.js";
import type { Agent, StoredRegistration } from "../telzino/types.js";
import type { CallContext } from "./core/context.js";
import { defineTool, type ToolReply } from "./core/define.js";
import { ToolError } from "./core/errors.js";
import { type Fact, fact, note, notes, summary } from "./core/facts.js";
import { settingsData, settingsLine, stateFacts } from "./core/format.js";
import { inTurn } from "./core/in-turn.js";
import { tellWait } from "./core/progress.js";
import { replyShape, settingsSchema, statusSchema } from "./core/schemas.js";
import { doubtWords, storedWords, unreadableWords } from "./core/write-words.js";

/** Un-registering takes the platform a few seconds; beyond this the answer says that it continues. */
const WAIT_MS = 15_000;

const input = z.strictObject({
  agentId: agentIdField,
  username: z.string().min(1).max(128).describe("SIP user stored for this agent, as a check"),
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
  ...replyShape,
});

type Reply = ToolReply<z.output<typeof output>>;
type Fields = Omit<z.output<typeof output>, "nextSteps">;

export const removeSipRegistration = defineTool({
  name: "remove_sip_registration",
  title: "Remove SIP registration",
  description: [
    "Takes an agent off its PBX: deletes the stored SIP registration and password, and waits until it is gone. The agent then receives no SIP calls.",
    "Use it only when the user asks for it; to change settings use configure_sip_registration. The PBX may keep the binding until it expires, up to an hour, and ring in vain: tell the user first.",
    'Example: {"agentId": "…", "username": "1001"}',
  ].join("\n"),
  input,
  output,
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  async run({ agentId, username }, call) {
    const { api } = call.services;
    const { signal } = call;
    const { agent, removal } = await inTurn(agentId, call, async (turn) => {
      // By the id that was asked for: the API's own could be any text.
      const agent: Agent = { ...(await api.getAgent(agentId, { signal })), id: agentId };
      const stored = agent.registration;
      if (stored === null) return { agent };
      if (stored?.username !== username) throw mismatch(agent, username);
      const doubt = await removeRegistration({ api, agentId, turn, signal });
      return { agent, removal: { doubt, turn } };
    });
    if (removal === undefined) return nothingStored(agent);
    // A page that waits would connect again what has just been disconnected.
    await call.services.entry?.end?.(agentId.toLowerCase(), "stored");
    return waitAndReport(agent, removal, call);
  },
});

function label(agent: Agent): string {
  return `${agent.name}`;
}

function nothingStored(agent: Agent): Reply {
  return {
    facts: [
      summary(`${label(agent)} has no SIP registration stored; there was nothing to remove.`),
      fact({ agentId: agent.id, outcome: "nothing_stored" }),
    ],
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
          [
            "Ask the user whether this is the agent they mean; list_telzino_agents shows the others.",
            "Ask the user whether this is the agent they mean.",
          ],
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
  const { services, signal, place } = call;
  const waited = await waitUntilGone(services.api, agent.id, {
    budgetMs: WAIT_MS,
    signal,
    mayPause: place?.startWaiting,
    onSample: (status, elapsed) =>
      tellWait(call, "the platform to un-register", { status, elapsed, seconds: WAIT_MS / 1_000 }),
  });
  const reading = await readStored(services.api, agent.id, signal);
  // Asked after the reading: a write in between counts.
  const overtaken = await turn.overtaken();
  if (reading.kind === "read" && reading.stored !== null)
    return storedAgain(agent, reading.stored, overtaken);
  return outcomeOf(agent, waited, doubtsOf(doubt, reading));
}

function doubtsOf(doubt: Doubt | undefined, reading: Reading): string[] {
  return [
    ...(doubt ? [`${doubtWords(doubt)} Reading the agent back showed that nothing is stored.`] : []),
    ...(reading.kind === "unreadable"
      ? [`Whether anything has been stored since is not known: ${unreadableWords(reading)}.`]
      : []),
  ];
}

function storedAgain(agent: Agent, now: StoredRegistration, overtaken: boolean): Reply {
  return {
    facts: [
      summary(
        overtaken
          ? `Overtaken: the SIP registration of ${label(agent)} was removed, and after that another change was made.`
          : `Something is stored: Telzino confirmed the removal of the SIP registration of ${label(agent)}, but reading the agent back shows one. Another program may have stored it since, or the removal had no effect.`,
      ),
      fact<Fields>({ agentId: agent.id, outcome: overtaken ? "overtaken" : "still_stored" }),
      fact<Fields>({ stored: settingsData(now) }, `Stored now: ${storedWords(now)}`),
      ...(overtaken && agent.registration ? [removedFact(agent.registration)] : []),
    ],
    next: [
      "get_sip_status shows the agent's state with the settings stored now.",
      "Ask the user whether that one should be removed too.",
    ],
  };
}

function removedFact(stored: StoredRegistration): Fact<Fields> {
  return fact({ removed: settingsData(stored) }, `It was: ${settingsLine(stored)}`);
}

function outcomeOf(agent: Agent, waited: WaitOutcome, doubts: readonly string[]): Reply {
  const end = (sentence: string, outcome: Fields["outcome"]) => [
    summary(sentence),
    fact<Fields>({ agentId: agent.id, outcome }),
    ...notes(doubts),
    ...(waited.status ? stateFacts(waited.status, new Date()) : []),
    removedFact(agent.registration ?? {}),
  ];
  const again = "configure_sip_registration connects the agent again; it needs the SIP password again.";
  if (waited.kind === "unreadable") {
    const sentence = `Removed the SIP registration of ${label(agent)}. Its status cannot be read: ${waited.error.message}`;
    return { facts: end(sentence, "removed_status_unreadable"), next: [again] };
  }
  if (waited.kind === "pending") {
    return {
      facts: end(
        `Removed the stored settings of ${label(agent)}; the platform is still un-registering.`,
        "removing",
      ),
      next: ["get_sip_status in a few seconds shows whether it is gone.", again],
    };
  }
  return {
    facts: [
      ...end(`Removed: ${label(agent)} is no longer registered and receives no SIP calls.`, "removed"),
      note(
        "The PBX may keep the binding until it expires (up to an hour) and ring the agent in vain, beside a desk phone on that extension; it can be removed on the PBX.",
      ),
    ],
    next: [again],
  };
}
