import { randomUUID } from "node:crypto";
import type { Logger } from "../../base/log.js";
import { NAME, VERSION } from "../../base/version.js";
import type { Secret } from "../../redaction/secret.js";
import { untrusted } from "../../redaction/untrusted.js";
import type { ShownEvent } from "./event.js";

/** Events in one post, and those that are kept for a receiver that does not answer. */
const A_POST = 100;
const KEPT = 1_000;
/** How long one post may take, and how often it is tried in a round. */
const POST_MS = 10_000;
const PAUSES_MS = [0, 1_000, 4_000];

export interface WebhookOptions {
  url: URL;
  secret: Secret;
  log: Logger;
  /** Epoch milliseconds. */
  now: () => number;
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Posts events, signed: `telzino-signature: v1=HMAC-SHA-256(secret, id.timestamp.body)`. What is not taken waits for the next
 * round, with an id that stays the same.
 */
export class Webhook {
  readonly #options: WebhookOptions;
  #waiting: { id: string; events: ShownEvent[] }[] = [];

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /** Events that no receiver has taken yet. */
  get waiting(): number {
    return this.#waiting.reduce((sum, post) => sum + post.events.length, 0);
  }

  /** Sends those events after any that still wait. Throws only the signal's reason. */
  async send(events: readonly ShownEvent[], signal: AbortSignal): Promise<void> {
    for (let from = 0; from < events.length; from += A_POST) {
      this.#waiting.push({ id: randomUUID(), events: events.slice(from, from + A_POST) });
    }
    const { log } = this.#options;
    while (this.waiting > KEPT) {
      const dropped = this.#waiting.shift();
      log.error("Webhook: too many events waiting, the oldest are dropped", {
        dropped: dropped?.events.length,
      });
    }
    for (let post = this.#waiting[0]; post !== undefined; post = this.#waiting[0]) {
      if (!(await this.#deliver(post, signal))) return;
      this.#waiting.shift();
    }
  }

  async #deliver(post: { id: string; events: ShownEvent[] }, signal: AbortSignal): Promise<boolean> {
    const { log, pause } = this.#options;
    let why: unknown;
    for (const ms of PAUSES_MS) {
      if (ms > 0) await pause(ms, signal);
      signal.throwIfAborted();
      why = await this.#post(post, signal);
      // It may have been taken before the end.
      if (why === undefined) return true;
      signal.throwIfAborted();
    }
    log.warn("Webhook: not accepted, trying again in the next round", { why });
    return false;
  }

  /** Why it was not taken; `undefined`: it was. */
  async #post({ id, events }: { id: string; events: ShownEvent[] }, signal: AbortSignal): Promise<unknown> {
    const { url, secret, now } = this.#options;
    const body = JSON.stringify({ id, events });
    const timestamp = `${Math.floor(now() / 1_000)}`;
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(new Error("no answer in time")), POST_MS);
    const stop = () => over.abort(signal.reason);
    signal.addEventListener("abort", stop);
    try {
      const response = await fetch(url, {
        method: "POST",
        // A signed body is only for that address.
        redirect: "manual",
        headers: {
          "content-type": "application/json",
          "user-agent": `${NAME}/${VERSION}`,
          "telzino-webhook-id": id,
          "telzino-timestamp": timestamp,
          "telzino-signature": `v1=${secret.sign(`${id}.${timestamp}.${body}`)}`,
        },
        body,
        signal: over.signal,
      });
      await response.body?.cancel();
      return response.ok ? undefined : `HTTP ${response.status}`;
    } catch (error) {
      return untrusted((error as { cause?: unknown }).cause ?? error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    }
  }
}
