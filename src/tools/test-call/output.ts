import { z } from "zod";
import { POSITIONS } from "../../diagnosis/evidence-media.js";
import { CONFIDENCES } from "../../diagnosis/finding.js";
import { VERDICT_OUTCOMES } from "../../diagnosis/grades.js";
import { findingSchema, pageSchema, replyShape, verdictShape } from "../core/schemas.js";
import { CALL_OUTCOMES } from "./judge.js";

const yesNo = z.enum(["yes", "no"]);
const leg = z.enum(["works", "broken", "unknown"]);

/** RTP that came, as one call shows it. */
const rtpSchema = z.object({
  packets: z.number(),
  lostPercent: z.number().optional(),
  jitterMs: z.number().optional(),
  firstMs: z.number().optional().describe("After the answer"),
  longestGapMs: z.number().optional(),
  loudestDbov: z.number().optional(),
  soundMs: z.number(),
  codec: z.string(),
});

export const testCallOutput = z.object({
  agentId: z.string(),
  agentName: z.string().optional(),
  outcome: z.enum(["to_confirm", "password_entry_pending", "under_way", ...VERDICT_OUTCOMES]),
  verdict: verdictShape.verdict.optional(),
  missing: verdictShape.missing,
  would: z.array(z.string()).optional().describe("What the call would do; nothing was sent yet"),
  confirm: z.string().optional().describe("Token: with it the same call does that, once"),
  validUntil: z.string().optional(),
  validUntilRelative: z.string().optional(),
  passwordEntry: pageSchema.optional(),
  call: z.enum(CALL_OUTCOMES).optional(),
  position: z.enum(POSITIONS).optional(),
  legs: z.object({ here_to_pbx: leg, pbx_to_here: leg, agent_to_pbx: leg, pbx_to_agent: leg }).optional(),
  setup: z
    .object({
      status: z.number().optional(),
      reasonQ850: z.number().optional(),
      answerMs: z.number().optional(),
      seconds: z.number().optional(),
      endedBy: z.string().optional(),
    })
    .optional(),
  echoTest: z
    .object({
      answered: yesNo,
      toneSentMs: z.number(),
      toneBackMs: z.number(),
      rtp: rtpSchema.optional(),
    })
    .optional(),
  rtp: rtpSchema.optional(),
  turns: z.object({ greeting: yesNo, spoken: z.number(), replies: z.number(), unasked: yesNo }).optional(),
  log: z
    .object({
      found: z.enum(["found", "none", "several", "unreadable", "not-looked"]),
      agentEntries: z.number().optional(),
      callerEntries: z.number().optional(),
      seconds: z.number().optional(),
    })
    .optional(),
  findings: z.array(findingSchema.extend({ confidence: z.enum(CONFIDENCES) })).optional(),
  notShown: z.array(z.string()).optional(),
  ladder: z.string().optional(),
  ...replyShape,
});

export type TestCallFields = Omit<z.output<typeof testCallOutput>, "nextSteps">;
export type RtpFields = z.output<typeof rtpSchema>;
