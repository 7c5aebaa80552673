import { chmodSync } from "node:fs";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { ConfigError } from "../../../../src/config/index.js";
import { readTenantsFile } from "../../../../src/hosting/tenants/file.js";
import { Folder, madeToken } from "../../../support/hosting.js";

const AGENT = "11111111-1111-4111-8111-111111111111";
const ORGANIZATION = "AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA";
const ENV: Record<string, string> = {
  ACME_TOKEN: "acme-access-token",
  ACME_ID: "acme-id",
  ACME_SECRET: "acme-secret",
};
const variable = (name: string) => ENV[name];

const folder = new Folder();
afterAll(() => folder.remove());

function read(content: unknown) {
  return readTenantsFile(folder.write("tenants.json", content), variable);
}

function one(entry: object) {
  const [tenant] = read({
    tenants: { acme: { credentials: { accessTokenEnv: "ACME_TOKEN" }, ...entry } },
  }).tenants;
  if (tenant === undefined) throw new Error("no tenant");
  return tenant;
}

function problemsOf(content: unknown): readonly string[] {
  try {
    read(content);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error("the file was taken");
}

describe("readTenantsFile", () => {
  it("reads who asks on pages for passwords, or that there are none, and refuses what people could not read", () => {
    expect(one({ passwordPage: false }).passwordPage).toBe(false);
    expect(one({}).passwordPage).toBeUndefined();
    const entry = (passwordPage: unknown) =>
      problemsOf({ tenants: { acme: { credentials: {}, passwordPage } } });
    expect(entry(true)).toContainEqual(
      expect.stringMatching(/^tenants\.acme\.passwordPage must be false, or an object/),
    );
    expect(entry({ name: "a\nb", note: "x".repeat(301), logo: "x" })).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^tenants\.acme\.passwordPage\.name must be in one line/),
        expect.stringMatching(/^tenants\.acme\.passwordPage\.note /),
        expect.stringMatching(/^tenants\.acme\.passwordPage\.logo is not a setting/),
      ]),
    );
  });

  it("reads where test calls may go, and takes neither hosts nor extensions alone", () => {
    const calls = { hosts: ["PBX.example.com", "*.acme.com"], extensions: ["1001", "*43"] };
    expect(one({ calls }).testCalls).toEqual({
      hosts: ["pbx.example.com", "*.acme.com"],
      extensions: ["1001", "*43"],
    });
    expect(one({}).testCalls).toBeUndefined();
    const problems = (given: unknown) =>
      problemsOf({ tenants: { acme: { credentials: {}, calls: given } } }).join("\n");
    expect(problems(true)).toMatch(/tenants\.acme\.calls/);
    expect(problems({ hosts: ["pbx.example.com"] })).toMatch(/tenants\.acme\.calls\.extensions/);
    expect(problems({ ...calls, hosts: [] })).toMatch(/calls\.hosts must not be empty/);
    expect(problems({ ...calls, hosts: ["https://x"] })).toMatch(/calls\.hosts\[0\] must be .*hosts/);
    expect(problems({ ...calls, extensions: ["+4930"] })).toMatch(
      /calls\.extensions\[0\] must be one to six/,
    );
    expect(problems({ ...calls, extension: ["1"] })).toMatch(/calls\.extension is not a setting/);
  });

  it("reads a tenant with everything that there is", () => {
    const { entry } = madeToken("chatbot", { expires: "2099-03-31", scopes: ["sip:read"] });
    folder.write("pbx.txt", "pbx password \n");
    const tenant = one({
      apiUrl: "https://api.example.com/",
      organizations: [ORGANIZATION],
      agents: [AGENT],
      readOnly: true,
      secrets: { PBX: { file: "pbx.txt", hosts: ["pbx.example.com", "*.acme.com"] } },
      tokens: [entry],
      principals: ["auth0|alice"],
      passwordPage: { name: "Acme support", note: "Call us." },
    });
    expect(tenant).toMatchObject({
      passwordPage: { name: "Acme support", note: "Call us." },
      name: "acme",
      organizations: [ORGANIZATION.toLowerCase()],
      agents: [AGENT],
      readOnly: true,
      principals: ["auth0|alice"],
      tokens: [{ name: "chatbot", sha256: entry.sha256, scopes: new Set(["sip:read"]) }],
    });
    expect(tenant.apiUrl?.href).toBe("https://api.example.com/");
    expect(tenant.tokens[0]?.expires?.toISOString()).toBe("2099-03-31T23:59:59.999Z");
    const secret = tenant.sipSecrets.get("PBX");
    expect(secret?.hosts).toEqual(["pbx.example.com", "*.acme.com"]);
    // As it is, but for the line's end that editors add.
    expect(secret?.secret.reveal()).toBe("pbx password ");
  });

  it("takes comments, final commas and a byte order mark", () => {
    const text = `\uFEFF{ // ours
      "tenants": { "acme": { "credentials": { "accessTokenEnv": "ACME_TOKEN", }, /* all */ }, }, }`;
    expect(read(text).tenants.map(({ name }) => name)).toEqual(["acme"]);
  });

  it("gives a token without scopes all of them, and knows its hash in either case", () => {
    const { entry } = madeToken("bot");
    const upper = { ...entry, sha256: String(entry.sha256).toUpperCase() };
    const [token] = one({ tokens: [upper] }).tokens;
    expect(token?.scopes).toEqual(new Set(["sip:read", "sip:write"]));
    expect(token?.sha256).toBe(entry.sha256);
  });

  it("finds credentials in variables and in files beside it", () => {
    folder.write("id.txt", "file-id\n");
    folder.write("secret.txt", "file-secret\n");
    const auth = (credentials: object) => one({ credentials }).auth;
    const fromFiles = auth({ clientIdFile: "id.txt", clientSecretFile: "secret.txt" });
    expect(fromFiles).toMatchObject({ kind: "clientCredentials", clientId: "file-id" });
    expect(fromFiles.kind === "clientCredentials" && fromFiles.clientSecret.reveal()).toBe("file-secret");
    expect(auth({ clientId: "plain-id", clientSecretEnv: "ACME_SECRET" })).toMatchObject({
      clientId: "plain-id",
    });
    const token = auth({ accessTokenEnv: "ACME_TOKEN" });
    expect(token.kind === "token" && token.accessToken.reveal()).toBe("acme-access-token");
  });

  it("tells every problem at once, each with its place", () => {
    const problems = problemsOf({
      tenant: {},
      tenants: {
        acme: {
          credentials: { accessTokenEnv: "NOT_SET" },
          agents: ["front-desk"],
          readonly: true,
          tokens: [{ name: "a b", sha256: "abc", expires: "2027-02-30", scopes: ["sip:admin"] }],
        },
        "bad name": {},
        globex: { credentials: {}, apiUrl: "http://api.example.com", secrets: { pbx: { env: "X" } } },
      },
    });
    expect(problems).toEqual([
      expect.stringMatching(/^tenant is not a setting: did you mean tenants\?/),
      "tenants.acme.credentials.accessTokenEnv names an environment variable that is not set.",
      "tenants.acme.agents[0] must be a UUID.",
      "tenants.acme.tokens[0].name must be 1 to 64 letters, digits or . _ - @ +.",
      "tenants.acme.tokens[0].sha256 must be the SHA-256 of a token, 64 hexadecimal digits.",
      expect.stringMatching(/^tenants\.acme\.tokens\[0\]\.expires must be a time such as/),
      "tenants.acme.tokens[0].scopes[0] must be one of sip:read, sip:write.",
      "tenants.acme.readonly is not a setting: did you mean readOnly?",
      expect.stringMatching(/^tenants: a tenant's name must be .*bad name is none\.$/),
      expect.stringMatching(/^tenants\.globex\.credentials must name either an access token, or/),
      expect.stringMatching(/^tenants\.globex\.apiUrl must begin with https:/),
      expect.stringMatching(/^tenants\.globex\.secrets\.pbx must have a name of capitals/),
    ]);
  });

  it.each([
    [
      { accessTokenEnv: "ACME_TOKEN", clientIdEnv: "ACME_ID", clientSecretEnv: "ACME_SECRET" },
      /either an access token, or/,
    ],
    [{ clientIdEnv: "ACME_ID" }, /either an access token, or/],
    [{ clientId: "a", clientIdEnv: "ACME_ID", clientSecretEnv: "ACME_SECRET" }, /has clientId twice/],
    [
      { accessTokenFile: "missing.txt" },
      /accessTokenFile names a file that cannot be used: The file does not exist/,
    ],
    [{ accessTokenEnv: "NOT A NAME" }, /must be the name of an environment variable/],
    [{ accessToken: "plain" }, /accessToken is not a setting: did you mean accessTokenEnv|accessTokenFile/],
    [{ accessTokenENV: "ACME_TOKEN" }, /did you mean accessTokenEnv\?/],
  ])("refuses the credentials %j", (credentials, problem) => {
    expect(problemsOf({ tenants: { acme: { credentials } } }).join("\n")).toMatch(problem);
  });

  it("repeats no value that may be a secret", () => {
    const text = problemsOf({
      tenants: {
        acme: {
          credentials: { accessTokenEnv: "hunter2 is no name" },
          secrets: { PBX: { env: "hunter2" } },
          tokens: [{ name: "bot", sha256: "tsm_hunter2" }],
          apiUrl: "https://user:hunter2@api.example.com",
        },
      },
    }).join("\n");
    expect(text).not.toContain("hunter2");
  });

  it("refuses what a parser would silently merge: names that are there twice", () => {
    const twice = '{"tenants":{\n"acme":{"credentials":{"accessTokenEnv":"ACME_TOKEN"}},\n"acme":{}}}';
    expect(problemsOf(twice)).toEqual(["The tenants file, line 3, column 1: acme is there twice."]);
    expect(problemsOf('{"tenants":{"__proto__":{}}}').join()).toMatch(/__proto__ cannot be a name/);
  });

  it("reads letters of several bytes wherever a piece of the file ends", () => {
    const texts = [1, 2, 3].map((shift) => `${"x".repeat(shift)}${"ä€😀".repeat(60_000)}`);
    for (const text of texts) {
      const problems = problemsOf(
        `{"tenants":{"acme":{"credentials":{"accessTokenEnv":"ACME_TOKEN"},\n/*${text}*/"x":1}}}`,
      );
      expect(problems.join()).toMatch(/^tenants\.acme\.x is not a setting/);
      const place = problemsOf(`{"tenants": /*${text}*/ }`).join();
      expect(place).toBe(`The tenants file, line 1, column ${text.length + 18}: ValueExpected.`);
    }
  });

  it("says where the JSON is broken", () => {
    expect(problemsOf('{\n"tenants": {"acme": }\n}').join()).toMatch(/line 2, column \d+: ValueExpected/);
    for (const empty of ["", "[]", "7", "{}", '{"tenants":{}}', '{"tenants":[]}']) {
      expect(problemsOf(empty).join(), empty).toMatch(
        /must be an object with "tenants"|InvalidSymbol|ValueExpected/,
      );
    }
  });

  it("refuses a token or a principal that leads to two tenants, and two tokens of one name", () => {
    const { entry } = madeToken("bot");
    const credentials = { accessTokenEnv: "ACME_TOKEN" };
    const problems = problemsOf({
      tenants: {
        acme: {
          credentials,
          tokens: [entry, { ...madeToken("x").entry, name: "bot" }],
          principals: ["alice"],
        },
        globex: { credentials, tokens: [{ ...entry, name: "other" }], principals: ["alice"] },
      },
    });
    expect(problems).toEqual([
      "tenants.acme.tokens[1].name is also at tenants.acme.tokens[0].name: it can belong to only one place.",
      "tenants.globex.tokens[0].sha256 is also at tenants.acme.tokens[0].sha256: it can belong to only one place.",
      "tenants.globex.principals[0] is also at tenants.acme.principals[0]: it can belong to only one place.",
    ]);
  });

  it("remarks what is probably not meant", () => {
    const path = folder.write("open.txt", "secret-of-the-file");
    chmodSync(path, 0o644);
    const { notes } = read({
      tenants: {
        acme: { credentials: { accessTokenFile: "open.txt" } },
        globex: {
          credentials: { accessTokenEnv: "ACME_TOKEN" },
          tokens: [madeToken("old", { expires: "2020-01-01T00:00:00Z" }).entry],
        },
      },
    });
    expect(notes).toEqual([
      expect.stringMatching(/open\.txt contains a secret and may be read by everyone/),
      "tenants.acme has neither tokens nor principals: no caller can be this tenant.",
      "tenants.globex: the token old has expired.",
    ]);
  });

  it("has words for every wrong content, and never another error", () => {
    const entry = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          credentials: fc.oneof(fc.jsonValue(), fc.constant({ accessTokenEnv: "ACME_TOKEN" })),
          apiUrl: fc.oneof(fc.jsonValue(), fc.webUrl()),
          organizations: fc.oneof(fc.jsonValue(), fc.array(fc.oneof(fc.uuid(), fc.string()))),
          agents: fc.jsonValue(),
          readOnly: fc.jsonValue(),
          secrets: fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue())),
          tokens: fc.oneof(
            fc.jsonValue(),
            fc.array(fc.record({ name: fc.string(), sha256: fc.jsonValue() })),
          ),
          principals: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.record({ tenants: fc.dictionary(fc.string(), entry) })),
        (content) => {
          try {
            expect(read(JSON.stringify(content)).tenants.length).toBeGreaterThan(0);
          } catch (error) {
            if (!(error instanceof ConfigError)) throw error;
            expect(error.problems.length).toBeGreaterThan(0);
            for (const problem of error.problems) expect(problem).toMatch(/^\S.*[.?]$/s);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("says what is wrong with the file itself", () => {
    expect(() => readTenantsFile("/does/not/exist.json")).toThrow("The tenants file does not exist.");
    expect(() => readTenantsFile(folder.path)).toThrow("The tenants file is not a file.");
  });
});
