import { classifyAddress } from "../../sip/index.js";
import type { DoorEvidence, ExchangeEvidence, PathEvidence, RegistrarEvidence } from "../evidence.js";

/** What the answers tell of the way there: NAT, rewritten headers, answers from elsewhere. Pure. */
export function readPath(
  doors: readonly DoorEvidence[],
  registrar: RegistrarEvidence | undefined,
): PathEvidence | undefined {
  const answered = [
    ...(registrar?.exchanges ?? []).map((exchange) => ({ exchange, transport: registrar?.door.transport })),
    ...doors.map(({ options, door }) => ({ exchange: options, transport: door.transport })),
  ].flatMap(({ exchange, transport }) =>
    exchange?.result === "answered" && transport !== undefined ? [{ exchange, transport }] : [],
  );
  const [first] = answered;
  const local = first?.exchange.local;
  if (first === undefined || local === undefined) return undefined;
  const exchanges = answered.map(({ exchange }) => exchange);
  const seen = exchanges.find((exchange) => exchange.seen)?.seen;
  const answeredFrom = exchanges.find((exchange) => exchange.answeredFrom)?.answeredFrom;
  return {
    transport: first.transport,
    local,
    localClass: classifyAddress(local.address),
    ...(seen ? { seen } : {}),
    nat: seen !== undefined && seen.address !== local.address,
    rewritten: distinct(exchanges),
    ...(answeredFrom ? { answeredFrom } : {}),
  };
}

function distinct(exchanges: readonly ExchangeEvidence[]): PathEvidence["rewritten"] {
  const all = exchanges.flatMap(({ rewritten }) => rewritten);
  return all.filter(({ what }, index) => all.findIndex((other) => other.what === what) === index);
}
