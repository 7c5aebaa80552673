import { describe, expect, it } from "vitest";
import {
  differences,
  Observation,
  type Shown,
  upToTimeout,
  writeCourse,
} from "../../../../scripts/compare-registrant/observation.js";

const START = 1_000_000;

type Look = readonly [at: number, state: string, more?: Partial<Shown>];

/** What was shown and asked at so many seconds of a registrant whose time is shortened. */
function observed(looks: readonly Look[], requests: readonly number[] = [], factor = 1): Observation {
  const observation = new Observation(factor);
  const wall = (seconds: number) => START + (seconds * 1_000) / factor;
  for (const at of requests) {
    observation.seen.push({ at: wall(at), expires: "75", credentials: false, callId: "a", form: "" });
  }
  for (const [at, state, { expires = 75, mark, sent } = {}] of looks) {
    const times = { mark: mark && wall(mark), sent: sent === undefined ? undefined : wall(sent) };
    observation.look({ state: `${state}_STATE`, expires, ...times }, wall(at));
  }
  return observation;
}

const course = (...given: Parameters<typeof observed>) => observed(...given).course(100, 18);

const WAITS: readonly Look[] = [
  [-3, "NOT_REGISTERED"],
  [0, "REGISTERING", { sent: 0 }],
  [30, "REGISTER_TIMEOUT", { sent: 0, mark: 95 }],
  [40, "REGISTERING", { sent: 40, mark: 95 }],
];

describe("a course", () => {
  it("begins where the record leaves NOT_REGISTERED_STATE, and leaves out what passes", () => {
    const seen = course(
      [
        [-3, "NOT_REGISTERED"],
        [0.2, "REGISTERING", { sent: 0 }],
        [0.4, "AUTHENTICATING", { sent: 0 }],
        [0.6, "REGISTERED", { sent: 0, mark: 65 }],
      ],
      [0, 70],
    );
    expect(writeCourse(seen)).toBe("REGISTERED 1 s (75, mark 65); REGISTER 75 at 0, 70 s");
  });

  it("is the same whatever the factor", () => {
    expect(differences(course(WAITS, [0, 40]), course(WAITS, [0, 40], 5))).toEqual([]);
  });

  it("ends where it is told to", () => {
    const seen = observed(WAITS, [0, 40, 41, 42]).course(41.5, 2);
    expect(seen.requests).toHaveLength(2);
    expect(
      observed(WAITS)
        .course(35, 18)
        .spans.map(({ state }) => state),
    ).toEqual(["REGISTERING", "REGISTER_TIMEOUT"]);
  });

  it("up to its first timeout has nothing of what comes after", () => {
    const { spans, cycles, requests } = upToTimeout(course(WAITS, [0, 40]));
    expect(spans.map(({ state }) => state)).toEqual(["REGISTERING", "REGISTER_TIMEOUT"]);
    expect([cycles, requests.map(({ at }) => at)]).toEqual([[0], [0]]);
  });
});

describe("what differs", () => {
  const registered = (at: number, more: Partial<Shown> = {}, requests = [0, 70]) =>
    course([[at, "REGISTERED", { sent: 0, mark: 65, ...more }]], requests);

  it("is nothing where times are less than a tick apart", () => {
    expect(differences(registered(0), registered(0, { mark: 69 }, [0, 75]))).toEqual([]);
  });

  it.each([
    ["states", course([[0, "REGISTRAR_ERROR", { sent: 0, mark: 65 }]], [0, 70])],
    ["what is shown", registered(0, { mark: 75 })],
    ["what is shown", registered(0, { expires: 45 })],
    ["REGISTERs", registered(0, {}, [0, 60])],
    ["REGISTERs", registered(0, {}, [0])],
    ["last_register_sent", registered(0, { sent: 10 })],
  ])("is reported: %s", (what, other) => {
    expect(differences(registered(0), other)).toEqual([what]);
  });
});
