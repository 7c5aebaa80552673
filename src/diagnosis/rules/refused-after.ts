import type { Family } from "../answerer.js";
import { afterWords, answeredAfter, foreignRealm } from "./credentials-views.js";
import type { Rule } from "./rule.js";
import { oneOf } from "./words.js";

/** What a refused registration can mean on this kind of server, the likeliest first (measured, or read in source). */
const REFUSED_401: Partial<Readonly<Record<Family, readonly string[]>>> = {
  "asterisk-pjsip": [
    "wrong password",
    "unknown user or another digest user (authUsername)",
    "the source address is not in the endpoint's access list: PJSIP then answers 401 even to the right password",
  ],
  kamailio: ["wrong password", "unknown user: Kamailio answers both in the same way"],
  opensips: ["wrong password", "unknown user: OpenSIPS answers both in the same way"],
  "3cx": [
    "authUsername is not the extension's Auth ID",
    "wrong password (it is the Auth password, not the web login)",
  ],
};
const REFUSED_403: Partial<Readonly<Record<Family, readonly string[]>>> = {
  "asterisk-chan-sip": [
    "wrong password",
    "unknown user: chan_sip answers both with 403",
    "the source address is not in the peer's access list",
  ],
  freeswitch: [
    "wrong password",
    "unknown user",
    "sipDomain is not a domain of this FreeSWITCH (an IP address given where it wants its name)",
    "the user's auth-acl does not hold this address",
  ],
};
const USUAL = [
  "wrong password",
  "authUsername is missing or wrong",
  "unknown user, or a domain that this PBX does not serve",
];

const refusedFields = { fields: ["password", "authUsername"] } as const;

/** Codes after credentials, read with who answers: never by the number alone. */
export const REFUSED_AFTER_RULES = [
  {
    id: "nonce-always-stale",
    topic: "credentials",
    severity: "critical",
    title: "The registrar calls every nonce stale",
    seen: "stale=true again, after an answer to a fresh nonce.",
    cause:
      "Several servers behind one address do not share their nonces, or the PBX's clock or nonce lifetime is wrong.",
    fix: "Have the load balancer keep a client on one server, or let the servers share nonces.",
    explains: ["credentials-refused"],
    find: (evidence) => {
      const refused = answeredAfter(evidence, (status) => status === 401 || status === 407);
      const stale = refused?.last.challenge?.offers.some((offer) => offer.stale);
      return refused?.staleRetried && stale
        ? { evidence: afterWords(evidence, refused), confidence: "high" }
        : undefined;
    },
  },
  {
    id: "credentials-refused",
    topic: "credentials",
    severity: "critical",
    title: "The PBX does not accept the credentials",
    seen: "401 or 407 again after credentials, or 403 from a PBX that answers a wrong password so (chan_sip, FreeSWITCH).",
    cause: oneOf(USUAL),
    fix: "Copy the extension's SIP password once more (not the web or voicemail login), and give authUsername if the PBX has a separate auth ID. Do not try password after password: PBXs ban after a few refusals.",
    explains: ["realm-is-another-domain"],
    find: (evidence) => {
      const { family } = evidence.answerer;
      const again = answeredAfter(evidence, (status) => status === 401 || status === 407);
      const by403 = answeredAfter(evidence, (status) => status === 403 && REFUSED_403[family] !== undefined);
      // 3CX logs that credentials do not match and answers 404.
      const by404 = answeredAfter(evidence, (status) => status === 404 && family === "3cx");
      const refused = again ?? by403 ?? by404;
      if (refused === undefined) return undefined;
      const foreign = foreignRealm(evidence);
      const causes =
        (again ? REFUSED_401[family] : by403 ? REFUSED_403[family] : REFUSED_401["3cx"]) ?? USUAL;
      const hint = foreign === undefined ? [] : [`sipDomain should perhaps be the realm, ${foreign}`];
      return {
        evidence: afterWords(evidence, refused),
        confidence: "high",
        cause: oneOf([...causes, ...hint]),
        preset: { code: refused.last.status ?? 401, ...refusedFields },
      };
    },
  },
  {
    id: "extension-not-bindable",
    topic: "credentials",
    severity: "critical",
    title: "The credentials are good, but the extension cannot be registered",
    seen: "403 after credentials from Asterisk PJSIP, which answers a wrong password with 401.",
    cause:
      "One of these: (1) the endpoint has no AOR (aors= missing, or its name is not the user's); (2) the AOR takes no contact, or all of its places are taken (max_contacts, with remove_existing=no).",
    fix: "In pjsip.conf give the endpoint aors= and the AOR max_contacts of 1 or more with remove_existing=yes; in FreePBX check Max Contacts of the extension.",
    find: (evidence) => {
      if (evidence.answerer.family !== "asterisk-pjsip") return undefined;
      const rejected = answeredAfter(evidence, (status) => status === 403);
      return (
        rejected && { evidence: afterWords(evidence, rejected), confidence: "high", preset: { code: 403 } }
      );
    },
  },
  {
    id: "forbidden-after-credentials",
    topic: "credentials",
    severity: "critical",
    title: "The PBX forbids the registration after it has seen the credentials",
    seen: "403 after credentials, from a server that is not known to mean one thing by it.",
    cause:
      "One of these: (1) wrong password or unknown user (some PBXs answer so); (2) good credentials, but the account is disabled, limited in its devices, or not allowed from this address; (3) the auth user may not register this extension.",
    fix: "Look at the PBX's log for this request: it tells which of them it is. Check authUsername and the extension's permissions before the password is changed.",
    find: (evidence) => {
      const { family } = evidence.answerer;
      if (family === "asterisk-pjsip" || REFUSED_403[family] !== undefined) return undefined;
      const rejected = answeredAfter(evidence, (status) => status === 403);
      return (
        rejected && {
          evidence: afterWords(evidence, rejected),
          confidence: "medium",
          preset: { code: 403, ...refusedFields },
        }
      );
    },
  },
  {
    id: "unknown-after-credentials",
    topic: "credentials",
    severity: "critical",
    title: "The PBX does not know the extension",
    seen: "404 after credentials.",
    cause:
      "The user that authenticated exists, but the extension or domain in the address does not; or the PBX hides refused credentials behind 404.",
    fix: "Check username and sipDomain, then authUsername and password.",
    find: (evidence) => {
      if (evidence.answerer.family === "3cx") return undefined;
      const rejected = answeredAfter(
        evidence,
        (status) => status === 404 || status === 410 || status === 604,
      );
      return (
        rejected && {
          evidence: afterWords(evidence, rejected),
          confidence: "medium",
          preset: { code: 404, fields: ["username", "sipDomain"] },
        }
      );
    },
  },
] as const satisfies readonly Rule[];
