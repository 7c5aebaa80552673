import { openai } from "@ai-sdk/openai";
import { Agent } from "@mastra/core/agent";
import { MCPClient } from "@mastra/mcp";

// A hosted server where its address is set, else one on this machine: with your credentials, or on its sandbox without any.
const {
  TELZINO_MCP_URL: url,
  TELZINO_MCP_TOKEN: token,
  OPENAI_MODEL: model = "gpt-5.1",
  ...rest
} = process.env;
const args = rest.TELZINO_CLIENT_ID ? ["../../dist/cli.js"] : ["../../dist/cli.js", "--sandbox"];
const env = Object.fromEntries(Object.entries(rest).filter(([name]) => name.startsWith("TELZINO_")));
const server = url
  ? { url: new URL(url), requestInit: { headers: { Authorization: `Bearer ${token}` } } }
  : { command: process.execPath, args, env };

const telzino = new MCPClient({ servers: { telzino: server } });
try {
  const agent = new Agent({
    id: "pbx-assistant",
    name: "PBX assistant",
    instructions:
      "You connect phone agents to PBXs. The SIP password is never asked for in the conversation: leave it out of the call, and give the user the address of the page that the result names.",
    model: openai(model),
    tools: await telzino.listTools(),
  });
  const prompt = process.argv[2] ?? "Which agents are there, and are they registered?";
  const { text } = await agent.generate(prompt, { maxSteps: 20 });
  console.log(text);
} finally {
  await telzino.disconnect();
}
