import { counted } from "../../base/words.js";
import type { Evidence, ExchangeEvidence } from "../evidence.js";
import { SLOW_ANSWER } from "../limits.js";
import { endpointName } from "../target.js";
import type { Conclusion, Rule } from "./rule.js";
import {
  answeredFirst,
  answerWords,
  anythingAnswers,
  duration,
  exchangeWords,
  firstRegister,
  hostPort,
  slowest,
  statusWords,
  wantsContact,
} from "./words.js";

/** What several exchanges have in common, the worst one first. */
function withResult(evidence: Evidence, result: ExchangeEvidence["result"]): ExchangeEvidence | undefined {
  const all = [
    ...(evidence.registrar?.exchanges ?? []),
    ...evidence.endpoints.flatMap(({ options }) => options ?? []),
  ];
  return all.find((exchange) => exchange.result === result);
}

/** Seen for certain, and in the way only if nothing else was answered. */
function sureOrAside(evidence: Evidence) {
  return { confidence: "high", severity: anythingAnswers(evidence) ? "warning" : "critical" } as const;
}

/** A response that begins as one and does not end in time; nothing in it is wrong. */
const ANSWER_WITHOUT_END = {
  confidence: "medium",
  title: "An answer begins, and the rest of it does not come in time",
  cause:
    "One of these: (1) the rest is late or lost: a slow path, or packets too large for it (MTU); (2) Content-Length announces more than was sent, which points to a gateway on the path (SIP ALG) or a defect of the PBX.",
  fix: "Try again. If the same happens, capture the answer at the PBX: if all of it leaves there, check the MTU of the path; if not, compare Content-Length with the body.",
} as const;

/** Ends of a REGISTER where OPTIONS was answered: nothing came, or the listener was gone. */
const UNANSWERED: ReadonlySet<ExchangeEvidence["result"]> = new Set([
  "silent",
  "closed",
  "refused",
  "unreachable",
]);

/** A registration that was good, and whose refresh gets no answer any more. */
function noLongerAnswered(sends: number, arrived: boolean): Conclusion {
  return {
    evidence: `REGISTER was accepted before, and is then sent ${sends} times without an answer`,
    confidence: "medium",
    title: "The registrar no longer answers REGISTER",
    cause: arrived
      ? "The PBX gets the refresh and does not answer it, although it took the same registration before. One of these: (1) it has banned the address since; (2) it hangs (database, lookup, load)."
      : "User and password are right: they were accepted before. One of these: (1) the PBX, or the way to it, has failed since; (2) a NAT or firewall has forgotten the connection, or was restarted; (3) the PBX has banned the address since.",
    fix: "See whether the PBX runs and gets the request, and look at its ban list and log for that time. Over udp, keep-alives and a shorter expiry keep a NAT open.",
    preset: { code: "silence" },
  };
}

export const REGISTRAR_RULES = [
  {
    id: "malformed-answer",
    topic: "registrar",
    severity: "critical",
    title: "The answer is not a proper SIP message",
    seen: "Bytes arrive that break the grammar, or a Content-Length that does not fit.",
    cause:
      "One of these: (1) the port belongs to another protocol; (2) a gateway on the way (SIP ALG) damages messages; (3) a defect of the PBX.",
    fix: "Check the port. Then switch SIP ALG off in the router, or use tls, which nothing on the way can rewrite.",
    explains: ["open-but-mute", "register-silent", "closed-without-answer"],
    find: (evidence) => {
      const exchange = withResult(evidence, "malformed");
      if (exchange === undefined) return undefined;
      const conclusion = { evidence: exchangeWords(exchange), ...sureOrAside(evidence) };
      return exchange.isPartial ? { ...conclusion, ...ANSWER_WITHOUT_END } : conclusion;
    },
  },
  {
    id: "request-reflected",
    topic: "registrar",
    severity: "critical",
    title: "Our own request comes back",
    seen: "The request arrives here again, as it was sent or forwarded by a hop, and there is no answer to it.",
    cause:
      "Something at that address reflects what it is sent: an echo service, a port forwarding that leads back, or a test device. No SIP server has been reached.",
    fix: "Check address and port, and where the router or firewall in front of the PBX forwards them to.",
    explains: ["malformed-answer", "answer-not-ours"],
    find: (evidence) => {
      const exchange = withResult(evidence, "reflected");
      return (
        exchange && {
          evidence: `${exchangeWords(exchange)}: something at that address reflects it`,
          ...sureOrAside(evidence),
        }
      );
    },
  },
  {
    id: "answer-not-ours",
    topic: "registrar",
    severity: "critical",
    title: "Something answers, but not our request",
    seen: "Responses arrive whose Via branch, CSeq, Call-ID or From tag is not that of the request. They do not count.",
    cause:
      "One of these: (1) a gateway on the way (SIP ALG) rewrites messages; (2) a defect of the PBX or of a proxy in front of it; (3) another sender uses the port on which the answer was expected.",
    fix: "Switch SIP ALG off in the router, or use tls, which nothing on the way can rewrite. Then compare with a trace taken on the PBX.",
    find: (evidence) => {
      const exchange = withResult(evidence, "unfit");
      return exchange && { evidence: exchangeWords(exchange), ...sureOrAside(evidence) };
    },
  },
  {
    id: "only-provisional",
    topic: "registrar",
    severity: "critical",
    title: "The PBX says Trying, but sends no final answer in time",
    seen: "100 responses arrive, but no final one within our limit.",
    cause:
      "One of these: (1) a proxy accepted the request, and the server behind it (registrar, database) does not answer; (2) the PBX is slower than that: its load, or a name or database lookup that hangs. The platform's registrant waits longer, about 30 s.",
    fix: "Look at where the PBX or SBC forwards the request (is the registrar there, can it be reached), and at the PBX's load and its DNS.",
    explains: ["register-silent", "silent-after-credentials", "slow-answer"],
    find: (evidence) => {
      const exchange = withResult(evidence, "trying");
      return exchange
        ? { evidence: `${exchangeWords(exchange)}, seen from here`, confidence: "medium" }
        : undefined;
    },
  },
  {
    id: "register-silent",
    topic: "registrar",
    severity: "critical",
    title: "The PBX answers, but not to REGISTER",
    seen: "OPTIONS is answered; a REGISTER in the same user's name gets nothing, or what answered it is gone (closed, or refused by ICMP).",
    cause:
      "One of these: (1) the PBX drops registrations from outside or from this address; (2) it drops unknown users or domains silently; (3) this address was banned a moment ago; (4) a firewall drops the request by its content, the User-Agent for one, or its answer by its size (MTU).",
    fix: "Allow registrations from outside for this extension, check username and sipDomain, and look at the PBX's ban list. Do not repeat before that.",
    find: (evidence) => {
      const since = evidence.traced?.unansweredSinceAccepted;
      if (since !== undefined) return noLongerAnswered(since, evidence.traced?.arrived === true);
      const first = firstRegister(evidence);
      if (first === undefined || !UNANSWERED.has(first.result)) return undefined;
      if (!evidence.endpoints.some(({ options }) => options?.result === "answered")) return undefined;
      const slow = slowest(evidence);
      return {
        evidence: exchangeWords(first),
        confidence: "medium",
        preset: { code: "silence", remote: true },
        ...(slow ? slowToo(first, slow) : {}),
        ...silentOverUdp(evidence, first),
      };
    },
  },
  {
    id: "query-refused",
    topic: "registrar",
    severity: "info",
    title: "The registrar refuses queries",
    seen: "400 to a REGISTER without Contact, which only asks for bindings.",
    cause:
      "Some registrars (FreeSWITCH with a certain setting, older versions) refuse that question, although RFC 3261 10.2.3 allows it.",
    fix: "Nothing; the credentials must be judged by a test binding, or by the platform's own attempt.",
    find: (evidence) => {
      const all = evidence.registrar?.exchanges ?? [];
      const refused = all.find(wantsContact);
      return refused && { evidence: `REGISTER without Contact: ${statusWords(refused)}`, confidence: "high" };
    },
  },
  {
    id: "slow-answer",
    topic: "registrar",
    severity: "warning",
    title: "The PBX takes a long time to answer",
    seen: `More than ${SLOW_ANSWER / 1_000} s from request to answer.`,
    cause:
      "Overload, a DNS or database lookup on the PBX that hangs, or a long way. Clients send again and may give up.",
    fix: "Look at the PBX's load, and at its DNS (reverse lookups are a common cause).",
    find: (evidence) => {
      const worst = slowest(evidence);
      return (
        worst && {
          evidence: `${worst.method} was answered after ${duration(worst.ms)} (${counted(worst.sends, "send")})`,
          confidence: "high",
        }
      );
    },
  },
  {
    id: "answered-from-elsewhere",
    topic: "registrar",
    severity: "warning",
    title: "The answer comes from another address or port",
    seen: "The response's source is not where the request went.",
    cause:
      "The PBX answers from a second address or through NAT that rewrites the port. Firewalls and NATs in front of a client drop such answers.",
    fix: "Have the PBX answer from the address and port that it listens on (its external address and NAT settings), or use tcp or tls.",
    find: (evidence) => {
      const from = evidence.path?.answeredFrom;
      const asked = evidence.path?.askedAt ?? evidence.endpoints[0]?.endpoint;
      if (from === undefined || asked === undefined) return undefined;
      return {
        evidence: `asked at ${hostPort(asked.address, asked.port)}, answered from ${hostPort(from.address, from.port)}`,
        confidence: "high",
      };
    },
  },
  {
    id: "register-without-credentials",
    topic: "registrar",
    severity: "info",
    title: "The registrar asks for no credentials",
    seen: "200 to a REGISTER without credentials (a query, which binds nothing).",
    cause: "It trusts this address, or every address. From the platform's address it may behave differently.",
    fix: "If this is not intended, close it: anyone could register this extension.",
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => status >= 200 && status < 300);
      return first && { evidence: answerWords(evidence, first), confidence: "high" };
    },
  },
  {
    id: "options-unanswered",
    topic: "registrar",
    severity: "info",
    title: "OPTIONS is not answered, REGISTER is",
    seen: "The registrar answers REGISTER only.",
    cause: "Some PBXs and SBCs ignore OPTIONS.",
    fix: "Nothing.",
    find: (evidence) => {
      const endpoint = evidence.endpoints.find(({ options }) => options?.result === "silent");
      return endpoint?.options &&
        anythingAnswers(evidence) &&
        firstRegister(evidence)?.result === "answered" &&
        sameAsRegistrar(evidence, endpoint.endpoint.address)
        ? { evidence: exchangeWords(endpoint.options), confidence: "high" }
        : undefined;
    },
  },
] as const satisfies readonly Rule[];

/** A REGISTER without an answer, from a PBX that took long over another request. */
function slowToo(first: ExchangeEvidence, slow: ExchangeEvidence): Partial<Conclusion> {
  return {
    evidence: `${exchangeWords(first)}; ${slow.method} was answered after ${duration(slow.ms)}`,
    cause:
      "One of these: (1) the PBX is slow, and needs longer for this request than it is given from here; (2) it drops registrations from outside, or unknown users or domains; (3) a firewall drops the request by its content or its size.",
    fix: "Look at the PBX's load and at its DNS (reverse lookups are a common cause) first; then whether it takes registrations from outside, and at username and sipDomain.",
  };
}

function sameAsRegistrar({ registrar }: Evidence, address: string): boolean {
  return registrar?.endpoint.address === address;
}

/** What is to be said of a REGISTER without an answer over UDP that was asked over TCP as well. */
function silentOverUdp({ overTcp }: Evidence, first: ExchangeEvidence): Partial<Conclusion> {
  if (overTcp === undefined) return {};
  const { endpoint, exchange } = overTcp;
  const name = endpointName(endpoint);
  if (exchange?.result !== "answered") {
    const tried = exchange === undefined ? "there is no connection" : exchangeWords(exchange);
    return { evidence: `${exchangeWords(first)}; over ${name}: ${tried}` };
  }
  return {
    title: "REGISTER is answered over TCP, and not over UDP",
    evidence: `${exchangeWords(first)}, though OPTIONS does; ${name} answers: ${exchangeWords(exchange)}`,
    cause:
      "One of these: (1) the answer is too long for the way back over UDP, where fragments are lost (MTU); (2) a firewall or the PBX drops the REGISTER over UDP by its size or content, the User-Agent for one: the platform's is another than that of this check; (3) the PBX takes registrations over TCP only.",
    fix: `Use transport tcp with port ${endpoint.port}. To stay with udp, find out on the PBX whether the REGISTER arrives, and what happens to its answer (MTU, firewall rules on SIP).`,
  };
}
