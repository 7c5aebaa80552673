import { describe, expect, it } from "vitest";
import { Gate } from "../../../src/audit/gate.js";
import { Pace } from "../../../src/audit/pace.js";
import { sideBySide } from "../../../src/audit/side-by-side.js";
import { TelzinoError } from "../../../src/telzino/errors.js";
import { VirtualClock } from "../../support/virtual-clock.js";

const { signal } = new AbortController();

/** A clock by whose timers nothing wakes while the process stalls: `ms` of every `everyMs`, and else a little late. */
class StallingClock extends VirtualClock {
  readonly #stalls: { everyMs: number; ms: number };

  constructor(stalls: { everyMs: number; ms: number }) {
    super();
    this.#stalls = stalls;
  }

  override pause(ms: number, ended?: AbortSignal): Promise<void> {
    const { everyMs, ms: stallMs } = this.#stalls;
    const at = this.now() + Math.ceil(ms) + 1;
    const into = at % everyMs;
    const isStalled = at > everyMs && into < stallMs;
    return super.pause((isStalled ? at - into + stallMs : at) - this.now(), ended);
  }
}

/** Whether an API takes a request, by its own limit. */
type Takes = (now: number) => boolean;

/** So many in any second, and no more. */
function aSecond(many: number): Takes {
  let taken: number[] = [];
  return (now) => {
    taken = taken.filter((at) => at > now - 1_000);
    return taken.length < many && taken.push(now) > 0;
  };
}

/** A token bucket. */
function bucket(perSecond: number, burst: number): Takes {
  let [tokens, filledAt] = [burst, 0];
  return (now) => {
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1_000) * perSecond);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

/** Reads so many at 50 requests a second, and says how long that took, and how often it was refused. */
async function readThrough(count: number, clock: VirtualClock, takes: Takes) {
  const gate = new Gate({ perSecond: 50, patienceMs: 60_000, clock, probe: async () => {} });
  let refused = 0;
  const work = sideBySide(Array.from({ length: count }).keys(), 16, () =>
    gate.read(async () => {
      const isTaken = takes(clock.now());
      await clock.pause(40);
      if (isTaken) return;
      refused += 1;
      throw new TelzinoError("rate_limited", "429", { retryAfterSeconds: 1 });
    }, signal),
  );
  await clock.during(work);
  return { refused, ratio: clock.now() / ((count / 50) * 1_000) };
}

describe("the pace of reads", () => {
  it.each([
    [{ everyMs: 5_000, ms: 0 }, 1.01],
    [{ everyMs: 5_000, ms: 250 }, 1.02],
    [{ everyMs: 2_000, ms: 400 }, 1.03],
    [{ everyMs: 5_000, ms: 600 }, 1.05],
  ])(
    "is never above the limit of an API that counts each second, and catches up, with stalls of %j",
    async (stalls, most) => {
      const { refused, ratio } = await readThrough(2_000, new StallingClock(stalls), aSecond(50));
      expect(refused).toBe(0);
      expect(ratio).toBeLessThan(most);
    },
  );

  it("catches up less where an API refuses that many together", async () => {
    const stalls = new StallingClock({ everyMs: 5_000, ms: 400 });
    const { refused, ratio } = await readThrough(3_000, stalls, bucket(50, 8));
    expect(refused).toBeLessThan(8 * 4);
    expect(ratio).toBeLessThan(1.25);
  });

  it("loses less than 5 % of 10,000 reads to stalls and a few refusals", async () => {
    const refusals = [12_500, 52_500, 92_500, 132_500];
    const takes = aSecond(50);
    const { ratio } = await readThrough(10_000, new StallingClock({ everyMs: 5_000, ms: 400 }), (now) => {
      if (now < (refusals[0] ?? Number.POSITIVE_INFINITY)) return takes(now);
      refusals.shift();
      return false;
    });
    expect(refusals).toEqual([]);
    expect(ratio).toBeLessThan(1.05);
  });

  it("keeps to less than one request a second", async () => {
    const clock = new VirtualClock();
    const pace = new Pace(0.4, clock);
    const turns = async () => {
      for (let turn = 0; turn < 5; turn += 1) await pace.turn(signal);
    };
    await clock.during(turns());
    expect(clock.now()).toBe(10_000);
  });

  it("lets a caller go that waits behind others, and keeps the order of those", async () => {
    const clock = new VirtualClock();
    const pace = new Pace(1, clock);
    const stop = new AbortController();
    const came: string[] = [];
    const turn = (name: string, ended: AbortSignal) => pace.turn(ended).then(() => came.push(name));
    await pace.turn(signal);
    const first = turn("first", signal);
    const left = turn("left", stop.signal);
    const last = turn("last", signal);
    stop.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    expect(clock.now()).toBe(0);
    await clock.during(Promise.all([first, last]));
    expect(came).toEqual(["first", "last"]);
    expect(clock.now()).toBe(2_000);
  });
});
