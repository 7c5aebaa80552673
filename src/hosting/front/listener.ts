import { once } from "node:events";
import { createServer, type RequestListener, type Server, type ServerOptions } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, isIPv6, Server as NetServer } from "node:net";
import { setTimeout } from "node:timers/promises";

/** How long a client may take, milliseconds. */
export interface HttpTimeouts {
  /** For all header fields of a request. */
  headers: number;
  /** For a whole request, its body included. */
  request: number;
  /** Between two requests on a connection; longer than a proxy's, which must not be surprised by the end. */
  keepAlive: number;
  /** Nothing sent and nothing received. */
  idle: number;
}

const DEFAULT_TIMEOUTS: HttpTimeouts = {
  headers: 10_000,
  request: 30_000,
  keepAlive: 75_000,
  idle: 120_000,
};

export interface ListenerOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  /** PEM. Absent: plain HTTP. */
  tls?: { cert: Buffer; key: Buffer };
  timeouts?: Partial<HttpTimeouts>;
}

export interface Listener {
  /** Of the root, without a slash at its end. */
  url: string;
  /**
   * Takes no more connections. Resolves once none is left, or after `lingerMs`: meanwhile a proxy may send on one that
   * it has kept, and that request is served.
   */
  stop(lingerMs: number): Promise<void>;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Open connections, those included on which nothing happens: beyond it new ones are dropped. */
const MAX_CONNECTIONS = 4_096;
const LOOK_EVERY_MS = 25;
const MAX_HEADER_BYTES = 16 * 1024;

/** Listens. @throws what the system says (`EADDRINUSE`, …), and of TLS for a certificate that cannot be used. */
export async function listen(handler: RequestListener, options: ListenerOptions): Promise<Listener> {
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const settings: ServerOptions = {
    headersTimeout: timeouts.headers,
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.keepAlive,
    connectionsCheckingInterval: Math.max(20, Math.min(5_000, timeouts.headers / 2)),
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  const server = options.tls
    ? createTlsServer(
        { ...settings, ...options.tls, minVersion: "TLSv1.2", handshakeTimeout: timeouts.headers },
        handler,
      )
    : createServer(settings, handler);
  server.timeout = timeouts.idle;
  server.maxConnections = MAX_CONNECTIONS;
  await started(server, options);
  const { address, port } = server.address() as AddressInfo;
  const name = isIPv6(address) ? `[${address}]` : address;
  return {
    url: `${options.tls ? "https" : "http"}://${name}:${port}`,
    async stop(lingerMs) {
      // The HTTP server's own close would cut connections on which a request is about to come.
      NetServer.prototype.close.call(server);
      const end = Date.now() + lingerMs;
      while (Date.now() < end && (await connectionsOf(server)) > 0) await setTimeout(LOOK_EVERY_MS);
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((_error, count) => resolve(count ?? 0)));
}

async function started(server: Server, { host, port }: ListenerOptions): Promise<void> {
  server.listen({ host, port });
  await once(server, "listening");
  // What a single connection suffers is told where it is answered.
  server.on("error", () => {});
}
