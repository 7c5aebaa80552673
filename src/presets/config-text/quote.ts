import { defaultSipPort, isPort } from "../../base/sip-port.js";
import type { SetupValues } from "./types.js";

/** Marks the place of the SIP password: a password is never part of a generated text. */
export const PASSWORD_PLACEHOLDER = "REPLACE_WITH_A_STRONG_PASSWORD";
export const USER_PLACEHOLDER = "REPLACE_WITH_THE_EXTENSION";
export const DOMAIN_PLACEHOLDER = "REPLACE_WITH_THE_SIP_DOMAIN";

const DEFAULT_NAME = "Telzino agent";
const MAX_NAME = 60;

/** A value that a configuration file could not carry without a change of its meaning. */
export class UnsafeValueError extends Error {
  override readonly name = "UnsafeValueError";
  readonly field: keyof SetupValues;

  constructor(field: keyof SetupValues, allowed: string) {
    super(`${field} cannot be put into this PBX's configuration as it is: only ${allowed} are allowed there`);
    this.field = field;
  }
}

const USER = /^[A-Za-z0-9+][A-Za-z0-9._+-]{0,63}$/;
const AUTH_USER = /^[A-Za-z0-9+][A-Za-z0-9._+@-]{0,127}$/;
const DOMAIN = /^[A-Za-z0-9_:][A-Za-z0-9._:-]{0,252}$/;
const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * The SIP user. Letters, digits and `. _ + -` mean themselves in every format that is written here, in a
 * section's name, in a dialplan and between quotes; nothing else is let through.
 */
export function userOf({ username }: SetupValues): string {
  if (username === undefined) return USER_PLACEHOLDER;
  if (!USER.test(username)) {
    throw new UnsafeValueError("username", "letters, digits, dots, hyphens, underscores and +");
  }
  return username;
}

/** The digest user: `authUsername`, or else the user. */
export function authUserOf(values: SetupValues): string {
  const { authUsername } = values;
  if (authUsername === undefined) return userOf(values);
  if (!AUTH_USER.test(authUsername)) {
    throw new UnsafeValueError("authUsername", "letters, digits, dots, hyphens, underscores, + and @");
  }
  return authUsername;
}

export function domainOf({ sipDomain }: SetupValues): string {
  if (sipDomain === undefined) return DOMAIN_PLACEHOLDER;
  const bare = sipDomain.replace(/^\[(.*)\]$/, "$1");
  if (!DOMAIN.test(bare)) throw new UnsafeValueError("sipDomain", "a host name or an IP address");
  return bare;
}

/** The number in E.164, if there is one. */
export function didOf({ did }: SetupValues): string | undefined {
  if (did !== undefined && !E164.test(did)) {
    throw new UnsafeValueError("did", "+ and digits (E.164)");
  }
  return did;
}

export function portOf({ port, transport }: SetupValues): number {
  const wanted = port ?? defaultSipPort(transport);
  if (!isPort(wanted)) {
    throw new UnsafeValueError("port", "a number from 1 to 65535");
  }
  return wanted;
}

/**
 * The agent's name with everything taken out that has a meaning in some format: letters, digits and blanks
 * stay, and `. , _ & ( ) ' -` between them. Quotes, brackets, semicolons, `$`, `#`, `=` and line breaks become blanks.
 */
export function nameOf({ agentName }: SetupValues): string {
  const plain = [...(agentName ?? "").normalize("NFC").slice(0, 4 * MAX_NAME)]
    .map((sign) => (/[\p{L}\p{M}\p{N}.,_&()'-]/u.test(sign) ? sign : " "))
    .join("")
    .replace(/ {2,}/g, " ")
    .replace(/-{2,}/g, "-")
    .replace(/^[\s.,_&()'-]+|[\s,_&('-]+$/g, "");
  const short = [...plain].slice(0, MAX_NAME).join("").trim();
  return short === "" ? DEFAULT_NAME : short;
}

/** Text between the tags of XML, or between double quotes in a tag. */
export function xmlText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => XML_ENTITIES[sign] ?? "");
}

const XML_ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** One word of a POSIX shell. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** One field of a CSV file (RFC 4180). Text that a spreadsheet would take for a formula gets a blank before it. */
export function csvField(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? ` ${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A value of an Asterisk configuration file, in which `;` begins a comment. */
export function iniValue(text: string): string {
  return text.replaceAll(";", "\\;");
}

/** A string of SQL; the values that get here hold neither quotes nor backslashes. */
export function sqlString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A literal in a regular expression (PCRE). */
export function regexLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
