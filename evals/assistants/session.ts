import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Job } from "../runner.js";

/** What a tool answered. */
export interface Answer {
  readonly text: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
}

/** The scripted assistants' side of the conversation with the server. */
export class Session {
  readonly #client: Client;
  readonly #signal: AbortSignal;
  readonly #tools: ReadonlyMap<string, ReadonlySet<string>>;
  /** Sees each answer, as a model does. */
  onAnswer: ((text: string) => Promise<void>) | undefined;

  private constructor(client: Client, signal: AbortSignal, tools: ReadonlyMap<string, ReadonlySet<string>>) {
    this.#client = client;
    this.#signal = signal;
    this.#tools = tools;
  }

  /** Starts the server of a job, and leaves it when `use` has ended. */
  static async with<Result>(
    { server, signal }: Job,
    use: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    const transport = new StdioClientTransport({
      command: server.command,
      args: [...server.args],
      env: { ...getDefaultEnvironment(), ...server.env },
      stderr: "ignore",
    });
    const client = new Client({ name: "scripted-assistant", version: "1" });
    try {
      await client.connect(transport, { signal });
      const { tools } = await client.listTools(undefined, { signal });
      const known = tools.map(
        ({ name, inputSchema }) => [name, new Set(Object.keys(inputSchema.properties ?? {}))] as const,
      );
      return await use(new Session(client, signal, new Map(known)));
    } finally {
      await client.close();
    }
  }

  has(tool: string, parameter?: string): boolean {
    const parameters = this.#tools.get(tool);
    return parameters !== undefined && (parameter === undefined || parameters.has(parameter));
  }

  async call(name: string, args: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    // A separate one for each call: the SDK leaves its listeners behind.
    const options = { signal: AbortSignal.any([this.#signal]) };
    const result = (await this.#client.callTool(
      { name, arguments: { ...args } },
      undefined,
      options,
    )) as CallToolResult;
    const text = result.content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
    await this.onAnswer?.(text);
    return { text, facts: result.structuredContent ?? {}, isError: result.isError === true };
  }
}
