import type { Evidence } from "../evidence.js";
import type { Rule } from "./rule.js";
import { firstRegister } from "./words.js";

/**
 * What OpenSIPS (`uac_registrant` of 3.4, 3.6 and 4.0), the platform's registrant, was measured to make of an answer that
 * this test could deal with. Which version the platform runs is not known.
 */

/** OpenSIPS writes the two lines into a buffer of so many bytes, and ends where they do not fit. */
const BUFFER = 512;
/** Of the two lines what is the same for all: names, quotes, response, cnonce, nc, qop and algorithm. */
const AUTHORIZATION = 150;
/** `Contact: <sip:user@address:port>;expires=3600`, with a user of 36 characters. */
const CONTACT = 85;

/** Bytes of the lines Authorization and Contact that answer the first challenge, about. */
function answerLength({ registrar, target }: Evidence): number | undefined {
  const length = registrar?.exchanges[0].challenge?.length;
  if (length === undefined) return undefined;
  const user = target.authUsername ?? target.username ?? "";
  return AUTHORIZATION + CONTACT + length + user.length + "sip:".length + target.sipDomain.length;
}

export const REGISTRANT_RULES = [
  {
    id: "first-challenge-unusable",
    topic: "registrar",
    severity: "warning",
    title: "The platform's registrant cannot answer the first challenge",
    seen: "Several challenges, of which the first is not Digest, a realm that is empty, or the challenge in the header of the other status (a 401 with Proxy-Authenticate). This test could answer it.",
    cause:
      "OpenSIPS, the platform's registrant, reads only the first challenge: at Basic or NTLM, an empty realm, no header for the status (WWW-Authenticate with 401, Proxy-Authenticate with 407), or (in 3.4) an unknown algorithm it gives up, and the state becomes INTERNAL_ERROR; newer versions answer an unknown algorithm with an MD5 digest, which is refused.",
    fix: "Have the PBX offer Digest first, in the header that belongs to its status, with a realm and MD5 or SHA-256, or offer nothing else.",
    find: (evidence) => {
      const challenge = firstRegister(evidence)?.challenge;
      if (challenge?.firstIsNoDigest === undefined || challenge.offers.length === 0) return undefined;
      return { evidence: `the first challenge: ${challenge.firstIsNoDigest}`, confidence: "medium" };
    },
  },
  {
    id: "challenge-too-long",
    topic: "registrar",
    severity: "warning",
    title: "The challenge is longer than the platform's registrant can handle",
    seen: "Realm, nonce and opaque are so long that the answer to them exceeds 512 bytes.",
    cause:
      "OpenSIPS, the platform's registrant, has room for 512 bytes of Authorization and Contact together; versions 3.4 and 4.0 were seen to end at more.",
    fix: "Shorten realm, nonce or opaque on the PBX, or put an SBC in between; tell Telzino's support.",
    find: (evidence) => {
      const bytes = answerLength(evidence);
      return bytes === undefined || bytes <= BUFFER
        ? undefined
        : { evidence: `the two lines would have about ${bytes} bytes`, confidence: "medium" };
    },
  },
] as const satisfies readonly Rule[];
