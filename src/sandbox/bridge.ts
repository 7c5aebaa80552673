import { type Call, type Calls, type ServerTransaction, sdpAudio } from "../sip/index.js";
import { PRIVATE_ADDRESS, type VoiceFault } from "./phone-voice.js";
import type { Binding } from "./registrar.js";
import { Relay } from "./relay.js";

/** What is wrong with the calls between two extensions. `codec`: the PBX agrees on none with the one who is called. */
export type BridgeFault = VoiceFault | "codec";

export interface BridgeOptions {
  /** Of this PBX. */
  readonly address: string;
  readonly transaction: ServerTransaction;
  /** Of the one who calls. */
  readonly calls: Calls;
  readonly binding: Binding;
  /** On the way to the one who is called. */
  readonly outgoing: Calls;
  /** URIs of the one who is called, and of the one who calls. */
  readonly to: string;
  readonly from: string;
  readonly fault: BridgeFault | undefined;
  readonly ringMs: number;
  readonly longestMs: number;
  readonly signal: AbortSignal;
}

/** Q.850: bearer capability not presently available, as Asterisk gives it for a codec. */
const NO_CODEC = [["Reason", "Q.850;cause=58"]] as const;

/** A call from one extension to another: it rings there, and the voice goes through the PBX until one of the two hangs up. */
export async function bridge(options: BridgeOptions): Promise<void> {
  const { address, transaction, calls, binding, fault } = options;
  if (fault === "codec") return void transaction.respond(488, { headers: NO_CODEC });
  const incoming = calls.incoming(transaction);
  const peers = { caller: transaction.source.address, callee: binding.source.address };
  const relay = await Relay.open(address, peers).catch(() => undefined);
  if (relay === undefined) return incoming.reject(503);
  if (fault === "agent_unheard" || fault === "no_audio") relay.mute("callee");
  if (fault === "caller_unheard" || fault === "no_audio") relay.mute("caller");
  relay.aim("caller", sdpAudio(transaction.request.body));
  try {
    const callee = await ring(options, relay, () => incoming.ring(), incoming.cancelled);
    if (typeof callee === "number") return incoming.reject(callee);
    relay.aim("callee", sdpAudio(callee.remoteSdp));
    const caller = await incoming.answer({ address, port: relay.callerPort });
    if (caller === undefined) return void (await callee.hangUp());
    await eitherEnds(caller, callee, options);
  } finally {
    relay.close();
  }
}

/** @returns the call that was answered, or the status to send to the caller. */
async function ring(
  { address, outgoing, binding, to, from, ringMs, signal, fault }: BridgeOptions,
  relay: Relay,
  onRinging: () => void,
  cancelled: Promise<void>,
): Promise<Call | number> {
  const placed = outgoing.place({
    ...{ uri: binding.uri, to, from, peer: binding.source, deadlineMs: ringMs, signal },
    media: { address: fault === "private_media" ? PRIVATE_ADDRESS : address, port: relay.calleePort },
    losesAck: fault === "no_ack",
    onProvisional: ({ status }) => {
      if (status === 180) onRinging();
    },
  });
  void cancelled.then(() => placed.cancel());
  const outcome = await placed.outcome;
  if (outcome.kind === "answered") return outcome.call;
  return outcome.kind === "rejected" ? outcome.response.status : 480;
}

async function eitherEnds(caller: Call, callee: Call, { longestMs, signal }: BridgeOptions): Promise<void> {
  const hangUp = () => void Promise.all([caller.hangUp(), callee.hangUp()]);
  const timer = setTimeout(hangUp, longestMs);
  signal.addEventListener("abort", hangUp, { once: true });
  await Promise.race([caller.ended, callee.ended]);
  clearTimeout(timer);
  signal.removeEventListener("abort", hangUp);
  await Promise.all([caller.hangUp(), callee.hangUp()]);
}
