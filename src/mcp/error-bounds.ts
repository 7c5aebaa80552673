import type { JSONRPCErrorResponse } from "@modelcontextprotocol/sdk/types.js";
import { INVALID_PARAMS } from "../base/json-rpc.js";
import { cleanText } from "../redaction/text.js";
import { echoed } from "../redaction/untrusted.js";

/** Characters. */
const MAX_MESSAGE = 500;
const MAX_PATH = 100;
const MAX_WORDS = 200;
const MAX_DATA = 500;

/**
 * From now on every error of the protocol that goes out is one line, and bounded. The SDK answers what does not fit its
 * schemas with all that is wrong with it, as JSON of many lines, in which every key of the caller's comes back.
 */
export function boundErrors<Message extends object, Options>(transport: Sender<Message, Options>): void {
  const send = transport.send.bind(transport);
  transport.send = (message, options) => send(bounded(message), options);
}

/** A transport of either SDK. */
interface Sender<Message, Options> {
  send(message: Message, options?: Options): Promise<void>;
}

function bounded<Message extends object>(message: Message): Message {
  return "error" in message ? { ...message, error: boundedError(message.error as RpcError) } : message;
}

type RpcError = JSONRPCErrorResponse["error"];

export function boundedError({ code, message, data }: RpcError): RpcError {
  const issues = issuesIn(message);
  const isSmall = data !== undefined && (JSON.stringify(data) ?? "").length <= MAX_DATA;
  return {
    ...(issues === undefined
      ? { code, message: cleanText(message, MAX_MESSAGE) }
      : { code: INVALID_PARAMS, message: cleanText(issueWords(issues), MAX_MESSAGE) }),
    ...(isSmall ? { data } : {}),
  };
}

/** What a schema found wrong: zod writes it as the message of its error, and the newer SDK puts a few words before it. */
interface Issue {
  path?: unknown;
  message?: unknown;
}

function issuesIn(message: string): readonly Issue[] | undefined {
  const list = /^(?:Invalid [\w/]+ request: )?(\[.*)$/s.exec(message)?.[1];
  if (list === undefined) return undefined;
  try {
    const issues: unknown = JSON.parse(list);
    return Array.isArray(issues) && typeof issues[0] === "object" && issues[0] !== null ? issues : undefined;
  } catch {
    return undefined;
  }
}

function issueWords(issues: readonly Issue[]): string {
  const [first = {}] = issues;
  const place = Array.isArray(first.path) ? first.path.slice(0, 8).join(".") : "";
  const where = place === "" ? "" : `${echoed(place, MAX_PATH)}: `;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return `Invalid params: ${where}${echoed(String(first.message), MAX_WORDS)}${more}`;
}
