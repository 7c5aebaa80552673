import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Folder, madeToken } from "../../support/hosting.js";
import { BOTH, toolCall } from "../../support/http-front.js";
import { type SpawnedHttp, spawnHttp } from "../../support/spawned-http.js";

/** Arguments that are named as secrets: many, long, and made for a search that has limits. Against the built server. */

const PINNED = `pin-${randomBytes(9).toString("hex")}`;
const CLIENT_SECRET = randomBytes(24).toString("base64url");
const TENANTS = 10_000;

const folder = new Folder();
const reader = madeToken("reader", { scopes: ["sip:read"] });
let server: SpawnedHttp;

beforeAll(async () => {
  const others = {
    credentials: { clientId: "client", clientSecretEnv: "OTHER_SECRET" },
    secrets: { OFFICE: { env: "OTHER_SIP", hosts: ["pbx.example.com"] } },
  };
  const first = {
    credentials: { clientId: "client-0", clientSecretEnv: "OWN_SECRET" },
    secrets: { OFFICE: { env: "OWN_SIP", hosts: ["pbx.example.com"] } },
    tokens: [reader.entry],
  };
  const names = Array.from({ length: TENANTS - 1 }, (_, index) => `t${index}`);
  const tenants = Object.fromEntries(
    names.map((name) => [name, { ...others, tokens: [madeToken("bot").entry] }]),
  );
  const file = folder.write("tenants.json", { tenants: { ...tenants, first } });
  server = await spawnHttp(["--tenants", file], {
    OWN_SECRET: CLIENT_SECRET,
    OWN_SIP: PINNED,
    OTHER_SECRET: letters(24),
    OTHER_SIP: letters(12),
  });
}, 60_000);
afterAll(() => {
  server?.process.kill();
  folder.remove();
});

async function call(name: string, args: object): Promise<string> {
  const headers = { ...BOTH, Authorization: `Bearer ${reader.token}` };
  const answer = await fetch(server.url, { method: "POST", headers, body: toolCall(name, args) });
  return answer.text();
}

const words = (count: number, length: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, letters(length)]));
const letters = (length: number) => randomBytes(length).toString("base64url").slice(0, length);

describe(`the built server with ${TENANTS} tenants`, () => {
  it.each<[string, object]>([
    [
      "40 of 2,000 random letters",
      Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`k${at}_token`, letters(2_000)])),
    ],
    ["one of 1,000 beside 60 words of 4,000", { token: letters(1_000), ...words(60, 4_000) }],
    ["two signs 1,500 times", { token: "x@".repeat(1_500) }],
    ["one letter 200,000 times", { token: "a".repeat(200_000) }],
    [
      "900 of them",
      Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`k${at}_secret`, letters(200)])),
    ],
    ["the signs of expressions", { password: "(a+)+$[^]{1,9}\\b".repeat(200) }],
  ])(
    "answers arguments named as secrets (%s) with an error, and gives no one's secret away",
    async (_name, args) => {
      const text = await call("list_pbx_presets", args);
      expect(text).toContain('"isError":true');
      for (const secret of [PINNED, CLIENT_SECRET]) {
        expect(text).not.toContain(secret);
        expect(server.process.stderr).not.toContain(secret);
      }
      expect(server.process.child.exitCode).toBeNull();
      expect(await call("list_pbx_presets", { query: "3cx" })).toContain("3CX");
    },
  );

  it("looks for nothing where they have more than 1,024 characters, beside whatever words", async () => {
    const secrets = Object.entries(words(30, 4_000)).map(([key, value]) => [`${key}_token`, value]);
    const text = await call("list_pbx_presets", { ...Object.fromEntries(secrets), ...words(30, 4_000) });
    expect(text).toContain("what was given as secrets has more than 1024 characters");
  });

  it("strikes nothing in the caller's own words, so no guess is told to be right", async () => {
    const guesses = [PINNED, `foo${PINNED}bar`, CLIENT_SECRET, "no secret at all"];
    for (const query of guesses) {
      const text = await call("list_pbx_presets", { query: query.slice(0, 50) });
      expect(text).not.toMatch(/\[secret\]|\[text left out/);
    }
    const log = guesses.map(
      (guess) => `NOTICE[1]: Registration from '${guess}' failed for '192.0.2.1' - Wrong password`,
    );
    expect(await call("explain_sip_log", { log: log.join("\n") })).not.toMatch(/\[secret\]|\[text left out/);
  });
});
