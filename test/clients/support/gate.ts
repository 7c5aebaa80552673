import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface Gate {
  /** For a program's environment: all that it asks for by HTTP goes through here. */
  env: Record<string, string>;
  /** Hosts that someone wanted to reach and that are not on loopback. None is reached. */
  strangers: string[];
  close(): Promise<void>;
}

/** A proxy that lets nothing out of this machine, and keeps a list of what wanted out. */
export async function openGate(): Promise<Gate> {
  const strangers: string[] = [];
  const sockets = new Set<Socket>();
  const isLocal = (host: string) => {
    const local = /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/.test(host);
    if (!local) strangers.push(host);
    return local;
  };

  const server = createServer((asked: IncomingMessage, answer: ServerResponse) => {
    const url = URL.canParse(asked.url ?? "") ? new URL(asked.url ?? "") : undefined;
    if (!url || !isLocal(url.hostname)) {
      answer.writeHead(403).end();
      return;
    }
    const { method, headers } = asked;
    const sent = request(url, { method, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    sent.on("error", () => answer.destroy());
    asked.pipe(sent);
  });
  server.on("connect", (asked: IncomingMessage, from: Socket, head: Buffer) => {
    // After CONNECT the socket is this handler's: a program that is refused may reset it.
    from.on("error", () => from.destroy());
    const url = new URL(`http://${asked.url}`);
    if (!isLocal(url.hostname)) {
      from.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const to = connect(Number(url.port || 80), url.hostname, () => {
      from.write("HTTP/1.1 200 Connection established\r\n\r\n");
      to.write(head);
      to.pipe(from).pipe(to);
    });
    to.on("error", () => from.destroy());
    from.on("close", () => to.destroy());
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket.on("close", () => sockets.delete(socket)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];
  return {
    env: Object.fromEntries(names.map((name) => [name, url])),
    strangers,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
