import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Place } from "../../../../src/clients/table.js";
import { install, uninstall } from "../../../../src/commands/install/index.js";
import { loadConfig } from "../../../../src/config/index.js";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "change-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const CLIENTS = {
  "claude-code": ".claude.json",
  vscode: join(".config", "Code", "User", "mcp.json"),
  codex: join(".codex", "config.toml"),
};
const place = (): Place => ({ platform: "linux", home, project: home, variable: () => undefined });
const config = loadConfig({});

/** Runs a command on a terminal, where a person answers each question; other programs may act before the answer. */
async function answered(
  command: typeof install,
  client: string,
  answers: readonly (readonly [answer: string, meanwhile?: () => void])[],
) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const left = [...answers];
  let shown = "";
  const collect = new Writable({
    write(chunk, _encoding, done) {
      shown += chunk;
      if (String(chunk).includes("[y/N]")) {
        const [answer, meanwhile] = left.shift() ?? ["n"];
        meanwhile?.();
        stdin.write(`${answer}\n`);
      }
      done();
    },
  });
  const code = await command(config, { stdin, stdout: collect, stderr: collect }, client, {}, place());
  return { code, shown, left: left.length };
}

const file = () => join(home, ".claude.json");
const put = (content: object | string, indent?: number) =>
  writeFileSync(file(), typeof content === "string" ? content : JSON.stringify(content, null, indent));
const read = () => JSON.parse(readFileSync(file(), "utf8"));

describe("what is written while the question waits", () => {
  it.each([undefined, 2])("is kept, in a file indented by %s", async (indent) => {
    put({ mcpServers: { a: { command: "x" } } }, indent);
    const others = { mcpServers: { a: { command: "y" }, b: { env: { K: "v" } } }, numStartups: 7 };
    const { code, shown } = await answered(install, "claude-code", [["y", () => put(others, indent)]]);
    expect({ code, shown }).toMatchObject({ code: 0 });
    expect(read()).toEqual({
      ...others,
      mcpServers: { ...others.mcpServers, "telzino-sip": expect.objectContaining({ command: "npx" }) },
    });
    // The backup is what was replaced, not what was first seen.
    expect(JSON.parse(readFileSync(`${file()}.telzino-sip.bak`, "utf8"))).toEqual(others);
  });

  it("is kept where there was no file before", async () => {
    const { code } = await answered(install, "claude-code", [["y", () => put({ numStartups: 1 })]]);
    expect(code).toBe(0);
    expect(read()).toMatchObject({ numStartups: 1, mcpServers: { "telzino-sip": { command: "npx" } } });
  });

  it("is kept by uninstall, which then does not remove the file it said it would", async () => {
    await answered(install, "claude-code", [["y"]]);
    const used = { ...read(), numStartups: 1 };
    const { code, shown } = await answered(uninstall, "claude-code", [["y", () => put(used)], ["y"]]);
    expect(code).toBe(0);
    expect(shown).toContain("it is removed");
    expect(shown).toContain("The file has changed in the meantime.");
    expect(read()).toEqual({ numStartups: 1 });
  });

  it("has the question asked again where it is in this server's own entry", async () => {
    put({ mcpServers: {} });
    const theirs = { mcpServers: { "telzino-sip": { command: "theirs", disabled: true } } };
    const no = await answered(install, "claude-code", [["y", () => put(theirs)], ["n"]]);
    expect(no).toMatchObject({ code: 1, left: 0 });
    expect(no.shown).toContain("Nothing was changed.");
    expect(read()).toEqual(theirs);
    put({ mcpServers: {} });
    const yes = await answered(install, "claude-code", [["y", () => put(theirs)], ["y"]]);
    expect(yes).toMatchObject({ code: 0, left: 0 });
    expect(read().mcpServers["telzino-sip"]).toMatchObject({ command: "npx", disabled: true });
  });

  it("has it asked again where the old entry differs only in what is not shown", async () => {
    const entry = (secret: string) => ({ mcpServers: { "telzino-sip": { env: { MY_SECRET: secret } } } });
    put(entry("one"));
    const { left } = await answered(install, "claude-code", [["y", () => put(entry("two"))], ["y"]]);
    expect(left).toBe(0);
    expect(read().mcpServers["telzino-sip"].env.MY_SECRET).toBe("two");
  });

  it("is enough where another program has written the very entry", async () => {
    await answered(install, "claude-code", [["y"]]);
    const done = read();
    put({});
    const { code, shown } = await answered(install, "claude-code", [["y", () => put(done)]]);
    expect(code).toBe(0);
    expect(shown).toContain("already up to date");
    expect(read()).toEqual(done);
  });

  it.each([
    ["claude-code", "CloseBraceExpected", '{"mcpServers": {"a": {"env": {"K": "c4nary"}}'],
    ["claude-code", "must be an object", '{"mcpServers": ["c4nary"]}'],
    ["claude-code", "InvalidSymbol", "c4nary"],
    ["claude-code", "nested too deeply", `{"c4nary": ${"[".repeat(100_000)}`],
    ["vscode", "must be an array", '{"inputs": "c4nary"}'],
    ["codex", "does not end", 'model = "c4nary\n'],
    ["codex", "neither a table nor key = value", "c4nary\n"],
  ] as const)("is left as it is where it cannot be changed: %s, %s", async (client, problem, text) => {
    const path = join(home, CLIENTS[client]);
    await answered(install, client, [["y"]]);
    const { code, shown } = await answered(uninstall, client, [["y", () => writeFileSync(path, text)]]);
    expect(code).toBe(1);
    expect(shown).toContain(problem);
    expect(shown).not.toContain("c4nary");
    expect(shown).toMatch(/\nNothing was changed\.\n$/);
    expect(readFileSync(path, "utf8")).toBe(text);
  });
});

describe("an answer", () => {
  it.each(["", "n", "yep", "Y es"])("that is no yes changes nothing: %j", async (answer) => {
    put("{}");
    expect((await answered(install, "claude-code", [[answer]])).code).toBe(1);
    expect(readdirSync(home)).toEqual([".claude.json"]);
    expect(read()).toEqual({});
  });

  it("that never comes, because the terminal is closed, changes nothing", async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const stderr = new PassThrough();
    const done = install(config, { stdin, stdout: new PassThrough(), stderr }, "claude-code", {}, place());
    stdin.end();
    expect(await done).toBe(1);
    expect(String(stderr.read())).toContain("Nothing was changed.");
    expect(existsSync(file())).toBe(false);
  });
});
