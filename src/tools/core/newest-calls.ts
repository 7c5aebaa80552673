import { present } from "../../base/present.js";
import { TelzinoError } from "../../telzino/errors.js";
import type { CallLog, CallLogPage, TelzinoApi } from "../../telzino/types.js";

/** What is seen of an agent's call log: its newest entries, at whichever end of it they are. */
export interface LogView {
  readonly calls: readonly CallLog[];
  /** By the API's own clock. */
  readonly answeredAt?: Date;
  /** `false`: a new entry may be where no one looked. */
  readonly complete: boolean;
}

/** Entries of a page, fewer each time that a page is too large: a call may bring a transcript of an hour. */
const PAGE_SIZES = [10, 3, 1] as const;
/** A last page with fewer entries than this may be all that is left of several new ones. */
const FEW = 3;

/** Reads the newest entries of a call log, in whatever order the API lists them. */
export class NewestCalls {
  readonly #api: Pick<TelzinoApi, "listCallLogs">;
  readonly #agentId: string;
  #size = 0;

  constructor(api: Pick<TelzinoApi, "listCallLogs">, agentId: string) {
    this.#api = api;
    this.#agentId = agentId;
  }

  /** @throws TelzinoError, and the signal's reason. */
  async read(signal: AbortSignal): Promise<LogView> {
    for (;;) {
      try {
        return await this.#read(signal);
      } catch (error) {
        const tooLarge = error instanceof TelzinoError && error.code === "unreadable_answer";
        if (!tooLarge || this.#size >= PAGE_SIZES.length - 1) throw error;
        this.#size += 1;
      }
    }
  }

  async #read(signal: AbortSignal): Promise<LogView> {
    const first = await this.#page(1, signal);
    const isWhole = first.totalPages === undefined ? !first.hasNext : first.totalPages <= 1;
    if (isWhole || orderOf(first.calls) === "newest first") return viewOf([first], true);
    if (first.totalPages === undefined) return viewOf([first], false);
    const last = await this.#page(first.totalPages, signal);
    const before =
      last.calls.length < FEW && first.totalPages > 2 ? [await this.#page(first.totalPages - 1, signal)] : [];
    const pages = [first, ...before, last];
    return viewOf(pages, orderOf(pages.flatMap(({ calls }) => calls)) !== "unknown");
  }

  #page(page: number, signal: AbortSignal): Promise<CallLogPage> {
    const limit = PAGE_SIZES[this.#size] ?? 1;
    return this.#api.listCallLogs(this.#agentId, { page, limit }, { signal });
  }
}

function viewOf(pages: readonly CallLogPage[], complete: boolean): LogView {
  const answeredAt = pages[0]?.answeredAt;
  return { calls: pages.flatMap(({ calls }) => calls), complete, ...present({ answeredAt }) };
}

/** This share of the neighbours must be in that order: entries that come late are slightly out of it. */
const MOST = 0.75;

function orderOf(calls: readonly CallLog[]): "newest first" | "oldest first" | "unknown" {
  const times = calls.flatMap(({ startedAt }) => (startedAt ? [startedAt.getTime()] : []));
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const moves = steps.filter((step) => step !== 0);
  if (moves.length === 0) return "unknown";
  const falling = moves.filter((step) => step < 0).length / moves.length;
  if (falling >= MOST) return "newest first";
  return falling <= 1 - MOST ? "oldest first" : "unknown";
}
