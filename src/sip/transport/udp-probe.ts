import { createSocket, type Socket } from "node:dgram";
import { type FlowFailure, failureOf, KEEP_ALIVE, type SocketAddress } from "./flow.js";
import { literalsOnly } from "./literal-lookup.js";
import { udpTypeOf } from "./udp.js";

/**
 * What only a connected UDP socket can tell: which local address leads to a remote one, and whether a port
 * is refused (ICMP port unreachable comes as ECONNREFUSED within milliseconds, where an unconnected socket
 * would wait for Timer F).
 */

/**
 * Sends a keep-alive from a connected socket: why it is refused (`ECONNREFUSED`: nothing listens there; or no way
 * there), or `undefined` if nothing has said so by then, which proves nothing. Always closes its socket. Never throws.
 */
export async function refusalOfPort(
  remote: SocketAddress,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<FlowFailure | undefined> {
  if (signal.aborted) return undefined;
  const socket = createSocket({ type: udpTypeOf(remote.address), lookup: literalsOnly });
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<FlowFailure | undefined>((resolve) => {
      onAbort = () => resolve(undefined);
      signal.addEventListener("abort", onAbort, { once: true });
      timer = setTimeout(() => resolve(undefined), timeoutMs);
      const fail = (error: Error) => resolve(failureOf(error));
      socket.on("error", fail);
      connect(socket, remote, (error) => {
        if (error) return fail(error);
        socket.send(KEEP_ALIVE, (sendError) => {
          if (sendError) fail(sendError);
        });
      });
    });
  } finally {
    clearTimeout(timer);
    if (onAbort) signal.removeEventListener("abort", onAbort);
    await closed(socket);
  }
}

/**
 * The local address that the system would use towards `remote`; nothing is sent. `undefined` when there is
 * no route. Node cannot unconnect a socket and keep its port, so a throw-away one is used.
 */
export async function localAddressTowards(remote: SocketAddress): Promise<string | undefined> {
  const socket = createSocket({ type: udpTypeOf(remote.address), lookup: literalsOnly });
  try {
    return await new Promise<string | undefined>((resolve) => {
      socket.on("error", () => resolve(undefined));
      connect(socket, remote, (error) => resolve(error ? undefined : withoutZone(socket.address().address)));
    });
  } finally {
    await closed(socket);
  }
}

function connect(socket: Socket, remote: SocketAddress, done: (error?: Error) => void): void {
  try {
    // Node's types leave out the error that the callback is called with.
    socket.connect(remote.port, remote.address, done as () => void);
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}

function withoutZone(address: string): string {
  return address.replace(/%.*/s, "");
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.removeAllListeners("error");
    socket.on("error", () => {});
    socket.close(() => resolve());
  });
}

/**
 * Watches, from a separate connected socket, for an ICMP refusal of a port while a request to it is under
 * way. Returns the function that ends the watch.
 */
export function watchForRefusal(
  remote: SocketAddress,
  wait: { readonly afterMs: number; readonly forMs: number },
  onRefused: (failure: FlowFailure) => void,
): () => void {
  const over = new AbortController();
  const timer = setTimeout(async () => {
    const refusal = await refusalOfPort(remote, wait.forMs, over.signal);
    if (refusal !== undefined && !over.signal.aborted) onRefused(refusal);
  }, wait.afterMs);
  return () => {
    clearTimeout(timer);
    over.abort();
  };
}
