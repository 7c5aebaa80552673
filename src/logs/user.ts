import type { LogEvent } from "./event.js";

/** Programs write the userinfo of a URI as it came (RFC 3261 19.1.1), so a password may follow the user. */
const BEHIND = /:|%3a/i;

/** An event of any reader, with only the user in its `user`, and no part of a password in what was cut behind it. */
export function withBareUser(event: LogEvent): LogEvent {
  const { user, detail, ...rest } = event;
  const end = user?.search(BEHIND) ?? -1;
  if (user === undefined || end < 0) return event;
  const bare = user.slice(0, end);
  // Where a password holds an @, the rest of it was taken for the host.
  const host = detail?.slice(detail.lastIndexOf("@") + 1);
  return { ...rest, ...(bare === "" ? {} : { user: bare }), ...(host ? { detail: host } : {}) };
}
