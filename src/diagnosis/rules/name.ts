import { untrustedToken } from "../../redaction/untrusted.js";
import { lanOnly } from "../../registration/advice.js";
import type { AddressClass } from "../../sip/index.js";
import type { Evidence } from "../evidence.js";
import type { Rule } from "./rule.js";
import { duration, list } from "./words.js";

/**
 * Types of question about the host itself that DNS has answered with no record at all, by code: `ENOTFOUND to NAPTR, SRV,
 * A and AAAA`. What was not asked, or not waited for, is not among them.
 */
function failedQuestions({ name }: Evidence): string {
  const host = name.host.unwrap().toLowerCase().replace(/\.$/, "");
  const own = name.steps.filter(({ question, type }) => {
    const asked = question.unwrap().toLowerCase().replace(/\.$/, "");
    return (asked === host || asked.endsWith(`.${host}`)) && type !== "hosts" && type !== "CNAME";
  });
  const found = new Set(own.filter(({ answers }) => answers.length > 0).map(({ type }) => type));
  const failed = own.filter(({ error, type }) => error !== "EPENDING" && !found.has(type));
  const codes = [...new Set(failed.map(({ error }) => error))];
  return list(
    codes.map((code) => {
      const types = failed.filter(({ error }) => error === code).map(({ type }) => type);
      return `${code ?? "an alias (CNAME) and no record"} to ${list([...new Set(types)])}`;
    }),
  );
}

function isPublic(kind: AddressClass | undefined): boolean {
  return kind === "public";
}

function classWords({ name }: Evidence): string {
  return list([
    ...new Set(
      name.servers.map(({ address }) => `${untrustedToken(address)} (${name.classes.get(address)})`),
    ),
  ]);
}

export const NAME_RULES = [
  {
    id: "name-invalid",
    topic: "name",
    severity: "critical",
    title: "The address is not a host name",
    seen: "sipDomain or proxy is neither a host name nor an IP address.",
    cause: "The field contains a scheme, a port, a space or another character.",
    fix: "Give only the host, e.g. pbx.example.com, and the port in port.",
    find: ({ name }) =>
      name.outcome === "invalid"
        ? { evidence: `${name.host}: ${name.problem ?? "not a host"}`, confidence: "high" }
        : undefined,
  },
  {
    id: "name-only-here",
    topic: "name",
    severity: "critical",
    title: "Only this machine knows the name",
    seen: "DNS has no such name, but this machine's hosts file does.",
    cause: "The name is entered on this machine only; the platform asks public DNS and finds nothing.",
    fix: "Publish the name in public DNS, or give the PBX's public address as sipDomain or proxy.",
    find: (evidence) =>
      evidence.name.onlyHere && !evidence.platformIsLocal
        ? {
            evidence: `${evidence.name.host} is ${classWords(evidence)} on this machine; DNS says ${failedQuestions(evidence)}`,
            confidence: "high",
          }
        : undefined,
  },
  {
    id: "name-not-found",
    topic: "name",
    severity: "critical",
    title: "The name has no address in DNS",
    seen: "DNS answers the queries, and has no address for it.",
    cause:
      "The name is misspelt, has been given up, or is known only inside the customer's network (mDNS and a search domain are not asked).",
    fix: "Check the spelling with the user, and that the name resolves in public DNS; otherwise give the PBX's public IP address.",
    find: (evidence) => {
      if (evidence.name.outcome !== "not-found") return undefined;
      const { host, alias, steps } = evidence.name;
      const local = lanOnly(host.unwrap());
      const asked = failedQuestions(evidence) || "no records";
      if (alias !== undefined) {
        return {
          title: "The name is an alias of a name without an address",
          evidence: `${host} is an alias (CNAME) of ${alias}, which has no address (DNS: ${asked})`,
          confidence: "high",
          cause: "The server that the alias leads to was renamed or given up, and the alias was left behind.",
          fix: "Ask the domain's owner to correct the CNAME record; until then give the PBX's own name or address.",
        };
      }
      const service = steps.find(({ type, answers }) => type === "NAPTR" && answers.length > 0);
      if (service !== undefined) {
        return {
          title: "DNS names a service of the domain, and leads nowhere from there",
          evidence: `${host} has NAPTR records and no address (DNS: ${asked})`,
          confidence: "high",
          cause:
            "The domain is known. The SRV records that its NAPTR records lead to are missing, or name no address.",
          fix: "Ask the domain's owner to correct the records; until then give the PBX's own host name or address as proxy, with its port and transport.",
          preset: { fields: ["sipDomain"] },
        };
      }
      // One code for all of them: no such name. A record of another type, or ENODATA, says that there is one.
      const absent = steps.every(({ error, type }) => type === "hosts" || error === "ENOTFOUND");
      return {
        ...(absent && steps.length > 0 ? { title: "The name does not exist in DNS" } : {}),
        evidence: `${host} has no address (DNS: ${asked})`,
        confidence: "high",
        ...(local === undefined ? {} : { cause: `${local}.` }),
        preset: { fields: ["sipDomain"] },
      };
    },
  },
  {
    id: "name-lookup-failed",
    topic: "name",
    severity: "critical",
    title: "DNS gives no usable answer for the name",
    seen: "The DNS servers fail (SERVFAIL) or do not answer in time.",
    cause: "The zone is broken (DNSSEC, dead name servers), or DNS does not work on this machine.",
    fix: "Look the name up from another network. If it fails there too, the zone's owner must fix it.",
    find: (evidence) => {
      const { outcome, problem, host } = evidence.name;
      if (outcome !== "failed" && outcome !== "timeout") return undefined;
      const words = `${host}: ${problem ?? failedQuestions(evidence)}`;
      const late = evidence.name.steps.filter(({ error }) => error === "ETIMEOUT");
      const isLate = outcome === "timeout" || late.length > 0;
      return isLate
        ? {
            title: "DNS does not answer for the name in the time that it is given from here",
            evidence:
              problem === undefined && late.length > 0
                ? `${words} after ${duration(Math.max(...late.map(({ ms }) => ms)))}`
                : words,
            confidence: "medium",
            cause:
              "One of these: (1) the zone's name servers are dead, or do not answer this kind of question; (2) they, or the DNS servers of this machine, are slower than that; (3) DNS does not work on this machine.",
          }
        : { evidence: words, confidence: "medium" };
    },
  },
  {
    id: "name-service-refused",
    topic: "name",
    severity: "critical",
    title: "The domain says that it offers no SIP here",
    seen: 'The SRV record of the transport has the target "." (RFC 2782).',
    cause: "The domain's owner has switched SIP off for this name or this transport.",
    fix: "Ask the provider for the registrar's host name and transport.",
    find: ({ name }) =>
      name.outcome === "refused"
        ? { evidence: `the SRV records of ${name.host} have the target "."`, confidence: "high" }
        : undefined,
  },
  {
    id: "name-private-only",
    topic: "name",
    severity: "critical",
    title: "The address is not reachable from the internet",
    seen: "The name or address leads only to private, loopback, link-local or .local addresses.",
    cause:
      "The platform registers over the internet and can never reach such an address, whatever answers from here.",
    fix: "Give the PBX's public host name or address, with the SIP port forwarded to the PBX, or use a provider's or SBC's public address.",
    explains: ["port-silent", "host-unreachable"],
    find: (evidence) => {
      const { name, platformIsLocal } = evidence;
      if (platformIsLocal || name.servers.length === 0) return undefined;
      const reachable = name.servers.some(({ address }) => isPublic(name.classes.get(address)));
      if (reachable) return undefined;
      const documentation = [...name.classes.values()].every((kind) => kind === "documentation");
      return {
        evidence: `${name.host} leads to ${classWords(evidence)}`,
        confidence: "high",
        ...(documentation
          ? { cause: "The address is one of those reserved for examples in documents." }
          : {}),
        preset: { remote: true },
      };
    },
  },
  {
    id: "name-some-private",
    topic: "name",
    severity: "warning",
    title: "Some of the addresses are not reachable from the internet",
    seen: "The name leads to public and to private addresses.",
    cause: "The platform may pick one that it cannot reach, and then waits for a timeout.",
    fix: "Take the private addresses out of public DNS, or give the public address itself.",
    find: (evidence) => {
      const { name, platformIsLocal } = evidence;
      const open = name.servers.filter(({ address }) => isPublic(name.classes.get(address)));
      if (platformIsLocal || open.length === 0 || open.length === name.servers.length) return undefined;
      return { evidence: `${name.host} leads to ${classWords(evidence)}`, confidence: "high" };
    },
  },
  {
    id: "name-only-ipv6",
    topic: "name",
    severity: "warning",
    title: "The PBX has only IPv6 addresses",
    seen: "There are AAAA records but no A records.",
    cause: "A client without IPv6 cannot reach it; whether the platform has IPv6 is not known.",
    fix: "Give the name an A record as well, or the PBX's IPv4 address as proxy.",
    find: ({ name }) =>
      name.kind === "name" && name.servers.length > 0 && name.servers.every(({ family }) => family === 6)
        ? {
            evidence: `${name.host} has only ${list(name.servers.map(({ address }) => untrustedToken(address)))}`,
            confidence: "medium",
          }
        : undefined,
  },
  {
    id: "hosts-differ",
    topic: "name",
    severity: "info",
    title: "This machine resolves the name to other addresses than DNS",
    seen: "This machine's hosts file gives addresses that DNS does not.",
    cause: "An entry on this machine. The platform sees what public DNS says.",
    fix: "Nothing, if that is meant; the checks here used the DNS answer.",
    find: ({ name }) =>
      name.hostsDiffer && !name.onlyHere
        ? {
            evidence: list(
              name.steps
                .filter(({ differs }) => differs)
                .map(({ question, answers }) => `${question} is ${list(answers)} here`),
            ),
            confidence: "high",
          }
        : undefined,
  },
] as const satisfies readonly Rule[];
