import type { TelzinoError } from "../telzino/errors.js";
import { mayBeDown } from "./gate.js";

/** Why the API can be read no further: that it is down is one reason of several. A sentence without its end. */
export function outageWords(error: TelzinoError): string {
  if (error.code === "rate_limited") return `The Telzino API lets no more requests through: ${error.message}`;
  return mayBeDown(error)
    ? `The Telzino API went out of reach: ${error.message}`
    : `The Telzino API does not list the agents: ${error.message}`;
}
