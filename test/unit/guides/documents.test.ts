import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  presetsDocument,
  statesDocument,
  troubleDocument,
  troublesDocument,
} from "../../../src/guides/documents.js";
import { MODIFIED } from "../../../src/guides/modified.js";
import { listTroubles } from "../../../src/guides/troubleshooting/index.js";
import { listPresets, loadPreset } from "../../../src/presets/index.js";
import { renderPresetMarkdown } from "../../../src/presets/render.js";
import { knownStates } from "../../../src/registration/states.js";

async function rendered(): Promise<Record<keyof typeof MODIFIED, string>> {
  const presets = await Promise.all(listPresets().map(({ id }) => loadPreset(id)));
  return {
    presets: [
      presetsDocument(listPresets()),
      ...presets.map((preset) => preset && renderPresetMarkdown(preset)),
    ].join("\n"),
    states: statesDocument(knownStates()),
    troubleshooting: [troublesDocument(listTroubles()), ...listTroubles().map(troubleDocument)].join("\n"),
  };
}

describe("the dates of resources", () => {
  it("go with what is rendered", async () => {
    const digests = Object.entries(await rendered()).map(([family, text]) => [
      family,
      createHash("sha256").update(text).digest("hex").slice(0, 32),
    ]);
    const written = Object.entries(MODIFIED).map(([family, { digest }]) => [family, digest]);
    expect(
      Object.fromEntries(digests),
      "a text has changed: set its date and its digest in src/guides/modified.ts",
    ).toEqual(Object.fromEntries(written));
  });

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
