import { expect, test } from "vitest";
import { failureOf, isUnreachable, Slots } from "../../../../src/sip/transport/flow.js";

test("a place is given to whoever waits longest", async () => {
  const slots = new Slots(1);
  const release = await slots.take();
  const order: string[] = [];
  const second = slots.take().then((free) => {
    order.push("second");
    free?.();
  });
  const third = slots.take().then(() => order.push("third"));
  expect(order).toEqual([]);
  release?.();
  await Promise.all([second, third]);
  expect(order).toEqual(["second", "third"]);
});

test("a place that is given back twice counts once", async () => {
  const slots = new Slots(1);
  const release = await slots.take();
  release?.();
  release?.();
  await slots.take();
  const control = new AbortController();
  const third = slots.take(control.signal);
  control.abort();
  expect(await third).toBeUndefined();
});

test("who leaves the queue takes no place with them", async () => {
  const slots = new Slots(1);
  const release = await slots.take();
  const control = new AbortController();
  const leaver = slots.take(control.signal);
  const stayer = slots.take();
  control.abort();
  expect(await leaver).toBeUndefined();
  release?.();
  expect(await stayer).toBeTypeOf("function");
});

test("an error without a code is named by its class", () => {
  expect(failureOf(new RangeError("too far"))).toEqual({ code: "RangeError", message: "too far" });
  expect(failureOf(Object.assign(new Error("no"), { code: "EPIPE" })).code).toBe("EPIPE");
});

test("an address is unreachable where there is no way to it, or this machine allows none, and not where someone refuses", () => {
  const unreachable = (code: string) => isUnreachable({ code, message: "" });
  const codes = ["EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN", "EADDRNOTAVAIL", "EACCES", "EPERM"];
  expect(codes.filter(unreachable)).toEqual(codes);
  expect(["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "FLOW_CLOSED"].filter(unreachable)).toEqual([]);
});
