import type { Readable, Writable } from "node:stream";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { Services } from "../tools/core/context.js";
import { Greeting } from "./greeting.js";
import { type HandlerOptions, handlersOf } from "./handlers.js";
import { leadByEra } from "./stdio-eras.js";
import { StdioTransport } from "./stdio-transport.js";

/**
 * Serves over stdin and stdout until the client goes away: stdin ends, stdout breaks, or the process is
 * asked to stop. Calls that are under way are cancelled then.
 */
export async function serveStdio(
  services: Services,
  options: HandlerOptions,
  { stdin, stdout, signal }: { stdin: Readable; stdout: Writable; signal?: AbortSignal },
): Promise<void> {
  const { log } = services;
  const lasting = { ...options, lasts: true };
  const transport = new StdioTransport(stdin, stdout, log);
  const ended = new Promise<void>((resolve) => {
    stdin
      .once("end", resolve)
      .once("close", resolve)
      .once("error", () => resolve());
    stdout.once("close", resolve).on("error", () => resolve());
    signal?.addEventListener("abort", () => resolve(), { once: true });
    process.once("SIGTERM", resolve).once("SIGINT", resolve).once("SIGHUP", resolve);
  });
  const onerror = (error: Error) => log.debug("MCP", { error });
  const send = (message: object) => transport.send(message as JSONRPCMessage);
  const greeting = new Greeting(handlersOf(services, lasting), (message) => void send(message));
  const closeEras = leadByEra(transport, onerror, {
    greeting,
    async openOlder() {
      const [{ createServer }, { OlderConnection }] = await Promise.all([
        import("./server.js"),
        import("./stdio-older.js"),
      ]);
      return OlderConnection.open(createServer(services, lasting), send, greeting.heard);
    },
    async openNewer() {
      const { NewerConnection } = await import("./newer/stdio.js");
      return new NewerConnection(handlersOf(services, lasting), send, onerror);
    },
  });
  transport.start();
  await ended;
  await transport.settled();
  await closeEras();
  transport.close();
}
