import { describe, expect, it } from "vitest";
import { Gate } from "../../../src/hosting/gate.js";

describe("Gate", () => {
  it("lets in as many as there is room for, and another when one has left", () => {
    const gate = new Gate(2);
    expect([gate.enter(), gate.enter(), gate.enter()]).toEqual([true, true, false]);
    gate.leave();
    expect(gate.enter()).toBe(true);
    expect(gate.inside).toBe(2);
  });

  it("tells when it is empty, and when that takes too long", async () => {
    const gate = new Gate(1);
    expect(await gate.empty(1)).toBe(true);
    gate.enter();
    expect(await gate.empty(5)).toBe(false);
    const empty = gate.empty(5_000);
    gate.leave();
    expect(await empty).toBe(true);
  });
});
