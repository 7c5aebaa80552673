import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { testCertificates } from "../support/certificates.js";
import { type ConnectProxy, startConnectProxy } from "../support/connect-proxy.js";
import { SpawnedServer } from "../support/spawned.js";

/** The built program, an API over TLS whose name no one resolves, and a proxy that knows the way to it. */

const TOKEN = "token-behind-the-proxy";
const API = "https://pbx.test";
let folder: string;
let api: Server;
let authorizations: (string | undefined)[] = [];
let proxy: ConnectProxy;
let env: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "behind a proxy-"));
  const { ca, ok } = await testCertificates();
  writeFileSync(join(folder, "ca.pem"), ca);
  api = createServer(ok, (request, response) => {
    authorizations.push(request.headers.authorization);
    const found = request.url?.startsWith("/v1/agents") ? { data: [] } : { message: "nothing here" };
    response.writeHead("data" in found ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(found));
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  const { port } = api.address() as AddressInfo;
  proxy = await startConnectProxy({ to: new URL(`http://127.0.0.1:${port}`) });
  env = {
    TELZINO_ACCESS_TOKEN: TOKEN,
    TELZINO_API_URL: API,
    NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
  };
});
afterAll(async () => {
  await proxy.close();
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  authorizations = [];
  proxy.targets.length = 0;
  proxy.authorizations.length = 0;
});

async function run(args: string[], more: Record<string, string>) {
  const program = new SpawnedServer(args, { ...env, ...more });
  program.child.stdin.end();
  return { code: await program.ended(), stdout: program.stdout, stderr: program.stderr };
}

describe("behind a proxy", () => {
  it.each(["HTTPS_PROXY", "https_proxy"])("a tool reaches the API through %s", async (name) => {
    const server = new SpawnedServer([], { ...env, [name]: proxy.url });
    await server.initialize();
    const { text, isError } = (await server.callTool("list_telzino_agents")) as {
      text: string;
      isError?: boolean;
    };
    expect(isError ?? false, text).toBe(false);
    server.child.stdin.end();
    expect(await server.ended()).toBe(0);
    expect(new Set(proxy.targets)).toEqual(new Set(["pbx.test:443"]));
    expect(proxy.plainRequests()).toBe(0);
    expect(authorizations).toEqual([`Bearer ${TOKEN}`]);
  });

  it("doctor passes, and gives the proxy's password to the proxy alone", async () => {
    const address = proxy.url.replace("//", "//user:pr0xy-pass@");
    const { code, stdout, stderr } = await run(["doctor"], { HTTPS_PROXY: address });
    expect(code, stdout).toBe(0);
    expect(new Set(proxy.authorizations)).toEqual(
      new Set([`Basic ${Buffer.from("user:pr0xy-pass").toString("base64")}`]),
    );
    expect(stdout + stderr).not.toContain("pr0xy-pass");
    expect(stdout + stderr).not.toContain(TOKEN);
  });

  it("doctor says that it is the proxy where the proxy refuses or is not there", async () => {
    const refusing = await startConnectProxy({ refuseWith: 403 });
    const refused = await run(["doctor"], { HTTPS_PROXY: refusing.url });
    await refusing.close();
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/✗ api .*proxy.*403/s);
    const gone = await run(["doctor"], { HTTPS_PROXY: refusing.url });
    expect(gone.code).toBe(1);
    expect(gone.stdout).toContain(`127.0.0.1 port ${new URL(refusing.url).port}`);
    expect(gone.stdout).toContain("HTTPS_PROXY");
  });

  it("an API on this machine is reached without it", async () => {
    const { port } = api.address() as AddressInfo;
    const local = { HTTPS_PROXY: proxy.url, TELZINO_API_URL: `https://127.0.0.1:${port}` };
    const { code, stdout } = await run(["doctor"], local);
    expect(code, stdout).toBe(0);
    expect(proxy.targets).toEqual([]);
  });
});
