import { canonicalIp } from "../../sip/index.js";
import type { Endpoint, Evidence } from "../evidence.js";
import { endpointAddress, endpointName } from "../target.js";
import type { Rule } from "./rule.js";
import { list } from "./words.js";

/** What fixes the place, so SRV is not asked. */
function given({ target }: Evidence): string {
  if (target.port !== undefined) return "a port";
  return target.transport === undefined ? "nothing" : `transport ${target.transport}`;
}

export const SRV_ONLY_RULES = [
  {
    id: "srv-only",
    topic: "name",
    severity: "critical",
    title: "The domain has SRV records only, and no address",
    seen: "A and AAAA are answered with no address, and SRV or NAPTR lead to one.",
    cause:
      "The domain is served by the hosts that its SRV records name. With a port given those are not asked for, but the domain's own address (RFC 3263, 4.2), and there is none.",
    fix: "Give the host that SRV names as proxy, with its port and transport.",
    explains: ["name-not-found", "srv-disagrees"],
    find: (evidence) => {
      const { name } = evidence;
      const isOpen = ({ address }: Endpoint) =>
        evidence.platformIsLocal || name.classes.get(address) === "public";
      const first = name.advertised.find(isOpen) ?? name.advertised[0];
      if (name.outcome !== "not-found" || first === undefined) return undefined;
      if (!isOpen(first)) {
        return {
          title: "The domain has no address, and its SRV records lead to one that the internet cannot reach",
          evidence: `${name.host} has no address; its SRV records lead to ${first.host} (${endpointAddress(first)}, ${name.classes.get(first.address) ?? "not public"})`,
          confidence: "high",
          cause:
            "The domain is served by the hosts that its SRV records name, and those are known by addresses of an inner network. The platform registers over the internet.",
          fix: "Give the PBX's public host name or address as proxy, with the SIP port forwarded to the PBX, or use a provider's or SBC's public address.",
        };
      }
      return {
        evidence: `${name.host} has no address; its SRV records lead to ${first.host} (${endpointAddress(first)}). With ${given(evidence)} given, the domain's own address is asked for`,
        confidence: "high",
        fix: `Give ${first.host} as proxy, with port ${first.port} and transport ${first.transport} (${endpointName(first)}), and leave the domain as it is.`,
      };
    },
  },
  {
    id: "srv-target-address",
    topic: "name",
    severity: "warning",
    title: "An SRV record names an address where a host name belongs",
    seen: "The target of an SRV record is an IPv4 address, written as a name.",
    cause:
      "The record was entered with the server's address. RFC 2782 wants a host name; some clients accept the address anyway, others look it up as a name and find none.",
    fix: "Ask the domain's owner to give the server a host name (an A record) and to name that in the SRV record; until then give the address as proxy.",
    find: ({ name, target }) => {
      const targets = name.steps
        .filter(({ type }) => type === "SRV")
        .flatMap(({ answers }) => answers)
        .filter((answer) => canonicalIp(answer.unwrap().split(" ").at(-1) ?? "") !== undefined);
      if (targets.length === 0) return undefined;
      return {
        evidence: `SRV record${targets.length === 1 ? "" : "s"} ${list(targets)}`,
        confidence: "high",
        // A port rules SRV out.
        severity: target.port === undefined ? "warning" : "info",
      };
    },
  },
] as const satisfies readonly Rule[];
