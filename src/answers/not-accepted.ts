import type { Answer, Reading } from "./types.js";

/** Answers that have to do with the credentials, whatever their code. */

/** The log of a 3CX names the reason; the wire does not. */
const AUTH_ID_3CX: Reading = {
  cause: "authUsername is not the extension's Auth ID",
  fix: "Put the Auth ID of the extension into authUsername.",
  sources: ["challenge3cx", "log3cx"],
  confidence: "high",
  stage: "after credentials",
  families: ["3cx"],
};
const PASSWORD_3CX: Reading = {
  cause: "wrong password (it is the Auth password, not the web login)",
  fix: "Copy the Auth password of the extension once more.",
  sources: ["log3cx"],
  confidence: "high",
  stage: "after credentials",
  families: ["3cx"],
};

/** Asterisk's PJSIP answers it like a wrong password. */
export const NOT_IN_ACCESS_LIST: Reading = {
  cause:
    "the source address is not in the endpoint's access list, which PJSIP answers like a wrong password even with the right one",
  fix: "Allow the platform's addresses for this extension (permit/deny, acl, auth-acl). The password need not be changed.",
  sources: ["measured"],
  confidence: "high",
  stage: "after credentials",
  families: ["asterisk-pjsip"],
};

/** While it is open which of the credentials does not fit. */
export const CREDENTIALS_FIX =
  "Copy the extension's SIP password once more (not the web or voicemail login), and give authUsername if the PBX has a separate auth ID. Do not try password after password: PBXs ban after a few refusals.";

export const UNAUTHORIZED: Answer = {
  id: "401",
  codes: [401, 407],
  title: "401 Unauthorized, 407 Proxy Authentication Required",
  phase: "registering",
  meaning:
    "The PBX asks for credentials (407: a proxy asks, or 3CX). Once is the ordinary course; again after they were sent means that they were not accepted.",
  states: ["AUTHENTICATING_STATE", "WRONG_CREDENTIALS_STATE"],
  readings: [
    {
      cause: "wrong password",
      fix: "Copy the extension's SIP password (secret) again; it is not the web or voicemail login. Do not try one after another: a few refusals and the PBX bans the address.",
      sources: ["measured", "freeswitch"],
      confidence: "high",
      stage: "after credentials",
      families: ["any", "asterisk-pjsip", "kamailio", "opensips"],
    },
    {
      cause: "authUsername is missing or wrong",
      fix: "Put the PBX's auth ID, where it is not the extension, into authUsername, and leave the extension in username.",
      sources: ["measured", "log3cx"],
      confidence: "high",
      stage: "after credentials",
    },
    {
      cause: "unknown user, or a domain that this PBX does not serve",
      fix: "Check username, and give exactly the tenant's domain as sipDomain, not the server's address.",
      sources: ["freeswitch", "telnyx"],
      confidence: "medium",
      stage: "after credentials",
    },
    {
      cause: "unknown user or another digest user (authUsername)",
      fix: "Look into the PBX's log: it names the reason. Check username and authUsername.",
      sources: ["measured"],
      confidence: "high",
      stage: "after credentials",
      families: ["asterisk-pjsip"],
    },
    NOT_IN_ACCESS_LIST,
    {
      cause:
        "an identify section matches the source address, so the PBX asks for a trunk's credentials instead of the extension's",
      fix: "Take the platform's address out of the match= of that trunk's identify section.",
      sources: ["measured"],
      confidence: "medium",
      stage: "after credentials",
      families: ["asterisk-pjsip"],
    },
    {
      cause: "unknown user, which is answered like a wrong password",
      fix: "Check username, and that sipDomain is the subscriber's domain.",
      sources: ["measured"],
      confidence: "high",
      stage: "after credentials",
      families: ["kamailio", "opensips"],
    },
    AUTH_ID_3CX,
    PASSWORD_3CX,
  ],
  conclusions: [{ stage: "after credentials", confidence: "high", fix: CREDENTIALS_FIX }],
  words: [
    ...["unauthorized", "wrong password", "wrong credentials", "authentication failed", "bad password"],
    ...["proxy authentication", "3cx loop"],
  ],
  see: ["403", "wrong-realm", "banned"],
};

export const NOT_FOUND: Answer = {
  id: "404",
  codes: [404, 410, 604],
  title: "404 Not Found, 410 Gone, 604 Does Not Exist Anywhere",
  phase: "registering",
  meaning: "The PBX says that there is no such user at that domain.",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [
    {
      cause:
        "the user does not exist at this domain, or the PBX does not serve this domain (an IP address given where it wants its name, or the reverse)",
      fix: "Check the extension's number, and that sipDomain is exactly the domain or tenant that the PBX serves.",
      sources: ["rfc3261"],
      confidence: "medium",
      stage: "before credentials",
    },
    {
      cause:
        "the PBX takes the request for a trunk's, because of the source address (an Asterisk that hides its name answers like this)",
      fix: "Check on the PBX whether a trunk is identified by the platform's address.",
      sources: ["measured"],
      confidence: "low",
      stage: "before credentials",
      unnamed: true,
    },
    {
      cause:
        "an identify section matches the source address, usually a trunk's, and that endpoint has no AOR of this name (PJSIP would challenge an unknown user)",
      fix: "In pjsip.conf take the platform's address out of the match= of the trunk's identify section, or give the trunk credentials to identify it; in FreePBX look at the trunk's Match (Permit) field.",
      sources: ["measured"],
      confidence: "medium",
      stage: "before credentials",
      families: ["asterisk-pjsip"],
    },
    {
      cause:
        "an endpoint [anonymous] takes the requests of unknown users and has no AOR of this name: the user does not exist",
      fix: "Check username, which must be the name of the endpoint. If anonymous requests are not wanted, remove [anonymous].",
      sources: ["measured"],
      confidence: "medium",
      stage: "before credentials",
      families: ["asterisk-pjsip"],
    },
    {
      cause:
        "the user's own endpoint has no auth=, so it is never challenged, and its AOR is not named like the user",
      fix: "Give the endpoint auth=, and an aor section with the name of the user (aors=).",
      sources: ["measured"],
      confidence: "medium",
      stage: "before credentials",
      families: ["asterisk-pjsip"],
    },
    {
      cause: "the source address is in none of the peer's permit ranges (with alwaysauthreject=no)",
      fix: "Allow the platform's addresses for this extension (permit/deny).",
      sources: ["measured"],
      confidence: "medium",
      stage: "before credentials",
      families: ["asterisk-chan-sip", "asterisk"],
    },
    {
      cause:
        "the user does not exist (with alwaysauthreject=no), or sipDomain is not one of the domains that it serves",
      fix: "Check the extension's number, and sipDomain against domain= in sip.conf.",
      sources: ["measured"],
      confidence: "medium",
      stage: "before credentials",
      families: ["asterisk-chan-sip", "asterisk"],
    },
    {
      cause: "an identify section of PJSIP matches the source address, so the request counts as a trunk's",
      fix: "Take the platform's address out of the match= of that identify section.",
      sources: ["measured"],
      confidence: "medium",
      stage: "before credentials",
      families: ["asterisk"],
    },
    {
      cause: "the user that authenticated exists, but the extension or domain in the address does not",
      fix: "Check username and sipDomain.",
      sources: ["rfc3261"],
      confidence: "medium",
      stage: "after credentials",
    },
    {
      cause: "the PBX hides refused credentials behind 404",
      fix: "Check authUsername and password.",
      sources: ["log3cx"],
      confidence: "low",
      stage: "after credentials",
    },
    AUTH_ID_3CX,
    PASSWORD_3CX,
  ],
  conclusions: [
    {
      stage: "before credentials",
      families: ["asterisk-pjsip"],
      lead: "The request was taken for that of an endpoint that needs no credentials and has no AOR of this name.",
      confidence: "medium",
      fix: "Look at the PBX's log at the moment of the request: registrar_requested_aor_not_found, or \"AOR '' not found\", appears there with the endpoint's name. If it is a trunk's, take the platform's address out of the match= of its identify section (FreePBX: the trunk's Match field); if it is anonymous, check username; if it is the user's own, give it auth= and an AOR of its name.",
    },
    {
      stage: "before credentials",
      unnamed: true,
      confidence: "medium",
      fix: "Check the extension's number, and that sipDomain is exactly the domain or tenant that the PBX serves. On Asterisk, look in its log which endpoint the request was taken for.",
    },
    {
      stage: "before credentials",
      families: ["asterisk-chan-sip", "asterisk"],
      lead: "It is not the password, which has not been asked for.",
      confidence: "medium",
      fix: "Look at the PBX's log: Asterisk names the reason there. Check the extension's number, its permit/deny list and sipDomain.",
    },
    { stage: "after credentials", families: ["3cx"], confidence: "high", fix: CREDENTIALS_FIX },
    {
      stage: "after credentials",
      confidence: "medium",
      fix: "Check username and sipDomain, then authUsername and password.",
    },
  ],
  words: ["not found", "unknown user", "no such extension"],
  see: ["401"],
};
