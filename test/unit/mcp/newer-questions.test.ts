import type { CallToolResult, InputRequiredResult, ServerContext } from "@modelcontextprotocol/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Questions } from "../../../src/mcp/newer/questions.js";
import type { Asked } from "../../../src/mcp/protocol.js";
import type { UserAnswer } from "../../../src/tools/core/context.js";

/** Calls that wait for their user between two requests. */

const ONE = { account: {}, principal: "one" };
const QUESTION = { url: "http://127.0.0.1:1/page", message: "Open it?" };

let questions: Questions;
beforeEach(() => {
  questions = new Questions();
});
afterEach(() => {
  questions.close();
  vi.useRealTimers();
});

/** A request: with what it brings, and with its end. */
function requestOf(brings: { number?: string; action?: string; token?: number } = {}) {
  const end = new AbortController();
  const told: unknown[] = [];
  const { number, action, token } = brings;
  const inputResponses = action === undefined ? undefined : { page: { action } };
  const context = { mcpReq: { requestState: () => number, inputResponses } } as unknown as ServerContext;
  const asked: Asked = {
    id: 1,
    signal: end.signal,
    progressToken: token,
    tellProgress: async (params) => void told.push(params),
  };
  return { context, asked, end, told };
}

/** A call that asks its user, and ends with what was said. */
function callOf() {
  const seen: { signal?: AbortSignal; asked?: Asked; answer?: UserAnswer; runs: number } = { runs: 0 };
  const run = async (asked: Asked): Promise<CallToolResult> => {
    seen.runs += 1;
    seen.signal = asked.signal;
    seen.asked = asked;
    const question = asked.askUser?.(QUESTION);
    const aborted = new Promise<never>((_resolve, reject) => {
      asked.signal.addEventListener("abort", () => reject(asked.signal.reason));
    });
    const answer = await Promise.race([question?.answer ?? "unavailable", aborted]);
    seen.answer = answer as UserAnswer;
    return { content: [{ type: "text", text: answer as string }] };
  };
  return { seen, run };
}

async function numberIn(result: CallToolResult | InputRequiredResult): Promise<string> {
  const { requestState } = result as InputRequiredResult;
  return questions.verify(requestState ?? "", {} as ServerContext);
}

describe("a call with a question", () => {
  it("is answered with it, and continues with what the user said", async () => {
    const { seen, run } = callOf();
    const first = requestOf();
    const asking = await questions.answer(first.context, ONE, first.asked, run);
    expect(asking).toMatchObject({
      resultType: "input_required",
      inputRequests: { page: { method: "elicitation/create", params: { mode: "url", ...QUESTION } } },
    });
    // The first request is over, and the call continues.
    first.end.abort();
    expect(seen.signal?.aborted).toBe(false);
    const second = requestOf({ number: await numberIn(asking), action: "decline", token: 2 });
    const ended = await questions.answer(second.context, ONE, second.asked, run);
    expect(ended).toEqual({ content: [{ type: "text", text: "declined" }] });
    expect(seen.runs).toBe(1);
  });

  it("tells its progress to the request that waits", async () => {
    const { seen, run } = callOf();
    const first = requestOf({ token: 1 });
    const asking = await questions.answer(first.context, ONE, first.asked, run);
    const second = requestOf({ number: await numberIn(asking), token: 2 });
    await questions.answer(second.context, ONE, second.asked, run);
    await seen.asked?.tellProgress({ progressToken: 1, progress: 3, message: "half" });
    expect(first.told).toEqual([]);
    expect(second.told).toEqual([{ progressToken: 2, progress: 3, message: "half" }]);
  });

  it("is cancelled by the end of the request that waits for it", async () => {
    const { seen, run } = callOf();
    const first = requestOf();
    const asking = await questions.answer(first.context, ONE, first.asked, run);
    const second = requestOf({ number: await numberIn(asking), action: "accept" });
    const slow = async (asked: Asked) => run({ ...asked });
    second.end.abort();
    await questions.answer(second.context, ONE, second.asked, slow).catch(() => {});
    expect(seen.signal?.aborted).toBe(true);
  });

  it.each([
    ["another account", { account: {}, principal: "one" }],
    ["another caller", { account: ONE.account, principal: "two" }],
  ])("is not gone on with by %s", async (_who, other) => {
    const { seen, run } = callOf();
    const first = requestOf();
    const number = await numberIn(await questions.answer(first.context, ONE, first.asked, run));
    const strange = requestOf({ number, action: "accept" });
    const asking = await questions.answer(strange.context, other, strange.asked, run);
    expect(asking).toMatchObject({ resultType: "input_required" });
    expect(await numberIn(asking)).not.toBe(number);
    expect(seen.runs).toBe(2);
    expect(seen.answer).toBeUndefined();
  });

  it("is cancelled by that end also while it works on", async () => {
    let signal: AbortSignal | undefined;
    const run = (asked: Asked) => {
      signal = asked.signal;
      return new Promise<CallToolResult>((_resolve, reject) => {
        asked.signal.addEventListener("abort", () => reject(asked.signal.reason));
      });
    };
    const { context, asked, end } = requestOf();
    const answer = questions.answer(context, ONE, asked, run);
    end.abort();
    expect(signal?.aborted).toBe(true);
    await expect(answer).rejects.toThrow();
  });

  it("waits on where a request brings no answer", async () => {
    const { seen, run } = callOf();
    const first = requestOf();
    const number = await numberIn(await questions.answer(first.context, ONE, first.asked, run));
    const second = requestOf({ number });
    const asking = await questions.answer(second.context, ONE, second.asked, run);
    expect(await numberIn(asking)).toBe(number);
    expect(seen.answer).toBeUndefined();
    expect(seen.runs).toBe(1);
  });

  it.each<[string, (seen: ReturnType<typeof callOf>["seen"], number: string) => Promise<unknown>]>([
    [
      "it has ended",
      (seen, number) => {
        const { context, asked } = requestOf({ number, action: "accept" });
        return questions.answer(context, ONE, asked, async () => seen.asked as never);
      },
    ],
    ["it was given up", () => vi.advanceTimersByTimeAsync(10 * 60_000)],
  ])("is not continued once more after %s: it begins again", async (_when, end) => {
    const { seen, run } = callOf();
    const first = requestOf();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const number = await numberIn(await questions.answer(first.context, ONE, first.asked, run));
    await end(seen, number);
    expect(seen.answer).toBeDefined();
    const late = requestOf({ number, action: "accept" });
    expect(await questions.answer(late.context, ONE, late.asked, run)).toMatchObject({
      resultType: "input_required",
    });
    expect(seen.runs).toBe(2);
  });

  it("gives up after ten minutes without an answer", async () => {
    const { seen, run } = callOf();
    const first = requestOf();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await questions.answer(first.context, ONE, first.asked, run);
    await vi.advanceTimersByTimeAsync(10 * 60_000 - 1);
    expect(seen.answer).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(seen.answer).toBe("unavailable");
  });

  it("is cancelled when the server ends", async () => {
    const { seen, run } = callOf();
    const first = requestOf();
    await questions.answer(first.context, ONE, first.asked, run);
    questions.close();
    expect(seen.signal?.aborted).toBe(true);
  });

  it("asks no one where many wait already", async () => {
    for (let times = 0; times < 200; times += 1) {
      const { context, asked } = requestOf();
      await questions.answer(context, ONE, asked, callOf().run);
    }
    const { context, asked } = requestOf();
    expect(await questions.answer(context, ONE, asked, callOf().run)).toMatchObject({
      content: [{ text: "unavailable" }],
    });
  });
});

describe("a state", () => {
  it("is of no use in another process, nor when it is altered", async () => {
    const { context, asked } = requestOf();
    const { requestState = "" } = (await questions.answer(
      context,
      ONE,
      asked,
      callOf().run,
    )) as InputRequiredResult;
    await expect(new Questions().verify(requestState, context)).rejects.toThrow();
    await expect(questions.verify(`${requestState}x`, context)).rejects.toThrow();
    await expect(questions.verify("", context)).rejects.toThrow();
  });
});
