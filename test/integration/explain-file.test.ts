import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pcap } from "../support/capture-file.js";
import { CALLER, inOrder, PBX, signalling, sound } from "../support/captured-call.js";
import { BOTH, toolCall } from "../support/http-front.js";
import { SpawnedServer } from "../support/spawned.js";
import { spawnHttp } from "../support/spawned-http.js";

/** Logs and captures from a file, with the built program: in a terminal, over stdio, and not over HTTP. */

const CLI = join(dirname(dirname(import.meta.dirname)), "dist", "cli.js");
const CALL = pcap(inOrder(signalling(), sound(`${CALLER}:4000`, `${PBX}:10000`)));
const REFUSED =
  "[2026-11-23 05:24:04] NOTICE[1] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '<sip:1001@pbx.example.com>' failed for '192.0.2.9:5060' (callid: 7f) - Failed to authenticate\n";

let folder: string;
let capture: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "explain-file-"));
  capture = join(folder, "call.pcap");
  writeFileSync(capture, CALL);
});
afterAll(() => rmSync(folder, { recursive: true }));

function explain(
  args: string[],
  stdin: Buffer | string = "",
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, "explain", ...args], { env: {}, timeout: 30_000 });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => {
      said.stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      said.stderr += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...said }));
    child.stdin.on("error", () => {});
    child.stdin.end(stdin);
  });
}

describe("telzino-sip-mcp explain", () => {
  it("reads a capture, by name and from stdin", async () => {
    const named = await explain([capture]);
    expect(named).toMatchObject({ code: 1, stderr: "" });
    expect(named.stdout).toMatch(/rtp-one-way/);
    expect(await explain(["-"], CALL)).toEqual(named);
  });

  it("reads a long log", async () => {
    const log = join(folder, "full.log");
    writeFileSync(log, REFUSED.repeat(2_000));
    const { code, stdout, stderr } = await explain([log, "--json"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "refused", understood: 2_000 });
  });

  it("says what it takes, and that it takes one file", async () => {
    expect((await explain(["--help"])).stdout).toMatch(/explain \[options\] <file>/);
    expect((await explain([])).code).toBe(2);
    expect(await explain([join(folder, "none")])).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("the argument file", () => {
  it("is offered and read over stdio", async () => {
    const server = new SpawnedServer([]);
    try {
      await server.initialize();
      const { tools } = (await server.request("tools/list")) as {
        tools: { name: string; inputSchema: { properties: object } }[];
      };
      const { inputSchema } = tools.find(({ name }) => name === "explain_sip_log") ?? {};
      expect(Object.keys(inputSchema?.properties ?? {})).toContain("file");
      const { facts } = await server.callTool("explain_sip_log", { file: capture });
      expect(facts).toMatchObject({ findings: [{ id: "rtp-one-way" }], streams: [{ packets: 480 }] });
    } finally {
      await server.kill();
    }
  });

  it("is neither over HTTP, where the files would be the server's", async () => {
    const running = await spawnHttp(["--no-auth", "--sandbox"]);
    try {
      const body = toolCall("explain_sip_log", { file: capture });
      const answer = await fetch(running.url, { method: "POST", headers: BOTH, body });
      const text = await answer.text();
      expect(text).toMatch(/"isError":true/);
      expect(text).toMatch(/file/);
      expect(text).not.toMatch(/rtp-one-way/);
    } finally {
      await running.process.kill();
    }
  });
});
