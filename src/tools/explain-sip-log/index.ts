import { z } from "zod";
import { present } from "../../base/present.js";
import type { LogReport, ReadingPlace, SourceReport } from "../../logs/index.js";
import { settingText } from "../../redaction/untrusted.js";
import { usernameField } from "../../registration/fields.js";
import type { CallPlace, ShareHolder } from "../core/context.js";
import { defineTool, type NextStep, type ToolReply } from "../core/define.js";
import { ToolError } from "../core/errors.js";
import { fact, note, notes, summary } from "../core/facts.js";
import { fileField } from "../core/file-field.js";
import { loadPresetOrExplain } from "../core/preset.js";
import { findingSchema, replyShape } from "../core/schemas.js";
import { oneOf, readFileOrExplain } from "./file.js";
import { countWords, streamFacts, streamsSchema } from "./streams.js";

/** Characters; some hundred lines of a log, or a dozen registrations with every message. */
const MAX_LOG = 60_000;
const MAX_EVENTS = 60;

const input = z.strictObject({
  log: z.string().min(1).max(MAX_LOG).describe("The lines, unchanged").optional(),
  file: fileField,
  username: usernameField.describe("Only what concerns this SIP user").optional(),
  presetId: z.string().max(60).describe("For fixes in that PBX's words").optional(),
});

const output = z.object({
  outcome: z.string().describe("registered, refused, no answer, gone …"),
  writtenBy: z.array(z.string()),
  events: z.array(
    z.object({
      line: z.number(),
      lastLine: z.number().optional(),
      count: z.number(),
      at: z.string().optional(),
      text: z.string(),
    }),
  ),
  findings: z.array(
    findingSchema.extend({
      confidence: z.string(),
      users: z.array(z.string()),
      count: z.number(),
      guide: z.string().optional(),
    }),
  ),
  calls: z.array(z.string()),
  lines: z.number(),
  understood: z.number(),
  unknown: z.number(),
  aboutOthers: z.number(),
  streams: streamsSchema.optional(),
  ...replyShape,
});

type Reply = ToolReply<z.output<typeof output>>;
type Fields = Omit<z.output<typeof output>, "nextSteps">;

export const explainSipLog = defineTool({
  name: "explain_sip_log",
  title: "Explain SIP log",
  description: [
    "Reads log lines of Asterisk, FreePBX, 3CX, FreeSWITCH, Kamailio, OpenSIPS or Yeastar, a SIP trace (sngrep, tcpdump …) of registrations or calls, or pjsip show channelstats: what happened, in order, and which finding of diagnose_sip_registration it is. Redacts secrets and phone numbers; counts unknown lines, and guesses none.",
    "Use it when the user can paste the PBX's log of a failed try or call.",
    'Example: {"log": "NOTICE[1]: Request …"}',
  ].join("\n"),
  input,
  output,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  async run({ log, file, username, presetId }, call) {
    const { signal, place } = call;
    const given = oneOf(log, file, call.services);
    const preset = presetId === undefined ? undefined : await loadPresetOrExplain(presetId);
    const options = {
      maxEvents: MAX_EVENTS,
      ...present({ username, presetId: preset?.id }),
    };
    const readText = (text: string) => readOrExplain(text, options, { signal, place });
    if (given.log !== undefined) return replyOf(await readText(given.log), username);
    return replyOf(await readFileOrExplain(given.file, options, call, readText), username);
  },
});

type ReadOptions = Parameters<typeof import("../../logs/index.js").readLogAside>[1];

const FULL: Readonly<Record<ShareHolder, string>> = {
  caller: "Too many of your logs are being read.",
  tenant: "Too many logs of your tenant are being read.",
  server: "Too many logs are being read on this server.",
};

async function readOrExplain(
  log: string,
  options: ReadOptions,
  { signal, place }: { signal: AbortSignal; place: CallPlace | undefined },
): Promise<LogReport> {
  const { PoolBusy, readLogAside, ThreadTimeout } = await import("../../logs/index.js");
  try {
    return await readLogAside(log, options, signal, () => placeFor(place));
  } catch (error) {
    if (error instanceof PoolBusy) {
      throw new ToolError("This server is reading too many logs at this moment. The log was not read.", [
        "Wait a minute, then make the same call once.",
      ]);
    }
    if (error instanceof ThreadTimeout) {
      throw new ToolError("Reading this log took too long, and was stopped.", [
        "Give fewer lines: those around one try, a dozen before and after.",
      ]);
    }
    throw error;
  }
}

function placeFor(place: CallPlace | undefined): ReadingPlace | undefined {
  const reading = place?.startReading();
  if (typeof reading !== "string") return reading;
  throw new ToolError(`${FULL[reading]} This one was not read.`, [
    "Make the same call again when one of them has been read: each takes 10 s at most.",
  ]);
}

const OUTCOMES: Readonly<Record<LogReport["outcome"], string>> = {
  registered: "The last registration in it succeeds.",
  refused: "The last registration in it is refused.",
  "no answer": "The last registration in it gets no answer.",
  unreachable: "It is registered, and the PBX does not reach the device.",
  "not registered": "No one is registered.",
  gone: "The last registration in it ends or is removed.",
  none: "It shows no completed registration.",
};

/** A report as the tool tells it; also for who reads it in a terminal. */
export function replyOf(report: LogReport & Partial<SourceReport>, username: string | undefined): Reply {
  const { events, eventsLeftOut, findings, outcome, users, writtenBy, lines, understood, unknown } = report;
  const { aboutOthers, calls, capture } = report;
  const told = findings.map(({ users, guide, ...finding }) => ({
    ...{ ...finding, users: [...users] },
    ...(guide === undefined ? {} : { guide: `telzino://troubleshooting/${guide}` }),
  }));
  const happened = events.map(({ lastLine, ...event }) => ({
    ...event,
    ...(event.count > 1 ? { lastLine } : {}),
  }));
  return {
    facts: [
      summary(
        `${writtenBy.length === 0 ? "Nothing in it was recognized" : writtenBy.join(", ")}. ${outcomeWords(report)}`,
      ),
      ...(users.length > 0
        ? [note(`It is about several users (${users.join(", ")}); strangers' tries come last.`)]
        : []),
      fact<Fields>({ outcome, writtenBy: [...writtenBy] }),
      fact<Fields>({ findings: told }, told.length > 0 && "Findings:", ...told.flatMap(findingLines)),
      fact<Fields>({ calls: [...calls] }, calls.length > 0 && "Calls:", ...calls.map((call) => `- ${call}`)),
      fact<Fields>({}, happened.length > 0 && "What happened:"),
      ...(eventsLeftOut > 0 ? [note(`(the first ${eventsLeftOut} are left out)`)] : []),
      fact<Fields>(
        { events: happened },
        ...happened.map((event) => eventLine(event, capture ? "packet" : "line")),
      ),
      ...streamFacts(capture),
      fact<Fields>({ lines, understood, unknown }, countWords(report)),
      ...notes(report.notes ?? []),
      fact<Fields>(
        { aboutOthers },
        aboutOthers > 0 && `${aboutOthers} about other users than ${settingText(username, 200)} left out.`,
      ),
    ],
    next: nextOf(report),
  };
}

function outcomeWords({ outcome, calls, findings, isOfCalls }: LogReport): string {
  if (outcome !== "none" || !isOfCalls) return OUTCOMES[outcome];
  if (findings.length === 0) return "It shows calls, and nothing wrong in them.";
  return calls.length === 0 ? "It shows calls." : `It shows ${calls.length === 1 ? "a call" : "calls"}.`;
}

function findingLines(finding: Fields["findings"][number]): string[] {
  const { id, severity, title, evidence, cause, fix, confidence, users, count, guide } = finding;
  const whom = users.length === 0 ? "" : ` [${users.join(", ")}]`;
  return [
    `- ${title}${whom} (${id}, ${severity}, confidence ${confidence}, ${count} ${count === 1 ? "time" : "times"})`,
    `  Seen: ${evidence}`,
    `  Cause: ${cause}`,
    `  Fix: ${fix}`,
    ...(guide === undefined ? [] : [`  Guide: ${guide}`]),
  ];
}

function eventLine(
  { line, lastLine, count, at, text }: Fields["events"][number],
  word: "line" | "packet",
): string {
  const where = lastLine === undefined ? `${word} ${line}` : `${word}s ${line}–${lastLine}, ${count} times`;
  return `- ${where}${at === undefined ? "" : `, ${at}`}: ${text}`;
}

function nextOf(report: LogReport): NextStep[] {
  const { events, findings, outcome, users, understood } = report;
  const { isOfCalls } = report;
  if (understood === 0 || events.length === 0) {
    return [
      "Ask the user for the PBX's log at the very time of a try (Asterisk: pjsip set logger on, or the full log), with a dozen lines before and after.",
      "diagnose_sip_registration looks from this machine, without any log.",
    ];
  }
  const banned = findings.some(({ id }) => id === "banned-after-refusals");
  return [
    ...(users.length > 0
      ? ["Ask the user which of these is the agent's extension, and call again with it as username."]
      : []),
    ...(banned
      ? [
          "In this order: correct the credentials with the user, have the ban lifted on the PBX, then try once. Further tries before that lengthen it.",
        ]
      : []),
    ...(findings.length > 0 && !banned
      ? [
          [
            "Do what the first finding says, on the PBX or with configure_sip_registration.",
            "Do what the first finding says.",
          ],
        ]
      : []),
    ...(isOfCalls ? callSteps(report) : []),
    ...(isOfCalls
      ? []
      : outcome === "registered"
        ? [
            "get_sip_status compares that with the platform's view; if calls do not come, look at the PBX's routing.",
          ]
        : ["diagnose_sip_registration checks the same from here."]),
  ];
}

/** What shows more of a call, the cheapest first. A registration may be well and the call not. */
function callSteps({ findings, calls }: LogReport): NextStep[] {
  const voice = findings.some(({ id }) => VOICE.has(id));
  const counted = findings.some(({ id }) => id === "one-way-audio" || id === "packets-lost");
  return [
    ...(findings.length === 0 || (voice && !counted)
      ? [
          "If a call is silent: have the output of pjsip show channelstats pasted, taken on the PBX during such a call (Asterisk, FreePBX); it shows which leg hears nothing.",
        ]
      : []),
    ...(calls.length === 0
      ? [
          "For more, ask for a trace of one such call with its messages: a capture from the PBX's web page, sngrep, or pjsip set logger on.",
        ]
      : ["After a change make one call, and paste its trace from INVITE to BYE if it fails again."]),
  ];
}

const VOICE: ReadonlySet<string> = new Set([
  "media-address-private",
  "media-address-wrong",
  "media-sent-to-private",
  "no-audio",
  "direct-media",
  "media-off",
  "ports-not-forwarded",
]);
