import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import {
  ElicitationCompleteNotificationSchema,
  ElicitRequestSchema,
  type ElicitRequestURLParams,
  type ElicitResult,
} from "@modelcontextprotocol/sdk/types.js";
import { createServer } from "../../src/mcp/server.js";
import type { CallPlace, Services } from "../../src/tools/core/context.js";
import { type ConnectedClient, callerOf } from "./mcp.js";
import { jsonSchemaValidator } from "./output-schemas.js";

export interface AskingClient extends ConnectedClient {
  /** What the server asked the user for, in order. */
  asked: ElicitRequestURLParams[];
  /** Ids of those that the server has reported as done. */
  completed: string[];
}

/** An MCP client in process that declares URL elicitation and answers with `user`. */
export async function connectAsking(
  services: Services,
  user: (params: ElicitRequestURLParams) => Promise<ElicitResult["action"]>,
  place?: CallPlace,
): Promise<AskingClient> {
  const server = createServer(services, place ? { placeOf: () => place } : {});
  const client = new Client(
    { name: "test", version: "0" },
    { capabilities: { elicitation: { url: {} } }, jsonSchemaValidator },
  );
  const asked: ElicitRequestURLParams[] = [];
  const completed: string[] = [];
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    const question = params as ElicitRequestURLParams;
    asked.push(question);
    return { action: await user(question) };
  });
  client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) => {
    completed.push(params.elicitationId);
  });
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(serverSide), client.connect(clientSide)]);
  return { ...(await callerOf(client)), asked, completed, close: () => client.close() };
}
