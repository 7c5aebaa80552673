import type { Writable } from "node:stream";
import { ApiOutage } from "../../audit/gate.js";
import type { LookParts } from "../../audit/looks/look.js";
import { type AuditOutcome, outcomeOf } from "../../audit/report.js";
import { present } from "../../base/present.js";
import { NAME } from "../../base/version.js";
import type { Config } from "../../config/index.js";
import { settingText, untrusted } from "../../redaction/untrusted.js";
import { TelzinoError } from "../../telzino/errors.js";
import type { Services } from "../../tools/core/context.js";
import { explainError } from "../../tools/core/explain-error.js";
import { holdingApi } from "../../tools/core/holding-api.js";
import { fitted } from "../fitted.js";
import type { Io } from "../io.js";
import { keepHeapSmall } from "../lean-heap.js";
import { misused } from "../misused.js";
import { openServices } from "../services.js";
import { stopSignals } from "../stop-signals.js";
import { asCsv } from "./as-csv.js";
import { asJson } from "./as-json.js";
import { asText } from "./as-text.js";
import type { AuditFlags } from "./flags.js";
import { ProgressLine } from "./progress.js";
import { type AuditRun, readAll } from "./read.js";
import { type AuditSettings, auditSettings } from "./settings.js";
import { StateFileError } from "./state-file.js";
import { withPbxs } from "./with-pbxs.js";

const EXIT_CODES: Readonly<Record<AuditOutcome, number>> = { well: 0, down: 1, incomplete: 3 };
/** What to do about an API that cannot be read. */
export const DOCTOR = `${NAME} doctor checks configuration, login and reachability, and says what to do.`;

/** The gate has its own plan for further attempts, shared by all reads. */
const ONE_TRY = { tries: 1 };

/**
 * Reads all agents and prints which are not registered, grouped by cause. Nothing is written to the platform, and no
 * credentials are sent to a PBX.
 *
 * @param signal ends it: what was read stays in the state file. Absent: SIGINT and SIGTERM do.
 * @returns the exit code: 0 none is down, 1 some are, 2 wrong usage, 3 not all could be read and none is known to be down.
 */
export async function audit(
  config: Config,
  io: Io,
  flags: AuditFlags,
  signal?: AbortSignal,
  parts?: LookParts,
): Promise<number> {
  const settings = auditSettings(flags);
  if ("problem" in settings) return misused(io, settings.problem);
  if (config.agentId !== undefined) {
    return misused(io, "audit covers all agents: leave out --agent-id, or use diagnose for one");
  }
  if (io.stdout === process.stdout) keepHeapSmall();
  const { services, close } = await openServices(config, io, { retry: ONE_TRY });
  const stop = signal === undefined ? stopSignals() : { signal, end: () => {} };
  const reading = { ...services, api: holdingApi(services.api, services.redactor.hold) };
  try {
    const progress = new ProgressLine(io.stderr);
    const agentsRead = await readAll(reading, {
      ...{ api: config.apiUrl.host, settings, signal: stop.signal },
      ...{ progress, now: Date.now },
    });
    const run = settings.looksAtPbxs
      ? await withPbxs(agentsRead, reading, {
          ...{ settings, progress, signal: stop.signal },
          ...present({ parts }),
        })
      : agentsRead;
    await print(run, settings, services, io.stdout);
    return run.notKept === undefined
      ? EXIT_CODES[outcomeOf(run.report)]
      : explainFailure(run.notKept, io, settings, services);
  } catch (error) {
    if (stop.signal.aborted) return interrupted(io, settings);
    return explainFailure(error, io, settings, services);
  } finally {
    stop.end();
    await close();
  }
}

async function print(
  run: AuditRun,
  { form, onlyProblems }: AuditSettings,
  { redactor }: Services,
  stdout: Writable,
): Promise<void> {
  if (form === "text") return write(stdout, [fitted(redactor.redact(asText(run, onlyProblems)), stdout)]);
  return write(
    stdout,
    form === "json" ? asJson(run, onlyProblems, redactor) : asCsv(run.report, onlyProblems, redactor),
  );
}

/** Waits where the reader is slower. */
async function write(stdout: Writable, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    if (stdout.destroyed) return;
    if (!stdout.write(piece)) {
      await new Promise<void>((resolve) => {
        stdout.once("drain", resolve);
        stdout.once("close", resolve);
      });
    }
  }
}

function interrupted(io: Io, { state }: AuditSettings): number {
  const how =
    state === undefined
      ? "With --state FILE it could continue from here."
      : "Run the same command to continue.";
  io.stderr.write(`${NAME}: interrupted before all agents were read. ${how}\n`);
  return EXIT_CODES.incomplete;
}

function explainFailure(error: unknown, io: Io, { state }: AuditSettings, services: Services): number {
  const { redact } = services.redactor;
  const isOfDisk = (error as NodeJS.ErrnoException | undefined)?.syscall !== undefined;
  if (error instanceof StateFileError || isOfDisk) {
    const why = error instanceof StateFileError ? error.message : `${untrusted(error)}`;
    return misused(io, redact(`--state ${settingText(state, 300)}: ${why}`));
  }
  const cause = error instanceof ApiOutage ? error.cause : error;
  if (!(cause instanceof TelzinoError)) throw error;
  const { lines } = explainError(cause, "audit");
  const said = "No agent was read, so whether any is down is unknown.";
  io.stderr.write(`${NAME}: ${redact([...lines, said, DOCTOR].join("\n"))}\n`);
  return EXIT_CODES.incomplete;
}
