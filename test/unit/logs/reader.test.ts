import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readLogAside } from "../../../src/logs/reader.js";
import { ThreadPool } from "../../../src/logs/thread-pool.js";

const { signal } = new AbortController();
const LONG = "NOTICE[1]: nothing known\n".repeat(200);
const OPTIONS = { maxEvents: 10 };

const run = vi.spyOn(ThreadPool.prototype, "run");
beforeEach(() => void run.mockReset());
afterAll(() => run.mockRestore());

describe("a long log", () => {
  it("waits for a thread in the turn of those whose it is, and then gives its place back", async () => {
    const place = { whose: ["acme", "alice"], end: vi.fn() };
    run.mockImplementation(async () => {
      expect(place.end).not.toHaveBeenCalled();
      return "report";
    });
    expect(await readLogAside(LONG, OPTIONS, signal, () => place)).toBe("report");
    expect(run.mock.calls).toEqual([[[LONG, OPTIONS], signal, place.whose]]);
    expect(place.end).toHaveBeenCalledTimes(1);
  });

  it("gives its place back where it could not be read", async () => {
    const place = { whose: [], end: vi.fn() };
    run.mockRejectedValue(new Error("no"));
    await expect(readLogAside(LONG, OPTIONS, signal, () => place)).rejects.toThrow("no");
    expect(place.end).toHaveBeenCalledTimes(1);
  });

  it("is not read where there is no place for it", async () => {
    const full = () => {
      throw new Error("full");
    };
    await expect(readLogAside(LONG, OPTIONS, signal, full)).rejects.toThrow("full");
    expect(run).not.toHaveBeenCalled();
  });
});
