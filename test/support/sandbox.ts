import { type Sandbox, startSandbox } from "../../src/sandbox/index.js";
import { createTelzinoClient } from "../../src/telzino/client.js";
import type { Services } from "../../src/tools/core/context.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "./mcp.js";

export { FRONT_DESK } from "./agents.js";

export interface SandboxedClient extends ConnectedClient {
  sandbox: Sandbox;
  services: Services;
  /** The sandbox's PBX as tool arguments: `sipDomain` and `port`. */
  pbx: { sipDomain: string; port: number };
  /** The agent's calls, with the names of their rooms as text. */
  callLogs(agentId: string): Promise<{ id: string; roomName: string | undefined }[]>;
}

/** An MCP client in process, on a server that works on its own sandbox. */
export async function connectToSandbox(more: Partial<Services> = {}): Promise<SandboxedClient> {
  const sandbox = await startSandbox({});
  const { apiUrl, clientId, clientSecret } = sandbox;
  const api = createTelzinoClient({
    apiUrl,
    auth: { kind: "clientCredentials", clientId, clientSecret },
    userAgent: "test",
    onToken: () => {},
  });
  const services = servicesFor(api, { platformIsLocal: true, ...more });
  const connected = await connectInProcess(services, { sandbox: { description: sandbox.describe() } });
  return {
    ...connected,
    sandbox,
    services,
    pbx: { sipDomain: sandbox.sipHost, port: sandbox.sipPort },
    callLogs: async (agentId) => {
      const { calls } = await api.listCallLogs(agentId, {});
      return calls.map(({ id, roomName }) => ({ id, roomName: roomName?.unwrap() }));
    },
    async close() {
      await connected.close();
      await api.close();
      await sandbox.close();
    },
  };
}
