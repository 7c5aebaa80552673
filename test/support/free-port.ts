import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/** Below the range from which systems give clients their ports, above the registered ones of common services. */
const FIRST = 20_000;
const COUNT = 12_000;
const LOOPBACK = ["127.0.0.1", "::1"] as const;

/** One after the other from anywhere on: no port is given twice, and other test processes are elsewhere. */
let next = Math.floor(Math.random() * COUNT);

/** A port that is free for UDP and TCP on 127.0.0.1 and ::1 just now; another one each time. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries += 1) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${FIRST} to ${FIRST + COUNT - 1}`);
}

async function isFree(port: number): Promise<boolean> {
  for (const host of LOOPBACK) {
    if (!(await canListen(host, port)) || !(await canBindUdp(host, port))) return false;
  }
  return true;
}

async function canListen(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, "listening");
    return true;
  } catch (error) {
    return isMissingFamily(error);
  } finally {
    server.close();
  }
}

/** False as long as someone else holds the UDP port: how one sees that a UDP server is up without talking to it. */
export async function canBindUdp(host: string, port: number): Promise<boolean> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  try {
    socket.bind({ address: host, port, exclusive: true });
    await once(socket, "listening");
    return true;
  } catch (error) {
    return isMissingFamily(error);
  } finally {
    socket.close();
  }
}

/** A machine without IPv6 has no one on that port either. */
function isMissingFamily(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT";
}
