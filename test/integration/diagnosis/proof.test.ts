import { afterAll, afterEach, describe, expect, it } from "vitest";
import { ProbeHistory } from "../../../src/diagnosis/index.js";
import { Secret } from "../../../src/redaction/secret.js";
import { RFC_TIMERS } from "../../../src/sip/index.js";
import { diagnoseQuickly, targetOf, weighty } from "../../support/diagnosis.js";
import { recordFault, writeFaultTable } from "../../support/fault-table.js";
import { digestScript } from "../../support/registrar-scripts.js";
import { type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** What counts as proof that a registration works, and what does not. */

let registrar: ScriptedRegistrar | undefined;
afterAll(() => writeFaultTable("proof"));
afterEach(async () => {
  await registrar?.close();
  registrar = undefined;
});

async function look(script: Script, options: Parameters<typeof diagnoseQuickly>[1] = {}) {
  registrar = await ScriptedRegistrar.start({ script });
  const report = await diagnoseQuickly(targetOf(registrar), options);
  recordFault(report);
  return report;
}

const right = new Secret("secret");
const wrong = new Secret("wrong");
const sound = digestScript();

/** Asks for credentials only where there is a Contact. */
const lazy: Script = (request, asked) =>
  request.method === "REGISTER" && !request.headers.has("Contact") ? { status: 200 } : sound(request, asked);

/** Good credentials are answered so. */
const granting =
  (status: number, expires: number): Script =>
  (request, asked) =>
    request.headers.has("Authorization") && request.headers.has("Contact")
      ? {
          status,
          headers: [
            ["Contact", (request.headers.get("Contact") ?? "").replace(/>.*/, `>;expires=${expires}`)],
          ],
        }
      : sound(request, asked);

describe("a query that is answered 200 without a challenge", () => {
  it("proves no password", async () => {
    const report = await look(lazy, { password: wrong });
    expect(report.verdict.outcome).toBe("not_proven");
    expect(report.verdict.text).toMatch(/without asking for credentials.*a test binding/);
    expect(registrar?.requests.some(({ headers }) => headers.has("Authorization"))).toBe(false);
  });

  it("is followed by a test binding, which shows a wrong password as one", async () => {
    const report = await look(lazy, { password: wrong, testBinding: true });
    expect(report.findings[0]?.id).toBe("credentials-refused");
    expect(JSON.stringify(report)).not.toMatch(/credentials are (?:good|accepted)/);
  });

  it("is followed by a test binding, which proves the right one", async () => {
    const report = await look(lazy, { password: right, testBinding: true });
    expect(report.verdict.outcome).toBe("proven");
    expect(report.verdict.text).toMatch(/accepts the credentials of 1001 and takes its registration/);
  });

  it("costs a wrong password one try, however often it is diagnosed", async () => {
    const history = new ProbeHistory();
    await look(lazy, { password: wrong, testBinding: true, history });
    if (registrar === undefined) throw new Error("not started");
    await diagnoseQuickly(targetOf(registrar), { password: wrong, testBinding: true, history });
    const sent = registrar.requestsOf("REGISTER").filter(({ headers }) => headers.has("Authorization"));
    expect(sent).toHaveLength(1);
  });
});

describe("a PBX that says 200 to everything", () => {
  const yes: Script = () => ({ status: 200 });

  it("is not proven by it", async () => {
    expect((await look(yes, { password: wrong })).verdict.outcome).toBe("not_proven");
  });

  it("is found to take no registration when one is tried", async () => {
    const report = await look(yes, { password: wrong, testBinding: true });
    expect(report.findings[0]?.id).toBe("binding-not-listed");
    expect(report.verdict.outcome).toBe("problem");
  });
});

describe("a test binding", () => {
  it.each([
    ["no time", granting(200, 0), "critical high binding-granted-nothing"],
    ["20 s", granting(200, 20), "warning medium binding-short"],
    [
      "60 s, less than the platform's time between refreshes",
      granting(200, 60),
      "warning medium binding-short",
    ],
    ["nothing for certain (202)", granting(202, 120), "critical high binding-granted-nothing"],
  ])("that is granted %s is not proof", async (_what, script, finding) => {
    const report = await look(script, { password: right, testBinding: true });
    expect(weighty(report)).toContain(finding);
    expect(report.verdict.outcome).toBe("problem");
  });

  it.each([
    ["nothing is answered to it", (request: Parameters<Script>[0]) => request.headers.has("Contact")],
    [
      "its removal is not answered",
      (request: Parameters<Script>[0]) => /expires=0/.test(request.headers.get("Contact") ?? ""),
    ],
  ])("is given up with the rest of a dead PBX where %s", async (_what, isLost) => {
    const script: Script = (request, asked) => (isLost(request) ? undefined : sound(request, asked));
    const limits = { dead: 1_000, register: 60_000 };
    const report = await look(script, { password: right, testBinding: true, limits, timers: RFC_TIMERS });
    expect(report.evidence.binding?.removed).toBe(false);
    expect(report.findings.map(({ id }) => id)).toContain("binding-left-behind");
    expect(report.verdict.outcome).toBe("problem");
  });

  it("that is granted what it asked for is one", async () => {
    const report = await look(granting(200, 120), { password: right, testBinding: true });
    expect(weighty(report)).toEqual([]);
    expect(report.verdict.outcome).toBe("proven");
  });
});
