import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import { SipParseError } from "../message/errors.js";
import { type FramerEvent, StreamFramer } from "../message/framer.js";
import type { SipMessage } from "../message/message.js";
import { serializeMessage } from "../message/serialize.js";
import {
  type ConnectOutcome,
  closedHere,
  type Flow,
  FlowCode,
  type FlowFailure,
  type FlowListener,
  FlowListeners,
  failureOf,
  KEEP_ALIVE,
  type Malformed,
  Slots,
  type SocketAddress,
  type TlsFacts,
} from "./flow.js";
import { literalsOnly } from "./literal-lookup.js";

const PONG = Buffer.from("\r\n");
/** How every response begins. */
const RESPONSE = "SIP/2.0 ";
const SHOWN_BYTES = 2048;
/** A peer that reads nothing must not fill the heap. */
const MAX_UNSENT = 1_048_576;
/** How long a peer may take to accept what was still to be written when this side closes. */
const CLOSE_GRACE = 500;

/** One TCP or TLS connection that is open already, whichever side opened it. */
export class StreamFlow implements Flow {
  readonly transport: "tcp" | "tls";
  readonly reliable = true;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  readonly slots = new Slots(Number.POSITIVE_INFINITY);
  readonly tls?: TlsFacts;
  readonly #socket: Socket;
  readonly #framer: StreamFramer;
  readonly #listeners = new FlowListeners();
  #failure: FlowFailure | undefined;
  #closed = false;
  /** What came since the last whole message, as far as that is known. */
  #tail = Buffer.alloc(0);

  /** `role`: who is pinged by whom (RFC 5626 3.5.1); the side that accepted the connection answers pings. */
  constructor(socket: Socket, transport: "tcp" | "tls", role: "client" | "server", tls?: TlsFacts) {
    this.transport = transport;
    this.#socket = socket;
    this.#framer = new StreamFramer({ keepAlive: role === "server" ? "ping" : "pong" });
    this.local = { address: plain(socket.localAddress), port: socket.localPort ?? 0 };
    this.remote = { address: plain(socket.remoteAddress), port: socket.remotePort ?? 0 };
    if (tls) this.tls = tls;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("end", () => this.#receiveEnd());
    socket.on("error", (error) => {
      this.#failure ??= failureOf(error);
    });
    socket.on("close", () => this.#finish());
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get unfinished(): Malformed | undefined {
    if (this.#tail.length === 0) return undefined;
    const text = `${this.#tail.length} bytes came that make no whole message`;
    // What may yet become a response is not broken: the rest of it has not come.
    const code =
      this.#tail.subarray(0, RESPONSE.length).toString("latin1") === RESPONSE ? "unfinished" : "truncated";
    return { error: new SipParseError(code, text), source: this.remote, bytes: this.#tail };
  }

  async send(message: SipMessage): Promise<FlowFailure | undefined> {
    let bytes: Buffer;
    try {
      bytes = serializeMessage(message);
    } catch (error) {
      return failureOf(error);
    }
    const failure = await this.#write(bytes, () =>
      this.#listeners.each((listener) => listener.sent?.(message, this.remote)),
    );
    return failure;
  }

  ping(): Promise<FlowFailure | undefined> {
    return this.#write(KEEP_ALIVE);
  }

  subscribe(listener: FlowListener): () => void {
    return this.#listeners.add(listener);
  }

  close(): Promise<void> {
    if (this.#socket.destroyed) return Promise.resolve();
    this.#failure ??= closedHere;
    return new Promise((resolve) => {
      const force = setTimeout(() => this.#socket.destroy(), CLOSE_GRACE);
      this.#socket.once("close", () => {
        clearTimeout(force);
        resolve();
      });
      this.#socket.destroySoon();
    });
  }

  #write(bytes: Buffer, written?: () => void): Promise<FlowFailure | undefined> {
    if (this.#closed || this.#socket.destroyed) return Promise.resolve(this.#failure ?? closedHere);
    if (this.#socket.writableLength > MAX_UNSENT) {
      this.#give({ code: FlowCode.tooLarge, message: "the peer does not read what is sent" });
      return Promise.resolve(this.#failure);
    }
    return new Promise((resolve) => {
      this.#socket.write(bytes, (error) => resolve(error ? (this.#failure ?? failureOf(error)) : undefined));
      written?.();
    });
  }

  #receive(chunk: Buffer): void {
    const events = this.#framer.feed(chunk);
    if (events.length > 0) this.#tail = Buffer.alloc(0);
    else this.#tail = Buffer.concat([this.#tail, chunk.subarray(0, SHOWN_BYTES - this.#tail.length)]);
    for (const event of events) this.#handle(event);
  }

  #receiveEnd(): void {
    for (const event of this.#framer.end()) this.#handle(event, FlowCode.truncated);
    this.#failure ??= { code: FlowCode.ended, message: "the peer closed the connection" };
    this.#socket.destroySoon();
  }

  #handle(event: FramerEvent, code: string = FlowCode.malformed): void {
    if (this.#failure) return;
    if (event.kind === "message") {
      this.#listeners.each((listener) => listener.message?.(event.message, this.remote));
      return;
    }
    if (event.kind === "error") {
      const malformed = { error: event.error, source: this.remote, bytes: event.bytes };
      this.#tail = Buffer.alloc(0);
      this.#listeners.each((listener) => listener.malformed?.(malformed));
      this.#give({ code, message: event.error.message });
      return;
    }
    if (event.kind === "ping") void this.#write(PONG);
    this.#listeners.each((listener) => listener.keepAlive?.(event.kind, this.remote));
  }

  #give(failure: FlowFailure): void {
    this.#failure ??= failure;
    this.#socket.destroy();
  }

  #finish(): void {
    this.#closed = true;
    const reason = this.#failure ?? { code: FlowCode.ended, message: "the connection is gone" };
    this.#listeners.each((listener) => listener.closed?.(reason));
    this.#listeners.clear();
  }
}

/** `::ffff:192.0.2.1` of a dual-stack socket as IPv4, and no zone. */
function plain(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*/s, "");
}

export interface TcpConnectOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** A raw TCP connection, or why there is none. The socket is destroyed unless it is handed back. */
export function connectSocket(
  remote: SocketAddress,
  options: TcpConnectOptions,
): Promise<
  { kind: "socket"; socket: Socket; tookMs: number } | Exclude<ConnectOutcome, { kind: "connected" }>
> {
  const started = performance.now();
  if (options.signal?.aborted) return Promise.resolve({ kind: "aborted" });
  return new Promise((resolve) => {
    const socket = connect({ host: remote.address, port: remote.port, lookup: literalsOnly });
    const end = (outcome: Exclude<ConnectOutcome, { kind: "connected" }>) => {
      cleanUp();
      socket.on("error", () => {});
      socket.destroy();
      resolve(outcome);
    };
    const took = () => performance.now() - started;
    const onAbort = () => end({ kind: "aborted" });
    const onError = (error: Error) =>
      end({ kind: "transport-error", phase: "connect", tookMs: took(), ...failureOf(error) });
    const timer = setTimeout(
      () => end({ kind: "timeout", phase: "connect", waitedMs: took() }),
      options.timeoutMs,
    );
    const onConnect = () => {
      cleanUp();
      resolve({ kind: "socket", socket, tookMs: took() });
    };
    const cleanUp = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
      socket.off("error", onError).off("connect", onConnect);
    };
    options.signal?.addEventListener("abort", onAbort, { once: true });
    socket.on("error", onError).on("connect", onConnect);
  });
}

/** Opens a TCP flow. */
export async function connectTcp(
  remote: SocketAddress,
  options: TcpConnectOptions,
): Promise<ConnectOutcome<StreamFlow>> {
  const outcome = await connectSocket(remote, options);
  if (outcome.kind !== "socket") return outcome;
  return {
    kind: "connected",
    flow: new StreamFlow(outcome.socket, "tcp", "client"),
    tookMs: outcome.tookMs,
  };
}
