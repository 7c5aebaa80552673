import { describe, expect, it } from "vitest";
import { AgentBusy, type AgentLocks, ProcessLocks } from "../../../src/registration/agent-locks.js";

const AGENT = "aaaaaaaa-1111-4111-8111-111111111111";
const { signal } = new AbortController();

/** A promise that is fulfilled from outside. */
function gate() {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** Lets everything run that waits for nothing from outside. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 10));

describe("changes of one agent", () => {
  it("go one after the other in the order of the calls, whatever the id's case", async () => {
    const locks = new ProcessLocks().within("own");
    const order: string[] = [];
    const change = (name: string, id: string) =>
      locks.hold(id, { signal }, async () => {
        order.push(`${name} begins`);
        await settle();
        order.push(`${name} ends`);
      });
    await Promise.all([change("a", AGENT), change("b", AGENT.toUpperCase()), change("c", AGENT)]);
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });

  it("hold up neither another agent nor the same id in another account", async () => {
    const process = new ProcessLocks();
    const { passed, open } = gate();
    const held = process.within("one").hold(AGENT, { signal }, () => passed);
    await process.within("one").hold("another", { signal }, async () => {});
    await process.within("two").hold(AGENT, { signal }, async () => {});
    open();
    await held;
  });

  it("tell only who has to wait", async () => {
    const locks = new ProcessLocks().within("own");
    const told: string[] = [];
    const change = (name: string) =>
      locks.hold(AGENT, { signal, onWait: () => told.push(name) }, async () => {});
    await Promise.all([change("first"), change("second")]);
    await change("third");
    expect(told).toEqual(["second"]);
  });

  it("let the next one begin after one that failed", async () => {
    const locks = new ProcessLocks().within("own");
    const failing = locks.hold(AGENT, { signal }, () => Promise.reject(new Error("no")));
    const next = locks.hold(AGENT, { signal }, async () => "done");
    await expect(failing).rejects.toThrow("no");
    expect(await next).toBe("done");
  });

  it("fail when their time is over, without having started, and let no one pass who came later", async () => {
    const locks = new ProcessLocks({ waitMs: 20 }).within("own");
    const { passed, open } = gate();
    const held = locks.hold(AGENT, { signal }, () => passed);
    let begun = 0;
    const late = () =>
      locks.hold(AGENT, { signal }, async () => {
        begun += 1;
      });
    await expect(late()).rejects.toBeInstanceOf(AgentBusy);
    await expect(late()).rejects.toBeInstanceOf(AgentBusy);
    expect(begun).toBe(0);
    open();
    await held;
    await late();
    expect(begun).toBe(1);
  });

  it("follow the caller's signal while they wait", async () => {
    const locks = new ProcessLocks().within("own");
    const { passed, open } = gate();
    const held = locks.hold(AGENT, { signal }, () => passed);
    const gone = new AbortController();
    const reason = new Error("cancelled by the user");
    const waiting = locks.hold(AGENT, { signal: gone.signal, onWait: () => gone.abort(reason) }, async () => {
      throw new Error("it has begun");
    });
    await expect(waiting).rejects.toBe(reason);
    await expect(locks.hold("free", { signal: gone.signal }, async () => "begun")).rejects.toBe(reason);
    open();
    await held;
  });
});

describe("who was overtaken", () => {
  const locks = () => new ProcessLocks().within("own");

  it("is known after the turn, and not where later turns wrote nothing", async () => {
    const own = locks();
    const turn = await own.hold(AGENT, { signal }, async (turn) => {
      await turn.willWrite();
      return turn;
    });
    await own.hold(AGENT, { signal }, async () => {});
    await own.hold("another", { signal }, (other) => other.willWrite());
    expect(await turn.overtaken()).toBe(false);
    expect(await own.overtaken(AGENT.toUpperCase(), turn.mark())).toBe(false);
    expect(await own.overtaken("another", turn.mark())).toBe(true);
    // Of a turn whose mark is not kept it is not known.
    expect(await own.overtaken("another", "")).toBe(false);
    const last = await own.hold(AGENT.toUpperCase(), { signal }, async (later) => {
      await later.willWrite();
      return later;
    });
    expect([await turn.overtaken(), await last.overtaken()]).toEqual([true, false]);
  });

  it("is not who came before a write that is taken back", async () => {
    const own = locks();
    const turn = await own.hold(AGENT, { signal }, async (turn) => {
      await turn.willWrite();
      return turn;
    });
    await own.hold(AGENT, { signal }, async (later) => {
      const takeBack = await later.willWrite();
      await takeBack();
    });
    expect(await turn.overtaken()).toBe(false);
  });

  it("is known of the last 10,000 agents that were changed", async () => {
    const write = (own: AgentLocks, id: string) =>
      own.hold(id, { signal }, async (turn) => {
        await turn.willWrite();
        return turn;
      });
    const writeOthers = async (own: AgentLocks, from: number, count: number) => {
      for (let at = from; at < from + count; at += 1) await write(own, `other-${at}`);
    };
    const own = locks();
    const turn = await write(own, AGENT);
    await writeOthers(own, 0, 5_000);
    // Whose change is the latest is remembered longest.
    await write(own, AGENT);
    await writeOthers(own, 5_000, 9_999);
    expect(await turn.overtaken()).toBe(true);
    await writeOthers(own, 14_999, 1);
    expect(await turn.overtaken()).toBe(false);
  });
});
