import type { Writable } from "node:stream";
import { HIDDEN, Secret } from "../redaction/secret.js";
import { namesSecret } from "../redaction/secret-keys.js";
import { cleanText } from "../redaction/text.js";
import { shownText, shownValue, Untrusted, untrusted } from "../redaction/untrusted.js";

/** Most severe first; a level lets itself and everything before it through. */
export const LOG_LEVELS = ["error", "warn", "info", "debug", "trace"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type LogFields = Readonly<Record<string, unknown>>;
type Write = (message: string, fields?: LogFields) => void;

/** One line an entry on stderr: ISO time, level, message, `key=value` fields; or the same as JSON. */
export type Logger = Readonly<Record<LogLevel, Write>>;

export interface LoggerOptions {
  level: LogLevel;
  /** Never stdout: it belongs to the protocol. */
  stream: Writable;
  /** Says what must not be shown of a text from outside (`Redactor.refusal`). */
  refusal?: (text: string) => string | undefined;
  /** One JSON object a line instead of words: for programs that collect logs. */
  json?: boolean;
  now?: () => Date;
}

/** What a level is that is not written: nothing need be made ready for it. */
export const silent: Write = () => {};

const MAX_TEXT = 2_000;
const MAX_CAUSES = 5;

/** Streams whose errors are already swallowed: a reader of stderr that has gone away must not end the server. */
const guarded = new WeakSet<Writable>();

function guard(stream: Writable): void {
  if (guarded.has(stream)) return;
  guarded.add(stream);
  stream.on("error", () => {});
}

/**
 * A logger of that level. Secrets are hidden by field name and as {@link Secret}; text from outside ({@link Untrusted},
 * messages of errors) is left out where `refusal` says so.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { stream, refusal = () => undefined, json = false, now = () => new Date() } = options;
  guard(stream);
  const sentence = (text: string) => cleanText(shownText(text, refusal), MAX_TEXT);
  const shown = (value: unknown) => cleanText(shownValue(plain(value), refusal), MAX_TEXT);
  const limit = LOG_LEVELS.indexOf(options.level);

  const write = (level: LogLevel, message: string, fields: LogFields): void => {
    if (stream.destroyed || stream.writableEnded) return;
    if (json) {
      const entry = {
        time: now().toISOString(),
        level,
        message: sentence(message),
        ...jsonFields(fields, shown),
      };
      stream.write(`${JSON.stringify(entry)}\n`);
      return;
    }
    const words = [now().toISOString(), level, sentence(message)];
    for (const [key, value] of Object.entries(fields)) {
      if (value === undefined) continue;
      words.push(`${shown(key)}=${namesSecret(key) ? HIDDEN : quoted(shown(value))}`);
    }
    stream.write(`${words.join(" ")}\n`);
  };
  const at = (level: LogLevel): Write =>
    LOG_LEVELS.indexOf(level) > limit ? silent : (message, fields = {}) => write(level, message, fields);
  return { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug"), trace: at("trace") };
}

function jsonFields(fields: LogFields, shown: (value: unknown) => string): Record<string, unknown> {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  const fieldOf = (key: string, value: unknown) => {
    if (namesSecret(key)) return HIDDEN;
    return typeof value === "number" || typeof value === "boolean" ? value : shown(value);
  };
  return Object.fromEntries(given.map(([key, value]) => [shown(key), fieldOf(key, value)]));
}

/** A field's value as text. An error is its name and message; its stack would break the line. */
function plain(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Error) return String(errorText(value));
  if (value instanceof Secret || value instanceof URL || value instanceof Untrusted) return String(value);
  try {
    return JSON.stringify(value, (key, inner: unknown) => {
      if (namesSecret(key)) return HIDDEN;
      return inner instanceof Error ? String(errorText(inner)) : inner;
    });
  } catch {
    return "[unprintable]";
  }
}

/** Libraries make errors of what they read: all of it counts as text from outside. */
function errorText(error: Error): Untrusted {
  const texts: string[] = [];
  for (let next: unknown = error; next !== undefined && texts.length < MAX_CAUSES; ) {
    texts.push(String(next));
    next = next instanceof Error ? next.cause : undefined;
  }
  return untrusted(texts.join(": "), { max: MAX_TEXT });
}

function quoted(text: string): string {
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
