import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { CLI } from "./spawned.js";

/** Runs the built program with a home folder of the test's, where clients keep their configuration on every system. */
export async function runIn(home: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: home,
    env: {
      HOME: home,
      USERPROFILE: home,
      APPDATA: join(home, "AppData", "Roaming"),
      XDG_CONFIG_HOME: join(home, ".config"),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 30_000,
  });
  let shown = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      shown += chunk;
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code, shown };
}
