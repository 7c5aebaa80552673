import type { Buffer } from "node:buffer";
import type { SipMessage } from "../sip/index.js";
import { hostPort } from "./host.js";
import type { IpPayload } from "./ip.js";
import { beginsAsSip } from "./sip-text.js";
import { TcpStream } from "./tcp-stream.js";

/** Directions of connections that speak SIP, or may yet; the one heard of longest ago is given up. */
const MAX_STREAMS = 1_000;
const MAX_REFUSED = 1_000;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;
/** Ports at which TLS is most likely SIP's. */
const isSipPort = (port: number) => port >= 5_060 && port <= 5_099;

export interface TcpMessage {
  readonly message: SipMessage;
  readonly from: string;
  readonly to: string;
}

/** Takes TCP segments in the order of the capture and gives the SIP messages in them. */
export class TcpStreams {
  readonly #streams = new Map<
    string,
    { readonly stream: TcpStream; readonly from: string; readonly to: string }
  >();
  /** Connections that were asked for and not yet granted. */
  readonly #asked = new Set<string>();
  /** The first numbers of connections whose beginning was captured. */
  readonly #begun = new Map<string, number>();
  readonly #encrypted = new Set<string>();

  /** Servers, `host:port`, that spoke TLS at a port of SIP. */
  get encrypted(): ReadonlySet<string> {
    return this.#encrypted;
  }

  /** `refused`: the segment refuses a connection, and comes from that place. */
  add({ source, destination, bytes, missing }: IpPayload): { messages: TcpMessage[]; refused?: string } {
    if (bytes.length < 20) return { messages: [] };
    const [fromPort, toPort] = [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
    const sequence = bytes.readUInt32BE(4);
    const headerLength = ((bytes[12] ?? 0) >> 4) * 4;
    const flags = bytes[13] ?? 0;
    if (headerLength < 20 || headerLength > bytes.length) return { messages: [] };
    const [from, to] = [hostPort(source, fromPort), hostPort(destination, toPort)];
    const refused = this.#handshake(flags, from, to);
    const key = `${from} ${to}`;
    const payload = bytes.subarray(headerLength);
    if (flags & SYN) this.#begin(key, sequence);
    const open = this.#streamOf(key, from, to, payload, fromPort, toPort);
    if (open === undefined || flags & SYN) return { messages: [], ...(refused ? { refused } : {}) };
    const messages = open.stream.add(sequence, payload, missing);
    return { messages: messages.map((message) => ({ message, from, to })) };
  }

  /** What still waits for a segment that never came. */
  end(): TcpMessage[] {
    return [...this.#streams.values()].flatMap(({ stream, from, to }) =>
      stream.flush().map((message) => ({ message, from, to })),
    );
  }

  #handshake(flags: number, from: string, to: string): string | undefined {
    const [forth, back] = [`${from} ${to}`, `${to} ${from}`];
    if ((flags & (SYN | ACK)) === SYN) {
      if (this.#asked.size >= MAX_REFUSED) this.#asked.clear();
      this.#asked.add(forth);
      return undefined;
    }
    const wasAsked = this.#asked.delete(back);
    return wasAsked && flags & RST ? from : undefined;
  }

  #begin(key: string, sequence: number): void {
    this.#streams.get(key)?.stream.begin(sequence);
    this.#begun.delete(key);
    this.#begun.set(key, sequence);
    const [oldest] = this.#begun.keys();
    if (this.#begun.size > MAX_STREAMS && oldest !== undefined) this.#begun.delete(oldest);
  }

  #streamOf(key: string, from: string, to: string, payload: Buffer, fromPort: number, toPort: number) {
    const known = this.#streams.get(key);
    if (known !== undefined) {
      this.#streams.delete(key);
      this.#streams.set(key, known);
      return known;
    }
    if (payload.length === 0) return undefined;
    this.#noteTls(payload, from, to, fromPort, toPort);
    // A stream is worth keeping once a segment of it begins as SIP does, or where it is at a port of SIP.
    if (!beginsAsSip(payload) && !isSipPort(fromPort) && !isSipPort(toPort)) return undefined;
    const opened = { stream: new TcpStream(), from, to };
    const begun = this.#begun.get(key);
    if (begun !== undefined) opened.stream.begin(begun);
    this.#streams.set(key, opened);
    for (const oldest of this.#streams.keys()) {
      if (this.#streams.size <= MAX_STREAMS) break;
      this.#streams.delete(oldest);
    }
    return opened;
  }

  #noteTls(payload: Buffer, from: string, to: string, fromPort: number, toPort: number): void {
    if (this.#encrypted.size >= 20 || payload[0] === undefined || payload[0] < 20 || payload[0] > 23) return;
    if (payload[1] !== 3) return;
    if (isSipPort(toPort)) this.#encrypted.add(to);
    else if (isSipPort(fromPort)) this.#encrypted.add(from);
  }
}
