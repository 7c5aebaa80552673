import type { Endpoint, EndpointEvidence, Evidence, ExchangeEvidence } from "../evidence.js";
import { endpointAddress, sameEndpoint } from "../target.js";
import type { Rule } from "./rule.js";
import { anythingAnswers, endpointLine, exchangeWords, list, oneOf, refusesAll } from "./words.js";

interface Answered {
  readonly seen: EndpointEvidence;
  readonly exchange: ExchangeEvidence;
}

/** What an address says: to REGISTER where it was asked that, else to OPTIONS. */
function answersOf({ endpoints, registrar }: Evidence): Answered[] {
  return endpoints.flatMap((seen) => {
    const asked = registrar !== undefined && sameEndpoint(seen.endpoint, registrar.endpoint);
    const exchange = seen.register ?? (asked ? registrar.exchanges[0] : seen.options);
    if (seen.options?.result !== "answered" && exchange?.result !== "answered") return [];
    return exchange === undefined ? [] : [{ seen, exchange }];
  });
}

/** A server that turns every request away, or does not answer a REGISTER. */
function sendsAway({ exchange }: Answered): boolean {
  const { method, result, status = 0 } = exchange;
  if (result !== "answered") return method === "REGISTER" && result !== "cut-short";
  if (method === "REGISTER") return refusesAll(exchange);
  return status === 403 || status >= 500;
}

/**
 * A rule on what is seen at one endpoint, carried over to all of them: what one of several addresses shows is found in
 * whatever order they come, and those that do not show it are named.
 */
export function atEachAddress<const Found extends Rule>(rule: Found): Found {
  const find: Rule["find"] = (evidence) => {
    const { endpoints } = evidence;
    const found = endpoints.flatMap((seen) => {
      const conclusion = rule.find({ ...evidence, endpoints: [seen] });
      return conclusion ? [{ conclusion, at: seen.endpoint }] : [];
    });
    const [first] = found;
    const shown = endpoints.filter(({ tls }) => tls !== undefined).map(({ endpoint }) => endpoint);
    if (first === undefined || shown.length < 2) return first?.conclusion;
    const places = (all: readonly Endpoint[]) => list(all.map(endpointAddress));
    const sound = shown.filter((place) => !found.some(({ at }) => at === place));
    const others = sound.length === 0 ? "" : `; not so at ${places(sound)}`;
    return {
      ...first.conclusion,
      evidence: `${first.conclusion.evidence} (${places(found.map(({ at }) => at))}${others})`,
    };
  };
  return { ...rule, find };
}

export const ADDRESS_RULES = [
  {
    id: "addresses-differ",
    topic: "reach",
    severity: "warning",
    title: "The name leads to several addresses, and not all of them work",
    seen: "One address answers as it should; another one of the name refuses the same request (403, 404, 5xx), or does not answer a REGISTER.",
    cause: oneOf([
      "a server of the group does not know this domain, or does not let this network in",
      "an old server has been left in DNS",
      "a server is overloaded or in maintenance",
    ]),
    fix: "Ask the PBX's owner to fix that server or to remove it from DNS, or give the working one as proxy. The platform may use either.",
    find: (evidence) => {
      const answering = answersOf(evidence);
      const away = answering.filter(sendsAway);
      const serving = answering.filter((each) => !sendsAway(each));
      if (away.length === 0 || serving.length === 0 || !anythingAnswers(evidence)) return undefined;
      const told = away.map(({ seen, exchange }) => `${endpointLine(seen)}, ${exchangeWords(exchange)}`);
      const sound = serving.map(
        ({ seen, exchange }) => `${endpointAddress(seen.endpoint)}, ${exchangeWords(exchange)}`,
      );
      return { evidence: `${list(told)}; sound is ${list(sound)}`, confidence: "medium" };
    },
  },
] as const satisfies readonly Rule[];
