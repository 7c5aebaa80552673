import { untrustedToken } from "../../redaction/untrusted.js";
import type { Rule } from "./rule.js";
import { exchangeWords, statusWords } from "./words.js";

/** Seconds between two looks of OpenSIPS' registrant at what it has to refresh, by its default. */
const REFRESHED_EVERY = 100;

/** What a short registration of our own showed; only where one was asked for. */
export const BINDING_RULES = [
  {
    id: "binding-refused",
    topic: "credentials",
    severity: "critical",
    title: "The query is answered, but a registration is not taken",
    seen: "The query was answered 2xx; a REGISTER with a Contact is refused (403, 503 …).",
    cause:
      "Usually all places of the extension are taken (max_contacts on Asterisk and Kamailio), or the extension may not register.",
    fix: "Remove old bindings or raise the limit of contacts; on Asterisk PJSIP remove_existing=yes lets the newest win.",
    find: ({ binding, credentials, answerer }) => {
      if (binding === undefined || binding.outcome === "bound") return undefined;
      const { last } = binding;
      // Credentials that were first asked for here, and refused, are findings of their own.
      if (credentials !== undefined && credentials.outcome !== "accepted") return undefined;
      return {
        ...(credentials ? { title: "The credentials are accepted, but a registration is not taken" } : {}),
        evidence:
          last.status === undefined
            ? exchangeWords(last)
            : `REGISTER with a Contact: ${statusWords(last)} from ${answerer.name}`,
        confidence: last.status === 403 || last.status === 503 ? "high" : "medium",
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
            evidence: last.status === 200 ? "granted 0 s" : `answered ${statusWords(last)}`,
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
      binding?.raisedTo === undefined
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
    fix: "Nothing: it expires by itself.",
    find: ({ binding }) =>
      binding === undefined || binding.removed
        ? undefined
        : {
            evidence: `it ends within ${untrustedToken(binding.grantedExpires ?? 60)} s`,
            confidence: "high",
          },
  },
] as const satisfies readonly Rule[];
