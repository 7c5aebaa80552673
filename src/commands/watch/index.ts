import { type ChangeKind, Damping, type Sight } from "../../audit/damping.js";
import { outageWords } from "../../audit/outage-words.js";
import type { AuditReport } from "../../audit/report.js";
import type { Standing } from "../../audit/standing.js";
import { present } from "../../base/present.js";
import { NAME } from "../../base/version.js";
import type { Config } from "../../config/index.js";
import { untrustedToken } from "../../redaction/untrusted.js";
import { TelzinoError } from "../../telzino/errors.js";
import { pause as realPause } from "../../telzino/limit.js";
import type { Services } from "../../tools/core/context.js";
import { explainError } from "../../tools/core/explain-error.js";
import { isoTime } from "../../tools/core/format.js";
import { holdingApi } from "../../tools/core/holding-api.js";
import { DOCTOR } from "../audit/index.js";
import { ProgressLine } from "../audit/progress.js";
import { readAll } from "../audit/read.js";
import { type ShownAgent, shownAgent } from "../audit/shown-agent.js";
import type { Io } from "../io.js";
import { keepHeapSmall } from "../lean-heap.js";
import { misused } from "../misused.js";
import { openServices } from "../services.js";
import { stopSignals } from "../stop-signals.js";
import { eventLine, type ShownEvent } from "./event.js";
import type { WatchFlags } from "./flags.js";
import { type WatchSettings, watchSettings } from "./settings.js";
import { Webhook } from "./webhook.js";

const FAILED = 1;
/** More changes of one agent than that within an hour are flapping. */
const MAX_CHANGES = 4;
const HOUR_MS = 3_600_000;
/** Longer timers do not exist. */
const DAY_MS = 86_400_000;
const LONGEST_PATIENCE_MS = 60_000;

/** An agent that was not read, is on the way or in doubt is neither down nor up. */
const SIGHTS: Readonly<Record<Standing, Sight>> = {
  ...{ down: "down", registered: "up", idle: "off", none: "off" },
  ...{ doubtful: "unknown", pending: "unknown", unread: "unknown" },
};

/** What tests bring along. */
export interface WatchParts {
  signal: AbortSignal;
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Reads all agents repeatedly, and prints and posts what has changed. Nothing is written to the platform.
 *
 * @returns the exit code: 0 once it was ended, 1 where the credentials are refused, 2 for wrong usage.
 */
export async function watch(config: Config, io: Io, flags: WatchFlags, parts?: WatchParts): Promise<number> {
  const settings = watchSettings(flags);
  if ("problem" in settings) return misused(io, settings.problem);
  if (config.agentId !== undefined) return misused(io, "watch covers all agents: leave out --agent-id");
  if (settings.webhook !== undefined && config.webhookSecret === undefined) {
    return misused(
      io,
      "--webhook needs a key for its signatures: set TELZINO_WEBHOOK_SECRET in the environment",
    );
  }
  if (io.stdout === process.stdout) keepHeapSmall();
  const { services, close } = await openServices(config, io, { retry: { tries: 1 } });
  const stop = parts ? { signal: parts.signal, end: () => {} } : stopSignals();
  const { signal } = stop;
  const pause = parts?.pause ?? realPause;
  const { webhook: url, intervalMs } = settings;
  const { log } = services;
  const { redact, redactDeep } = services.redactor;
  const webhook =
    url && config.webhookSecret
      ? new Webhook({ url, secret: config.webhookSecret, log, now: Date.now, pause })
      : undefined;
  const rounds = new Rounds(
    { ...services, api: holdingApi(services.api, services.redactor.hold) },
    settings,
    config.apiUrl.host,
    io,
  );
  try {
    for (;;) {
      const began = performance.now();
      const { events, waitMs } = await rounds.next(signal);
      for (const event of events) {
        io.stdout.write(`${settings.isJson ? JSON.stringify(redactDeep(event)) : redact(eventLine(event))}
`);
      }
      await webhook?.send(events.map(redactDeep), signal);
      await pause(Math.max(waitMs, intervalMs - (performance.now() - began)), signal);
    }
  } catch (error) {
    if (signal.aborted) return 0;
    if (!(error instanceof TelzinoError)) throw error;
    io.stderr.write(`${NAME}: ${redact([...explainError(error, "watch").lines, DOCTOR].join("\n"))}\n`);
    return FAILED;
  } finally {
    const lost = webhook?.waiting ?? 0;
    if (lost > 0) io.stderr.write(`${NAME}: ${lostWords(lost)}\n`);
    stop.end();
    await close();
  }
}

/** About changes that no receiver has taken: they are not kept from one start to the next. */
function lostWords(count: number): string {
  const [changes, were] = count === 1 ? ["change", "was"] : ["changes", "were"];
  return `${count} ${changes} that the webhook did not accept ${were} dropped: only the lines above show ${count === 1 ? "it" : "them"}`;
}

interface Round {
  events: ShownEvent[];
  /** How long the API has asked to be left alone. */
  waitMs: number;
}

/** One round after the other, and what each has to report. */
class Rounds {
  readonly #services: Services;
  readonly #settings: WatchSettings;
  readonly #api: string;
  readonly #io: Io;
  readonly #damping: Damping;
  /** The agents that are down or flapping, as they were last seen: if one disappears, that is what is reported of it. */
  readonly #troubled = new Map<string, ShownAgent>();
  #isFirst = true;
  #isOut = false;

  constructor(services: Services, settings: WatchSettings, api: string, io: Io) {
    this.#services = services;
    this.#settings = settings;
    this.#api = api;
    this.#io = io;
    this.#damping = new Damping({ confirm: settings.confirm, maxChanges: MAX_CHANGES, windowMs: HOUR_MS });
  }

  /** @throws TelzinoError where the credentials are refused, and the signal's reason. */
  async next(signal: AbortSignal): Promise<Round> {
    const { intervalMs, perSecond } = this.#settings;
    const patienceMs = Math.min(intervalMs, LONGEST_PATIENCE_MS);
    const { report } = await readAll(this.#services, {
      ...{ api: this.#api, signal, now: Date.now, progress: new ProgressLine(this.#io.stderr) },
      settings: { perSecond, patienceMs, state: undefined, isFresh: false },
    });
    const events = [...this.#ofApi(report.outage), ...this.#ofAgents(report)];
    if (this.#isFirst && report.outage === undefined) {
      this.#isFirst = false;
      const { down } = report.counts;
      this.#io.stderr.write(`${NAME}: watching ${report.agents.length} agents, ${down} not registered now\n`);
      if (report.clock !== undefined) this.#io.stderr.write(`${NAME}: ${report.clock}\n`);
    }
    return { events, waitMs: Math.min((report.outage?.retryAfterSeconds ?? 0) * 1_000, DAY_MS) };
  }

  #ofApi(outage: TelzinoError | undefined): ShownEvent[] {
    const isOut = outage !== undefined;
    if (isOut === this.#isOut) return [];
    this.#isOut = isOut;
    const at = isoTime(new Date());
    return [isOut ? { type: "api.unreachable", at, reason: outageWords(outage) } : { type: "api.back", at }];
  }

  #ofAgents(report: AuditReport): ShownEvent[] {
    const { agents, causes, outage, gap, endedAt } = report;
    const causeOf = new Map(causes.flatMap((cause) => cause.agents.map(({ id }) => [id, cause.cause])));
    const events = agents.flatMap((agent): ShownEvent[] => {
      const { id, judged, readAt } = agent;
      const sight = SIGHTS[judged.standing];
      const kind = this.#damping.saw(id, sight, readAt, !this.#isFirst);
      if (kind === undefined && sight !== "down") return [];
      const shown = shownAgent(agent, causeOf.get(id));
      if (sight === "down" || kind === "flapping") this.#troubled.set(id, shown);
      else this.#troubled.delete(id);
      return kind === undefined ? [] : [eventOf(kind, readAt, shown)];
    });
    if (outage !== undefined || gap !== undefined) return events;
    const gone = this.#damping.keep(new Set(agents.map(({ id }) => id)), endedAt);
    return [...events, ...gone.map((id) => eventOf("off", endedAt, this.#gone(id)))];
  }

  /** What is reported of an agent that is no longer on the list. */
  #gone(id: string): ShownAgent {
    const { account, pbx, preset, name = "" } = this.#troubled.get(id) ?? {};
    this.#troubled.delete(id);
    return {
      ...{ id: `${untrustedToken(id, 128)}`, name, standing: "gone" },
      ...present({ account, pbx, preset }),
      reason: "It is no longer on the API's list.",
    };
  }
}

function eventOf(kind: ChangeKind, at: number, agent: ShownAgent): ShownEvent {
  return { type: `agent.${kind}`, at: isoTime(new Date(at)), agent };
}
