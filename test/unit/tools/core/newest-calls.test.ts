import { describe, expect, it } from "vitest";
import { TelzinoError } from "../../../../src/telzino/errors.js";
import type { CallLog } from "../../../../src/telzino/types.js";
import { NewestCalls } from "../../../../src/tools/core/newest-calls.js";

const signal = new AbortController().signal;
const call = (minute: number): CallLog => ({
  id: `c${minute}`,
  startedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)),
});
const upTo = (count: number) => Array.from({ length: count }, (_, minute) => call(minute));

/** A log in that order, of which the API tells its length or not. */
function logOf(calls: readonly CallLog[], { tellsPages = true, largest = 100 } = {}) {
  const asked: string[] = [];
  const log = new NewestCalls(
    {
      listCallLogs: async (_agentId, { page = 1, limit = 50 }) => {
        asked.push(`${page}/${limit}`);
        if (limit > largest) throw new TelzinoError("unreadable_answer", "The answer is too large");
        const totalPages = Math.ceil(calls.length / limit);
        return {
          calls: calls.slice((page - 1) * limit, page * limit),
          page,
          hasNext: page < totalPages,
          ...(tellsPages ? { totalPages } : {}),
        };
      },
    },
    "a",
  );
  const read = async () => {
    const view = await log.read(signal);
    return { ids: view.calls.map(({ id }) => id), complete: view.complete };
  };
  return { read, asked };
}

describe("the newest calls of a log", () => {
  it("are on its only page, in whatever order", async () => {
    const { read, asked } = logOf([call(3), call(9), call(1)]);
    expect(await read()).toEqual({ ids: ["c3", "c9", "c1"], complete: true });
    expect(asked).toEqual(["1/10"]);
  });

  it("are on its first page where that is the newest first, though some stand a little out of order", async () => {
    const calls = upTo(30).reverse();
    [calls[2], calls[3]] = [calls[3], calls[2]] as [CallLog, CallLog];
    const { read, asked } = logOf(calls);
    expect(await read()).toMatchObject({ complete: true });
    expect(asked).toEqual(["1/10"]);
  });

  it("are on its last pages where it is the oldest first", async () => {
    const { read, asked } = logOf(upTo(31));
    const { ids, complete } = await read();
    expect(ids).toEqual(expect.arrayContaining(["c30", "c29", "c20"]));
    expect(complete).toBe(true);
    expect(asked).toEqual(["1/10", "4/10", "3/10"]);
  });

  it("may stand elsewhere where there is no order, or the length is not reported", async () => {
    const mixed = upTo(40).map((_, index, all) => all[(index * 17) % 40] as CallLog);
    expect((await logOf(mixed).read()).complete).toBe(false);
    const noTimes = upTo(40).map(({ id }) => ({ id }));
    expect((await logOf(noTimes).read()).complete).toBe(false);
    expect((await logOf(upTo(40), { tellsPages: false }).read()).complete).toBe(false);
    expect((await logOf(upTo(40).reverse(), { tellsPages: false }).read()).complete).toBe(true);
  });

  it("are asked for in smaller pages, and stay so, where a page is too large", async () => {
    const { read, asked } = logOf(upTo(5).reverse(), { largest: 1 });
    expect(await read()).toEqual({ ids: ["c4", "c1", "c0"], complete: true });
    await read();
    expect(asked.slice(0, 3)).toEqual(["1/10", "1/3", "1/1"]);
    expect(asked.slice(3).every((each) => each.endsWith("/1"))).toBe(true);
  });

  it("are not told where they cannot be read at all", async () => {
    await expect(logOf(upTo(5), { largest: 0 }).read()).rejects.toThrow("too large");
  });
});
