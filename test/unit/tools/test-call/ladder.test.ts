import { describe, expect, it } from "vitest";
import type { TestCallFacts } from "../../../../src/tools/test-call/facts.js";
import { judgeTestCall } from "../../../../src/tools/test-call/judge.js";
import { ladderOf, ladderText } from "../../../../src/tools/test-call/ladder.js";
import { answered, facts, refused, script } from "../../../support/measured-call.js";

function ladder(more: Partial<TestCallFacts> = {}) {
  const given = facts(more);
  return ladderOf(given, judgeTestCall(given).legs);
}

function bands(more: Partial<TestCallFacts> = {}) {
  return ladder(more).flatMap(({ band }) => band ?? []);
}

describe("the ladder of a test call", () => {
  it("has an arrow for each message and a band for each way of the voice", () => {
    expect(ladderText(ladder()).split("\n")).toEqual([
      "here              PBX               platform, agent",
      "echo test",
      "    |--- INVITE ---->|                 0.0 s",
      "    |<----- 180 -----|                 0.1 s",
      "    |<----- 200 -----|                 0.4 s",
      "    |===============>|",
      "    |<===============|",
      "call to the agent",
      "    |--- INVITE ---->|                 0.0 s",
      "    |<----- 180 -----|                 0.1 s",
      "    |<----- 200 -----|                 0.4 s",
      "    |===============>|===============>|",
      "    |<===============|<===============|",
      "    |----- BYE ----->|                 18.0 s",
      "=== voice   --- packets without sound   =x= none   ... not observable from here",
    ]);
  });

  it("shows what is silent, broken, and not observable apart", () => {
    const log = { kind: "none" } as const;
    const quiet = answered({
      seen: { loudest: -127, soundMs: 0 },
      steps: script({ greeting: false, replies: 0 }),
    });
    expect(bands({ call: quiet, log })).toEqual(["full", "full", "not observable", "silent"]);
    const dead = answered({ seen: { packets: 0 }, steps: script({ greeting: false, replies: 0 }) });
    expect(bands({ call: dead, log })).toEqual(["full", "full", "not observable", "broken"]);
    expect(ladderText(ladder({ call: dead, log }))).toContain("x======");
  });

  it("ends with the refusal where the call was not answered, and with the far side's BYE where it hung up", () => {
    const text = ladderText(ladder({ call: refused(404), log: { kind: "not-looked" } }));
    expect(text).toContain("|<----- 404 -----|");
    expect(text.split("call to the agent")[1]).not.toMatch(/===>|BYE/);
    expect(ladderText(ladder({ call: answered({ end: { by: "there", atMs: 9_000 } }) }))).toContain(
      "|<----- BYE -----|                 9.0 s",
    );
  });
});
