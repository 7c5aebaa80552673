import { TelzinoError } from "./errors.js";
import type { HttpRequest } from "./http.js";

export const REGISTRATION = "/sip/registration";

/** A request below one agent. @throws TelzinoError `invalid_request` for what is no id. */
export function onAgent<M extends HttpRequest["method"]>(method: M, agentId: string, path: string) {
  return {
    method,
    path: `/v1/agents/${agentSegment(agentId)}${path}`,
    chosen: [agentId],
    operation: `${method} /v1/agents/…${path}`,
    subject: "agent" as const,
    repeat: method === "GET" ? ("always" as const) : ("unsent" as const),
  };
}

/** An id as a path segment. UUIDs are documented; what could mean another path, or more of it, is refused. */
function agentSegment(agentId: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(agentId)) {
    throw new TelzinoError("invalid_request", "agentId is not a UUID", { unsent: true });
  }
  return encodeURIComponent(agentId);
}
