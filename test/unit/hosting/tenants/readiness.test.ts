import { describe, expect, it } from "vitest";
import { Readiness } from "../../../../src/hosting/tenants/readiness.js";
import type { OpenTenant } from "../../../../src/hosting/tenants/services.js";
import { TelzinoError, type TelzinoErrorCode } from "../../../../src/telzino/errors.js";
import { keptLog } from "../../../support/hosting.js";

const patient = () => new AbortController().signal;

function tenant(name: string, code?: TelzinoErrorCode) {
  const asked: string[] = [];
  const probe = async () => {
    asked.push(name);
    if (code) throw new TelzinoError(code, "no");
  };
  return { asked, tenant: { name, probe } as unknown as OpenTenant };
}

describe("Readiness", () => {
  it("holds when the API takes the login of one tenant, whatever becomes of the others", async () => {
    const broken = tenant("broken", "login_refused");
    const good = tenant("good");
    const { log, lines } = keptLog();
    expect(await new Readiness(() => [broken.tenant, good.tenant], log).check(patient())).toBe(true);
    expect(lines).toEqual([]);
  });

  it("does not hold when no tenant can work, and says why once", async () => {
    const { log, lines } = keptLog();
    const readiness = new Readiness(
      () => [tenant("a", "login_refused").tenant, tenant("b", "unreachable").tenant],
      log,
    );
    expect(await readiness.check(patient())).toBe(false);
    expect(await readiness.check(patient())).toBe(false);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("reason=unreachable");
  });

  it("does not hold without tenants", async () => {
    expect(await new Readiness(() => [], keptLog().log).check(patient())).toBe(false);
  });

  it.each(["forbidden", "rate_limited"] as const)(
    "holds with %s: the API is there and knows who asks",
    async (code) => {
      expect(await new Readiness(() => [tenant("a", code).tenant], keptLog().log).check(patient())).toBe(
        true,
      );
    },
  );

  it("asks the API once for many that ask", async () => {
    const good = tenant("good");
    const readiness = new Readiness(() => [good.tenant], keptLog().log);
    await Promise.all(Array.from({ length: 20 }, () => readiness.check(patient())));
    await readiness.check(patient());
    expect(good.asked).toHaveLength(1);
  });

  it("lets who cannot wait go", async () => {
    const hanging = { name: "h", probe: () => new Promise(() => {}) } as unknown as OpenTenant;
    const readiness = new Readiness(() => [hanging], keptLog().log);
    expect(await readiness.check(AbortSignal.timeout(50))).toBe(false);
  });
});
