import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "./free-port.js";

export interface RedisServer {
  readonly url: string;
  /** Every key that it holds. */
  keys(): string[];
  remove(key: string): void;
  /** Its answer to a command, as text. */
  ask(...command: string[]): string;
  /** Ends it as a crash would, or lets it hang. */
  signal(name: "SIGKILL" | "SIGSTOP" | "SIGCONT"): Promise<void>;
  /** On the same port, empty. */
  restart(): Promise<void>;
}

/**
 * The program of Redis or Valkey. Where there is none, the tests that need it are skipped and say what they need; in CI that
 * is a failure, but on Windows, for which there is none.
 *
 * @param what is tested with it.
 */
export function redisFor(what: string): string | undefined {
  for (const binary of ["redis-server", "valkey-server"]) {
    try {
      execFileSync(binary, ["--version"], { stdio: "ignore" });
      return binary;
    } catch {}
  }
  const missing = `${what}: not tested without redis-server or valkey-server (apt-get install redis-server, brew install redis)`;
  if (process.env.CI && process.platform !== "win32") throw new Error(missing);
  process.stderr.write(`${missing}\n`);
  return undefined;
}

/** A server of its own on loopback, that writes nothing to disk. */
export async function startRedis(binary: string): Promise<RedisServer> {
  const port = await freePort();
  let child = await launch(binary, port);
  const cli = binary.replace("-server", "-cli");
  const ask = (...command: string[]) =>
    execFileSync(cli, ["-p", String(port), "--raw", ...command], { encoding: "utf8" });
  return {
    url: `redis://127.0.0.1:${port}`,
    keys: () => ask("KEYS", "*").split("\n").filter(Boolean),
    remove: (key) => void ask("DEL", key),
    ask,
    async signal(name) {
      const gone = name === "SIGKILL" ? once(child, "exit") : undefined;
      child.kill(name);
      await gone;
    },
    async restart() {
      child = await launch(binary, port);
    },
  };
}

async function launch(binary: string, port: number): Promise<ChildProcess> {
  const flags = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = spawn(binary, flags, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const chunk of child.stdout) {
    if (/ready to accept connections/i.test(String(chunk))) break;
  }
  return child;
}
