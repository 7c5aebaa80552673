import type { z } from "zod";
import { present } from "../../base/present.js";
import { span } from "../../base/words.js";
import { settingText } from "../../redaction/untrusted.js";
import { type Change, FIELDS, type FieldValue } from "../../registration/settings.js";
import { statusKind } from "../../registration/states.js";
import type { RegistrationStatus, StoredRegistration } from "../../telzino/types.js";
import { type Fact, fact } from "./facts.js";
import type { settingsSchema, statusSchema } from "./schemas.js";

/** How facts are worded and shaped in every tool alike. Pure. */

/** `12 s ago`, `in 50 min`: an age beside a time, since models reckon badly with clocks. */
export function age(date: Date, now: Date): string {
  const ms = date.getTime() - now.getTime();
  return Math.round(ms / 1_000) > 0 ? `in ${span(ms)}` : `${span(-ms)} ago`;
}

/** The first next step of a call that was to wait, and could not. */
export const NOT_WAITED =
  "Call get_sip_status again in 10 s: this call did not wait, because too many calls wait on this server.";

/** ISO 8601 without milliseconds. */
export function isoTime(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** `sipDomain pbx.example.com, username 1001, port 5060, transport udp`; fields that are not set are left out. */
export function settingsLine(settings: StoredRegistration): string {
  const shown = FIELDS.flatMap((field) => {
    const value = settings[field];
    if (value === undefined || value === false) return [];
    return [`${field} ${shownSetting(value)}`];
  });
  return shown.join(", ");
}

export function settingsData(settings: StoredRegistration): z.infer<typeof settingsSchema> {
  const data: Record<string, string | number | boolean> = {};
  for (const field of [...FIELDS, "enabled"] as const) {
    const value = settings[field];
    if (value !== undefined) data[field] = shownSetting(value);
  }
  return data;
}

export function changeLine({ field, from, to }: Change): string {
  const word = (value: Change["from"], none: string) => (value === undefined ? none : shownSetting(value));
  return `- ${field}: ${word(from, "(not set)")} → ${word(to, "(taken away)")}`;
}

/** A change as data. */
export function changeData({ field, from, to }: Change) {
  return {
    field,
    ...(from === undefined ? {} : { from: String(shownSetting(from)) }),
    ...(to === undefined ? {} : { to: String(shownSetting(to)) }),
  };
}

/** A stored setting may be anything that someone wrote; numbers and yes or no stay what they are. */
function shownSetting(value: FieldValue): string | number | boolean {
  return typeof value === "number" || typeof value === "boolean" ? value : `${settingText(value)}`;
}

/** A state by its name. */
export function stateText({ state }: Pick<RegistrationStatus, "state">): string {
  return `${state}`;
}

/** `REGISTERED_STATE (3)`. */
export function stateName(status: RegistrationStatus): string {
  const name = stateText(status);
  return status.stateCode === undefined ? name : `${name} (${status.stateCode})`;
}

/**
 * A status in fields; its words beside the state, which is in the reply's summary.
 *
 * @param isStored whether there is a registration that could be disabled.
 */
export function statusFact(status: RegistrationStatus, now: Date, isStored = true): Fact<{ status: Status }> {
  const data = statusData(status, now);
  const { lastRegisterSent, lastRegisterSentRelative, expires, expiresRelative } = data;
  const seconds = data.registrationTimeoutSeconds;
  const words = [
    isStored && data.enabled === false && "disabled on the platform",
    lastRegisterSent && `last REGISTER sent ${lastRegisterSent} (${lastRegisterSentRelative})`,
    expires && `expires ${expires} (${expiresRelative})`,
    seconds !== undefined && `registration timeout ${seconds} s`,
  ].filter(Boolean);
  return fact(
    { status: data },
    words.length > 0 && words.join("; "),
    data.message && `The API says: ${status.message}`,
  );
}

/** The same where the summary does not name the state. */
export function stateFacts(status: RegistrationStatus, now: Date): Fact<{ status: Status }>[] {
  return [fact({}, `Status: ${stateName(status)}`), statusFact(status, now)];
}

type Status = z.infer<typeof statusSchema>;

function statusData(status: RegistrationStatus, now: Date): Status {
  const { stateCode, enabled, expires, lastRegisterSent, registrationTimeoutSeconds, message } = status;
  const registered = statusKind(status) === "registered";
  return {
    state: stateText(status),
    registered,
    ...present({ stateCode, enabled }),
    // What another state leaves behind of it says nothing.
    ...(expires === undefined || !registered
      ? {}
      : { expires: isoTime(expires), expiresRelative: age(expires, now) }),
    ...(lastRegisterSent === undefined
      ? {}
      : {
          lastRegisterSent: isoTime(lastRegisterSent),
          lastRegisterSentRelative: age(lastRegisterSent, now),
        }),
    ...present({ registrationTimeoutSeconds }),
    ...(message === undefined ? {} : { message: `${message}` }),
  };
}
