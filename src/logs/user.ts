import type { LogEvent } from "./event.js";

/** Programs write the userinfo of a URI as it came (RFC 3261 19.1.1), so that a password may stand behind the user. */
const PASSWORD = /(?::|%3a).*$/is;

/** An event of any reader, with the user alone in its `user`, and nothing of a password in what was cut behind it. */
export function withBareUser(event: LogEvent): LogEvent {
  const { user, detail, ...rest } = event;
  if (user === undefined || !PASSWORD.test(user)) return event;
  const bare = user.replace(PASSWORD, "");
  // Where a password holds an @, the rest of it was taken for the host.
  const host = detail?.slice(detail.lastIndexOf("@") + 1);
  return { ...rest, ...(bare === "" ? {} : { user: bare }), ...(host ? { detail: host } : {}) };
}
