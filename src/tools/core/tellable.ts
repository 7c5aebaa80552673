import { present } from "../../base/present.js";
import type { Secret } from "../../redaction/secret.js";
import type { StoredRegistration } from "../../telzino/types.js";
import type { Services } from "./context.js";

/**
 * A password of which something may be said, such as that it is the same as the user. Of one that the configuration holds by
 * name it is not: the caller chooses the user, and could try values.
 */
export function tellable(password: Secret, { sipSecrets }: Pick<Services, "sipSecrets">): Secret | undefined {
  const named = [...(sipSecrets?.values() ?? [])];
  return named.some(({ secret }) => secret.equals(password)) ? undefined : password;
}

/** The same for what is stored: without a password of which nothing may be said. */
export function tellableStored(
  stored: StoredRegistration,
  services: Pick<Services, "sipSecrets">,
): StoredRegistration {
  if (stored.password === undefined) return stored;
  const { password, ...rest } = stored;
  return { ...rest, ...present({ password: tellable(password, services) }) };
}
