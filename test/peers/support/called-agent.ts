import { createSocket, type Socket } from "node:dgram";
import { setTimeout as delay } from "node:timers/promises";
import { codecOf, decode, encode } from "../../../src/media/g711.js";
import { readRtp, writeRtp } from "../../../src/media/rtp-packet.js";
import {
  FRAME,
  FRAME_MS,
  isSound,
  SILENCE_FRAME,
  speechFrame,
  Utterances,
} from "../../../src/media/speech.js";
import { Secret } from "../../../src/redaction/secret.js";
import {
  Calls,
  openFlow,
  parseNameAddr,
  parseUri,
  RFC_TIMERS,
  type ServerTransaction,
  sdpAudio,
  UserAgent,
} from "../../../src/sip/index.js";

/**
 * The platform's agent as a PBX sees it: a program that registers, answers, greets, replies to what it hears, and hangs up where
 * no voice comes for 30 s. Bundled by `test-call-net.ts` and run in a network namespace. It writes what it received: the truth.
 */

export interface AgentOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly transport: "udp" | "tcp";
  /** `deaf`: it hears and does not reply. `late`: it lets the caller speak first. */
  readonly behaviour: "speaks" | "busy" | "declines" | "silent" | "deaf" | "late";
  /** Sends voice to where voice comes from (symmetric RTP); otherwise to where the PBX says. */
  readonly symmetric: boolean;
}

/** One call as it was for the agent. */
export interface AgentCall {
  readonly callerId: string;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Packets of voice. */
  readonly received: number;
  readonly sent: number;
  readonly acknowledged: boolean;
  /** Who said something, in order. */
  readonly speakers: readonly ("agent" | "user")[];
}

const GREETING_MS = 1_000;
const REPLY_MS = 800;
/** A 200 without its ACK is given up much later. */
const AGREED_MS = 10_000;
const FIRST_PACKET_MS = 30_000;
const NEXT_PACKET_MS = 15_000;

function tell(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

class Voice {
  readonly speakers: ("agent" | "user")[] = [];
  received = 0;
  sent = 0;
  #left = 0;
  #at = 0;
  #lastMs = performance.now();
  readonly #socket: Socket;
  readonly #options: AgentOptions;
  readonly #heard = new Utterances();
  #target: { address: string; port: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(socket: Socket, options: AgentOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  static async open(address: string, options: AgentOptions): Promise<Voice> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, address, resolve));
    return new Voice(socket, options);
  }

  get media() {
    const { address, port } = this.#socket.address();
    return { address, port };
  }

  /** How long nothing has come, and how long may pass. */
  get isQuiet(): boolean {
    return performance.now() - this.#lastMs > (this.received > 0 ? NEXT_PACKET_MS : FIRST_PACKET_MS);
  }

  start(offer: ServerTransaction["request"]["body"]): void {
    const audio = sdpAudio(offer);
    const codec = codecOf(audio?.payloadType ?? 0) ?? "PCMU";
    this.#target = audio && { address: audio.address, port: audio.port };
    this.#lastMs = performance.now();
    this.#socket.on("message", (bytes, from) => {
      const packet = readRtp(bytes);
      if (packet === undefined || codecOf(packet.payloadType) === undefined) return;
      this.received += 1;
      this.#lastMs = performance.now();
      if (this.#options.symmetric) this.#target = { address: from.address, port: from.port };
      if (this.#heard.next(isSound(decode(codec, packet.payload)))) this.#reply();
    });
    const { behaviour } = this.#options;
    if (behaviour === "speaks" || behaviour === "deaf") this.#say(GREETING_MS);
    const began = performance.now();
    const ssrc = Math.floor(Math.random() * 2 ** 32);
    this.#timer = setInterval(() => {
      while (this.sent * FRAME_MS <= performance.now() - began) {
        const speaks = this.#left > 0;
        if (speaks) this.#left -= FRAME_MS;
        this.#at += FRAME;
        const frame = speaks ? speechFrame(this.#at) : SILENCE_FRAME;
        const head = { payloadType: audio?.payloadType ?? 0, marker: this.sent === 0, ssrc };
        const payload = encode(codec, frame);
        const packet = writeRtp({ ...head, sequence: this.sent, timestamp: this.sent * FRAME, payload });
        this.sent += 1;
        if (this.#target) this.#socket.send(packet, this.#target.port, this.#target.address, () => {});
      }
    }, FRAME_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  #reply(): void {
    this.speakers.push("user");
    const { behaviour } = this.#options;
    if (behaviour !== "deaf" && behaviour !== "silent") this.#say(REPLY_MS);
  }

  #say(ms: number): void {
    this.speakers.push("agent");
    this.#left = ms;
  }
}

async function main(options: AgentOptions): Promise<void> {
  const { host, port, user, password = "secret", transport, behaviour } = options;
  const remote = { address: host, port };
  const opened = await openFlow({ ...remote, transport });
  if (opened.kind !== "connected") throw new Error(`no way to the PBX: ${opened.kind}`);
  const { flow } = opened;
  let calls: Calls | undefined;
  const agent = new UserAgent({
    ...{ version: "0", flow, remote, timers: RFC_TIMERS, account: { user, domain: host } },
    onRequest: (transaction) => {
      if (calls?.handle(transaction)) return;
      if (transaction.request.method !== "INVITE") return void transaction.respond(200);
      void take(transaction);
    },
  });
  calls = new Calls(agent.transactions, { contact: agent.contact });

  async function take(transaction: ServerTransaction): Promise<void> {
    if (behaviour === "busy") return void transaction.respond(486);
    if (behaviour === "declines") return void transaction.respond(603);
    const incoming = calls?.incoming(transaction);
    incoming?.ring();
    await delay(200);
    const voice = await Voice.open(flow.local.address, options);
    voice.start(transaction.request.body);
    const startedAt = new Date();
    const answered = incoming?.answer(voice.media);
    const quiet = setInterval(() => {
      if (voice.isQuiet) for (const call of calls?.active ?? []) void call.hangUp();
    }, 200);
    const call = await answered;
    // Refused: no voice was agreed on.
    if (call === undefined && Date.now() - startedAt.getTime() < AGREED_MS) {
      clearInterval(quiet);
      return voice.stop();
    }
    await call?.ended;
    clearInterval(quiet);
    voice.stop();
    const { received, sent, speakers } = voice;
    const from = parseUri(parseNameAddr(transaction.request.headers.get("From") ?? "").uri);
    tell({
      ...{ callerId: from.user, startedAt: startedAt.toISOString(), endedAt: new Date().toISOString() },
      ...{ received, sent, speakers, acknowledged: call !== undefined },
    });
  }

  const { outcome } = await agent.register({ password: new Secret(password) });
  if (outcome.kind !== "ok") throw new Error(`not registered: ${JSON.stringify(outcome)}`);
  tell({ ready: true });
}

await main(JSON.parse(process.argv[2] ?? "{}"));
