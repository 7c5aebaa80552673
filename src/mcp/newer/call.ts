import type { IncomingMessage, ServerResponse } from "node:http";
import type { ShareHolder } from "../../tools/core/context.js";
import type { Acceptable } from "../http-headers.js";
import type { Handlers } from "../protocol.js";
import type { CallOwner } from "./questions.js";

/** Counts an open stream until the function that is returned is called; or says whose share is used up. */
export type StartStream = () => (() => void) | ShareHolder;

/** One request of the newer era over HTTP. */
export interface NewerCall {
  req: IncomingMessage;
  res: ServerResponse;
  message: unknown;
  accepts: Acceptable;
  handlers: Handlers;
  owner: CallOwner;
  /** No other process answers requests. */
  isAlone: boolean;
  /** Absent: there are no streams of changes. */
  startStream?: StartStream | undefined;
  onerror: (error: Error) => void;
}
