import { beforeAll, describe, expect, it } from "vitest";
import { jsonSchemaOf } from "../../src/tools/core/arguments.js";
import { offeredTools } from "../../src/tools/index.js";
import { alone, CODES, LABELS } from "../support/parity.js";
import { everyKindOfReply, type KindOfReply } from "../support/reply-kinds.js";

/** Some clients show a model the text of a result alone, others its structured content alone. */

let replies: KindOfReply[];
let told: KindOfReply[];
beforeAll(async () => {
  replies = await everyKindOfReply();
  told = replies.filter(({ isError }) => isError !== true);
});

const TOOLS = offeredTools({ readOnly: false });

describe("the replies that are compared", () => {
  it("are of every tool, and of every outcome that it can have", () => {
    expect(new Set(told.map(({ tool }) => tool))).toEqual(new Set(TOOLS.map(({ name }) => name)));
    for (const { name, output } of TOOLS) {
      const { outcome } = jsonSchemaOf(output).properties as Record<string, { enum?: string[] }>;
      const seen = new Set(told.filter(({ tool }) => tool === name).map(({ facts }) => facts.outcome));
      if (outcome?.enum) expect([...seen].sort(), name).toEqual([...outcome.enum].sort());
    }
  });
});

describe("the text and the structured content of a reply", () => {
  it("say the same", () => {
    const differ = told.flatMap((reply) => {
      const { inText, inStructure } = alone(reply);
      return [
        ...inText.map((words) => `${reply.kind}: in the text alone: ${words}`),
        ...inStructure.map((value) => `${reply.kind}: in the structure alone: ${value}`),
      ];
    });
    expect(differ).toEqual([]);
  });

  it("differ as soon as a sentence is only in one of them", () => {
    const sentence = "The extension is used by an door phone too.";
    for (const { kind, text, facts } of told) {
      const [first, ...others] = text.split("\n");
      const moreText = [first, sentence, ...others].join("\n");
      expect(alone({ text: moreText, facts }).inText, kind).not.toEqual([]);
      for (const more of [{ remark: sentence }, { seconds: 987_654 }, { notes: [sentence] }]) {
        expect(alone({ text, facts: { ...facts, ...more } }).inStructure, kind).toHaveLength(1);
      }
    }
  });

  it("differ as soon as a note or a step is taken out of one of them", () => {
    for (const { kind, text, facts } of told) {
      const { nextSteps } = facts as { nextSteps: string[] };
      if (nextSteps.length === 0) continue;
      expect(alone({ text, facts: { ...facts, nextSteps: [] } }).inText, kind).not.toEqual([]);
      const [body = ""] = text.split("\n\nNext:\n");
      expect(alone({ text: body, facts }).inStructure, kind).not.toEqual([]);
    }
  });
});

describe("what the comparison lets through", () => {
  it("are labels of a few words, and codes; all of them in use", () => {
    expect(LABELS.filter((label) => label.split(" ").length > 6)).toEqual([]);
    const seen = told.map(alone);
    const labels = new Set(seen.flatMap(({ labelsUsed }) => labelsUsed));
    expect(LABELS.filter((label) => !labels.has(label))).toEqual([]);
    const codes = new Set(seen.flatMap(({ codesUsed }) => codesUsed));
    expect(CODES.filter(([code]) => !codes.has(code))).toEqual([]);
  });
});
