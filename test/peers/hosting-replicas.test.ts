import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** Three built servers behind the real nginx, with the real Redis; the load and its checks are those of the bench. */

const RUN = fileURLToPath(new URL("../../bench/replicas/run.mjs", import.meta.url));
const missing = ["/usr/sbin/nginx", "/usr/bin/redis-server"].filter((path) => !existsSync(path));
if (missing.length > 0) console.log(`skipped: ${missing.join(", ")} not installed`);

describe.skipIf(missing.length > 0)("three replicas of which one is killed and one restarted", () => {
  it("answer rightly, lose no write and share their limits", { timeout: 60_000 }, async () => {
    const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
      execFile(process.execPath, [RUN, "--quick"], { timeout: 50_000 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : error.code, output: stdout + stderr });
      });
    });
    expect(output).toMatch(/wrong answers 0, lost writes 0/);
    expect(code, output).toBe(0);
  });
});
