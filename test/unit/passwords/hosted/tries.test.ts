import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { PageKeys } from "../../../../src/passwords/hosted/keys.js";
import { ProcessStore } from "../../../../src/passwords/hosted/store.js";
import { networkOf, PageTries } from "../../../../src/passwords/hosted/tries.js";
import { ManualClock } from "../../../support/entry.js";

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const ONE = "192.0.2.1";
const OTHER = "192.0.2.2";

let clock: ManualClock;
let tries: PageTries;
beforeEach(() => {
  clock = new ManualClock();
  tries = new PageTries({ store: new ProcessStore(clock), keys: new PageKeys(randomBytes(32)) });
});

/** How many of so many are let through. */
async function through(count: number, ask: () => Promise<unknown>): Promise<number> {
  let passed = 0;
  for (let at = 0; at < count; at += 1) if (await ask()) passed += 1;
  return passed;
}

async function wrong(address: string): Promise<boolean> {
  const attempt = await tries.startCode(address);
  await attempt?.wrong();
  return attempt !== undefined;
}

async function right(address: string): Promise<boolean> {
  const attempt = await tries.startCode(address);
  await attempt?.right();
  return attempt !== undefined;
}

describe("requests of an address", () => {
  it("are 120 a minute, counted apart from those of others", async () => {
    expect(await through(200, () => tries.mayAsk(ONE))).toBe(120);
    expect(await tries.mayAsk(OTHER)).toBe(true);
    clock.pass(MINUTE - 1);
    expect(await tries.mayAsk(ONE)).toBe(false);
    clock.pass(1);
    expect(await through(200, () => tries.mayAsk(ONE))).toBe(120);
  });

  it("are counted for the whole line of an IPv6 address", async () => {
    const addresses = Array.from({ length: 200 }, (_, at) => `2001:db8::${at.toString(16)}`);
    expect(await through(200, () => tries.mayAsk(addresses.pop() ?? ""))).toBe(120);
  });
});

describe("wrong letters", () => {
  it("are five of an address in a quarter of an hour, whatever others type", async () => {
    expect(await through(20, () => wrong(ONE))).toBe(5);
    expect(await wrong(OTHER)).toBe(true);
    clock.pass(QUARTER - 1);
    expect(await wrong(ONE)).toBe(false);
    clock.pass(1);
    expect(await through(20, () => wrong(ONE))).toBe(5);
  });

  it("are counted while they are looked at, so that many at once are no more", async () => {
    const started = await Promise.all(Array.from({ length: 20 }, () => tries.startCode(ONE)));
    expect(started.filter((attempt) => attempt !== undefined)).toHaveLength(5);
  });

  it("are not those that turn out to be right", async () => {
    expect(await through(20, () => right(ONE))).toBe(20);
    expect(await through(20, () => wrong(ONE))).toBe(5);
  });

  it("leave one try to each address when there are 600 from everywhere, and that one is enough for who is right", async () => {
    for (let at = 0; at < 599; at += 1) await wrong(`198.51.${at >> 8}.${at & 255}`);
    expect(await through(20, () => wrong(ONE))).toBe(1);
    expect(await through(20, () => wrong(OTHER))).toBe(1);
    expect(await through(20, () => right("192.0.2.3"))).toBe(20);
    clock.pass(QUARTER);
    expect(await through(20, () => wrong(ONE))).toBe(5);
  });

  it("are not 600 from everywhere when those were right, or not looked at", async () => {
    for (let at = 0; at < 700; at += 1) await right(`198.51.${at >> 8}.${at & 255}`);
    expect(await through(700, () => wrong(OTHER))).toBe(5);
    expect(await through(20, () => wrong(ONE))).toBe(5);
  });
});

describe("passwords of a tenant's pages", () => {
  it("are 120 in a quarter of an hour, and leave others their own", async () => {
    expect(await through(200, () => tries.maySubmit("acme"))).toBe(120);
    expect(await tries.maySubmit("other")).toBe(true);
    clock.pass(QUARTER - 1);
    expect(await tries.maySubmit("acme")).toBe(false);
    clock.pass(1);
    expect(await tries.maySubmit("acme")).toBe(true);
  });
});

describe("who counts as one that tries", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:DB8:0001:2::9", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["2001:db8::3:4:5:6:7", "2001:db8:0:3"],
    ["2001:db8:1:2:3:4:5::", "2001:db8:1:2"],
    ["2001:db8:0000:0020::", "2001:db8:0:20"],
    ["::", "0:0:0:0"],
    ["::1", "0:0:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
    ["192.0.2.1%x\ny", "192.0.2.1"],
    ["1:2:3:4:5:6:192.0.2.1", "1:2:3:4"],
    ["::ffff:192.0.2.1", "0:0:0:0"],
    ["0.0.0.0", "0.0.0.0"],
    ["Unknown", "Unknown"],
  ])("%s is %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

it("counts under the names that every replica has, so they count together", async () => {
  const keys = new PageKeys(randomBytes(32));
  const store = new ProcessStore(clock);
  const replica = new PageTries({ store, keys });
  await replica.mayAsk(ONE);
  await replica.maySubmit("acme");
  await (await replica.startCode(ONE))?.wrong();
  const names = [keys.nameOf("asked", ONE), keys.nameOf("submitted", "acme"), keys.nameOf("wrong", ONE)];
  expect(
    await Promise.all([...names, keys.nameOf("wrong")].map((name) => store.count(name, 0, QUARTER))),
  ).toEqual([1, 1, 1, 1]);
});
