import { z } from "zod";
import { allEnded } from "../../base/all-ended.js";
import type { Verdict } from "../../diagnosis/grades.js";
import { agentIdField } from "../../registration/fields.js";
import { statusKind } from "../../registration/states.js";
import type { RegistrationStatus, StoredRegistration } from "../../telzino/types.js";
import { forgetProof, rememberProof } from "../core/call-proof.js";
import { callee, type Line } from "../core/call-words.js";
import type { CallContext } from "../core/context.js";
import { defineTool } from "../core/define.js";
import { ToolError } from "../core/errors.js";
import { type Choice, callsOf } from "../core/logged-calls.js";
import { NewestCalls } from "../core/newest-calls.js";
import { orUnknown } from "../core/or-unknown.js";
import { orWhereAllowed } from "../core/where-allowed.js";
import { entryWords, HEARD, type Heard, judgeCall } from "./judge.js";
import { watchOutput } from "./output.js";
import { withPresetWords } from "./preset-words.js";
import { watchReply } from "./reply.js";
import { markOf, readSince, type Since, sinceNow, writeSince } from "./since.js";
import { type Watched, watchLog } from "./watch.js";

const DEFAULT_WAIT_SECONDS = 40;
/** Where the person has called already, so far back their call is looked for. Milliseconds. */
const LOOK_BACK_MS = 600_000;

const input = z.strictObject({
  agentId: agentIdField,
  heard: z
    .enum(HEARD)
    .describe("What the user says: only_agent = it did not react, dropped = both, then cut off")
    .optional(),
  resume: z.string().max(500).describe("From the last answer: continues that watch").optional(),
  from: z
    .string()
    .regex(/^\+?[\d ().-]{2,30}$/, "must be a number, e.g. 1002")
    .describe("Number that the user calls from")
    .optional(),
  waitSeconds: z.int().min(0).max(45).describe("Default 40, at most 45").optional(),
});

export const watchTestCall = defineTool({
  name: "watch_test_call",
  title: "Watch a test call",
  description: [
    "Proves a registered line by the user's own call: watches the agent's call log for it and reports whether it arrived, how long it was and whether agent and caller were heard (never what was said); with heard, which direction is dead and why.",
    "Ask the user to ring the extension now, say a sentence and listen, and call this immediately; then with resume and heard. It places no call. Without resume, heard looks ten minutes back.",
    'Example: {"agentId": "…", "heard": "both", "resume": "w1.…"}',
  ].join("\n"),
  input,
  output: watchOutput,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  async run({ agentId, heard, resume, from, waitSeconds = DEFAULT_WAIT_SECONDS }, call) {
    const { services, signal, place } = call;
    const given = resume === undefined ? undefined : sinceGiven(resume);
    const log = new NewestCalls(services.api, agentId);
    const started = performance.now();
    // The agent brings a password that an error of the others may repeat.
    const [agent, status, seen] = await allEnded([
      orWhereAllowed(services.api.getAgent(agentId, { signal })),
      // The state is reported in addition; a call may be watched without it.
      orUnknown(services.api.getStatus(agentId, { signal }), signal),
      log.read(signal),
    ]);
    const stored = agent?.registration;
    const since = given ?? sinceNow(callsOf(seen.calls), beginning(seen.answeredAt, heard, stored));
    const isHopeless = isDown(status) || stored === null;
    const watched = await watchLog({
      ...{ log, since, seen, signal },
      from: from?.replace(/\D/g, ""),
      isOver: heard !== undefined,
      // The first look may have taken long.
      budgetMs: isHopeless ? 0 : waitSeconds * 1_000 - (performance.now() - started),
      mayPause: place?.startWaiting,
      onLook: (choice, elapsed) => {
        if (waitSeconds > 0 && !isHopeless) {
          call.progress(
            progressWords(choice, stored ?? {}, elapsed, waitSeconds),
            tenths(elapsed),
            waitSeconds,
          );
        }
      },
    });
    const changed = since.settings !== markOf(stored);
    const judged = judgeCall({
      heard,
      changed,
      call: watched.choice.call,
      ended: watched.ended,
      ambiguous: watched.choice.ambiguous,
      logIsSure: watched.complete && watched.error === undefined,
      watchedSeconds: Math.max(0, Math.round((watched.now.getTime() - since.began.getTime()) / 1_000)),
      notRegistered: isHopeless,
    });
    const isProofOfSettings = !changed && !since.looksBack;
    keep(call, agentId, { watched, outcome: judged.verdict.outcome, stored, isProofOfSettings });
    return watchReply({
      ...{ agentId, stored, heard, from, watched, changed, looksBack: since.looksBack },
      agentName: agent?.name.isEmpty === false ? `${agent.name}` : undefined,
      judged: await withPresetWords(judged, stored),
      resume: writeSince(since),
    });
  },
});

/** @throws ToolError for what no answer has given. */
function sinceGiven(resume: string): Since {
  const since = readSince(resume);
  if (since !== undefined) return since;
  throw new ToolError("resume is not a value that watch_test_call has returned.", [
    "Call watch_test_call without resume: it begins a new watch.",
    "If the user has called already, give heard as well: then the last ten minutes are looked at.",
  ]);
}

function beginning(
  clock: Date | undefined,
  heard: Heard | undefined,
  stored: StoredRegistration | null | undefined,
): Parameters<typeof sinceNow>[1] {
  return { clock, back: heard === undefined ? 0 : LOOK_BACK_MS, stored };
}

function isDown(status: RegistrationStatus | undefined): boolean {
  return status !== undefined && ["failed", "absent"].includes(statusKind(status));
}

/** A proof stays with the settings that it was made for; a fault ends an earlier one. */
function keep(
  { services }: CallContext,
  agentId: string,
  { watched, outcome, stored, isProofOfSettings }: Kept,
): void {
  const { call } = watched.choice;
  if (outcome === "problem") forgetProof(services, agentId);
  if (outcome !== "proven" || !stored || !isProofOfSettings) return;
  rememberProof(services, agentId, call?.startedAt ?? watched.now, stored);
}

interface Kept {
  readonly watched: Watched;
  readonly outcome: Verdict["outcome"];
  readonly stored: StoredRegistration | null | undefined;
  readonly isProofOfSettings: boolean;
}

function progressWords({ call }: Choice, line: Line, elapsed: number, seconds: number): string {
  const time = `${Math.round(elapsed / 1_000)} s of ${seconds}`;
  if (call === undefined) {
    return `Ring ${callee(line)} now and say a sentence. Waiting for the call in the agent's log, ${time}`;
  }
  return `The call is in the log: ${entryWords(call.entries)}. Waiting for its end, ${time}`;
}

function tenths(ms: number): number {
  return Math.round(ms / 100) / 10;
}
