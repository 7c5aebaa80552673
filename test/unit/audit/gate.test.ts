import { describe, expect, it } from "vitest";
import { ApiOutage, Gate } from "../../../src/audit/gate.js";
import { sideBySide } from "../../../src/audit/side-by-side.js";
import { TelzinoError, type TelzinoErrorCode } from "../../../src/telzino/errors.js";
import { VirtualClock } from "../../support/virtual-clock.js";

const { signal } = new AbortController();
const failing = (code: TelzinoErrorCode, retryAfterSeconds?: number) =>
  new TelzinoError(code, code, { retryAfterSeconds });

function gateOf(clock: VirtualClock, { perSecond = 50, patienceMs = 60_000 } = {}) {
  const told: boolean[] = [];
  let isProbed: () => void = () => {};
  const probe = async () => isProbed();
  const gate = new Gate({ perSecond, patienceMs, clock, probe, onOutage: (isOut) => told.push(isOut) });
  /** Reads so many side by side; `answer` says what the API does at that time. */
  const readAll = (count: number, answer: () => void) => {
    const results: (number | string)[] = [];
    isProbed = answer;
    const work = sideBySide(Array.from({ length: count }).keys(), 16, async (index) => {
      const read = async () => {
        await clock.pause(100);
        answer();
        return index;
      };
      results.push(await gate.read(read, signal).catch((error: Error) => error.name));
    });
    return clock.during(work).then(() => results);
  };
  return { gate, told, readAll };
}

describe("the gate to the API", () => {
  it("lets reads through at the rate that is wanted, and no faster", async () => {
    const clock = new VirtualClock();
    const { readAll } = gateOf(clock);
    expect(new Set(await readAll(500, () => {})).size).toBe(500);
    expect(clock.now()).toBeGreaterThanOrEqual(9_600);
    expect(clock.now()).toBeLessThan(10_300);
  });

  it("waits for as long as a refusal asks, and reads everything anyway", async () => {
    const clock = new VirtualClock();
    const { gate, readAll } = gateOf(clock);
    let refused = 0;
    const results = await readAll(100, () => {
      if (clock.now() < 1_000 || clock.now() > 1_050) return;
      refused += 1;
      throw failing("rate_limited", 7);
    });
    expect(new Set(results).size).toBe(100);
    expect(results).not.toContain("TelzinoError");
    expect(refused).toBeGreaterThan(0);
    expect(gate.requests).toBe(100 + refused);
    expect(clock.now()).toBeGreaterThan(8_000);
  });

  it("finds the rate of an API that allows less than is wanted", async () => {
    const clock = new VirtualClock();
    const { gate, readAll } = gateOf(clock);
    let tokens = 20;
    let filledAt = 0;
    await readAll(1_000, () => {
      tokens = Math.min(20, tokens + ((clock.now() - filledAt) / 1_000) * 20);
      filledAt = clock.now();
      if (tokens < 1) throw failing("rate_limited", 1);
      tokens -= 1;
    });
    expect(clock.now()).toBeLessThan((1_000 / 20) * 1_000 * 1.2);
    expect(gate.requests).toBeLessThan(1_600);
  });

  it("ends where it is asked to wait for longer than it is ready to, and does not wait first", async () => {
    const clock = new VirtualClock();
    const { readAll } = gateOf(clock, { patienceMs: 10_000 });
    const results = await readAll(20, () => {
      throw failing("rate_limited", 99_999_999);
    });
    expect(new Set(results)).toEqual(new Set([ApiOutage.name]));
    expect(clock.now()).toBeLessThan(1_000);
  });

  it("ends where everyone is refused again and again, whatever is asked for", async () => {
    const clock = new VirtualClock();
    const { readAll } = gateOf(clock, { patienceMs: 10_000 });
    const results = await readAll(20, () => {
      throw failing("rate_limited", 1);
    });
    expect(new Set(results)).toEqual(new Set([ApiOutage.name]));
    expect(clock.now()).toBeLessThan(12_000);
  });

  it("continues for as long as someone is answered between refusals", async () => {
    const clock = new VirtualClock();
    const { readAll } = gateOf(clock, { patienceMs: 3_000 });
    let asked = 0;
    const results = await readAll(20, () => {
      asked += 1;
      if (asked % 3 !== 0) throw failing("rate_limited", 1);
    });
    expect(new Set(results).size).toBe(20);
    expect(clock.now()).toBeGreaterThan(3_000);
  });

  it("waits through an outage, with few requests, and tells when it begins and ends", async () => {
    const clock = new VirtualClock();
    const { gate, told, readAll } = gateOf(clock);
    const results = await readAll(200, () => {
      if (clock.now() > 2_000 && clock.now() < 32_000) throw failing("server_error");
    });
    expect(new Set(results).size).toBe(200);
    expect(told).toEqual([true, false]);
    expect(gate.requests).toBeLessThan(200 + 60);
    expect(clock.now()).toBeLessThan(32_000 + 6_000);
  });

  it("says that the API is down once it has answered no one for too long", async () => {
    const clock = new VirtualClock();
    const { readAll } = gateOf(clock, { patienceMs: 10_000 });
    const results = await readAll(20, () => {
      throw failing("unreachable");
    });
    expect(results).toEqual(Array.from({ length: 20 }, () => ApiOutage.name));
    expect(clock.now()).toBeLessThan(15_000);
  });

  it("takes one thing that fails again and again for no outage, though nothing else is left to be read", async () => {
    const clock = new VirtualClock();
    const { gate, told } = gateOf(clock);
    const work = gate.read(async () => Promise.reject(failing("server_error")), signal);
    await expect(clock.during(work)).rejects.toThrow("server_error");
    expect(told).toEqual([]);
    expect(clock.now()).toBeLessThan(2_000);
  });

  it("takes a failure of one agent for no outage", async () => {
    const clock = new VirtualClock();
    const { told, readAll } = gateOf(clock);
    let reads = 0;
    const results = await readAll(40, () => {
      reads += 1;
      // Every second answer, so no four come in a row.
      if (reads % 2 === 0) throw failing("server_error");
    });
    expect(results).toHaveLength(40);
    expect(told).toEqual([]);
  });
});

it("nothing more is started once one has failed for all", async () => {
  const begun: number[] = [];
  const work = sideBySide([1, 2, 3, 4, 5, 6], 2, async (item) => {
    begun.push(item);
    if (item === 2) throw new Error("ended");
  });
  await expect(work).rejects.toThrow("ended");
  expect(begun).not.toContain(6);
});
