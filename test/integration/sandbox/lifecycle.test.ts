import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { SandboxError, startSandbox } from "../../../src/sandbox/index.js";
import { reserveSandbox } from "../../../src/sandbox/reserve.js";
import { callerOf, FRONT_DESK } from "../../support/sandbox-api.js";

const ROOT = dirname(dirname(dirname(import.meta.dirname)));

/** Against the built files, since Node runs no TypeScript. */
const PROGRAM = `
  import { startSandbox } from "./build/sandbox/index.js";
  const sandbox = await startSandbox({ registrant: "3.4" });
  const { sipHost: sipDomain, sipPort: port, agents, apiUrl, clientId, clientSecret } = sandbox;
  const send = async (method, path, body, token) => (await fetch(new URL(path, apiUrl), {
    method,
    headers: { "Content-Type": "application/json", Authorization: "Bearer " + token },
    body: JSON.stringify(body),
  })).json();
  const { access_token: token } = await send("POST", "/oauth/token", {
    client_id: clientId, client_secret: clientSecret.reveal(),
    audience: "https://api.telzino.com/", grant_type: "client_credentials",
  });
  const put = (index, change) => send("PUT", "/v1/agents/" + agents[index].id + "/sip/registration", {
    sipDomain, port, username: "1001", password: "demo-1001", ...change,
  }, token);
  await put(0, {});
  await put(1, { password: "wrong" });
  await put(2, { transport: "tcp", username: "1002", password: "demo-1002" });
  while (sandbox.bindings("1001").length + sandbox.bindings("1002").length < 2) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const call = sandbox.call("1001", { seconds: 600 });
  await new Promise((resolve) => setTimeout(resolve, 400));
  await sandbox.close();
  const { outcome } = await call;
  console.log(outcome);
`;

async function listening(): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Sockets that listen, in this process. */
function openPorts(): number {
  const kinds = ["TCPServerWrap", "UDPWrap"].map((kind) => kind.toLowerCase());
  return process.getActiveResourcesInfo().filter((kind) => kinds.includes(kind.toLowerCase())).length;
}

describe("startSandbox", () => {
  it.each([
    ["apiPort", "--sandbox-api-port"],
    ["sipPort", "--sandbox-sip-port"],
  ])("names the port and the flag when %s is taken, and leaves nothing open", async (option, flag) => {
    const taken = await listening();
    // Sockets that were closed are still counted until the event loop has turned.
    await delay(50);
    const before = openPorts();
    try {
      const error = await startSandbox({ [option]: taken.port }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(SandboxError);
      expect(String(error)).toContain(String(taken.port));
      expect(String(error)).toContain(flag);
      await expect.poll(openPorts).toBe(before);
    } finally {
      await taken.close();
    }
  });

  it("names them also where the ports are only reserved, for a sandbox that starts later", async () => {
    const taken = await listening();
    await expect(reserveSandbox({ sipPort: taken.port })).rejects.toThrow(
      `Port ${taken.port} (--sandbox-sip-port)`,
    );
    await expect(reserveSandbox({ apiPort: taken.port })).rejects.toThrow(
      `Port ${taken.port} (--sandbox-api-port)`,
    );
    await taken.close();
  });

  it("has the ports that were reserved, starts once, and frees them", async () => {
    const reserved = await reserveSandbox({});
    await expect(startSandbox({ apiPort: Number(reserved.apiUrl.port) })).rejects.toThrow(SandboxError);
    const [sandbox, again] = await Promise.all([reserved.start(), reserved.start()]);
    expect(again).toBe(sandbox);
    expect(sandbox.describe()).toBe(reserved.describe());
    await reserved.close();
    const unused = await reserveSandbox({ apiPort: Number(reserved.apiUrl.port), sipPort: sandbox.sipPort });
    await unused.close();
  });

  it("uses the ports that it is told to, over and over", async () => {
    const first = await startSandbox();
    const ports = { apiPort: Number(first.apiUrl.port), sipPort: first.sipPort };
    await first.close();
    const second = await startSandbox(ports);
    expect({ apiPort: Number(second.apiUrl.port), sipPort: second.sipPort }).toEqual(ports);
    await second.close();
  });

  it("tells what is in it: agents with ids, the PBX, its accounts, and how to call", async () => {
    const sandbox = await startSandbox();
    await sandbox.close();
    const text = sandbox.describe();
    for (const { id, name } of sandbox.agents) {
      expect(text).toContain(id);
      expect(text).toContain(name);
    }
    expect(sandbox.agents[0]).toMatchObject({ name: "Front Desk", id: FRONT_DESK });
    for (const word of [
      `port ${sandbox.sipPort}`,
      "1001 / demo-1001",
      "1002 / demo-1002",
      "secret",
      "curl",
    ]) {
      expect(text).toContain(word);
    }
  });

  it("hides the client's secret when it is printed", async () => {
    const sandbox = await startSandbox();
    await sandbox.close();
    expect(JSON.stringify(sandbox)).not.toContain("sandbox-secret");
    expect(sandbox.clientSecret.reveal()).toBe("sandbox-secret");
  });
});

describe("close", () => {
  it("un-registers, and may be called again", async () => {
    const sandbox = await startSandbox();
    const api = await callerOf(sandbox);
    const { sipHost: sipDomain, sipPort: port } = sandbox;
    await api.put(FRONT_DESK, { sipDomain, port, username: "1001", password: "demo-1001" });
    await api.until(FRONT_DESK, "REGISTERED_STATE");
    await Promise.all([sandbox.close(), sandbox.close()]);
    await sandbox.close();
    expect(sandbox.bindings("1001")).toEqual([]);
  });

  it("leaves nothing that keeps a process alive, not even in the middle of a call and of a retry", async () => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", PROGRAM], { cwd: ROOT });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => {
      output.stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output.stderr += chunk;
    });
    // The call would last for ten minutes more.
    const kill = setTimeout(() => child.kill("SIGKILL"), 50_000);
    const code = await new Promise((resolve) => child.once("close", resolve));
    clearTimeout(kill);
    expect(output).toEqual({ stdout: "answered\n", stderr: "" });
    expect(code).toBe(0);
  });
});
