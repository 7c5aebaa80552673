import type { Answer, Reading } from "./types.js";

/** Answers to REGISTER for a damaged request, or for a fault at or behind the PBX. */

export const BAD_REQUEST: Answer = {
  id: "400",
  codes: [400, 416],
  title: "400 Bad Request, 416 Unsupported URI Scheme",
  phase: "registering",
  meaning: "The registrar could not read the request.",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [
    {
      cause:
        "a value in the settings makes an address that the PBX cannot read (spaces, a scheme or port in sipDomain, odd characters in username)",
      fix: "Give the bare host and the bare user; the port goes into port.",
      sources: ["rfc3261", "inferred"],
      confidence: "medium",
    },
    {
      cause: "the message was damaged on the way",
      fix: "Switch SIP ALG off in the router, or use tls, which nothing on the way can rewrite.",
      sources: ["fusionpbx"],
      confidence: "low",
    },
  ],
  conclusions: [
    {
      stage: "before credentials",
      confidence: "medium",
      fix: "Check sipDomain and username for odd characters; switch SIP ALG off in the router.",
    },
  ],
  words: ["bad request", "malformed"],
};

export const LOOPED: Answer = {
  id: "482",
  codes: [482, 483],
  title: "482 Loop Detected, 483 Too Many Hops",
  phase: "registering",
  meaning: "The request went in a circle.",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [
    {
      cause:
        "a proxy forwards to itself: sipDomain is not one that it serves, or the proxy points back at itself",
      fix: "Check that sipDomain is a domain of this PBX (on the PBX too), and that proxy does not repeat the same host.",
      sources: ["rfc3261", "kamailio"],
      confidence: "medium",
    },
  ],
  words: ["loop", "too many hops"],
};

export const UNRESOLVED: Answer = {
  id: "478",
  codes: [476, 477, 478],
  title: "476, 477, 478 Unresolvable destination",
  phase: "registering",
  meaning:
    "Kamailio or OpenSIPS tried to forward the request, and could not find or reach the host in its address.",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [
    {
      cause:
        "sipDomain is not a domain that this server serves itself, so it tries to forward the REGISTER to that name",
      fix: "Give the server's own domain as sipDomain (and the server as proxy, where the domain does not lead to it), or add the domain on the server (domain table, alias=).",
      sources: ["kamailio"],
      confidence: "medium",
    },
  ],
  words: ["unresolvable destination", "unreachable destination", "next hop"],
  see: ["482"],
};

export const UPSTREAM_SILENT: Answer = {
  id: "408",
  codes: [408, 504],
  title: "408 Request Timeout, 504 Server Time-out",
  phase: "registering",
  meaning:
    "A proxy got no answer from the server behind it; or nothing answered at all, which the platform and many clients show the same way.",
  states: ["REGISTER_TIMEOUT_STATE"],
  readings: [
    {
      cause: "a proxy or SBC answers, and got no answer from the registrar behind it",
      fix: "Look at the link between the SBC and the PBX; the settings on the agent are not the cause.",
      sources: ["rfc3261"],
      confidence: "medium",
    },
  ],
  words: ["request timeout", "timed out", "server time out"],
  see: ["no-answer"],
};

export const SERVER_ERROR: Answer = {
  id: "500",
  codes: [500, 502],
  title: "500 Server Internal Error, 502 Bad Gateway",
  phase: "registering",
  meaning: "A fault at the registrar or behind it.",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [
    {
      cause: "a fault at the registrar, or at a server behind it",
      fix: "Look at the PBX's log at this moment. Try once more after some minutes; then ask the PBX's administrator or the provider, with the time of the request.",
      sources: ["rfc3261", "vapi"],
      confidence: "medium",
    },
  ],
  words: ["server error", "bad gateway", "server internal error"],
};

/** On Kamailio, and wherever the reason phrase says so. */
export const CONTACTS_FULL_503: Reading = {
  cause:
    "the extension has its maximum of contacts (max_contacts); Kamailio answers 503 then, and the credentials are good",
  fix: "Remove old bindings (kamctl ul rm, opensips-cli), wait until they expire, or raise max_contacts; best, give the agent its own extension.",
  sources: ["measured"],
  confidence: "medium",
  stage: "after credentials",
  families: ["kamailio"],
};

/** RFC 6585 has the code from HTTP; some providers give it to REGISTER as well. */
export const TOO_MANY: Answer = {
  id: "429",
  codes: [429],
  title: "429 Too Many Requests",
  phase: "registering",
  meaning: "The server takes no more requests from this source, or for this account, for a while.",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [
    {
      cause: "more requests than the server allows within a time, from this address or for this account",
      fix: "Wait as long as Retry-After says, or some minutes, then look once. If it stays, look for another device that registers with the same account again and again.",
      sources: ["rfc3261"],
      confidence: "medium",
    },
  ],
  words: ["too many requests", "rate limit"],
  see: ["503"],
};

export const UNAVAILABLE: Answer = {
  id: "503",
  codes: [503],
  title: "503 Service Unavailable",
  phase: "registering",
  meaning: "The server cannot take it now.",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [
    {
      cause: "overload or maintenance",
      fix: "Wait as long as Retry-After says, then look again.",
      sources: ["rfc3261", "vapi"],
      confidence: "medium",
    },
    {
      cause: "an account or tenant that is suspended, or at its limit",
      fix: "Ask the PBX's owner or the provider.",
      sources: ["vapi"],
      confidence: "low",
    },
    {
      cause: "a block for this source address",
      fix: "Ask the PBX's owner or the provider.",
      sources: ["vapi"],
      confidence: "low",
    },
    CONTACTS_FULL_503,
  ],
  conclusions: [
    {
      stage: "before credentials",
      confidence: "medium",
      fix: "Wait as long as Retry-After says, then look again; if it stays, ask the PBX's owner.",
    },
    {
      stage: "after credentials",
      confidence: "medium",
      fix: "Wait as long as Retry-After says, then look again; if it stays, ask the PBX's owner.",
    },
  ],
  words: ["service unavailable", "overload", "maintenance"],
};
