import { once } from "node:events";
import { SpawnedServer } from "./spawned.js";

/** The built hosted server as a child, on a free port. */
export interface SpawnedHttp {
  process: SpawnedServer;
  /** Of the endpoint. */
  url: string;
  /** Without the path. */
  base: string;
  /** Every whole line on stderr. */
  log(): Record<string, unknown>[];
}

/** Starts `http` and waits until it says where it listens. @throws when it ends before that. */
export async function spawnHttp(args: string[], env: Record<string, string> = {}): Promise<SpawnedHttp> {
  const process = new SpawnedServer(["http", "--port", "0", ...args], env);
  const log = () =>
    process.stderr
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  for (;;) {
    const line =
      process.stderr.includes('"listening"') && log().find(({ message }) => message === "listening");
    if (line) {
      const url = String(line.url);
      return { process, url, base: new URL(url).origin, log };
    }
    if (process.child.exitCode !== null) throw new Error(`the server has ended: ${process.stderr}`);
    const heard = new AbortController();
    const options = { signal: heard.signal };
    await Promise.race([once(process.child.stderr, "data", options), once(process.child, "close", options)]);
    heard.abort();
  }
}
