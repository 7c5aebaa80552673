import type { Trouble, TroubleCause } from "./types.js";

/** 401 or 407 that no client with user and password can answer. */
export const UNUSABLE_CHALLENGE: TroubleCause = {
  cause:
    "The challenge carries no realm, or a scheme or algorithm that a SIP client with user and password does not have, or no Digest challenge came at all. The platform shows INTERNAL_ERROR for it.",
  fix: "Set the PBX to Digest with MD5 or SHA-256 for this account; an IMS or Basic login cannot be used.",
  sources: ["registrant"],
  confidence: "high",
};

/** Refusals that show in a challenge, or in a provider's own numbers. */
export const REFUSAL_SYMPTOMS: readonly Trouble[] = [
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
        cause: "32009: no device is registered as the user that was dialled.",
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
      UNUSABLE_CHALLENGE,
      {
        cause: "On FreeSWITCH the realm is the domain: with a wrong sipDomain the right password is refused.",
        fix: "sipDomain must be exactly the user's domain in the directory.",
        sources: ["freeswitch"],
        confidence: "medium",
      },
    ],
    words: ["realm", "digest", "algorithm"],
    see: ["401"],
  },
];
