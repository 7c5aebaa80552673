import { type PastedLine, withText } from "../pasted-line.js";
import { clockTime, packetLine, readSaid } from "./said.js";

/**
 * Wireshark's flow of a call as text (Flow Sequence, saved as ASCII), which `tshark -z flow,any,standard` prints too: nodes above in two
 * rows, a row for what is said with its comment, and one with the arrow and the ports. The comment is not cut off.
 */

const HEAD = /^\|Time {1,12}\| [0-9A-Fa-f]/;
/** Columns of text that a node takes, and where the first one's line is, from the bar after the time. */
const WIDTH = 20;
const ADDRESS = /[0-9A-Fa-f:]{0,39}[.:][0-9A-Fa-f.:]{2,39}/g;
const ARROW = /^\|[^|]{0,20}\|(?<drawn>.{0,400})$/;
const PORT = /\((\d{1,5})\)/g;
const OF_SIP = /^SIP(?:\/SDP|\/XML)?(?::| )/;

export function openFlowText(lines: readonly PastedLine[]): readonly PastedLine[] {
  if (!lines.some(({ text }) => HEAD.test(text))) return lines;
  const opened = [...lines];
  let nodes: readonly (string | undefined)[] = [];
  for (let row = 0; row < lines.length; row += 1) {
    const [line, below] = [lines[row] as PastedLine, lines[row + 1]];
    if (HEAD.test(line.text)) {
      nodes = nodesOf(line.text, below?.text ?? "");
      opened[row] = withText(line, "");
      if (below !== undefined) opened[row + 1] = withText(below, "");
      row += 1;
      continue;
    }
    if (nodes.length === 0 || below === undefined || !line.text.startsWith("|")) continue;
    const ends = endsOf(below.text, nodes);
    if (ends === undefined) continue;
    const time = clockTime(line.text.slice(1, line.text.indexOf("|", 1)));
    const said = saidIn(line.text);
    opened[row] = withText(line, said === undefined ? "" : packetLine({ ...ends, said, time: time ?? "" }));
    opened[row + 1] = withText(below, "");
    row += 1;
  }
  return opened;
}

/** The first row names every second node, the row below the others. */
function nodesOf(first: string, second: string): (string | undefined)[] {
  const nodes: (string | undefined)[] = [];
  for (const text of [first, second]) {
    const start = text.indexOf("|", 1);
    for (const { 0: address, index } of text.slice(start).matchAll(ADDRESS)) {
      nodes[Math.round((index - 2) / WIDTH)] = address;
    }
  }
  return nodes;
}

function endsOf(text: string, nodes: readonly (string | undefined)[]) {
  const drawn = ARROW.exec(text)?.groups?.drawn;
  const stroke = drawn === undefined ? null : /-{4,300}>|<-{4,300}/.exec(drawn);
  if (drawn === undefined || stroke === null) return undefined;
  // The strokes begin one column after a node's line, and end one before the other's.
  const column = (place: number) => Math.round((place - WIDTH / 2 + 1) / WIDTH);
  const [left, right] = [column(stroke.index), column(stroke.index + stroke[0].length)];
  const [leftPort = "5060", rightPort = "5060"] = [...drawn.matchAll(PORT)].map(([, port]) => port);
  if (nodes[left] === undefined || nodes[right] === undefined || left === right) return undefined;
  const [one, other] = [withPort(nodes[left], leftPort), withPort(nodes[right], rightPort)];
  return stroke[0].endsWith(">") ? { from: one, to: other } : { from: other, to: one };
}

function withPort(address: string, port: string): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Of the comment, or of what is in the columns where that is something else. */
function saidIn(text: string) {
  const comment = text
    .slice(text.lastIndexOf("|", text.trimEnd().length - 2) + 1)
    .replace(/\|\s{0,4}$/, "")
    .trim();
  if (OF_SIP.test(comment)) {
    const said = readSaid(comment.replace(/ (?:From|To|Call-ID|CSeq):.{0,600}$/, ""));
    if (said !== undefined) return said;
  }
  const cells = text
    .split("|")
    .slice(2)
    .map((cell) => cell.trim());
  const label = cells.find((cell) => cell !== "");
  return label === undefined ? undefined : readSaid(label);
}
