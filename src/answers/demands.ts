import type { Answer, Reading } from "./types.js";

/** Answers to REGISTER of a server that takes none, sends elsewhere, or wants something that the client does not have. */

export const REDIRECTED: Answer = {
  id: "302",
  codes: [300, 301, 302, 305],
  title: "302 Moved Temporarily (and other 3xx)",
  phase: "registering",
  meaning: "The registrar sends the client elsewhere. The platform's registrant does not follow.",
  states: ["INTERNAL_ERROR_STATE"],
  readings: [
    {
      cause:
        "registrations are accepted elsewhere: sipDomain or proxy names a redirect server or a load balancer. The platform does not follow redirects and shows INTERNAL_ERROR",
      fix: "Give the host that the redirect names as proxy (with its port and transport), and leave the domain in sipDomain, after asking the PBX's owner whether it is right: a redirect can be forged, so nothing follows it automatically.",
      sources: ["registrant", "rfc3261"],
      confidence: "high",
    },
  ],
  words: ["redirect", "moved", "3xx"],
};

/** 3xx whose Contact is the same host. */
export const REDIRECTED_HERE: Reading = {
  cause:
    "the server wants registrations on another port or transport than this one. The platform does not follow redirects and shows INTERNAL_ERROR",
  fix: "Configure the port and the transport that the redirect names, after asking the PBX's owner whether they are right.",
  sources: ["registrant", "rfc3261"],
  confidence: "high",
};

/** 3xx without a Contact that can be read. */
export const REDIRECTED_NOWHERE: Reading = {
  cause:
    "the server redirects registrations without saying where to. The platform does not follow redirects and shows INTERNAL_ERROR",
  fix: "Ask the PBX's owner which host, port and transport accept registrations.",
  sources: ["registrant", "rfc3261"],
  confidence: "medium",
};

export const ALTERNATIVE_SERVICE: Answer = {
  id: "380",
  codes: [380],
  title: "380 Alternative Service",
  phase: "registering",
  meaning: "The server points to another kind of service, often with urn: instead of a SIP address.",
  states: ["INTERNAL_ERROR_STATE"],
  readings: [
    {
      cause:
        "a policy of the PBX or of an operator's network (IMS sends 380 for emergency calls), or sipDomain or proxy names a server that accepts no registrations",
      fix: "Ask the PBX's owner which host accepts registrations; the platform does not follow redirects.",
      sources: ["rfc3261"],
      confidence: "medium",
    },
  ],
  words: ["alternative service", "urn:service:sos"],
  see: ["302"],
};

export const NO_REGISTRAR: Answer = {
  id: "405",
  codes: [405, 501],
  title: "405 Method Not Allowed, 501 Not Implemented",
  phase: "registering",
  meaning: "That host speaks SIP but is not a registrar.",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [
    {
      cause:
        "it is a SIP proxy, trunk or media gateway (Telnyx siphv, LiveKit SIP), not the registrar of this account",
      fix: "Use the provider's registrar host in sipDomain, or in proxy where the domain is another one; a trunk that authenticates by address cannot be registered.",
      sources: ["telnyx", "livekit"],
      confidence: "high",
    },
  ],
  words: ["method not allowed", "not implemented", "no registrar"],
};

/** 423 with a Min-Expires that can be used. */
export const INTERVAL_NAMED: Reading = {
  cause:
    "the registrar's minimum is above what was asked for (600 s at Twilio, 60 s on Asterisk). The platform registers again with the value of Min-Expires, without a pause and without an end where the registrar asks for more each time",
  fix: "Nothing, as long as Min-Expires is there; without it the registration fails (REGISTRAR_ERROR), and the PBX's minimum must be lowered.",
  sources: ["rfc3261", "registrant", "twilioRegistration", "asteriskSample", "pjsua"],
  confidence: "high",
};
/** 423 without. */
export const INTERVAL_UNNAMED: Reading = {
  cause: "the answer lacks Min-Expires, or it is not a usable number, so the platform cannot ask again",
  fix: "Lower the shortest expiry on the PBX. It is not among the fields of a registration: if it persists, tell Telzino's support.",
  sources: ["registrant", "rfc3261"],
  confidence: "high",
};

export const INTERVAL_TOO_BRIEF: Answer = {
  id: "423",
  codes: [423],
  title: "423 Interval Too Brief",
  phase: "registering",
  meaning:
    "The registrar wants a longer registration than was asked for, and says how long in Min-Expires. The platform then asks again with that value.",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [INTERVAL_UNNAMED, INTERVAL_NAMED],
  words: ["interval too brief", "min-expires", "expires too short"],
};

export const BAD_EXTENSION: Answer = {
  id: "420",
  codes: [420],
  title: "420 Bad Extension",
  phase: "registering",
  meaning: "The request demands an option that the server lacks; its Unsupported header names it.",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [
    {
      cause: "the server is too plain for what the registrant, or a proxy on the way, asks of it",
      fix: "Nothing to set in a registration: tell the PBX's administrator and Telzino's support the option's name.",
      sources: ["rfc3261"],
      confidence: "medium",
    },
  ],
  words: ["bad extension", "unsupported"],
};

const PLAIN_ACCOUNT =
  "Ask the provider for an account for plain SIP devices with Digest authentication, or put a PBX in between; the registration's fields cannot change it.";

export const EXTENSION_REQUIRED: Answer = {
  id: "421",
  codes: [421],
  title: "421 Extension Required",
  phase: "registering",
  meaning: "The server insists on an option; its Require header names it.",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [
    {
      cause:
        "the registrar insists on an extension of SIP that the client lacks; carrier-grade (IMS) registrars do so",
      fix: PLAIN_ACCOUNT,
      sources: ["rfc3261"],
      confidence: "high",
    },
  ],
  words: ["extension required"],
  see: ["494"],
};

export const OUTBOUND_REQUIRED: Answer = {
  id: "439",
  codes: [439],
  title: "439 First Hop Lacks Outbound Support",
  phase: "registering",
  meaning: "The registrar wants SIP Outbound, which the first server on the way does not do.",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [
    {
      cause: "the client asked for SIP Outbound, and the first proxy on the way does not support it",
      fix: "Register with a server that supports SIP Outbound (proxy), or have the provider do without it for this account.",
      sources: ["rfc5626"],
      confidence: "high",
    },
  ],
  words: ["first hop lacks outbound support", "sip outbound"],
};

export const SECURITY_AGREEMENT: Answer = {
  id: "494",
  codes: [494],
  title: "494 Security Agreement Required",
  phase: "registering",
  meaning: "The registrar demands a security agreement, as mobile networks (IMS) do.",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [
    {
      cause:
        "the registrar insists on a security agreement, which the platform cannot join; carrier-grade (IMS) registrars do so",
      fix: PLAIN_ACCOUNT,
      sources: ["rfc3329"],
      confidence: "high",
    },
  ],
  words: ["security agreement", "ims"],
  see: ["421"],
};

/** To REGISTER, of codes that say more of calls than of registrations, and of all that have no record. */
export const BY_RULE: Reading = {
  cause: "a rule of the PBX or the provider; it is not the password, which has not been asked for",
  fix: "Look at the PBX's log for this request, or ask its administrator or the provider; the registration's fields cannot change it.",
  sources: ["rfc3261"],
  confidence: "medium",
  stage: "before credentials",
};

/** The registration is refused by a code that no other record is about. */
export const REFUSED_BY_RULE: Answer = {
  id: "other",
  codes: [],
  title: "Another code to REGISTER",
  phase: "registering",
  meaning: "The registrar refuses.",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [BY_RULE],
  words: [],
};

const RARE: Pick<Answer, "phase" | "states" | "readings"> = {
  phase: "registering",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [BY_RULE],
};

/** Answers that a REGISTER seldom gets, and that tell no more than that it was refused. */
export const RARE_ANSWERS: readonly Answer[] = [
  {
    ...RARE,
    id: "406",
    codes: [406],
    title: "406 Not Acceptable",
    meaning: "Rare on REGISTER: the registrar does not accept what the request's headers offer.",
    words: ["not acceptable"],
  },
  {
    ...RARE,
    id: "415",
    codes: [415],
    title: "415 Unsupported Media Type",
    meaning:
      "Rare on REGISTER: a body that the server cannot read. On calls: the wrong type of session description.",
    words: ["unsupported media"],
  },
  {
    ...RARE,
    id: "493",
    codes: [493],
    title: "493 Undecipherable",
    meaning:
      "The server cannot decrypt the request's body. Not to be expected here: a REGISTER has no body, so look at the PBX's log for who answered.",
    words: ["undecipherable"],
  },
  {
    ...RARE,
    id: "513",
    codes: [513],
    title: "513 Message Too Large",
    meaning:
      "The request is larger than the server accepts. A REGISTER is small: a device on the way may have added to it.",
    words: ["message too large"],
  },
];
