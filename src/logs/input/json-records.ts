import { isNode, isText, type JsonNode, type JsonText, type JsonValue } from "./json-documents.js";

/**
 * Records of a log in a JSON document: what Kibana, Loki, CloudWatch, Datadog, Homer and `docker` or `journalctl` give
 * out. A record is an object with a message in it; its time and its addresses may be in an object around it.
 */

export interface JsonRecord {
  readonly message: JsonText;
  readonly time?: string;
  /** `192.0.2.1:5060`, where the record names both ends of a packet. */
  readonly ends?: readonly [from: string, to: string];
  /** What else it says, in its order. */
  readonly rest: readonly (readonly [string, unknown])[];
  /** Level and logger. */
  readonly head: readonly string[];
  /** Docker's: what a program wrote, as it is. */
  readonly isLine?: true;
}

const MESSAGE_KEYS = [
  "raw",
  "msg",
  "message",
  "log",
  "MESSAGE",
  "text",
  "body",
  "line",
  "payload",
  "@message",
  "textPayload",
  "event",
];
const TIME_KEYS = [
  "ts",
  "time",
  "timestamp",
  "@timestamp",
  "datetime",
  "date",
  "create_date",
  "__REALTIME_TIMESTAMP",
];
const LEVEL_KEYS = ["level", "lvl", "severity"];
const LOGGER_KEYS = ["logger", "name", "component", "module", "caller"];
/** Nothing that they say is of use. */
const NOISE = new Set(["stream", "PRIORITY", "_PID", "_UID", "_GID", "__CURSOR", "__MONOTONIC_TIMESTAMP"]);
const FROM_HOST = ["srcIp", "srcip", "src_ip", "source_ip", "sourceIp", "src"];
const FROM_PORT = ["srcPort", "srcport", "src_port", "source_port", "sourcePort"];
const TO_HOST = ["dstIp", "dstip", "dst_ip", "destination_ip", "destinationIp", "dst"];
const TO_PORT = ["dstPort", "dstport", "dst_port", "destination_port", "destinationPort"];
/** So far around an object its time and addresses are looked for. */
const FAR = 3;

export function recordsOf(root: JsonNode): JsonRecord[] {
  const records: JsonRecord[] = [];
  const walk: (readonly [node: JsonNode, around: readonly JsonNode[]])[] = [[root, []]];
  for (let next = walk.pop(); next !== undefined; next = walk.pop()) {
    const [node, around] = next;
    const record = recordOf(node, around);
    const isCopy = record !== undefined && node === around[0]?.members.get("fields");
    if (record !== undefined && !(isCopy && records.at(-1)?.message.text === record.message.text))
      records.push(record);
    const inner = [node, ...around].slice(0, FAR);
    // In the order of the text: the last one pushed is the first one looked at.
    for (const value of [...node.members.values()].reverse()) if (isNode(value)) walk.push([value, inner]);
  }
  return records;
}

function recordOf(node: JsonNode, around: readonly JsonNode[]): JsonRecord | undefined {
  if (node.isArray) return pairOf(node) ?? fieldsOf(node);
  return ofMembers(node.members, around);
}

/** Loki: `["1741687200000000000", "the line"]`. */
function pairOf({ members }: JsonNode): JsonRecord | undefined {
  const [time, line] = [members.get("0"), members.get("1")];
  if (members.size < 2 || members.size > 3 || !isText(time) || !isText(line)) return undefined;
  return /^\d{10,19}$/.test(time.text)
    ? { message: line, time: isoOf(Number(time.text)), rest: [], head: [] }
    : undefined;
}

/** CloudWatch Insights: `[{"field": "@message", "value": "…"}, …]`. */
function fieldsOf({ members }: JsonNode): JsonRecord | undefined {
  const pairs = new Map<string, JsonValue>();
  for (const each of members.values()) {
    const [field, value] = isNode(each) ? [each.members.get("field"), each.members.get("value")] : [];
    if (!isText(field) || value === undefined) return undefined;
    pairs.set(field.text, value);
  }
  return ofMembers(pairs, []);
}

function ofMembers(
  members: ReadonlyMap<string, JsonValue>,
  around: readonly JsonNode[],
): JsonRecord | undefined {
  const message = messageOf(members);
  if (message === undefined) return undefined;
  const places = [members, ...around.filter(({ isArray }) => !isArray).map((node) => node.members)];
  const time = first(places, (each) => taken(each, TIME_KEYS));
  const heads = [LEVEL_KEYS, LOGGER_KEYS].flatMap((names) => taken(members, names) ?? []);
  const used = new Set([message.key, time?.key, ...heads.map(({ key }) => key)]);
  const ends = first(places, endsOf);
  return {
    message: message.value,
    ...(time === undefined ? {} : { time: time.value }),
    ...(ends === undefined ? {} : { ends }),
    ...(members.has("stream") ? { isLine: true as const } : {}),
    head: heads.map(({ value }) => value),
    rest: [...members]
      .filter(([key]) => !used.has(key) && !NOISE.has(key))
      .map(([key, value]) => [key, plain(value, 0)] as const),
  };
}

function messageOf(members: ReadonlyMap<string, JsonValue>): { key: string; value: JsonText } | undefined {
  const found = MESSAGE_KEYS.flatMap((key) => {
    const value = members.get(key);
    const only = isNode(value) && value.isArray && value.members.size === 1 ? value.members.get("0") : value;
    return isText(only) ? [{ key, value: only }] : [];
  });
  return found.find(({ value }) => value.text.includes("SIP/2.0")) ?? found[0];
}

function first<In, Out>(list: readonly In[], find: (each: In) => Out | undefined): Out | undefined {
  for (const each of list) {
    const found = find(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

function taken(members: ReadonlyMap<string, JsonValue>, names: readonly string[]) {
  for (const key of names) {
    const value = members.get(key);
    if (
      names === TIME_KEYS &&
      (typeof value === "number" || (isText(value) && /^\d{10,19}$/.test(value.text)))
    )
      return { key, value: isoOf(Number(isText(value) ? value.text : value)) };
    if (isText(value)) return { key, value: value.text };
  }
  return undefined;
}

function endsOf(members: ReadonlyMap<string, JsonValue>): readonly [string, string] | undefined {
  const from = endOf(members, "source", FROM_HOST, FROM_PORT);
  const to = endOf(members, "destination", TO_HOST, TO_PORT);
  if (from !== undefined && to !== undefined) return [from, to];
  const header = members.get("protocol_header");
  return isNode(header) ? endsOf(header.members) : undefined;
}

function endOf(
  members: ReadonlyMap<string, JsonValue>,
  whole: string,
  hosts: readonly string[],
  ports: readonly string[],
): string | undefined {
  const side = members.get(whole);
  const [host, port] = isNode(side)
    ? [side.members.get("ip") ?? side.members.get("address"), side.members.get("port")]
    : [valueIn(members, hosts), valueIn(members, ports)];
  const address = isText(host) ? host.text : undefined;
  const number = isText(port) ? port.text : port;
  if (address === undefined || !/^[0-9a-fA-F.:]{3,45}$/.test(address)) return undefined;
  const bare = address.includes(":") && number !== undefined ? `[${address}]` : address;
  return number === undefined || !/^\d{1,5}$/.test(String(number)) ? bare : `${bare}:${number}`;
}

function valueIn(members: ReadonlyMap<string, JsonValue>, names: readonly string[]): JsonValue | undefined {
  const name = names.find((each) => members.has(each));
  return name === undefined ? undefined : members.get(name);
}

/** Seconds to nanoseconds since 1970. */
function isoOf(value: number): string {
  const milliseconds =
    value > 1e17 ? value / 1e6 : value > 1e14 ? value / 1e3 : value > 1e11 ? value : value * 1_000;
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}

function plain(value: JsonValue, depth: number): unknown {
  if (isText(value)) return value.text;
  if (!isNode(value)) return value;
  if (depth > 3) return "";
  const inner = [...value.members].map(([key, each]) => [key, plain(each, depth + 1)] as const);
  return value.isArray ? inner.map(([, each]) => each) : Object.fromEntries(inner);
}
