import type { DoorEvidence } from "../evidence.js";
import { doorName } from "../target.js";
import { goneQuiet } from "./reach-views.js";
import type { Rule } from "./rule.js";
import { anythingAnswers, doorLine, doorNames, list, liveOthers, seconds } from "./words.js";

/** It was given up by a limit of ours, and may only be slow. */
function onlyLate({ door, reach }: DoorEvidence): boolean {
  if (reach.kind === "tls-failed") return reach.code.unwrap() === "TIMEOUT";
  return reach.kind === "silent" && door.transport !== "udp";
}

export const DOOR_RULES = [
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
      const { refusals, counted = 0, answeredAgo } = evidence.history;
      const quiet = refusals > 0 || counted > 0 ? goneQuiet(evidence) : undefined;
      if (quiet === undefined) return undefined;
      const before =
        refusals > 0
          ? `${refusals} refusal${refusals === 1 ? "" : "s"} within ten minutes`
          : `what was asked within ten minutes may count there as ${counted} failed login${counted === 1 ? "" : "s"}`;
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
      "other-door-answers",
      "tls-no-handshake",
      "tls-handshake-failed",
      "tls-with-5060",
      "srv-disagrees",
    ],
    find: (evidence) => {
      const door = evidence.doors.find(({ reach }) => reach.kind === "tls-failed" && reach.speaksPlainSip);
      if (door === undefined || anythingAnswers(evidence)) return undefined;
      const tls = liveOthers(evidence).filter(({ door: { transport } }) => transport === "tls");
      const others = tls.length > 0 ? `; ${doorNames(tls.map((other) => other.door))} answers` : "";
      const [first] = tls;
      return {
        evidence: `${doorLine(door)}${others}`,
        confidence: "high",
        ...(first ? { fix: `Use port ${first.door.port} with transport tls, which answers.` } : {}),
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
      "other-door-answers",
      "closed-without-answer",
      "port-silent",
      "malformed-answer",
      "plain-with-5061",
      "srv-disagrees",
      "open-but-mute",
    ],
    find: (evidence) => {
      const door = evidence.doors.find(({ speaksTls }) => speaksTls);
      if (door === undefined || anythingAnswers(evidence)) return undefined;
      return {
        evidence: `${doorLine(door)}; a TLS handshake on that port succeeds`,
        confidence: "high",
        fix: `Use transport tls with port ${door.door.port}.`,
      };
    },
  },
  {
    id: "other-door-answers",
    topic: "reach",
    severity: "critical",
    title: "Another port or transport answers, the configured one does not",
    seen: "The configured transport and port give nothing; one of the usual others answers SIP.",
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
      const [configured] = evidence.doors;
      if (first === undefined || configured === undefined || anythingAnswers(evidence)) return undefined;
      const asked = evidence.target.username !== undefined;
      return {
        evidence: `${doorNames(live.map(({ door }) => door))} ${asked ? (live.length === 1 ? "answers" : "answer") : "is open"}, ${doorName(configured.door)} does not (${list(evidence.doors.map(doorLine))})`,
        confidence: asked && !evidence.doors.some(onlyLate) ? "high" : "medium",
        title: `${doorName(first.door)} answers, ${doorName(configured.door)} does not`,
        fix: `Use transport ${first.door.transport} with port ${first.door.port}, or switch ${configured.door.transport} on port ${configured.door.port} on at the PBX.`,
      };
    },
  },
] as const satisfies readonly Rule[];
