import { Buffer } from "node:buffer";
import type { Readable, Writable } from "node:stream";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { INVALID_REQUEST, PARSE_ERROR } from "../base/json-rpc.js";
import type { Logger } from "../base/log.js";
import { once } from "../base/once.js";
import { isPlain } from "./rpc.js";

/** Bytes of a line: more than any message has. */
const MAX_LINE = 10 * 1_048_576;
const NEWLINE = "\n".charCodeAt(0);

/** Why a line is not a message, for its sender. */
interface Refused {
  readonly code: typeof PARSE_ERROR | typeof INVALID_REQUEST;
  readonly message: string;
  /** As it came, where an answer must name it. */
  readonly id?: unknown;
}

/**
 * One JSON-RPC message a line. A line that is none is answered with an error and passed over, whatever it is and however
 * long: who sent it would wait for ever otherwise.
 */
export class StdioTransport {
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #stdin: Readable;
  readonly #stdout: Writable;
  readonly #log: Logger;
  /** Of the line that has not ended; `undefined` while the rest of one that is too long is passed over. */
  #parts: Buffer[] | undefined = [];
  #size = 0;
  /** The SDK's schema, loaded with the first line that it has to judge. */
  #schema: MessageSchema | undefined;
  /** Lines keep their order, also while it is loaded. */
  #turn = Promise.resolve();
  #waiting = 0;

  constructor(stdin: Readable, stdout: Writable, log: Logger) {
    this.#stdin = stdin;
    this.#stdout = stdout;
    this.#log = log;
  }

  start(): void {
    this.#stdin.on("data", this.#onData);
  }

  /** What has come so far has been handed over. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  close(): void {
    this.#stdin.off("data", this.#onData);
    this.#stdin.pause();
    this.#parts = [];
  }

  send(message: JSONRPCMessage): Promise<void> {
    return this.#write(message);
  }

  #write(message: object): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stdout.write(`${JSON.stringify(message)}\n`)) resolve();
      else this.#stdout.once("drain", resolve);
    });
  }

  readonly #onData = (given: Buffer | string): void => {
    const chunk = typeof given === "string" ? Buffer.from(given) : given;
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.#take(chunk.subarray(from, end));
      this.#endLine();
      from = end + 1;
    }
    this.#take(chunk.subarray(from));
  };

  #take(part: Buffer): void {
    if (this.#parts === undefined || part.length === 0) return;
    this.#parts.push(part);
    this.#size += part.length;
    if (this.#size <= MAX_LINE) return;
    this.#parts = undefined;
    this.#refuse({
      code: INVALID_REQUEST,
      message: "This line has more than 10 MiB, and was passed over",
    });
  }

  #endLine(): void {
    const parts = this.#parts;
    this.#parts = [];
    this.#size = 0;
    if (parts === undefined) return;
    const line = Buffer.concat(parts).toString("utf8").trim();
    if (line === "") return;
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      this.#refuse({ code: PARSE_ERROR, message: "This line is not JSON" });
      return;
    }
    if (this.#waiting === 0 && (this.#schema !== undefined || isPlain(json))) this.#deliver(json);
    else this.#deliverInTurn(json);
  }

  #deliverInTurn(json: unknown): void {
    this.#waiting += 1;
    this.#turn = this.#turn
      .then(async () => {
        if (!isPlain(json)) this.#schema = await loadSchema();
        this.#deliver(json);
      })
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  #deliver(json: unknown): void {
    const read = isPlain(json) ? (json as JSONRPCMessage) : this.#schema?.safeParse(json).data;
    if (read === undefined) this.#refuse(refusalOf(json));
    else this.onmessage?.(read);
  }

  #refuse({ code, message, id }: Refused): void {
    this.#log.warn("a line on stdin is not a message", { problem: message });
    void this.#write({ jsonrpc: "2.0", id: id ?? null, error: { code, message } });
  }
}

type MessageSchema = Awaited<ReturnType<typeof loadSchema>>;

const loadSchema = once(async () => (await import("./message-schema.js")).JSONRPCMessageSchema);

function refusalOf(json: unknown): Refused {
  const code = INVALID_REQUEST;
  if (Array.isArray(json)) return { code, message: "Batches are not taken: send one message a line" };
  if (typeof json !== "object" || json === null)
    return { code, message: "This line is not a JSON-RPC message" };
  // The id of a broken answer is one of this server's own: an error under it would be taken for that of another request.
  const isAnswer = !("method" in json) && ("result" in json || "error" in json);
  const id = "id" in json && !isAnswer ? json.id : undefined;
  const message = "This is no JSON-RPC 2.0 message with a text or a whole number as id";
  return typeof id === "number" || typeof id === "string" ? { code, message, id } : { code, message };
}
