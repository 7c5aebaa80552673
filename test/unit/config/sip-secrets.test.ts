import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, loadConfig, secretsOf } from "../../../src/config/index.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "secrets-file-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string, mode = 0o600): string {
  const path = join(folder, `${Math.random()}.env`);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const load = (path: string, env: Record<string, string> = {}) =>
  loadConfig({ TELZINO_SECRETS_FILE: path, ...env });

function problemsOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join("\n");
    throw error;
  }
  return "";
}

function shown({ sipSecrets }: ReturnType<typeof load>) {
  return [...sipSecrets].map(([name, { secret, hosts }]) => [name, secret.reveal(), ...hosts]).sort();
}

describe("a secrets file", () => {
  it("gives names, values and pins, with the prefix and without", () => {
    const text = [
      "# the office",
      "OFFICE_PBX=p-office",
      "OFFICE_PBX_HOSTS=pbx.acme.com, *.acme.com",
      "",
      "export HOME_PBX='p #home '",
      'TELZINO_SIP_SECRET_LAB="p=lab"',
      "EMPTY=",
    ].join("\r\n");
    expect(shown(load(fileOf(`\uFEFF${text}`)))).toStrictEqual([
      ["HOME_PBX", "p #home "],
      ["LAB", "p=lab"],
      ["OFFICE_PBX", "p-office", "pbx.acme.com", "*.acme.com"],
    ]);
  });

  it("is taken from the flag before the variable", () => {
    const flagged = loadConfig(
      { TELZINO_SECRETS_FILE: fileOf("A=from-variable") },
      { secretsFile: fileOf("A=from-flag") },
    );
    expect(shown(flagged)).toStrictEqual([["A", "from-flag"]]);
  });

  it("is beside the environment, and its values are kept from being shown", () => {
    const config = load(fileOf("A=p-file"), { TELZINO_SIP_SECRET_B: "p-env" });
    expect(shown(config)).toStrictEqual([
      ["A", "p-file"],
      ["B", "p-env"],
    ]);
    expect(secretsOf(config).map((secret) => secret.reveal())).toStrictEqual(["p-file", "p-env"]);
    expect(JSON.stringify([...config.sipSecrets])).not.toMatch(/p-file|p-env/);
  });

  it.each([0o640, 0o604, 0o660, 0o644, 0o620, 0o601])("of mode %o is refused", (mode) => {
    const problems = problemsOf(() => load(fileOf("A=p-file", mode)));
    expect(problems).toContain("may be read by others than its owner: chmod 600 it");
  });

  it.each([0o600, 0o400])("of mode %o is read", (mode) => {
    expect(shown(load(fileOf("A=p-file", mode)))).toStrictEqual([["A", "p-file"]]);
  });

  it("that is not there, no file, empty or too large is refused with what is wrong", () => {
    expect(problemsOf(() => load(join(folder, "none.env")))).toContain("does not exist");
    mkdirSync(join(folder, "folder"), { mode: 0o700 });
    expect(problemsOf(() => load(join(folder, "folder")))).toContain("is not a file");
    expect(problemsOf(() => load(fileOf("# nothing\n")))).toContain("is empty");
    expect(problemsOf(() => load(fileOf("OFFICE: p-canary\n")))).toContain("is empty");
    expect(problemsOf(() => load(fileOf(`A=${"x".repeat(70_000)}`)))).toContain("larger than 64 KiB");
  });

  it.each([
    [
      "another variable of this program",
      "TELZINO_CLIENT_SECRET=p-canary",
      "TELZINO_CLIENT_SECRET is not one",
    ],
    ["a name in small letters", "office=p-canary", "office is not one"],
    ["a line break in a value", 'A="p-canary\nmore"', "TELZINO_SIP_SECRET_A must not contain line breaks"],
    ["pins alone", "A_HOSTS=pbx.acme.com", "TELZINO_SIP_SECRET_A is missing"],
    [
      "pins that are none",
      "A=p-canary\nA_HOSTS=https://pbx.acme.com",
      "TELZINO_SIP_SECRET_A_HOSTS must be comma-separated hosts",
    ],
    ["one name twice", "A=p-canary\nTELZINO_SIP_SECRET_A=p-canary", "with and without its prefix"],
    ["no names at all", "p-canary!x=1", "A line is not one"],
  ])("with %s is refused without a value being shown", (_label, text, problem) => {
    const problems = problemsOf(() => load(fileOf(text)));
    expect(problems).toContain(problem);
    expect(problems).not.toContain("p-canary");
  });

  it("with a name that the environment has too is refused, so neither loosens the other's pins", () => {
    const path = fileOf("A=p-file\nA_HOSTS=pbx.acme.com");
    expect(problemsOf(() => load(path, { TELZINO_SIP_SECRET_A: "p-env" }))).toContain(
      "TELZINO_SIP_SECRET_A is set in the environment and in the secrets file",
    );
    expect(problemsOf(() => load(path, { TELZINO_SIP_SECRET_A_HOSTS: "*.example" }))).toContain(
      "TELZINO_SIP_SECRET_A_HOSTS is set in the environment and in the secrets file",
    );
  });
});

describe("the entry port", () => {
  it("is any free one by default, a given one, or off", () => {
    expect(loadConfig({}).entryPort).toBe(0);
    expect(loadConfig({ TELZINO_ENTRY_PORT: "8123" }).entryPort).toBe(8123);
    expect(loadConfig({ TELZINO_ENTRY_PORT: "8123" }, { entryPort: "OFF" }).entryPort).toBeUndefined();
    expect(problemsOf(() => loadConfig({ TELZINO_ENTRY_PORT: "no" }))).toContain("must be a port");
  });
});
