import type { IncomingMessage } from "node:http";

export type Body =
  | { kind: "json"; value: unknown }
  | { kind: "broken" }
  | { kind: "too_large" }
  /** The client went away, or was too slow, before the body was whole. */
  | { kind: "gone" };

/** Reads a JSON body of at most `maxBytes`. Never rejects. What is too large is not read to its end. */
export function readJsonBody(req: IncomingMessage, maxBytes: number): Promise<Body> {
  const declared = Number(req.headers["content-length"]);
  if (declared > maxBytes) return Promise.resolve({ kind: "too_large" });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (body: Body): void => {
      req.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
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
    const onEnd = (): void => settle(parsed(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    const onClose = (): void => settle({ kind: "gone" });
    req.on("data", onData).once("end", onEnd).once("close", onClose).once("error", onClose);
  });
}

function parsed(bytes: Buffer = Buffer.alloc(0)): Body {
  try {
    return { kind: "json", value: JSON.parse(bytes.toString("utf8")) as unknown };
  } catch {
    return { kind: "broken" };
  }
}
