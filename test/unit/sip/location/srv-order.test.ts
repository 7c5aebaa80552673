import { describe, expect, it } from "vitest";
import { orderSrv } from "../../../../src/sip/location/srv-order.js";

const record = (id: string, priority: number, weight: number) => ({ id, priority, weight });

describe("orderSrv (RFC 2782)", () => {
  it("goes by priority before weight", () => {
    const ordered = orderSrv([record("c", 20, 99), record("a", 5, 0), record("b", 10, 1)], () => 0.999);
    expect(ordered.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  it("draws by weight: the share of first places is that of the weights", () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const first = { a: 0, b: 0 };
    for (let turn = 0; turn < 4_000; turn += 1) {
      const [winner] = orderSrv([record("a", 1, 30), record("b", 1, 10)], random);
      first[winner?.id as "a" | "b"] += 1;
    }
    expect(first.a / 4_000).toBeGreaterThan(0.7);
    expect(first.a / 4_000).toBeLessThan(0.8);
  });

  it("gives weight 0 a chance, but a small one, and loses no record", () => {
    const records = [record("zero", 1, 0), record("a", 1, 50), record("b", 1, 50)];
    expect(orderSrv(records, () => 0)[0]?.id).toBe("zero");
    expect(
      orderSrv(records, () => 0.5)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(["a", "b", "zero"]);
    expect(orderSrv(records, () => 0.5)[0]?.id).toBe("a");
  });
});
