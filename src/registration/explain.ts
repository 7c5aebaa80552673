import type { RegistrationStatus, StoredRegistration } from "../telzino/types.js";
import { stateFacts, statusKind } from "./states.js";

/**
 * What a status says, in one sentence for a person. Why it is so, and what to do, is for the rules of the
 * diagnosis to say (`judgeStatus`).
 */
export function statusMeaning(
  status: RegistrationStatus,
  stored: StoredRegistration | null | undefined,
): string {
  if (stored === null && statusKind(status) === "absent")
    return "No SIP registration is stored for this agent.";
  return stateFacts(status.state).meaning;
}

/** The documented troubleshooting rows for an agent that is registered and yet not well. */
export const REGISTERED_HINTS: readonly string[] = [
  "No calls although registered: on the PBX, route something to the extension (inbound route, ring group, queue), and give the agent its own extension; at a provider, assign the number to this account.",
  "One-way or no audio: on the PBX, check the external address, the local networks and the RTP port range first. The platform's documentation also suggests tcp or tls: that corrects no wrong media address, and can break a call that a router's SIP ALG keeps alive.",
];
