import { endpointName } from "../target.js";
import { dumb, shutBy } from "./reach-views.js";
import type { Rule } from "./rule.js";
import { endpointLine, list } from "./words.js";

export const REACH_RULES = [
  {
    id: "port-refused",
    topic: "reach",
    severity: "critical",
    title: "The host refuses connections on this port",
    seen: "TCP is refused, or ICMP says that nothing listens on the UDP port.",
    cause: "The host is there, but nothing listens on this port and transport (or a firewall rejects).",
    fix: "Check port and transport against the PBX's SIP settings, that the transport is switched on, and that the PBX is running.",
    find: (evidence) => {
      const shut = shutBy(evidence, ["refused"]);
      if (shut.length === 0) return undefined;
      return {
        evidence: list(shut.map(endpointLine)),
        confidence: "high",
        title: `${endpointName(shut[0]?.endpoint ?? { transport: "udp", port: 0 })} is refused`,
        preset: { code: "silence" },
      };
    },
  },
  {
    id: "port-silent",
    topic: "reach",
    severity: "critical",
    title: "Nothing answers at this address and port",
    seen: "No answer to TCP connection attempts, or to several sends over UDP, in the time that they are given from here.",
    cause:
      "One of these: (1) a firewall drops the packets, or the PBX takes no registrations from outside; (2) wrong address or port; (3) the PBX is down; (4) this network is banned there; (5) the PBX or the way there is slower than that.",
    fix: "On the PBX: is it running, is this transport switched on, are registrations from outside allowed, is the port forwarded, does its firewall or ban list hold this network? Seen from here only: the platform's network may fare otherwise.",
    find: (evidence) => {
      const shut = shutBy(evidence, ["silent"]);
      if (shut.length === 0) return undefined;
      return {
        evidence: list(shut.map(endpointLine)),
        confidence: "medium",
        title: `${endpointName(shut[0]?.endpoint ?? { transport: "udp", port: 0 })} does not answer`,
        preset: { code: "silence", remote: true },
      };
    },
  },
  {
    id: "host-unreachable",
    topic: "reach",
    severity: "critical",
    title: "There is no route to this address from here",
    seen: "The system or a router reports the host or network as unreachable.",
    cause:
      "Wrong address, the host is switched off, or this machine has no route (an IPv6 address without IPv6 here) or forbids itself the way (EPERM, EACCES: its own firewall).",
    fix: "Check the address. If it is IPv6 only, look from a machine that has IPv6.",
    find: (evidence) => {
      const shut = shutBy(evidence, ["unreachable"]);
      const [first] = shut;
      if (first === undefined) return undefined;
      const noRoute = first.reach.kind === "unreachable" && first.reach.code.unwrap() === "ENETUNREACH";
      return {
        evidence: list(shut.map(endpointLine)),
        confidence: noRoute ? "low" : "medium",
        ...(noRoute
          ? {
              cause:
                "This machine has no route to that network: it says nothing about the PBX or the platform.",
            }
          : {}),
      };
    },
  },
  {
    id: "connection-failed",
    topic: "reach",
    severity: "critical",
    title: "The connection fails",
    seen: "The connection ends with an error that is neither a refusal nor a timeout.",
    cause:
      "Something on the way or on the PBX resets connections, or a setting does not make a valid address.",
    fix: "Check the settings and everything in between (firewall, SBC, load balancer).",
    find: (evidence) => {
      const shut = shutBy(evidence, ["failed"]);
      return shut.length === 0 ? undefined : { evidence: list(shut.map(endpointLine)), confidence: "medium" };
    },
  },
  {
    id: "closed-without-answer",
    topic: "reach",
    severity: "critical",
    title: "The PBX closes the connection instead of answering",
    seen: "TCP or TLS connects, and the connection ends when a SIP request arrives.",
    cause:
      "One of these: (1) the port speaks another protocol; (2) the PBX or an SBC refuses this address by its access list; (3) it wants a client certificate.",
    fix: "Check that port and transport belong together, and the PBX's access lists.",
    find: (evidence) => {
      const endpoint = dumb(evidence, ["closed", "failed"]);
      return endpoint ? { evidence: endpointLine(endpoint), confidence: "medium" } : undefined;
    },
  },
  {
    id: "open-but-mute",
    topic: "reach",
    severity: "critical",
    title: "The connection is open, but no SIP request is answered",
    seen: "TCP or TLS connects; neither OPTIONS nor REGISTER gets an answer.",
    cause:
      "One of these: (1) something other than a SIP server listens there; (2) the PBX silently drops requests from this address or for this domain.",
    fix: "Check the port, that sipDomain is one that the PBX serves, and its access lists.",
    find: (evidence) => {
      const endpoint = dumb(evidence, ["silent"]);
      return endpoint && endpoint.endpoint.transport !== "udp"
        ? { evidence: endpointLine(endpoint), confidence: "medium" }
        : undefined;
    },
  },
  {
    id: "some-addresses-dead",
    topic: "reach",
    severity: "warning",
    title: "Not every address of the PBX answers",
    seen: "The name has several addresses; at least one answers SIP and at least one does not.",
    cause:
      "A server of the group is down, or one address family is not set up; or it is only slower than the time allowed once another one has answered.",
    fix: "Ask the PBX's owner to fix the dead address or to remove it from DNS.",
    find: ({ endpoints }) => {
      const plain = endpoints.filter(({ endpoint }) => endpoint.from === "address");
      const live = plain.filter(({ options }) => options?.result === "answered");
      // An address family that this machine lacks says nothing.
      const dead = plain.filter(
        ({ options, reach }) =>
          options?.result !== "answered" &&
          !["unreachable", "cut-short", "blocked", "unproven"].includes(reach.kind),
      );
      if (
        live.length === 0 ||
        dead.length === 0 ||
        dead.every(({ options, reach }) => options === undefined && reach.kind === "open")
      )
        return undefined;
      return {
        evidence: `${list(dead.map(endpointLine))}; ${list(live.map(endpointLine))}`,
        confidence: "medium",
      };
    },
  },
] as const satisfies readonly Rule[];
