import { describe, expect, it } from "vitest";
import { Damping } from "../../../src/audit/damping.js";

/** What is told of one agent, a round a minute; D is down, U up. */
function told(rounds: string, options = {}): (string | undefined)[] {
  const damping = new Damping({ confirm: 2, maxChanges: 3, windowMs: 3_600_000, ...options });
  return [...rounds].map((round, index) => damping.saw("a", round === "D", index * 60_000));
}

const changes = (rounds: string, options = {}) => told(rounds, options).filter((kind) => kind !== undefined);

describe("the damping of changes", () => {
  it.each([
    ["what it sees first is no change", "DDDD", []],
    ["a change counts once a second round agrees", "UUDD", ["down"]],
    ["one round that says otherwise is none", "UUDUUDUU", []],
    ["there and back is told twice", "UUDDDUU", ["down", "up"]],
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
    damping.saw("a", false, 0);
    damping.keep(new Set(["a"]), 5);
    damping.keep(new Set(), 14);
    expect(damping.saw("a", true, 14)).toBe("down");
  });

  it("forgets who is gone", () => {
    const damping = new Damping({ confirm: 1, maxChanges: 3, windowMs: 1 });
    damping.saw("a", false, 0);
    damping.keep(new Set(["b"]), 1);
    expect(damping.saw("a", true, 1)).toBeUndefined();
  });
});
