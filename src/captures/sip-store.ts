import { isLocalAddress, type SipMessage } from "../sip/index.js";
import { hostOf } from "./host.js";

/** A SIP message of a capture. */
export interface CapturedMessage {
  readonly message: SipMessage;
  /** The packet that completed it, from 1. */
  readonly packet: number;
  /** Seconds since 1970, UTC. */
  readonly time: number;
  /** `host:port`. */
  readonly from: string;
  readonly to: string;
  readonly transport: "udp" | "tcp";
  /** Its head was cut by the snapshot length: headers that are not there may have been. */
  readonly cutHead?: true;
}

/** A message before it is read: most of a large capture are never looked at. */
export interface FoundMessage extends Omit<CapturedMessage, "message"> {
  readonly callId: string;
  /** Bytes, about. */
  readonly size: number;
  /** As it was in its datagram. */
  readonly text?: string;
  /** Undefined: it cannot be read. */
  readonly read: () => SipMessage | undefined;
}

interface Kept {
  readonly size: number;
  readonly packet: number;
  readonly time: number;
  from: string;
  to: string;
  readonly transport: "udp" | "tcp";
  readonly cutHead?: true;
  readonly read: FoundMessage["read"];
}

/** All bounded, since a capture may hold nothing but SIP. */
const MAX_MESSAGES = 3_000;
const MAX_BYTES = 8_388_608;
/** A machine that captures on all of its interfaces sees a packet on each that it passes, all within this time, seconds. */
const SAME_PACKET = 0.05;
const RECENT = 64;

/** Keeps the messages of a capture; where there are too many, those of the dialogs that were heard of last. */
export class SipStore {
  readonly #byCallId = new Map<string, Kept[]>();
  readonly #recent: { readonly text: string; readonly kept: Kept }[] = [];
  #count = 0;
  #bytes = 0;
  #leftOut = 0;

  /** Messages that there was no room for. */
  get leftOut(): number {
    return this.#leftOut;
  }

  get size(): number {
    return this.#count;
  }

  add({ callId, text, ...found }: FoundMessage): void {
    if (text !== undefined && this.#isCopy(found, text)) return;
    const dialog = this.#byCallId.get(callId) ?? [];
    const kept: Kept = found;
    dialog.push(kept);
    // The most recent one is last.
    this.#byCallId.delete(callId);
    this.#byCallId.set(callId, dialog);
    this.#count += 1;
    this.#bytes += kept.size;
    if (text !== undefined) this.#remember(text, kept);
    this.#makeRoom();
  }

  /** In the order in which they were captured. `unreadable`: those that cannot be read. */
  messages(): { messages: CapturedMessage[]; unreadable: number } {
    const all = [...this.#byCallId.values()].flat();
    const messages = all.flatMap(({ size: _size, read, ...captured }) => {
      const message = read();
      return message === undefined ? [] : [{ ...captured, message }];
    });
    messages.sort((left, right) => left.packet - right.packet);
    return { messages, unreadable: all.length - messages.length };
  }

  #isCopy({ from, to, time }: Pick<Kept, "from" | "time" | "to">, text: string): boolean {
    while (time - (this.#recent[0]?.kept.time ?? time) > SAME_PACKET) this.#recent.shift();
    const same = this.#recent.find((recent) => recent.text === text);
    if (same === undefined) return false;
    // Of the ways that one packet took through a machine, the addresses that the network outside sees count.
    same.kept.from = outer(same.kept.from, from);
    same.kept.to = outer(same.kept.to, to);
    return true;
  }

  #remember(text: string, kept: Kept): void {
    this.#recent.push({ text, kept });
    if (this.#recent.length > RECENT) this.#recent.shift();
  }

  #makeRoom(): void {
    for (const [callId, dialog] of this.#byCallId) {
      // Of a single dialog, its beginning shows what it is about, and its end its state.
      while (this.#isFull && this.#byCallId.size === 1) this.#leave(dialog.splice(dialog.length >> 1, 1));
      if (!this.#isFull) return;
      this.#byCallId.delete(callId);
      this.#leave(dialog);
    }
  }

  get #isFull(): boolean {
    return this.#count > MAX_MESSAGES || this.#bytes > MAX_BYTES;
  }

  #leave(gone: readonly Kept[]): void {
    this.#count -= gone.length;
    this.#leftOut += gone.length;
    for (const { size } of gone) this.#bytes -= size;
  }
}

function outer(one: string, other: string): string {
  return isLocalAddress(hostOf(one)) && !isLocalAddress(hostOf(other)) ? other : one;
}
