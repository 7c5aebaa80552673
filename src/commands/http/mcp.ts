import type { Logger } from "../../base/log.js";
import { present } from "../../base/present.js";
import type { HttpSettings } from "../../config/http.js";
import type { McpAnswerer } from "../../hosting/front/front.js";
import type { Metrics } from "../../hosting/front/metrics.js";
import type { Place } from "../../hosting/limits/places.js";
import type { Caller } from "../../hosting/types.js";
import { type HandlerOptions, handlersOf } from "../../mcp/handlers.js";
import { type CallerOf, createHttpHandler, type HttpHandler, type Owner } from "../../mcp/http.js";
import { createServer, sharedValidator } from "../../mcp/server.js";

/** Ties the handler of MCP to the callers that the front lets in. */
export function hostedMcp(options: {
  metrics: Metrics;
  log: Logger;
  settings: Pick<HttpSettings, "sessions" | "tenantsFile" | "noAuth">;
  sandbox: string | undefined;
  questionKey?: Uint8Array;
}): { handler: HttpHandler<Owner>; answer: McpAnswerer } {
  const { metrics, log, sandbox, settings } = options;
  // A single tenant need not leave sessions for others.
  const limits = settings.tenantsFile === undefined ? { maxOfAccount: Number.POSITIVE_INFINITY } : {};
  const jsonSchemaValidator = sharedValidator();
  const optionsFor = (owner: HostedOwner, callOf: CallerOf<HostedOwner>): HandlerOptions => ({
    placeOf: (id) => callOf(id).place,
    mayOnlyRead: (id) => !(id === undefined ? owner : callOf(id)).caller.scopes.has("sip:write"),
    observe: (call) => metrics.toolCall(owner.caller.tenant.name, call),
    ...(sandbox === undefined ? {} : { sandbox: { description: sandbox } }),
  });
  const handler = createHttpHandler<HostedOwner>({
    serverFor: (owner, callOf, { lasts }) =>
      createServer(owner.caller.tenant.services, {
        ...{ jsonSchemaValidator, lasts },
        ...optionsFor(owner, callOf),
      }),
    handlersFor: (owner, callOf) =>
      handlersOf(owner.caller.tenant.services, { ...optionsFor(owner, callOf), lasts: true }),
    startStream: ({ place }) => place.startStream(),
    // On the user's own machine; a server for others may have replicas.
    isAlone: settings.noAuth,
    ...present({ questionKey: options.questionKey }),
    ...(settings.sessions ? { sessions: limits } : {}),
    onerror: (error) => log.debug("MCP", { error }),
  });
  return {
    handler: handler as HttpHandler<Owner>,
    answer: (req, res, { caller, place, message }) => {
      const owner = { account: caller.tenant.services, principal: caller.principal, caller, place };
      return handler.handle(req, res, { caller: owner, message });
    },
  };
}

interface HostedOwner extends Owner {
  caller: Caller;
  place: Place;
}
