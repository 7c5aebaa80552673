import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";

/** A connection of the older era over a transport that is not its own, continued after its {@link Greeting}. */
export class OlderConnection {
  readonly #server: Server;
  readonly #channel: Transport;

  private constructor(server: Server, channel: Transport) {
    this.#server = server;
    this.#channel = channel;
  }

  /** @param heard what has been answered already: the server hears it as well, and its answers are dropped. */
  static async open(
    server: Server,
    send: (message: JSONRPCMessage) => Promise<void>,
    heard: readonly JSONRPCMessage[],
  ): Promise<OlderConnection> {
    let out = send;
    const channel: Transport = {
      start: async () => {},
      close: async () => channel.onclose?.(),
      // The server binds it, so what it calls changes.
      send: (message) => out(message),
    };
    await server.connect(channel);
    const answered = new Promise<void>((resolve) => {
      out = async () => resolve();
    });
    for (const message of heard) channel.onmessage?.(message);
    // Also where it refuses them: then the client has declared nothing that counts.
    if (heard.some((message) => "id" in message)) await answered;
    out = send;
    return new OlderConnection(server, channel);
  }

  readonly deliver = (message: JSONRPCMessage): void => this.#channel.onmessage?.(message);

  close(): Promise<void> {
    return this.#server.close();
  }
}
