import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Target } from "../../src/sip/index.js";

const START_LINES = /^(?:SIP\/2\.0 (\d+) |(\w+) sips?:)/gm;

export interface Reflector {
  readonly target: Target;
  /** What came, retransmissions too: methods, and the status of answers. */
  readonly got: string[];
  close(): Promise<void>;
}

/** Sends back whatever it gets, as it came, or with what is put into it. */
export async function startReflector(
  transport: "udp" | "tcp",
  put: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Promise<Reflector> {
  const got: string[] = [];
  const note = (bytes: Buffer) => {
    for (const [, status, method] of bytes.toString("latin1").matchAll(START_LINES))
      got.push(status ?? method ?? "");
  };
  const at = (port: number): Target => ({ transport, address: "127.0.0.1", port });
  if (transport === "udp") {
    const socket = createSocket("udp4");
    socket.on("message", (bytes, from) => {
      note(bytes);
      socket.send(put(bytes), from.port, from.address);
    });
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const close = () => new Promise<void>((resolve) => socket.close(() => resolve()));
    return { target: at(socket.address().port), got, close };
  }
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    socket.on("data", (bytes) => {
      note(bytes);
      socket.write(put(bytes));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { target: at((server.address() as AddressInfo).port), got, close };
}

/** As a proxy passes a request on: its own Via on top. */
export function withHop(bytes: Buffer): Buffer {
  const via = `\r\nVia: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bKhop${bytes.length}\r\nVia:`;
  return Buffer.from(bytes.toString("latin1").replace("\r\nVia:", via), "latin1");
}
