// The smallest client command: node evals/run.mjs -- node "$PWD/evals/example-client.mjs" {config} {prompt}
// It only looks: it prints the status of the agent whose name is the last one in quotation marks.
import { readFileSync } from "node:fs";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [config, prompt] = process.argv.slice(2);
const { command, args, env } = JSON.parse(readFileSync(config, "utf8")).mcpServers.telzino;
const client = new Client({ name: "example-client", version: "1" });
await client.connect(
  new StdioClientTransport({ command, args, env: { ...getDefaultEnvironment(), ...env }, stderr: "ignore" }),
);
const query = prompt
  .match(/"([^"]+)"/g)
  ?.at(-1)
  ?.slice(1, -1);
const found = await client.callTool({ name: "list_telzino_agents", arguments: { query } });
const agentId = found.structuredContent.agents[0]?.id;
const status = await client.callTool({ name: "get_sip_status", arguments: { agentId } });
process.stdout.write(`${status.content[0].text}\n`);
await client.close();
