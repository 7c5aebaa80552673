import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FORMATS } from "../../../src/logs/formats/index.js";
import type { LogFormat } from "../../../src/logs/line.js";
import { listPresets } from "../../../src/presets/index.js";

const FOLDER = join(import.meta.dirname, "../../../src/logs/formats");
/** Names of groups that `Groups` in event.ts gives a meaning, and those that a format reads by itself. */
const GROUP = /\(\?<([a-zA-Z]+)>/g;

const named = FORMATS.map((format, index) => [`${index + 1} ${format.dialect}`, format] as const);

describe("the log formats", () => {
  it("are the files of their folder, the particular ones first", () => {
    const files = readdirSync(FOLDER).filter((file) => file !== "index.ts");
    expect(FORMATS).toHaveLength(files.length);
    expect(new Set(FORMATS).size).toBe(files.length);
    const order = FORMATS.map(({ dialect }) => dialect);
    expect(order[0]).toBe("chan-sip");
    expect(order.slice(-5)).toEqual([
      "registration-words",
      "client",
      "registration-words",
      "registration-words",
      "any-call",
    ]);
  });

  it.each(named)("%s reads a line from its marker on, by anchored patterns", (_name, format) => {
    for (const { pattern } of format.patterns) {
      expect(pattern.source).toMatch(/^\^/);
      expect(pattern.flags).not.toMatch(/[gy]/);
    }
  });

  it.each(named)("%s names its groups only once in a pattern that reads them", (_name, { patterns }) => {
    for (const { pattern } of patterns) {
      const groups = [...pattern.source.matchAll(GROUP)].map(([, group]) => group);
      expect(new Set(groups).size).toBe(groups.length);
    }
  });

  it.each(named)("%s has one writer for its dialect, and a preset that exists", (_name, format) => {
    const same = FORMATS.filter(({ dialect }) => dialect === format.dialect);
    expect(new Set(same.map(({ writtenBy }: LogFormat) => writtenBy)).size).toBe(1);
    if (format.preset !== undefined) expect(listPresets().map(({ id }) => id)).toContain(format.preset);
  });
});
