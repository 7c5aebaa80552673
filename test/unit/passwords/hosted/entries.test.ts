import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { PageEntries } from "../../../../src/passwords/hosted/entries.js";
import { PageKeys } from "../../../../src/passwords/hosted/keys.js";
import { claimed, ended } from "../../../../src/passwords/hosted/record.js";
import { type PageStore, ProcessStore } from "../../../../src/passwords/hosted/store.js";
import { EntryUnavailable } from "../../../../src/passwords/page/types.js";
import { FACTS, ManualClock } from "../../../support/entry.js";

const MINUTE = 60_000;

let clock: ManualClock;
let keys: PageKeys;
let store: StoreWithFaults;
let entries: PageEntries;

/** Keeps everything as the real one does; of the methods named, none answers. */
class StoreWithFaults extends ProcessStore {
  readonly silent = new Set<keyof PageStore>();
  readonly names: string[] = [];
  /** What another replica does between a reading and a change. */
  between: () => Promise<unknown> = async () => {};

  override async add(name: string, value: string, ms: number) {
    this.names.push(name);
    return (this.silent.has("add") ? undefined : super.add(name, value, ms)) as Promise<boolean>;
  }
  override async set(name: string, value: string, ms: number) {
    return (this.silent.has("set") ? undefined : super.set(name, value, ms)) as Promise<boolean>;
  }
  override async get(name: string) {
    return (this.silent.has("get") ? undefined : super.get(name)) as Promise<string | null>;
  }
  override async take(name: string) {
    return (this.silent.has("take") ? undefined : super.take(name)) as Promise<string | null>;
  }
  override async replace(name: string, before: string, after: string, ms: number) {
    const { between } = this;
    this.between = async () => {};
    await between();
    return (
      this.silent.has("replace") ? undefined : super.replace(name, before, after, ms)
    ) as Promise<boolean>;
  }
}

beforeEach(() => {
  clock = new ManualClock();
  keys = new PageKeys(randomBytes(32));
  store = new StoreWithFaults(clock);
  entries = new PageEntries({ store, keys, clock });
});

const open = (agentId = "a", tenant = "acme") =>
  entries.open({ tenant, agentId, facts: FACTS, words: [], job: {}, asker: {} });
const phaseOf = async (token: string) => (await entries.read(token))?.record.phase;

describe("an entry", () => {
  it("is found by its address, its letters and its agent, and kept under names that tell nothing", async () => {
    const { token, code, validUntil } = await open();
    expect(validUntil).toBe(clock.now() + 15 * MINUTE);
    expect((await entries.read(token))?.record).toMatchObject({
      ...{ tenant: "acme", agentId: "a", tries: 0, validUntil, phase: { is: "waiting" } },
    });
    expect(await entries.newestOf("acme", "a")).toBe(token);
    expect(await entries.takeCode(code)).toBe(token);
    for (const name of store.names) expect(name).not.toMatch(new RegExp(`${token}|${code}`));
  });

  it("is found by nothing else", async () => {
    const { token } = await open();
    expect(await entries.read("A".repeat(43))).toBeNull();
    expect(await entries.takeCode("BCDFGHJK")).toBeNull();
    expect(await entries.newestOf("other", "a")).toBeNull();
    expect(await entries.newestOf("acme", "b")).toBeNull();
    const elsewhere = new PageEntries({ store, clock, keys: new PageKeys(randomBytes(32)) });
    expect(await elsewhere.read(token)).toBeNull();
  });

  it("is none where what is stored was put there by somebody without the key", async () => {
    const { token } = await open();
    await store.set(keys.nameOf("entry", token), "forged", MINUTE);
    await store.set(keys.nameOf("agent", "acme", "a"), keys.seal("another place", token), MINUTE);
    await store.set(keys.nameOf("code", "BCDFGHJK"), keys.seal("another place", token), MINUTE);
    expect(await entries.read(token)).toBeNull();
    expect(await entries.newestOf("acme", "a")).toBeNull();
    expect(await entries.takeCode("BCDFGHJK")).toBeNull();
  });

  it("is found by its letters once, and for a quarter of an hour", async () => {
    const { token, code } = await open();
    expect(await entries.takeCode(code)).toBe(token);
    expect(await entries.takeCode(code)).toBeNull();
    const later = await open("b");
    clock.pass(15 * MINUTE - 1);
    const last = await open("c");
    clock.pass(1);
    expect(await entries.takeCode(later.code)).toBeNull();
    expect(await entries.takeCode(last.code)).toBe(last.token);
  });

  it("is over after a quarter of an hour, of which is told for another one", async () => {
    const { token } = await open();
    clock.pass(15 * MINUTE);
    expect(await phaseOf(token)).toMatchObject({ is: "ended", how: "expired" });
    clock.pass(15 * MINUTE - 1);
    expect(await phaseOf(token)).toBeDefined();
    clock.pass(1);
    expect(await entries.read(token)).toBeNull();
    // Who asks for the newest of the agent may be told a little longer that it is over.
    expect(await entries.newestOf("acme", "a")).toBe(token);
    clock.pass(15 * MINUTE);
    expect(await entries.newestOf("acme", "a")).toBeNull();
  });
});

describe("a newer entry of an agent", () => {
  it("takes the place of the older one, of that tenant's agent", async () => {
    const [first, others, another] = [await open(), await open("b"), await open("a", "other")];
    const second = await open();
    expect(await phaseOf(first.token)).toEqual({ is: "ended", how: "replaced", at: clock.now() });
    for (const { token } of [second, others, another])
      expect(await phaseOf(token)).toEqual({ is: "waiting" });
    expect(await entries.newestOf("acme", "a")).toBe(second.token);
  });

  it("is opened where of the older one only the agent's pointer is left", async () => {
    await open();
    clock.pass(31 * MINUTE);
    expect((await open()).token).toMatch(/^[\w-]{43}$/);
  });

  it("is not opened while the password of the older one is being tried", async () => {
    const { token } = await open();
    await entries.change(token, (record) => claimed(record, "claim", clock.now()));
    await expect(open()).rejects.toThrow(/has just been entered and is being tried/);
    expect(await phaseOf(token)).toMatchObject({ is: "working" });
  });

  it("is opened after an older one that has ended, whose end stays as it was", async () => {
    const { token } = await open();
    await entries.change(token, (record) => ended(record, "cancelled", clock.now()));
    await open();
    expect(await phaseOf(token)).toMatchObject({ how: "cancelled" });
  });
});

describe("entries of a tenant", () => {
  it("are sixty in a quarter of an hour, whatever others open", async () => {
    for (let count = 0; count < 60; count += 1) await open(`${count}`);
    const refused = open("one more");
    await expect(refused).rejects.toThrow(EntryUnavailable);
    await expect(refused).rejects.toThrow(/^60 pages for SIP passwords have been opened/);
    await open("a", "other");
    clock.pass(15 * MINUTE - 1);
    await expect(open("one more")).rejects.toThrow(EntryUnavailable);
    clock.pass(1);
    await open("one more");
  });
});

describe("a change of an entry", () => {
  it("is made again from what others have made of it meanwhile", async () => {
    const { token } = await open();
    store.between = () => entries.change(token, (record) => ({ ...record, browser: "one" }));
    const seen: (string | undefined)[] = [];
    const changed = await entries.change(token, (record) => {
      seen.push(record.browser);
      return record.browser === undefined ? { ...record, browser: "two" } : undefined;
    });
    expect([changed, seen]).toEqual([null, [undefined, "one"]]);
    expect((await entries.read(token))?.record.browser).toBe("one");
  });

  it("is what was made of it", async () => {
    const { token } = await open();
    const changed = await entries.change(token, (record) => ({ ...record, browser: "one" }));
    expect(changed?.browser).toBe("one");
    expect((await entries.read(token))?.record).toEqual(changed);
  });

  it("is given up when others change it each time", async () => {
    const { token } = await open();
    let rounds = 0;
    const again = async () => {
      await entries.change(token, (record) => ({ ...record, tries: record.tries + 1 }));
      store.between = again;
    };
    store.between = again;
    const changed = await entries.change(token, (record) => {
      rounds += 1;
      return { ...record, browser: "one" };
    });
    expect([changed, rounds]).toEqual([null, 5]);
  });

  it("of none is none", async () => {
    expect(await entries.change("A".repeat(43), (record) => record)).toBeNull();
  });
});

describe("a store that does not answer", () => {
  it.each(["add", "set", "get"] as const)("opens no entry: %s", async (method) => {
    if (method === "get") await open();
    store.silent.add(method);
    await expect(open()).rejects.toThrow(/what the servers share does not answer/);
  });

  it("opens none where it did not tell whether there is an older one, though it answers again", async () => {
    await open();
    const get = store.get.bind(store);
    store.get = (async () => {
      store.get = get;
      return undefined;
    }) as unknown as typeof get;
    await expect(open()).rejects.toThrow(/what the servers share does not answer/);
  });

  it("opens none where an older one could not be ended", async () => {
    await open();
    store.silent.add("replace");
    await expect(open()).rejects.toThrow(/what the servers share does not answer/);
  });

  it("is told apart from one that has nothing", async () => {
    const { token } = await open();
    for (const method of ["get", "take", "replace"] as const) store.silent.add(method);
    expect(await entries.read(token)).toBeUndefined();
    expect(await entries.newestOf("acme", "a")).toBeUndefined();
    expect(await entries.takeCode("BCDFGHJK")).toBeUndefined();
    expect(await entries.change(token, (record) => record)).toBeUndefined();
    store.silent.delete("get");
    expect(await entries.change(token, (record) => ({ ...record, browser: "one" }))).toBeUndefined();
  });
});
