import { CREDENTIALS_FIX } from "./not-accepted.js";
import type { Answer, Reading } from "./types.js";

/** Readings of 403 from Asterisk's PJSIP, which answers a wrong password with 401. */
export const NO_AOR: Reading = {
  cause: "the endpoint has no AOR (aors= is missing, or its name is not the user's)",
  fix: "In pjsip.conf give the endpoint aors= with the name of its aor section, and reload.",
  sources: ["measured"],
  confidence: "high",
  stage: "after credentials",
  families: ["asterisk-pjsip"],
};
export const NO_MAX_CONTACTS: Reading = {
  cause: "the AOR takes no registrations (max_contacts is missing or 0)",
  fix: "Set max_contacts=1 (or more) on the AOR, and reload.",
  sources: ["measured", "asteriskPjsip"],
  confidence: "high",
  stage: "after credentials",
  families: ["asterisk-pjsip"],
};
export const CONTACTS_FULL: Reading = {
  cause:
    "the AOR has its max_contacts already, and remove_existing is no: another device, or an old registration, holds it",
  fix: "Give the agent its own extension; or remove the other device, set remove_existing=yes, or raise max_contacts.",
  sources: ["measured", "asteriskPjsip"],
  confidence: "high",
  stage: "after credentials",
  families: ["asterisk-pjsip"],
};

export const FORBIDDEN: Answer = {
  id: "403",
  codes: [403],
  title: "403 Forbidden",
  phase: "registering",
  meaning:
    "The PBX understood and refuses; sending the same again will not help. It depends on the PBX, and on whether it had seen credentials.",
  states: ["REGISTRAR_ERROR_STATE"],
  readings: [
    {
      cause: "wrong password",
      fix: "Check the SIP password against the extension.",
      sources: ["measured", "freeswitch"],
      confidence: "high",
      stage: "after credentials",
      families: ["asterisk-chan-sip", "freeswitch"],
    },
    {
      cause: "unknown user, which chan_sip and FreeSWITCH answer in the same way",
      fix: "Check username against the extension.",
      sources: ["measured", "freeswitch"],
      confidence: "high",
      stage: "after credentials",
      families: ["asterisk-chan-sip", "freeswitch"],
    },
    {
      cause: "the source address is not in the peer's access list",
      fix: "Allow the platform's addresses for this extension (permit/deny).",
      sources: ["measured"],
      confidence: "medium",
      stage: "after credentials",
      families: ["asterisk-chan-sip"],
    },
    {
      cause:
        "sipDomain is not among the domains that this Asterisk serves (domain=, with allowexternaldomains=no)",
      fix: "Make sipDomain one of the domain= lines in sip.conf, or the address that Asterisk is reached at.",
      sources: ["measured"],
      confidence: "medium",
      stage: "after credentials",
      families: ["asterisk-chan-sip"],
    },
    {
      cause: "the peer may not register: host= is an address and not dynamic, or it is type=user",
      fix: "Set host=dynamic and type=friend (or peer) for this extension.",
      sources: ["measured"],
      confidence: "medium",
      stage: "after credentials",
      families: ["asterisk-chan-sip"],
    },
    {
      cause: "sipDomain is not a domain of this FreeSWITCH (an IP address given where it wants its name)",
      fix: "Make sipDomain exactly the domain in the directory.",
      sources: ["freeswitch"],
      confidence: "medium",
      stage: "after credentials",
      families: ["freeswitch"],
    },
    {
      cause: "the user's auth-acl does not hold this address",
      fix: "Allow the platform's addresses in the auth-acl of this user.",
      sources: ["freeswitch"],
      confidence: "medium",
      stage: "after credentials",
      families: ["freeswitch"],
    },
    CONTACTS_FULL,
    NO_AOR,
    NO_MAX_CONTACTS,
    {
      cause: "this source address is not allowed (access list, registration from outside switched off)",
      fix: 'Allow it for that extension (3CX: untick "Disallow use of extension outside the LAN"; elsewhere the account\'s allow-list).',
      sources: ["plivo3cx", "freeswitch"],
      confidence: "medium",
      stage: "before credentials",
      families: ["any", "asterisk-pjsip", "asterisk"],
    },
    {
      cause:
        "the request was taken for that of an endpoint of PJSIP that needs no credentials and has no AOR (aors=): a trunk's, by the source address (identify), [anonymous], which takes unknown users, or the user's own without auth=",
      fix: "Look in the PBX's log which endpoint the request was taken for; check username, and give the user's own endpoint auth= and aors=.",
      sources: ["measured"],
      confidence: "medium",
      stage: "before credentials",
      families: ["asterisk-pjsip", "asterisk"],
    },
    {
      cause: "the user or the domain is unknown or disabled",
      fix: "Check that the extension is enabled, username, and that sipDomain is the tenant's domain.",
      sources: ["rfc3261", "freeswitch"],
      confidence: "medium",
      stage: "before credentials",
      families: ["any", "asterisk-pjsip", "asterisk"],
    },
    {
      cause: "a policy of the PBX, such as the kind of device",
      fix: "Look at the PBX's log for the reason.",
      sources: ["rfc3261"],
      confidence: "low",
      stage: "before credentials",
      families: ["any", "asterisk-pjsip", "asterisk"],
    },
    {
      cause: "wrong password or unknown user (some PBXs answer so)",
      fix: "Check username and SIP password against the extension.",
      sources: ["measured", "freeswitch"],
      confidence: "medium",
      stage: "after credentials",
    },
    {
      cause:
        "good credentials, but the account is disabled, limited in its devices, or not allowed from this address",
      fix: "Check that the extension is enabled, how many devices it may have, and its allow-list.",
      sources: ["rfc3261", "plivo3cx"],
      confidence: "medium",
      stage: "after credentials",
    },
    {
      cause: "the auth user may not register this extension",
      fix: "Check authUsername and username.",
      sources: ["rfc3261"],
      confidence: "low",
      stage: "after credentials",
    },
  ],
  conclusions: [
    {
      stage: "before credentials",
      lead: "It is not the password.",
      confidence: "medium",
      fix: "Allow registration from outside for the extension, check username and sipDomain, and look at the PBX's log for the reason.",
    },
    {
      stage: "after credentials",
      families: ["asterisk-chan-sip", "freeswitch"],
      lead: "It refuses the login; its answer does not tell why, its log does.",
      confidence: "high",
      fix: `Look at the PBX's log for this request first. ${CREDENTIALS_FIX}`,
    },
    {
      stage: "after credentials",
      families: ["asterisk-pjsip"],
      confidence: "high",
      fix: "In pjsip.conf give the endpoint aors= and the AOR max_contacts of 1 or more with remove_existing=yes; in FreePBX check Max Contacts of the extension.",
    },
    {
      stage: "after credentials",
      confidence: "medium",
      fix: "Look at the PBX's log for this request: it shows which of them it is. Check authUsername and the extension's permissions before you change the password.",
    },
  ],
  words: ["forbidden", "refused", "not allowed"],
  see: ["401", "remote-registration-off", "second-device"],
};
