import { present } from "../../base/present.js";
import type { EventKind, LogEvent } from "../event.js";
import { type TableRead, withJsonFrame } from "./table-read.js";

/** OpenSIPS's uac_registrant, `reg_list`: the state of the registrations that it maintains itself, as JSON or in the older form. */

const AOR =
  /^\s{0,40}(?:\w{0,20}:{2}\s{0,4})?[{,[\s]{0,6}"?AOR"?:{1,2}\s{0,4}"?(?:sips?:)?(?<user>[^"\s,@{}]{1,128})@/;
const STATE = /^\s{0,40}"?state"?:{1,2}\s{0,4}"?(?<state>[A-Z_]{5,40}_STATE|\d{1,2})\b/;
const FIELD =
  /^\s{0,40}"?(?:expires|last_register_sent|registration_t_out|registrar|binding|dst_IP|proxy|third_party_registrant|enabled|cluster_shtag)"?:{1,2}/;
/** In this order OpenSIPS numbers them. */
const STATES: readonly (readonly [name: string, kind: EventKind | undefined])[] = [
  ["NOT_REGISTERED_STATE", undefined],
  ["REGISTERING_STATE", undefined],
  ["AUTHENTICATING_STATE", undefined],
  ["REGISTERED_STATE", "registered"],
  ["REGISTER_TIMEOUT_STATE", "client-silent"],
  ["INTERNAL_ERROR_STATE", undefined],
  ["WRONG_CREDENTIALS_STATE", "client-refused"],
  ["REGISTRAR_ERROR_STATE", "client-rejected"],
];

export function readRegistrants(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const events: LogEvent[] = [];
  if (!lines.some((line) => line.includes("AOR"))) return { events, lines: used };
  let user: string | undefined;
  for (const [index, line] of lines.entries()) {
    // Written without line ends, an entry is a line of many.
    const parts = line.includes("state") && line.includes("AOR") ? line.split(/(?="(?:AOR|state)")/) : [line];
    for (const part of parts) {
      const aor = AOR.exec(part)?.groups?.user;
      if (aor !== undefined) user = aor;
      const state = user === undefined ? undefined : STATE.exec(part)?.groups?.state;
      if (aor !== undefined || state !== undefined || (user !== undefined && FIELD.test(part)))
        used.add(index);
      if (state === undefined) continue;
      const [name, kind] = STATES.find(([each], at) => each === state || String(at) === state) ?? [];
      if (kind !== undefined)
        events.push({
          ...{ dialect: "kamailio", kind, line: index + 1 },
          ...present({ user, detail: name }),
        });
      user = undefined;
    }
  }
  if (events.length > 0) withJsonFrame(lines, used);
  return events.length === 0 ? { events, lines: new Set() } : { events, lines: used };
}
