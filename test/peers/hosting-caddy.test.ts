import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Agent, fetch as fetchWith, type RequestInit } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FRONT_DESK } from "../support/agents.js";
import { testCertificates } from "../support/certificates.js";
import { freePort } from "../support/free-port.js";
import { Folder, madeToken } from "../support/hosting.js";
import { BOTH, INITIALIZE, rpc, toolCall } from "../support/http-front.js";
import { type SpawnedHttp, spawnHttp } from "../support/spawned-http.js";
import { CADDY, startCaddy, writeCaddyfile } from "./support/caddy.js";

/** The real Caddy with `deploy/Caddyfile`, in front of the built server. */

if (CADDY === undefined) console.log("skipped: caddy is not installed (Debian package caddy)");

const folder = new Folder();
const bot = madeToken("support-bot");
const HEADERS = { ...BOTH, authorization: `Bearer ${bot.token}` };

describe.skipIf(CADDY === undefined).each([
  ["at the root", ""],
  ["below a path", "/telzino"],
])("deploy/Caddyfile %s", (_name, path) => {
  let server: SpawnedHttp;
  let stop: (() => Promise<void>) | undefined;
  let base: string;
  let sipPort: number;
  let trusted: Agent;
  let config: string;

  beforeAll(async () => {
    const { ok, ca } = await testCertificates();
    folder.write("tls.crt", ok.cert);
    folder.write("tls.key", ok.key);
    trusted = new Agent({ connect: { ca } });
    const [tls, down, port] = [await freePort(), await freePort(), await freePort()];
    sipPort = port;
    base = `https://localhost:${tls}${path}`;
    const credentials = { clientId: "sandbox", clientSecretFile: folder.write("secret", "sandbox-secret") };
    const tenants = { tenants: { acme: { credentials, tokens: [bot.entry] } } };
    server = await spawnHttp([
      ...["--sandbox", "--sandbox-sip-port", String(sipPort), "--log-level", "info"],
      ...["--tenants", folder.write("tenants.json", tenants), "--trust-proxy", "127.0.0.1"],
      ...["--public-url", base],
    ]);
    const up = Number(new URL(server.url).port);
    config = writeCaddyfile(folder, { upstreams: [down, up, up], tls, prefix: path !== "" });
    stop = await startCaddy(folder, config, tls);
  });

  afterAll(async () => {
    await trusted?.destroy();
    await stop?.();
    await server?.process.kill();
    if (path !== "") folder.remove();
  });

  const ask = (below: string, options: RequestInit = {}) =>
    fetchWith(below.startsWith("https") ? below : `${base}${below}`, { ...options, dispatcher: trusted });
  const post = (body: string, headers: Record<string, string> = {}) =>
    ask("/mcp", { method: "POST", headers: { ...HEADERS, ...headers }, body });

  it("is taken by caddy validate", () => {
    const validate = ["validate", "--adapter", "caddyfile", "--config", config];
    const { status, stderr } = spawnSync(CADDY as string, validate, { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, expect.not.stringContaining('"level":"error"')]);
  });

  it("lets a client in; a replica that is down is left out once it has failed", async () => {
    const statuses: number[] = [];
    for (let times = 0; times < 8; times += 1) {
      const begun = await post(INITIALIZE);
      statuses.push(begun.status);
      await begun.text();
    }
    expect(statuses.filter((status) => status === 502).length).toBeLessThanOrEqual(1);
    expect(statuses.slice(-5)).toEqual([200, 200, 200, 200, 200]);
    expect(await (await post(toolCall("list_telzino_agents"))).text()).toContain("Front Desk");
  });

  it("lets progress through while the call runs", async () => {
    const settings = { sipDomain: "127.0.0.1", port: sipPort, username: "1001", password: "wrong-1001" };
    const args = { agentId: FRONT_DESK, ...settings, waitSeconds: 5 };
    const answer = await post(toolCall("configure_sip_registration", args, { progressToken: "p" }), {
      accept: "text/event-stream",
    });
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    const parts: string[] = [];
    const decoder = new TextDecoder();
    for await (const part of answer.body ?? []) parts.push(decoder.decode(part, { stream: true }));
    expect(parts[0]).toContain("notifications/progress");
    expect(parts[0]).not.toContain('"result"');
    expect(parts.join("")).toContain('"result"');
  });

  it("shows the pages for passwords, and keeps their addresses out of its log", async () => {
    const line = { sipDomain: "127.0.0.1", port: sipPort, username: "1002" };
    const agentId = "22222222-2222-4222-8222-222222222222";
    const called = await post(toolCall("configure_sip_registration", { agentId, ...line, replace: true }));
    const [address = ""] = /https:\/\/[^"\s,\\]+\/password\/[\w-]{43}/.exec(await called.text()) ?? [];
    expect(address.startsWith(`${base}/password/`)).toBe(true);
    const page = await ask(address);
    expect([page.status, page.headers.get("referrer-policy")]).toEqual([200, "no-referrer"]);
    expect(await page.text()).toContain("Continue");
    for (const below of ["/p", "/p/BCDFGHJK"]) expect((await ask(below)).status).toBe(200);
    await expect.poll(() => server.log().filter(({ route }) => route === "page").length).toBeGreaterThan(2);
    const log = () => readFileSync(join(folder.path, "access.log"), "utf8");
    await expect.poll(log).toContain("/mcp");
    for (const part of [new URL(address).pathname, "/p/BCDFGHJK"]) expect(log()).not.toContain(part);
  });

  it("tells the server the client's own address and scheme, whatever the client says", async () => {
    await (await post(rpc("tools/list"), { "x-forwarded-for": "203.0.113.9" })).text();
    const seen = () =>
      server
        .log()
        .filter(({ rpc: method }) => method === "tools/list")
        .at(-1);
    await expect.poll(seen).toMatchObject({ client: "127.0.0.1", scheme: "https" });
  });

  it("shows neither /readyz nor /metrics nor another path", async () => {
    for (const below of ["/metrics", "/other"]) expect((await ask(below)).status).toBe(404);
    const { origin } = new URL(base);
    for (const below of ["/readyz", "/", "/metrics"])
      expect((await ask(`${origin}${below}`)).status).toBe(404);
    expect((await ask("/readyz")).status).toBe(404);
  });

  it("lets no body through that is too large: 413, or 502 where it was still being sent", async () => {
    const answer = await post(rpc("ping", { filler: "x".repeat(260 * 1024) }));
    expect([413, 502]).toContain(answer.status);
    if (answer.status === 413) expect(await answer.text()).toContain("The body is too large");
    expect((await post(rpc("tools/list"))).status).toBe(200);
  });
});
