import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { claimedVersion, NEWER_VERSION } from "./era.js";
import type { NewerConnection } from "./newer/stdio.js";
import type { StdioTransport } from "./stdio-transport.js";

/**
 * Lets the first request decide who serves the connection: one that names its version by itself is of the newer era, and
 * any other is the older server's, which is connected to the transport already. A client may ask `server/discover` first,
 * and then continue in either era.
 *
 * @param open is called with the first message of the newer era.
 * @returns closes what was opened.
 */
export function leadByEra(
  transport: StdioTransport,
  onerror: (error: Error) => void,
  open: () => Promise<NewerConnection>,
): () => Promise<void> {
  const older = transport.onmessage ?? (() => {});
  let era: "open" | "older" | "newer" = "open";
  let newer: Promise<NewerConnection> | undefined;
  let waits = false;
  /** Messages keep their order, also while something is loaded. */
  let turn = Promise.resolve();

  function goOnOlder(message: JSONRPCMessage): void {
    era = "older";
    transport.onmessage = older;
    older(message);
  }

  async function lead(message: JSONRPCMessage): Promise<void> {
    const version = claimedVersion(message);
    if (era === "older") {
      older(message);
    } else if (era === "newer" || version !== undefined) {
      newer ??= open();
      (await newer).deliver(message);
      if (isCall(message) && version === NEWER_VERSION && message.method !== "server/discover") era = "newer";
    } else if (isCall(message)) {
      await (await newer)?.end();
      goOnOlder(message);
    }
  }

  transport.onmessage = (message) => {
    waits ||= claimedVersion(message) !== undefined;
    if (waits) turn = turn.then(() => lead(message)).catch(onerror);
    else if (isCall(message)) goOnOlder(message);
    else older(message);
  };
  return async () => {
    await (await newer)?.close();
  };
}

function isCall(
  message: JSONRPCMessage,
): message is Extract<JSONRPCMessage, { method: string; id: unknown }> {
  return "method" in message && "id" in message;
}
