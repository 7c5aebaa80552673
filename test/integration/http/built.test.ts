import { createServer, type Server } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { FRONT_DESK } from "../../support/agents.js";
import { testCertificates } from "../../support/certificates.js";
import { Folder } from "../../support/hosting.js";
import { BOTH, rpc, toolCall } from "../../support/http-front.js";
import { SpawnedServer } from "../../support/spawned.js";
import { type SpawnedHttp, spawnHttp } from "../../support/spawned-http.js";

/** The built server as a process: how it starts, what it says, how it ends. */

const NO_AUTH = ["--no-auth"];
let running: SpawnedHttp | undefined;
let api: Server | undefined;
const folder = new Folder();

afterEach(async () => {
  await running?.process.kill();
  running = undefined;
  api?.closeAllConnections();
  api?.close();
  api = undefined;
});

const post = (url: string, body: string) => fetch(url, { method: "POST", headers: BOTH, body });

/** An API that answers each request after `ms`, and tells when one has come. */
async function slowApi(ms: number): Promise<{ env: Record<string, string>; asked: Promise<void> }> {
  let heard: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    heard = resolve;
  });
  api = createServer((_req, res) => {
    heard();
    setTimeout(() => res.writeHead(200, { "content-type": "application/json" }).end("{}"), ms).unref();
  });
  await new Promise<void>((resolve) => api?.listen(0, "127.0.0.1", resolve));
  const { port } = api.address() as AddressInfo;
  return {
    env: { TELZINO_API_URL: `http://127.0.0.1:${port}`, TELZINO_ACCESS_TOKEN: "test-token-1234" },
    asked,
  };
}

describe("the built server over HTTP", () => {
  it("says aloud that it lets everyone in, and says everything as JSON on stderr", async () => {
    running = await spawnHttp([...NO_AUTH, "--sandbox", "--log-level", "debug", "--metrics-port", "0"]);
    expect((await post(running.url, toolCall("list_telzino_agents"))).status).toBe(200);
    expect((await fetch(`${running.base}/readyz`)).status).toBe(200);
    await expect.poll(() => running?.log().some(({ message }) => message === "request")).toBe(true);
    const [warning] = running.log();
    expect(warning).toMatchObject({ level: "warn", message: expect.stringMatching(/^No authentication/) });
    expect(running.process.stdout).toBe("");
    const metrics = String(running.log().find(({ message }) => message === "listening")?.metrics);
    const text = await (await fetch(metrics)).text();
    expect(text).toMatch(/tool_calls_total\{tool="list_telzino_agents",outcome="ok",tenant="\w+"\} 1/);
    expect((await fetch(`${running.base}/metrics`)).status).toBe(404);
  });

  it("names in every line of the log the request that it is about", async () => {
    running = await spawnHttp([...NO_AUTH, "--sandbox", "--log-level", "debug"]);
    const { url } = running;
    const ids = ["one", "two", "three"];
    await Promise.all(
      ids.map((id) =>
        fetch(url, {
          method: "POST",
          headers: { ...BOTH, "x-request-id": id },
          body: toolCall("list_telzino_agents", { query: id }),
        }).then((answer) => answer.text()),
      ),
    );
    const lines = running.log();
    for (const id of ids) {
      const said = lines.filter(({ request }) => request === id).map(({ message }) => message);
      expect(said).toContain("tool call");
      expect(said.length, "lines of the client of the API too").toBeGreaterThan(1);
    }
  });

  it("has no argument of a call in its log, also where the answer names it", async () => {
    running = await spawnHttp([...NO_AUTH, "--sandbox", "--log-level", "info"]);
    const { url } = running;
    const MARK = "Argument4711";
    const call = async (name: string, args: object) =>
      (await post(url, toolCall(name, args, { progressToken: MARK }))).text();
    const line = { agentId: FRONT_DESK, sipDomain: "127.0.0.1", port: 1, username: "1001" };
    await call("configure_sip_registration", { ...line, password: MARK, waitSeconds: 0 });
    const answers = [
      await call("remove_sip_registration", { agentId: FRONT_DESK, username: MARK }),
      await call("configure_sip_registration", { ...line, username: MARK, password: "demo-1001" }),
      await call("configure_sip_registration", { ...line, presetId: MARK }),
      await call("diagnose_sip_registration", { ...line, passwordSecret: MARK }),
      await call("diagnose_sip_registration", { sipDomain: `${MARK}.invalid`, proxy: "127.0.0.1" }),
      await call("pbx_setup_guide", { presetId: MARK }),
      await call("list_pbx_presets", { query: MARK, [MARK]: 1 }),
      await call("explain_sip_log", { log: MARK, presetId: MARK }),
      await call("get_sip_status", { agentId: MARK }),
      await call(MARK, { [MARK]: MARK }),
    ];
    expect(answers.filter((text) => text.includes(MARK)).length).toBeGreaterThan(5);
    const requests = () => running?.log().filter(({ message }) => message === "request") ?? [];
    await expect.poll(() => requests().length).toBe(answers.length + 1);
    expect(running.process.stderr.toLowerCase()).not.toContain(MARK.toLowerCase());
    const failed = running.log().filter(({ message }) => message === "tool call failed");
    expect(failed.map(({ error }) => error)).toContain("ToolError");
  });

  it("is not ready where the API does not take its credentials", async () => {
    api = createServer((_req, res) => res.writeHead(401).end("{}"));
    await new Promise<void>((resolve) => api?.listen(0, "127.0.0.1", resolve));
    const { port } = api.address() as AddressInfo;
    running = await spawnHttp(NO_AUTH, {
      TELZINO_API_URL: `http://127.0.0.1:${port}`,
      TELZINO_ACCESS_TOKEN: "test-token-1234",
    });
    expect((await fetch(`${running.base}/readyz`)).status).toBe(503);
    expect((await fetch(`${running.base}/healthz`)).status).toBe(200);
  });

  it("finishes the call that runs when it is asked to stop, takes no other, and ends with code 0", async () => {
    const { env, asked } = await slowApi(800);
    running = await spawnHttp(NO_AUTH, env);
    const call = post(running.url, toolCall("list_telzino_agents"));
    await asked;
    running.process.child.kill("SIGTERM");
    await expect.poll(() => running?.log().some(({ message }) => message === "stopping")).toBe(true);
    await expect(post(running.url, rpc("ping")).then(({ status }) => status)).rejects.toThrow();
    const answer = await call;
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ id: 1, result: { content: [{ type: "text" }] } });
    expect(await running.process.ended()).toBe(0);
    expect(running.log().at(-1)).toMatchObject({ message: "stopped", finished: true });
  });

  it("waits no longer than it was allowed to", async () => {
    const { env, asked } = await slowApi(60_000);
    running = await spawnHttp([...NO_AUTH, "--grace-seconds", "1"], env);
    const call = post(running.url, toolCall("list_telzino_agents"));
    const cut = expect(call.then((answer) => answer.text())).rejects.toThrow();
    await asked;
    running.process.child.kill("SIGTERM");
    expect(await running.process.ended()).toBe(0);
    await cut;
    expect(running.log().find(({ message }) => message === "stopped")).toMatchObject({ finished: false });
  });

  it("speaks TLS with its own certificate", async () => {
    const { ok, ca } = await testCertificates();
    const tls = [
      "--tls-cert",
      folder.write("cert.pem", ok.cert),
      "--tls-key",
      folder.write("key.pem", ok.key),
    ];
    running = await spawnHttp([...NO_AUTH, "--sandbox", ...tls]);
    expect(running.url).toMatch(/^https:/);
    const { url } = running;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const req = request(url, { method: "POST", headers: BOTH, ca, agent: false }, (res) => {
        res.resume();
        resolve(res.statusCode);
      });
      req.on("error", reject).end(rpc("ping"));
    });
    expect(status).toBe(200);
    folder.remove();
  });
});

describe("the built server does not start", () => {
  it.each([
    [["http"], /No authentication is configured/],
    [["http", "--no-auth", "--host", "0.0.0.0"], /--no-auth works only with a loopback/],
    [["http", "--no-auth", "--tls-cert", "/nowhere.pem", "--tls-key", "/nowhere.pem"], /--tls-cert.*ENOENT/],
    [["http", "--no-auth", "--prot", "1"], /unknown option '--prot'/],
  ])("with %j: exit code 2", async (args, words) => {
    const server = new SpawnedServer(args);
    expect(await server.ended()).toBe(2);
    expect(server.stderr).toMatch(words);
  });

  it("on a port that is taken: exit code 1", async () => {
    running = await spawnHttp([...NO_AUTH, "--sandbox"]);
    const second = new SpawnedServer(["http", "--no-auth", "--port", new URL(running.url).port]);
    expect(await second.ended()).toBe(1);
    expect(second.stderr).toMatch(/EADDRINUSE/);
  });
});
