import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** The built program; `npm test` builds it first. */
export const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** The built server as a child, spoken to line by line, so every byte it writes is seen. */
export class SpawnedServer {
  readonly child: ChildProcessWithoutNullStreams;
  stdout = "";
  stderr = "";
  #id = 0;

  constructor(args: string[], env: Record<string, string> = {}, program = CLI) {
    const { PATH = "", HOME = "" } = process.env;
    this.child = spawn(process.execPath, [program, ...args], { env: { PATH, HOME, ...env } });
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.child.stdin.on("error", () => {});
  }

  /** Initializes the session as a client with those capabilities. */
  async initialize(capabilities: object = {}): Promise<Record<string, unknown>> {
    const answer = await this.request("initialize", {
      protocolVersion: "2025-11-25",
      capabilities,
      clientInfo: { name: "test", version: "0" },
    });
    this.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    return answer;
  }

  send(message: object): void {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** Waits for the first message of the server's own with that method. */
  async heard(method: string): Promise<{ id?: number; params: Record<string, unknown> }> {
    for (;;) {
      const message = this.messages().find((each) => each.method === method);
      if (message) return message as { params: Record<string, unknown> };
      await once(this.child.stdout, "data");
    }
  }

  /** Sends a request and waits for its result. @throws when the server answers with an error or ends. */
  async request(method: string, params: object = {}): Promise<Record<string, unknown>> {
    this.#id += 1;
    const id = this.#id;
    this.send({ jsonrpc: "2.0", id, method, params });
    for (;;) {
      const answer = this.messages().find((message) => message.id === id);
      if (answer?.error) throw new Error(JSON.stringify(answer.error));
      if (answer) return answer.result as Record<string, unknown>;
      if (this.child.exitCode !== null) throw new Error(`the server has ended: ${this.stderr}`);
      // Takes the listeners away again, of which a long session would have many.
      const heard = new AbortController();
      const options = { signal: heard.signal };
      await Promise.race([once(this.child.stdout, "data", options), once(this.child, "close", options)]);
      heard.abort();
    }
  }

  async callTool(name: string, args: object = {}) {
    const result = await this.request("tools/call", { name, arguments: args });
    const [first] = result.content as { text: string }[];
    return {
      ...result,
      text: first?.text ?? "",
      facts: (result.structuredContent ?? {}) as Record<string, unknown>,
    };
  }

  /** Every whole line on stdout, parsed. @throws when one is not JSON. */
  messages(): Record<string, unknown>[] {
    const lines = this.stdout.split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** The exit code, or the signal that ended it. */
  async ended(): Promise<number | string | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "close");
    return this.child.exitCode ?? this.child.signalCode;
  }

  /** Ends it however it stands. */
  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill("SIGKILL");
      await once(this.child, "close");
    }
  }
}
