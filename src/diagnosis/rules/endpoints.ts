import { counted } from "../../base/words.js";
import type { EndpointEvidence } from "../evidence.js";
import { endpointName } from "../target.js";
import { goneQuiet } from "./reach-views.js";
import type { Rule } from "./rule.js";
import { anythingAnswers, endpointLine, endpointNames, list, liveOthers, seconds } from "./words.js";

/** It was given up by a limit of ours, and may only be slow. */
function onlyLate({ endpoint, reach }: EndpointEvidence): boolean {
  if (reach.kind === "tls-failed") return reach.code.unwrap() === "TIMEOUT";
  return reach.kind === "silent" && endpoint.transport !== "udp";
}

export const ENDPOINT_RULES = [
  {
    id: "banned-after-refusals",
    topic: "reach",
    severity: "critical",
    title: "The PBX has gone silent after it had refused credentials: probably a ban",
    seen: "It answered before, refused credentials (or a user whom it may not know) within the last ten minutes, and now nothing comes back.",
    cause: "Intrusion detection (fail2ban, a PBX firewall) has banned this address.",
    fix: "Correct the credentials first. Then lift the ban on the PBX (with fail2ban: fail2ban-client unban), and only then try again. Further tries lengthen most bans.",
    explains: [
      "port-silent",
      "port-refused",
      "host-unreachable",
      "register-silent",
      "silent-after-credentials",
      "closed-without-answer",
      "open-but-mute",
    ],
    find: (evidence) => {
      const { refusals, counted: logins = 0, answeredAgo } = evidence.history;
      const quiet = refusals > 0 || logins > 0 ? goneQuiet(evidence) : undefined;
      if (quiet === undefined) return undefined;
      const before =
        refusals > 0
          ? `${counted(refusals, "refusal")} within ten minutes`
          : `what was asked within ten minutes may count there as ${counted(logins, "failed login")}`;
      const ago = answeredAgo === undefined ? "" : `; it last answered ${seconds(answeredAgo)} ago`;
      return {
        evidence: `${before}${ago}; now ${quiet}`,
        confidence: refusals > 0 ? "medium" : "low",
        ...(refusals > 0
          ? {}
          : { title: "The PBX has gone silent after it had refused or challenged this user: perhaps a ban" }),
      };
    },
  },
  {
    id: "plain-sip-on-tls-port",
    topic: "reach",
    severity: "critical",
    title: "The port speaks plain SIP, not TLS",
    seen: "A TLS handshake is not answered, and plain SIP over TCP on the same port is.",
    cause: "Transport tls is set with a port that the PBX uses for udp and tcp.",
    fix: "Use the PBX's TLS port (usually 5061) with transport tls, or transport tcp or udp with this port.",
    explains: [
      "other-endpoint-answers",
      "tls-no-handshake",
      "tls-handshake-failed",
      "tls-with-5060",
      "srv-disagrees",
    ],
    find: (evidence) => {
      const endpoint = evidence.endpoints.find(
        ({ reach }) => reach.kind === "tls-failed" && reach.speaksPlainSip,
      );
      if (endpoint === undefined || anythingAnswers(evidence)) return undefined;
      const tls = liveOthers(evidence).filter(({ endpoint: { transport } }) => transport === "tls");
      const others = tls.length > 0 ? `; ${endpointNames(tls.map((other) => other.endpoint))} answers` : "";
      const [first] = tls;
      return {
        evidence: `${endpointLine(endpoint)}${others}`,
        confidence: "high",
        ...(first ? { fix: `Use port ${first.endpoint.port} with transport tls, which answers.` } : {}),
      };
    },
  },
  {
    id: "tls-on-plain-port",
    topic: "reach",
    severity: "critical",
    title: "The port speaks TLS, not plain SIP",
    seen: "Plain SIP over TCP is not answered, and the same port takes a TLS handshake.",
    cause: "Transport tcp is set with the PBX's TLS port.",
    fix: "Use transport tls with this port, or the PBX's plain port (usually 5060).",
    explains: [
      "other-endpoint-answers",
      "closed-without-answer",
      "port-silent",
      "malformed-answer",
      "plain-with-5061",
      "srv-disagrees",
      "open-but-mute",
    ],
    find: (evidence) => {
      const endpoint = evidence.endpoints.find(({ speaksTls }) => speaksTls);
      if (endpoint === undefined || anythingAnswers(evidence)) return undefined;
      return {
        evidence: `${endpointLine(endpoint)}; a TLS handshake on that port succeeds`,
        confidence: "high",
        fix: `Use transport tls with port ${endpoint.endpoint.port}.`,
      };
    },
  },
  {
    id: "other-endpoint-answers",
    topic: "reach",
    severity: "critical",
    title: "Another port or transport answers, the configured one does not",
    seen: "The configured transport and port get no answer; one of the usual others answers SIP.",
    cause: "Port or transport is wrong, or the PBX has that transport switched off.",
    fix: "Use the port and transport that answer, or switch the configured transport on at the PBX.",
    explains: [
      "port-silent",
      "port-refused",
      "closed-without-answer",
      "open-but-mute",
      "srv-disagrees",
      "tls-no-handshake",
      "tls-with-5060",
      "plain-with-5061",
    ],
    find: (evidence) => {
      const live = liveOthers(evidence);
      const [first] = live;
      const [configured] = evidence.endpoints;
      if (first === undefined || configured === undefined || anythingAnswers(evidence)) return undefined;
      const asked = evidence.target.username !== undefined;
      return {
        evidence: `${endpointNames(live.map(({ endpoint }) => endpoint))} ${asked ? (live.length === 1 ? "answers" : "answer") : "is open"}, ${endpointName(configured.endpoint)} does not (${list(evidence.endpoints.map(endpointLine))})`,
        confidence: asked && !evidence.endpoints.some(onlyLate) ? "high" : "medium",
        title: `${endpointName(first.endpoint)} answers, ${endpointName(configured.endpoint)} does not`,
        fix: `Use transport ${first.endpoint.transport} with port ${first.endpoint.port}, or switch ${configured.endpoint.transport} on port ${configured.endpoint.port} on at the PBX.`,
      };
    },
  },
] as const satisfies readonly Rule[];
