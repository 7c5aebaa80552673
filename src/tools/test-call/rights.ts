import { isWithinPins } from "../../passwords/named.js";
import { settingText } from "../../redaction/untrusted.js";
import type { CallRights } from "../core/context.js";

/**
 * Why a server's configuration does not allow a test call; `undefined`: it does. Names are compared as pins of secrets are.
 *
 * @param places each host that the call is sent to or named at.
 * @param dialled the extension, and the code of the echo test.
 */
export function rightsRefusal(
  { hosts, extensions }: CallRights,
  { places, dialled }: { places: readonly string[]; dialled: readonly string[] },
): string | undefined {
  const place = hosts && places.find((host) => hosts.length === 0 || !isWithinPins(host, hosts));
  if (place !== undefined) {
    return `this server places test calls at ${list(hosts)}, and not at ${settingText(place)}`;
  }
  const number = extensions && dialled.find((each) => !extensions.includes(each));
  if (number !== undefined) {
    return `this server places test calls to ${list(extensions)}, and not to ${settingText(number, 60)}`;
  }
  return undefined;
}

function list(values: readonly string[] = []): string {
  return values.length === 0 ? "nobody" : values.join(", ");
}
