import { type InputStep, type PastedLine, split } from "./pasted-line.js";

/** Packets as heplify prints them (Go's form of a HEP packet): a frame, and the message that is its payload. */

const PACKET =
  /&HEP\{.{0,80}?SrcIP:(?<from>[^,\s]{1,60}),DstIP:(?<to>[^,\s]{1,60}),SrcPort:(?<fromPort>\d{1,5}),DstPort:(?<toPort>\d{1,5}),.{0,300}?Payload:"(?<payload>.{20,4000}?)"(?:,|\}|$)/;
const TIME = /^\S{0,10} ?(\d{2}:\d{2}:\d{2}\.\d{1,9})/;

export const openHepPackets: InputStep = (lines) =>
  lines.some(({ text }) => text.includes("&HEP{")) ? lines.flatMap(opened) : lines;

function opened(line: PastedLine): PastedLine[] {
  const found = PACKET.exec(line.text)?.groups;
  if (found?.payload === undefined) return [line];
  const { from, to, fromPort, toPort, payload } = found;
  const time = TIME.exec(line.text)?.[1];
  const message = payload.replaceAll("\\r\\n", "\n").replaceAll('\\"', '"');
  return split(line, [
    `${time === undefined ? "" : `${time} `}${from}:${fromPort} -> ${to}:${toPort}`,
    ...message.split("\n"),
  ]);
}
