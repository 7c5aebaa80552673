import { Buffer } from "node:buffer";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { SipParseError } from "../message/errors.js";
import type { SipMessage } from "../message/message.js";
import { parseMessage } from "../message/parse.js";
import { serializeMessage } from "../message/serialize.js";
import {
  type ConnectOutcome,
  closedHere,
  type Flow,
  type FlowFailure,
  type FlowListener,
  FlowListeners,
  failureOf,
  KEEP_ALIVE,
  Slots,
  type SocketAddress,
} from "./flow.js";
import { literalsOnly } from "./literal-lookup.js";

/** More at once overflow a socket's buffer: 1000 took 4 to 11 s where 50 at a time took 0.3 s. */
const IN_FLIGHT = 50;
const SHOWN_BYTES = 2048;

/**
 * An unconnected UDP socket: an answer from another address or port than the one asked still arrives
 * (RFC 3261 17.1.3 matches only on branch and method). It never sees an ICMP refusal; for that there is
 * {@link "./udp-probe.js"}.
 */
export class UdpFlow implements Flow {
  readonly transport = "udp";
  readonly reliable = false;
  readonly remote = undefined;
  readonly local: SocketAddress;
  readonly slots = new Slots(IN_FLIGHT);
  readonly #socket: Socket;
  readonly #listeners = new FlowListeners();
  #closed = false;

  constructor(socket: Socket) {
    const { address, port } = socket.address();
    this.local = { address, port };
    this.#socket = socket;
    socket.on("message", (bytes, from) => this.#receive(bytes, from));
    // Nothing to be done about a late error of an unconnected socket: the transaction's timers speak.
    socket.on("error", () => {});
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  async send(message: SipMessage, remote: SocketAddress): Promise<FlowFailure | undefined> {
    let bytes: Buffer;
    try {
      bytes = serializeMessage(message);
    } catch (error) {
      return failureOf(error);
    }
    const failure = await this.#sendBytes(bytes, remote);
    if (!failure) this.#listeners.each((listener) => listener.sent?.(message, remote));
    return failure;
  }

  ping(remote: SocketAddress): Promise<FlowFailure | undefined> {
    return this.#sendBytes(KEEP_ALIVE, remote);
  }

  subscribe(listener: FlowListener): () => void {
    return this.#listeners.add(listener);
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#listeners.each((listener) => listener.closed?.(closedHere));
    this.#listeners.clear();
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  /** Lets the process end while this socket is open. */
  unref(): this {
    this.#socket.unref();
    return this;
  }

  #sendBytes(bytes: Buffer, remote: SocketAddress): Promise<FlowFailure | undefined> {
    if (this.#closed) return Promise.resolve(closedHere);
    return new Promise((resolve) => {
      try {
        this.#socket.send(bytes, remote.port, remote.address, (error) =>
          resolve(error ? failureOf(error) : undefined),
        );
      } catch (error) {
        resolve(failureOf(error));
      }
    });
  }

  #receive(bytes: Buffer, from: RemoteInfo): void {
    if (this.#closed) return;
    const source = { address: from.address, port: from.port };
    if (isKeepAlive(bytes)) {
      this.#listeners.each((listener) => listener.keepAlive?.("ping", source));
      return;
    }
    let message: SipMessage;
    try {
      message = parseMessage(bytes);
    } catch (error) {
      if (!(error instanceof SipParseError)) throw error;
      const malformed = { error, source, bytes: Buffer.from(bytes.subarray(0, SHOWN_BYTES)) };
      this.#listeners.each((listener) => listener.malformed?.(malformed));
      return;
    }
    this.#listeners.each((listener) => listener.message?.(message, source));
  }
}

/** Phones keep their NAT binding open with CRLFs, a null byte or nothing at all. */
function isKeepAlive(bytes: Buffer): boolean {
  return bytes.length <= 4 && bytes.every((byte) => byte === 13 || byte === 10 || byte === 0);
}

/**
 * Binds a UDP socket. `address` decides the family; port 0 takes a free one. A wildcard address gives a
 * wildcard in Via and Contact: for a client use {@link localAddressTowards} first.
 */
export function openUdpFlow(local: SocketAddress): Promise<ConnectOutcome<UdpFlow>> {
  const started = performance.now();
  return new Promise((resolve) => {
    const socket = createSocket({ type: udpTypeOf(local.address), lookup: literalsOnly });
    socket.once("error", (error) => {
      socket.close();
      resolve({
        kind: "transport-error",
        phase: "bind",
        tookMs: performance.now() - started,
        ...failureOf(error),
      });
    });
    socket.bind({ address: local.address, port: local.port, exclusive: true }, () => {
      socket.removeAllListeners("error");
      resolve({ kind: "connected", flow: new UdpFlow(socket), tookMs: performance.now() - started });
    });
  });
}

export function udpTypeOf(address: string): "udp4" | "udp6" {
  return isIPv6(address) ? "udp6" : "udp4";
}
