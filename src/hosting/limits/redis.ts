import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Logger } from "../../base/log.js";
import type { Secret } from "../../redaction/secret.js";
import { type Untrusted, untrusted } from "../../redaction/untrusted.js";

/** How long a command may take. */
const COMMAND_MS = 250;
const CONNECT_MS = 2_000;
/** After a failure Redis is not asked for so long, so a hanging one does not slow down every call. */
const PAUSE_MS = 1_000;
const SLOWEST_RECONNECT_MS = 2_000;
/** How long a start waits for Redis: a replica that let calls in before would be on its own for them. */
const START_MS = 1_000;

/** Of every key. */
export const PREFIX = "telzino-sip-mcp";

export interface SharedRedis {
  client: Redis;
  /** Resolves once Redis is connected or has refused, and after `START_MS` at the latest. */
  started: Promise<void>;
  /** Never rejects. `undefined`: Redis did not answer, or has not for a moment. */
  ask<Answer>(command: (client: Redis) => Promise<Answer>): Promise<Answer | undefined>;
  close(): Promise<void>;
}

export interface SharedRedisOptions {
  redisUrl: Secret;
  log: Logger;
  /** What the log says when it is lost, and when it is back. */
  lost: string;
  back: string;
}

/** A connection to Redis or Valkey that blocks no one. Connects in the background. */
export function openRedis({ redisUrl, log, lost, back }: SharedRedisOptions): SharedRedis {
  const client = new Redis(redisUrl.reveal(), {
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(times * 100, SLOWEST_RECONNECT_MS),
  });
  let isLost = false;
  let pausedUntil = 0;

  const note = (error: unknown): void => {
    pausedUntil = performance.now() + PAUSE_MS;
    if (isLost) return;
    isLost = true;
    log.warn(lost, { error: reasonOf(error) });
  };
  client.on("error", note);
  // Without a separate listener, a lost connection that is closed in good order would not be noticed.
  client.on("close", () => note(new Error("the connection was closed")));

  return {
    client,
    started: firstAnswer(client),
    async ask(command) {
      if (client.status !== "ready" || performance.now() < pausedUntil) return undefined;
      try {
        const answer = await command(client);
        if (isLost) log.warn(back);
        isLost = false;
        return answer;
      } catch (error) {
        note(error);
        return undefined;
      }
    },
    async close() {
      client.removeAllListeners("close");
      client.disconnect();
    },
  };
}

async function firstAnswer(redis: Redis): Promise<void> {
  const tried = new AbortController();
  const { signal } = tried;
  const limit = pause(START_MS, undefined, { ref: false, signal });
  // A connection that is refused rejects here; it has been noted already.
  await Promise.race([once(redis, "ready", { signal }), limit]).catch(() => {});
  tried.abort();
}

/** A code where there is one: messages of the client may name the server and its user. */
function reasonOf(error: unknown): string | Untrusted {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? untrusted(message);
}
