import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { createMetrics } from "../../src/hosting/front/metrics.js";
import { readTenantsFile } from "../../src/hosting/tenants/file.js";
import { offeredTools } from "../../src/tools/index.js";
import { Folder } from "../support/hosting.js";
import { CLI } from "../support/spawned.js";

const PAGE = readFileSync(new URL("../../docs/hosting.md", import.meta.url), "utf8");
/** Whatever the page's examples refer to. */
const variable = () => "value-of-a-variable";
const folder = new Folder();
afterAll(() => folder.remove());

/** Blocks of JSON that have tenants. */
const tenants = [...PAGE.matchAll(/^```json\n([\s\S]*?)^```/gm)]
  .map(([, block = ""]) => block)
  .filter((block) => block.includes('"tenants"'));

describe("docs/hosting.md", () => {
  it.each(["http", "token"])("tells every flag of %s --help", (command) => {
    const { stdout, status } = spawnSync(process.execPath, [CLI, command, "--help"], { encoding: "utf8" });
    expect(status).toBe(0);
    const flags = new Set([...stdout.matchAll(/--[a-z][a-z-]+/g)].map(([flag]) => flag));
    expect(flags.size).toBeGreaterThan(10);
    expect([...flags].filter((flag) => !new RegExp(`${flag}(?![a-z-])`).test(PAGE))).toEqual([]);
  });

  it("names no flag in its tables that there is not", () => {
    const known = ["http", "token"].map(
      (command) => spawnSync(process.execPath, [CLI, command, "--help"], { encoding: "utf8" }).stdout,
    );
    const flags = [...PAGE.matchAll(/^\| (`--[^|]+)\|/gm)].flatMap(
      ([, cell = ""]) => cell.match(/--[a-z-]+/g) ?? [],
    );
    expect(flags.length).toBeGreaterThan(30);
    expect(flags.filter((flag) => !known.join().includes(`${flag}`))).toEqual([]);
  });

  it("has tenants files that are read without a problem or a remark", () => {
    expect(tenants).toHaveLength(2);
    const [small, whole] = tenants.map((text) =>
      readTenantsFile(folder.write("tenants.json", text), variable),
    );
    // The tokens' days on the page will be over some time.
    const notes = [...(small?.notes ?? []), ...(whole?.notes ?? [])];
    expect(notes.filter((note) => !/ has expired\.$/.test(note))).toEqual([]);
    expect(whole?.tenants).toMatchObject([
      { name: "acme", readOnly: false, tokens: [{ name: "support-bot" }, { name: "voice-agent" }] },
      {
        name: "globex",
        readOnly: true,
        principals: ["auth0|5f7c8ec7c33c6c004bbafe82", "globex-helpdesk"],
      },
    ]);
  });

  it("shows the tools that are listed without test calls", () => {
    const names = offeredTools({ readOnly: false }).map(({ name }) => name);
    expect(PAGE).toContain(JSON.stringify(names.filter((name) => name !== "test_call")));
  });

  it("lists every metric of its own", async () => {
    const metrics = createMetrics({ running: () => 0, waiting: () => 0, sessions: () => 0 });
    metrics.agents();
    const text = await metrics.text();
    const names = [...text.matchAll(/^# HELP (telzino_\w+)/gm)].map(([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !PAGE.includes(`\`${name}\``))).toEqual([]);
  });
});
