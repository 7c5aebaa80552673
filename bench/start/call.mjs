// node bench/start/call.mjs [calls]   What a tool call costs above the HTTP call that it makes.
//
// A server over stdio is asked for list_telzino_agents, which makes one GET to an API on loopback. In turn with it, the same GET
// is made directly, over a connection that is kept. On a machine with other work the fastest tenth moves less than the medians.
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { Client } from "undici";
import { median, StdioServer } from "./stdio-server.mjs";

const calls = Number(process.argv[2] ?? 1_000);
const cli = join(dirname(dirname(import.meta.dirname)), "dist", "cli.js");
if (!Number.isInteger(calls) || calls < 1 || !existsSync(cli)) {
  console.error("usage: npm run build && node bench/start/call.mjs [calls]");
  process.exit(2);
}
/** Until then V8 has not compiled what is called often. */
const WARM_UP = 200;

const path = "/v1/agents?page=1&limit=50";
const data = Array.from({ length: 5 }, (_, index) => ({
  id: `11111111-1111-4111-8111-11111111111${index}`,
  organization_id: "22222222-2222-4222-8222-222222222222",
  name: `Agent ${index}`,
  description: null,
  status: "active",
  is_active: true,
  agent_type: "simple",
  // Where it is absent each agent is asked for by itself.
  sip_registration_data: null,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
}));
const pagination = { page: 1, limit: 50, total: data.length, totalPages: 1, hasNext: false, hasPrev: false };
const body = JSON.stringify({ data, pagination });
let served = 0;
const api = createServer((_request, response) => {
  served += 1;
  response.setHeader("content-type", "application/json").end(body);
}).listen(0, "127.0.0.1");
await once(api, "listening");
const url = `http://127.0.0.1:${api.address().port}`;

const http = new Client(url);
const server = new StdioServer([cli], { TELZINO_API_URL: url, TELZINO_ACCESS_TOKEN: "of-the-bench" });

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const raw = async () => {
  const { body: answer } = await http.request({ path, method: "GET" });
  JSON.parse(await answer.text());
};
const tool = async () => {
  const { isError, content } = await server.request("tools/call", {
    name: "list_telzino_agents",
    arguments: {},
  });
  if (isError) throw new Error(content[0].text);
};

const rawMs = [];
const toolMs = [];
let first;
let cpuMs;
try {
  await server.initialize();
  await server.request("tools/list");
  first = await timed(tool);
  await raw();
  for (let call = 1 - WARM_UP; call < 0; call += 1) {
    await raw();
    await tool();
  }
  const before = server.cpuMs();
  for (let call = 0; call < calls; call += 1) {
    rawMs.push(await timed(raw));
    toolMs.push(await timed(tool));
  }
  cpuMs = (server.cpuMs() - before) / calls;
  if (served !== 2 * (calls + WARM_UP)) throw new Error(`not one HTTP call each, but ${served} in all`);
} finally {
  await server.stop();
  await http.close();
  api.close();
}

/** That of the fastest tenth which took longest. */
const fastTenth = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 10)];

console.log(`Node ${process.version}, ${calls} calls of each, in turn\n`);
console.log("| | raw HTTP call, ms | list_telzino_agents over stdio, ms | above the HTTP call, ms |");
console.log("| --- | --- | --- | --- |");
for (const [name, part] of [
  ["median", median],
  ["fastest tenth", fastTenth],
]) {
  const cells = [part(rawMs), part(toolMs), part(toolMs) - part(rawMs)];
  console.log(`| ${name} | ${cells.map((ms) => ms.toFixed(2)).join(" | ")} |`);
}
console.log(
  `\nCPU time of the server: ${cpuMs.toFixed(2)} ms a call. First call of a process: ${first.toFixed(0)} ms`,
);
