import { callEvent } from "../call-codes.js";
import { clientEvent } from "../client-meanings.js";
import type { LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** Kamailio's modules acc (the outcome of a request) and uac (its own registrations with providers). */

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "ACC: ",
    pattern:
      /^ACC: (?:transaction answered|call missed|request acknowledged|transaction error): .{0,60}?method=(?<method>[A-Z]{3,16})[;,].{0,400}?code=(?<code>\d{3})[;,]\s?reason=(?<detail>[^;]{0,60})(?:.{0,200}?src_user=(?<user>[^;\s]{1,64}))?/,
    kind: ({ method, code = "" }) => {
      const status = Number(code);
      if (method === "REGISTER") return status < 300 ? "registered" : clientEvent(status);
      if (method === "BYE") return "call-ended";
      if (method !== "INVITE") return undefined;
      return status < 300 ? "call-progress" : callEvent(status, "pbx");
    },
  },
  {
    marker: "got sip response ",
    pattern: /^got sip response (?<detail>\d{3}) while registering\b/,
    kind: "provider-refused",
  },
  {
    marker: "sip response 401 while registering",
    pattern: /^sip response 401 while registering/,
    kind: "provider-refused",
  },
  {
    marker: "authentication failed for <",
    pattern: /^authentication failed for <(?<detail>[^>]{1,64})>/,
    kind: "provider-refused",
  },
  // OpenSIPS' registrant.c: what it says where the far side asks a second time, and where it has nothing to answer with.
  {
    marker: "uac_registrant:",
    pattern: /^uac_registrant:\w{1,40}: Wrong credentials for \[(?<detail>[^\]]{1,200})\]/,
    kind: "provider-refused",
  },
  {
    marker: "uac_registrant:",
    pattern:
      /^uac_registrant:\w{1,40}: (?<detail>Credentials not provisioned|Unable to extract authentication info|No realm found|No contact header in received 200ok|Redirection not implemented yet)/,
    kind: "provider-refused",
  },
  {
    marker: "registrant",
    pattern: /^registrant.{0,40}: (?:got|received) (?<detail>\d{3}.{0,60}) for .{1,120}/,
    kind: "provider-refused",
  },
];

export const FORMAT: LogFormat = {
  dialect: "kamailio",
  writtenBy: "Kamailio or OpenSIPS",
  rank: 41,
  patterns: PATTERNS,
};
