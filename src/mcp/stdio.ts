import type { Readable, Writable } from "node:stream";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { Services } from "../tools/core/context.js";
import { type HandlerOptions, handlersOf } from "./handlers.js";
import { createServer } from "./server.js";
import { leadByEra } from "./stdio-eras.js";
import { StdioTransport } from "./stdio-transport.js";

/**
 * Serves over stdin and stdout until the client goes away: stdin ends, stdout breaks, or the process is
 * asked to stop. Calls that are under way are cancelled then.
 */
export async function serveStdio(
  services: Services,
  options: HandlerOptions,
  { stdin, stdout }: { stdin: Readable; stdout: Writable },
): Promise<void> {
  const { log } = services;
  const lasting = { ...options, lasts: true };
  const server = createServer(services, lasting);
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
  const onerror = (error: Error) => log.debug("MCP", { error });
  const closeNewer = leadByEra(transport, onerror, async () => {
    const newer = await import("./newer/stdio.js");
    const send = (message: object) => transport.send(message as JSONRPCMessage);
    return new newer.NewerConnection(handlersOf(services, lasting), send, onerror);
  });
  await ended;
  await closeNewer();
  await server.close();
}
