import { present } from "../base/present.js";
import type { Config } from "../config/index.js";
import { serveStdio } from "../mcp/stdio.js";
import { createPasswordPages } from "../passwords/page/pages.js";
import type { Io } from "./io.js";
import { openServices } from "./services.js";

/** The stdio server, the default command: ends when the client does. Exit code 0. */
export async function serve(config: Config, io: Io): Promise<number> {
  const { services, sandbox, close } = await openServices(config, io);
  // The user sits at this machine, so a page on loopback reaches them; over HTTP it would not.
  const entry =
    config.entryPort === undefined
      ? undefined
      : createPasswordPages({ port: config.entryPort, redactor: services.redactor });
  try {
    if (sandbox !== undefined) io.stderr.write(`${sandbox}\n`);
    const testCalls = config.testCalls ? {} : undefined;
    const own = { ...services, readsFiles: true as const, ...present({ entry, testCalls }) };
    await serveStdio(own, present({ sandbox }), io);
  } finally {
    // They were given up with the connection, and hang up.
    await Promise.allSettled(services.memory.testCalls);
    await entry?.close();
    await close();
  }
  return 0;
}
