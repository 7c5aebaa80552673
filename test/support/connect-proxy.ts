import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface ConnectProxy {
  readonly url: string;
  /** The target of each CONNECT, `host:port`. */
  readonly targets: string[];
  /** The `Proxy-Authorization` of each CONNECT. */
  readonly authorizations: (string | undefined)[];
  /** The first bytes that were sent through each tunnel. */
  readonly firstBytes: Buffer[];
  /** Requests that came without a tunnel. */
  plainRequests(): number;
  close(): Promise<void>;
}

export interface ConnectProxyOptions {
  /** Where a tunnel ends, whatever its target; the target itself by default. */
  to?: URL;
  /** Answers every CONNECT with this status instead. */
  refuseWith?: number;
  /** Never answers a CONNECT. */
  silent?: boolean;
}

/** A real HTTP proxy on loopback that tunnels (RFC 9110 section 9.3.6). */
export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const targets: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const firstBytes: Buffer[] = [];
  const sockets = new Set<Socket>();
  let plain = 0;
  const server = createServer((_request, response) => {
    plain += 1;
    response.writeHead(405).end();
  });
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
  };
  server.on("connection", track);
  server.on("connect", (request, client: Socket) => {
    const target = request.url ?? "";
    targets.push(target);
    authorizations.push(request.headers["proxy-authorization"]);
    if (options.silent) return;
    if (options.refuseWith !== undefined) {
      client.end(`HTTP/1.1 ${options.refuseWith} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = options.to ?? new URL(`http://${target}`);
    const upstream = connect(Number(port), hostname, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.once("data", (chunk: Buffer) => firstBytes.push(chunk));
      client.pipe(upstream).pipe(client);
    });
    track(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    targets,
    authorizations,
    firstBytes,
    plainRequests: () => plain,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
