import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { claimedVersion, NEWER_VERSION } from "./era.js";
import type { Greeting } from "./greeting.js";
import type { NewerConnection } from "./newer/stdio.js";
import type { OlderConnection } from "./stdio-older.js";
import type { StdioTransport } from "./stdio-transport.js";

/** Who answers a connection. */
export interface Answerers {
  /** What it takes needs nothing loaded. */
  greeting: Greeting;
  /** Called with the first message of the older era that the greeting does not take. */
  openOlder(): Promise<OlderConnection>;
  /** Called with the first message of the newer era. */
  openNewer(): Promise<NewerConnection>;
}

/**
 * Lets the first request decide who serves the connection: one that names its version by itself is of the newer era, and
 * any other of the older. A client may ask `server/discover` first, and then continue in either era.
 *
 * @returns closes what was opened.
 */
export function leadByEra(
  transport: StdioTransport,
  onerror: (error: Error) => void,
  { greeting, openOlder, openNewer }: Answerers,
): () => Promise<void> {
  let era: "open" | "older" | "newer" = "open";
  let older: Promise<OlderConnection> | undefined;
  let newer: Promise<NewerConnection> | undefined;
  /** Messages keep their order, also while something is loaded. */
  let turn = Promise.resolve();
  let waiting = 0;

  async function lead(message: JSONRPCMessage): Promise<void> {
    const version = claimedVersion(message);
    if (era !== "older" && (era === "newer" || version !== undefined)) {
      newer ??= openNewer();
      deliver(await newer, message);
      if (isCall(message) && version === NEWER_VERSION && message.method !== "server/discover") era = "newer";
      return;
    }
    if (isCall(message) && era === "open") {
      await (await newer)?.end();
      era = "older";
    }
    if (older === undefined && greeting.take(message)) return;
    older ??= openOlder();
    deliver(await older, message);
  }

  function deliver(to: { deliver(message: JSONRPCMessage): void }, message: JSONRPCMessage): void {
    try {
      to.deliver(message);
    } catch (error) {
      onerror(error as Error);
    }
  }

  async function leadInTurn(message: JSONRPCMessage): Promise<void> {
    try {
      await lead(message);
    } finally {
      waiting -= 1;
    }
    const opened = await older;
    if (opened !== undefined && waiting === 0) transport.onmessage = opened.deliver;
  }

  transport.onmessage = (message) => {
    waiting += 1;
    // What cannot be loaded ends the program: no answer would come.
    turn = turn.then(() => leadInTurn(message));
  };
  return async () => {
    // What has come is still answered, if its answer is at hand.
    if (newer === undefined) await turn;
    await new Promise(setImmediate);
    await (await newer)?.close();
    await (await older)?.close();
  };
}

function isCall(
  message: JSONRPCMessage,
): message is Extract<JSONRPCMessage, { method: string; id: unknown }> {
  return "method" in message && "id" in message;
}
