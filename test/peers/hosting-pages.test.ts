import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { Agent, fetch as fetchWith } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPage, screenshot, startChromium } from "../support/browser.js";
import { type CanaryWorld, canaryPassword, leaksIn, startCanaryWorld } from "../support/canary.js";
import { testCertificates } from "../support/certificates.js";
import { freePort } from "../support/free-port.js";
import { Folder, madeToken } from "../support/hosting.js";
import { BOTH, toolCall } from "../support/http-front.js";
import { type RedisServer, startRedis } from "../support/redis.js";
import { type SpawnedHttp, spawnHttp } from "../support/spawned-http.js";
import { NGINX, startNginx, writeConfig } from "./support/nginx.js";

/** A chatbot's call, a person with a phone, three replicas behind the real nginx with the real Redis, and Chromium. */

const programs = ["/usr/bin/redis-server", process.env.CHROMIUM ?? "/usr/bin/chromium"];
const missing = [...(NGINX === undefined ? ["nginx"] : []), ...programs.filter((path) => !existsSync(path))];
if (missing.length > 0) console.log(`skipped: ${missing.join(", ")} not installed`);

const folder = new Folder();
const bot = madeToken("chatbot");
const password = canaryPassword();
const written: Record<string, string> = {};
const replicas: SpawnedHttp[] = [];
let world: CanaryWorld;
let redis: RedisServer;
let said = "";
let stopNginx: (() => Promise<void>) | undefined;
let base: string;
let trusted: Agent;
let browser: Browser;
let chat: Server;
let shown = "";

describe.skipIf(missing.length > 0)(
  "a chatbot's call, and a page on the phone of the person who chats",
  () => {
    beforeAll(async () => {
      const { ok, ca } = await testCertificates();
      folder.write("tls.crt", ok.cert);
      folder.write("tls.key", ok.key);
      trusted = new Agent({ connect: { ca } });
      world = await startCanaryWorld(password);
      world.quiet(true);
      [redis, browser] = await Promise.all([startRedis("redis-server"), startChromium()]);
      const monitor = connect(Number(new URL(redis.url).port), "127.0.0.1");
      monitor.setEncoding("utf8").on("data", (part: string) => {
        said += part;
      });
      monitor.write("MONITOR\r\n");
      const [plain, tls] = [await freePort(), await freePort()];
      base = `https://localhost:${tls}/telzino`;
      const credentials = { clientId: "sandbox", clientSecretFile: folder.write("secret", "sandbox-secret") };
      const acme = { credentials, apiUrl: world.apiUrl, tokens: [bot.entry] };
      const tenants = { tenants: { acme: { ...acme, passwordPage: { name: "Acme support" } } } };
      const args = [
        ...["--tenants", folder.write("tenants.json", tenants), "--public-url", base],
        ...["--redis-url", redis.url, "--trust-proxy", "127.0.0.1", "--log-level", "trace"],
      ];
      const key = { TELZINO_PAGE_KEY: randomBytes(32).toString("base64") };
      for (let count = 0; count < 3; count += 1) replicas.push(await spawnHttp(args, key));
      const [one = 0, two = 0, three = 0] = replicas.map(({ url }) => Number(new URL(url).port));
      const upstreams = [one, two, three] as const;
      const config = writeConfig(folder, { upstreams, plain, tls, marks: ["tls", "prefix"] });
      stopNginx = await startNginx(config, plain);
      chat = createServer((_req, res) => {
        res.writeHead(200, { "content-type": "text/html" }).end(shown);
      }).listen(0, "127.0.0.1");
      await once(chat, "listening");
    });

    afterAll(async () => {
      await browser?.close();
      await trusted?.close();
      await stopNginx?.();
      for (const { process } of replicas) await process.kill();
      await redis?.signal("SIGKILL");
      await world?.close();
      chat?.closeAllConnections();
      chat?.close();
      folder.remove();
    });

    const HEADERS = { ...BOTH, accept: "application/json", authorization: `Bearer ${bot.token}` };

    async function called(answer: { text(): Promise<string> }) {
      const text = await answer.text();
      written[`answer ${Object.keys(written).length}`] = text;
      const { result } = JSON.parse(text);
      return { text: String(result.content[0].text), facts: result.structuredContent };
    }

    const throughNginx = async (name: string, args: object) =>
      called(
        await fetchWith(`${base}/mcp`, {
          ...{ method: "POST", headers: HEADERS, body: toolCall(name, args), dispatcher: trusted },
        }),
      );

    it("ends registered, seen at every replica, and the password is nowhere", async () => {
      const asked = await throughNginx("configure_sip_registration", world.line);
      const { url } = asked.facts.passwordEntry;
      expect(url.startsWith(`${base}/password/`)).toBe(true);
      // The chat is another origin than the page.
      shown = `<p>Please open <a href="${url}">this page</a>.</p>`;
      const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
      const { page, close } = await openPage(browser, { ...phone, ignoreHTTPSErrors: true });
      page.on("response", async (answer) => {
        const body = await answer.text().catch(() => "");
        written[`page ${Object.keys(written).length}`] = `${JSON.stringify(answer.headers())}\n${body}`;
      });
      await page.goto(`http://127.0.0.1:${(chat.address() as AddressInfo).port}/`);
      await page.getByRole("link").tap();
      await page.getByText("Acme support asks for").waitFor();
      await page.getByRole("button", { name: "Continue" }).tap();
      await page.getByLabel("SIP password", { exact: true }).fill(password);
      await screenshot(page, "hosted-phone");
      await page.getByRole("button", { name: "Connect" }).tap();
      await page.getByRole("heading", { name: "Registered" }).waitFor();
      const left =
        "[document.documentElement.outerHTML, JSON.stringify({ ...localStorage }), document.cookie, location.href]";
      written.browser = (await page.evaluate<string[]>(left)).join("\n");
      await close();
      expect(world.bindings()).toHaveLength(1);
      for (const { base: own } of replicas) {
        const answer = await fetch(`${own}/mcp`, {
          ...{ method: "POST", body: toolCall("get_sip_status", { agentId: world.line.agentId }) },
          headers: HEADERS,
        });
        const { text, facts } = await called(answer);
        expect(facts).toMatchObject({ outcome: "proven", status: { registered: true } });
        expect(text).toContain("The user entered a SIP password");
      }
      const pagesAt = replicas.filter((replica) => replica.log().some(({ route }) => route === "page"));
      expect(pagesAt.length).toBeGreaterThan(1);
      for (const [index, { process }] of replicas.entries()) {
        written[`stderr ${index}`] = process.stderr;
        written[`stdout ${index}`] = process.stdout;
      }
      written.redis = said;
      written.nginx = readFileSync(join(folder.path, "access.log"), "utf8");
      expect(leaksIn(written, password)).toEqual([]);
      // Nor the address, where anybody could read it later.
      const token = new URL(url).pathname.split("/").at(-1) ?? "";
      const logs = [written.redis, written.nginx, ...replicas.map(({ process }) => process.stderr)];
      expect(said).toContain("page-entry:");
      for (const log of logs) expect(log).not.toContain(token);
    });

    it("continues at the others when the replica that opened it has gone", async () => {
      const line = { ...world.line, agentId: "22222222-2222-4222-8222-222222222222" };
      const [first, ...others] = replicas;
      const asked = await fetch(`${first?.base}/mcp`, {
        ...{ method: "POST", body: toolCall("configure_sip_registration", { ...line, replace: true }) },
        headers: HEADERS,
      });
      const { shortUrl } = (await called(asked)).facts.passwordEntry;
      await first?.process.kill();
      const { page, close } = await openPage(browser, { ignoreHTTPSErrors: true, javaScriptEnabled: false });
      await page.goto(`${base}/p`);
      await page.getByLabel("Letters").fill(new URL(shortUrl).pathname.slice(-8));
      await page.getByRole("button", { name: "Open the page" }).click();
      await page.getByLabel("SIP password", { exact: true }).fill(password);
      await page.getByRole("button", { name: "Connect" }).click();
      await page.getByRole("heading", { name: "Registered" }).waitFor();
      await close();
      for (const { base: own } of others) {
        const body = toolCall("get_sip_status", { agentId: line.agentId });
        const answer = await fetch(`${own}/mcp`, { method: "POST", headers: HEADERS, body });
        expect((await called(answer)).facts).toMatchObject({ outcome: "proven" });
      }
    });
  },
);
