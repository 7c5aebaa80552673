import type { IncomingMessage } from "node:http";
import type { Turns } from "../limits/turns.js";
import { isModestJson } from "./json-bounds.js";

export type Body =
  | { kind: "json"; value: unknown }
  | { kind: "broken" }
  /** More values, or deeper within each other, than any message has. */
  | { kind: "immodest" }
  | { kind: "too_large" }
  /** The client went away, or was too slow, before the body was whole. */
  | { kind: "gone" };

/** Bytes from which on a body waits for a separate turn; ordinary calls have less. */
const LARGE_BYTES = 4_096;

/** Reads a JSON body of at most `maxBytes`. Never rejects. What is too large is not read to its end. */
export function readJsonBody(req: IncomingMessage, maxBytes: number, turns: Turns): Promise<Body> {
  const declared = Number(req.headers["content-length"]);
  if (declared > maxBytes) return Promise.resolve({ kind: "too_large" });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const leave = (): void => {
      req.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
    };
    const settle = (body: Body): void => {
      leave();
      resolve(body);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) {
        req.pause();
        settle({ kind: "too_large" });
      } else {
        chunks.push(chunk);
      }
    };
    const onEnd = (): void => {
      // The request closes by itself now: the client has not disconnected.
      leave();
      const finish = () => resolve(parsed(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
      if (size < LARGE_BYTES) finish();
      else void turns.next().then(finish);
    };
    const onClose = (): void => settle({ kind: "gone" });
    req.on("data", onData).once("end", onEnd).once("close", onClose).once("error", onClose);
  });
}

function parsed(bytes: Buffer = Buffer.alloc(0)): Body {
  if (!isModestJson(bytes)) return { kind: "immodest" };
  try {
    return { kind: "json", value: JSON.parse(bytes.toString("utf8")) as unknown };
  } catch {
    return { kind: "broken" };
  }
}
