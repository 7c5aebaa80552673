import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "../../base/log.js";
import type { Networks } from "../../base/networks.js";
import type { Caller } from "../types.js";
import type { MessageView } from "./message.js";
import type { RefusalReason } from "./metrics.js";
import { peerOfRequest } from "./peer.js";
import type { Route } from "./routes.js";

/** One request on its way. */
export interface Visit {
  req: IncomingMessage;
  res: ServerResponse;
  /** Filled in on the way, for the log. */
  seen: { caller?: Caller; view?: MessageView; refused?: RefusalReason };
}

/** One line a request, when its answer has ended. */
export function logVisit(
  { log, trustedProxies }: { log: Logger; trustedProxies: Networks },
  { req, res, seen }: Visit,
  { id, route, started }: { id: string; route: Route | undefined; started: number },
): void {
  const probe = route === "health" || route === "ready";
  const peer = peerOfRequest(req, trustedProxies);
  log[probe ? "debug" : "info"]("request", {
    id,
    client: peer.address,
    scheme: peer.scheme,
    method: req.method,
    route: route ?? "none",
    status: res.statusCode,
    ms: Math.round(performance.now() - started),
    tenant: seen.caller?.tenant.name,
    principal: seen.caller?.principal,
    rpc: seen.view?.method,
    tool: seen.view?.tool,
    refused: seen.refused,
    ...(res.writableFinished ? {} : { unfinished: true }),
  });
}
