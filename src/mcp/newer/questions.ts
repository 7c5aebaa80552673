import { randomBytes, randomUUID } from "node:crypto";
import {
  type CallToolResult,
  createRequestStateCodec,
  type InputRequiredResult,
  inputRequired,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { UserAnswer, UserQuestion } from "../../tools/core/context.js";
import { ANSWERS } from "../elicit.js";
import type { Asked } from "../protocol.js";

/** A person answers, not a program. Seconds. */
const ANSWER_S = 10 * 60;
/** Maximum of calls that wait for their user: beyond it the user is not asked, and the answer has the address. */
const MAX_WAITING = 200;
/** What the one question of a call is called in its requests. */
export const PAGE = "page";

/** The owner of a call: no one else may continue it. */
export interface CallOwner {
  account: object;
  principal: string;
}

/**
 * Questions to the user in the newer era: a call that has one is answered with it, and the client sends the call once more with
 * what the user said. In between, the call keeps waiting here. The client returns the call's number, signed with a key
 * of this process; a number that is no longer waited for starts the call again.
 */
export class Questions {
  readonly #states = createRequestStateCodec<string>({ key: randomBytes(32), ttlSeconds: ANSWER_S });
  readonly #waiting = new Map<string, WaitingCall>();

  /** For the SDK, which refuses what is not signed. */
  verify(state: string, context: ServerContext): Promise<string> {
    return this.#states.verify(state, context);
  }

  /** Carries out a call, or continues it, until it has ended or has a question. */
  async answer(
    context: ServerContext,
    owner: CallOwner,
    asked: Asked,
    run: (asked: Asked) => Promise<CallToolResult>,
  ): Promise<CallToolResult | InputRequiredResult> {
    const number = context.mcpReq.requestState<string>();
    const known = number === undefined ? undefined : this.#waiting.get(number);
    const isOwn = known?.owner.account === owner.account && known.owner.principal === owner.principal;
    const call =
      known && isOwn ? known : new WaitingCall(owner, asked, run, this.#waiting.size < MAX_WAITING);
    if (call === known) call.goOn(asked, answerIn(context));
    const question = await call.next();
    if (question === undefined) {
      this.#waiting.delete(call.number);
      return call.result;
    }
    this.#waiting.set(call.number, call);
    call.onOver = () => this.#waiting.delete(call.number);
    return inputRequired({
      inputRequests: { [PAGE]: inputRequired.elicitUrl(question) },
      requestState: await this.#states.mint(call.number),
    });
  }

  /** Ends the calls that wait. */
  close(): void {
    for (const call of this.#waiting.values()) call.end();
    this.#waiting.clear();
  }
}

/** What the user said, as far as the client has brought it. */
export function answerIn({ mcpReq }: ServerContext): UserAnswer | undefined {
  const given = mcpReq.inputResponses?.[PAGE] as { action?: unknown } | undefined;
  const action = given?.action;
  return typeof action === "string" && Object.hasOwn(ANSWERS, action)
    ? ANSWERS[action as keyof typeof ANSWERS]
    : undefined;
}

interface Question {
  url: string;
  message: string;
}

/** One call over the requests that it takes. */
class WaitingCall {
  readonly number = randomUUID();
  readonly result: Promise<CallToolResult>;
  readonly owner: CallOwner;
  onOver: () => void = () => {};
  readonly #over = new AbortController();
  /** The request that waits for the call; between two requests the last one. */
  #asked: Asked;
  #question: Question | undefined;
  #answer: (answer: UserAnswer) => void = () => {};
  #onQuestion: () => void = () => {};
  #late: NodeJS.Timeout | undefined;

  constructor(
    owner: CallOwner,
    asked: Asked,
    run: (asked: Asked) => Promise<CallToolResult>,
    mayAsk: boolean,
  ) {
    this.owner = owner;
    this.#asked = asked;
    this.result = run({
      ...asked,
      signal: this.#over.signal,
      tellProgress: async (params) => {
        const { progressToken } = this.#asked;
        if (progressToken !== undefined) await this.#asked.tellProgress({ ...params, progressToken });
      },
      ...(mayAsk ? { askUser: (question: Question) => this.#ask(question) } : {}),
    });
    this.result.catch(() => {});
  }

  /** Another request brings what the user said. */
  goOn(asked: Asked, answer: UserAnswer | undefined): void {
    clearTimeout(this.#late);
    this.#asked = asked;
    if (answer === undefined) return;
    this.#question = undefined;
    this.#answer(answer);
  }

  /** Waits for the call's question; undefined: it has ended. A request that ends meanwhile ends the call. */
  async next(): Promise<Question | undefined> {
    const { signal } = this.#asked;
    const end = () => this.end();
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
    try {
      const question = new Promise<void>((resolve) => {
        this.#onQuestion = resolve;
        if (this.#question !== undefined) resolve();
      });
      const ended = this.result.then(
        () => true,
        () => true,
      );
      if (await Promise.race([ended, question.then(() => false)])) return undefined;
      this.#late = setTimeout(() => this.#giveUp(), ANSWER_S * 1_000).unref();
      return this.#question;
    } finally {
      signal.removeEventListener("abort", end);
    }
  }

  /** Cancels it. */
  end(): void {
    clearTimeout(this.#late);
    this.#over.abort();
    this.onOver();
  }

  #ask(question: Question): UserQuestion {
    const answer = new Promise<UserAnswer>((resolve) => {
      this.#answer = resolve;
    });
    this.#question = question;
    this.#onQuestion();
    const withdraw = () => {
      if (this.#question === question) this.#answer("withdrawn");
    };
    // No notification: the client learns of the end from the call's result.
    return { answer, withdraw, completed: withdraw };
  }

  /** No answer has come. */
  #giveUp(): void {
    this.#answer("unavailable");
    this.onOver();
  }
}
