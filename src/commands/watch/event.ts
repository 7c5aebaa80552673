import type { ChangeKind } from "../../audit/damping.js";
import type { ShownAgent } from "../audit/shown-agent.js";

/** What a round has to report: about an agent, or about the API as a whole. */
export type ShownEvent =
  | { type: `agent.${ChangeKind}`; at: string; agent: ShownAgent }
  | { type: "api.unreachable" | "api.back"; at: string; reason?: string };

/** The event in one line. */
export function eventLine(event: ShownEvent): string {
  const { type, at } = event;
  if (!("agent" in event)) {
    return type === "api.back"
      ? `${at} the Telzino API answers again`
      : `${at} ${event.reason ?? "The Telzino API is out of reach"}. Whether the agents are registered is unknown`;
  }
  const { name, account, state, reason, id, cause } = event.agent;
  const what = type.slice("agent.".length).padEnd(8);
  const why = [state, cause].filter(Boolean).join(", ");
  return `${at} ${what} ${name}${account === undefined ? "" : ` ${account}`} (${id})${why === "" ? "" : `: ${why}`}${reason === undefined ? "" : `. ${reason}`}`;
}
