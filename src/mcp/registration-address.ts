import { isAgentId } from "../registration/agent-id.js";

/** The address of an agent's registration, as a template. */
export const REGISTRATION_TEMPLATE = "telzino://agents/{id}/registration";

/** Of an address of that template the agent; `undefined` for any other. */
export function registrationOf(uri: string): string | undefined {
  const [, id = ""] = /^telzino:\/\/agents\/([\w-]{1,64})\/registration\/?$/i.exec(uri) ?? [];
  return isAgentId(id) ? id.toLowerCase() : undefined;
}
