import { counted, span } from "../../base/words.js";
import type { Untrusted } from "../../redaction/untrusted.js";
import type { Endpoint, EndpointEvidence, Evidence, ExchangeEvidence } from "../evidence.js";
import { SLOW_ANSWER } from "../limits.js";
import { endpointAddress, endpointName } from "../target.js";

export { oneOf } from "../../answers/meaning.js";
export { hostPort } from "../target.js";

/** Words and views of evidence that several rules share. Pure. */

/** `403 "Forbidden"`. */
export function statusWords({ status, reason }: ExchangeEvidence): string {
  return reason === undefined || reason.isEmpty ? `${status}` : `${status} ${reason}`;
}

/** `1.2 s` or `80 ms`. */
export function duration(ms: number): string {
  return ms >= 1_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms)} ms`;
}

export function seconds(count: number): string {
  return span(count * 1_000);
}

/** `a, b and c`. */
export function list(items: readonly (string | Untrusted)[]): string {
  if (items.length <= 1) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** A REGISTER got an answer with which the password cannot matter: neither a challenge nor 2xx. */
export function refusesAll({ result, status = 0 }: ExchangeEvidence): boolean {
  return result === "answered" && status >= 300 && status !== 401 && status !== 407;
}

/** It refuses to be asked for its bindings without registering: FreeSWITCH's `Missing Contact Header`. */
export function wantsContact({ status, reason }: ExchangeEvidence): boolean {
  return status === 400 && /contact/i.test(reason?.unwrap() ?? "");
}

/** The first REGISTER, which carried no credentials, when it was answered. */
export function firstRegister({ registrar }: Evidence): ExchangeEvidence | undefined {
  return registrar?.exchanges[0];
}

/** The first REGISTER ended with a status of this kind. */
export function answeredFirst(
  evidence: Evidence,
  fits: (status: number) => boolean,
): (ExchangeEvidence & { status: number }) | undefined {
  const first = firstRegister(evidence);
  if (first?.result !== "answered" || first.status === undefined || !fits(first.status)) return undefined;
  return { ...first, status: first.status };
}

/** SIP was answered at one of the configured endpoints, to OPTIONS or to REGISTER. */
export function anythingAnswers({ endpoints, registrar }: Evidence): boolean {
  return (
    endpoints.some(({ options }) => options?.result === "answered") ||
    (registrar?.exchanges.some(({ result }) => result === "answered") ?? false)
  );
}

/** The answer that took longest, where that is longer than clients like it. */
export function slowest({ endpoints, registrar }: Evidence): ExchangeEvidence | undefined {
  const all = [...(registrar?.exchanges ?? []), ...endpoints.flatMap(({ options }) => options ?? [])];
  const slow = all.filter(({ result, ms }) => result === "answered" && ms > SLOW_ANSWER);
  return slow.toSorted((left, right) => right.ms - left.ms)[0];
}

/** Whether SIP is answered was left open: it was not asked, or not at every place. */
export function leftUnasked(evidence: Evidence): boolean {
  return wireUnseen(evidence) || evidence.endpoints.some(({ notAsked, options }) => notAsked && !options);
}

/** Nothing was looked up or sent: settings and status are all that is known. */
export function wireUnseen({ name }: Evidence): boolean {
  return name.outcome === "not-asked";
}

/** Other places that answered SIP, or at least are open where nothing was asked. */
export function liveOthers({ otherEndpoints, target }: Evidence): EndpointEvidence[] {
  return otherEndpoints.filter(({ options, reach, endpoint }) =>
    target.username === undefined
      ? reach.kind === "open" && endpoint.transport !== "udp"
      : options?.result === "answered",
  );
}

/** How it went at an endpoint, in few words: `refused after 3 ms`. */
function reachWords({ reach, options, notAsked }: EndpointEvidence): string {
  switch (reach.kind) {
    case "open":
      return options === undefined || options.result === "answered"
        ? `open after ${duration(reach.ms)}`
        : `open, but ${exchangeWords(options)}`;
    case "unproven":
      return notAsked === undefined ? "not asked (UDP without a user)" : "not asked";
    case "refused":
      return `refused after ${duration(reach.ms)}`;
    case "silent":
      return `no answer in ${duration(reach.ms)}${reach.sends ? ` (${counted(reach.sends, "send")})` : ""}`;
    case "unreachable":
      return `unreachable (${reach.code})`;
    case "tls-failed":
      return reach.speaksPlainSip
        ? "speaks plain SIP, not TLS"
        : reach.code.unwrap() === "TIMEOUT"
          ? `connected, no TLS handshake in ${duration(reach.ms)}`
          : `TLS handshake failed (${reach.code})`;
    case "failed":
      return `failed: ${reach.message}`;
    case "blocked":
      return `not tried: ${reach.reason}`;
    case "cut-short":
      return "not finished in time";
  }
}

/** `no answer in 6.0 s (4 sends)`. */
export function exchangeWords(exchange: ExchangeEvidence): string {
  const { result, ms, sends, problem, method } = exchange;
  const more = problem ? `: ${problem}` : "";
  switch (result) {
    case "answered":
      return `${method} is answered ${statusWords(exchange)} in ${duration(ms)}`;
    case "silent":
      return `${method} gets no answer in ${duration(ms)} (${counted(sends, "send")})`;
    case "trying":
      return `${method} gets no final answer in ${duration(ms)}${more}`;
    case "malformed":
      if (exchange.isPartial) return `${method} is answered only in part in ${duration(ms)}${more}`;
      return `${method} is answered with something that is not a SIP message${more}`;
    case "reflected":
      return `what comes back to ${method} is our own request`;
    case "unfit":
      return `${method} gets no answer, but something else${more}`;
    case "closed":
      return `the connection is closed after ${method}${more}`;
    case "refused":
      return `${method} is refused (ICMP: nothing listens)`;
    case "unreachable":
      return `${method} cannot be sent there${more}`;
    case "failed":
      return `${method} fails${more}`;
    case "cut-short":
      return `${method} was not finished in time`;
  }
}

/** `udp 203.0.113.5:5060: no answer in 6.0 s (4 sends)`. */
export function endpointLine(endpoint: EndpointEvidence): string {
  return `${endpointAddress(endpoint.endpoint)}: ${reachWords(endpoint)}`;
}

/** `tls/5061 and udp/5060`. */
export function endpointNames(endpoints: readonly Endpoint[]): string {
  return list([...new Set(endpoints.map(endpointName))]);
}

/** The REGISTER and what else it says: `REGISTER without credentials is answered 403 "Forbidden" by Asterisk`. */
export function answerWords(evidence: Evidence, exchange: ExchangeEvidence): string {
  const said = Object.entries(exchange.headers)
    .filter(([name]) => name !== "Allow")
    .map(([name, value]) => `${name}: ${value}`);
  const more = said.length > 0 ? ` (${said.join("; ")})` : "";
  return `REGISTER without credentials is answered ${statusWords(exchange)} by ${evidence.answerer.name}${more}`;
}
