import type { Logger } from "../log.js";
import type { Redactor } from "../secrets/redactor.js";
import type { TelzinoApi } from "../telzino/types.js";

/** What tools work with; made once by the command that serves. */
export interface Services {
  /** Throws `TelzinoError` `not_configured` at each call where there are no credentials. */
  api: TelzinoApi;
  log: Logger;
  redactor: Redactor;
  /** The one agent that the configuration binds, if any. */
  boundAgentId?: string;
  /** The platform runs on this machine (the sandbox), so that local addresses are in its reach. */
  platformIsLocal: boolean;
  /** Whether tools take a SIP password as an argument. */
  passwordArgument: boolean;
  /** Un-registers the writing tools. */
  readOnly: boolean;
}

/** One call of a tool. */
export interface CallContext {
  services: Services;
  /** Ends with the request: cancelled by the client, or the connection closed. */
  signal: AbortSignal;
  /** Tells the client how far the call has got, where it asked to be told; `total` is in the unit of `done`. */
  progress(message: string, done?: number, total?: number): void;
}
