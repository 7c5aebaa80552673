import type { Trouble } from "./types.js";

/** Answers to a call that say no. */
export const REJECTED_CALLS: readonly Trouble[] = [
  {
    id: "486",
    title: "486 Busy Here",
    phase: "calling",
    meaning: "The far side is busy.",
    states: [],
    causes: [
      {
        cause: "The extension's call limit is reached.",
        fix: "Raise the limit (call waiting, busy level), or put a queue before the agent.",
        sources: ["rfc3261", "vapi"],
        confidence: "medium",
      },
    ],
    words: ["busy"],
  },
  {
    id: "488",
    title: "488 Not Acceptable Here, 606 Not Acceptable",
    phase: "calling",
    meaning: "The two sides found no media that both can do.",
    states: ["REGISTERED_STATE"],
    causes: [
      {
        cause: "No codec in common.",
        fix: "Allow PCMU and PCMA (G.711) on the extension.",
        sources: ["rfc3261", "vapi"],
        confidence: "medium",
      },
      {
        cause: "One side insists on encrypted media (SRTP) and the other does not offer it.",
        fix: "SRTP together with tls, or neither.",
        sources: ["vapi"],
        confidence: "low",
      },
    ],
    words: ["codec", "srtp", "606", "media", "not acceptable here"],
  },
  {
    id: "489",
    title: "489 Bad Event",
    phase: "calling",
    meaning: "A subscription was refused; the registration itself is well.",
    states: ["REGISTERED_STATE"],
    causes: [
      {
        cause: "The PBX has no presence, BLF or message-waiting for this extension.",
        fix: "Set subscribe to false.",
        sources: ["rfc6665", "asteriskPjsip"],
        confidence: "medium",
      },
    ],
    words: ["subscribe", "presence", "blf", "mwi", "bad event"],
  },
  {
    id: "603",
    title: "603 Decline",
    phase: "calling",
    meaning: "Rejected on purpose: by the person called, a policy or call screening.",
    states: [],
    causes: [
      {
        cause: "A rule on the PBX or at the provider.",
        fix: "Check routing, block lists and screening.",
        sources: ["rfc3261", "vapi"],
        confidence: "medium",
      },
    ],
    words: ["decline", "rejected"],
  },
];
