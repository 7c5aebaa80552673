import { BY_RULE, REFUSED_BY_RULE } from "../../answers/demands.js";
import {
  BAD_REQUEST,
  LOOPED,
  SERVER_ERROR,
  TOO_MANY,
  UNAVAILABLE,
  UNRESOLVED,
  UPSTREAM_SILENT,
} from "../../answers/failed.js";
import { answerToRegister } from "../../answers/records.js";
import { untrustedToken } from "../../redaction/untrusted.js";
import { ruleWords, saidBefore } from "./answer-words.js";
import type { Rule } from "./rule.js";
import { answeredFirst, answerWords, wantsContact } from "./words.js";

/** Codes to the first REGISTER for a fault at or behind the PBX. */
export const FAILED_BEFORE_RULES = [
  {
    id: "bad-request",
    topic: "registrar",
    severity: "critical",
    title: "The PBX finds the request malformed",
    seen: "400 or 416 to the first REGISTER.",
    ...ruleWords(BAD_REQUEST, "before credentials"),
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => BAD_REQUEST.codes.includes(status));
      if (first === undefined || wantsContact(first)) return undefined;
      return { ...saidBefore(evidence, first), preset: { code: 400 } };
    },
  },
  {
    id: "request-looped",
    topic: "registrar",
    severity: "critical",
    title: "The request loops",
    seen: "482 or 483 to REGISTER.",
    ...ruleWords(LOOPED, "before credentials"),
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => LOOPED.codes.includes(status));
      return (
        first && {
          ...saidBefore(evidence, first),
          preset: { code: first.status },
        }
      );
    },
  },
  {
    id: "destination-unresolved",
    topic: "registrar",
    severity: "critical",
    title: "The server does not treat sipDomain as its own",
    seen: "476, 477 or 478 to the first REGISTER.",
    ...ruleWords(UNRESOLVED, "before credentials"),
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => UNRESOLVED.codes.includes(status));
      return (
        first && { ...saidBefore(evidence, first), preset: { code: first.status, fields: ["sipDomain"] } }
      );
    },
  },
  {
    id: "upstream-silent",
    topic: "registrar",
    severity: "critical",
    title: "A proxy answers, and the server behind it does not",
    seen: "408 or 504 to REGISTER.",
    ...ruleWords(UPSTREAM_SILENT, "before credentials"),
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => UPSTREAM_SILENT.codes.includes(status));
      return (
        first && {
          ...saidBefore(evidence, first),
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
    seen: "503 or 429 to the first REGISTER.",
    ...ruleWords(UNAVAILABLE, "before credentials"),
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) =>
        [...UNAVAILABLE.codes, ...TOO_MANY.codes].includes(status),
      );
      if (first === undefined) return undefined;
      const wait = first.retryAfter;
      return {
        ...saidBefore(evidence, first),
        evidence: `${answerWords(evidence, first)}${wait === undefined ? "" : `; Retry-After ${untrustedToken(wait)} s`}`,
        ...(wait === undefined
          ? {}
          : {
              fix: `Wait ${untrustedToken(wait)} s, as it asks, then look again; if it stays, ask the PBX's owner.`,
            }),
        ...(TOO_MANY.codes.includes(first.status)
          ? { title: "The PBX takes no more requests for a while" }
          : {}),
        preset: { code: first.status },
      };
    },
  },
  {
    id: "server-error",
    topic: "registrar",
    severity: "critical",
    title: "The PBX fails to handle the request",
    seen: "500, 502 or another 5xx to the first REGISTER.",
    ...ruleWords(SERVER_ERROR, "before credentials"),
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => answerToRegister(status) === SERVER_ERROR);
      return (
        first && {
          ...saidBefore(evidence, first),
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
    ...ruleWords(REFUSED_BY_RULE, "before credentials"),
    find: (evidence) => {
      const first = answeredFirst(
        evidence,
        (status) => status >= 400 && answerToRegister(status).readings.includes(BY_RULE),
      );
      return (
        first && {
          ...saidBefore(evidence, first),
          preset: { code: first.status },
        }
      );
    },
  },
] as const satisfies readonly Rule[];
