// What the ratios are taken to: three trivial tools on the unbundled SDK.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "bare", version: "0.0.0" });
const answer = (text) => ({ content: [{ type: "text", text }] });

server.registerTool(
  "echo",
  { description: "Gives a text back.", inputSchema: { text: z.string() } },
  async ({ text }) => answer(text),
);
server.registerTool(
  "add",
  { description: "Adds two numbers.", inputSchema: { left: z.number(), right: z.number() } },
  async ({ left, right }) => answer(String(left + right)),
);
server.registerTool(
  "upper",
  { description: "Gives a text back in capitals.", inputSchema: { text: z.string() } },
  async ({ text }) => answer(text.toUpperCase()),
);

await server.connect(new StdioServerTransport());
