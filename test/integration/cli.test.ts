import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = dirname(dirname(import.meta.dirname));
const CLI = join(ROOT, "dist", "cli.js");

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built file with no environment but what is given, and with its stdin closed. */
function run(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 30_000,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

describe("telzino-sip-mcp", () => {
  it("--version prints the version of package.json alone", async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(await run(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("points from a mistake in a command to that command's help", async () => {
    const { code, stderr } = await run(["install"]);
    expect(code).toBe(2);
    expect(stderr).toContain("See telzino-sip-mcp install --help.");
  });

  it("--help lists commands, flags, variables and examples", async () => {
    const { code, stdout, stderr } = await run(["--help"]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    for (const word of [
      "demo",
      "doctor",
      "--sandbox",
      "--sandbox-api-port",
      "--sandbox-sip-port",
      "--api-url",
      "--agent-id",
      "--read-only",
      "--log-level",
      "TELZINO_CLIENT_ID",
      "TELZINO_CLIENT_SECRET",
      "TELZINO_ACCESS_TOKEN",
      "TELZINO_READ_ONLY",
      "HTTPS_PROXY",
      "Examples:",
    ]) {
      expect(stdout).toContain(word);
    }
  });

  it.each([
    [["audit", "now"]],
    [["watch", "now"]],
    [["doctor", "now"]],
    [["demo", "now"]],
    [["token", "desk"]],
    [["http", "3000"]],
    [["diagnose", "pbx.invalid", "s3cret-of-1001"]],
    [["call", "Reception", "s3cret-of-1001"]],
    [["explain", "one.log", "two.log"]],
    [["install", "cursor", "codex"]],
    [["uninstall", "cursor", "codex"]],
  ])("%j is not carried out: it has a word too many", async (args) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(`too many arguments for '${args[0]}'`);
    expect(stderr).not.toContain(args.at(-1));
  });

  it.each([
    [["--sandbx"], "--sandbox"],
    [["--readonly"], "--read-only"],
    [["doctor", "--jsn"], "--json"],
    [["doctr"], "doctor"],
    [["demos"], "demo"],
  ])("%j ends with the nearest match, %s, and exit code 2", async (args, near) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(`Did you mean ${near}?`);
  });

  it("help prints what --help does, also of a command", async () => {
    for (const command of [[], ["install"]]) {
      const { code, stdout } = await run(["help", ...command]);
      expect(code).toBe(0);
      expect(stdout).toBe((await run([...command, "--help"])).stdout);
    }
  });

  it("does not repeat what a secret's flag was given, and says where secrets go", async () => {
    const { code, stdout, stderr } = await run(["--client-secret=hunter22"]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("--client-secret");
    expect(stderr).toContain("environment variables");
    expect(stderr).not.toContain("hunter22");
  });

  it.each([[[]], [["--sandbox"]], [["doctor"]], [["demo"]]])(
    "a misspelt variable ends %j with the nearest match and exit code 2",
    async (args) => {
      const { code, stdout, stderr } = await run(args, { TELZINO_CLIENT_SECRT: "hunter22" });
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toContain(
        "TELZINO_CLIENT_SECRT is not a variable of this program: did you mean TELZINO_CLIENT_SECRET?",
      );
      expect(stderr).not.toContain("hunter22");
    },
  );

  it("tells every problem of the configuration at once, one line each", async () => {
    const env = {
      TELZINO_CLIENT_ID: "a",
      TELZINO_API_URL: "http://api.example.com",
      TELZINO_READ_ONLY: "maybe",
    };
    const { code, stdout, stderr } = await run(["--log-level", "loud"], env);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    const problems = stderr.split("\n").filter((line) => line.startsWith("- "));
    expect(problems.map((line) => line.split(" ")[1]).toSorted()).toEqual([
      "--log-level",
      "TELZINO_API_URL",
      "TELZINO_CLIENT_SECRET",
      "TELZINO_READ_ONLY",
    ]);
  });

  it.each([["--sandbox-sip-port"], ["--sandbox-api-port"]])(
    "a taken port of the sandbox (%s) is an error of the configuration",
    async (flag) => {
      const taken = createServer().listen(0, "127.0.0.1");
      await once(taken, "listening");
      const { port } = taken.address() as AddressInfo;
      const { code, stdout, stderr } = await run(["--sandbox", flag, String(port)]);
      taken.close();
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain(`Port ${port} (${flag}) is taken`);
      expect(stderr).not.toContain("report");
    },
  );

  it("doctor without credentials says what to set, with exit code 1", async () => {
    // A port where nothing listens: the test needs no network.
    const { code, stdout, stderr } = await run(["doctor"], { TELZINO_API_URL: "http://127.0.0.1:9" });
    expect(code).toBe(1);
    expect(stdout).toContain("Set TELZINO_CLIENT_ID and TELZINO_CLIENT_SECRET");
    expect(stderr).toBe("");
  });

  it("doctor --sandbox passes, and --json prints the report as JSON alone", async () => {
    const { code, stdout, stderr } = await run(["doctor", "--sandbox", "--json"]);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ name: "telzino-sip-mcp", ok: true });
    expect(code).toBe(0);
  });
});
