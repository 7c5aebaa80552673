import type { InputStep, PastedLine } from "./pasted-line.js";

/** `tshark -T json`, as it is printed over many lines: the two ends of each packet, and the message that it holds. */

const FIELD =
  /^\s{0,40}"(?<name>ip|ipv6|udp|tcp|frame|sip)\.(?<field>[A-Za-z_-]{2,20})": "(?<value>.{0,8000})",?$/;
const WHOLE = "sip.msg_hdr";

interface Packet {
  from?: string | undefined;
  to?: string | undefined;
  fromPort?: string | undefined;
  toPort?: string | undefined;
  time?: string | undefined;
  start?: string | undefined;
}

export const openTsharkJson: InputStep = (lines) => {
  if (!lines.some(({ text }) => text.includes(`"${WHOLE}": "`))) return lines;
  const opened: PastedLine[] = [];
  let packet: Packet = {};
  for (const line of lines) {
    const { name, field, value = "" } = FIELD.exec(line.text)?.groups ?? {};
    const key = `${name}.${field}`;
    if (key === "frame.time") packet = { time: /\d{2}:\d{2}:\d{2}\.\d{1,9}/.exec(value)?.[0] };
    else if (key === "ip.src" || key === "ipv6.src") packet.from = value;
    else if (key === "ip.dst" || key === "ipv6.dst") packet.to = value;
    else if (field === "srcport") packet.fromPort = value;
    else if (field === "dstport") packet.toPort = value;
    else if (key === "sip.Request-Line" || key === "sip.Status-Line") packet.start = value;
    else if (key === WHOLE && packet.start !== undefined) {
      opened.push(...message(packet, value).map((text) => ({ ...line, text })));
      packet = {};
    }
  }
  return opened;
};

function message({ from, to, fromPort, toPort, time, start = "" }: Packet, head: string): string[] {
  const end = (host = "", port = "5060") => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);
  const rows = head
    .replaceAll('\\"', '"')
    .replaceAll("\\/", "/")
    .split(/\\r\\n|\\n/);
  return [`${time ?? ""} ${end(from, fromPort)} -> ${end(to, toPort)}`.trim(), start, ...rows, ""];
}
