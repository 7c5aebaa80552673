import { createHash } from "node:crypto";
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { type TokenFlags, token } from "../../../src/commands/token.js";
import { ConfigError } from "../../../src/config/index.js";

async function make(flags: TokenFlags) {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const code = await token(flags, { stdout: stream("stdout"), stderr: stream("stderr") });
  const entry = JSON.parse(written.stderr.trim().split("\n").at(-1) ?? "") as Record<string, string>;
  return { code, ...written, entry };
}

describe("token", () => {
  it("prints the token alone on stdout, and what the tenants file needs of it on stderr", async () => {
    const { code, stdout, stderr, entry } = await make({ name: "chatbot" });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^tsm_[\w-]{43}\n$/);
    expect(stderr).not.toContain(stdout.trim());
    expect(entry).toEqual({
      name: "chatbot",
      sha256: createHash("sha256").update(stdout.trim()).digest("hex"),
    });
  });

  it.each([
    ["12h", 12 / 24],
    ["90d", 90],
    ["26w", 182],
    ["1y", 365],
  ])("lets it expire after %s", async (expires, days) => {
    const { entry } = await make({ expires });
    const left = new Date(entry.expires ?? "").getTime() - Date.now();
    expect(Math.abs(left - days * 86_400_000)).toBeLessThan(5_000);
  });

  it("says everything that is wrong with its flags, and makes no token then", async () => {
    for (const expires of ["90", "0d", "11y", "-1d", "soon", "9d9d"]) {
      const error: unknown = await make({ name: "a b", expires }).catch((reason: unknown) => reason);
      expect(error, expires).toBeInstanceOf(ConfigError);
      expect((error as ConfigError).problems).toHaveLength(2);
    }
  });
});
