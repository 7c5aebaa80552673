import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { CLIENTS } from "../../src/clients/table.js";

/** Until the package is published, anyone may have its name: a page that fetches it by npx says so, and gives another form. */

const root = dirname(dirname(import.meta.dirname));
const inDocs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
const pages = [
  "README.md",
  ...inDocs.filter((name) => name.endsWith(".md")).map((name) => join("docs", name)),
];
const textOf = (page: string) => readFileSync(join(root, page), "utf8");
const fetching = pages.filter((page) => /npx -y telzino-sip-mcp|"npx"/.test(textOf(page)));

describe("a page that starts the package by npx", () => {
  it("is among those that are looked at", () => {
    const ofClients = CLIENTS.map(({ id }) => join("docs", "clients", `${id}.md`));
    expect(fetching).toEqual(expect.arrayContaining(["README.md", ...ofClients]));
  });

  it.each(fetching)("says from when on, and what to do until then: %s", (page) => {
    expect(textOf(page)).toMatch(/once the package is published|first release on npm/);
    expect(textOf(page)).toMatch(/node dist\/cli\.js|dist\/cli\.js|npm run setup/);
  });
});
