import { afterEach, describe, expect, it, vi } from "vitest";
import { readHttpSettings } from "../../../../src/config/http.js";
import { type Place, Places, placeSizes } from "../../../../src/hosting/limits/places.js";
import type { ShareSizes } from "../../../../src/hosting/limits/shares.js";
import type { Caller, Tenant } from "../../../../src/hosting/types.js";

const sizes = (server: number, tenant = server, caller = tenant): ShareSizes => ({ server, tenant, caller });

function places({
  work = sizes(2),
  waits = sizes(2),
  diagnoses = sizes(2),
  readings = sizes(2),
  streams = sizes(2),
} = {}): Places {
  return new Places({ work, waits, diagnoses, readings, streams });
}

function caller(tenant = "acme", principal = "alice"): Caller {
  return { tenant: { name: tenant } as Tenant, principal, scopes: new Set() };
}

function entered(all: Places, who = caller()): Place {
  const place = all.enter();
  if (place === undefined) throw new Error("full");
  const full = place.claim(who);
  if (full !== undefined) throw new Error(full);
  return place;
}

afterEach(() => {
  vi.useRealTimers();
});

describe("places", () => {
  it("let in as many as there is room for, before it is known who they are, and another when one has left", () => {
    const all = places();
    const [first] = [all.enter(), all.enter()];
    expect(all.enter()).toBeUndefined();
    first?.leave();
    first?.leave();
    expect(all.enter()).toBeDefined();
    expect(all.enter()).toBeUndefined();
    expect(all.inside).toBe(2);
  });

  it("say whose share is used up, and are free again after that request too", () => {
    const all = places({ work: sizes(4, 2, 1) });
    const own = entered(all);
    const second = all.enter();
    expect(second?.claim(caller())).toBe("caller");
    second?.leave();
    entered(all, caller("acme", "bob"));
    const third = all.enter();
    expect(third?.claim(caller("acme", "carol"))).toBe("tenant");
    third?.leave();
    own.leave();
    expect(all.inside).toBe(1);
    entered(all);
  });

  it("tell when no one is inside, and when that takes too long", async () => {
    const all = places();
    expect(await all.empty(1)).toBe(true);
    const place = entered(all);
    expect(await all.empty(5)).toBe(false);
    const empty = all.empty(5_000);
    place.leave();
    expect(await empty).toBe(true);
  });
});

describe("streams", () => {
  it("leave their place, and are counted for caller, tenant and server until each is closed", () => {
    const all = places({ work: sizes(1), streams: sizes(4, 3, 2) });
    const open = (who?: Caller) => {
      const place = entered(all, who);
      const end = place.startStream();
      place.leave();
      return end;
    };
    const [first] = [open(), open()];
    expect(all.inside).toBe(0);
    expect(open()).toBe("caller");
    expect(open(caller("acme", "bob"))).toBeTypeOf("function");
    expect(open(caller("acme", "carol"))).toBe("tenant");
    expect(open(caller("globex"))).toBeTypeOf("function");
    expect(open(caller("initech"))).toBe("server");
    if (typeof first !== "function") throw new Error("not open");
    first();
    first();
    expect(open()).toBeTypeOf("function");
    expect(open(caller("initech"))).toBe("server");
  });

  it("leave their place as soon as they are open, and keep it where they are not let open", () => {
    const all = places({ work: sizes(1), streams: sizes(1) });
    expect(entered(all).startStream()).toBeTypeOf("function");
    expect(all.inside).toBe(0);
    const refused = entered(all);
    expect(refused.startStream()).toBe("caller");
    expect([all.inside, all.enter()]).toEqual([1, undefined]);
    refused.leave();
    expect(all.inside).toBe(0);
  });

  it("belong to a caller that is known", () => {
    expect(places().enter()?.startStream()).toBe("caller");
  });
});

describe("waiting until no one is inside", () => {
  it("ends immediately where no one is", async () => {
    vi.useFakeTimers();
    const empty = places().empty(5_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(await empty).toBe(true);
  });

  it("ends with the last one who leaves, not with the first, and not with the time", async () => {
    vi.useFakeTimers();
    const all = places();
    const [first, last] = [entered(all), entered(all)];
    const ends: boolean[] = [];
    for (let count = 0; count < 2; count += 1) void all.empty(5_000).then((end) => ends.push(end));
    first.leave();
    await vi.advanceTimersByTimeAsync(4_999);
    expect(ends).toEqual([]);
    last.leave();
    await vi.advanceTimersByTimeAsync(0);
    expect(ends).toEqual([true, true]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the sizes of places", () => {
  const sizesFor = (maxCalls: string) => placeSizes(readHttpSettings({ auth: false, maxCalls }));

  it("have twice as many that wait, as many streams, a diagnosis for each eight calls, and 64 logs", () => {
    expect(sizesFor("20")).toEqual({
      work: sizes(20),
      waits: sizes(40),
      diagnoses: sizes(2),
      readings: sizes(64),
      streams: sizes(20),
    });
  });

  it("always have room for one diagnosis", () => {
    expect(sizesFor("1")).toMatchObject({ work: sizes(1), waits: sizes(2), diagnoses: sizes(1) });
  });

  it("leave half of the logs to other tenants, and half of that to other callers", () => {
    const settings = readHttpSettings({ auth: true, tenants: "tenants.json" });
    expect(placeSizes(settings).readings).toEqual(sizes(64, 32, 16));
  });
});

describe("a call that only waits", () => {
  it("leaves its place to others, of its caller too, and is still inside", () => {
    const all = places({ work: sizes(2, 1, 1) });
    const waits = entered(all);
    expect(waits.startWaiting()).toBe(true);
    expect(waits.startWaiting()).toBe(true);
    const works = entered(all);
    expect([all.inside, all.waiting]).toEqual([2, 1]);
    waits.leave();
    expect([all.inside, all.waiting]).toEqual([1, 0]);
    expect(all.enter()?.claim(caller())).toBe("caller");
    works.leave();
    entered(all);
  });

  it("does not wait where its caller, its tenant or the server has too many that do", () => {
    const all = places({ work: sizes(20), waits: sizes(3, 2, 1) });
    const wait = (...who: Parameters<typeof caller>) => entered(all, caller(...who)).startWaiting();
    expect([wait("acme", "alice"), wait("acme", "alice")]).toEqual([true, false]);
    expect([wait("acme", "bob"), wait("acme", "carol")]).toEqual([true, false]);
    expect([wait("globex", "alice"), wait("initech", "alice")]).toEqual([true, false]);
    expect([all.inside, all.waiting]).toEqual([6, 3]);
  });

  it("takes up one place among those that wait, however often it says so", () => {
    const all = places({ waits: sizes(1) });
    const place = entered(all);
    expect([place.startWaiting(), place.startWaiting(), all.waiting]).toEqual([true, true, 1]);
    place.leave();
    expect(all.waiting).toBe(0);
  });

  it("has kept its place where it was not let wait", () => {
    const all = places({ work: sizes(1), waits: sizes(0) });
    const place = entered(all);
    expect(place.startWaiting()).toBe(false);
    expect(all.enter()).toBeUndefined();
    place.leave();
    expect(all.enter()).toBeDefined();
  });
});

describe("a call that continues after its request", () => {
  it("takes up what it takes up until it has ended", async () => {
    const all = places({ work: sizes(1), waits: sizes(1) });
    const place = entered(all);
    const end = place.hold();
    place.leave();
    expect(all.enter()).toBeUndefined();
    expect(place.startWaiting()).toBe(true);
    expect(await all.empty(1)).toBe(false);
    end();
    end();
    expect([all.inside, all.waiting]).toEqual([0, 0]);
  });

  it("does not begin after it", () => {
    const all = places();
    const place = entered(all);
    place.leave();
    expect(() => place.hold()).toThrow(/has ended/);
    expect(place.startWaiting()).toBe(false);
  });
});

describe("diagnoses under way", () => {
  it("are no one's where it is not known whose the request is, and so is waiting", () => {
    const place = places().enter();
    expect(place?.startDiagnosis()).toBe("caller");
    expect(place?.startWaiting()).toBe(false);
  });

  it("are bounded for a caller, a tenant and the server", () => {
    const all = places({ work: sizes(20), diagnoses: sizes(3, 2, 1) });
    const start = (...who: Parameters<typeof caller>) => entered(all, caller(...who)).startDiagnosis();
    const first = start("acme", "alice");
    expect(start("acme", "alice")).toBe("caller");
    start("acme", "bob");
    expect(start("acme", "carol")).toBe("tenant");
    start("globex", "alice");
    expect(start("initech", "alice")).toBe("server");
    if (typeof first === "string") throw new Error(first);
    first();
    expect(start("initech", "alice")).toBeTypeOf("function");
  });
});

describe("logs that are read", () => {
  it("are no one's where it is not known whose the request is", () => {
    expect(places().enter()?.startReading()).toBe("caller");
  });

  it("are bounded for a caller, a tenant and the server, and it is known whose they are", () => {
    const all = places({ work: sizes(20), readings: sizes(3, 2, 1) });
    const start = (...who: Parameters<typeof caller>) => entered(all, caller(...who)).startReading();
    const first = start("acme", "alice");
    expect(first).toMatchObject({ whose: ["acme", "alice"] });
    expect(start("acme", "alice")).toBe("caller");
    start("acme", "bob");
    expect(start("acme", "carol")).toBe("tenant");
    start("globex", "alice");
    expect(start("initech", "alice")).toBe("server");
    if (typeof first === "string") throw new Error(first);
    first.end();
    expect(start("initech", "alice")).toMatchObject({ whose: ["initech", "alice"] });
  });
});
