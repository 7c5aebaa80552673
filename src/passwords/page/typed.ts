import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { Secret } from "../../redaction/secret.js";

/** What a page posts: read within limits, and wiped. */

const MAX_PASSWORD = 256;

/** A body of at most so many bytes. Its reader wipes it; the pieces are wiped here. */
export async function readTyped(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | "too large" | "broken off"> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return "too large";
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) return "too large";
      chunks.push(chunk);
    }
  } catch {
    return "broken off";
  }
  const body = Buffer.concat(chunks);
  for (const chunk of chunks) chunk.fill(0);
  return body;
}

/** A password as it was typed. U+FFFD stands in for bytes that are not UTF-8. */
export function typedPassword(value: string): Secret | "empty" | "tooLong" | "invalid" {
  if (value === "") return "empty";
  if ([...value].length > MAX_PASSWORD) return "tooLong";
  return /\p{Cc}|\ufffd/u.test(value) ? "invalid" : new Secret(value);
}
