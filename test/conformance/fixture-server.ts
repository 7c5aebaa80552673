import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { createLogger } from "../../src/base/log.js";
import { readHttpSettings } from "../../src/config/http.js";
import { createFront } from "../../src/hosting/front/front.js";
import { listen } from "../../src/hosting/front/listener.js";
import { createMetrics } from "../../src/hosting/front/metrics.js";
import { createLimits } from "../../src/hosting/limits/limits.js";
import { Places, placeSizes } from "../../src/hosting/limits/places.js";
import { type Authenticator, SCOPES, type Tenant } from "../../src/hosting/types.js";
import { createHttpHandler } from "../../src/mcp/http.js";
import { callFixture, PROMPTS, promptOf, RESOURCES, resourceOf, TOOLS } from "./fixtures.js";

/**
 * The hosted server's front and transport with the fixtures that the official conformance suite asks for, which the
 * real server has no use for. Started by run.mjs; says on stdout where it listens.
 */
function fixtureServer(): Server {
  const server = new Server(
    { name: "fixture", version: "0" },
    {
      capabilities: {
        tools: {},
        prompts: {},
        resources: { subscribe: true },
        completions: {},
        logging: {},
      },
    },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...TOOLS] }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) => callFixture(server, params, extra));
  server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: [...PROMPTS] }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => promptOf(params.name, params.arguments));
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [...RESOURCES] }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: [{ name: "template", uriTemplate: "test://template/{id}/data" }],
  }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }) => resourceOf(params.uri));
  server.setRequestHandler(SubscribeRequestSchema, () => ({}));
  server.setRequestHandler(UnsubscribeRequestSchema, () => ({}));
  server.setRequestHandler(CompleteRequestSchema, () => ({ completion: { values: [] } }));
  return server;
}

const tenant = { name: "fixture", services: {}, close: async () => {} } as unknown as Tenant;
const authenticator: Authenticator = {
  admit: async () => ({
    admitted: true,
    caller: { tenant, principal: "local", scopes: new Set(SCOPES) },
  }),
  refuseScope: () => ({ admitted: false, status: 403, error: "", description: "" }),
  tenantNamed: () => undefined,
  knownTenants: () => [],
  reload: async () => {},
  ready: async () => true,
  close: async () => {},
};
const settings = readHttpSettings({ auth: false, port: "0", sessions: true, limitCalls: "100000" });
const log = createLogger({ level: "warn", stream: process.stderr, json: true });
const places = new Places(placeSizes(settings));
const handler = createHttpHandler({ serverFor: fixtureServer, sessions: {} });
const front = createFront({
  settings,
  authenticator,
  limits: await createLimits({ rates: settings.rates, log }),
  places,
  metrics: createMetrics({
    running: () => places.inside,
    waiting: () => places.waiting,
    sessions: handler.sessionCount,
  }),
  log,
  answer: (req, res, { caller, message }) =>
    handler.handle(req, res, { caller: { account: caller.tenant, principal: caller.principal }, message }),
});
const listener = await listen(front.listener, { host: settings.host, port: settings.port });
process.stderr.write(`${JSON.stringify({ message: "listening", url: `${listener.url}/mcp` })}\n`);
