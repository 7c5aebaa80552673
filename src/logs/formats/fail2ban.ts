import type { LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** fail2ban, which guards Asterisk, FreePBX, FreeSWITCH and Kamailio alike (fail2ban/server/actions.py). */

/** Jails that have nothing to do with SIP. */
const JAIL = /^(?:asterisk|freepbx|pbx|sip|kamailio|opensips|freeswitch|yeastar|vitalpbx|issabel|recidive)/i;

export function isSipJail(name: string): boolean {
  return JAIL.test(name);
}

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "fail2ban.",
    pattern:
      /^fail2ban\.(?:actions|filter)\s{0,12}(?:\[\d{1,9}\])?: (?:NOTICE|WARNING|INFO)\s{1,6}\[(?<detail>[\w.-]{1,60})\] (?:Restore )?(?<why>Ban|Unban|Found) (?<address>\S{1,60})/,
    kind: ({ detail = "", why }) => {
      if (!isSipJail(detail)) return undefined;
      return why === "Ban" ? "banned" : why === "Unban" ? "unbanned" : "ban-counted";
    },
  },
];

export const FORMAT: LogFormat = {
  dialect: "fail2ban",
  writtenBy: "fail2ban",
  rank: 70,
  patterns: PATTERNS,
};
