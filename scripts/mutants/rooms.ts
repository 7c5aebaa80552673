import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** Tests in process, on the sources, where they show more than the unit tests of the same code. */
const FRONT = ["test/integration/http/front.test.ts", "test/integration/http/shares.test.ts"];
const ACCESS = [
  "test/unit/hosting/access/authenticator.test.ts",
  "test/integration/http/oauth.test.ts",
  "test/integration/http/tenants.test.ts",
];
const diagnosis = (...names: string[]) => names.map((name) => `test/unit/diagnosis/${name}.test.ts`);
const passwords = (name: string) => `test/unit/passwords/${name}.test.ts`;
const hosting = (name: string) => [`test/unit/hosting/${name}.test.ts`];

/** The files that guard users, and the tests that have to notice a fault there. */
export const GUARDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["src/redaction/untrusted.ts", ["test/unit/redaction/untrusted.test.ts"]],
  ["src/redaction/secret-search.ts", ["test/unit/redaction/secret-search.test.ts"]],
  [
    "src/redaction/decoded-views.ts",
    ["decoded-views", "secret-search"].map((name) => `test/unit/redaction/${name}.test.ts`),
  ],
  ["src/redaction/escapes.ts", ["test/unit/redaction/escapes.test.ts"]],
  ["src/redaction/newest-held.ts", ["test/unit/redaction/newest-held.test.ts"]],
  [
    "src/redaction/redactor.ts",
    ["redactor", "redactor-bounds", "redactor-kept"].map((name) => `test/unit/redaction/${name}.test.ts`),
  ],
  ["src/redaction/call-redactor.ts", ["test/unit/redaction/call-redactor.test.ts"]],
  ["src/diagnosis/history.ts", diagnosis("history")],
  ["src/diagnosis/failed-logins.ts", diagnosis("failed-logins")],
  ["src/diagnosis/pbx-ledger.ts", diagnosis("pbx-ledger")],
  ["src/diagnosis/checks/permission.ts", diagnosis("checks/permission")],
  [
    "src/tools/configure-sip-registration/plan.ts",
    ["test/unit/tools/configure-sip-registration/plan.test.ts"],
  ],
  ["src/base/answer-json.ts", hosting("front/answer")],
  ["src/base/same-text.ts", ["test/unit/base/same-text.test.ts"]],
  ["src/hosting/front/answer.ts", hosting("front/answer")],
  ["src/hosting/front/body.ts", hosting("front/body")],
  ["src/hosting/access/authenticator.ts", ACCESS],
  ["src/hosting/tenants/target-policy.ts", hosting("tenants/target-policy")],
  ["src/hosting/tenants/tokens.ts", hosting("tenants/tokens")],
  ["src/hosting/front/front.ts", FRONT],
  ["src/hosting/limits/limits.ts", hosting("limits/limits")],
  ["src/hosting/front/origin.ts", hosting("front/origin")],
  ["src/hosting/front/peer.ts", hosting("front/peer")],
  ["src/hosting/limits/places.ts", hosting("limits/places")],
  ["src/hosting/limits/shares.ts", hosting("limits/shares")],
  [
    "src/sip/transport/certificate-verdict.ts",
    ["certificate", "certificate-verdict"].map((name) => `test/unit/sip/transport/${name}.test.ts`),
  ],
  ["src/sip/auth/digest.ts", ["test/unit/sip/auth/digest.test.ts"]],
  // Whom a test call may ring, how often, and that the user has agreed to it.
  ["src/calls/emergency-numbers.ts", ["test/unit/calls/emergency-numbers.test.ts"]],
  ["src/calls/echo-test.ts", ["test/unit/calls/echo-test.test.ts"]],
  ["src/tools/test-call/callee.ts", ["test/unit/tools/test-call/callee.test.ts"]],
  ["src/tools/test-call/length.ts", ["test/unit/tools/test-call/length.test.ts"]],
  ["src/tools/test-call/plan.ts", ["test/unit/tools/test-call/plan.test.ts"]],
  ["src/tools/test-call/rights.ts", ["test/unit/tools/test-call/rights.test.ts"]],
  ["src/tools/core/confirmation.ts", ["test/unit/tools/core/confirmation.test.ts"]],
  ["src/diagnosis/call-limits.ts", diagnosis("call-limits")],
  // That only its secret's holder can have sent what a webhook receives.
  ["src/commands/watch/webhook.ts", ["test/unit/commands/watch/webhook.test.ts"]],
  // Who may see a password page, and how often something may be tried there.
  ["src/passwords/hosted/entries.ts", [passwords("hosted/entries")]],
  ["src/passwords/hosted/handler.ts", [passwords("hosted/handler")]],
  ["src/passwords/hosted/keys.ts", [passwords("hosted/keys")]],
  ["src/passwords/hosted/record.ts", [passwords("hosted/record")]],
  ["src/passwords/hosted/request.ts", [passwords("hosted/request")]],
  ["src/passwords/hosted/tries.ts", [passwords("hosted/tries")]],
  ["src/passwords/page/guard.ts", [passwords("page/guard")]],
  ["src/passwords/page/rate-limit.ts", [passwords("page/rate-limit")]],
  ["src/passwords/page/second-try.ts", [passwords("page/second-try")]],
  ["src/passwords/page/typed.ts", [passwords("page/typed"), passwords("hosted/request")]],
]);

/** Of a hundred mutants so many have to be noticed, those with a reason not counted as noticed. */
export const FLOORS = { guard: 90, other: 60 } as const;

/** Presets are data, and declarations have nothing that runs. */
export function isMutated(file: string): boolean {
  return file.endsWith(".ts") && !file.endsWith(".d.ts");
}

/** The tests whose failure counts for a file: its own, or those of its room. Empty: only slower suites try it. */
export function testsOf(file: string, root: string): string[] {
  const guards = GUARDS.get(file);
  if (guards !== undefined) return [...guards];
  const mirrored = file.replace(/^src\//, "test/unit/").replace(/\.ts$/, "");
  const own = `${mirrored}.test.ts`;
  if (existsSync(join(root, own))) return [own];
  const room = dirname(mirrored);
  // The tests beside src/*.ts are about the repository as a whole.
  if (room === "test/unit" || !existsSync(join(root, room))) return [];
  const beside = readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".test.ts"));
  return beside.sort().map((name) => `${room}/${name}`);
}

/**
 * The tests that have to notice a mutant of a sample: those of the folder that mirrors its file's or, where that has none, of
 * the nearest one above; for a file in GUARDS also those listed there. Empty: there are none.
 */
export function testsAround(file: string, root: string): string[] {
  const guards = GUARDS.get(file) ?? [];
  for (let folder = dirname(file); folder !== "src"; folder = dirname(folder)) {
    const mirrored = folder.replace(/^src\//, "test/unit/");
    const path = join(root, mirrored);
    const names = existsSync(path) ? readdirSync(path) : [];
    const beside = names.filter((name) => name.endsWith(".test.ts")).sort();
    if (beside.length > 0) return [...new Set([...beside.map((name) => `${mirrored}/${name}`), ...guards])];
  }
  return [...guards];
}
