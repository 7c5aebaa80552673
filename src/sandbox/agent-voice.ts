import type { Buffer } from "node:buffer";
import { setTimeout as delay } from "node:timers/promises";
import { codecOf } from "../media/g711.js";
import { RtpSession } from "../media/rtp-session.js";
import { Utterances } from "../media/speech.js";
import { type ServerTransaction, sdpAudio } from "../sip/index.js";

/** An entry of `transcript_json`, as the API documents it. */
export interface TranscriptEntry {
  readonly speaker: "agent" | "user" | "system";
  readonly text: string;
  readonly at: Date;
}

const GREETING = "Good day, this is the agent of the sandbox.";
const REPLY = "I have heard you.";
/** There are no words in what comes. */
const CALLER_SAID = "(a sentence)";
const GREETING_MS = 400;
const REPLY_MS = 300;

/** As LiveKit SIP has them by default: without a first packet, and after the last one. Milliseconds. */
const FIRST_PACKET_MS = 30_000;
const NEXT_PACKET_MS = 15_000;
const LOOK_MS = 250;

/** The agent's side of a call: greets, replies to what it hears, and gives up where no voice comes. */
export class AgentVoice {
  readonly media: { readonly address: string; readonly port: number };
  readonly #session: RtpSession;
  readonly #transcript: TranscriptEntry[] = [];

  private constructor(session: RtpSession, address: string) {
    this.#session = session;
    this.media = { address, port: session.port };
  }

  /**
   * Voice goes only to the host that the call came from.
   *
   * @throws Error (Node's, with `code`) if no port is available.
   */
  static async open({ flow, source }: ServerTransaction): Promise<AgentVoice> {
    const { address } = flow.local;
    const heard = new Utterances();
    let voice: AgentVoice | undefined;
    const onFrame = (sound: boolean) => {
      if (heard.next(sound)) voice?.reply();
    };
    // As LiveKit SIP does by default: a wrong address in the offer leaves the caller without the agent's voice.
    const where = { address, peer: source.address, asAnnounced: true } as const;
    const session = await RtpSession.open({ ...where, onFrame });
    voice = new AgentVoice(session, address);
    return voice;
  }

  get transcript(): readonly TranscriptEntry[] {
    return this.#transcript;
  }

  /**
   * Greets, and answers until the signal ends it.
   *
   * @param offer the caller's session description.
   * @returns whether no voice came for so long that the agent hangs up.
   */
  async speak(offer: Buffer, signal: AbortSignal): Promise<boolean> {
    const audio = sdpAudio(offer);
    this.#session.start(codecOf(audio?.payloadType ?? 0) ?? "PCMU", audio);
    this.#says(GREETING, GREETING_MS);
    while (!signal.aborted) {
      await delay(LOOK_MS, undefined, { signal }).catch(() => {});
      if (this.#session.quietMs > (this.#session.packets > 0 ? NEXT_PACKET_MS : FIRST_PACKET_MS)) {
        this.#transcript.push({ speaker: "system", text: "Call ended: media timeout", at: new Date() });
        return true;
      }
    }
    return false;
  }

  reply(): void {
    this.#transcript.push({ speaker: "user", text: CALLER_SAID, at: new Date() });
    this.#says(REPLY, REPLY_MS);
  }

  close(): void {
    this.#session.close();
  }

  #says(text: string, ms: number): void {
    this.#session.say(ms);
    this.#transcript.push({ speaker: "agent", text, at: new Date() });
  }
}
