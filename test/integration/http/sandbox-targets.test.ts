import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { startSandbox } from "../../../src/sandbox/index.js";
import { Folder, madeToken, PUBLIC_URL } from "../../support/hosting.js";
import { BOTH, toolCall } from "../../support/http-front.js";
import { type SpawnedHttp, spawnHttp } from "../../support/spawned-http.js";

/** `http --sandbox --tenants`: whom a diagnosis and the sandbox's registrant may contact. */

const folder = new Folder();
const bot = madeToken("bot");
const elsewhere = madeToken("elsewhere");
const closers: (() => unknown)[] = [];
let server: SpawnedHttp;
let pbx: { sipDomain: string; port: number };

beforeEach(async () => {
  const other = await startSandbox({});
  closers.push(() => other.close());
  const credentials = { clientId: "sandbox", clientSecretFile: folder.write("secret", "sandbox-secret") };
  const tenants = folder.write("tenants.json", {
    tenants: {
      acme: { credentials, tokens: [bot.entry] },
      globex: { credentials, apiUrl: other.apiUrl, tokens: [elsewhere.entry] },
    },
  });
  server = await spawnHttp(["--sandbox", "--public-url", PUBLIC_URL, "--tenants", tenants]);
  closers.push(() => server.process.kill());
  const [, sipDomain = "", port = ""] = /sipDomain (\S+), port (\d+)/.exec(server.process.stderr) ?? [];
  pbx = { sipDomain, port: Number(port) };
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => folder.remove());

function diagnosed(who: typeof bot, at: object): Promise<string> {
  return called(who, "diagnose_sip_registration", { username: "1001", ...at });
}

async function called({ token }: typeof bot, tool: string, args: object): Promise<string> {
  const headers = {
    ...BOTH,
    ...{
      accept: "application/json",
      host: new URL(PUBLIC_URL).host,
      authorization: `Bearer ${token}`,
    },
  };
  const body = toolCall(tool, { ...args });
  const answer = await fetch(server.url, { method: "POST", headers, body });
  return JSON.parse(await answer.text()).result.content[0].text;
}

it("the sandbox's PBX, by tenants of the sandbox, and nothing else on this machine", async () => {
  const touched: string[] = [];
  const neighbour = createSocket("udp4", () => touched.push("udp")).bind(0, "127.0.0.1");
  closers.push(() => neighbour.close());
  await once(neighbour, "listening");
  expect(await diagnosed(bot, pbx)).toContain("Telzino-Sandbox-PBX");
  const { port } = neighbour.address();
  expect(await diagnosed(bot, { ...pbx, port })).toContain("this server contacts only public addresses");
  expect(touched).toEqual([]);
  expect(await diagnosed(elsewhere, pbx)).toContain("this server contacts only public addresses");
});

it("is registered at the sandbox's PBX by its registrant, and at no other service on this machine", async () => {
  const touched: string[] = [];
  const neighbour = createSocket("udp4", (message) => touched.push(String(message))).bind(0, "127.0.0.1");
  closers.push(() => neighbour.close());
  await once(neighbour, "listening");
  const { port } = neighbour.address();
  const agents = await called(bot, "list_telzino_agents", {});
  const [agentId = ""] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(agents) ?? [];
  const settings = { agentId, username: "1001", password: "sandbox-1001", waitSeconds: 20 };
  expect(await called(bot, "configure_sip_registration", { ...settings, ...pbx })).toMatch(/registered/i);
  const there = { ...settings, ...pbx, port, replace: true, waitSeconds: 5 };
  expect(await called(bot, "configure_sip_registration", there)).not.toMatch(/is registered/i);
  expect(touched).toEqual([]);
});
