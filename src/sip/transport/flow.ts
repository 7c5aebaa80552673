import { Buffer } from "node:buffer";
import { untrusted } from "../../redaction/untrusted.js";
import type { SipParseError } from "../message/errors.js";
import type { SipMessage } from "../message/message.js";
import type { CertificateDescription } from "./certificate.js";

/**
 * What carries messages: a UDP socket, a TCP connection or a TLS connection (a "flow" in the words of RFC
 * 5626). Everything above works on {@link Flow} and does not ask which of them it is.
 */
export type TransportName = "udp" | "tcp" | "tls";

/** An IP literal without brackets, and a port. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** Where to connect. */
export interface Target extends SocketAddress {
  readonly transport: TransportName;
  /** The domain asked for, used as TLS server name (RFC 5922 4); an IP literal sends none. */
  readonly serverName?: string;
}

/** What went wrong below SIP. `code` is Node's or OpenSSL's (`ECONNREFUSED`, `ERR_SSL_WRONG_VERSION_NUMBER`) or one of {@link FlowCode}. */
export interface FlowFailure {
  readonly code: string;
  readonly message: string;
}

/** Codes that this layer makes up, beside those of Node. */
export const FlowCode = {
  /** The flow was closed on this side. */
  closed: "FLOW_CLOSED",
  /** The peer ended the connection. */
  ended: "FLOW_ENDED_BY_PEER",
  /** The peer ended the connection in the middle of a message. */
  truncated: "FLOW_ENDED_IN_MESSAGE",
  /** Bytes on a stream that are not SIP: what follows cannot be framed any more. */
  malformed: "FLOW_MALFORMED",
  /** Too much arrived that makes no whole message. */
  tooLarge: "FLOW_TOO_LARGE",
} as const;

/** Codes whose message is only in our own words. */
const OWN_WORDS: ReadonlySet<string> = new Set([FlowCode.closed, FlowCode.ended]);

/** What went wrong, for a person: a message of Node or OpenSSL counts as someone else's. */
export function failureWords({ code, message }: FlowFailure): string {
  return OWN_WORDS.has(code) ? message : String(untrusted(message, { max: 160 }));
}

const CLOSING: ReadonlySet<string> = new Set([FlowCode.ended, FlowCode.closed, "ECONNRESET", "EPIPE"]);

/** Whether a failure is that the connection was closed, by whichever side. */
export function isClosing({ code }: FlowFailure): boolean {
  return CLOSING.has(code);
}

/** What the system says where there is no way to an address, or its own rules allow none. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EHOSTDOWN",
  "EADDRNOTAVAIL",
  "EACCES",
  "EPERM",
]);

/** Whether a failure is that the address cannot be reached from here. */
export function isUnreachable({ code }: FlowFailure): boolean {
  return UNREACHABLE.has(code);
}

/** Bytes that were not a SIP message. */
export interface Malformed {
  readonly error: SipParseError;
  readonly source: SocketAddress;
  /** At most the first 2 KiB. */
  readonly bytes: Buffer;
}

export interface FlowListener {
  message?(message: SipMessage, source: SocketAddress): void;
  sent?(message: SipMessage, remote: SocketAddress): void;
  malformed?(malformed: Malformed): void;
  /** A CRLF keep-alive arrived: `ping` (answered already on streams, RFC 5626 4.4.1) or `pong`. */
  keepAlive?(what: "ping" | "pong", source: SocketAddress): void;
  closed?(reason: FlowFailure): void;
}

export interface Flow {
  readonly transport: TransportName;
  /** TCP and TLS: no retransmission on this side. */
  readonly reliable: boolean;
  readonly local: SocketAddress;
  /** The other end of a connection; `undefined` for UDP, which has many. */
  readonly remote: SocketAddress | undefined;
  /** Of a TLS flow: how the handshake went. The caller judges it before it sends a secret. */
  readonly tls?: TlsFacts;
  /** On a stream: bytes that have come and make no whole message yet. */
  readonly unfinished?: Malformed | undefined;
  /** A place for each request in flight. */
  readonly slots: Slots;
  readonly isClosed: boolean;
  /** Resolves with what went wrong, or with nothing once the message was handed to the system. Never rejects. */
  send(message: SipMessage, remote: SocketAddress): Promise<FlowFailure | undefined>;
  /** Sends a CRLF keep-alive (RFC 5626 3.5.1). */
  ping(remote: SocketAddress): Promise<FlowFailure | undefined>;
  /** Returns the function that ends the subscription. */
  subscribe(listener: FlowListener): () => void;
  close(): Promise<void>;
}

/** What a TLS handshake agreed on and what the peer offered. Text is the peer's. */
export interface TlsFacts {
  /** `TLSv1.2`, `TLSv1.3`. */
  readonly protocol: string;
  /** OpenSSL's name. */
  readonly cipher: string;
  /** The name asked for (SNI); absent for IP literals. */
  readonly serverName?: string;
  /** The peer's certificate, then its issuers; empty when it sent none. */
  readonly chain: readonly CertificateDescription[];
  /** OpenSSL's verdict on the chain, `undefined` when it is trusted. Names are not part of it: see `judgeCertificate`. */
  readonly authorizationError?: string;
  readonly handshakeMs: number;
}

/** How opening a flow ended. Nothing that a network can do makes it throw. */
export type ConnectOutcome<F extends Flow = Flow> =
  | { readonly kind: "connected"; readonly flow: F; readonly tookMs: number }
  | ({
      readonly kind: "transport-error";
      readonly phase: ConnectPhase;
      readonly tookMs: number;
    } & FlowFailure)
  | { readonly kind: "timeout"; readonly phase: ConnectPhase; readonly waitedMs: number }
  | { readonly kind: "aborted" };

type ConnectPhase = "bind" | "connect" | "handshake";

/** Listeners of one flow; a listener may unsubscribe while it is being called. */
export class FlowListeners {
  readonly #listeners = new Set<FlowListener>();

  add(listener: FlowListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  each(call: (listener: FlowListener) => void): void {
    for (const listener of [...this.#listeners]) call(listener);
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** A counting semaphore, first come first served. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves with the function that gives the place back, or with nothing when the signal fires first. */
  take(signal?: AbortSignal): Promise<(() => void) | undefined> {
    if (signal?.aborted) return Promise.resolve(undefined);
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve(this.#release());
    }
    return new Promise((resolve) => {
      const enter = () => {
        signal?.removeEventListener("abort", leave);
        resolve(this.#release());
      };
      const leave = () => {
        const at = this.#waiting.indexOf(enter);
        if (at >= 0) this.#waiting.splice(at, 1);
        resolve(undefined);
      };
      this.#waiting.push(enter);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  #release(): () => void {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    };
  }
}

/** Whatever was thrown or emitted, as a {@link FlowFailure}. */
export function failureOf(error: unknown): FlowFailure {
  if (error instanceof Error) {
    const code = (error as NodeJS.ErrnoException).code;
    return { code: typeof code === "string" ? code : error.name, message: error.message };
  }
  return { code: "UNKNOWN", message: String(error) };
}

export const closedHere: FlowFailure = { code: FlowCode.closed, message: "closed on this side" };

/** RFC 5626 3.5.1: every SIP stack passes over it, and no lockout counts it. */
export const KEEP_ALIVE = Buffer.from("\r\n\r\n");
