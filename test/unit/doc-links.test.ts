import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = dirname(dirname(import.meta.dirname));
const LEFT_OUT = /(?:^|\/)(?:node_modules|dist|reports|coverage|\.git)(?:\/|$)/;

const pages = readdirSync(ROOT, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((path) => !LEFT_OUT.test(relative(ROOT, path).replaceAll("\\", "/")));

/** Written by whoever hosts the server, so not here. */
const NOT_HERE = /^deploy\/tenants\./;

/** Files and folders of the repository that a page names in code, from the root. */
function named(text: string): string[] {
  const path = /`((?:src|test|scripts|docs|bench|evals|examples|deploy|packaging)\/[\w./-]*)`/g;
  return [...text.matchAll(path)].map(([, name = ""]) => name).filter((name) => !NOT_HERE.test(name));
}

/** Without code, in which brackets are no links. */
function prose(text: string): string {
  return text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "").replace(/`[^`\n]*`/g, "`code`");
}

/** The anchors that GitHub gives headings: lower case, spaces as dashes, what is neither letter nor digit dropped. */
function anchors(text: string): Set<string> {
  const seen = new Map<string, number>();
  const found = new Set<string>();
  for (const [, heading = ""] of text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "").matchAll(/^#{1,6}\s+(.+)$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").trim();
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    found.add(times === 0 ? slug : `${slug}-${times}`);
  }
  for (const [, id = ""] of text.matchAll(/<a (?:id|name)="([^"]+)"/g)) found.add(id);
  return found;
}

describe("links within the documentation", () => {
  it("has pages to check", () => {
    expect(pages.length).toBeGreaterThan(10);
  });

  it.each(pages.map((page) => [relative(ROOT, page), page]))("%s", (_name, page) => {
    const text = readFileSync(page, "utf8");
    const broken = [...prose(text).matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
      .filter((target) => {
        const [path = "", anchor] = decodeURIComponent(target).split("#");
        const file = path === "" ? page : join(dirname(page), path);
        if (!existsSync(file)) return true;
        return (
          anchor !== undefined && file.endsWith(".md") && !anchors(readFileSync(file, "utf8")).has(anchor)
        );
      });
    expect(broken).toEqual([]);
    expect(named(text).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it("of docs/architecture.md leads to the files of src/ that it names", () => {
    const text = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
    const files = [...text.matchAll(/`((?:[\w-]+\/)+[\w-]+\.(?:ts|yaml))`/g)].map(([, name = ""]) => name);
    expect(files.length).toBeGreaterThan(30);
    expect(
      files.filter((name) => ![ROOT, join(ROOT, "src")].some((at) => existsSync(join(at, name)))),
    ).toEqual([]);
  });
});
