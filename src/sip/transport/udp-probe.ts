import { Buffer } from "node:buffer";
import { createSocket, type Socket } from "node:dgram";
import { SipParseError } from "../message/errors.js";
import type { SipRequest, SipResponse } from "../message/message.js";
import { parseMessage } from "../message/parse.js";
import { serializeMessage } from "../message/serialize.js";
import { type FlowFailure, failureOf, type SocketAddress } from "./flow.js";
import { literalsOnly } from "./literal-lookup.js";
import { isReflected, type Misfit, notRepeated } from "./misfit.js";
import { udpTypeOf } from "./udp.js";

/**
 * What only a connected UDP socket can tell: which local address leads to a remote one, and whether a port
 * is refused (ICMP port unreachable comes as ECONNREFUSED within milliseconds, where an unconnected socket
 * would wait for Timer F).
 */

/** A CRLF keep-alive: every SIP stack passes over it, and no lockout counts it. */
const SONDE = Buffer.from("\r\n\r\n");

export type UdpProbeOutcome =
  /** ICMP says that nothing listens there (`ECONNREFUSED`), or that there is no way to it. */
  | ({ readonly kind: "transport-error"; readonly tookMs: number } & FlowFailure)
  /** By a response to the request that was sent; nothing else counts, and the wait continues. */
  | { readonly kind: "answered"; readonly message: SipResponse; readonly tookMs: number }
  /** Something came, but not an answer to what was sent. */
  | { readonly kind: "malformed"; readonly error: SipParseError; readonly waitedMs: number }
  | { readonly kind: "misfit"; readonly misfit: Misfit; readonly waitedMs: number }
  /** Proves nothing: a firewall that drops, a port that is open, a peer that does not answer. */
  | { readonly kind: "silent"; readonly waitedMs: number }
  | { readonly kind: "aborted" };

export interface UdpProbeOptions {
  /** What to send, complete with Via; without it a CRLF keep-alive, which no one answers. */
  readonly request?: SipRequest;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Sends one datagram from a connected socket and waits for an answer or a refusal. The socket is always
 * closed before this resolves. It resolves, whatever the network does.
 */
export async function probeUdpPort(
  remote: SocketAddress,
  options: UdpProbeOptions,
): Promise<UdpProbeOutcome> {
  if (options.signal?.aborted) return { kind: "aborted" };
  const started = performance.now();
  const took = () => performance.now() - started;
  const socket = createSocket({ type: udpTypeOf(remote.address), lookup: literalsOnly });
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const sent = options.request ? serializeMessage(options.request) : SONDE;
  let heard: Heard | undefined;
  try {
    return await new Promise<UdpProbeOutcome>((resolve) => {
      onAbort = () => resolve({ kind: "aborted" });
      options.signal?.addEventListener("abort", onAbort, { once: true });
      const end = () => resolve({ ...(heard ?? { kind: "silent" }), waitedMs: took() });
      timer = setTimeout(end, options.timeoutMs);
      const fail = (error: Error) =>
        resolve({ kind: "transport-error", tookMs: took(), ...failureOf(error) });
      socket.on("error", fail);
      socket.on("message", (bytes) => {
        const what = judge(bytes, sent, options.request, remote);
        if (what?.kind === "answered") resolve({ ...what, tookMs: took() });
        else heard ??= what;
      });
      connect(socket, remote, (error) => {
        if (error) return fail(error);
        socket.send(sent, (sendError) => {
          if (sendError) fail(sendError);
        });
      });
    });
  } finally {
    clearTimeout(timer);
    if (onAbort) options.signal?.removeEventListener("abort", onAbort);
    await closed(socket);
  }
}

type Heard =
  | { readonly kind: "malformed"; readonly error: SipParseError }
  | { readonly kind: "misfit"; readonly misfit: Misfit };

/** What a datagram is to a probe; nothing for a request that has nothing to do with it. */
function judge(
  bytes: Buffer,
  sent: Buffer,
  request: SipRequest | undefined,
  source: SocketAddress,
): Heard | { readonly kind: "answered"; readonly message: SipResponse } | undefined {
  const reflected = { kind: "misfit", misfit: { kind: "reflected", source } } as const;
  if (bytes.equals(sent)) return reflected;
  try {
    const message = parseMessage(bytes);
    if (message.kind === "request") {
      return request && isReflected(request, message) ? reflected : undefined;
    }
    const differs = request ? notRepeated(request, message) : [];
    if (request && differs.length === 0) return { kind: "answered", message };
    return { kind: "misfit", misfit: { kind: "unfit", status: message.status, differs, source } };
  } catch (error) {
    if (!(error instanceof SipParseError)) throw error;
    return { kind: "malformed", error };
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
    const outcome = await probeUdpPort(remote, { timeoutMs: wait.forMs, signal: over.signal });
    if (outcome.kind === "transport-error" && !over.signal.aborted) {
      onRefused({ code: outcome.code, message: outcome.message });
    }
  }, wait.afterMs);
  return () => {
    clearTimeout(timer);
    over.abort();
  };
}
