import { afterAll, afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import type { TransportName } from "../../../src/sip/index.js";
import { diagnoseQuickly, sure, targetOf } from "../../support/diagnosis.js";
import { recordFault, writeFaultTable } from "../../support/fault-table.js";
import { alter, digestScript } from "../../support/registrar-scripts.js";
import { type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** What UDP loses and TCP does not. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => writeFaultTable("wire-cases-udp"));

const password = new Secret("secret");

/** On one port, over UDP and, as a rule, TCP. */
async function pbx(
  script: Script,
  transports: readonly TransportName[] = ["udp", "tcp"],
): Promise<ScriptedRegistrar> {
  const registrar = await ScriptedRegistrar.startOnOnePort({ script, transports });
  closers.push(() => registrar.close());
  return registrar;
}

/** Over UDP nothing comes of what `isLost` says. */
function losing(isLost: (request: Parameters<Script>[0]) => boolean, script: Script): Script {
  return (request, asked) =>
    asked.transport === "udp" && isLost(request) ? undefined : script(request, asked);
}

/** Challenges of a kilobyte, which a way of 700 bytes does not carry in one piece. */
function longAnswers(): Script {
  const padding = ["X-Padding", "x".repeat(1_024)] as const;
  return alter(digestScript(), (reply, { method }) =>
    method === "REGISTER" ? { ...reply, headers: [...(reply.headers ?? []), padding] } : reply,
  );
}

describe("a REGISTER without an answer over UDP", () => {
  it.each([
    ["whose answer is lost by its size", losing(({ method }) => method === "REGISTER", longAnswers())],
    [
      "that is dropped by its User-Agent",
      losing(
        ({ method, headers }) => method === "REGISTER" && /telzino/.test(headers.get("User-Agent") ?? ""),
        digestScript(),
      ),
    ],
  ])("%s is asked over TCP, once and without credentials", async (_name, script) => {
    const registrar = await pbx(script);
    const report = await diagnoseQuickly(targetOf(registrar), { password });
    recordFault(report);
    const { port } = registrar.target();
    expect(report.findings[0]).toMatchObject({
      id: "register-silent",
      confidence: "medium",
      evidence: expect.stringContaining(`tcp/${port} answers: REGISTER is answered 401`),
      cause: expect.stringMatching(/MTU.*User-Agent/),
      fix: expect.stringContaining(`Use transport tcp with port ${port}`),
    });
    expect(sure(report)).toEqual([]);
    const overTcp = registrar.requests.filter(({ headers }) => headers.get("Via")?.includes("/TCP"));
    expect(overTcp.map(({ method }) => method)).toEqual(["REGISTER"]);
    expect(registrar.requests.some(({ headers }) => headers.has("Authorization"))).toBe(false);
  });

  it("that gets none over TCP either is told so", async () => {
    const silent: Script = ({ method }) => (method === "REGISTER" ? undefined : { status: 200 });
    const registrar = await pbx(silent);
    const report = await diagnoseQuickly(targetOf(registrar));
    recordFault(report);
    expect(report.findings[0]?.id).toBe("register-silent");
    expect(report.findings[0]?.evidence).toMatch(/over tcp\/\d+: REGISTER gets no answer/);
    expect(report.findings[0]?.cause).toMatch(/User-Agent.*MTU/);
  });

  it("is not asked over TCP where nothing is answered at all", async () => {
    const registrar = await pbx(() => undefined);
    const report = await diagnoseQuickly(targetOf(registrar), { limits: { dead: 2_000 } });
    expect(report.evidence.overTcp).toBeUndefined();
  });
});

describe("a REGISTER over UDP that is answered", () => {
  it("is not asked over TCP", async () => {
    const registrar = await pbx(digestScript());
    const report = await diagnoseQuickly(targetOf(registrar), { password });
    expect(report.verdict.outcome).toBe("proven");
    expect(registrar.requests.some(({ headers }) => headers.get("Via")?.includes("/TCP"))).toBe(false);
  });
});
