import type { MeasuredCall } from "../../calls/call-facts.js";
import { heardIn, type TestCallFacts } from "./facts.js";
import type { LegState, Legs } from "./judge.js";

/**
 * A call as a ladder: SIP as arrows, the voice as a band a way. A full band is voice, a thin one packets without sound, a
 * broken one nothing where something should be, and a dotted one what cannot be observed from here. Pure.
 */

type Band = "full" | "silent" | "broken" | "not observable";

export interface LadderLine {
  readonly text: string;
  /** Of the band in it, for who prints in colour. */
  readonly band?: Band;
}

const WIDTH = 17;
const HERE = 4;

export function ladderOf(facts: TestCallFacts, legs: Legs): LadderLine[] {
  const { control, call } = facts;
  return [
    { text: `${"here".padEnd(HERE + WIDTH - 3)}PBX${" ".repeat(WIDTH - 2)}platform, agent` },
    ...(control === undefined
      ? []
      : [{ text: "echo test" }, ...sip(control), ...controlBands(control, legs)]),
    ...(call === undefined
      ? []
      : [{ text: "call to the agent" }, ...sip(call), ...callBands(call, legs), ...end(call)]),
    { text: "=== voice   --- packets without sound   =x= none   ... not observable from here" },
  ];
}

/** The ladder as one text. */
export function ladderText(lines: readonly LadderLine[]): string {
  return lines.map(({ text }) => text).join("\n");
}

function sip({ setup }: MeasuredCall): LadderLine[] {
  const { outcome, status, ringing, tookMs } = setup;
  return [
    { text: right("INVITE", 0) },
    ...ringing.slice(0, 3).map((each) => ({ text: left(String(each.status), each.atMs) })),
    ...(status === undefined
      ? [{ text: left(outcome === "unfinished" ? "no answer" : "nothing", tookMs) }]
      : [{ text: left(String(status), tookMs) }]),
  ];
}

function controlBands({ setup, audio }: MeasuredCall, legs: Legs): LadderLine[] {
  if (setup.outcome !== "answered" || audio === undefined) return [];
  const back = audio.tone.returnedMs > 0 ? "full" : audio.received.length > 0 ? "silent" : "broken";
  return [
    bands({ to: "right", near: legs.here_to_pbx === "works" ? "full" : "not observable" }),
    bands({ to: "left", near: back }),
  ];
}

function callBands(call: MeasuredCall, legs: Legs): LadderLine[] {
  if (call.setup.outcome !== "answered") return [];
  const { loud, arrives } = heardIn(call);
  const near = loud ? "full" : arrives ? "silent" : "broken";
  return [
    bands({ to: "right", near: bandOf(legs.here_to_pbx), far: bandOf(legs.pbx_to_agent) }),
    bands({ to: "left", near, far: bandOf(legs.agent_to_pbx) }),
  ];
}

function end({ end: over }: MeasuredCall): LadderLine[] {
  if (over === undefined) return [];
  return [
    {
      text:
        over.by === "there" ? left("BYE", over.atMs) : right(over.by === "lost" ? "lost" : "BYE", over.atMs),
    },
  ];
}

function bandOf(state: LegState): Band {
  return state === "works" ? "full" : state === "broken" ? "broken" : "not observable";
}

function bands({ to, near, far }: { to: "left" | "right"; near: Band; far?: Band }): LadderLine {
  const one = band(near, to);
  const other = far === undefined ? "" : band(far, to);
  const worst =
    [near, far].find((each) => each === "broken") ?? [near, far].find((each) => each === "silent");
  const shown =
    far === undefined
      ? ""
      : `   ${far === "not observable" ? "beyond the PBX: not observable" : ""}`.trimEnd();
  return {
    text: `${" ".repeat(HERE)}|${one}|${far === undefined ? "" : `${other}|`}${shown}`,
    band: worst ?? (far === "not observable" || near === "not observable" ? "not observable" : "full"),
  };
}

const FILL: Readonly<Record<Band, string>> = { full: "=", silent: "-", broken: "=", "not observable": "." };

function band(kind: Band, to: "left" | "right"): string {
  const fill = FILL[kind].repeat(WIDTH - 2);
  const body = kind === "broken" ? `${fill.slice(0, 6)}x${" ".repeat(WIDTH - 9)}` : fill;
  const tip = kind === "broken" ? "" : to === "right" ? ">" : "<";
  const line =
    to === "right" ? `${body}${tip}` : `${tip}${kind === "broken" ? [...body].reverse().join("") : body}`;
  return to === "right" ? line.padEnd(WIDTH - 1) : line.padStart(WIDTH - 1);
}

function right(word: string, atMs: number): string {
  return arrow(`${dashes(word)}>`, atMs);
}

function left(word: string, atMs: number): string {
  return arrow(`<${dashes(word)}`, atMs);
}

function dashes(word: string): string {
  const room = WIDTH - 2 - word.length - 2;
  const before = Math.max(1, Math.floor(room / 2));
  return `${"-".repeat(before)} ${word} ${"-".repeat(Math.max(1, room - before))}`;
}

function arrow(line: string, atMs: number): string {
  return `${" ".repeat(HERE)}|${line}|${" ".repeat(WIDTH)}${(Math.max(0, atMs) / 1_000).toFixed(1)} s`;
}
