import { statusKind } from "../../registration/states.js";
import {
  always,
  lastStatus,
  overdue,
  platformRegistered,
  platformRule,
  sampleWords,
} from "./platform-views.js";
import type { Rule } from "./rule.js";
import { anythingAnswers, leftUnasked, seconds } from "./words.js";

/** A REGISTER under way is answered or given up within half a minute. */
const STUCK_MS = 40_000;

/** States that are no plain failure. */
export const PLATFORM_STATE_RULES = [
  platformRule(
    {
      id: "platform-expired",
      severity: "critical",
      title: "REGISTERED, but the registration has run out",
      seen: "The expiry of the last registration is past, and it was not refreshed.",
      cause: "The refresh failed or was not sent; the state stays until the next cycle.",
      fix: "Save the settings again to force a new attempt; if it comes back, ask Telzino's support.",
    },
    (platform) => {
      const late = always(platform, "REGISTERED_STATE") ? overdue(platform) : undefined;
      return late === undefined
        ? undefined
        : { evidence: `it ended ${seconds(late)} ago`, confidence: "medium" };
    },
  ),
  platformRule(
    {
      id: "platform-stuck",
      severity: "critical",
      title: "The platform's attempt does not come to an end",
      seen: "REGISTERING or AUTHENTICATING in every sample, long after the REGISTER was sent.",
      cause:
        "REGISTERING: the PBX does not answer. AUTHENTICATING: it drops the request with the credentials, or a gateway on the way does.",
      fix: "Try tcp or tls; look at the PBX's ban list and at what was found on the way to it.",
    },
    (platform) => {
      const status = lastStatus(platform);
      const same = always(platform, "REGISTERING_STATE") || always(platform, "AUTHENTICATING_STATE");
      const sent = status.lastRegisterSent;
      if (!same || platform.samples.length < 2 || sent === undefined) return undefined;
      if (platform.now.getTime() - sent.getTime() < STUCK_MS) return undefined;
      return { evidence: sampleWords(platform), confidence: "medium" };
    },
  ),
  platformRule(
    {
      id: "platform-not-synced",
      severity: "warning",
      title: "The platform's registrar does not know this registration",
      seen: "NOT_FOUND or NOT_REGISTERED in every sample.",
      cause:
        "Stored a moment ago and not passed on yet; if it stays, the fault is on the platform's side, not the PBX's.",
      fix: "Wait a minute and look again; then save the settings once more, and ask Telzino's support if it stays.",
    },
    (platform) =>
      platform.stored !== null && platform.samples.every(({ status }) => statusKind(status) === "absent")
        ? { evidence: sampleWords(platform), confidence: "medium" }
        : undefined,
  ),
  platformRule(
    {
      id: "platform-flapping",
      severity: "warning",
      title: "The platform's state changes between samples",
      seen: "Registered and not registered within a few seconds.",
      cause:
        "One of these: (1) an attempt was under way while it was sampled; (2) the registration comes and goes: two devices on one extension, or NAT that forgets the connection.",
      fix: "Read the status again; if it goes on, give the agent an extension of its own and use tcp or tls.",
    },
    (platform) => {
      const kinds = new Set(platform.samples.map(({ status }) => statusKind(status)));
      return kinds.has("registered") && kinds.size > 1
        ? { evidence: sampleWords(platform), confidence: "low" }
        : undefined;
    },
  ),
  platformRule(
    {
      id: "platform-registered-no-calls",
      severity: "info",
      title: "Registered, and no call in the agent's log",
      seen: "REGISTERED, and the call log is empty.",
      cause:
        "If calls should have come, the PBX routes none to this extension: registration is not the fault.",
      fix: "On the PBX route something to the extension (inbound route, ring group, queue), then call it.",
    },
    (platform) =>
      always(platform, "REGISTERED_STATE") && platform.calls?.count === 0
        ? { evidence: "the call log holds no call", confidence: "medium" }
        : undefined,
  ),
  platformRule(
    {
      id: "platform-registered-not-here",
      severity: "info",
      title: "The platform is registered, although this machine gets no answer",
      seen: "REGISTERED on the platform; nothing is answered from here.",
      cause: "The PBX lets the platform's network in and not this one, or this machine's network blocks SIP.",
      fix: "Nothing: the platform's registration is what counts.",
    },
    (platform, evidence) =>
      platformRegistered(evidence) && !anythingAnswers(evidence) && !leftUnasked(evidence)
        ? { evidence: sampleWords(platform), confidence: "high" }
        : undefined,
  ),
] as const satisfies readonly Rule[];
