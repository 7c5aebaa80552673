import { describe, expect, it } from "vitest";
import { listTroubles } from "../../../src/answers/index.js";
import { presetsDocument, statesDocument, troubleDocument } from "../../../src/guides/documents.js";
import { MODIFIED } from "../../../src/guides/modified.js";
import { listPresets } from "../../../src/presets/index.js";
import { knownStates } from "../../../src/registration/states.js";

describe("the dates of resources", () => {
  it("are dates that have come", () => {
    for (const { at } of Object.values(MODIFIED)) {
      expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(Number.isNaN(Date.parse(at))).toBe(false);
    }
  });
});

describe("a document", () => {
  it("on the catalogue has each preset with its address", () => {
    const text = presetsDocument(listPresets());
    for (const { id } of listPresets()) expect(text).toContain(`telzino://presets/${id} |`);
  });

  it("on the states has each of them, with its code", () => {
    const text = statesDocument(knownStates());
    for (const { state, code } of knownStates()) expect(text).toContain(`## ${state} (${code})`);
  });

  it("on a trouble numbers its causes, and each source that they name", () => {
    for (const trouble of listTroubles()) {
      const text = troubleDocument(trouble);
      const [body = "", sources = ""] = text.split("## Sources");
      const named = [...body.matchAll(/\\\[([\d, ]+); \w+\\\]/g)].flatMap(([, list = ""]) =>
        list.split(", "),
      );
      const listed = [...sources.matchAll(/^(\d+)\. /gm)].map(([, number = ""]) => number);
      expect(new Set(named), trouble.id).toEqual(new Set(listed));
      expect([...body.matchAll(/^\d+\. .*\*\*Fix:\*\*/gm)], trouble.id).toHaveLength(trouble.causes.length);
    }
  });

  it("ends in one line feed", () => {
    const texts = [presetsDocument(listPresets()), ...listTroubles().map(troubleDocument)];
    for (const text of texts) expect(text).toMatch(/[^\n]\n$/);
  });
});
