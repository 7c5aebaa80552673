import { once } from "../base/once.js";
import { present } from "../base/present.js";
import type { Config } from "../config/index.js";
import { serveStdio } from "../mcp/stdio.js";
import { createPasswordPages } from "../passwords/page/pages.js";
import type { ReservedSandbox } from "../sandbox/reserve.js";
import type { Io } from "./io.js";
import { openServices } from "./services.js";

/** A sandbox that nothing has needed by then starts anyway. Milliseconds. */
const SANDBOX_LATEST_MS = 1_000;

/** The stdio server, the default command: ends when the client does. Exit code 0. */
export async function serve(config: Config, io: Io): Promise<number> {
  const { services, sandbox, close } = await openServices(config, io, { sandboxLater: true });
  // The user sits at this machine, so a page on loopback reaches them; over HTTP it would not.
  const entry =
    config.entryPort === undefined
      ? undefined
      : createPasswordPages({ port: config.entryPort, redactor: services.redactor });
  const failed = new AbortController();
  const start = sandbox && startedOnce(sandbox, failed);
  // Also for who uses it without this server.
  const fallback = start && setTimeout(() => start().catch(() => {}), SANDBOX_LATEST_MS);
  try {
    const testCalls = config.testCalls ? {} : undefined;
    const own = { ...services, readsFiles: true as const, ...present({ entry, testCalls }) };
    if (sandbox !== undefined) io.stderr.write(`${sandbox.describe()}\n`);
    const options = start ? { sandbox: { description: sandbox.describe(), start } } : {};
    await serveStdio(own, options, { ...io, signal: failed.signal });
    failed.signal.throwIfAborted();
  } finally {
    clearTimeout(fallback);
    // They were given up with the connection, and hang up.
    await Promise.allSettled(services.memory.testCalls);
    await entry?.close();
    await close();
  }
  return 0;
}

/** Starts the sandbox when it is first asked for. If it cannot start, the server ends. */
function startedOnce(sandbox: ReservedSandbox, failed: AbortController): () => Promise<void> {
  return once(async () => {
    try {
      await sandbox.start();
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
}
