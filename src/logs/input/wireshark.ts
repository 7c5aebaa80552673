import { type InputStep, type PastedLine, withText } from "./pasted-line.js";

/**
 * Wireshark's and `tshark -V`'s tree of a packet, as a frame and the message itself. What the tree shows beside each
 * header is indented more than the headers, and is left out.
 */

const SECTION = /^(\s{0,20})Session Initiation Protocol(?: \(|$)/;
const ADDRESSES =
  /^\s{0,20}Internet Protocol(?: Version [46])?, Src: (?:\S{1,200} \()?([^\s(),]{1,60})\)?, Dst: (?:\S{1,200} \()?([^\s(),]{1,60})\)?/;
const PORTS =
  /^\s{0,20}(?:User Datagram|Transmission Control) Protocol, Src Port: (?:[\w-]{1,30} \()?(\d{1,5})\)?, Dst Port: (?:[\w-]{1,30} \()?(\d{1,5})\)?/;
const ARRIVED = /^\s{0,20}Arrival Time: \w{3} {1,2}\d{1,2}, \d{4} (\d{2}:\d{2}:\d{2}\.\d{1,9})/;
const START = /^\s{0,20}(?:Request-Line|Status-Line): (.{1,400})$/;
const SDP = /^\s{1,30}[A-Z][\w ,/-]{0,60} \(([a-z])\): (.{0,300})$/;

interface Packet {
  from?: string | undefined;
  to?: string | undefined;
  fromPort?: string | undefined;
  toPort?: string | undefined;
  at?: string | undefined;
}

export const openWireshark: InputStep = (lines) => {
  if (!lines.some(({ text }) => SECTION.test(text))) return lines;
  const opened: PastedLine[] = [];
  let packet: Packet = {};
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as PastedLine;
    if (SECTION.test(line.text)) {
      opened.push(withText(line, frameOf(packet)));
      index = openSection(lines, index, opened) - 1;
      packet = {};
    } else if (!learnt(packet, line.text)) opened.push(line);
    else opened.push(withText(line, ""));
  }
  return opened;
};

/** Lines on the packet itself; whether this was one. */
function learnt(packet: Packet, text: string): boolean {
  const addresses = ADDRESSES.exec(text);
  const ports = PORTS.exec(text);
  const arrived = ARRIVED.exec(text);
  if (addresses) [, packet.from, packet.to] = addresses;
  if (ports) [, packet.fromPort, packet.toPort] = ports;
  if (arrived) packet.at = arrived[1];
  return (
    Boolean(addresses ?? ports ?? arrived) ||
    /^\s{0,20}(?:Frame \d{1,9}: |Ethernet II, |Linux cooked capture)/.test(text)
  );
}

function frameOf({ from, to, fromPort = "5060", toPort = "5060", at }: Packet): string {
  if (from === undefined || to === undefined) return "";
  const end = (host: string, port: string) => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);
  return `${at === undefined ? "" : `${at} `}${end(from, fromPort)} -> ${end(to, toPort)}`;
}

/** Past the section of one message, which ends where the indent does. */
function openSection(lines: readonly PastedLine[], section: number, opened: PastedLine[]): number {
  const outer = indentOf(lines[section]?.text ?? "");
  let headers: number | undefined;
  let index = section + 1;
  for (; index < lines.length; index += 1) {
    const line = lines[index] as PastedLine;
    const { text } = line;
    if (text.trim() === "" || indentOf(text) <= outer) break;
    const start = START.exec(text)?.[1];
    const sdp = SDP.exec(text);
    if (start !== undefined) opened.push(withText(line, start));
    else if (/^\s{1,20}Message (?:Header|Body)/.test(text)) {
      headers = text.includes("Header") ? indentOf(lines[index + 1]?.text ?? "") : undefined;
      if (headers === undefined) opened.push(withText(line, ""));
    } else if (sdp) opened.push(withText(line, `${sdp[1]}=${sdp[2]}`));
    else if (indentOf(text) === headers && !/^\s{1,30}\[(?!truncated)/.test(text)) {
      opened.push(withText(line, text.trim().replace(/^\[truncated\]\s?/, "")));
    }
  }
  opened.push({ text: "", line: lines[Math.min(index, lines.length) - 1]?.line ?? 1, columns: 0 });
  return index;
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}
