import { PassThrough, Writable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { type DiagnoseFlags, diagnose } from "../../../src/commands/diagnose/index.js";
import { loadConfig } from "../../../src/config/index.js";
import type { Environment } from "../../../src/config/source.js";
import { startSandbox } from "../../../src/sandbox/index.js";
import { digestScript } from "../../support/registrar-scripts.js";
import { ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** `telzino-sip-mcp diagnose`, with streams of the test's own. The API is on loopback, so local PBXs count as reachable. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const LOCAL: Environment = { TELZINO_API_URL: "http://127.0.0.1:9" };

async function registrar(): Promise<number> {
  const started = await ScriptedRegistrar.start({ script: digestScript() });
  closers.push(() => started.close());
  return started.target().port;
}

class Collected extends Writable {
  text = "";
  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

async function run(host: string | undefined, flags: DiagnoseFlags, env: Environment = {}, typed?: string) {
  const stdin = new PassThrough();
  if (typed !== undefined) {
    Object.assign(stdin, { isTTY: true });
    stdin.write(typed);
  }
  const [stdout, stderr] = [new Collected(), new Collected()];
  const config = loadConfig({ ...LOCAL, ...env });
  const code = await diagnose(config, { stdin, stdout, stderr }, host, flags);
  stdin.destroy();
  return { code, stdout: stdout.text, stderr: stderr.text };
}

describe("telzino-sip-mcp diagnose", () => {
  it("prints the verdict, what was checked and the ladder of messages, and ends 3 where nothing is proven", async () => {
    const port = String(await registrar());
    const { code, stdout, stderr } = await run("127.0.0.1", { user: "1001", port, transport: "udp" });
    expect(stderr).toBe("");
    expect(code).toBe(3);
    expect(stdout).toMatch(/^NOT PROVEN {2}127\.0\.0\.1/);
    expect(stdout).toMatch(/Checked\n {2}settings/);
    expect(stdout).toMatch(
      /-> udp 127\.0\.0\.1:\d+ {2}REGISTER sip:127\.0\.0\.1 SIP\/2\.0\n.*<- .*401 Unauthorized/,
    );
  });

  it("takes the password from a prompt that shows nothing of it", async () => {
    const port = String(await registrar());
    const flags = { user: "1001", port, transport: "udp", testCredentials: true };
    const { code, stdout, stderr } = await run("127.0.0.1", flags, {}, "secret\n");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^PROVEN .*accepts the credentials of 1001/);
    expect(stderr).toBe("SIP password of 1001@127.0.0.1 (not shown): \n");
  });

  it.each([{}, { json: true }])(
    "shows a typed password nowhere, though the PBX says it: %j",
    async (form) => {
      const reason = "never hunter2-typed again";
      const started = await ScriptedRegistrar.start({ script: () => ({ status: 403, reason }) });
      closers.push(() => started.close());
      const flags = { user: "1001", port: String(started.target().port), transport: "udp", detail: true };
      const { stdout, stderr } = await run(
        "127.0.0.1",
        { ...flags, ...form, testCredentials: true },
        {},
        "hunter2-typed\n",
      );
      expect(stdout).toContain("403 [text left out: it holds a part of a secret]");
      expect(`${stdout}${stderr}`).not.toContain("hunter2-typed");
    },
  );

  it("ends 1 where a problem was found, and prints it as JSON without secrets", async () => {
    const port = String(await registrar());
    const flags = { user: "1001", port, transport: "udp", testCredentials: true, json: true };
    const { code, stdout } = await run("127.0.0.1", flags, {}, "hunter2-wrong\n");
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as { verdict: unknown; findings: { id: string }[]; messages: string[] };
    expect(report.verdict).toMatchObject({ outcome: "problem" });
    expect(report.findings[0]?.id).toBe("credentials-refused");
    expect(report.messages.join("\n")).toMatch(/response=\\"\[hidden\]\\"/);
    expect(stdout).not.toContain("hunter2-wrong");
  });

  it("takes a configured password by its name, and only for the hosts that it is pinned to", async () => {
    const port = String(await registrar());
    const flags = { user: "1001", port, transport: "udp", testCredentials: true, passwordSecret: "FRONT" };
    const pinned = (hosts: string) => ({
      TELZINO_SIP_SECRET_FRONT: "secret",
      TELZINO_SIP_SECRET_FRONT_HOSTS: hosts,
    });
    expect((await run("127.0.0.1", flags, pinned("127.0.0.1"))).code).toBe(0);
    const refused = await run("127.0.0.1", flags, pinned("pbx.example.com"));
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/FRONT was not used: it is pinned to pbx\.example\.com/);
  });

  it("registers for a minute and is gone again, on request", async () => {
    const sandbox = await startSandbox();
    closers.push(() => sandbox.close());
    const flags = { user: "1001", port: String(sandbox.sipPort), transport: "udp", testBinding: true };
    const { code, stdout } = await run(sandbox.sipHost, flags, {}, "demo-1001\n");
    expect(code).toBe(0);
    expect(stdout).toMatch(/a test binding: 200 "OK", removed again/);
    expect(sandbox.bindings("1001")).toEqual([]);
  });

  it("looks at the stored settings of the agent that is configured", async () => {
    const sandbox = await startSandbox();
    closers.push(() => sandbox.close());
    const { code, stderr } = await run(
      undefined,
      {},
      {
        TELZINO_API_URL: sandbox.apiUrl.href,
        TELZINO_CLIENT_ID: sandbox.clientId,
        TELZINO_CLIENT_SECRET: sandbox.clientSecret.reveal(),
        TELZINO_AGENT_ID: sandbox.agents[0]?.id ?? "",
      },
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/has no SIP registration stored/);
  });

  it.each([
    ["sip:pbx.example.com", {}, /the host must be only the host/],
    ["pbx.example.com", { port: "sip" }, /--port must be an integer/],
    ["pbx.example.com", { transport: "ws" }, /--transport must be one of "udp", "tcp", "tls"/],
    ["pbx.example.com", { preset: "no-such-pbx" }, /--preset no-such-pbx: there is no such preset/],
    ["pbx.example.com", { testCredentials: true }, /takes --user/],
    ["pbx.example.com", { user: "1001", testCredentials: true }, /no terminal to ask/],
    ["pbx.example.com", { user: "1001", passwordSecret: "X" }, /with --test-credentials only/],
    [undefined, {}, /give the PBX's host/],
  ])("ends 2 for %s with %j, and sends nothing", async (host, flags, says) => {
    const { code, stdout, stderr } = await run(host, flags);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(says);
  });
});
