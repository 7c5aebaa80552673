import {
  type CallToolResult,
  createRequestStateCodec,
  type InputRequiredResult,
  inputRequired,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { OpenedPage } from "../../tools/core/context.js";
import type { Asked } from "../protocol.js";
import { answerIn, type CallOwner, PAGE } from "./questions.js";

type AskedPage = Omit<OpenedPage, "answer">;

/** As long as the page is valid. Seconds. */
const VALID_S = 15 * 60;

/**
 * Questions to the user where any of several processes may get the next request: nothing waits for it. A call that has opened a
 * page at the public URL is answered with the question to open it; the same call with the answer waits for that page, which
 * replicas share. The client returns the page's address, signed with a key that all of them have.
 */
export class PageQuestions {
  readonly #states: ReturnType<typeof createRequestStateCodec<AskedPage>>;

  /** @param key 32 bytes, the same in all replicas. */
  constructor(key: Uint8Array) {
    this.#states = createRequestStateCodec({ key, ttlSeconds: VALID_S });
  }

  /** For the SDK, which refuses what is not signed. */
  verify(state: string, context: ServerContext): Promise<unknown> {
    return this.#states.verify(state, context);
  }

  async answer(
    context: ServerContext,
    _owner: CallOwner,
    asked: Asked,
    run: (asked: Asked) => Promise<CallToolResult>,
  ): Promise<CallToolResult | InputRequiredResult> {
    const before = context.mcpReq.requestState<AskedPage>();
    const answer = answerIn(context);
    // Without an answer it is the same question.
    if (before !== undefined) {
      return answer === undefined ? this.#ask(before) : run({ ...asked, opened: { ...before, answer } });
    }
    const result = await run(asked);
    const { url, shortUrl } = pageIn(result);
    if (url === undefined || shortUrl === undefined) return result;
    return this.#ask({ url, shortUrl, askedAt: Date.now() });
  }

  async #ask(page: AskedPage): Promise<InputRequiredResult> {
    const { url } = page;
    const message = `SIP password needed: open the page at ${new URL(url).host} and type it there, not into the chat.`;
    return inputRequired({
      inputRequests: { [PAGE]: inputRequired.elicitUrl({ url, message }) },
      requestState: await this.#states.mint(page),
    });
  }
}

/** The page that a call has opened for any device, if it has. */
function pageIn({ structuredContent }: CallToolResult): { url?: string; shortUrl?: string } {
  const { passwordEntry: page } = (structuredContent ?? {}) as { passwordEntry?: object | string };
  return typeof page === "object" && page !== null ? page : {};
}
