// A server over stdio, as a client starts it, spoken to with as little code as possible.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Milliseconds until an answer must have come. */
const LIMIT = 20_000;

export class StdioServer {
  /**
   * Starts it. Its environment is what the SDK's clients pass on, and `env`: certificates that
   * NODE_EXTRA_CA_CERTS names would cost each start some 45 ms.
   */
  constructor(args, env = {}) {
    const { HOME = "", PATH = "" } = process.env;
    this.waiting = new Map();
    this.id = 0;
    this.rest = "";
    this.child = spawn(process.execPath, args, {
      env: { HOME, PATH, ...env },
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.child.stdin.on("error", () => {});
    this.child.stdout.setEncoding("utf8").on("data", (text) => this.read(text));
    this.child.on("close", () => {
      for (const { reject } of this.waiting.values()) reject(new Error(`${args[0]} has ended`));
    });
  }

  read(text) {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop();
    for (const line of lines) {
      const { id, result, error } = JSON.parse(line);
      const asked = this.waiting.get(id);
      this.waiting.delete(id);
      if (error) asked?.reject(new Error(error.message));
      else asked?.resolve(result);
    }
  }

  send(message) {
    this.child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  /** @throws where the server answers with an error, ends, or does not answer in time. */
  async request(method, params = {}) {
    this.id += 1;
    const { id } = this;
    const answered = new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    const timer = setTimeout(() => this.waiting.get(id)?.reject(new Error(`no answer to ${method}`)), LIMIT);
    this.send({ id, method, params });
    try {
      return await answered;
    } finally {
      clearTimeout(timer);
    }
  }

  async initialize() {
    const clientInfo = { name: "bench", version: "0" };
    const given = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
    const result = await this.request("initialize", given);
    this.send({ method: "notifications/initialized" });
    return result;
  }

  /** CPU time so far, of all its threads, in milliseconds; NaN where there is no /proc. */
  cpuMs() {
    const folder = `/proc/${this.child.pid}/task`;
    if (!existsSync(folder)) return Number.NaN;
    const times = readdirSync(folder).map((thread) => readFileSync(`${folder}/${thread}/schedstat`, "utf8"));
    return times.reduce((sum, time) => sum + Number(time.split(" ")[0]), 0) / 1e6;
  }

  /** Closes stdin, as clients do, and waits until it has ended; kills it where it does not. */
  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 5_000);
    this.child.stdin.end();
    await once(this.child, "close");
    clearTimeout(timer);
  }
}

export function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
