import { createMCPClient } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as Stdio } from "@ai-sdk/mcp/mcp-stdio";
import { openai } from "@ai-sdk/openai";
import { generateText, isStepCount } from "ai";

// A hosted server where its address is set, else one on this machine: with your credentials, or on its sandbox without any.
const {
  TELZINO_MCP_URL: url,
  TELZINO_MCP_TOKEN: token,
  OPENAI_MODEL: model = "gpt-5.1",
  ...rest
} = process.env;
const args = rest.TELZINO_CLIENT_ID ? ["../../dist/cli.js"] : ["../../dist/cli.js", "--sandbox"];
const env = Object.fromEntries(Object.entries(rest).filter(([name]) => name.startsWith("TELZINO_")));
const transport = url
  ? { type: "http", url, headers: { Authorization: `Bearer ${token}` } }
  : new Stdio({ command: process.execPath, args, env });

const telzino = await createMCPClient({ transport });
try {
  const { text } = await generateText({
    model: openai(model),
    // How the tools go together, in the server's own words.
    instructions: telzino.instructions,
    tools: await telzino.tools(),
    stopWhen: isStepCount(20),
    prompt: process.argv[2] ?? "Which agents are there, and are they registered?",
  });
  console.log(text);
} finally {
  await telzino.close();
}
