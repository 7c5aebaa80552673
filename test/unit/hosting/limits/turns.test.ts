import { expect, it } from "vitest";
import { Turns } from "../../../../src/hosting/limits/turns.js";

it("large pieces of work have a turn of the event loop each, in order, and others come in between", async () => {
  const turns = new Turns();
  const done: string[] = [];
  const work = ["a", "b", "c"].map((name) => turns.next().then(() => void done.push(name)));
  const between = async () => {
    for (let turn = 0; turn < 2; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      done.push("other");
    }
  };
  await Promise.all([...work, between()]);
  expect(done.filter((name) => name !== "other")).toEqual(["a", "b", "c"]);
  expect(done.indexOf("other")).toBeLessThan(done.indexOf("c"));
});
