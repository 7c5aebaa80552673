import { MultiServerMCPClient } from "@langchain/mcp-adapters";
import { ChatOpenAI } from "@langchain/openai";
import { createAgent } from "langchain";

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
  ? { transport: "http", url, headers: { Authorization: `Bearer ${token}` } }
  : { transport: "stdio", command: process.execPath, args, env };

const telzino = new MultiServerMCPClient({ mcpServers: { "telzino-sip": server } });
try {
  const agent = createAgent({
    model: new ChatOpenAI({ model, useResponsesApi: true }),
    tools: await telzino.getTools(),
    systemPrompt:
      "You connect phone agents to PBXs. The SIP password is never asked for in the conversation: leave it out of the call, and give the user the address of the page that the result names.",
  });
  const content = process.argv[2] ?? "Which agents are there, and are they registered?";
  const { messages } = await agent.invoke({ messages: [{ role: "user", content }] });
  console.log(messages.at(-1).text);
} finally {
  await telzino.close();
}
