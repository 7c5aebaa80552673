import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { offeredTools } from "../../../src/tools/index.js";
import { renderTools, renderToolTable } from "../../../src/tools/render.js";

const root = join(import.meta.dirname, "../../..");
const tools = offeredTools({ readOnly: false });
const REWRITE = "out of date: npm run docs";

describe("the documents of the tools", () => {
  it("docs/tools.md is what the tools make of it (npm run docs rewrites it)", () => {
    const upToDate = readFileSync(join(root, "docs/tools.md"), "utf8") === renderTools(tools);
    expect(upToDate, REWRITE).toBe(true);
  });

  it("the README's table is what the tools make of it", () => {
    const upToDate = readFileSync(join(root, "README.md"), "utf8").includes(renderToolTable(tools));
    expect(upToDate, REWRITE).toBe(true);
  });

  it("every parameter of every tool is told", () => {
    const sections = renderTools(tools).split(/^## /m).slice(1);
    for (const { name, input } of tools) {
      const section = sections.find((text) => text.startsWith(`${name}\n`)) ?? "";
      for (const key of Object.keys(input.shape)) expect(section, name).toContain(`| \`${key}\``);
    }
  });
});
