import {
  type JSONRPCMessage,
  type Server,
  SUBSCRIPTION_ID_META_KEY,
  type Transport,
} from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Handlers } from "../protocol.js";
import type { RpcId } from "../rpc.js";
import { Subscriptions } from "../subscriptions.js";
import { Questions } from "./questions.js";
import { newerServer } from "./server.js";

/** What a client is told when its stream is open. */
interface Granted {
  _meta?: { [SUBSCRIPTION_ID_META_KEY]?: RpcId };
  notifications?: { resourceSubscriptions?: readonly string[] };
}

/** Streams of changes (`subscriptions/listen`) that a connection may have open. */
const MOST_STREAMS = 16;

/** A connection of the newer era over a transport that is another's, and stays open when this ends. */
export class NewerConnection {
  readonly #channel: Transport;
  readonly #handle: ReturnType<typeof serveStdio>;
  readonly #questions = new Questions();
  readonly #open = new Set<RpcId>();
  readonly #subscriptions: Subscriptions;
  /** What each stream was granted, by the id of its request. */
  readonly #streams = new Map<RpcId, readonly string[]>();
  #server: Server | undefined;
  #settled: (() => void) | undefined;

  constructor(
    handlers: Handlers,
    send: (message: JSONRPCMessage) => Promise<void>,
    onerror: (error: Error) => void,
  ) {
    this.#channel = {
      start: async () => {},
      close: async () => {},
      send: (message) => {
        if (!("method" in message)) this.#answered(message.id);
        else if (message.method === "notifications/subscriptions/acknowledged")
          this.#granted(message.params as Granted | undefined);
        return send(message);
      },
    };
    this.#subscriptions = new Subscriptions(
      handlers.watchResource,
      (uri) => void this.#server?.sendResourceUpdated({ uri }).catch(onerror),
    );
    // One user has the connection.
    const own = { owner: { account: this, principal: "" }, questions: this.#questions };
    const makeServer = () => {
      this.#server = newerServer(handlers, own);
      return this.#server;
    };
    this.#handle = serveStdio(makeServer, {
      legacy: "reject",
      transport: this.#channel,
      maxSubscriptions: MOST_STREAMS,
      onerror,
    });
  }

  deliver(message: JSONRPCMessage): void {
    if ("method" in message && "id" in message) this.#open.add(message.id);
    this.#channel.onmessage?.(message);
    if ("method" in message && message.method === "notifications/cancelled") {
      const { requestId } = (message.params ?? {}) as { requestId?: RpcId };
      this.#answered(requestId);
      if (requestId !== undefined) this.#endStream(requestId);
    }
  }

  /** A stream has been opened: what it was granted is watched from now on, as far as there is such a thing. */
  #granted(params: Granted | undefined): void {
    const id = params?._meta?.[SUBSCRIPTION_ID_META_KEY];
    if (id === undefined) return;
    // It stays open, and nothing else answers it.
    this.#answered(id);
    this.#endStream(id);
    const uris = [...new Set(params?.notifications?.resourceSubscriptions ?? [])];
    this.#streams.set(id, uris);
    for (const uri of uris) this.#subscriptions.add(uri).catch(() => {});
  }

  #endStream(id: RpcId): void {
    for (const uri of this.#streams.get(id) ?? []) this.#subscriptions.remove(uri);
    this.#streams.delete(id);
  }

  /** Ends it as soon as what was asked has been answered, so another may continue with the transport. */
  async end(): Promise<void> {
    if (this.#open.size > 0) {
      await new Promise<void>((resolve) => {
        this.#settled = resolve;
      });
    }
    await this.close();
  }

  /** Ends it immediately: running calls are cancelled. */
  async close(): Promise<void> {
    this.#questions.close();
    this.#subscriptions.end();
    await this.#handle.close();
  }

  #answered(id: RpcId | undefined): void {
    if (id !== undefined) this.#open.delete(id);
    if (this.#open.size === 0) this.#settled?.();
  }
}
