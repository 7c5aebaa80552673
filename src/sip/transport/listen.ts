import type { Buffer } from "node:buffer";
import { once } from "node:events";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type SecureContext, type TlsOptions } from "node:tls";
import type { SocketAddress } from "./flow.js";
import { StreamFlow } from "./stream.js";

/** A server's certificate and key, in PEM, and what else Node's TLS server takes of use here. */
export interface ServerTls {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  readonly minVersion?: TlsOptions["minVersion"];
  readonly maxVersion?: TlsOptions["maxVersion"];
  readonly ciphers?: string;
  /** Another certificate by the name that the client asks for. */
  readonly contextFor?: (serverName: string) => SecureContext | undefined;
}

export interface StreamListener {
  readonly local: SocketAddress;
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 1024;
const HANDSHAKE_TIMEOUT = 5000;

/**
 * Listens for TCP connections, or TLS ones with `tls`. Each becomes a flow once it is ready for SIP.
 *
 * @throws Error (Node's, with `code`) when the port cannot be bound or the certificate not be read.
 */
export async function listenForStreams(
  on: SocketAddress,
  tls: ServerTls | undefined,
  onFlow: (flow: StreamFlow) => void,
): Promise<StreamListener> {
  const sockets = new Set<Socket>();
  const server = tls ? tlsServer(tls, onFlow) : tcpServer(onFlow);
  server.maxConnections = MAX_CONNECTIONS;
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen({ host: on.address, port: on.port, exclusive: true });
  await once(server, "listening");
  server.on("error", () => {});
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : on.port;
  return {
    local: { address: on.address, port },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function tcpServer(onFlow: (flow: StreamFlow) => void): Server {
  return createTcpServer((socket) => onFlow(new StreamFlow(socket, "tcp", "server")));
}

function tlsServer(tls: ServerTls, onFlow: (flow: StreamFlow) => void): Server {
  const { contextFor, ...options } = tls;
  const sni: TlsOptions = contextFor ? { SNICallback: (name, done) => done(null, contextFor(name)) } : {};
  const server = createTlsServer({ ...options, ...sni, handshakeTimeout: HANDSHAKE_TIMEOUT }, (socket) =>
    onFlow(new StreamFlow(socket, "tls", "server")),
  );
  // A client that leaves during the handshake is its own business.
  server.on("tlsClientError", () => {});
  return server;
}
