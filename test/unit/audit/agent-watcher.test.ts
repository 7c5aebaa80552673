import { describe, expect, it } from "vitest";
import { AgentWatcher, MOST_WATCHED } from "../../../src/audit/agent-watcher.js";
import { TelzinoError } from "../../../src/telzino/errors.js";
import type { RegistrationStatus } from "../../../src/telzino/types.js";
import { VirtualClock } from "../../support/virtual-clock.js";

const UP: RegistrationStatus = { state: "REGISTERED_STATE", isRegistered: true };
const DOWN: RegistrationStatus = { state: "REGISTER_TIMEOUT_STATE", isRegistered: false };

function watching(answers: (id: string, read: number) => RegistrationStatus | TelzinoError) {
  const clock = new VirtualClock();
  const reads: { id: string; at: number }[] = [];
  const watcher = new AgentWatcher({
    pause: (ms, signal) => clock.pause(ms, signal),
    api: {
      async getStatus(id) {
        reads.push({ id, at: clock.now() });
        const answer = answers(id, reads.length);
        if (answer instanceof TelzinoError) throw answer;
        return answer;
      },
    },
  });
  return { watcher, reads, pass: (ms: number) => clock.during(clock.pause(ms)), now: () => clock.now() };
}

describe("a watcher of agents", () => {
  it("tells each who watches of a change, and of none where the agent has only registered again", async () => {
    const status = [UP, { ...UP, lastRegisterSent: new Date(1) }, DOWN, DOWN, UP];
    const { watcher, pass } = watching((_, read) => status[read - 1] ?? UP);
    const told: string[] = [];
    watcher.watch("agent", () => told.push("one"), UP);
    const end = watcher.watch("AGENT", () => told.push("two"));
    await pass(41_000);
    expect(told).toEqual(["one", "two"]);
    end?.();
    await pass(20_000);
    expect(told).toEqual(["one", "two", "one"]);
  });

  it("reads one agent after the other, two a second at most, and nothing once no one watches", async () => {
    const { watcher, reads, pass, now } = watching(() => UP);
    const ends = Array.from({ length: MOST_WATCHED }, (_, index) => watcher.watch(`${index}`, () => {}));
    expect(watcher.watch("one-more", () => {})).toBeUndefined();
    const began = now();
    await pass(60_000);
    expect(reads.length).toBeLessThanOrEqual((2 * (now() - began)) / 1_000);
    expect(new Set(reads.map(({ id }) => id)).size).toBe(MOST_WATCHED);
    for (const end of ends) end?.();
    expect(watcher.size).toBe(0);
    const before = reads.length;
    await pass(120_000);
    expect(reads).toHaveLength(before);
    watcher.watch("again", () => {});
    await pass(15_000);
    expect(reads.slice(before).map(({ id }) => id)).toEqual(["again"]);
  });

  it("takes an API that does not answer for no change, and asks it more and more rarely", async () => {
    let isOut = false;
    const out = new TelzinoError("unreachable", "The Telzino API could not be reached");
    const { watcher, reads, pass } = watching(() => (isOut ? out : UP));
    const told: number[] = [];
    watcher.watch("agent", () => told.push(reads.length), UP);
    await pass(11_000);
    isOut = true;
    await pass(300_000);
    expect(reads.length).toBeLessThan(8);
    isOut = false;
    await pass(400_000);
    expect(told).toEqual([]);
    // Once it answers, as often as before.
    const answered = reads.length;
    await pass(100_000);
    expect(reads.length - answered).toBeGreaterThanOrEqual(9);
  });

  it("tells that an agent is gone, once", async () => {
    const gone = new TelzinoError("agent_not_found", "There is no such agent");
    const { watcher, pass } = watching((_, read) => (read === 1 ? UP : gone));
    const told: number[] = [];
    watcher.watch("agent", () => told.push(1));
    await pass(60_000);
    expect(told).toEqual([1]);
  });
});
