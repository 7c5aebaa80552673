import type { Writable } from "node:stream";
import { styleText } from "node:util";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { fitted } from "../fitted.js";

type Style = Parameters<typeof styleText>[0];
type Facts = Record<string, unknown>;

interface ToolAnswer {
  text: string;
  facts: Facts;
}

/** One step of the story: what is done, in words; what must hold afterwards. */
interface Step {
  title: string;
  /** Resolves with whether it held; what is shown to the person is printed on the way. */
  run(): Promise<boolean>;
}

/** A preset fills more than one screen. */
const PRESET_LINES = 12;

const PBX = /PBX[^\n]*?(127\.0\.0\.1)(?:[^\n\d]+)(\d{2,5})/;

/** Tells a person in the terminal, step by step, how an agent is connected to a PBX. */
export class DemoStory {
  readonly #out: Writable;
  readonly #colours: boolean;

  constructor(out: Writable, colours: boolean) {
    this.#out = out;
    this.#colours = colours;
  }

  /** @returns whether every step held. The first that does not ends the story. */
  async tell(client: Client, callUrl: string, signal: AbortSignal): Promise<boolean> {
    this.#say("An assistant connects an AI phone agent to a PBX", "bold");
    this.#say("All of it runs on this machine: the MCP server, a Telzino sandbox and a PBX.\n", "dim");
    const steps = this.#steps(client, callUrl, signal);
    for (const [index, step] of steps.entries()) {
      this.#say(`${index + 1}. ${step.title}`, "cyan");
      const held = await step.run();
      this.#say(held ? "   ✓ as expected\n" : "   ✗ not as expected\n", held ? "green" : "red");
      if (!held) return false;
    }
    this.#say("Done: found, refused, explained, registered, called, heard both ways, removed.", "bold");
    this.#say(
      "Next: put the server into your MCP client (README.md), with --sandbox or with your credentials.",
    );
    return true;
  }

  #steps(client: Client, callUrl: string, signal: AbortSignal): Step[] {
    const [, host = "", port = ""] = PBX.exec(client.getInstructions() ?? "") ?? [];
    const line = { sipDomain: host, port: Number(port), username: "1001", transport: "udp" };
    const call = (tool: string, args: Facts, most?: number) => this.#call(client, tool, args, signal, most);
    let agentId = "";
    let resume: unknown;
    return [
      {
        title: "Which agent? The assistant looks it up by its name.",
        run: async () => {
          const { facts } = await call("list_telzino_agents", { query: "front desk" });
          const [agent] = (facts.agents ?? []) as { id: string; name: string }[];
          agentId = agent?.id ?? "";
          return agent?.name === "Front Desk";
        },
      },
      {
        title: "Which PBX? What is known about it comes from a preset.",
        run: async () => {
          const { facts } = await call("list_pbx_presets", { query: "freepbx" }, PRESET_LINES);
          return ((facts.presets ?? []) as unknown[]).length > 0;
        },
      },
      {
        title: "A first try, with a mistyped SIP password.",
        run: async () => {
          const { facts } = await call("configure_sip_registration", {
            agentId,
            ...line,
            password: "demo-1010",
          });
          return facts.outcome === "failed" && stateIn(facts) === "WRONG_CREDENTIALS_STATE";
        },
      },
      {
        title: "The same again with the right password.",
        run: async () => {
          const { facts } = await call("configure_sip_registration", {
            agentId,
            ...line,
            password: "demo-1001",
          });
          return facts.outcome === "registered" && stateIn(facts) === "REGISTERED_STATE";
        },
      },
      {
        title: "Only a call proves it: someone rings extension 1001, and the agent's call log is watched.",
        run: async () => {
          const [{ facts }, answered] = await Promise.all([
            call("watch_test_call", { agentId }),
            this.#ring(callUrl, signal),
          ]);
          resume = facts.resume;
          return answered && facts.log === "ended";
        },
      },
      {
        title: "What did they hear? Both ways.",
        run: async () => {
          const { facts } = await call("watch_test_call", { agentId, heard: "both", resume });
          return facts.outcome === "proven";
        },
      },
      {
        title: "And off the line again.",
        run: async () => {
          const { facts } = await call("remove_sip_registration", { agentId, username: "1001" });
          return facts.outcome === "removed";
        },
      },
    ];
  }

  async #ring(callUrl: string, signal: AbortSignal): Promise<boolean> {
    this.#say(`   POST ${callUrl} {"to":"1001","from":"1002"}`, "dim");
    const answer = await fetch(callUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ to: "1001", from: "1002" }),
      signal,
    });
    const text = await answer.text();
    this.#quote(text);
    return answer.ok && /"answered"/.test(text) && /"heard":"both"/.test(text);
  }

  async #call(
    client: Client,
    name: string,
    args: Facts,
    signal: AbortSignal,
    most?: number,
  ): Promise<ToolAnswer> {
    const shown = Object.entries(args).map(([key, value]) => `${key}: ${key === "password" ? "…" : value}`);
    this.#say(`   ${name} { ${shown.join(", ")} }`, "dim");
    const result = await client.callTool({ name, arguments: args }, undefined, { signal });
    const [first] = (result.content ?? []) as { text?: string }[];
    const text = first?.text ?? "";
    this.#quote(text, most);
    return { text, facts: (result.structuredContent ?? {}) as Facts };
  }

  #quote(text: string, most = Number.POSITIVE_INFINITY): void {
    const lines = text.split("\n");
    for (const line of lines.slice(0, most)) this.#say(`   │ ${line}`);
    if (lines.length > most) this.#say(`   │ … ${lines.length - most} more lines`);
  }

  #say(text: string, style?: Style): void {
    const lines = fitted(text, this.#out);
    this.#out.write(`${style && this.#colours ? styleText(style, lines) : lines}\n`);
  }
}

function stateIn(facts: Facts): unknown {
  return (facts.status as Facts | undefined)?.state;
}
