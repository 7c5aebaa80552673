import { Buffer } from "node:buffer";
import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

type ZoneRecord =
  | { type: "A"; address: string }
  | { type: "AAAA"; address: string }
  | { type: "CNAME"; target: string }
  | { type: "SRV"; priority: number; weight: number; port: number; target: string }
  | { type: "NAPTR"; order: number; preference: number; flags: string; service: string; replacement: string };

/**
 * What the server does with a question: give records, say that there is no such name (`late`: after a moment), fail, keep
 * silent, or give an address (192.0.2.9) when most have given up.
 */
type ZoneEntry = ZoneRecord[] | "NXDOMAIN" | "late" | "slow" | "SERVFAIL" | "silence";

/** Names in lower case, `AAAA pbx.test` for one type of question alone. A name that is not there does not exist. */
export type Zone = Record<string, ZoneEntry>;

export interface DnsServer {
  /** `address:port`, for a resolver's `servers`. */
  readonly server: string;
  /** Questions in their order, `TYPE name`. */
  readonly questions: string[];
  close(): Promise<void>;
}

const TYPES: Record<number, string> = { 1: "A", 5: "CNAME", 28: "AAAA", 33: "SRV", 35: "NAPTR" };
const MOMENT = 60;
const SLOW = 900;
const SLOW_RECORD: ZoneRecord = { type: "A", address: "192.0.2.9" };
const CODES: Record<string, number> = { SERVFAIL: 2, NXDOMAIN: 3 };

/** A DNS server on loopback UDP that answers from a table (RFC 1035 4.1). */
export async function startDnsServer(zone: Zone): Promise<DnsServer> {
  const socket = createSocket("udp4");
  const questions: string[] = [];
  const timers: NodeJS.Timeout[] = [];
  socket.on("message", (query: Buffer, from: RemoteInfo) => {
    const { name, type, end } = readQuestion(query);
    questions.push(`${type} ${name}`);
    const entry = zone[`${type} ${name.toLowerCase()}`] ?? zone[name.toLowerCase()] ?? "NXDOMAIN";
    if (entry === "silence") return;
    const records = entry === "slow" ? [SLOW_RECORD] : entry === "late" ? "NXDOMAIN" : entry;
    const reply = answer(query.subarray(0, end), records, type);
    const send = () => socket.send(reply, from.port, from.address);
    if (entry === "late") timers.push(setTimeout(send, MOMENT));
    else if (entry === "slow") timers.push(setTimeout(send, SLOW));
    else send();
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address() as AddressInfo;
  return {
    server: `127.0.0.1:${port}`,
    questions,
    close: () => {
      for (const timer of timers) clearTimeout(timer);
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}

function readQuestion(query: Buffer): { name: string; type: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  while (query.readUInt8(at) !== 0) {
    const length = query.readUInt8(at);
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  const number = query.readUInt16BE(at + 1);
  return { name: labels.join("."), type: TYPES[number] ?? String(number), end: at + 5 };
}

/** The query's own header and question, with the answer's flags and counts. */
function answer(question: Buffer, entry: ZoneRecord[] | "NXDOMAIN" | "SERVFAIL", type: string): Buffer {
  const records = Array.isArray(entry) ? entry.filter((record) => record.type === type) : [];
  const head = Buffer.from(question);
  const code = typeof entry === "string" ? (CODES[entry] ?? 0) : 0;
  head.writeUInt16BE(0x8580 | code, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...records.map(writeRecord)]);
}

function writeRecord(record: ZoneRecord): Buffer {
  const data = recordData(record);
  const head = Buffer.alloc(12);
  // The owner is the question's name, at offset 12.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(Number(Object.keys(TYPES).find((key) => TYPES[Number(key)] === record.type)), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function recordData(record: ZoneRecord): Buffer {
  if (record.type === "A") return Buffer.from(record.address.split(".").map(Number));
  if (record.type === "AAAA") return ipv6Bytes(record.address);
  if (record.type === "CNAME") return domain(record.target);
  if (record.type === "SRV") {
    return Buffer.concat([numbers(record.priority, record.weight, record.port), domain(record.target)]);
  }
  const strings = [record.flags, record.service, ""].map(characterString);
  return Buffer.concat([numbers(record.order, record.preference), ...strings, domain(record.replacement)]);
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}

function characterString(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, "latin1")]);
}

function domain(name: string): Buffer {
  const labels = name.split(".").filter(Boolean).map(characterString);
  return Buffer.concat([...labels, Buffer.from([0])]);
}

/** Full or `::`-shortened hexadecimal groups; no dotted tail. */
function ipv6Bytes(address: string): Buffer {
  const [left = "", right] = address.split("::").map((part) => part.split(":").filter(Boolean));
  const head = left as string[];
  const tail = right ?? [];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return numbers(...[...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16)));
}
