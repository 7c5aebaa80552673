import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type CanaryWorld, canaryPassword, leaksIn, startCanaryWorld } from "../../support/canary.js";
import { PlainBrowser } from "../../support/hosted-pages.js";
import { Folder, madeToken, PUBLIC_URL } from "../../support/hosting.js";
import { BOTH, newerRequest, send, toolCall } from "../../support/http-front.js";
import { startIssuer } from "../../support/issuer.js";
import { NEWER, newerMeta } from "../../support/mcp.js";
import { type RedisServer, redisFor, startRedis } from "../../support/redis.js";
import { type SpawnedHttp, spawnHttp } from "../../support/spawned-http.js";

/** Pages for SIP passwords of the built server: replicas, tenants, and where the password gets to. */

const HOST = new URL(PUBLIC_URL).host;
const KEY = randomBytes(32).toString("base64");
const binary = redisFor("Password pages of several replicas");
const folder = new Folder();
const bot = madeToken("bot");
const reader = madeToken("reader", { scopes: ["sip:read"] });
const plain = madeToken("plain");
const silent = madeToken("silent");

let password: string;
let world: CanaryWorld;
const replicas: SpawnedHttp[] = [];
/** Everything that left a replica: answers and pages. */
let written: Record<string, string>;

beforeEach(async () => {
  password = canaryPassword();
  world = await startCanaryWorld(password);
  written = {};
});
afterEach(async () => {
  for (const { process } of replicas.splice(0)) await process.kill();
  await world.close();
});
afterAll(() => folder.remove());

function tenantsFile(passwordPage?: unknown): string {
  const credentials = { clientId: "sandbox", clientSecretFile: folder.write("secret", "sandbox-secret") };
  const tenant = { credentials, apiUrl: world.apiUrl };
  return folder.write("tenants.json", {
    tenants: {
      acme: {
        ...tenant,
        tokens: [bot.entry, reader.entry],
        ...(passwordPage === undefined ? {} : { passwordPage }),
      },
      plain: { ...tenant, tokens: [plain.entry] },
      silent: { ...tenant, tokens: [silent.entry], passwordPage: false },
    },
  });
}

async function replica(args: string[] = [], env: Record<string, string> = {}): Promise<SpawnedHttp> {
  const common = ["--public-url", PUBLIC_URL, "--tenants", tenantsFile({ name: "Acme support" })];
  const started = await spawnHttp([...common, "--log-level", "trace", ...args], env);
  replicas.push(started);
  return started;
}

async function call(at: SpawnedHttp, name: string, args: object, { token }: { token: string } = bot) {
  const headers = { ...BOTH, accept: "application/json", host: HOST, authorization: `Bearer ${token}` };
  const answer = await fetch(at.url, { method: "POST", headers, body: toolCall(name, args) });
  const text = await answer.text();
  written[`answer ${Object.keys(written).length}`] = text;
  const { result } = JSON.parse(text);
  return { text: String(result.content[0].text), facts: result.structuredContent ?? {} };
}

const configure = (at: SpawnedHttp, token = bot) => call(at, "configure_sip_registration", world.line, token);
const statusOf = (at: SpawnedHttp, token = bot) =>
  call(at, "get_sip_status", { agentId: world.line.agentId }, token);

interface Asking {
  resultType: string;
  requestState: string;
  inputRequests: { page: { params: { url: string; message: string } } };
  structuredContent: Record<string, unknown>;
}

/** A call of a client of the newer era that can open an address for its user. */
async function asking(at: SpawnedHttp, more: object = {}, { token } = bot) {
  const _meta = newerMeta(NEWER, { elicitation: { url: {} } });
  const headers = { ...BOTH, accept: "application/json", host: HOST, authorization: `Bearer ${token}` };
  const params = { name: "configure_sip_registration", arguments: world.line, _meta, ...more };
  const port = Number(new URL(at.url).port);
  const { text } = await send(port, newerRequest("tools/call", params, headers));
  written[`answer ${Object.keys(written).length}`] = text;
  return JSON.parse(text) as { result: Asking; error?: object };
}

/** As often as a page looks again, or a page would be asked for too often. */
const LOOKING = { timeout: 30_000, interval: 750 };

/** Reads a page, and keeps it. */
async function shown(browser: PlainBrowser, url: string): Promise<string> {
  const { body } = await browser.get(url);
  written[`page ${Object.keys(written).length}`] = body;
  return body.replace(/<style>.*<\/style>/s, "");
}

async function enter(browser: PlainBrowser, url: string, value = password): Promise<void> {
  expect((await browser.open(url)).status).toBe(303);
  expect((await browser.enter(url, value)).status).toBe(303);
}

/** Everything that Redis is told. */
async function monitor(redis: RedisServer): Promise<{ text(): string; socket: Socket }> {
  const socket = connect(Number(new URL(redis.url).port), "127.0.0.1");
  let text = "";
  socket.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  socket.write("MONITOR\r\n");
  await vi.waitFor(() => expect(text).toContain("OK"));
  return { text: () => text, socket };
}

describe.skipIf(binary === undefined)("three replicas over one Redis", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis(binary ?? "");
  });
  afterAll(() => redis?.signal("SIGKILL"));
  beforeEach(() => void redis.ask("FLUSHALL"));

  const shared = (key = KEY) => replica(["--redis-url", redis.url], { TELZINO_PAGE_KEY: key });

  it("one opens the page, another takes the password, the third tells the outcome; it is nowhere else", async () => {
    const heard = await monitor(redis);
    const [first, second, third] = [await shared(), await shared(), await shared()];
    const asked = await configure(first);
    expect(asked.facts).toMatchObject({ outcome: "password_entry_pending", written: false });
    const { url, shortUrl, spoken } = asked.facts.passwordEntry;
    expect(url).toMatch(/^https:\/\/sip\.example\.com\/password\/[\w-]{43}$/);
    expect(shortUrl).toMatch(/^https:\/\/sip\.example\.com\/p\/[A-Z]{8}$/);
    expect(asked.text).toContain(spoken);
    expect((await statusOf(third)).text).toContain(`waits for the user: ${url}`);
    // No one has the password yet, but for this API, which says it in its status.
    written = {};
    const browser = new PlainBrowser(second.base);
    expect(await shown(browser, url)).toContain("Acme support asks for");
    await enter(browser, url);
    await vi.waitFor(async () => expect(await shown(browser, url)).toContain('title">Saved'), LOOKING);
    expect(world.bindings()).toHaveLength(1);
    expect((await statusOf(third)).text).toContain("The user entered a SIP password");
    // At every replica it is over for others, and this browser sees its end.
    for (const { base } of replicas) {
      const here = new PlainBrowser(base);
      expect((await here.get(url)).status).toBe(404);
      here.cookie = browser.cookie;
      expect(await shown(here, url)).toContain('title">Saved');
    }
    for (const [index, { process }] of replicas.entries()) {
      written[`stderr ${index}`] = process.stderr;
      written[`stdout ${index}`] = process.stdout;
    }
    written.redis = heard.text();
    heard.socket.destroy();
    expect(leaksIn(written, password)).toEqual([]);
    const token = new URL(url).pathname.split("/").at(-1) ?? "";
    const logs = replicas.map(({ process }) => process.stderr).join();
    for (const place of [heard.text(), logs]) {
      for (const part of [token, shortUrl.slice(-8)]) expect(place).not.toContain(part);
    }
    for (const word of ["127.0.0.1:", "1001", "acme", world.line.agentId]) {
      expect(heard.text().replaceAll(/\[0 127\.0\.0\.1:\d+\]|lua/g, "")).not.toContain(word);
    }
  });

  it("an API that repeats the password shows it on no page and in no status", async () => {
    world.refuse(true);
    const [first, second] = [await shared(), await shared()];
    const { url } = (await configure(first)).facts.passwordEntry;
    const browser = new PlainBrowser(second.base);
    await enter(browser, url);
    await vi.waitFor(
      async () => expect(await shown(browser, url)).toContain('title">Not completed'),
      LOOKING,
    );
    for (const [index, { process }] of replicas.entries()) written[`stderr ${index}`] = process.stderr;
    expect(leaksIn(written, password)).toEqual([]);
  });

  it("with sessions, a client that can ask is asked, and its call tells what another replica did", async () => {
    const [first, second] = [
      await replica(["--redis-url", redis.url, "--sessions"], { TELZINO_PAGE_KEY: KEY }),
      await shared(),
    ];
    const client = new Client({ name: "test", version: "0" }, { capabilities: { elicitation: { url: {} } } });
    const asked: { url: string; message: string }[] = [];
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      const question = params as unknown as { url: string; message: string };
      asked.push(question);
      void enter(new PlainBrowser(second.base), question.url);
      return { action: "accept" };
    });
    const headers = { authorization: `Bearer ${bot.token}` };
    await client.connect(
      new StreamableHTTPClientTransport(new URL(first.url), { requestInit: { headers } }) as never,
    );
    const answer = await client.callTool({ name: "configure_sip_registration", arguments: world.line });
    await client.close();
    expect(asked[0]?.message).toContain("open the page at sip.example.com");
    expect(answer.structuredContent).toMatchObject({
      ...{ outcome: "registered", written: true, passwordFrom: "entry" },
    });
    expect(leaksIn({ answer: JSON.stringify(answer) }, password)).toEqual([]);
  });

  it("a client of the newer era is asked without a session, and any replica goes on with its call", async () => {
    const [first, second, third] = [await shared(), await shared(), await shared()];
    const { requestState, inputRequests, resultType } = (await asking(first)).result;
    expect(resultType).toBe("input_required");
    const { url, message } = inputRequests.page.params;
    expect(message.slice(0, 100)).toContain("open the page at sip.example.com and type it there");
    // Without an answer it is the same question, at any replica; forged, it is none.
    const again = (await asking(third, { requestState })).result;
    expect(again.inputRequests).toEqual(inputRequests);
    const forged = await asking(second, { requestState: `${requestState.slice(0, -2)}AA` });
    expect(forged.error).toMatchObject({ code: -32_602 });
    // Of another tenant it is no page: its call is answered as a new one.
    const other = await asking(
      second,
      { requestState, inputResponses: { page: { action: "accept" } } },
      silent,
    );
    expect(JSON.stringify(other)).not.toContain(new URL(url).pathname);
    const answer = asking(second, { requestState, inputResponses: { page: { action: "accept" } } });
    const browser = new PlainBrowser(third.base);
    await enter(browser, url);
    expect((await answer).result.structuredContent).toMatchObject({
      ...{ outcome: "registered", written: true, passwordFrom: "entry" },
    });
    // Brought once more, it is answered with what is known.
    const late = await asking(first, { requestState, inputResponses: { page: { action: "accept" } } });
    expect(late.result.structuredContent).toMatchObject({ outcome: "registered", passwordFrom: "entry" });
    expect(world.bindings()).toHaveLength(1);
    expect(leaksIn(written, password)).toEqual([]);
  });

  it("a client of the newer era whose user declines is given the address of the same page", async () => {
    const [first, second] = [await shared(), await shared()];
    const { requestState, inputRequests } = (await asking(first)).result;
    await pause(1_600);
    const declined = await asking(second, { requestState, inputResponses: { page: { action: "decline" } } });
    expect(declined.result.structuredContent).toMatchObject({
      outcome: "password_entry_pending",
      passwordEntry: { url: inputRequests.page.params.url, question: "declined" },
    });
  });

  it("says that another one has another key, and then finds no page of it", async () => {
    const first = await shared();
    const second = await shared(randomBytes(32).toString("hex"));
    expect(second.process.stderr).toContain("another TELZINO_PAGE_KEY");
    const { url } = (await configure(first)).facts.passwordEntry;
    expect((await new PlainBrowser(second.base).get(url)).status).toBe(404);
    expect((await statusOf(second)).facts).not.toHaveProperty("passwordEntry");
  });

  it("has no pages without a key, and says which setting is missing", async () => {
    const alone = await replica(["--redis-url", redis.url]);
    expect(alone.process.stderr).toContain("need TELZINO_PAGE_KEY");
    expect((await configure(alone)).text).toContain("A SIP password is needed");
    expect((await new PlainBrowser(alone.base).get("/p")).status).toBe(404);
  });

  it("while Redis is lost nothing is opened or taken; when it is back, a page that waited continues", async () => {
    const first = await shared();
    const { url } = (await configure(first)).facts.passwordEntry;
    const browser = new PlainBrowser(first.base);
    await browser.open(url);
    await redis.signal("SIGSTOP");
    try {
      await vi.waitFor(async () => expect((await browser.get(url)).status).toBe(503), 10_000);
      expect((await configure(first)).text).toContain("cannot be opened at the moment");
    } finally {
      await redis.signal("SIGCONT");
    }
    await vi.waitFor(async () => expect((await browser.get(url)).status).toBe(200), LOOKING);
    await browser.enter(url, password);
    await vi.waitFor(async () => expect(await shown(browser, url)).toContain('title">Saved'), LOOKING);
  });
});

describe("one process", () => {
  it("keeps its pages itself; a tenant without them is answered with the ways that are left", async () => {
    const only = await replica();
    const refused = await configure(only, silent);
    expect(refused.text).toContain("A SIP password is needed");
    expect(refused.text).not.toContain("/password/");
    const { url } = (await configure(only)).facts.passwordEntry;
    const browser = new PlainBrowser(only.base);
    await enter(browser, url);
    await vi.waitFor(async () => expect(await shown(browser, url)).toContain('title">Saved'), LOOKING);
  });

  it("has no page for a test of credentials, and says where there is one", async () => {
    const only = await replica();
    const { agentId: _agent, ...target } = world.line;
    const told = await call(only, "diagnose_sip_registration", { ...target, testCredentials: true });
    expect(told.text).toContain("Only a password that is stored, or used for a test call, has a page here");
  });

  it("gives the address of a waiting page to those alone who may write", async () => {
    const only = await replica();
    const { url } = (await configure(only)).facts.passwordEntry;
    const told = await statusOf(only, reader);
    expect(told.text).toContain("waits for the user");
    expect(JSON.stringify(told)).not.toContain(new URL(url).pathname);
  });

  it("says who asks where the tenant does not: as its flags say, or by its host", async () => {
    const flags = ["--page-name", "Northern Phones", "--page-note", "Call us in doubt."];
    for (const [args, words] of [
      [flags, /Northern Phones asks for.*Northern Phones says:.*Call us in doubt\./s],
      [[], /Your assistant asks, through the server sip\.example\.com, for/],
    ] as const) {
      const only = await replica([...args]);
      const { url } = (await configure(only, plain)).facts.passwordEntry;
      expect((await new PlainBrowser(only.base).get(url)).body).toMatch(words);
      const acme = (await configure(only)).facts.passwordEntry.url;
      expect((await new PlainBrowser(only.base).get(acme)).body).toContain("Acme support asks for");
    }
  });

  it("has them for callers who come by OAuth only, and says who asks", async () => {
    const issuer = await startIssuer();
    try {
      const args = [
        "--public-url",
        PUBLIC_URL,
        "--oauth-issuer",
        issuer.issuer,
        "--page-name",
        "Northern Phones",
      ];
      const only = await spawnHttp(args, {
        TELZINO_API_URL: world.apiUrl,
        TELZINO_CLIENT_ID: "sandbox",
        TELZINO_CLIENT_SECRET: "sandbox-secret",
      });
      replicas.push(only);
      const token = await issuer.sign({ aud: `${PUBLIC_URL}/mcp`, scope: "sip:write" });
      const { url } = (await call(only, "configure_sip_registration", world.line, { token })).facts
        .passwordEntry;
      const browser = new PlainBrowser(only.base);
      expect((await browser.get(url)).body).toContain("Northern Phones asks for");
      await enter(browser, url);
      await vi.waitFor(async () => expect(await shown(browser, url)).toContain('title">Saved'), LOOKING);
    } finally {
      await issuer.stop();
    }
  });

  it("ends waiting pages when the operator switches them off", async () => {
    const only = await replica();
    const { url } = (await configure(only)).facts.passwordEntry;
    const browser = new PlainBrowser(only.base);
    expect((await browser.get(url)).status).toBe(200);
    tenantsFile(false);
    only.process.child.kill("SIGHUP");
    await vi.waitFor(async () => expect((await browser.get(url)).status).toBe(404), 10_000);
  });

  it("shows them below the path of the public URL, whether or not a proxy takes it away", async () => {
    const only = await replica(["--public-url", "https://sip.example.com/telzino"]);
    const { url, shortUrl } = (await configure(only)).facts.passwordEntry;
    expect(url).toContain("https://sip.example.com/telzino/password/");
    const path = new URL(url).pathname;
    for (const each of [path, path.replace("/telzino", "")]) {
      const { body } = await new PlainBrowser(only.base).get(each);
      expect(body).toContain(`action="${path}"`);
    }
    expect((await new PlainBrowser(only.base).get(new URL(shortUrl).pathname)).body).toContain(
      'action="/telzino/p"',
    );
  });

  it("shows none to a foreign Host, and none where they are switched off", async () => {
    const only = await replica();
    expect((await new PlainBrowser(only.base, "evil.example").get("/p")).status).toBe(403);
    const off = await replica(["--entry-port", "off"]);
    expect((await new PlainBrowser(off.base).get("/p")).status).toBe(404);
    expect((await configure(off)).text).toContain("A SIP password is needed");
  });

  it("lets what a page was given come to its end before it stops", async () => {
    const only = await replica();
    const { url } = (await configure(only)).facts.passwordEntry;
    await enter(new PlainBrowser(only.base), url);
    only.process.child.kill("SIGTERM");
    await only.process.ended();
    expect(only.log().at(-1)).toMatchObject({ message: "stopped", finished: true });
    expect(only.process.stderr).toContain("a password page was used");
    expect(world.bindings()).toHaveLength(1);
  });
});
