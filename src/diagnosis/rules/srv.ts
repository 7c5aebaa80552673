import { isAbsent } from "../../sip/index.js";
import type { Endpoint, Evidence } from "../evidence.js";
import { endpointName, isSameName } from "../target.js";
import type { Rule } from "./rule.js";
import { anythingAnswers, endpointLine, endpointNames, list } from "./words.js";

/** Endpoints of the same transport and port as DNS advertises. */
function agrees(evidence: Evidence): boolean {
  const { name, target } = evidence;
  return name.advertised.some(
    ({ transport, port }) =>
      (target.transport === undefined || transport === target.transport) &&
      (target.port === undefined || port === target.port),
  );
}

/** Every question for SRV was answered, with no record. */
function saysNoSrv({ steps }: Evidence["name"]): boolean {
  const asked = steps.filter(({ type }) => type === "SRV");
  return asked.length > 0 && asked.every(({ error, answers }) => answers.length === 0 && isAbsent(error));
}

function firstAdvertised({ name }: Evidence): Endpoint | undefined {
  return name.advertised[0];
}

export const SRV_RULES = [
  {
    id: "srv-broken-target",
    topic: "name",
    severity: "warning",
    title: "An SRV record points to a name without an address",
    seen: "The target of an SRV record has neither A nor AAAA records.",
    cause: "The record was left behind when a server was renamed or switched off.",
    fix: "Ask the domain's owner to correct the SRV record; until then give a working host as proxy.",
    explains: ["name-not-found"],
    find: ({ name }) => {
      if (name.brokenTargets.length === 0) return undefined;
      const evidence = `no address for ${list(name.brokenTargets)}`;
      // Nothing else leads anywhere.
      return name.outcome === "not-found" && name.advertised.length === 0
        ? {
            severity: "critical",
            title: "The server that the domain's SRV records name has no address",
            evidence: `${name.host} itself has no address, and its SRV records lead to a name without one: ${evidence}`,
            confidence: "high",
          }
        : { evidence, confidence: "high" };
    },
  },
  {
    id: "srv-first-dead",
    topic: "name",
    severity: "warning",
    title: "The first server that DNS names does not answer, a later one does",
    seen: "By priority and weight the first SRV target is dead; another one answers SIP.",
    cause: "A server of the group is down or not reachable. Clients that do not try the next one fail.",
    fix: "Ask the PBX's owner to fix it or to remove it from DNS; until then give the live server as proxy.",
    find: ({ endpoints }) => {
      const [first, ...others] = endpoints.filter(
        ({ endpoint }) => endpoint.from === "srv" || endpoint.from === "naptr",
      );
      const live = others.find(({ options }) => options?.result === "answered");
      if (first === undefined || live === undefined || first.options?.result === "answered") return undefined;
      return {
        evidence: `${endpointLine(first)}; ${live.endpoint.host} (${endpointLine(live)})`,
        // Silence is what ends by a limit of ours, which is short beside a server that answers.
        confidence: first.reach.kind === "refused" ? "high" : "medium",
        fix: `Ask the PBX's owner to fix ${first.endpoint.host} or to remove it from DNS; until then give ${live.endpoint.host} as proxy, with port ${live.endpoint.port} and transport ${live.endpoint.transport}.`,
      };
    },
  },
  {
    id: "srv-disagrees",
    topic: "name",
    severity: "warning",
    title: "DNS advertises another port or transport than the one given",
    seen: "There are SRV or NAPTR records, and the given port or transport is not among them.",
    cause: "The settings were made by hand from other values than those that the provider publishes.",
    fix: "Use the port and transport that DNS advertises, unless the provider has said otherwise.",
    find: (evidence) => {
      const { name } = evidence;
      const first = firstAdvertised(evidence);
      const tried = name.servers[0];
      if (first === undefined || tried === undefined || agrees(evidence)) return undefined;
      return {
        evidence: `given: ${endpointName(tried)}; SRV records of ${name.host}: ${endpointNames(name.advertised)}`,
        confidence: anythingAnswers(evidence) ? "low" : "medium",
        // Both may be served.
        severity: anythingAnswers(evidence) ? "info" : "warning",
        fix: `Use transport ${first.transport} with port ${first.port}, as DNS advertises, unless the provider has said otherwise.`,
      };
    },
  },
  {
    id: "port-from-dns",
    topic: "name",
    severity: "info",
    title: "DNS leads to a port or transport that must be given by hand",
    seen: "No port was given, and SRV records name another one than 5060 over UDP.",
    cause:
      "The platform's settings have a port and a transport (5060 and udp by default), which rule SRV out.",
    fix: "Store the port and transport that DNS advertises.",
    find: ({ name, target }) => {
      const first = name.servers.find(({ from }) => from === "srv" || from === "naptr");
      if (first === undefined || target.port !== undefined || endpointName(first) === "udp/5060")
        return undefined;
      return {
        evidence: `${name.host} is served at ${first.host}, ${endpointName(first)}`,
        confidence: "high",
        fix: `Configure with port ${first.port} and transport ${first.transport}${isSameName(first.host, name.host) ? "" : ` (and ${first.host} as proxy, if the domain itself has no address)`}.`,
      };
    },
  },
  {
    id: "no-srv",
    topic: "name",
    severity: "info",
    title: "The domain has no SRV records",
    seen: "Neither port nor transport was settled by DNS; the default port was used.",
    cause: "Many PBXs do without them.",
    fix: "Nothing; port and transport must be right in the settings.",
    find: ({ name, target }) =>
      name.kind === "name" &&
      target.port === undefined &&
      name.servers[0]?.from === "address" &&
      saysNoSrv(name)
        ? {
            evidence: `${name.host}: no SRV, so ${endpointName(name.servers[0])} was tried`,
            confidence: "high",
          }
        : undefined,
  },
] as const satisfies readonly Rule[];
