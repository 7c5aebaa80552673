import { Buffer } from "node:buffer";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import {
  buildResponse,
  parseMessage,
  reasonOf,
  type SipRequest,
  type SocketAddress,
  StreamFramer,
  serializeMessage,
  stampTopVia,
  type Target,
  type TransportName,
} from "../../src/sip/index.js";
import { decodeBytes, encodeBytes } from "../../src/sip/message/bytes.js";

/**
 * A SIP server whose every answer is scripted, down to the bytes: for what no real peer can be made to do.
 * `registrar-scripts.ts` has a healthy registrar and ready faults to start from.
 *
 *     const registrar = await ScriptedRegistrar.start({ script: () => ({ status: 403 }) });
 *     registrar.target("udp") // where to send
 *     registrar.requests      // what came
 *     await registrar.close();
 */
export interface Reply {
  readonly status: number;
  /** The usual phrase by default. */
  readonly reason?: string;
  /** Added to Via, From, To, Call-ID and CSeq. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  readonly delayMs?: number;
  /** Headers of the finished response to leave out. */
  readonly without?: readonly string[];
  /** The finished text is passed through this: rewritten addresses, lies about the length, garbage. */
  readonly rewrite?: (text: string) => string;
  /** LF alone ends the lines. */
  readonly bareLf?: boolean;
  /** Written instead of the true Content-Length. */
  readonly contentLength?: number;
  /** UDP: from a socket with another port. */
  readonly fromAnotherPort?: boolean;
  /** Streams: cut into writes of so many bytes. */
  readonly segmentBytes?: number;
  /** Streams: held back and written together with the next reply. */
  readonly joinNext?: boolean;
  /** Streams: so many bytes of the reply are written, then the connection is closed. */
  readonly closeAfterBytes?: number;
  /** Sent again and again, every so many milliseconds, until the registrar is closed. */
  readonly everyMs?: number;
}

/** Bytes that need not be a response at all. */
export interface RawReply {
  readonly raw: string | Buffer;
  readonly delayMs?: number;
  /** Streams: the connection ends after it; `reset` by RST. */
  readonly close?: boolean | "reset";
}

export type Answer = Reply | RawReply | readonly (Reply | RawReply)[] | undefined;

interface Asked {
  readonly transport: TransportName;
  readonly source: SocketAddress;
  /** How many requests of this method came before this one; retransmissions are not counted. */
  readonly index: number;
}

/** What to answer; `undefined` is silence. A retransmission gets what its first copy got, without asking again. */
export type Script = (request: SipRequest, asked: Asked) => Answer;

export interface ScriptedRegistrarOptions {
  readonly script: Script;
  /** `udp` by default. */
  readonly transports?: readonly TransportName[];
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** Needed for `tls`. */
  readonly tls?: TlsOptions;
  /** Streams: bytes that are no SIP are read and left alone; by default they end the connection. */
  readonly ignoresGarbage?: boolean;
  /** Same port for all transports; a free one each by default. */
  readonly port?: number;
}

type Send = (bytes: Buffer, reply: Reply | RawReply) => void;

export class ScriptedRegistrar {
  /** Requests as they came, retransmissions left out. */
  readonly requests: SipRequest[] = [];
  /** All datagrams and framed messages, retransmissions too. */
  copies = 0;
  readonly #options: ScriptedRegistrarOptions;
  readonly #ports = new Map<TransportName, number>();
  readonly #closers: (() => Promise<void>)[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #answers = new Map<string, Answer>();
  readonly #counts = new Map<string, number>();
  #script: Script;

  private constructor(options: ScriptedRegistrarOptions) {
    this.#options = options;
    this.#script = options.script;
  }

  static async start(options: ScriptedRegistrarOptions): Promise<ScriptedRegistrar> {
    const registrar = new ScriptedRegistrar(options);
    const { port = 0, transports = ["udp"] } = options;
    for (const transport of transports)
      registrar.#ports.set(transport, await registrar.#listen(transport, port));
    return registrar;
  }

  /** The same port for each transport; another one where someone else has it for one of them. */
  static async startOnOnePort(options: Omit<ScriptedRegistrarOptions, "port">): Promise<ScriptedRegistrar> {
    for (let tries = 1; ; tries += 1) {
      const registrar = new ScriptedRegistrar(options);
      try {
        await registrar.#listenOnOne(options.transports ?? ["udp", "tcp"]);
        return registrar;
      } catch (error) {
        await registrar.close();
        if (tries === 20 || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      }
    }
  }

  async #listenOnOne(transports: readonly TransportName[]): Promise<void> {
    let port = 0;
    for (const transport of transports) {
      port = await this.#listen(transport, port);
      this.#ports.set(transport, port);
    }
  }

  #listen(transport: TransportName, port: number): Promise<number> {
    return transport === "udp" ? this.#listenUdp(port) : this.#listenStream(transport, port);
  }

  get host(): string {
    return this.#options.host ?? "127.0.0.1";
  }

  target(transport: TransportName = "udp", serverName?: string): Target {
    const port = this.#ports.get(transport);
    if (port === undefined) throw new Error(`not listening on ${transport}`);
    return { transport, address: this.host, port, ...(serverName ? { serverName } : {}) };
  }

  /** Another script from now on. */
  follow(script: Script): void {
    this.#script = script;
  }

  requestsOf(method: string): SipRequest[] {
    return this.requests.filter((request) => request.method === method);
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#closers.splice(0).map((close) => close()));
  }

  async #listenUdp(port: number): Promise<number> {
    const socket = await bindUdp(this.host, port);
    const other = await bindUdp(this.host, 0);
    this.#closers.push(
      () => closeUdp(socket),
      () => closeUdp(other),
    );
    socket.on("message", (bytes, from) => {
      if (bytes.length <= 4) return;
      this.#receive(parseMessage(bytes), "udp", from, (answer, reply) => {
        const via = "fromAnotherPort" in reply && reply.fromAnotherPort ? other : socket;
        via.send(answer, from.port, from.address);
      });
    });
    return socket.address().port;
  }

  async #listenStream(transport: "tcp" | "tls", port: number): Promise<number> {
    const sockets = new Set<Socket>();
    const accept = (socket: Socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket)).on("error", () => {});
      this.#serve(socket, transport);
    };
    const server =
      transport === "tls"
        ? createTlsServer(this.#options.tls ?? {}, accept).on("tlsClientError", () => {})
        : createServer(accept);
    await listening(server, this.host, port);
    this.#closers.push(async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    });
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  #serve(socket: Socket, transport: "tcp" | "tls"): void {
    const framer = new StreamFramer();
    const source = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
    let held = Buffer.alloc(0);
    const send: Send = (bytes, reply) => {
      held = Buffer.concat([held, bytes]);
      if ("status" in reply && reply.joinNext) return;
      void writeStream(socket, held, reply);
      held = Buffer.alloc(0);
    };
    socket.on("data", (chunk: Buffer) => {
      for (const event of framer.feed(chunk)) {
        if (event.kind === "message") this.#receive(event.message, transport, source, send);
        else if (event.kind === "ping") socket.write("\r\n");
        else if (!this.#options.ignoresGarbage) socket.destroy();
      }
    });
  }

  #receive(
    message: ReturnType<typeof parseMessage>,
    transport: TransportName,
    source: SocketAddress,
    send: Send,
  ): void {
    if (message.kind !== "request") return;
    this.copies += 1;
    const key = `${message.headers.get("Via")} ${message.method}`;
    const isNew = !this.#answers.has(key);
    if (isNew) {
      const index = this.#counts.get(message.method) ?? 0;
      this.#counts.set(message.method, index + 1);
      this.requests.push(message);
      this.#answers.set(key, this.#script(message, { transport, source, index }));
    }
    for (const reply of listOf(this.#answers.get(key))) this.#reply(message, source, reply, send, isNew);
  }

  #reply(
    request: SipRequest,
    source: SocketAddress,
    reply: Reply | RawReply,
    send: Send,
    isNew: boolean,
  ): void {
    const bytes = "raw" in reply ? Buffer.from(reply.raw) : encode(request, source, reply);
    const go = () => send(bytes, reply);
    if (reply.delayMs) this.#timers.add(setTimeout(go, reply.delayMs));
    else go();
    if ("status" in reply && reply.everyMs && isNew) this.#timers.add(setInterval(go, reply.everyMs));
  }
}

function encode(request: SipRequest, source: SocketAddress, reply: Reply): Buffer {
  const copy = parseMessage(serializeMessage(request)) as SipRequest;
  stampTopVia(copy.headers, source);
  const response = buildResponse(copy, reply.status, reply.reason ?? reasonOf(reply.status), {
    toTag: "scripted",
    headers: reply.headers ?? [],
    body: Buffer.from(reply.body ?? ""),
  });
  for (const name of reply.without ?? []) response.headers.delete(name);
  let { text } = decodeBytes(serializeMessage(response));
  if (reply.without?.some((name) => name.toLowerCase() === "content-length")) {
    text = text.replace(/^Content-Length:.*\r\n/im, "");
  }
  if (reply.contentLength !== undefined) {
    text = text.replace(/^Content-Length:.*$/im, `Content-Length: ${reply.contentLength}`);
  }
  if (reply.rewrite) text = reply.rewrite(text);
  if (reply.bareLf) text = text.replaceAll("\r\n", "\n");
  return encodeBytes(text);
}

async function writeStream(socket: Socket, bytes: Buffer, reply: Reply | RawReply): Promise<void> {
  if ("raw" in reply) {
    if (reply.close === "reset") return void socket.write(bytes, () => socket.resetAndDestroy());
    socket.write(bytes);
    if (reply.close) socket.end();
    return;
  }
  const cut = reply.closeAfterBytes === undefined ? bytes : bytes.subarray(0, reply.closeAfterBytes);
  const size = reply.segmentBytes ?? cut.length;
  for (let at = 0; at < cut.length && !socket.destroyed; at += size) {
    socket.write(cut.subarray(at, at + size));
    // Each piece in its own segment.
    if (size < cut.length) await new Promise((resolve) => setImmediate(resolve));
  }
  if (reply.closeAfterBytes !== undefined) socket.end();
}

function listOf(answer: Answer): readonly (Reply | RawReply)[] {
  if (answer === undefined) return [];
  return Array.isArray(answer) ? answer : [answer as Reply | RawReply];
}

function bindUdp(address: string, port: number): Promise<UdpSocket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
    socket.once("error", reject);
    socket.bind(port, address, () => resolve(socket));
  });
}

function closeUdp(socket: UdpSocket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
}
