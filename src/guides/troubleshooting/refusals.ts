import type { Trouble } from "./types.js";

/** Answers to REGISTER that have to do with who asks: credentials, user, rights. */
export const REFUSALS: readonly Trouble[] = [
  {
    id: "401",
    title: "401 Unauthorized",
    phase: "registering",
    meaning:
      "The PBX asks for credentials. Once is the ordinary course; again after they were sent means that they were not accepted.",
    states: ["AUTHENTICATING_STATE", "WRONG_CREDENTIALS_STATE"],
    causes: [
      {
        cause: "Wrong SIP password.",
        fix: "Copy the extension's SIP password (secret) again; it is not the web or voicemail login. Do not try one after another: a few refusals and the PBX bans the platform's address.",
        sources: ["measured", "freeswitch"],
        confidence: "high",
      },
      {
        cause: "The PBX has an auth ID that is not the extension.",
        fix: "Put it into authUsername and leave the extension in username.",
        sources: ["measured", "log3cx"],
        confidence: "high",
      },
      {
        cause:
          "Unknown user, or an address that the account may not come from: Asterisk PJSIP answers both like a wrong password.",
        fix: "Look into the PBX's log: it names the reason. Check username, and the extension's permitted addresses.",
        sources: ["measured"],
        confidence: "high",
      },
      {
        cause: "sipDomain is not the domain that the PBX serves, so that it looks the user up elsewhere.",
        fix: "Give exactly the tenant's domain, not the server's address.",
        sources: ["freeswitch", "telnyx"],
        confidence: "medium",
      },
    ],
    words: ["unauthorized", "wrong password", "wrong credentials", "authentication failed", "bad password"],
    see: ["407", "403", "wrong-realm", "banned"],
  },
  {
    id: "403",
    title: "403 Forbidden",
    phase: "registering",
    meaning: "The PBX understood and refuses. Sending the same again will not help.",
    states: ["REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause: "Wrong password or unknown user, on FreeSWITCH and on Asterisk's chan_sip.",
        fix: "Check username and SIP password against the extension.",
        sources: ["measured", "freeswitch"],
        confidence: "high",
      },
      {
        cause:
          "The extension has no contact left: another device is registered and the limit is 1 (Asterisk PJSIP with max_contacts and without remove_existing).",
        fix: "Give the agent an extension of its own, or raise the limit.",
        sources: ["measured", "asteriskPjsip"],
        confidence: "high",
      },
      {
        cause: "Endpoint without an AOR (Asterisk PJSIP written by hand): the password was right.",
        fix: "Name the aor in the endpoint's section, and give it max_contacts of at least 1.",
        sources: ["measured"],
        confidence: "high",
      },
      {
        cause: "Registration from outside the LAN, or from this address, is not allowed.",
        fix: 'Allow it for that extension (3CX: untick "Disallow use of extension outside the LAN"; elsewhere the account\'s allow-list).',
        sources: ["plivo3cx", "freeswitch"],
        confidence: "medium",
      },
      {
        cause: "The account or the domain is disabled, or unknown at that address.",
        fix: "Check that the extension is enabled and that sipDomain is the tenant's domain.",
        sources: ["rfc3261", "freeswitch"],
        confidence: "medium",
      },
    ],
    words: ["forbidden", "refused", "not allowed"],
    see: ["401", "remote-registration-off", "second-device"],
  },
  {
    id: "404",
    title: "404 Not Found",
    phase: "registering",
    meaning: "There is no such user at that domain, says the PBX.",
    states: ["REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause: "username or sipDomain is not what the PBX knows.",
        fix: "Copy both from the extension's page.",
        sources: ["rfc3261"],
        confidence: "high",
      },
      {
        cause:
          "On 3CX: the extension number was used as auth ID; its log then says that credentials don't match.",
        fix: "Put the Auth ID of the extension into authUsername.",
        sources: ["log3cx"],
        confidence: "high",
      },
    ],
    words: ["not found", "unknown user", "no such extension"],
    see: ["401"],
  },
  {
    id: "407",
    title: "407 Proxy Authentication Required",
    phase: "registering",
    meaning: "As 401, but asked by a proxy. Once is ordinary; again and again means refused.",
    states: ["AUTHENTICATING_STATE", "WRONG_CREDENTIALS_STATE"],
    causes: [
      {
        cause: "Wrong password or auth ID.",
        fix: "Copy both again. 3CX challenges REGISTER this way, with the realm 3CXPhoneSystem: there authUsername is its Auth ID.",
        sources: ["challenge3cx", "log3cx"],
        confidence: "medium",
      },
    ],
    words: ["proxy authentication", "3cx loop"],
    see: ["401"],
  },
  {
    id: "405",
    title: "405 Method Not Allowed",
    phase: "registering",
    meaning: "That host speaks SIP but is no registrar.",
    states: ["REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause:
          "The address is that of a trunk or a media gateway, not of the registrar (Telnyx siphv, LiveKit SIP).",
        fix: "Use the provider's registrar host in sipDomain, or in proxy where the domain is another one.",
        sources: ["telnyx", "livekit"],
        confidence: "high",
      },
    ],
    words: ["method not allowed", "no registrar"],
  },
  {
    id: "423",
    title: "423 Interval Too Brief",
    phase: "registering",
    meaning:
      "The registrar wants a longer registration than was asked for, and says how long in Min-Expires. The platform then asks again with that value.",
    states: ["REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause:
          "The answer lacks Min-Expires, or it is not a usable number, so that nothing can be asked again.",
        fix: "Lower the shortest expiry on the PBX. It is not among the fields of a registration: if it persists, tell Telzino's support.",
        sources: ["registrant", "rfc3261"],
        confidence: "high",
      },
      {
        cause: "The registrar's floor is high: 600 s at Twilio, 60 s on Asterisk.",
        fix: "Nothing as a rule: registrants repeat the request with the longer value.",
        sources: ["twilioRegistration", "asteriskSample", "pjsua"],
        confidence: "medium",
      },
    ],
    words: ["interval too brief", "min-expires", "expires too short"],
  },
  {
    id: "494",
    title: "494 Security Agreement Required",
    phase: "registering",
    meaning: "The registrar demands a security agreement, as mobile networks (IMS) do.",
    states: ["REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause: "A carrier-grade registrar.",
        fix: "The platform cannot join it: use another account of that provider, or a PBX in between.",
        sources: ["rfc3329", "inferred"],
        confidence: "low",
      },
    ],
    words: ["security agreement", "ims"],
  },
  {
    id: "twilio-32210",
    title: "Twilio errors 32210, 32009 and 32209",
    phase: "registering",
    meaning:
      "Twilio's own numbers, in its console: registration is switched off for the domain; the user that was called is not registered; secure media is demanded.",
    states: ["REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause: "32210: SIP registration is not enabled on the SIP domain.",
        fix: "Enable it on the domain and attach a credential list for registration.",
        sources: ["twilioErrors", "twilioRegistration"],
        confidence: "high",
      },
      {
        cause: "32009: nobody is registered as the user that was dialled.",
        fix: "Look at the registration, and dial exactly user@domain.sip.twilio.com.",
        sources: ["twilioErrors", "twilioRegistration"],
        confidence: "medium",
      },
      {
        cause: "32209: the domain has secure media switched on and the device came without TLS.",
        fix: "transport tls with port 5061, or switch secure media off.",
        sources: ["twilioErrors"],
        confidence: "medium",
      },
    ],
    words: ["32210", "32009", "32209", "twilio"],
  },
  {
    id: "wrong-realm",
    title: "The realm is not the expected one",
    phase: "registering",
    meaning:
      "The digest is computed with the realm that the PBX offers: asterisk, ccmsipline (Cisco), 3CXPhoneSystem, or the domain.",
    states: ["WRONG_CREDENTIALS_STATE", "INTERNAL_ERROR_STATE"],
    causes: [
      {
        cause: "The challenge carries no realm, or a scheme or algorithm that is not known.",
        fix: "Allow digest with MD5 or SHA-256 on the PBX.",
        sources: ["registrant"],
        confidence: "medium",
      },
      {
        cause: "On FreeSWITCH the realm is the domain: with a wrong sipDomain the right password is refused.",
        fix: "sipDomain must be the user's domain as it stands in the directory.",
        sources: ["freeswitch"],
        confidence: "medium",
      },
    ],
    words: ["realm", "digest", "algorithm"],
    see: ["401"],
  },
];
