import type { Readable, Writable } from "node:stream";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { Logger } from "../base/log.js";
import { StdioTransport } from "./stdio-transport.js";

/**
 * Serves over stdin and stdout until the client goes away: stdin ends, stdout breaks, or the process is
 * asked to stop. Calls that are under way are cancelled then.
 */
export async function serveStdio(
  server: Server,
  stdin: Readable,
  stdout: Writable,
  log: Logger,
): Promise<void> {
  const transport = new StdioTransport(stdin, stdout, log);
  const ended = new Promise<void>((resolve) => {
    stdin
      .once("end", resolve)
      .once("close", resolve)
      .once("error", () => resolve());
    stdout.once("close", resolve).on("error", () => resolve());
    process.once("SIGTERM", resolve).once("SIGINT", resolve).once("SIGHUP", resolve);
  });
  await server.connect(transport);
  await ended;
  await server.close();
}
