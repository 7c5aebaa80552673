import type { LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/**
 * What Yeastar writes beside Asterisk's own lines, which are read as such: the report 30007 of its API
 * (help.yeastar.com, "Extension Registration Status Changed") and the names of its security events (help.yeastar.com,
 * "Extension Registration Security").
 */

const PATTERNS: readonly LinePattern[] = [
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
