import { describe, expect, it } from "vitest";
import { renderTools } from "../../../../scripts/docs/tools.js";
import { offeredTools } from "../../../../src/tools/index.js";

const tools = offeredTools({ readOnly: false });

describe("the documents of the tools", () => {
  it("every parameter of every tool is reported", () => {
    const sections = renderTools(tools).split(/^## /m).slice(1);
    for (const { name, input } of tools) {
      const section = sections.find((text) => text.startsWith(`${name}\n`)) ?? "";
      for (const key of Object.keys(input.shape)) expect(section, name).toContain(`| \`${key}\``);
    }
  });
});
