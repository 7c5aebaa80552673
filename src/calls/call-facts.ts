import type { AnnouncedAudio } from "../captures/rtp/announced.js";
import type { G711 } from "../media/g711.js";
import type { ReceptionReport } from "../media/rtcp.js";
import type { MediaTarget } from "../media/rtp-session.js";
import type { Untrusted } from "../redaction/untrusted.js";
import type { ResponseFacts, SocketAddress } from "../sip/index.js";
import type { AudioAim } from "./audio-aim.js";
import type { ReceivedStream } from "./rtp-endpoint.js";
import type { StepFacts } from "./script.js";

/** What a measured call has shown. Text of the other side is {@link Untrusted}. Times are milliseconds. */
export interface MeasuredCall {
  readonly setup: SetupFacts;
  /** Of the 200 OK. */
  readonly answer?: AnswerFacts;
  /** From the answer on. */
  readonly audio?: AudioFacts;
  readonly steps: readonly StepFacts[];
  /** Requests of the other side within the call, in order, BYE too. */
  readonly requests: readonly CallRequestFacts[];
  readonly end?: EndFacts;
}

export interface SetupFacts {
  /**
   * `refused`: a final answer other than 200. `unfinished`: provisional answers only. `silent`: none at all. `failed`: the
   * network's word. `aborted`: the caller's wish. `no-port`: this machine has none for voice.
   */
  readonly outcome: "answered" | "refused" | "unfinished" | "silent" | "failed" | "aborted" | "no-port";
  readonly status?: number;
  readonly reason?: Untrusted;
  /** Cause of `Reason: Q.850`. */
  readonly q850?: number;
  readonly warning?: Untrusted;
  /** Why it failed, in our words. */
  readonly problem?: string;
  /** Provisional answers, since the INVITE. */
  readonly ringing: readonly { readonly status: number; readonly atMs: number }[];
  /** Of the final answer, since the INVITE. */
  readonly tookMs: number;
  /** A password was sent, as the answer to a challenge. */
  readonly credentialsSent: boolean;
  readonly local: SocketAddress;
  /** Of the final answer: how the PBX names itself, where it saw us, what came back changed. */
  readonly facts?: ResponseFacts;
}

export interface AnswerFacts {
  /** Where it came from. */
  readonly source: SocketAddress;
  readonly contact?: { readonly host: Untrusted; readonly port?: number };
  /** Methods, in upper case; absent where the answer names none. */
  readonly allow?: readonly string[];
  /** What it says of its voice; absent without a description that can be read. */
  readonly announced?: AnnouncedAudio;
  readonly telephoneEvent: boolean;
  /** The 200 came again: our ACK did not arrive, or another fork answered. */
  readonly repeated: number;
}

export interface AudioFacts {
  readonly codec: G711;
  readonly encrypted: boolean;
  /** Of ours, as announced. */
  readonly local: MediaTarget;
  readonly aim: AudioAim;
  readonly sent: number;
  /** By where it came from; the most packets first. */
  readonly received: readonly ReceivedStream[];
  /** Of the first packet, since the answer; negative: early media. */
  readonly firstMs?: number;
  /** dBov of the loudest frame: −127 where all is silence. */
  readonly loudest?: number;
  /** Of frames with sound in them. */
  readonly soundMs: number;
  /** Of our test tone: how much was sent, and how much came back. */
  readonly tone: { readonly sentMs: number; readonly returnedMs: number };
  readonly reports: readonly ReceptionReport[];
}

export interface CallRequestFacts {
  /** Since the answer; negative before it. */
  readonly atMs: number;
  readonly method: string;
  readonly announced?: AnnouncedAudio;
  readonly reason?: Untrusted;
}

export interface EndFacts {
  /** `lost`: the connection under the call is gone. */
  readonly by: "here" | "there" | "lost";
  /** Since the answer. */
  readonly atMs: number;
  /** Of the other side's BYE. */
  readonly reason?: Untrusted;
  readonly q850?: number;
  /** The answer to our BYE: its status, or that none came back. */
  readonly bye?: number | "unanswered";
}
