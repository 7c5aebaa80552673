import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ANTHROPIC } from "./anthropic.js";
import type { Api, Json } from "./api.js";
import { CHAT } from "./chat.js";
import { GEMINI } from "./gemini.js";
import { OPENAI } from "./openai.js";
import { ScriptedModel, type ScriptOptions, type Step } from "./script.js";

const APIS: readonly Api[] = [ANTHROPIC, OPENAI, CHAT, GEMINI];

export interface ModelServer {
  /** Without a path. */
  url: string;
  model: ScriptedModel;
  /** What went wrong in the script itself. */
  failures: unknown[];
  /** What was asked for besides the model, as `METHOD path`. */
  others: string[];
  close(): Promise<void>;
}

/** A model on loopback that speaks four APIs and does what its script says. */
export async function startModel(steps: readonly Step[], options?: ScriptOptions): Promise<ModelServer> {
  const model = new ScriptedModel(steps, options);
  const failures: unknown[] = [];
  const others: string[] = [];
  let answers = 0;
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      failures.push(error);
      // No status that clients try again after.
      send(response, 400, { error: { type: "invalid_request_error", message: String(error) } });
    });
  }).listen(0, "127.0.0.1");

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "", "http://model");
    const api = request.method === "POST" && APIS.find(({ path }) => path.test(pathname));
    if (!api) {
      others.push(`${request.method} ${pathname}`);
      send(response, 404, { error: { type: "not_found_error", message: "only the model is here" } });
      return;
    }
    const body = JSON.parse(await textOf(request)) as Json;
    const move = await model.next(api.read(body));
    answers += 1;
    const id = String(answers);
    if (body.stream !== true && !pathname.endsWith(":streamGenerateContent")) {
      send(response, 200, api.whole(move, id));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of api.events(move, id)) {
      const name = event.type === undefined ? "" : `event: ${event.type}\n`;
      response.write(`${name}data: ${JSON.stringify(event)}\n\n`);
    }
    response.end();
  }

  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ model, failures, others },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function send(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  request.setEncoding("utf8");
  for await (const part of request) text += part;
  return text;
}
