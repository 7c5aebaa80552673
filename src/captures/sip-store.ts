import type { SipMessage } from "../sip/index.js";
import { hostOf, isLocalHost } from "./host.js";

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
}

interface Kept {
  message: CapturedMessage;
  readonly size: number;
}

/** All bounded, since a capture may hold nothing but SIP. */
const MAX_MESSAGES = 3_000;
const MAX_BYTES = 8_388_608;
/** What headers take up as a rule, where it was not counted. */
const HEADERS = 1_000;
/** A machine that captures on all of its interfaces sees a packet on each that it passes, all within this time, seconds. */
const SAME_PACKET = 0.05;
const RECENT = 64;

/** Keeps the messages of a capture; where there are too many, those of the dialogs that were heard of last. */
export class SipStore {
  readonly #byCallId = new Map<string, Kept[]>();
  readonly #recent: { readonly text: string; readonly kept: Kept; readonly time: number }[] = [];
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

  /** `text`: the message as it was in its datagram. */
  add(message: CapturedMessage, text: string): void {
    if (message.transport === "udp" && this.#isCopy(message, text)) return;
    const callId = message.message.headers.get("Call-ID") ?? "";
    const dialog = this.#byCallId.get(callId) ?? [];
    const kept = { message, size: text.length || HEADERS + message.message.body.length };
    dialog.push(kept);
    // The one heard of last stands last.
    this.#byCallId.delete(callId);
    this.#byCallId.set(callId, dialog);
    this.#count += 1;
    this.#bytes += kept.size;
    if (message.transport === "udp") this.#remember(text, kept, message.time);
    this.#makeRoom();
  }

  /** In the order in which they were captured. */
  messages(): CapturedMessage[] {
    const all = [...this.#byCallId.values()].flat().map(({ message }) => message);
    return all.sort((left, right) => left.packet - right.packet);
  }

  #isCopy(message: CapturedMessage, text: string): boolean {
    const same = this.#recent.find(
      (recent) => recent.text === text && Math.abs(message.time - recent.time) <= SAME_PACKET,
    );
    if (same === undefined) return false;
    // Of the ways that one packet took through a machine, the addresses that the network outside sees count.
    const { kept } = same;
    const [from, to] = [outer(kept.message.from, message.from), outer(kept.message.to, message.to)];
    kept.message = { ...kept.message, from, to };
    return true;
  }

  #remember(text: string, kept: Kept, time: number): void {
    this.#recent.push({ text, kept, time });
    if (this.#recent.length > RECENT) this.#recent.shift();
  }

  #makeRoom(): void {
    for (const [callId, dialog] of this.#byCallId) {
      // Of one dialog alone, its beginning tells what it is about, and its end how it stands.
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
  return isLocalHost(hostOf(one)) && !isLocalHost(hostOf(other)) ? other : one;
}
