import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/**
 * Alarms of Cisco Unified Communications Manager, as it sends them to syslog and RTMT, from version 8 on and before
 * ("System Error Messages" and "Managed Services Guide", Cisco).
 */

/** Reasons that someone wanted: a reset, a restart, the device's own wish, a change of its settings. */
const WANTED: ReadonlySet<string> = new Set(["8", "9", "10", "17"]);
const MALFORMED = "11";

function gone({ reason = "" }: Groups): EventKind {
  if (reason === MALFORMED) return "bad-request";
  return WANTED.has(reason) ? "unregistered" : "binding-removed";
}

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "EndPointUnregistered: ",
    pattern:
      /^EndPointUnregistered: .{0,40}?\[DeviceName=(?<user>[\w.-]{1,64})\](?:\[IPAddress=(?<address>[0-9A-Fa-f.:]{3,45})\])?.{0,400}?\[Reason=(?<reason>\d{1,3})\]/,
    kind: gone,
  },
  {
    marker: "EndPointRegistered: ",
    pattern:
      /^EndPointRegistered: .{0,40}?\[DeviceName=(?<user>[\w.-]{1,64})\](?:\[IPAddress=(?<address>[0-9A-Fa-f.:]{3,45})\])?/,
    kind: "registered",
  },
  {
    marker: "EndPointTransientConnection: ",
    pattern:
      /^EndPointTransientConnection: .{0,60}?\[DeviceName=(?<user>[\w.-]{0,64})\](?:\[IPAddress=(?<address>[0-9A-Fa-f.:]{3,45})\])?.{0,400}?\[Reason=(?<reason>\d{1,3})\]/,
    kind: ({ reason }) => (reason === MALFORMED ? "bad-request" : "registration-broken-off"),
  },
  {
    marker: "DeviceUnregistered: ",
    pattern:
      /^DeviceUnregistered: .{0,40}?Device name\.:(?<user>[\w.-]{1,64}) Device IP address\.:(?<address>[0-9A-Fa-f.:]{3,45}).{0,200}?Reason Code \[Optional\]\.:(?<reason>\d{1,3})/,
    kind: gone,
  },
  {
    marker: "DeviceTransientConnection: ",
    pattern: /^DeviceTransientConnection: Transient connection attempted/,
    kind: "registration-broken-off",
  },
];

export const FORMAT: LogFormat = {
  dialect: "cucm",
  writtenBy: "Cisco Unified CM",
  preset: "cisco-cucm",
  rank: 130,
  patterns: PATTERNS,
};
