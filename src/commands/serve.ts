import type { Config } from "../config.js";
import { createServer } from "../mcp/server.js";
import { serveStdio } from "../mcp/stdio.js";
import type { Io } from "./io.js";
import { openServices } from "./services.js";

/** The stdio server, the default command: ends when the client does. Exit code 0. */
export async function serve(config: Config, io: Io): Promise<number> {
  const { services, sandbox, close } = await openServices(config, io);
  try {
    if (sandbox !== undefined) io.stderr.write(`${sandbox}\n`);
    await serveStdio(createServer(services, sandbox === undefined ? {} : { sandbox }), io.stdin, io.stdout);
  } finally {
    await close();
  }
  return 0;
}
