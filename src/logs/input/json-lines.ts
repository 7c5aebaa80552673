import { type InputStep, type PastedLine, split } from "./pasted-line.js";

/**
 * Lines of JSON, as zap, pino, logrus, Docker's json-file and journald write them: the message comes out, with time,
 * level and logger before it and what else there is behind it as JSON, as zap writes on a console.
 */

const MAX_JSON = 60_000;
const MESSAGE = ["msg", "message", "log", "MESSAGE", "text", "body", "line", "event"];
const TIME = ["ts", "time", "timestamp", "@timestamp", "datetime", "date"];
const LEVEL = ["level", "lvl", "severity"];
const LOGGER = ["logger", "name", "component", "module", "caller"];
/** Nothing that they say is of use. */
const NOISE = new Set(["stream", "PRIORITY", "_PID", "_UID", "_GID", "__CURSOR", "__MONOTONIC_TIMESTAMP"]);

type Fields = Readonly<Record<string, unknown>>;

export const openJsonLines: InputStep = (lines) =>
  lines.some(({ text }) => text.includes("{")) ? lines.flatMap(opened) : lines;

function opened(line: PastedLine): PastedLine[] {
  const at = line.text.indexOf("{");
  if (at < 0 || line.text.length > MAX_JSON || line.text.slice(0, at).trim() !== "") return [line];
  const fields = parsed(line.text.trim().replace(/,$/, ""));
  const message = fields && taken(fields, MESSAGE);
  if (fields === undefined || message === undefined) return [line];
  const parts = message.value.replace(/\r?\n$/, "").split(/\r?\n/);
  // A message of SIP stands as it is; anything else is put together again as one line of a log.
  if (parts.length > 1 || fields.stream !== undefined) return split(line, parts);
  return split(line, [flat(fields, message)]);
}

interface Taken {
  readonly key: string;
  readonly value: string;
}

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}

function taken(fields: Fields, names: readonly string[]): Taken | undefined {
  for (const key of names) {
    const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (typeof value === "string") return { key, value };
    if (typeof value === "number" && names === TIME) return { key, value: isoOf(value) };
  }
  return undefined;
}

/** Seconds or milliseconds since 1970. */
function isoOf(value: number): string {
  const date = new Date(value > 1e11 ? value : value * 1_000);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}

function flat(fields: Fields, message: Taken): string {
  const head = [TIME, LEVEL, LOGGER].flatMap((names) => taken(fields, names) ?? []);
  const used = new Set([message.key, ...head.map(({ key }) => key)]);
  const rest = Object.entries(fields).filter(([key]) => !used.has(key) && !NOISE.has(key));
  const words = [...head.map(({ value }) => value.replace("T", " ")), message.value];
  return [...words, ...(rest.length > 0 ? [JSON.stringify(Object.fromEntries(rest))] : [])].join(" ");
}
