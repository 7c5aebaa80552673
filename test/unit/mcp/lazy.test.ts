import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../../../src");

/** Files that a file imports as soon as it is loaded, relative ones only. */
function imports(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)\.js";/gm)].map(
    (match) => `${join(file, "..", match[1] ?? "")}.ts`,
  );
}

function loadedBy(entry: string): string[] {
  const seen = new Set<string>();
  const queue = [join(ROOT, entry)];
  for (let file = queue.pop(); file; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    queue.push(...imports(file));
  }
  return [...seen].map((file) => file.slice(ROOT.length + 1));
}

/** Packages that a file imports as soon as it is loaded, but for types. */
function packagesOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const froms = [...text.matchAll(/^(?:import|export) (?!type )([^;]*?)from "([^".][^"]*)";/gm)];
  const isTypes = (names: string) => /^\{\s*(?:type \w+,?\s*)+\} $/.test(names);
  return froms.flatMap(([, names = "", name = ""]) =>
    isTypes(names) || name.startsWith("node:") ? [] : [name],
  );
}

describe("the start of the server", () => {
  it("loads neither tools nor the client of the API nor SIP: the build lists the tools ahead", () => {
    const loaded = loadedBy("commands/serve.ts");
    expect(loaded).toContain("mcp/handlers.ts");
    expect(loaded).toContain("telzino/lazy-client.ts");
    expect(loaded.filter((file) => /^(?:tools|diagnosis|telzino|sandbox)\//.test(file)).sort()).toStrictEqual(
      ["telzino/lazy-client.ts", "tools/core/memory.ts", "tools/core/offered.ts"],
    );
  });

  it("loads no large package: the SDK is for what comes after the first answers", () => {
    const loaded = loadedBy("commands/serve.ts");
    expect(loaded).toContain("mcp/greeting.ts");
    expect([...new Set(loaded.flatMap(packagesOf))]).toEqual(["leven"]);
  });

  it.each(["commands/serve.ts", "commands/http/mcp.ts"])(
    "leaves the newer era to who asks for it: %s",
    (entry) => {
      const loaded = loadedBy(entry);
      expect(loaded).toContain("mcp/era.ts");
      expect(loaded.filter((file) => file.startsWith("mcp/newer/"))).toEqual([]);
    },
  );

  it("loads neither presets nor guides, but for the dates of the resources", () => {
    const loaded = loadedBy("mcp/server.ts");
    expect(loaded).toContain("mcp/prompts.ts");
    expect(loaded).toContain("mcp/resources.ts");
    expect(
      loaded.filter((file) => /^(?:presets|guides)\//.test(file) && file !== "presets/types.ts"),
    ).toStrictEqual(["guides/modified.ts"]);
  });
});
