// A chatbot on a hosted server, with the MCP SDK and the model's HTTP API only. One line of input is one message.
import { createInterface } from "node:readline/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const { env } = process;
const api = env.OPENAI_BASE_URL ?? "https://api.openai.com/v1";
const bearer = (token) => ({ Authorization: `Bearer ${token}`, "Content-Type": "application/json" });

const telzino = new Client({ name: "chatbot", version: "1.0.0" });
const requestInit = { headers: bearer(env.TELZINO_MCP_TOKEN) };
await telzino.connect(new StreamableHTTPClientTransport(new URL(env.TELZINO_MCP_URL), { requestInit }));
const tools = (await telzino.listTools()).tools.map(({ name, description, inputSchema }) => {
  return { type: "function", name, description, parameters: inputSchema, strict: false };
});
// The server says how its tools go together, and how the user gives a password.
const input = [{ role: "developer", content: telzino.getInstructions() }];

async function answer() {
  const body = JSON.stringify({ model: env.OPENAI_MODEL ?? "gpt-5.1", input, tools });
  const headers = bearer(env.OPENAI_API_KEY);
  const response = await fetch(`${api}/responses`, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`The model answered ${response.status}: ${await response.text()}`);
  const { output } = await response.json();
  input.push(...output);
  const calls = output.filter(({ type }) => type === "function_call");
  for (const { name, arguments: text, call_id } of calls) {
    const { content } = await telzino.callTool({ name, arguments: JSON.parse(text) });
    input.push({ type: "function_call_output", call_id, output: content[0].text });
  }
  if (calls.length > 0) return answer();
  return output.flatMap(({ content = [] }) => content.map(({ text }) => text)).join("\n");
}

for await (const line of createInterface({ input: process.stdin })) {
  input.push({ role: "user", content: line });
  console.log(await answer());
}
await telzino.close();
