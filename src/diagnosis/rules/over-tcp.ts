import type { Evidence, ExchangeEvidence } from "../evidence.js";
import { endpointName } from "../target.js";
import type { Found } from "./rule.js";
import { exchangeWords } from "./words.js";

/** What is to be said of a REGISTER without an answer over UDP that was asked over TCP as well. */
export function silentOverUdp({ overTcp }: Evidence, first: ExchangeEvidence): Partial<Found> {
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
    fix: `Use transport tcp with port ${endpoint.port}. To stay with udp, find on the PBX whether the REGISTER arrives, and what becomes of its answer (MTU, firewall rules on SIP).`,
  };
}
