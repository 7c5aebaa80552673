import { Agent, MCPServerStdio, MCPServerStreamableHttp, run, setTracingDisabled } from "@openai/agents";

// Traces would hold what the user says.
setTracingDisabled(true);

// A hosted server where its address is set, else one on this machine: with your credentials, or on its sandbox without any.
const {
  TELZINO_MCP_URL: url,
  TELZINO_MCP_TOKEN: token,
  OPENAI_MODEL: model = "gpt-5.1",
  ...rest
} = process.env;
const args = rest.TELZINO_CLIENT_ID ? ["../../dist/cli.js"] : ["../../dist/cli.js", "--sandbox"];
const env = Object.fromEntries(Object.entries(rest).filter(([name]) => name.startsWith("TELZINO_")));
const common = { name: "telzino-sip", cacheToolsList: true };
const telzino = url
  ? new MCPServerStreamableHttp({
      ...{ ...common, url },
      requestInit: { headers: { Authorization: `Bearer ${token}` } },
    })
  : new MCPServerStdio({ ...common, command: process.execPath, args, env });

await telzino.connect();
try {
  const agent = new Agent({
    name: "PBX assistant",
    model,
    instructions:
      "You connect phone agents to PBXs. The SIP password is never asked for in the conversation: leave it out of the call, and give the user the address of the page that the result names.",
    mcpServers: [telzino],
  });
  const prompt = process.argv[2] ?? "Which agents are there, and are they registered?";
  const { finalOutput } = await run(agent, prompt, { maxTurns: 20 });
  console.log(finalOutput);
} finally {
  await telzino.close();
}
