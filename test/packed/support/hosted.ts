import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect } from "vitest";
import { closedPort, type Program, run, type Started, start } from "./program.js";

/** `http` for one user: lists, calls, and ends well on SIGTERM. */
export async function checkHttp(program: Program): Promise<void> {
  const server = start(program, ["http", "--no-auth", "--sandbox", "--port", "0"]);
  await whileListening(server, async (url) => {
    const client = new Client({ name: "packed", version: "0" });
    await client.connect(new StreamableHTTPClientTransport(url));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain("configure_sip_registration");
    const agents = await client.callTool({ name: "list_telzino_agents", arguments: {} });
    expect(JSON.stringify(agents.structuredContent)).toContain("Front Desk");
    await client.close();
  });
}

/** `http` with all that is loaded for many users alone: tenants, an authorization server, Redis, metrics. */
export async function checkGuardedHttp(program: Program): Promise<void> {
  const token = await run(program, ["token", "--name", "packed"]);
  const entry = token.stderr.split("\n").find((line) => line.startsWith("{")) ?? "";
  const folder = await mkdtemp(join(tmpdir(), "tenants-"));
  await chmod(folder, 0o755);
  const tenants = join(folder, "tenants.json");
  const credentials = { clientId: "id", clientSecretEnv: "ACME_SECRET" };
  const acme = { credentials, tokens: [JSON.parse(entry)], principals: ["someone"] };
  await writeFile(tenants, JSON.stringify({ tenants: { acme } }));
  const [port, metrics, closed] = [await closedPort(), await closedPort(), await closedPort()];
  const flags = [
    ...["--sandbox", "--port", String(port), "--public-url", `http://127.0.0.1:${port}`],
    ...["--tenants", tenants, "--metrics-port", String(metrics)],
    ...["--oauth-issuer", `http://127.0.0.1:${closed}`, "--redis-url", `redis://127.0.0.1:${closed}`],
  ];
  const server = start(program, ["http", ...flags], { ACME_SECRET: "of-the-test" });
  try {
    await whileListening(server, async (url) => {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
      const ask = (bearer: string) =>
        fetch(url, { method: "POST", headers: { ...HEADERS, ...bearerOf(bearer) }, body });
      const listed = await ask(token.stdout.trim());
      expect({ status: listed.status, text: await listed.text() }).toMatchObject({
        status: 200,
        text: expect.stringContaining("get_sip_status"),
      });
      const jwt = [{ alg: "RS256", kid: "one" }, { sub: "someone" }].map(base64).join(".");
      expect((await ask(`${jwt}.c2lnbmVk`)).status).toBeGreaterThanOrEqual(401);
      expect(await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()).toContain("# HELP");
    });
    expect(server.stderr()).toMatch(/Redis is lost/);
    expect(server.stderr()).toMatch(/keys of the authorization server are not available/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };
const bearerOf = (token: string) => ({ authorization: `Bearer ${token}` });
const base64 = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");

/** Does it with the address, then has the server end: by SIGTERM, with exit code 0, or, when it fails, at once. */
async function whileListening(server: Started, work: (url: URL) => Promise<void>): Promise<void> {
  try {
    await work(await listening(server));
    server.child.kill("SIGTERM");
    expect(await server.ended).toMatchObject({ code: 0 });
  } finally {
    server.child.kill("SIGKILL");
    await server.ended;
  }
}

/** Waits for the line on stderr that says where the server listens. @throws when it ends before that. */
async function listening({ child, stderr }: Started): Promise<URL> {
  for (;;) {
    const line = stderr()
      .split("\n")
      .slice(0, -1)
      .find((text) => text.includes('"listening"'));
    if (line !== undefined) return new URL((JSON.parse(line) as { url: string }).url);
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the server has ended: ${stderr()}`);
    await sleep(20);
  }
}
