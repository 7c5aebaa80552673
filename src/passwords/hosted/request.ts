import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { readTyped } from "../page/typed.js";

/** What a browser is known by. The prefix binds the cookie to this host, to TLS and to the root: no sibling can set it. */
const COOKIE = "__Host-telzino-page";
const COOKIE_SECONDS = 3_600;
const VALUE = /^[\w-]{43}$/;

/** The value of the browser's cookie, where it sent one of ours. */
export function browserOf({ cookie = "" }: IncomingHttpHeaders): string | undefined {
  const prefix = `${COOKIE}=`;
  for (const part of cookie.slice(0, 8_192).split(";")) {
    const pair = part.trim();
    if (pair.startsWith(prefix) && VALUE.test(pair.slice(prefix.length))) return pair.slice(prefix.length);
  }
  return undefined;
}

export function cookieFor(value: string): string {
  return `${COOKIE}=${value}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${COOKIE_SECONDS}`;
}

/** Whether a page elsewhere has sent the browser here, so it has left a strict cookie out. */
export function comesFromElsewhere({ "sec-fetch-site": site }: IncomingHttpHeaders): boolean {
  return site === "cross-site" || site === "same-site";
}

/** As a part of another page: a frame, an image, a script. Pages are documents, which look for themselves whether there is more. */
export function isEmbedded(headers: IncomingHttpHeaders): boolean {
  const destination = headers["sec-fetch-dest"];
  const isLook = destination === "empty" && headers["sec-fetch-site"] === "same-origin";
  return destination !== undefined && destination !== "document" && !isLook;
}

/**
 * Whether a form comes from another page. A page without referrer sends `Origin: null` with its own forms; the cookie and
 * the mark are what proves it then.
 */
export function isForeignForm(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return true;
  const given = headers.origin;
  return given !== undefined && given !== origin && given !== "null";
}

/** A password of 256 characters has 3,072 when every byte is escaped. */
const MAX_BODY = 8_192;

export type PageForm = ReadonlyMap<string, string>;

/** The fields of a form. `undefined`: it is none, it is too large, or it was broken off. Bytes are wiped. */
export async function readForm(request: IncomingMessage): Promise<PageForm | undefined> {
  const type = request.headers["content-type"] ?? "";
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type)) return undefined;
  const body = await readTyped(request, MAX_BODY);
  if (typeof body === "string") return undefined;
  try {
    return new Map(new URLSearchParams(body.toString("utf8")));
  } finally {
    body.fill(0);
  }
}
