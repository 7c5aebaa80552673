import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { expect } from "vitest";
import { FRONT_DESK } from "../../support/agents.js";
import type { Program } from "./program.js";

const LOG = `[Nov 20 10:15:02] NOTICE[1021]: res_pjsip/pjsip_distributor.c:673 log_failed_request: Request 'REGISTER' from '<sip:1001@pbx.example.com>' failed for '203.0.113.7:5060' (callid: a84b4c76e66710) - Failed to authenticate`;

/** Has a client use everything that the sandboxed server loads when it is first asked for it. */
export async function checkStdio(program: Program): Promise<void> {
  const [command, ...before] = program.command;
  const client = new Client({ name: "packed", version: "0" });
  const transport = new StdioClientTransport({
    command,
    args: [...before, "--sandbox"],
    cwd: program.cwd,
    env: { ...program.env },
    stderr: "pipe",
  });
  let stderr = "";
  transport.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  try {
    await client.connect(transport);
    await checkTools(client);
    await checkTexts(client);
  } finally {
    await client.close();
  }
  expect(stderr).not.toMatch(/unexpected error|Warning/);
}

async function checkTools(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  const call = async (name: string, args: Record<string, unknown>) => {
    const result = await client.callTool({ name, arguments: args });
    expect(result, JSON.stringify(result.content)).not.toHaveProperty("isError", true);
    expect(tools.map((tool) => tool.name)).toContain(name);
    return JSON.stringify(result.structuredContent);
  };
  const [, sipDomain = "", port = ""] =
    /sipDomain (\S+), port (\d+)/.exec(client.getInstructions() ?? "") ?? [];
  const pbx = { sipDomain, port: Number(port), username: "1001" };
  expect(await call("list_telzino_agents", {})).toContain("Front Desk");
  expect(await call("list_pbx_presets", { presetId: "3cx", detail: "full" })).toContain('"3cx"');
  expect(await call("pbx_setup_guide", { presetId: "freepbx-pjsip", ...pbx })).toContain("1001");
  expect(
    await call("configure_sip_registration", { agentId: FRONT_DESK, ...pbx, password: "demo-1001" }),
  ).toContain('"outcome":"registered"');
  expect(await call("get_sip_status", { agentId: FRONT_DESK })).toContain("REGISTERED_STATE");
  expect(await call("diagnose_sip_registration", { ...pbx, transport: "udp" })).toContain(
    '"outcome":"not_proven"',
  );
  expect(await call("explain_sip_log", { log: LOG })).toContain('"outcome":"refused"');
}

async function checkTexts(client: Client): Promise<void> {
  const { prompts } = await client.listPrompts();
  expect(prompts).not.toEqual([]);
  for (const { name } of prompts) {
    const { messages } = await client.getPrompt({ name, arguments: { agent: "Front Desk" } });
    expect(JSON.stringify(messages)).toContain("Front Desk");
  }
  const { resources } = await client.listResources();
  expect(resources).not.toEqual([]);
  for (const uri of [...resources.map((one) => one.uri), "telzino://presets/3cx"]) {
    const { contents } = await client.readResource({ uri });
    expect(JSON.stringify(contents).length).toBeGreaterThan(200);
  }
}
