import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Sandbox, startSandbox } from "../../../../src/sandbox/index.js";
import { Folder, madeToken, type OpenedAuthenticator, openAuthenticator } from "../../../support/hosting.js";

/** The tenants that an authenticator knows, and whom it lets in. Tokens of an authorization server: test/integration/http/oauth.test.ts. */

const folder = new Folder();
const opened: OpenedAuthenticator[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const { authenticator } of opened.splice(0)) await authenticator.close();
});
afterAll(() => folder.remove());

const API = { TELZINO_API_URL: "http://127.0.0.1:1", TELZINO_ACCESS_TOKEN: "an-access-token" };

async function open(...args: Parameters<typeof openAuthenticator>): Promise<OpenedAuthenticator> {
  const made = await openAuthenticator(...args);
  opened.push(made);
  return made;
}

function tenantsFile(tokens: readonly object[]): string {
  const credentials = { clientId: "client", clientSecretFile: folder.write("secret", "a-client-secret") };
  const tenant = { credentials, apiUrl: API.TELZINO_API_URL };
  return folder.write("tenants.json", { tenants: { acme: { ...tenant, tokens } } });
}

const names = ({ authenticator }: OpenedAuthenticator) =>
  [...authenticator.knownTenants()].map(({ name, openIfThere }) => [name, openIfThere()?.name]);

describe("without authentication", () => {
  it("there is one tenant, which is found by its name and no other", async () => {
    const made = await open({ auth: false }, API);
    const admission = await made.authenticator.admit(undefined);
    const tenant = admission.admitted ? admission.caller.tenant : undefined;
    expect(tenant?.name).toBe("default");
    expect(made.authenticator.tenantNamed("default")).toBe(tenant);
    expect(made.authenticator.tenantNamed("acme")).toBeUndefined();
    expect(names(made)).toEqual([["default", "default"]]);
  });

  it("it is not ready while the API does not answer", async () => {
    const { authenticator } = await open({ auth: false }, API);
    expect(await authenticator.ready(AbortSignal.timeout(20_000))).toBe(false);
  });
});

describe("with a tenants file", () => {
  const bot = madeToken("bot");

  it("its tenants are found by name, and no other is", async () => {
    const made = await open({ auth: true, tenants: tenantsFile([bot.entry]) }, API);
    expect(made.authenticator.tenantNamed("acme")?.name).toBe("acme");
    for (const name of ["default", "Acme", ""]) {
      expect(made.authenticator.tenantNamed(name)).toBeUndefined();
    }
    expect([...made.authenticator.knownTenants()].map(({ name }) => name)).toEqual(["acme"]);
    expect(await made.authenticator.ready(AbortSignal.timeout(20_000))).toBe(false);
  });

  it("a token is refused from the moment on at which it expires, which the log says", async () => {
    const expires = "2030-01-01T00:00:00.000Z";
    const short = madeToken("short", { expires });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(expires) - 1 });
    const { authenticator, lines } = await open({ auth: true, tenants: tenantsFile([short.entry]) }, API);
    expect(await authenticator.admit(`Bearer ${short.token}`)).toMatchObject({
      admitted: true,
      caller: { principal: "short" },
    });
    vi.setSystemTime(Date.parse(expires));
    expect(await authenticator.admit(`Bearer ${short.token}`)).toMatchObject({
      admitted: false,
      status: 401,
    });
    expect(lines.join("\n")).toMatch(/An expired token was refused.*acme.*short/);
    expect(lines.join("\n")).not.toContain(short.token);
  });

  it("the log says that passwords of the process are not used, where there are some", async () => {
    const flags = { auth: true, tenants: tenantsFile([bot.entry]) };
    const warned = await open(flags, { ...API, TELZINO_SIP_SECRET_LAB: "a-lab-password" });
    expect(warned.lines.join("\n")).toContain("named SIP passwords of this process are not used");
    const quiet = await open(flags, API);
    expect(quiet.lines.join("\n")).not.toContain("named SIP passwords");
  });
});

describe("with an authorization server and no tenants file", () => {
  const OAUTH = { oauthIssuer: "http://127.0.0.1:9", publicUrl: "https://sip.example.com" };

  it("there is one tenant, which is found by its name and no other", async () => {
    const made = await open(OAUTH, API);
    expect(made.authenticator.tenantNamed("default")?.name).toBe("default");
    expect(made.authenticator.tenantNamed("acme")).toBeUndefined();
    expect(names(made)).toEqual([["default", "default"]]);
  });

  it("the metadata and each challenge name where tokens are given", async () => {
    const { authenticator } = await open(OAUTH, API);
    expect(authenticator.resourceMetadata?.()).toMatchObject({
      authorization_servers: [expect.stringContaining("127.0.0.1:9")],
    });
    expect(await authenticator.admit(undefined)).toMatchObject({
      admitted: false,
      challenge: expect.stringContaining("https://sip.example.com/.well-known/oauth-protected-resource/mcp"),
    });
  });

  it("without one there is no metadata, also where a public URL is known", async () => {
    const tenants = tenantsFile([madeToken("bot").entry]);
    const { authenticator } = await open({ auth: true, tenants, publicUrl: OAUTH.publicUrl }, API);
    expect(authenticator.resourceMetadata).toBeUndefined();
    expect(await authenticator.admit(undefined)).toMatchObject({
      challenge: expect.not.stringContaining("resource_metadata"),
    });
  });
});

describe.each(["no authentication", "a tenants file", "an authorization server"])("with %s", (way) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  /** Its API is the sandbox's. */
  async function started(): Promise<OpenedAuthenticator> {
    const apiUrl = sandbox.apiUrl.href;
    const env = {
      TELZINO_API_URL: apiUrl,
      TELZINO_CLIENT_ID: sandbox.clientId,
      TELZINO_CLIENT_SECRET: sandbox.clientSecret.reveal(),
    };
    if (way === "no authentication") return open({ auth: false }, env);
    if (way === "an authorization server") {
      return open({ oauthIssuer: "http://127.0.0.1:9", publicUrl: "https://sip.example.com" }, env);
    }
    const credentials = {
      clientId: sandbox.clientId,
      clientSecretFile: folder.write("sandbox-secret", sandbox.clientSecret.reveal()),
    };
    const acme = { credentials, apiUrl, tokens: [madeToken("bot").entry] };
    return open({ auth: true, tenants: folder.write("sandbox.json", { tenants: { acme } }) });
  }

  it("it is ready while the API answers and takes a tenant's login", async () => {
    const { authenticator } = await started();
    expect(await authenticator.ready(AbortSignal.timeout(20_000))).toBe(true);
  });

  it("a scope that is missing is named, with what to ask for", async () => {
    const { authenticator } = await started();
    expect(authenticator.refuseScope("sip:write")).toMatchObject({
      status: 403,
      challenge: expect.stringContaining('scope="sip:read sip:write"'),
    });
  });

  it("its tenants ask the API nothing more once it is closed", async () => {
    const { authenticator } = await started();
    const name = way === "a tenants file" ? "acme" : "default";
    const tenant = authenticator.tenantNamed(name);
    const agents = () => tenant?.services.api.listAgents({ page: 1, limit: 1 });
    expect(await agents()).toMatchObject({ page: 1 });
    await authenticator.close();
    await expect(agents()).rejects.toThrow();
  });
});
