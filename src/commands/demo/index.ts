import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { VERSION } from "../../base/version.js";
import type { Config } from "../../config/index.js";
import type { Io } from "../io.js";
import { DemoStory } from "./story.js";

/** The whole demo, in milliseconds; it takes a few seconds. */
const BUDGET_MS = 30_000;
/** Where the server says, on stderr, how to make a test call. */
const CALL_URL = /http:\/\/[^\s"']+\/sandbox\/calls/;

/**
 * Shows the main job to a person: starts this program as a child over stdio on the sandbox, as an MCP client
 * does, and goes the whole way with it. Exit code 0 only if every step held.
 */
export async function demo(config: Config, io: Io): Promise<number> {
  const signal = AbortSignal.timeout(BUDGET_MS);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [
      // From dist/chunks/, where the build puts this.
      fileURLToPath(new URL("../cli.js", import.meta.url)),
      "--sandbox",
      "--log-level",
      config.logLevel,
    ],
    stderr: "pipe",
  });
  const callUrl = callUrlFrom(transport);
  const client = new Client({ name: "telzino-sip-mcp-demo", version: VERSION });
  const story = new DemoStory(io.stdout, isColourTerminal(io));
  try {
    await client.connect(transport, { signal });
    const held = await story.tell(client, await callUrl, signal);
    return held ? 0 : 1;
  } catch (error) {
    io.stderr.write(`The demo ended early: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await client.close();
  }
}

/** Reads the server's stderr until it names the address of the sandbox's test call. */
function callUrlFrom(transport: StdioClientTransport): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = "";
    transport.stderr?.on("data", (chunk: Buffer) => {
      seen = (seen + chunk.toString("utf8")).slice(-16_384);
      const found = CALL_URL.exec(seen);
      if (found) resolve(found[0]);
    });
    transport.stderr?.once("end", () => reject(new Error(`the server has ended: ${seen.slice(-500)}`)));
  });
}

function isColourTerminal({ stdout }: Io): boolean {
  return "isTTY" in stdout && stdout.isTTY === true && "hasColors" in stdout;
}
