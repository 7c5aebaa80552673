import { type RegistrationSettings, type StoredRegistration, TRANSPORTS } from "../telzino/types.js";
import { completeSettings, type Field, type SettingsInput, sameHost } from "./settings.js";

/** Fields that can be taken away, or put back to the API's default. */
export const CLEARABLE = [
  "proxy",
  "port",
  "transport",
  "subscribe",
  "authUsername",
  "did",
] as const satisfies readonly Field[];

type Clearable = (typeof CLEARABLE)[number];

export interface NextSettings {
  settings: RegistrationSettings;
  /** Fields that were not given, with the stored value. */
  kept: Clearable[];
  /** Fields that a preset filled in. */
  filled: string[];
}

export interface SettingsWanted {
  given: SettingsInput;
  clear?: readonly Clearable[] | undefined;
  /** `undefined`: not readable. Then what was left out has the API's default. */
  stored: StoredRegistration | null | undefined;
  /** A preset's values for port and transport where there are none yet. */
  fill?: (known: Pick<SettingsInput, "port" | "transport">) => Pick<SettingsInput, "port" | "transport">;
}

/**
 * The settings that a write sends, which replaces all of them: the given value; else the stored one, unless it is cleared;
 * else the preset's; else the API's default. If the agent moves to another domain, the port and transport that
 * are stored are the former PBX's, so a preset of the new one takes precedence. Pure.
 */
export function nextSettings({ given, clear = [], stored, fill }: SettingsWanted): NextSettings {
  const moves = stored?.sipDomain !== undefined && !sameHost(stored.sipDomain, given.sipDomain);
  const ofNewPbx = moves ? (fill?.(given) ?? {}) : {};
  const keeps = CLEARABLE.filter(
    (field) =>
      given[field] === undefined &&
      !clear.includes(field) &&
      !(field in ofNewPbx) &&
      !isCopy(field, stored, given) &&
      storedValue(stored, field) !== undefined,
  );
  const known: SettingsInput = {
    ...given,
    ...Object.fromEntries(keeps.map((field) => [field, storedValue(stored, field)])),
  };
  const filled = fill?.(known) ?? {};
  return {
    settings: completeSettings({ ...known, ...filled }),
    kept: keeps.filter((field) => storedValue(stored, field) !== false),
    filled: Object.keys(filled),
  };
}

/** A proxy that is the former domain, or a digest user that is the former user, says nothing of another one. */
function isCopy(
  field: Clearable,
  stored: StoredRegistration | null | undefined,
  given: SettingsInput,
): boolean {
  if (field === "proxy") {
    return sameHost(stored?.proxy, stored?.sipDomain) && !sameHost(stored?.sipDomain, given.sipDomain);
  }
  return (
    field === "authUsername" &&
    stored?.authUsername === stored?.username &&
    stored?.username !== given.username
  );
}

/** An odd transport that is stored cannot be written again. */
function storedValue(stored: StoredRegistration | null | undefined, field: Clearable) {
  const value = stored?.[field];
  return field === "transport" ? TRANSPORTS.find((each) => each === value) : value;
}
