// Servers as children, each on a free port, and the file that lets the load in.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const CLI = join(dirname(dirname(import.meta.dirname)), "dist", "cli.js");

/** @returns the child, where it listens, and the whole line in which it says so. */
export async function startServer(args, env = {}) {
  const { HOME = "", PATH = "" } = process.env;
  const child = spawn(process.execPath, args, {
    env: { HOME, PATH, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  let heard;
  const listening = new Promise((resolve, reject) => {
    heard = resolve;
    child.once("close", () => reject(new Error(`${args[0]} has ended: ${text}`)));
  });
  child.stderr.setEncoding("utf8").on("data", (part) => {
    text = (text + part).slice(-20_000);
    const line = text.split("\n").find((candidate) => /^\{.*"listening".*\}$/.test(candidate));
    if (line) heard(JSON.parse(line));
  });
  const said = await listening;
  return { child, url: said.url, said };
}

export async function stop(child, signal = "SIGTERM") {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, "exit");
}

/** A tenants file whose tenants log in to the sandbox. @returns a token for each name. */
export function writeTenants(folder, names) {
  const tokens = Object.fromEntries(names.map((name) => [name, `bench_${randomBytes(32).toString("hex")}`]));
  const secret = join(folder, "secret");
  writeFileSync(secret, "sandbox-secret", { mode: 0o600 });
  const entries = names.map((name) => ({
    name,
    sha256: createHash("sha256").update(tokens[name]).digest("hex"),
  }));
  const credentials = { clientId: "sandbox", clientSecretFile: secret };
  const path = join(folder, "tenants.json");
  writeFileSync(path, JSON.stringify({ tenants: { bench: { credentials, tokens: entries } } }), {
    mode: 0o600,
  });
  return { path, tokens };
}

export function requireBuild(usage) {
  if (existsSync(CLI)) return;
  console.error(`usage: npm run build && ${usage}`);
  process.exit(2);
}
