import { untrustedToken } from "../../untrusted.js";
import type { Rule } from "./rule.js";
import { answeredFirst, answerWords } from "./words.js";

/** Why the registrar refuses to be asked for its bindings: FreeSWITCH's `Missing Contact Header`. */
export const WANTS_CONTACT = /contact/i;

/** Codes to the first REGISTER that tell of trouble at or behind the PBX. */
export const FAILED_BEFORE_RULES = [
  {
    id: "bad-request",
    topic: "registrar",
    severity: "critical",
    title: "The PBX finds the request malformed",
    seen: "400 or 416 to the first REGISTER.",
    cause:
      "A value in the settings makes an address that it cannot read (blanks, a scheme or port in sipDomain, odd characters in username), or the message was damaged on the way.",
    fix: "Check sipDomain and username for odd characters; switch SIP ALG off in the router.",
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => status === 400 || status === 416);
      if (first === undefined || WANTS_CONTACT.test(first.reason?.unwrap() ?? "")) return undefined;
      return { evidence: answerWords(evidence, first), confidence: "medium", preset: { code: 400 } };
    },
  },
  {
    id: "request-looped",
    topic: "registrar",
    severity: "critical",
    title: "The request runs in a circle",
    seen: "482 or 483 to REGISTER.",
    cause:
      "A proxy forwards to itself: sipDomain is not one that it serves, or the proxy points back at itself.",
    fix: "Check that sipDomain is a domain of this PBX and that proxy is not the same host without need.",
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => status === 482 || status === 483);
      return (
        first && {
          evidence: answerWords(evidence, first),
          confidence: "medium",
          preset: { code: first.status },
        }
      );
    },
  },
  {
    id: "upstream-silent",
    topic: "registrar",
    severity: "critical",
    title: "A proxy answers, and what stands behind it does not",
    seen: "408 or 504 to REGISTER.",
    cause: "The proxy or SBC got no answer from the registrar behind it.",
    fix: "Look at the link between the SBC and the PBX; the settings on the agent are not the cause.",
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => status === 408 || status === 504);
      return (
        first && {
          evidence: answerWords(evidence, first),
          confidence: "medium",
          preset: { code: first.status },
        }
      );
    },
  },
  {
    id: "service-unavailable",
    topic: "registrar",
    severity: "critical",
    title: "The PBX is overloaded, in maintenance, or blocks this source",
    seen: "503 to the first REGISTER.",
    cause:
      "One of these: (1) overload or maintenance; (2) an account or tenant that is suspended; (3) a block for this source address.",
    fix: "Wait as long as Retry-After says, then look again; if it stays, ask the PBX's owner.",
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => status === 503);
      if (first === undefined) return undefined;
      const wait = first.retryAfter;
      return {
        evidence: `${answerWords(evidence, first)}${wait === undefined ? "" : `; Retry-After ${untrustedToken(wait)} s`}`,
        confidence: "medium",
        ...(wait === undefined
          ? {}
          : {
              fix: `Wait ${untrustedToken(wait)} s, as it asks, then look again; if it stays, ask the PBX's owner.`,
            }),
        preset: { code: 503 },
      };
    },
  },
  {
    id: "server-error",
    topic: "registrar",
    severity: "critical",
    title: "The PBX fails at the request",
    seen: "500, 502 or another 5xx to the first REGISTER.",
    cause: "A fault at or behind the registrar.",
    fix: "Look at the PBX's log at this moment; try again later.",
    find: (evidence) => {
      const first = answeredFirst(
        evidence,
        (status) => status >= 500 && status < 600 && ![501, 503, 504].includes(status),
      );
      return (
        first && {
          evidence: answerWords(evidence, first),
          confidence: "medium",
          preset: { code: first.status },
        }
      );
    },
  },
  {
    id: "register-refused",
    topic: "registrar",
    severity: "critical",
    title: "The PBX refuses the registration",
    seen: "Another final code to the first REGISTER (406, 480, 488, 6xx …).",
    cause: "A rule of the PBX; it is not the password, which has not been asked for.",
    fix: "Look at the PBX's log for this request.",
    find: (evidence) => {
      const known = [400, 401, 403, 404, 405, 407, 408, 410, 416, 420, 421, 423, 439, 482, 483, 494, 604];
      const first = answeredFirst(
        evidence,
        (status) =>
          (status >= 400 && status < 500 && !known.includes(status)) || (status >= 600 && status !== 604),
      );
      return (
        first && {
          evidence: answerWords(evidence, first),
          confidence: "medium",
          preset: { code: first.status },
        }
      );
    },
  },
] as const satisfies readonly Rule[];
