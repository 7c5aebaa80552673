import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Agent, fetch as fetchWith } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FRONT_DESK } from "../support/agents.js";
import { testCertificates } from "../support/certificates.js";
import { freePort } from "../support/free-port.js";
import { Folder, madeToken } from "../support/hosting.js";
import { BOTH, INITIALIZE, rpc, toolCall } from "../support/http-front.js";
import { type SpawnedHttp, spawnHttp } from "../support/spawned-http.js";
import { NGINX, startNginx, writeConfig } from "./support/nginx.js";

/** The real nginx with `deploy/nginx.conf`, in front of the built server. */

if (NGINX === undefined) console.log("skipped: nginx is not installed (Debian package nginx-light)");

const folder = new Folder();
const bot = madeToken("support-bot");
const HEADERS = { ...BOTH, authorization: `Bearer ${bot.token}` };
let server: SpawnedHttp;
let stopNginx: (() => Promise<void>) | undefined;
let plain: number;
let tls: number;
let sipPort: number;
let trusted: Agent;

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${plain}${path}`, {
    method: "POST",
    headers: { ...HEADERS, ...headers },
    body,
  });
}

/** The messages of an answer, one document or a stream. */
function messagesIn(text: string): { id?: number; method?: string; result?: Record<string, unknown> }[] {
  const events = [...text.matchAll(/^data: (.+)$/gm)].map(([, data = ""]) => data);
  return (events.length > 0 ? events : [text]).map((message) => JSON.parse(message));
}

describe.skipIf(NGINX === undefined)("deploy/nginx.conf", () => {
  beforeAll(async () => {
    const { ok, ca } = await testCertificates();
    folder.write("tls.crt", ok.cert);
    folder.write("tls.key", ok.key);
    trusted = new Agent({ connect: { ca } });
    [plain, tls, sipPort] = [await freePort(), await freePort(), await freePort()];
    const credentials = {
      clientId: "sandbox",
      clientSecretFile: folder.write("secret", "sandbox-secret"),
    };
    const tenants = { tenants: { acme: { credentials, tokens: [bot.entry] } } };
    server = await spawnHttp([
      ...["--sandbox", "--sandbox-sip-port", String(sipPort), "--log-level", "info"],
      ...["--tenants", folder.write("tenants.json", tenants), "--trust-proxy", "127.0.0.1"],
      ...["--public-url", `https://localhost:${tls}/telzino`],
    ]);
    const [down, up] = [await freePort(), Number(new URL(server.url).port)];
    const config = writeConfig(folder, { upstreams: [down, up, up], plain, tls, marks: ["tls", "prefix"] });
    stopNginx = await startNginx(config, plain);
  });

  afterAll(async () => {
    await trusted?.close();
    await stopNginx?.();
    await server?.process.kill();
    folder.remove();
  });

  it.each([
    ["as it is", []],
    ["with TLS and a prefix", ["tls", "prefix"] as const],
  ])("is taken by nginx -t %s", (_name, marks) => {
    const config = writeConfig(folder, { upstreams: [1, 2, 3], plain: 8080, tls: 8443, marks: [...marks] });
    const { status, stderr } = spawnSync(NGINX as string, ["-t", "-c", config], { encoding: "utf8" });
    expect(stderr).toMatch(/test is successful/);
    expect(stderr).not.toMatch(/\[warn\]/);
    expect(status).toBe(0);
  });

  it("lets a client in, past a replica that is down", async () => {
    for (let times = 0; times < 6; times += 1) {
      const begun = await post("/mcp", INITIALIZE);
      expect(begun.status).toBe(200);
      expect(messagesIn(await begun.text()).at(-1)?.result).toMatchObject({
        serverInfo: { name: "telzino-sip-mcp" },
      });
    }
    const called = await post("/mcp", toolCall("list_telzino_agents"));
    expect(JSON.stringify(messagesIn(await called.text()))).toContain("Front Desk");
  });

  it("serves below the prefix of the public URL, over TLS", async () => {
    const url = `https://localhost:${tls}/telzino/mcp`;
    const options = { method: "POST", headers: HEADERS, body: rpc("tools/list"), dispatcher: trusted };
    const answer = await fetchWith(url, options);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("configure_sip_registration");
    await expect
      .poll(() =>
        server.log().some(({ scheme, rpc: method }) => scheme === "https" && method === "tools/list"),
      )
      .toBe(true);
  });

  it("lets progress through while the call runs", async () => {
    const settings = { sipDomain: "127.0.0.1", port: sipPort, username: "1001", password: "wrong-1001" };
    const args = { agentId: FRONT_DESK, ...settings, waitSeconds: 5 };
    const answer = await post("/mcp", toolCall("configure_sip_registration", args, { progressToken: "p" }), {
      accept: "text/event-stream",
    });
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    const parts: string[] = [];
    const decoder = new TextDecoder();
    for await (const part of answer.body ?? []) parts.push(decoder.decode(part, { stream: true }));
    expect(parts[0]).toContain("notifications/progress");
    expect(parts[0]).not.toContain('"result"');
    expect(messagesIn(parts.join("")).at(-1)).toMatchObject({
      id: 1,
      result: { content: [{ type: "text" }] },
    });
  });

  it("tells the server the client's own Host and address, and keeps the request's id", async () => {
    const foreign = await post("/mcp", rpc("ping"), { "x-request-id": "from-client-1" });
    expect(foreign.headers.get("x-request-id")).toBe("from-client-1");
    const forged = await post("/mcp", rpc("ping"), {
      "x-request-id": "a b",
      "x-forwarded-for": "203.0.113.9",
    });
    const id = forged.headers.get("x-request-id");
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    await expect.poll(() => server.log().find((line) => line.id === id)?.client).toBe("127.0.0.1");
    const status = await rebound(plain);
    expect(status).toBe(403);
  });

  it("shows neither /readyz nor /metrics nor another path", async () => {
    for (const path of ["/readyz", "/metrics", "/", "/telzino/readyz"]) {
      expect((await fetch(`http://127.0.0.1:${plain}${path}`)).status).toBe(404);
    }
    expect((await fetch(`http://127.0.0.1:${plain}/healthz`)).status).toBe(200);
  });

  it("lets the server itself refuse a body that is too large", async () => {
    const answer = await post("/mcp", rpc("ping", { filler: "x".repeat(260 * 1024) }));
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error: { message: "The body is too large" } });
  });
});

/** What a page gets whose name was made to lead here. */
function rebound(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const head = ["POST /mcp HTTP/1.1", "Host: evil.example", `Authorization: Bearer ${bot.token}`];
    socket.once("error", reject).once("data", (bytes) => {
      resolve(Number(bytes.toString().split(" ")[1]));
      socket.destroy();
    });
    socket.write(
      `${[...head, "Content-Type: application/json", "Content-Length: 2"].join("\r\n")}\r\n\r\n{}`,
    );
  });
}

describe.skipIf(NGINX === undefined)("a replica that dies during a call", () => {
  it("is not asked again elsewhere: the POST arrives once", async () => {
    const own = new Folder();
    let posts = 0;
    let gets = 0;
    const dying = createServer((req) => {
      if (req.method === "POST") posts += 1;
      else gets += 1;
      req.socket.destroy();
    }).listen(0, "127.0.0.1");
    await once(dying, "listening");
    const { port } = dying.address() as AddressInfo;
    const front = await freePort();
    const stop = await startNginx(writeConfig(own, { upstreams: [port, port, port], plain: front }), front);
    try {
      const url = `http://127.0.0.1:${front}`;
      const answer = await fetch(`${url}/mcp`, { method: "POST", headers: BOTH, body: rpc("ping") });
      expect(answer.status).toBe(502);
      expect(posts).toBe(1);
      // A GET changes nothing: that it continues shows that there was somewhere to go.
      expect((await fetch(`${url}/healthz`)).status).toBe(502);
      expect(gets).toBeGreaterThan(1);
    } finally {
      await stop();
      dying.close();
      own.remove();
    }
  });
});
