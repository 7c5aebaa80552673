import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { VERSION } from "../../../src/base/version.js";
import { writeCrashReport } from "../../../src/commands/crash-report.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crash of-"));
  pointTo(folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Of these one is read, by system. */
function pointTo(path: string): void {
  for (const name of ["TMPDIR", "TEMP", "TMP"]) vi.stubEnv(name, path);
}

const hideHunter = (text: string) => text.replaceAll("hunter22", "[secret]");

function reportOn(error: unknown, argv: readonly string[] = [], redact = hideHunter): string {
  const path = writeCrashReport(error, argv, redact);
  expect(path && dirname(path)).toBe(folder);
  if (process.platform !== "win32") expect(statSync(path ?? "").mode & 0o777).toBe(0o600);
  return readFileSync(path ?? "", "utf8");
}

describe("the report of a crash", () => {
  it("has no messages of a server for many tenants, whose secrets nothing could take out of them", () => {
    const path = writeCrashReport(
      new Error("it was hunter22", { cause: new TypeError("for hunter22") }),
      ["http"],
      (text) => text,
      false,
    );
    const text = readFileSync(path ?? "", "utf8");
    expect(text).not.toContain("hunter22");
    expect(text).toMatch(/^Error\n {4}at .*crash-report\.test/m);
    expect(text).toMatch(/^Caused by: TypeError\n {4}at /m);
  });

  it("has versions, the names of flags, and the error with its causes, without secrets", () => {
    const cause = new TypeError("for hunter22");
    const text = reportOn(new Error("it was hunter22", { cause }), [
      "diagnose",
      "pbx.example.com",
      "--user",
      "1001",
      "--api-url=https://private.example",
    ]);
    expect(text).toContain(`telzino-sip-mcp ${VERSION}, Node.js ${process.version}, `);
    expect(text).toContain("\nFlags: --user --api-url=…\n");
    expect(text).toMatch(
      /\nError: it was \[secret\]\n {4}at .+\n(.*\n)*Caused by: TypeError: for \[secret\]\n {4}at /,
    );
    for (const hidden of ["hunter22", "1001", "pbx.example.com", "private.example"])
      expect(text).not.toContain(hidden);
  });

  it("has nothing of the environment", () => {
    vi.stubEnv("CRASH_TEST_VARIABLE", "of the environment");
    const text = reportOn(new Error("x"));
    expect(text).not.toMatch(/CRASH_TEST_VARIABLE|of the environment/);
  });

  it("has no half of a secret that is taken apart by what is not shown or by the bound", () => {
    expect(reportOn(new Error("hunt\u200Ber22 and \u001B[2J"))).toMatch(/Error: \[secret\] and \[2J\n/);
    expect(reportOn(`${"x".repeat(19_995)}hunter22`)).not.toContain("hunt");
  });

  it("takes what is no error, and causes that go in a circle", () => {
    expect(reportOn("a text that was thrown")).toContain("\na text that was thrown\n");
    const circle = new Error("round");
    circle.cause = circle;
    expect(reportOn(circle).length).toBeLessThan(25_000);
  });

  it("is left out where there is no folder for it", () => {
    pointTo(join(folder, "not-there"));
    expect(writeCrashReport(new Error("x"), [], hideHunter)).toBeUndefined();
  });
});
