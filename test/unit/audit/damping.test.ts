import { describe, expect, it } from "vitest";
import { Damping, type Sight } from "../../../src/audit/damping.js";

const SIGHTS: Record<string, Sight> = { D: "down", U: "up", O: "off", "?": "unknown" };

/** What is told of one agent, a round a minute; D is down, U up, O off, ? not known. A first `+`: it comes later than others. */
function told(rounds: string, options = {}): (string | undefined)[] {
  const damping = new Damping({ confirm: 2, maxChanges: 3, windowMs: 3_600_000, ...options });
  const isLate = rounds.startsWith("+");
  return [...rounds.replace("+", "")].map((round, index) =>
    damping.saw("a", SIGHTS[round] as Sight, index * 60_000, isLate),
  );
}

const changes = (rounds: string, options = {}) => told(rounds, options).filter((kind) => kind !== undefined);

describe("the damping of changes", () => {
  it.each([
    ["what it sees first is no change", "DDDD", []],
    ["a change counts once a second round agrees", "UUDD", ["down"]],
    ["one round that says otherwise is none", "UUDUUDUU", []],
    ["there and back is told twice", "UUDDDUU", ["down", "up"]],
    ["who is down and then switched off is told once more", "UUDDOOOO", ["down", "off"]],
    ["one round that says off is none", "UUDDODUU", ["down", "up"]],
    ["who was down from the beginning and is switched off is told", "DDOO", ["off"]],
    ["who was up and is switched off is not told", "UUOOUU", []],
    ["who is switched on again, and fails, is told", "UUOODD", ["down"]],
    ["what is not known is no change, and does not begin one", "DD????UU", ["up"]],
    ["what is not known does not end what has begun", "UUD?D", ["down"]],
    ["who was not known at first is told once it is down", "??DD", ["down"]],
    ["who comes later and is down is told", "+DDUU", ["down", "up"]],
    ["who comes later and is up is no change", "+UUDD", ["down"]],
    [
      "who flaps and is switched off flaps no more",
      "UDDUUDDUUOODD",
      ["down", "up", "down", "flapping", "off", "down"],
    ],
    [
      "whoever changes more often than three times is told to flap, once",
      "UDDUUDDUUDDUU",
      ["down", "up", "down", "flapping"],
    ],
  ])("%s", (_what, rounds, expected) => expect(changes(rounds)).toEqual(expected));

  it("tells when one that flapped has been the same for as long as changes are counted", () => {
    const kinds = changes(`UDDUUDDUUDD${"D".repeat(61)}`);
    expect(kinds).toEqual(["down", "up", "down", "flapping", "steady"]);
    expect(changes(`UDDUUDDUUDD${"D".repeat(61)}UU`).at(-1)).toBe("up");
  });

  it("tells immediately where one round is to do", () => {
    expect(told("UDU", { confirm: 1 })).toEqual([undefined, "down", "up"]);
  });

  it("remembers who was missing on a list once", () => {
    const damping = new Damping({ confirm: 1, maxChanges: 3, windowMs: 10 });
    damping.saw("a", "up", 0);
    damping.keep(new Set(["a"]), 5);
    expect(damping.keep(new Set(), 14)).toEqual([]);
    expect(damping.saw("a", "down", 14)).toBe("down");
  });

  it("tells who was down and is missing, once, when as many lists agree as rounds have to", () => {
    const damping = new Damping({ confirm: 2, maxChanges: 3, windowMs: 3_600_000 });
    for (const now of [0, 1]) {
      damping.saw("a", "down", now);
      damping.saw("b", "up", now);
    }
    expect([2, 3, 4].map((now) => damping.keep(new Set(), now))).toEqual([[], ["a"], []]);
  });

  it("forgets who is gone", () => {
    const damping = new Damping({ confirm: 1, maxChanges: 3, windowMs: 1 });
    damping.saw("a", "up", 0);
    damping.keep(new Set(["b"]), 1);
    expect(damping.saw("a", "down", 1)).toBeUndefined();
  });
});
