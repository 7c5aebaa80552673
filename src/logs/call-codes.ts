import type { EventKind } from "./event.js";

/**
 * What an answer to an INVITE means where a line has no more of it than the code.
 * @param by who gave it: the device or far side that the logging PBX called, or the PBX that the logging client called.
 */
export function callEvent(status: number, by: "device" | "pbx"): EventKind {
  if (status < 200) return "call-progress";
  if (status < 300) return "call-ended";
  if (status < 400) return "call-forwarded";
  if (status >= 500 && status < 600) return "call-congested";
  return (by === "device" && status === 404 ? "call-number-unknown" : BY_CODE.get(status)) ?? "call-failed";
}

/** What a Q.850 cause means, with which a channel of a PBX was hung up; `undefined` where it says nothing by itself. */
export function causeEvent(cause: number): EventKind | undefined {
  return BY_CAUSE.get(cause);
}

const BY_CAUSE: ReadonlyMap<number, EventKind> = new Map<number, EventKind>([
  [1, "call-no-route"],
  [17, "call-busy"],
  [18, "call-not-answered"],
  [19, "call-not-answered"],
  [20, "call-not-registered"],
  [21, "call-declined"],
  [27, "call-congested"],
  [28, "call-no-route"],
  [34, "call-congested"],
  [38, "call-congested"],
  [41, "call-congested"],
  [42, "call-congested"],
  [44, "call-congested"],
  [58, "call-media-refused"],
  [65, "call-media-refused"],
  [79, "call-media-refused"],
  [88, "call-media-refused"],
]);

const BY_CODE: ReadonlyMap<number, EventKind> = new Map<number, EventKind>([
  [401, "call-auth-failed"],
  [407, "call-auth-failed"],
  [403, "call-declined"],
  [404, "call-no-route"],
  [408, "call-unreached"],
  [415, "call-media-refused"],
  // Kamailio's own codes for what it could not pass on (core/error.c).
  [476, "call-unsent"],
  [477, "call-unsent"],
  [478, "call-unresolved"],
  [480, "call-unavailable"],
  [481, "call-ended"],
  [482, "call-looped"],
  [483, "call-looped"],
  [484, "call-no-route"],
  [486, "call-busy"],
  [487, "call-cancelled"],
  [488, "call-media-refused"],
  [600, "call-busy"],
  [603, "call-declined"],
  [604, "call-no-route"],
  [606, "call-media-refused"],
]);
