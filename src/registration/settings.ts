import { present } from "../base/present.js";
import { settingText, type Untrusted } from "../redaction/untrusted.js";
import type { RegistrationSettings, StoredRegistration } from "../telzino/types.js";
import { bareHost } from "./host.js";

/** What a caller gives; what is left out gets the API's documented default. */
export type SettingsInput = Pick<RegistrationSettings, "sipDomain" | "username"> & {
  [Field in Exclude<keyof RegistrationSettings, "sipDomain" | "username">]?:
    | RegistrationSettings[Field]
    | undefined;
};

/** The API's documented defaults (`PUT /v1/agents/{agentId}/sip/registration`). */
const DEFAULTS = { port: 5060, transport: "udp", subscribe: false } as const;

/** Completes settings with the API's defaults; absent optional fields stay absent. */
export function completeSettings(input: SettingsInput): RegistrationSettings {
  return {
    sipDomain: input.sipDomain,
    username: input.username,
    ...present({ proxy: input.proxy }),
    port: input.port ?? DEFAULTS.port,
    transport: input.transport ?? DEFAULTS.transport,
    subscribe: input.subscribe ?? DEFAULTS.subscribe,
    ...present({ authUsername: input.authUsername, did: input.did }),
  };
}

/** The order in which fields are shown: the API reference's. */
export const FIELDS = [
  "sipDomain",
  "username",
  "proxy",
  "port",
  "transport",
  "subscribe",
  "authUsername",
  "did",
] as const satisfies readonly (keyof RegistrationSettings)[];

export type Field = (typeof FIELDS)[number];
/** An odd transport that is stored is text from outside. */
export type FieldValue = string | number | boolean | Untrusted;

export interface Change {
  field: Field;
  /** Absent: nothing is stored. */
  from?: FieldValue;
  /** Absent: the field is taken away. */
  to?: FieldValue;
}

function sameValue(field: Field, left: FieldValue | undefined, right: FieldValue | undefined): boolean {
  if (field === "sipDomain" || field === "proxy") {
    return sameHost(left as string | undefined, right as string | undefined);
  }
  return left === right;
}

/** Host names are compared as DNS does: case-blind, without a final dot; IPv6 with or without brackets. */
export function sameHost(left: string | undefined, right: string | undefined): boolean {
  return plainHost(left) === plainHost(right);
}

/** A host as hosts are compared. */
export function plainHost(host = ""): string {
  return bareHost(host.replace(/\.$/, "")).toLowerCase();
}

/** What a PUT of `next` would change in what is stored. An empty list: nothing but perhaps the password. */
export function diffSettings(
  stored: Omit<StoredRegistration, "password"> | null | undefined,
  next: RegistrationSettings,
): Change[] {
  return FIELDS.flatMap((field) => {
    const from = stored?.[field];
    const to = next[field];
    if (sameValue(field, from, to)) return [];
    return [{ field, ...present({ from, to }) }];
  });
}

/**
 * In which fields what is stored differs in effect from what a PUT sent. A field that the API leaves out has its default,
 * and a proxy that is the domain, or a digest user that is the user, is as good as none.
 */
export function differingFields(stored: ReadSettings, sent: RegistrationSettings): Field[] {
  const [left, right] = [inEffect(stored), inEffect(sent)];
  return FIELDS.filter((field) => !sameValue(field, left[field], right[field]));
}

/** The fields of an answer that show another value than was sent; what it leaves out says nothing. */
export function otherFields(answer: ReadSettings, sent: RegistrationSettings): Field[] {
  const [left, right] = [inEffect(answer), inEffect(sent)];
  return FIELDS.filter(
    (field) => answer[field] !== undefined && !sameValue(field, left[field], right[field]),
  );
}

/** A text that is the same for settings that are the same in effect. Only to be compared. */
export function settingsMark(stored: ReadSettings | null): string {
  if (stored === null) return "";
  const { sipDomain, proxy, ...others } = inEffect(stored);
  const rest = FIELDS.map((field) => (field in others ? String(others[field as keyof typeof others]) : ""));
  return JSON.stringify([plainHost(sipDomain), plainHost(proxy), ...rest]);
}

type ReadSettings = Omit<StoredRegistration, "password">;

function inEffect({ proxy, authUsername, ...settings }: ReadSettings): ReadSettings {
  return {
    ...DEFAULTS,
    ...settings,
    proxy: proxy ?? settings.sipDomain,
    authUsername: authUsername ?? settings.username,
  } as ReadSettings;
}

/** `1001@pbx.example.com`: the account that a registration is for (the AOR without its scheme). */
export function accountOf(settings: { username?: string; sipDomain?: string }): Untrusted {
  return settingText(`${settings.username ?? "?"}@${settings.sipDomain ?? "?"}`, 400);
}

/** Whether two registrations are for the same account. */
export function sameAccount(
  left: { username?: string; sipDomain?: string },
  right: { username?: string; sipDomain?: string },
): boolean {
  return left.username === right.username && sameHost(left.sipDomain, right.sipDomain);
}

/**
 * Whether a stored password may still be used: only while everything that decides to whom the
 * credentials are sent (domain, proxy, user) is the same as when the password was given.
 */
export function mayKeepPassword(
  stored: StoredRegistration | null | undefined,
  next: RegistrationSettings,
): boolean {
  return stored?.password !== undefined && sameAccount(stored, next) && sameHost(stored.proxy, next.proxy);
}
