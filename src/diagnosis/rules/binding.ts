import type { Family } from "../../answers/families.js";
import { meaningOf } from "../../answers/meaning.js";
import { answerToRegister } from "../../answers/records.js";
import { untrustedToken } from "../../redaction/untrusted.js";
import type { BindingEvidence } from "../evidence.js";
import { LOWER_MINIMUM, PLATFORM_ASKS } from "./answer-words.js";
import type { Conclusion, Rule } from "./rule.js";
import { exchangeWords, list, oneOf, statusWords } from "./words.js";

/** Seconds between two looks of OpenSIPS' registrant at what it has to refresh, by its default. */
const REFRESHED_EVERY = 100;

/** A 200 without any Contact. */
const LISTS_NOBODY = {
  cause:
    "One of these: (1) the registration was not taken, although it is answered 200 (a rule of the PBX, or a server that says yes to everything); (2) something on the way takes the Contact out of the answer. The platform shows INTERNAL_ERROR for such an answer.",
  fix: "Look at the PBX's registrar (is the extension listed there as registered?) and at its log for this request.",
};

/** What a short test registration showed; only if one was asked for. */
export const BINDING_RULES = [
  {
    id: "binding-refused",
    topic: "credentials",
    severity: "critical",
    title: "The query is answered, but a registration is not accepted",
    seen: "The query was answered 2xx; a REGISTER with a Contact is not (401, 403, 423, 503, 3xx, silence).",
    cause:
      "Usually all places of the extension are taken (max_contacts on Asterisk and Kamailio), or the extension may not register.",
    fix: "Remove old bindings or raise the limit of contacts; on Asterisk PJSIP remove_existing=yes lets the newest win.",
    find: ({ binding, credentials, answerer }) => {
      if (binding === undefined || binding.outcome === "bound") return undefined;
      // Credentials that were first asked for here, and refused, have their own findings.
      if (credentials !== undefined && credentials.outcome !== "accepted") return undefined;
      const { last } = binding;
      return {
        ...refusedBy(binding, answerer.family, credentials !== undefined),
        evidence:
          last.status === undefined
            ? exchangeWords(last)
            : `REGISTER with a Contact: ${statusWords(last)} from ${answerer.name}${last.contacts.length > 0 ? `, to ${list(last.contacts)}` : ""}`,
        ...(last.status === undefined ? {} : { preset: { code: last.status } }),
      };
    },
  },
  {
    id: "binding-not-listed",
    topic: "credentials",
    severity: "warning",
    title: "The answer does not list our Contact",
    seen: "200 to a REGISTER whose Contact is missing in the answer, or was changed.",
    cause:
      "One of these: (1) the PBX writes the address that it sees instead (rewrite_contact, NAT support), which is normal; (2) a gateway on the way rewrote it (SIP ALG); (3) with no Contact at all: the registration was not taken, and the platform shows INTERNAL_ERROR.",
    fix: "If calls do not arrive: switch SIP ALG off or use tls; with an empty list look at the PBX's registrar.",
    find: ({ binding, path }) => {
      if (binding?.outcome !== "bound" || binding.listed) return undefined;
      const empty = binding.others.length === 0;
      if (!empty && path?.nat) return undefined;
      return {
        evidence: empty
          ? "the 200 lists no Contact"
          : `listed instead: ${binding.others.map(({ uri }) => uri).join(", ")}`,
        confidence: empty ? "medium" : "low",
        severity: empty ? "critical" : "warning",
        ...(empty ? LISTS_NOBODY : {}),
      };
    },
  },
  {
    id: "binding-granted-nothing",
    topic: "credentials",
    severity: "critical",
    title: "The registrar answers 200 but grants no time",
    seen: "200 to a REGISTER with a Contact, with an expiry of 0, or 202, which grants nothing.",
    cause:
      "The extension may not register (a limit of 0 on the expiry or on the contacts), or the answer came from a gateway that does not register.",
    fix: "Look at the longest expiry that the PBX allows for this extension (maximum_expiration, maxexpirey, max_expires) and at its registrar's log.",
    find: ({ binding }) => {
      if (binding?.outcome !== "bound") return undefined;
      const { grantedExpires, last } = binding;
      return last.status !== 200 || grantedExpires === 0
        ? {
            ...(last.status === 200
              ? { evidence: "granted 0 s" }
              : {
                  title: "The registrar does not answer 200, the only answer that grants time",
                  evidence: `answered ${statusWords(last)}${grantedExpires ? `, with ${untrustedToken(grantedExpires)} s for our Contact` : ""}`,
                }),
            confidence: "high",
          }
        : undefined;
    },
  },
  {
    id: "binding-short",
    topic: "credentials",
    severity: "warning",
    title: "The registrar grants so little time that the registration has gaps",
    seen: "An expiry below 100 s, although more was asked for.",
    cause:
      "The longest expiry on the PBX is short. OpenSIPS, the platform's registrant, looks for what to refresh about every 100 s (its timers on the platform are not known): in between the extension is not registered, while the state stays REGISTERED.",
    fix: "Allow at least 300 s for this extension (maximum_expiration on Asterisk PJSIP, maxexpirey on chan_sip, max_expires on Kamailio).",
    find: ({ binding }) => {
      if (binding?.outcome !== "bound" || binding.last.status !== 200) return undefined;
      const { grantedExpires, askedExpires = 0 } = binding;
      if (grantedExpires === undefined || grantedExpires === 0) return undefined;
      return grantedExpires < Math.min(askedExpires, REFRESHED_EVERY)
        ? {
            evidence: `granted ${untrustedToken(grantedExpires)} s of ${askedExpires} s`,
            confidence: "medium",
          }
        : undefined;
    },
  },
  {
    id: "interval-raised",
    topic: "credentials",
    severity: "info",
    title: "The registrar has a minimum for the expiry",
    seen: "423 with Min-Expires; the REGISTER was repeated with that value.",
    cause: "A setting of the registrar. The platform does the same.",
    fix: "Nothing.",
    find: ({ binding }) =>
      binding?.raisedTo === undefined || binding.outcome !== "bound"
        ? undefined
        : { evidence: `asked for ${untrustedToken(binding.raisedTo)} s in the end`, confidence: "high" },
  },
  {
    id: "binding-left-behind",
    topic: "credentials",
    severity: "warning",
    title: "The test's own binding could not be removed",
    seen: "The REGISTER with expires=0 for our Contact was not answered 200.",
    cause: "The PBX refused it or did not answer.",
    fix: "Wait until it has expired, before the extension's contacts are counted.",
    find: ({ binding }) =>
      binding === undefined || binding.removed
        ? undefined
        : {
            evidence: leftWords(binding),
            // A REGISTER without an answer may have made none.
            ...(binding.outcome === "bound"
              ? { confidence: "high" as const }
              : { title: "The test's own binding may still be there", confidence: "low" as const }),
          },
  },
] as const satisfies readonly Rule[];

const PLACES =
  "all places of the extension are taken (max_contacts on Asterisk and Kamailio), or the extension may not register";
const FREE_A_PLACE =
  "Remove old bindings or raise the limit of contacts; on Asterisk PJSIP remove_existing=yes lets the newest win.";

/** Why a REGISTER with a Contact was not taken, by its answer; a query that was says little of the password. */
function refusedBy(
  { last, raisedTo }: BindingEvidence,
  family: Family,
  withLogin: boolean,
): Pick<Conclusion, "confidence" | "title" | "cause" | "fix"> {
  const { status } = last;
  if (status === undefined) {
    return {
      confidence: "low",
      title: "The query is answered, a registration is not",
      cause: oneOf([
        "the PBX takes longer over a registration than it was waited for",
        "the PBX, a firewall or a gateway on the way drops the request with a Contact",
        "this address has been banned just now",
      ]),
      fix: "Look at the PBX's log for this request and at its ban list, then try tcp or tls.",
    };
  }
  if (status === 423) {
    const minimum = last.headers["Min-Expires"];
    if (minimum !== undefined && raisedTo !== undefined) {
      return {
        confidence: "medium",
        title: "The registrar refuses the very expiry that it asks for",
        cause: `It names a minimum, ${minimum} s; ${untrustedToken(raisedTo)} s were asked for after that, and refused. OpenSIPS, the platform's registrant, was measured to ask again without a pause and without end.`,
        fix: `${LOWER_MINIMUM} Until then switch the registration off, or it floods the PBX.`,
      };
    }
    return {
      confidence: "medium",
      title: "The registrar takes no registration as short as was asked for",
      cause:
        minimum === undefined
          ? "The registrar's minimum is above what was asked for, and it does not name it."
          : `The registrar names a minimum, ${minimum} s, which is above a day and was not asked for here.`,
      fix: minimum === undefined ? LOWER_MINIMUM : `${LOWER_MINIMUM} ${PLATFORM_ASKS}`,
    };
  }
  const known = meaningOf(answerToRegister(status), "after credentials", family);
  if (status >= 300 && status < 400) {
    return {
      confidence: "medium",
      title: "The query is answered, a registration is redirected",
      ...(known ? { cause: known.cause, fix: known.fix } : {}),
    };
  }
  const onlyQuery = withLogin
    ? { title: "The query takes the login, a registration with it is refused" }
    : undefined;
  const anyPassword =
    "the query is answered whatever the password, and the password (or authUsername) is wrong: only a registration shows it";
  if (status === 401 || status === 407) {
    return {
      confidence: "medium",
      ...onlyQuery,
      cause: oneOf([
        ...(withLogin ? [anyPassword] : []),
        "the user may not register this extension",
        "the server challenges every request, and its nonces do not hold (several servers behind one address)",
      ]),
      fix: "Compare user, auth ID and SIP password with the extension, and look at the PBX's log for this request. Do not try password after password: PBXs ban after a few refusals.",
    };
  }
  if (status === 403) {
    const others = family === "asterisk-pjsip" || !withLogin ? [] : [anyPassword];
    return {
      confidence: "medium",
      ...onlyQuery,
      cause: oneOf([PLACES, ...others, "registration from this address is not allowed"]),
      fix: `Look at the PBX's log for this request: it shows which of them it is. ${FREE_A_PLACE}`,
    };
  }
  if (status === 503 || known === undefined) {
    return {
      confidence: "medium",
      ...onlyQuery,
      cause: oneOf([PLACES, "the PBX is overloaded, or a server behind it fails"]),
      fix: `Look at the PBX's log for this request. ${FREE_A_PLACE}`,
    };
  }
  return { ...known, confidence: "medium", ...onlyQuery };
}

/** How long the test's own binding stays: what was granted, or else what was asked for. */
function leftWords({ outcome, grantedExpires, askedExpires }: BindingEvidence): string {
  if (grantedExpires !== undefined) return `it ends within ${untrustedToken(grantedExpires)} s`;
  const asked = askedExpires === undefined ? "the time" : `the ${askedExpires} s`;
  return outcome === "bound"
    ? `the PBX did not say how long it lasts; usually at most ${asked} that was asked for`
    : `whether it was made is not known; if so, it ends within ${asked} that was asked for`;
}
