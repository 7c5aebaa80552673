import { present } from "../../base/present.js";
import { canonicalIp } from "./address.js";
import { SipParseError } from "./errors.js";
import { splitList, splitOutside, TOKEN, trimBlanks } from "./header-value.js";
import type { Headers } from "./message.js";
import { type Params, parseParams, writeParams } from "./params.js";
import { sameHost } from "./same-uri.js";
import { parseHostPort, writeHostPort } from "./uri.js";

/** One value of a Via header (RFC 3261 20.42, RFC 3581). */
export interface Via {
  /** In upper case: `UDP`, `TCP`, `TLS`, `WSS` … */
  readonly transport: string;
  /** Of the sent-by; an IPv6 literal without brackets. */
  readonly host: string;
  readonly port?: number;
  readonly branch?: string;
  /** The source address that the peer saw, without brackets. */
  readonly received?: string;
  /** The source port that the peer saw; `"asked"` where the parameter has no value yet. */
  readonly rport?: number | "asked";
  /** All parameters, those above too. */
  readonly params: Params;
}

/** Magic cookie of RFC 3261 8.1.1.7. */
export const BRANCH_COOKIE = "z9hG4bK";

/**
 * Reads one Via value; several in a line are split first.
 *
 * @throws SipParseError `via`, `uri` (its host) or `params`.
 */
export function parseVia(value: string): Via {
  const [head = "", ...paramTexts] = splitOutside(value, ";");
  const words = /^SIP\s*\/\s*2\.0\s*\/\s*([^\s/]+)\s+(\S.*)$/is.exec(trimBlanks(head));
  const [, transport = "", sentBy = ""] = words ?? [];
  if (!TOKEN.test(transport)) throw new SipParseError("via", "not a Via value", head);
  const params = parseParams(paramTexts.join(";"));
  const branch = params.get("branch");
  const received = params.get("received");
  const rport = readRport(params);
  return {
    transport: transport.toUpperCase(),
    ...parseHostPort(sentBy.split(":").map(trimBlanks).join(":")),
    ...(branch === undefined || branch === "" ? {} : { branch }),
    ...(received === undefined || received === "" ? {} : { received: canonicalIp(received) ?? received }),
    ...present({ rport }),
    params,
  };
}

function readRport(params: Params): number | "asked" | undefined {
  if (!params.has("rport")) return undefined;
  const text = params.get("rport") ?? "";
  if (text === "") return "asked";
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new SipParseError("via", "rport is not a port", text);
  return port;
}

/** Every Via of a message, topmost first. @throws SipParseError as {@link parseVia}. */
export function readVias(headers: Headers): Via[] {
  return headers.all("Via").flatMap(splitList).map(parseVia);
}

export interface ViaToWrite {
  readonly transport: string;
  readonly host: string;
  readonly port?: number;
  readonly params: Params;
}

/** Writes a Via value. @throws SipSerializeError. */
export function writeVia(via: ViaToWrite): string {
  return `SIP/2.0/${via.transport} ${writeHostPort(via.host, via.port)}${writeParams(via.params)}`;
}

/**
 * Notes where a request came from in its topmost Via, as a server does before it answers: `received` when
 * the sent-by differs or `rport` asks for it, and the value of `rport` (RFC 3261 18.2.1, RFC 3581 4).
 *
 * @throws SipParseError when there is no readable Via.
 */
export function stampTopVia(headers: Headers, source: { address: string; port: number }): void {
  const [top, ...below] = headers.all("Via").flatMap(splitList);
  if (top === undefined) throw new SipParseError("header-missing", "no Via");
  const via = parseVia(top);
  const params = new Map(via.params);
  const address = canonicalIp(source.address) ?? source.address;
  if (via.rport !== undefined) params.set("rport", String(source.port));
  if (via.rport !== undefined || !sameHost(via.host, address)) params.set("received", address);
  headers.set("Via", [writeVia({ ...via, params }), ...below].join(", "));
}
