// Three replicas behind nginx with one Redis and one API, which is that of a sandbox in a separate process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CLI, startServer, stop, writeTenants } from "../http/child.mjs";

const NGINX = "/usr/sbin/nginx";
const REDIS = "/usr/bin/redis-server";

/** What this machine lacks; empty where it has everything. */
export const missing = [NGINX, REDIS].filter((path) => !existsSync(path));

async function freePort() {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address();
  holder.close();
  await once(holder, "close");
  return port;
}

async function answers(port) {
  for (let tries = 0; tries < 100; tries += 1) {
    const socket = connect(port, "127.0.0.1");
    const open = await Promise.race([
      once(socket, "connect").then(
        () => true,
        () => false,
      ),
      pause(500, false),
    ]);
    socket.destroy();
    if (open) return;
    await pause(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}

const SHIPPED = new URL("../../deploy/nginx.conf", import.meta.url);

/** `deploy/nginx.conf` with other addresses and paths, perhaps a replica marked as down, and nothing else changed. */
function nginxConf(folder, front, ports, drained) {
  return readFileSync(SHIPPED, "utf8")
    .replace(/server mcp-(\d):3000 ([^;]*);/g, (_line, number, options) => {
      const index = Number(number) - 1;
      return `server 127.0.0.1:${ports[index]} ${index === drained ? "down" : options};`;
    })
    .replace("listen 8080;", `listen 127.0.0.1:${front};`)
    .replaceAll("/dev/stdout", `${folder}/access.log`)
    .replaceAll("/tmp/nginx", `${folder}/nginx`);
}

export async function openWorld(names, callsAMinute) {
  const folder = mkdtempSync(join(tmpdir(), "bench-replicas-"));
  // nginx's workers are another user's, where it was started by root.
  chmodSync(folder, 0o755);
  const [apiPort, sipPort, redisPort, front] = await Promise.all([1, 2, 3, 4].map(freePort));
  const ports = await Promise.all([1, 2, 3].map(freePort));
  const { path, tokens } = writeTenants(folder, names);
  const children = [];
  const tool = (command, args) => {
    const child = spawn(command, args, { stdio: "ignore" });
    children.push(child);
  };
  tool(REDIS, ["--port", String(redisPort), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
  const sandbox = ["--sandbox", "--sandbox-api-port", String(apiPort), "--sandbox-sip-port", String(sipPort)];
  const api = await startServer([CLI, "http", "--no-auth", "--port", "0", ...sandbox]);
  children.push(api.child);
  await answers(redisPort);
  const startReplica = async (index) => {
    const args = ["--port", ports[index], "--tenants", path, "--redis-url", `redis://127.0.0.1:${redisPort}`];
    const limits = ["--limit-calls", callsAMinute, "--limit-writes", 9_999_999];
    const { child } = await startServer([CLI, "http", ...args.map(String), ...limits.map(String)], {
      TELZINO_API_URL: `http://127.0.0.1:${apiPort}`,
    });
    children.push(child);
    return child;
  };
  const replicas = await Promise.all([0, 1, 2].map(startReplica));
  const conf = join(folder, "nginx.conf");
  writeFileSync(conf, nginxConf(folder, front, ports));
  const command = ["-c", conf, "-e", join(folder, "error.log")];
  tool(NGINX, [...command, "-g", "daemon off;"]);
  await answers(front);
  /** Takes a replica out of nginx (none: all are in again), as before a planned restart: docs/hosting.md. */
  const drain = async (index) => {
    writeFileSync(conf, nginxConf(folder, front, ports, index));
    await once(spawn(NGINX, [...command, "-s", "reload"], { stdio: "ignore" }), "exit");
    await pause(1_000);
  };
  return {
    url: `http://127.0.0.1:${front}/mcp`,
    apiUrl: `http://127.0.0.1:${apiPort}`,
    sipPort,
    tokens,
    replicas,
    startReplica,
    drain,
    async close() {
      await Promise.all(children.map((child) => stop(child)));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
