import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** Tests in process, on the sources, where they show more than the unit tests of the same code. */
const FRONT = ["test/integration/http/front.test.ts", "test/integration/http/shares.test.ts"];
const DOOR = ["test/integration/http/oauth.test.ts", "test/integration/http/tenants.test.ts"];
const diagnosis = (...names: string[]) => names.map((name) => `test/unit/diagnosis/${name}.test.ts`);
const hosting = (name: string) => [`test/unit/hosting/${name}.test.ts`];

/** The files that protect somebody, and the tests that have to notice a fault there. */
export const GUARDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["src/untrusted.ts", ["test/unit/untrusted.test.ts"]],
  ["src/secret-search.ts", ["test/unit/secret-search.test.ts"]],
  ["src/decoded-views.ts", ["test/unit/secret-search.test.ts"]],
  ["src/secrets/redactor.ts", ["test/unit/secrets/redactor.test.ts"]],
  ["src/secrets/call-redactor.ts", ["test/unit/secrets/call-redactor.test.ts"]],
  ["src/diagnosis/history.ts", diagnosis("history")],
  ["src/diagnosis/failed-logins.ts", diagnosis("failed-logins")],
  ["src/diagnosis/pbx-ledger.ts", diagnosis("pbx-ledger")],
  ["src/diagnosis/recent.ts", diagnosis("pbx-ledger")],
  ["src/tools/configure-plan.ts", ["test/unit/tools/configure-plan.test.ts"]],
  ["src/answer-json.ts", hosting("answer")],
  ["src/hosting/answer.ts", hosting("answer")],
  ["src/hosting/body.ts", hosting("body")],
  ["src/hosting/doorkeeper.ts", DOOR],
  ["src/hosting/front.ts", FRONT],
  ["src/hosting/limits.ts", hosting("limits")],
  ["src/hosting/origin.ts", hosting("origin")],
  ["src/hosting/peer.ts", hosting("peer")],
  ["src/hosting/places.ts", hosting("places")],
  ["src/hosting/shares.ts", hosting("shares")],
  [
    "src/sip/certificate-verdict.ts",
    ["certificate", "certificate-verdict"].map((name) => `test/unit/sip/${name}.test.ts`),
  ],
  ["src/sip/digest.ts", ["test/unit/sip/digest.test.ts"]],
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
  const beside = readdirSync(join(root, room)).filter((name) => name.endsWith(".test.ts"));
  return beside.sort().map((name) => `${room}/${name}`);
}
