import type { EndpointEvidence } from "../evidence.js";
import type { Rule } from "./rule.js";
import { anythingAnswers, endpointLine, list, oneOf, statusWords } from "./words.js";

/** An answer with which a server sends everybody away, whoever asks. */
function sendsAway({ options }: EndpointEvidence): boolean {
  if (options?.result !== "answered" || options.status === undefined) return false;
  return options.status === 403 || options.status >= 500;
}

export const ADDRESS_RULES = [
  {
    id: "addresses-differ",
    topic: "reach",
    severity: "warning",
    title: "The name leads to several addresses, and not all of them serve",
    seen: "One address answers as it should; another one of the name refuses the same request (403, 5xx).",
    cause: oneOf([
      "a server of the group does not know this domain, or does not let this network in",
      "an old server has been left in DNS",
      "a server is overloaded or in maintenance",
    ]),
    fix: "Ask who runs the PBX to mend that server or to take it out of DNS, or give the one that serves as proxy. The platform may take either.",
    find: (evidence) => {
      const answering = evidence.endpoints.filter(({ options }) => options?.result === "answered");
      const away = answering.filter(sendsAway);
      if (away.length === 0 || away.length === answering.length || !anythingAnswers(evidence))
        return undefined;
      const told = away.map(
        (seen) => `${endpointLine(seen)}${seen.options ? `, ${statusWords(seen.options)}` : ""}`,
      );
      return { evidence: list(told), confidence: "medium" };
    },
  },
] as const satisfies readonly Rule[];
