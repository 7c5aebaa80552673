import type { Trouble } from "./types.js";

const ASK_PROVIDER =
  "Ask the PBX's administrator or the provider; the registration's fields cannot change it.";

/** The other answers to REGISTER: malformed requests, extensions, loops, servers in trouble. */
export const ANSWERS: readonly Trouble[] = [
  {
    id: "302",
    title: "302 Moved Temporarily (and other 3xx)",
    phase: "registering",
    meaning: "The registrar sends the client elsewhere. The platform's registrant does not follow.",
    states: ["INTERNAL_ERROR_STATE"],
    causes: [
      {
        cause: "sipDomain or proxy names a redirect server or a load balancer.",
        fix: "Give the host that the redirect names as proxy, and leave the domain in sipDomain.",
        sources: ["registrant"],
        confidence: "medium",
      },
    ],
    words: ["redirect", "moved", "301", "3xx"],
  },
  {
    id: "400",
    title: "400 Bad Request",
    phase: "registering",
    meaning: "The registrar could not read the request.",
    states: ["REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause: "A malformed value: blanks, a scheme or a port in sipDomain, odd characters in username.",
        fix: "Give the bare host and the bare user; the port goes into port.",
        sources: ["rfc3261", "inferred"],
        confidence: "low",
      },
    ],
    words: ["bad request", "malformed"],
  },
  {
    id: "406",
    title: "406 Not Acceptable",
    phase: "registering",
    meaning: "Rare on REGISTER: the registrar does not accept what the request's headers offer.",
    states: ["REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause: "A registrar with demands of its own.",
        fix: ASK_PROVIDER,
        sources: ["rfc3261"],
        confidence: "low",
      },
    ],
    words: ["not acceptable"],
  },
  {
    id: "408",
    title: "408 Request Timeout",
    phase: "registering",
    meaning:
      "A proxy reached nobody behind it; or nothing answered at all, which counts the same on the platform.",
    states: ["REGISTER_TIMEOUT_STATE"],
    causes: [
      {
        cause: "No answer from the registrar.",
        fix: "Treat it as no answer: name, port, transport, firewall, ban, in this order.",
        sources: ["registrant", "vapi"],
        confidence: "high",
      },
    ],
    words: ["request timeout", "timed out"],
    see: ["no-answer"],
  },
  {
    id: "415",
    title: "415 Unsupported Media Type",
    phase: "registering",
    meaning:
      "Rare on REGISTER: a body that the server cannot read. On calls: the wrong type of session description.",
    states: ["REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause: "A registrar with demands of its own.",
        fix: ASK_PROVIDER,
        sources: ["rfc3261"],
        confidence: "low",
      },
    ],
    words: ["unsupported media"],
  },
  {
    id: "420",
    title: "420 Bad Extension",
    phase: "registering",
    meaning: "The request demands an option that the server lacks; its Unsupported header names it.",
    states: ["REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause: "The server is too plain for what the registrant asks.",
        fix: "Nothing to set in a registration: tell Telzino's support the option's name.",
        sources: ["rfc3261"],
        confidence: "low",
      },
    ],
    words: ["bad extension", "unsupported"],
  },
  {
    id: "421",
    title: "421 Extension Required",
    phase: "registering",
    meaning: "The server insists on an option; its Require header names it.",
    states: ["REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause: "A registrar with demands of its own.",
        fix: ASK_PROVIDER,
        sources: ["rfc3261"],
        confidence: "low",
      },
    ],
    words: ["extension required"],
  },
  {
    id: "482",
    title: "482 Loop Detected, 483 Too Many Hops",
    phase: "registering",
    meaning: "The request went in a circle.",
    states: ["REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause: "sipDomain or proxy points back at a proxy that does not hold the domain itself.",
        fix: "Correct them; on the PBX, make sure that it knows the domain as its own.",
        sources: ["rfc3261", "kamailio"],
        confidence: "medium",
      },
    ],
    words: ["loop", "483", "too many hops"],
  },
  {
    id: "493",
    title: "493 Undecipherable",
    phase: "registering",
    meaning: "The server cannot decrypt the request's body.",
    states: ["REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause: "Not to be expected here: a REGISTER has no body.",
        fix: "Look at the PBX's log for who answered.",
        sources: ["rfc3261"],
        confidence: "low",
      },
    ],
    words: ["undecipherable"],
  },
  {
    id: "500",
    title: "500 Server Internal Error, 502 Bad Gateway, 504 Server Time-out",
    phase: "registering",
    meaning: "A fault at the registrar or behind it.",
    states: ["REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause: "The server is at fault, or a server behind it is.",
        fix: "Try once more after some minutes; then ask the PBX's administrator or the provider, with the time of the request.",
        sources: ["rfc3261", "vapi"],
        confidence: "medium",
      },
    ],
    words: ["server error", "502", "504", "bad gateway", "server internal error"],
  },
  {
    id: "503",
    title: "503 Service Unavailable",
    phase: "registering",
    meaning: "The server cannot take it now.",
    states: ["REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause: "Overload or maintenance; Retry-After says for how long.",
        fix: "Wait that long.",
        sources: ["rfc3261", "vapi"],
        confidence: "medium",
      },
      {
        cause: "On Kamailio: the extension has no contact left.",
        fix: "Remove a device from it, or raise max_contacts.",
        sources: ["measured"],
        confidence: "high",
      },
      {
        cause: "At providers: an account limit, or a source that is blocked.",
        fix: "Ask the provider.",
        sources: ["vapi"],
        confidence: "low",
      },
    ],
    words: ["service unavailable", "overload", "maintenance"],
  },
];
