import { describe, expect, it } from "vitest";
import { errorResult, successResult } from "../../../src/mcp/reply.js";
import { NO_ROOM } from "../../../src/redaction/in-steps.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import { untrusted } from "../../../src/redaction/untrusted.js";
import { fact } from "../../../src/tools/core/facts.js";
import { ownWords } from "../../support/plain.js";
import { turnsDuring } from "../../support/turns.js";

const MAX_TEXT = 24_000;
const SECRET = "tulip-rocket-482913";

async function textOf(lines: readonly string[], next: readonly string[] = []): Promise<string> {
  const redactor = createRedactor();
  redactor.hold(new Secret(SECRET));
  const results = await Promise.all([
    successResult([fact({}, ...lines)], next, redactor),
    errorResult(lines, next, redactor),
  ]);
  const [told, failed] = results.map(({ content: [first] }) => (first?.type === "text" ? first.text : ""));
  expect(failed).toBe(told);
  return told ?? "";
}

/** Own words that end so many characters before the bound. */
const upTo = (left: number) => "x".repeat(MAX_TEXT - left);

describe("the text of a result", () => {
  it("is whole up to its bound, and from there on ends with the last line that fits", async () => {
    expect(await textOf(["first", "x".repeat(MAX_TEXT - 6)])).toHaveLength(MAX_TEXT);
    expect(await textOf(["first", "x".repeat(MAX_TEXT - 5)])).toBe("first\n(cut)");
    expect(await textOf(["x".repeat(MAX_TEXT + 1)])).toBe("(cut)");
  });

  it("is never cut within someone else's words, which would end without their quotation mark", async () => {
    for (const left of [1, 8, 16]) {
      const text = await textOf([
        "first",
        upTo(200),
        `said ${"y".repeat(188 - left)}${untrusted('two "w" words')}`,
        "last",
      ]);
      expect(text).toMatch(/^first\nx+\n\(cut\)$/);
      expect(ownWords(text)).toBe(text);
    }
    const fits = await textOf([upTo(200), `said ${untrusted("a b")}`, "z".repeat(300)]);
    expect(fits).toMatch(/\nsaid "a b"\n\(cut\)$/);
  });

  it("has no half of a secret where it is cut, also of words that come in several lines", async () => {
    for (let left = 0; left <= 40; left += 1) {
      const said = untrusted(`${SECRET.slice(0, 5)}\n${SECRET.slice(5)}`, { max: 500 });
      const text = await textOf([upTo(100), "a".repeat(98 - left), `${said}`, "z".repeat(300)]);
      expect(text).not.toMatch(/tulip|482913/);
    }
    expect(await textOf(["a", `${untrusted(`it is ${SECRET}`)}`])).toBe(`a\n${LEFT_OUT}`);
  });

  it("keeps what to do next behind a cut: three steps, checked as the rest", async () => {
    const steps = ["one", `two ${untrusted(SECRET)}`, "three", "four"];
    expect(await textOf(["first", upTo(0)], steps)).toBe(
      `first\n(cut)\n\nNext:\n1. one\n2. two ${LEFT_OUT}\n3. three`,
    );
  });
});

/** Other than own words, and of its own each time. */
const said = (index: number) => untrusted(`saying ${index}`);

function held() {
  const redactor = createRedactor();
  redactor.hold(new Secret(SECRET));
  return redactor;
}

describe("a result with much from outside", () => {
  it("is built with turns for others, as text and as structured content", async () => {
    const words = Array.from({ length: 60 }, (_, index) => `${said(index)}`);
    const inText = await turnsDuring(() => successResult([fact({}, ...words)], [], held()));
    const inData = await turnsDuring(() => successResult([fact({ words: words.join(" ") })], [], held()));
    const asError = await turnsDuring(() => errorResult(words, [], held()));
    for (const turns of [inText, inData, asError]) expect(turns).toBeGreaterThanOrEqual(59);
  });

  it("has no text behind what can be seen of it looked at", async () => {
    let looked = 0;
    const redactor = held();
    const counting: typeof redactor = {
      ...redactor,
      *redactSteps(sentence, room) {
        looked += 1;
        return yield* redactor.redactSteps(sentence, room);
      },
    };
    await errorResult(Array<string>(10_000).fill("x".repeat(1_000)), [], counting);
    expect(looked).toBeLessThan(60);
  });

  it("is bounded in its structured content too, in the same shape, and says so", async () => {
    const agents = Array.from({ length: 60_000 }, (_, index) => ({ id: `${untrusted(`a${index}`)}` }));
    const data = { outcome: "listed", agents, name: `${untrusted("Desk")}`, page: 1, notes: ["own"] };
    const { structuredContent } = await successResult([fact(data)], ["one"], held());
    expect(JSON.stringify(structuredContent).length).toBeLessThan(200_000);
    const { length: kept } = Object(structuredContent?.agents) as unknown[];
    expect(structuredContent).toEqual({
      outcome: "listed",
      agents: agents.slice(0, kept).map((_, index) => ({ id: `a${index}` })),
      name: "Desk",
      page: 1,
      notes: [
        "own",
        `This answer is too long: ${60_000 - kept} texts or entries of its structured content are left out.`,
      ],
      nextSteps: ["one"],
    });
    expect(Object.keys(structuredContent ?? {})).toEqual([...Object.keys(data), "nextSteps"]);
  });

  it("is cut within one text of many sayings, but not within one of them", async () => {
    const ladder = Array.from({ length: 5_000 }, (_, index) => `${untrusted(`saying ${index} x`.repeat(9))}`);
    const { structuredContent } = await successResult([fact({ ladder: ladder.join("\n") })], [], held());
    const shown = String(structuredContent?.ladder);
    expect(shown.length).toBeLessThan(110_000);
    expect(shown.endsWith(`"${NO_ROOM}`)).toBe(true);
  });
});
