import type { TelzinoError } from "../telzino/errors.js";
import { mayBeDown } from "./gate.js";

/** Why the API cannot be read any further, which may have other reasons than an outage. A sentence without its end. */
export function outageWords(error: TelzinoError): string {
  if (error.code === "rate_limited") return `The Telzino API accepts no more requests: ${error.message}`;
  return mayBeDown(error)
    ? `The Telzino API became unreachable: ${error.message}`
    : `The Telzino API does not list the agents: ${error.message}`;
}
