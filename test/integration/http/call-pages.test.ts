import { afterAll, afterEach, expect, it, vi } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import { completeSettings } from "../../../src/registration/settings.js";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.js";
import { createTelzinoClient } from "../../../src/telzino/client.js";
import { FRONT_DESK } from "../../support/agents.js";
import { PlainBrowser } from "../../support/hosted-pages.js";
import { Folder, madeToken, PUBLIC_URL } from "../../support/hosting.js";
import { BOTH, toolCall } from "../../support/http-front.js";
import { type SpawnedHttp, spawnHttp } from "../../support/spawned-http.js";

/** The page for the password of a test call at the public URL of the built server. */

const HOST = new URL(PUBLIC_URL).host;
const PASSWORD = "demo-1002";
const folder = new Folder();
const bot = madeToken("bot");
const other = madeToken("other");
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => folder.remove());

async function hosted(sandbox: Sandbox): Promise<SpawnedHttp> {
  const { apiUrl, clientId, clientSecret } = sandbox;
  const tenant = {
    apiUrl,
    credentials: { clientId, clientSecretFile: folder.write("secret", clientSecret.reveal()) },
    passwordPage: { name: "Acme support" },
  };
  const calls = { hosts: ["127.0.0.1"], extensions: ["1001", "*43"] };
  const tenants = folder.write("tenants.json", {
    tenants: {
      acme: { ...tenant, tokens: [bot.entry], calls },
      globex: { ...tenant, tokens: [other.entry] },
    },
  });
  const flags = ["--public-url", PUBLIC_URL, "--tenants", tenants, "--allow-target", "127.0.0.0/8"];
  const started = await spawnHttp([...flags, "--log-level", "trace"]);
  closers.push(() => started.process.kill());
  return started;
}

/** The agent, at the sandbox's PBX. */
async function register({ apiUrl, clientId, clientSecret, ...sandbox }: Sandbox): Promise<void> {
  const auth = { kind: "clientCredentials", clientId, clientSecret } as const;
  const api = createTelzinoClient({ apiUrl, auth, userAgent: "test", onToken: () => {} });
  closers.push(() => api.close());
  const settings = completeSettings({ sipDomain: sandbox.sipHost, port: sandbox.sipPort, username: "1001" });
  await api.putRegistration(FRONT_DESK, settings, new Secret("demo-1001"), {});
  await vi.waitFor(() => expect(sandbox.bindings("1001")).toHaveLength(1), 20_000);
}

it("says whose password it is, places the call of a tenant that may, and the same call returns its result", async () => {
  const sandbox = await startSandbox({});
  closers.push(() => sandbox.close());
  sandbox.setFault("agent_unheard");
  const at = await hosted(sandbox);
  const answers: string[] = [];
  const call = async (name: string, args: object, { token } = bot) => {
    const headers = { ...BOTH, accept: "application/json", host: HOST, authorization: `Bearer ${token}` };
    const answer = await fetch(at.url, { method: "POST", headers, body: toolCall(name, args) });
    const text = await answer.text();
    answers.push(text);
    return JSON.parse(text);
  };
  await register(sandbox);
  const given = { agentId: FRONT_DESK, callerUsername: "1002", echoCode: "*43" };
  expect(JSON.stringify(await call("test_call", given, other))).toContain("Unknown tool");
  const asked = await call("test_call", given);
  expect(asked.result.structuredContent, JSON.stringify(asked)).toBeDefined();
  const { confirm } = asked.result.structuredContent;
  const pending = (await call("test_call", { ...given, confirm })).result.structuredContent;
  expect(pending.outcome).toBe("password_entry_pending");
  const { url } = pending.passwordEntry;

  const browser = new PlainBrowser(at.base);
  const landing = (await browser.get(url)).body;
  expect(landing).toContain("to place one test call from it to your AI phone agent");
  expect(landing).not.toContain("being connected");
  await browser.open(url);
  const form = (await browser.get(url)).body;
  expect(form).toContain("needs the password of 1002, not that of the agent");
  expect(form).toContain("to log 1002 in for this one call; it is stored nowhere");
  await browser.enter(url, PASSWORD);
  const working = (await browser.get(url)).body;
  expect(working).toContain("The test call is under way");
  expect((await call("test_call", { ...given, confirm })).result.structuredContent.outcome).toBe("under_way");
  const looking = { timeout: 90_000, interval: 1_000 };
  await vi.waitFor(async () => expect((await browser.get(url)).body).toContain("Problem."), looking);

  const { result } = await call("test_call", { ...given, confirm });
  expect(result.structuredContent).toMatchObject({
    ...{ outcome: "problem", position: "outside" },
    legs: { agent_to_pbx: "broken" },
    findings: expect.arrayContaining([expect.objectContaining({ id: "agent-not-heard" })]),
  });
  // As another replica would: it has only what the page said.
  const again = (await call("test_call", { ...given, confirm })).result;
  expect(again.content[0].text).toContain("The call was placed from the page.");
  expect(again.structuredContent.outcome).toBe("problem");
  expect(`${answers.join("")}${at.process.stderr}${at.process.stdout}`).not.toContain(PASSWORD);
}, 120_000);
