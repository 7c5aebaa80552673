import type { SetupValues } from "./types.js";

/** What the catalogue writes in braces, by the value that it stands for. */
const FORMS: Readonly<Record<string, keyof SetupValues>> = {
  extension: "username",
  "extension or device name": "username",
  username: "username",
  user: "username",
  id: "username",
  endpoint: "username",
  "endpoint name": "username",
  subscriber: "username",
  "device user": "username",
  domain: "sipDomain",
  "SIP domain": "sipDomain",
  "tenant domain": "sipDomain",
  "directory domain": "sipDomain",
  "E.164 number": "did",
  "Auth ID": "authUsername",
  AuthID: "authUsername",
  "authorization ID": "authUsername",
};

/** A line of the catalogue with `{…}` replaced by what is known; what is not known stays as it is. Pure. */
export function fillForm(text: string, values: SetupValues): string {
  // Twilio's domain is written as the name before .sip.twilio.com.
  const twilio = values.sipDomain?.replace(/\.sip(?:\.[a-z0-9-]+)?\.twilio\.com\.?$/i, "");
  return text.replace(
    /\{([^{}]{1,60})\}(?=(\.sip\.twilio\.com)?)/g,
    (form, name: string, suffix?: string) => {
      const field = FORMS[name];
      const value = field === "sipDomain" && suffix ? twilio : field && values[field];
      return value === undefined ? form : String(value);
    },
  );
}
