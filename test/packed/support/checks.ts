import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { checkGuardedHttp, checkHttp } from "./hosted.js";
import { closedPort, type Program, run, start } from "./program.js";

const REFUSED =
  "[2026-01-05 10:00:00] NOTICE[1]: chan_sip.c:28906 handle_request_register: Registration from '<sip:1001@pbx.example.com>' failed for '192.0.2.7:5060' - Wrong password\n";

/** How each command is seen to work. A command that `--help` names and this does not fails a test. */
export const CHECKS: Readonly<Record<string, (program: Program) => Promise<void>>> = {
  demo: async (program) => {
    const outcome = await run(program, ["demo"]);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(outcome.stdout).toContain(
      "Done: found, refused, explained, registered, called, heard both ways, removed.",
    );
  },

  doctor: async (program) => {
    const env = {
      TELZINO_ACCESS_TOKEN: "not-a-token",
      TELZINO_API_URL: `http://127.0.0.1:${await closedPort()}`,
    };
    const outcome = await run(program, ["doctor"], env);
    expect(outcome).toMatchObject({ code: 1 });
    expect(outcome.stdout).toMatch(/✗ api .*ECONNREFUSED/);
    const sandboxed = await run(program, ["doctor", "--sandbox", "--json"]);
    expect({ ...sandboxed, report: JSON.parse(sandboxed.stdout) }).toMatchObject({
      code: 0,
      report: { ok: true },
    });
  },

  diagnose: async (program) => {
    const port = String(await closedPort());
    const target = ["127.0.0.1", "--user", "1001", "--transport", "tcp", "--port", port];
    const outcome = await run(program, ["diagnose", ...target]);
    expect(outcome).toMatchObject({ code: 1 });
    expect(outcome.stdout).toMatch(/^PROBLEM/);
    expect(outcome.stderr).not.toContain("unexpected error");
  },

  explain: async (program) => {
    const folder = await mkdtemp(join(tmpdir(), "explain-"));
    try {
      const file = join(folder, "pbx.log");
      // Who runs the program may be another user.
      await chmod(folder, 0o755);
      await writeFile(file, REFUSED);
      const outcome = await run(program, ["explain", file]);
      expect(outcome).toMatchObject({ code: 1, stderr: "" });
      expect(outcome.stdout).toContain("credentials-refused");
    } finally {
      await rm(folder, { recursive: true });
    }
  },

  call: async (program) => {
    const unasked = await run(program, ["call", "--sandbox"]);
    expect(unasked).toMatchObject({ code: 2, stdout: "" });
    expect(unasked.stderr).toContain("give --yes");
    const outcome = await run(program, ["call", "--sandbox", "--yes"]);
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stdout).toMatch(/^PROVEN {2}Voice goes both ways/);
    expect(outcome.stdout).toContain("|===============>|===============>|");
  },

  audit: async (program) => {
    const outcome = await run(program, ["audit", "--sandbox", "--json"]);
    expect({ ...outcome, report: JSON.parse(outcome.stdout) }).toMatchObject({
      code: 0,
      report: { outcome: "well", total: 5, counts: { down: 0 } },
    });
  },

  watch: async (program) => {
    const watching = start(program, ["watch", "--sandbox"]);
    await expect.poll(watching.stderr, { timeout: 20_000 }).toContain("watching 5 agents");
    watching.child.kill("SIGINT");
    expect(await watching.ended).toMatchObject({ code: 0, stdout: "" });
  },

  token: async (program) => {
    const outcome = await run(program, ["token", "--name", "phone-room", "--expires", "90d"]);
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stdout).toMatch(/^tsm_\S{40,}\n$/);
    expect(outcome.stderr).toMatch(/"name":"phone-room","sha256":"[0-9a-f]{64}"/);
  },

  install: async (program) => {
    const shown = await run(program, ["install", "cursor", "--dry-run"]);
    expect(shown).toMatchObject({ code: 0 });
    expect(shown.stdout + shown.stderr).toContain('"telzino-sip": {');
    await expect(cursorServers(program)).rejects.toThrow(/ENOENT/);
  },

  uninstall: async (program) => {
    expect(await run(program, ["install", "cursor", "--yes", "--local", "--sandbox"])).toMatchObject({
      code: 0,
    });
    expect(Object.keys(await cursorServers(program))).toEqual(["telzino-sip"]);
    expect(await run(program, ["uninstall", "cursor", "--yes"])).toMatchObject({ code: 0 });
    await expect(cursorServers(program)).rejects.toThrow(/ENOENT/);
  },

  http: async (program) => {
    await checkHttp(program);
    await checkGuardedHttp(program);
  },
};

async function cursorServers({ env }: Program): Promise<object> {
  const file = join(env.HOME ?? "", ".cursor", "mcp.json");
  return (JSON.parse(await readFile(file, "utf8")) as { mcpServers?: object }).mcpServers ?? {};
}
