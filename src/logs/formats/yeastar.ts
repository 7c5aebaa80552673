import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/**
 * What Yeastar writes beside Asterisk's own lines, which are read as such: the report 30007 of its API
 * (help.yeastar.com, "Extension Registration Status Changed") and the names of its security events (help.yeastar.com,
 * "Extension Registration Security").
 */

/** Of the report 30015 (help.yeastar.com, "Call Failure Report"), which says what each stands for. */
const CALL_REASONS: readonly (readonly [RegExp, EventKind])[] = [
  [/^404/, "call-no-route"],
  [/^484/, "call-no-route"],
  [/^4(?:08|80)|^603/, "call-not-answered"],
  [/^486|^User Busy/i, "call-busy"],
  [/^(?:NO Dial Permission|NO Outbound|DND)/i, "call-declined"],
  [/^(?:Circuit|Line Unreachable)/i, "call-congested"],
];

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "reason",
    pattern:
      /^reason\\{0,2}":\s?\\{0,2}"(?<detail>[34568]\d{2} [\w ]{3,40}|User Busy|NO (?:Dial Permission|Outbound Restrictin)|DND|Circuit\/channel congestion|Line Unreachable)\\{0,2}",\s?\\{0,2}"members/,
    kind: ({ detail = "" }) => CALL_REASONS.find(([reason]) => reason.test(detail))?.[1],
  },
  {
    marker: "extension",
    pattern:
      /^extension\\{0,2}":\s?\\{0,2}"(?<user>\d{1,16})\\{0,2}",\s?\\{0,2}"kind\\{0,2}":\s?\\{0,2}"(?<device>[A-Za-z]{1,12})\\{0,2}",\s?\\{0,2}"status\\{0,2}":\s?\\{0,2}"(?<why>Registered|Unregistered)\\{0,2}"(?:,\s?\\{0,2}"registered_ip\\{0,2}":\s?\\{0,2}"(?<address>[^"\\]{0,60}))?/,
    // Linkus apps register on their own: only a SIP device is of interest.
    kind: ({ why, device }) => {
      if (device?.toLowerCase() !== "sip") return undefined;
      return why === "Registered" ? "registered" : "unregistered";
    },
  },
  {
    marker: "Extension Registration Blocked Out",
    pattern: /^Extension Registration Blocked Out/,
    kind: "banned",
  },
  {
    marker: "SIP Trunk Registration Failed",
    pattern: /^SIP Trunk Registration Failed/,
    kind: "provider-refused",
  },
  { marker: "SIP Trunk Re-registered", pattern: /^SIP Trunk Re-registered/, kind: "provider-registered" },
];

export const FORMAT: LogFormat = {
  dialect: "yeastar",
  writtenBy: "Yeastar",
  preset: "yeastar-p-series",
  rank: 60,
  patterns: PATTERNS,
};
