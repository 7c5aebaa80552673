import { present } from "../base/present.js";
import type { Untrusted } from "../redaction/untrusted.js";
import { readPageTitle } from "./error-body.js";
import { TelzinoError } from "./errors.js";
import { failureOfAnswer } from "./failure.js";
import { type HttpAnswer, type HttpRequest, scrubOf } from "./http.js";
import { hasMoreParts } from "./json-size.js";
import { saysFailure } from "./wire.js";
import { parseJson } from "./wire-values.js";

/** Objects, lists and properties of an answer: some hundred for each entry of the largest page. */
const MAX_PARTS = 40_000;

/** A request to the API, and how its answer is read: `undefined` means that it is not of the documented shape. */
export interface ApiCall<T> extends HttpRequest {
  read: (answer: unknown) => T | undefined;
  /** An answer without a body will do. */
  mayBeEmpty?: boolean;
}

/**
 * What an answer says.
 *
 * @throws TelzinoError for an error status, an answer that says of itself that it failed, and one that can't be read.
 */
export function readAnswer<T>(answer: HttpAnswer, call: ApiCall<T>): T {
  const context = { operation: call.operation, subject: call.subject, scrub: scrubOf(call) };
  if (answer.status >= 300) throw failureOfAnswer(answer, context);
  const unreadable = (why: string, detail?: Untrusted) =>
    new TelzinoError("unreadable_answer", `The answer to ${call.operation} ${why}`, {
      status: answer.status,
      operation: call.operation,
      ...present({ detail }),
    });
  if (answer.tooLarge || hasMoreParts(answer.text, MAX_PARTS)) throw unreadable("is too large");
  const empty = answer.text.trim() === "";
  const content = empty && call.mayBeEmpty ? {} : parseJson(answer.text.replace(/^\uFEFF/, ""));
  // Of a broken answer only a page's title is shown: anything else may be a piece of a stored secret.
  if (content === undefined) throw unreadable("is not JSON", readPageTitle(answer.text, context.scrub));
  if (saysFailure(content)) throw failureOfAnswer(answer, context, call.method === "PUT" ? 400 : 500);
  const read = call.read(content);
  if (read === undefined) throw unreadable("is not of the documented shape");
  return read;
}
