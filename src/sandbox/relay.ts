import type { RemoteInfo, Socket } from "node:dgram";
import { readRtp } from "../media/rtp-packet.js";
import { openVoicePort } from "../media/rtp-ports.js";
import type { MediaTarget } from "../media/rtp-session.js";

interface Side {
  readonly socket: Socket;
  /** The one host that is sent to and taken from. */
  readonly peer: string;
  target: MediaTarget | undefined;
  /** What comes from here is thrown away. */
  isMute: boolean;
}

/** The voice of a call that a PBX bridges: what comes from one side goes to the other, as it is. Close it. */
export class Relay {
  readonly #caller: Side;
  readonly #callee: Side;

  private constructor(caller: Side, callee: Side) {
    this.#caller = caller;
    this.#callee = callee;
    caller.socket.on("message", (bytes, from) => forward(bytes, from, caller, callee));
    callee.socket.on("message", (bytes, from) => forward(bytes, from, callee, caller));
  }

  /**
   * @param address of this PBX.
   * @param peers the hosts of caller and callee.
   * @throws Error (Node's, with `code`) if no port is available.
   */
  static async open(address: string, peers: { caller: string; callee: string }): Promise<Relay> {
    const caller = await sideAt(address, peers.caller);
    try {
      return new Relay(caller, await sideAt(address, peers.callee));
    } catch (error) {
      caller.socket.close();
      throw error;
    }
  }

  /** Where the caller sends its voice. */
  get callerPort(): number {
    return this.#caller.socket.address().port;
  }

  get calleePort(): number {
    return this.#callee.socket.address().port;
  }

  /** Where the two take theirs; what they send from counts more (symmetric RTP). */
  aim(side: "caller" | "callee", target: MediaTarget | undefined): void {
    const own = side === "caller" ? this.#caller : this.#callee;
    if (target?.address === own.peer && target.port !== 0) own.target ??= target;
  }

  /** From now on nothing of that side gets through. */
  mute(side: "caller" | "callee"): void {
    (side === "caller" ? this.#caller : this.#callee).isMute = true;
  }

  close(): void {
    this.#caller.socket.close();
    this.#callee.socket.close();
  }
}

async function sideAt(address: string, peer: string): Promise<Side> {
  return { socket: await openVoicePort(address), peer, target: undefined, isMute: false };
}

function forward(bytes: Buffer, { address, port }: RemoteInfo, from: Side, to: Side): void {
  if (address !== from.peer || readRtp(bytes) === undefined) return;
  from.target = { address, port };
  if (from.isMute || to.target === undefined) return;
  to.socket.send(bytes, to.target.port, to.target.address, () => {});
}
