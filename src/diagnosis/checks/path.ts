import { classifyAddress } from "../../sip/index.js";
import type { Door, DoorEvidence, ExchangeEvidence, PathEvidence, RegistrarEvidence } from "../evidence.js";

/** What the answers tell of the way there: NAT, rewritten headers, answers from elsewhere. Pure. */
export function readPath(
  doors: readonly DoorEvidence[],
  registrar: RegistrarEvidence | undefined,
  otherDoors: readonly DoorEvidence[] = [],
): PathEvidence | undefined {
  const answered = [
    ...(registrar?.exchanges ?? []).map((exchange) => ({ exchange, door: registrar?.door })),
    ...doors.map(({ options, door }) => ({ exchange: options, door })),
  ].flatMap(({ exchange, door }) =>
    exchange?.result === "answered" && door !== undefined ? [{ exchange, door }] : [],
  );
  const [first] = answered;
  const local = first?.exchange.local;
  if (first === undefined || local === undefined) return undefined;
  const exchanges = answered.map(({ exchange }) => exchange);
  const seen = exchanges.find((exchange) => exchange.seen)?.seen;
  const own = answered.some(({ exchange, door }) => isSeenAt(exchange, door));
  const answeredFrom = exchanges.find((exchange) => exchange.answeredFrom)?.answeredFrom;
  const unchangedAt = unchanged(doors, otherDoors);
  return {
    transport: first.door.transport,
    local,
    localClass: classifyAddress(local.address),
    ...(seen ? { seen } : {}),
    ...(own ? { seenAtDialled: true } : {}),
    nat: seen !== undefined && seen.address.unwrap() !== local.address,
    rewritten: distinct(exchanges),
    ...(unchangedAt.length > 0 ? { unchangedAt } : {}),
    ...(answeredFrom ? { answeredFrom } : {}),
  };
}

/** A private or local address proves nothing of the kind: there the PBX is dialled from inside on purpose. */
function isSeenAt({ seen }: ExchangeEvidence, { address }: Door): boolean {
  return seen?.address.unwrap() === address && classifyAddress(address) === "public";
}

/** Doors over TCP and TLS whose answers are as they were sent, where those over UDP are not. */
function unchanged(doors: readonly DoorEvidence[], otherDoors: readonly DoorEvidence[]): Door[] {
  const isRewritten = ({ options }: DoorEvidence) => (options?.rewritten.length ?? 0) > 0;
  const answered = [...doors, ...otherDoors].filter(({ options }) => options?.result === "answered");
  const streams = answered.filter(({ door }) => door.transport !== "udp");
  if (!answered.some((each) => each.door.transport === "udp" && isRewritten(each))) return [];
  return streams.some(isRewritten) ? [] : streams.map(({ door }) => door);
}

function distinct(exchanges: readonly ExchangeEvidence[]): PathEvidence["rewritten"] {
  const all = exchanges.flatMap(({ rewritten }) => rewritten);
  return all.filter(({ what }, index) => all.findIndex((other) => other.what === what) === index);
}
