import type { Buffer } from "node:buffer";
import { codecOf } from "../media/g711.js";
import { RtpSession } from "../media/rtp-session.js";
import { Utterances } from "../media/speech.js";
import { sdpAudio } from "../sip/index.js";

/** What a person at the phone says they heard: the words of `watch_test_call`. */
export type PhoneHeard = "both" | "only_agent" | "nothing";

/**
 * What is wrong with a line. `agent_unheard`: the PBX announces a port where no one listens. `caller_unheard`: no RTP
 * gets out of the PBX. `no_audio`: both. `private_media`: it announces a private address. `no_ack`: the agent gets no ACK.
 */
export const VOICE_FAULTS = [
  "agent_unheard",
  "caller_unheard",
  "no_audio",
  "private_media",
  "no_ack",
] as const;
export type VoiceFault = (typeof VOICE_FAULTS)[number];

/** What a PBX announces that has no external media address. */
export const PRIVATE_ADDRESS = "192.168.10.2";
/** RFC 863: what is sent there is thrown away. */
const DISCARD = 9;
const SENTENCE_MS = 400;
/** A caller who hears no greeting speaks anyway. Milliseconds. */
const PATIENCE_MS = 700;

/** The caller's side of a call that the PBX places: waits for the greeting, says a sentence, listens for the reply. */
export class PhoneVoice {
  readonly media: { readonly address: string; readonly port: number };
  readonly #session: RtpSession;
  readonly #fault: VoiceFault | undefined;
  #hasSpoken = false;
  #heardBefore = false;
  #heardAfter = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(session: RtpSession, address: string, fault: VoiceFault | undefined) {
    this.#session = session;
    this.#fault = fault;
    const isUnheard = fault === "agent_unheard" || fault === "no_audio";
    this.media = {
      address: fault === "private_media" ? PRIVATE_ADDRESS : address,
      port: isUnheard ? DISCARD : session.port,
    };
  }

  static async open(address: string, peer: string, fault: VoiceFault | undefined): Promise<PhoneVoice> {
    const greeting = new Utterances();
    let voice: PhoneVoice | undefined;
    const onFrame = (sound: boolean) => voice?.hear(sound, greeting.next(sound));
    const session = await RtpSession.open({ address, peer, onFrame });
    voice = new PhoneVoice(session, address, fault);
    return voice;
  }

  get heard(): PhoneHeard {
    if (this.#heardAfter) return "both";
    return this.#heardBefore ? "only_agent" : "nothing";
  }

  /** @param answer the agent's session description. */
  start(answer: Buffer): void {
    const audio = sdpAudio(answer);
    // Nothing gets out: not even a packet by which the agent would learn our port.
    if (this.#fault !== "caller_unheard" && this.#fault !== "no_audio") {
      this.#session.start(codecOf(audio?.payloadType ?? 0) ?? "PCMU", audio);
    }
    this.#timer = setTimeout(() => this.#speak(), PATIENCE_MS);
    this.#timer.unref();
  }

  hear(sound: boolean, greetingEnded: boolean): void {
    if (this.#fault === "agent_unheard" || this.#fault === "no_audio") return;
    if (sound && this.#hasSpoken && !this.#session.isSpeaking) this.#heardAfter = true;
    else if (sound) this.#heardBefore = true;
    if (greetingEnded) this.#speak();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#session.close();
  }

  #speak(): void {
    if (this.#hasSpoken) return;
    this.#hasSpoken = true;
    clearTimeout(this.#timer);
    this.#session.say(SENTENCE_MS);
  }
}
