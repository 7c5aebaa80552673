import type { NamedMove, Turn } from "./script.js";

export type Json = Record<string, unknown>;

/** A model's API as far as a scripted model needs it. */
export interface Api {
  path: RegExp;
  /** What a request gives the model. */
  read(body: Json): Turn;
  /** The answer as events of a stream. Their `type` is the name of the event. */
  events(move: NamedMove, id: string): Json[];
  /** The answer to a request that wants no stream. */
  whole(move: NamedMove, id: string): Json;
}

/** The objects in a list; a string counts as one block of text. */
export function records(value: unknown): Json[] {
  if (typeof value === "string") return [{ type: "text", text: value }];
  return Array.isArray(value) ? value.filter((each) => typeof each === "object" && each !== null) : [];
}

export function record(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

/** The text of a string, of a block, or of a list of blocks; anything else as JSON. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(asText).join("\n");
  const { text } = record(value);
  return typeof text === "string" ? text : JSON.stringify(value);
}
