import { describe, expect, it } from "vitest";
import { BoundedMap } from "../../../src/base/bounded-map.js";

function filled(most: number, keys: string): BoundedMap<string, number> {
  const map = new BoundedMap<string, number>(most);
  for (const [index, key] of [...keys].entries()) map.set(key, index);
  return map;
}

describe("BoundedMap", () => {
  it("holds as many entries as it may, and then the newest of them", () => {
    expect([...filled(3, "abc").keys()]).toStrictEqual(["a", "b", "c"]);
    expect([...filled(3, "abcde")]).toStrictEqual([
      ["c", 2],
      ["d", 3],
      ["e", 4],
    ]);
  });

  it("takes a key that is set again for a new one", () => {
    const map = filled(3, "abcad");
    expect([...map.keys()]).toStrictEqual(["c", "a", "d"]);
    expect(map.get("a")).toBe(3);
  });

  it("does not take one for new because it was read", () => {
    const map = filled(2, "ab");
    map.get("a");
    map.set("c", 0);
    expect([...map.keys()]).toStrictEqual(["b", "c"]);
  });

  it("has room again for what was deleted", () => {
    const map = filled(2, "ab");
    map.delete("b");
    map.set("c", 0);
    expect([...map.keys()]).toStrictEqual(["a", "c"]);
  });
});
