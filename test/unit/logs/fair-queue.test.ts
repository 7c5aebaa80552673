import { describe, expect, it } from "vitest";
import { FairQueue } from "../../../src/logs/fair-queue.js";

function queueOf(items: readonly (readonly [item: string, ...path: string[]])[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const [item, ...path] of items) queue.add(item, path);
  return queue;
}

function rest(queue: FairQueue<string>): string[] {
  const taken: string[] = [];
  for (let item = queue.take(); item !== undefined; item = queue.take()) taken.push(item);
  return taken;
}

describe("a fair queue", () => {
  it("keeps the order of what nobody in particular has put in", () => {
    expect(rest(queueOf([["a"], ["b"], ["c"]]))).toEqual(["a", "b", "c"]);
  });

  it("gives each tenant its turn, and each caller of a tenant", () => {
    const queue = queueOf([
      ["a1", "acme", "alice"],
      ["a2", "acme", "alice"],
      ["a3", "acme", "alice"],
      ["b1", "acme", "bob"],
      ["g1", "globex", "alice"],
      ["g2", "globex", "alice"],
    ]);
    expect(queue.size).toBe(6);
    expect(rest(queue)).toEqual(["a1", "g1", "b1", "g2", "a2", "a3"]);
    expect(queue.size).toBe(0);
  });

  it("gives no turn before others to one who comes again and again with a single item", () => {
    const queue = queueOf([
      ["g1", "globex"],
      ["a1", "acme"],
      ["a2", "acme"],
    ]);
    expect(queue.take()).toBe("g1");
    queue.add("g2", ["globex"]);
    expect(rest(queue)).toEqual(["a1", "g2", "a2"]);
  });

  it("forgets what is taken back, and whose it was", () => {
    const queue = queueOf([
      ["a1", "acme", "alice"],
      ["g1", "globex", "alice"],
    ]);
    expect([queue.delete("a1"), queue.delete("a1")]).toEqual([true, false]);
    expect(queue.size).toBe(1);
    expect(rest(queue)).toEqual(["g1"]);
  });
});
