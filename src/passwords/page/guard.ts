import type { IncomingHttpHeaders } from "node:http";

/** What an HTTP request is refused with, before anything of it is looked at. */
export interface Refusal {
  status: 400 | 403 | 415;
  reason: string;
}

export interface GuardedRequest {
  method: string;
  headers: IncomingHttpHeaders;
  /** The port that the server listens on. */
  port: number;
}

/**
 * Whether a request may come from the page or from a person who opens its address. Others are refused:
 *
 * - a Host that is not this server's own (DNS rebinding: a foreign name that points to loopback);
 * - an Origin or `Sec-Fetch-Site` of another page in the same browser; with a POST, none at all;
 * - the page as anything but a top-level document (`Sec-Fetch-Dest`): a frame, a script, an image.
 */
export function refusalOf({ method, headers, port }: GuardedRequest): Refusal | undefined {
  const host = headers.host ?? "";
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return { status: 403, reason: "Not this server's address." };
  }
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, reason: "Not from this page." };
  }
  const site = headers["sec-fetch-site"];
  if (method === "POST") {
    if (origin === undefined || (site !== undefined && site !== "same-origin")) {
      return { status: 403, reason: "Not from this page." };
    }
    return /^application\/json(?:\s*;|$)/i.test(headers["content-type"] ?? "")
      ? undefined
      : { status: 415, reason: "Must be application/json." };
  }
  const destination = headers["sec-fetch-dest"];
  const isPage = destination === undefined || destination === "document";
  return isPage || site === "same-origin"
    ? framed(destination)
    : { status: 403, reason: "Not as a part of another page." };
}

function framed(destination: string | string[] | undefined): Refusal | undefined {
  return ["iframe", "frame", "embed", "object", "fencedframe"].includes(String(destination))
    ? { status: 403, reason: "Not in a frame." }
    : undefined;
}
