import { isIP } from "node:net";
import { isLoopback } from "../base/loopback.js";
import { readRedisUrl } from "./values.js";

/**
 * Readers of the hosted server's settings. Each returns the value or throws `RangeError`, whose message goes
 * after the setting's name. No message repeats what was given.
 */

/** As {@link isLoopback}, also for an IPv6 address without brackets. */
export function isLoopbackAddress(host: string): boolean {
  return host === "::1" || isLoopback(host);
}

export function readHost(value: string): string {
  const bare = value.replace(/^\[(.*)\]$/, "$1");
  if (isIP(bare) === 0 && !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(bare)) {
    throw new RangeError("must be an address to listen on, e.g. 127.0.0.1, 0.0.0.0 or ::");
  }
  return bare;
}

/** https, or http on loopback; neither query nor user in it. */
export function readSecureUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const secure = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (url === undefined || !secure || url.username !== "" || url.password !== "" || /[?#]/.test(value)) {
    throw new RangeError("must be a URL that begins with https://, without user, query and fragment");
  }
  return url;
}

export function readPublicUrl(value: string): URL {
  const url = readSecureUrl(value);
  url.pathname = url.pathname.replace(/\/+$/, "");
  if (url.pathname.endsWith("/mcp")) throw new RangeError("must end before /mcp");
  return url;
}

/** The text itself counts: `iss` is compared with it byte by byte (RFC 8414 section 2). */
export function readIssuer(value: string): string {
  readSecureUrl(value);
  return value;
}

/** Flags are seen by other programs: a password belongs into the environment. */
export function readPublicRedisUrl(value: string): string {
  const url = readRedisUrl(value);
  if (new URL(url).password !== "") {
    throw new RangeError("must not hold a password, which other programs could read: set TELZINO_REDIS_URL");
  }
  return url;
}

export function readOrigins(value: string): string[] {
  return value.split(",").map((part) => {
    const text = part.trim();
    if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol) || new URL(text).origin !== text) {
      throw new RangeError("must be comma-separated origins, without path, e.g. https://chat.example.com");
    }
    return text;
  });
}

export function readHostNames(value: string): string[] {
  return value.split(",").map((part) => {
    const text = part.trim().toLowerCase();
    if (!/^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.test(text)) {
      throw new RangeError("must be comma-separated values of the Host header, e.g. sip.example.com:8443");
    }
    return text;
  });
}

/** Seconds, to milliseconds: more often than that is of no use, and of some weight for the API. */
export function readAgentsInterval(value: string): number {
  const seconds = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (seconds < 30) throw new RangeError("must be whole seconds from 30 to 99999");
  return seconds * 1_000;
}

export function readCount(value: string): number {
  if (!/^[1-9]\d{0,6}$/.test(value)) throw new RangeError("must be a whole number from 1");
  return Number(value);
}

/** What people read who know nothing of this server: one line, and nothing in it that they could not see. */
export function readShown(most: number): (text: string) => string {
  return (text) => {
    if (text.length > most) throw new RangeError(`must have ${most} characters at most`);
    if (!VISIBLE.test(text)) throw new RangeError("must be in one line, without invisible characters");
    return text;
  };
}

export const VISIBLE = /^[^\p{C}]+$/u;
