// The base of the ratios: a stateless server on the SDK's own transport with one trivial tool. Each request has
// its own server and transport; nothing is shared between requests, and callers are not authenticated.
import { createServer } from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { z } from "zod";

const front = createServer(async (req, res) => {
  const server = new McpServer({ name: "bare", version: "0.0.0" });
  server.registerTool(
    "text",
    { description: "Gives a text.", inputSchema: { length: z.number() } },
    async ({ length }) => ({ content: [{ type: "text", text: "x".repeat(length) }] }),
  );
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  res.on("close", () => {
    transport.close();
    server.close();
  });
  await server.connect(transport);
  await transport.handleRequest(req, res);
});
front.listen(0, "127.0.0.1", () => {
  const url = `http://127.0.0.1:${front.address().port}/mcp`;
  process.stderr.write(`${JSON.stringify({ message: "listening", url })}\n`);
});
