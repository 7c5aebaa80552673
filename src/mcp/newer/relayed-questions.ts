import { createHash } from "node:crypto";
import {
  type CallToolResult,
  createRequestStateCodec,
  type InputRequiredResult,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { PageQuestion, UserQuestion } from "../../tools/core/context.js";
import type { Asked } from "../protocol.js";
import { ANSWER_S, answerIn, asResult, type CallOwner, type UserQuestions } from "./questions.js";

/** What a client keeps between two requests of a call. Nothing in it is a secret: it leads to a page only in the servers' store. */
interface KeptState {
  entry: string;
  /** When it was asked, since the epoch, milliseconds. */
  at: number;
  /** A digest of who has called what. */
  call: string;
}

/**
 * Questions to the user where the next request may come to another process: nothing waits here. The page that a question is
 * about is kept by what the replicas share, and the client brings its name back, signed with a key that they share too.
 */
export class RelayedQuestions implements UserQuestions {
  readonly #states;

  /** @param key the same at all replicas. */
  constructor(key: Uint8Array) {
    this.#states = createRequestStateCodec<KeptState>({ key, ttlSeconds: ANSWER_S });
  }

  verify(state: string, context: ServerContext): Promise<unknown> {
    return this.#states.verify(state, context);
  }

  async answer(
    context: ServerContext,
    owner: CallOwner,
    asked: Asked,
    run: (asked: Asked) => Promise<CallToolResult>,
    params: unknown,
  ): Promise<CallToolResult | InputRequiredResult> {
    const call = digestOf([owner.principal, params]);
    const kept = context.mcpReq.requestState<KeptState>();
    const answer = kept?.call === call ? answerIn(context) : undefined;
    let question: PageQuestion | undefined;
    const askUser = (given: PageQuestion): UserQuestion => {
      question = given;
      // The call ends and the page stays: the request that brings the answer continues with it.
      return { answer: Promise.resolve("unavailable"), withdraw() {}, completed() {} };
    };
    const result = await run({
      ...asked,
      ...(kept && answer ? { asked: { entry: kept.entry, answer, ms: Date.now() - kept.at } } : {}),
      ...(answer === undefined || answer === "accepted" ? { askUser } : {}),
    });
    if (question?.entry === undefined) return result;
    const state = { entry: question.entry, at: Date.now(), call };
    return asResult(question, await this.#states.mint(state));
  }

  close(): void {}
}

function digestOf(what: unknown): string {
  return createHash("sha256").update(JSON.stringify(what)).digest("base64url");
}
