import { present } from "../../base/present.js";
import { classifyAddress } from "../../sip/index.js";
import type {
  Endpoint,
  EndpointEvidence,
  ExchangeEvidence,
  PathEvidence,
  RegistrarEvidence,
} from "../evidence.js";

/** What the answers show about the path: NAT, rewritten headers, answers from elsewhere. Pure. */
export function readPath(
  endpoints: readonly EndpointEvidence[],
  registrar: RegistrarEvidence | undefined,
  otherEndpoints: readonly EndpointEvidence[] = [],
): PathEvidence | undefined {
  const answered = [
    ...(registrar?.exchanges ?? []).map((exchange) => ({ exchange, endpoint: registrar?.endpoint })),
    ...endpoints.map(({ options, endpoint }) => ({ exchange: options, endpoint })),
  ].flatMap(({ exchange, endpoint }) =>
    exchange?.result === "answered" && endpoint !== undefined ? [{ exchange, endpoint }] : [],
  );
  const [first] = answered;
  const local = first?.exchange.local;
  if (first === undefined || local === undefined) return undefined;
  const exchanges = answered.map(({ exchange }) => exchange);
  const seen = exchanges.find((exchange) => exchange.seen)?.seen;
  const own = answered.some(({ exchange, endpoint }) => isSeenAt(exchange, endpoint));
  // The unspecified address belongs to no host: anything that answers for it comes from another one.
  const elsewhere = answered.find(
    ({ exchange, endpoint }) => exchange.answeredFrom && !["0.0.0.0", "::"].includes(endpoint.address),
  );
  const unchangedAt = unchanged(endpoints, otherEndpoints);
  return {
    transport: first.endpoint.transport,
    local,
    localClass: classifyAddress(local.address),
    ...present({ seen }),
    ...(own ? { seenAtDialled: true } : {}),
    ...present({ privateFromPublic: privateFromPublic(answered) }),
    nat: seen !== undefined && seen.address.unwrap() !== local.address,
    rewritten: distinct(exchanges),
    ...(unchangedAt.length > 0 ? { unchangedAt } : {}),
    ...(elsewhere?.exchange.answeredFrom
      ? { answeredFrom: elsewhere.exchange.answeredFrom, askedAt: elsewhere.endpoint }
      : {}),
  };
}

/** A private or local address proves nothing of the kind: there the PBX is dialled from inside on purpose. */
function isSeenAt({ seen }: ExchangeEvidence, { address }: Endpoint): boolean {
  return seen?.address.unwrap() === address && classifyAddress(address) === "public";
}

/** A PBX at a public address cannot have seen a private one come from here, unless something on the way put it there. */
function privateFromPublic(
  answered: readonly { readonly exchange: ExchangeEvidence; readonly endpoint: Endpoint }[],
): PathEvidence["privateFromPublic"] {
  const found = answered.find(
    ({ exchange: { seen }, endpoint }) =>
      seen !== undefined &&
      classifyAddress(seen.address.unwrap()) === "private" &&
      classifyAddress(endpoint.address) === "public",
  );
  const { seen, local } = found?.exchange ?? {};
  if (seen === undefined) return undefined;
  return { address: seen.address, isOurs: seen.address.unwrap() === local?.address };
}

/** Endpoints over TCP and TLS whose answers are as they were sent, where those over UDP are not. */
function unchanged(
  endpoints: readonly EndpointEvidence[],
  otherEndpoints: readonly EndpointEvidence[],
): Endpoint[] {
  const isRewritten = ({ options }: EndpointEvidence) => (options?.rewritten.length ?? 0) > 0;
  const answered = [...endpoints, ...otherEndpoints].filter(({ options }) => options?.result === "answered");
  const streams = answered.filter(({ endpoint }) => endpoint.transport !== "udp");
  if (!answered.some((each) => each.endpoint.transport === "udp" && isRewritten(each))) return [];
  return streams.some(isRewritten) ? [] : streams.map(({ endpoint }) => endpoint);
}

function distinct(exchanges: readonly ExchangeEvidence[]): PathEvidence["rewritten"] {
  const all = exchanges.flatMap(({ rewritten }) => rewritten);
  return all.filter(({ what }, index) => all.findIndex((other) => other.what === what) === index);
}
