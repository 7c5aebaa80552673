import { isIP } from "node:net";
import { isLoopback } from "../base/loopback.js";

/**
 * Readers of single settings. Each returns the value or throws `RangeError`, whose message goes after the
 * setting's name. No message repeats what was given: it may be a secret that got into the wrong variable.
 */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const WORDS: Readonly<Record<string, boolean>> = {
  1: true,
  true: true,
  yes: true,
  on: true,
  0: false,
  false: false,
  no: false,
  off: false,
};

export function readUuid(value: string): string {
  if (!UUID.test(value)) {
    throw new RangeError("must be an agent's UUID, e.g. 11111111-1111-4111-8111-111111111111");
  }
  return value.toLowerCase();
}

export function readBoolean(value: string): boolean {
  const read = Object.hasOwn(WORDS, value.toLowerCase()) ? WORDS[value.toLowerCase()] : undefined;
  if (read === undefined) throw new RangeError("must be 1, true, yes or on; or 0, false, no or off");
  return read;
}

export function readChoice<Choice extends string>(value: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value.toLowerCase());
  if (found === undefined) throw new RangeError(`must be one of ${choices.join(", ")}`);
  return found;
}

/** `${NAME}` wherever it is; `$NAME`, `$env:NAME` or `%NAME%` as the first part of a path. */
const REFERENCE = /\$\{|^(?:\$(?:env:)?[a-z_]\w*|%\w+%)(?=[\\/]|$)/i;

/** A path or any other text, taken as given. References in it are not replaced. */
export function readText(value: string): string {
  if (REFERENCE.test(value)) {
    throw new RangeError(
      "must not contain a reference ($… or %…%), which is not replaced here: give the value itself",
    );
  }
  return value;
}

/** 0–65535, where 0 lets the system choose a free port. */
export function readPort(value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) {
    throw new RangeError("must be a port, 1 to 65535, or 0 for any free one");
  }
  return Number(value);
}

/** A port as in {@link readPort}, or the word that switches off what would listen there. */
export function readEntryPort(value: string): number | "off" {
  return value.toLowerCase() === "off" ? "off" : readPort(value);
}

/** An OAuth client id or secret, or an access token: what goes into a header or a form without being quoted. */
export function readCredential(value: string): string {
  const plain = value.trim();
  if (/^bearer\s/i.test(plain)) throw new RangeError('must be only the token, without "Bearer"');
  if (/[^\x21-\x7e]/.test(plain))
    throw new RangeError("must not contain blanks, line breaks or non-ASCII characters");
  return plain;
}

/**
 * The API's address, without a slash at its end unless it is the root. A path before the API's own is
 * allowed, for a gateway.
 */
export function readApiUrl(value: string): URL {
  const example = "e.g. https://api.telzino.com";
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) {
    throw new RangeError(`must be a URL that begins with https://, ${example}`);
  }
  const url = new URL(value);
  if (url.username !== "" || url.password !== "") {
    throw new RangeError(`must not contain a user or password, ${example}`);
  }
  if (url.search !== "" || url.hash !== "" || /[?#]/.test(value)) {
    throw new RangeError(`must not contain a query or fragment, ${example}`);
  }
  if (url.protocol !== "https:" && !isLoopback(url.hostname)) {
    throw new RangeError("must begin with https:// (http is only for loopback hosts)");
  }
  const path = url.pathname.replace(/\/+$/, "");
  if (/(?:^|\/)v1$/.test(path)) throw new RangeError(`must end before /v1, ${example}`);
  url.pathname = path;
  return url;
}

/** A forward proxy's address; `http://` is taken where no scheme is given. */
export function readProxyUrl(value: string): string {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (!URL.canParse(full)) throw new RangeError("must be a URL, e.g. http://proxy.example.com:3128");
  const url = new URL(full);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new RangeError("must begin with http:// or https://; other kinds of proxy are not supported");
  }
  return url.href;
}

/** Where a named SIP secret may be sent: hosts, and `*.` for the hosts below one, comma-separated. */
export function readHosts(value: string): string[] {
  const hosts = value
    .split(",")
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== "");
  const name = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/;
  if (
    hosts.length === 0 ||
    !hosts.every((host) => name.test(host) || isIP(host.replace(/^\[(.*)\]$/, "$1")) !== 0)
  ) {
    throw new RangeError(
      "must be comma-separated hosts, without scheme and port, e.g. pbx.example.com,*.example.com",
    );
  }
  return hosts;
}

/** A SIP password: taken exactly as given, blanks included. */
export function readSipSecret(value: string): string {
  if (/\p{Cc}/u.test(value)) throw new RangeError("must not contain line breaks or other control characters");
  return value;
}

const KEY_BYTES = 32;

/** A key of 32 bytes, in hexadecimal or base64; as it was given. */
export function readKey(value: string): string {
  if (keyBytes(value).length !== KEY_BYTES) {
    throw new RangeError("must be 32 random bytes in base64 or hexadecimal: openssl rand -base64 32");
  }
  return value;
}

/** The bytes of a key; none if it is not such a text. */
export function keyBytes(value: string): Uint8Array {
  if (/^[0-9a-f]{64}$/i.test(value)) return Buffer.from(value, "hex");
  return /^[\w+/-]{43}=?$/.test(value) ? Buffer.from(value, "base64") : new Uint8Array();
}

/** Of a Redis or Valkey server. */
export function readRedisUrl(value: string): string {
  if (!URL.canParse(value) || !/^rediss?:$/.test(new URL(value).protocol)) {
    throw new RangeError("must be a URL that begins with redis:// or rediss://");
  }
  return value;
}
