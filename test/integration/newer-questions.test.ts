import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FRONT_DESK } from "../support/agents.js";
import { enter } from "../support/entry.js";
import { newerRequest, send } from "../support/http-front.js";
import { NEWER, newerMeta } from "../support/mcp.js";
import { CLI } from "../support/spawned.js";
import { type SpawnedHttp, spawnHttp } from "../support/spawned-http.js";

/** The user is asked in the newer era: by a result that has the question, and the same call once more with the answer. */

/** What a call says that has come to nothing. */
const NOT_DONE = /Nothing was written|password_entry_pending/;

type Action = "accept" | "decline" | "cancel";

const asked: string[] = [];
let client: Client;
let server: SpawnedHttp | undefined;
afterEach(async () => {
  await client?.close();
  await server?.process.kill();
  server = undefined;
  asked.length = 0;
});

/** A client whose user answers so. */
function clientOf(user: (url: string) => Promise<Action>): Client {
  const made = new Client(
    { name: "test", version: "0" },
    { versionNegotiation: { mode: { pin: NEWER } }, capabilities: { elicitation: { url: {} } } },
  );
  made.setRequestHandler("elicitation/create", async ({ params }) => {
    const { url } = params as { url: string };
    asked.push(url);
    return { action: await user(url) };
  });
  return made;
}

const call = (pbx: object) =>
  client.callTool(
    {
      name: "configure_sip_registration",
      arguments: { agentId: FRONT_DESK, username: "1001", ...pbx },
    },
    { timeout: 50_000 },
  );

const enterAndAccept = async (url: string): Promise<Action> => {
  void enter(url, "demo-1001");
  return "accept";
};

/** Host and port of the sandbox's PBX, as the server says on stderr. */
const pbxIn = (words: string) => {
  const [, sipDomain = "", port = ""] = /sipDomain (\S+), port (\d+)/.exec(words) ?? [];
  return { sipDomain, port: Number(port) };
};

describe("over stdio", () => {
  async function connect(user: (url: string) => Promise<Action>): Promise<object> {
    client = clientOf(user);
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [CLI, "--sandbox"],
      stderr: "pipe",
    });
    let words = "";
    transport.stderr?.on("data", (chunk: Buffer) => {
      words += chunk.toString();
    });
    await client.connect(transport);
    await vi.waitFor(() => expect(pbxIn(words).port).toBeGreaterThan(0), 20_000);
    return pbxIn(words);
  }

  it("one call of the client's ends registered", async () => {
    const pbx = await connect(enterAndAccept);
    const result = await call(pbx);
    expect(result.structuredContent).toMatchObject({ outcome: "registered", passwordFrom: "entry" });
    expect(asked).toHaveLength(1);
    expect(JSON.stringify(result)).not.toContain("demo-1001");
  });

  it.each(["decline", "cancel"] as const)("the user's %s reaches the call", async (action) => {
    const pbx = await connect(async () => action);
    expect(JSON.stringify(await call(pbx))).toMatch(NOT_DONE);
    expect(asked).toHaveLength(1);
  });
});

describe("over HTTP, without a session", () => {
  beforeEach(async () => {
    server = await spawnHttp(["--no-auth", "--sandbox", "--grace-seconds", "2"]);
  });
  const pbx = () => pbxIn(server?.process.stderr ?? "");
  const port = () => Number(new URL(server?.url ?? "").port);

  const configure = (more: object = {}, capabilities: object = { elicitation: { url: {} } }) => {
    const name = "configure_sip_registration";
    const params = { name, arguments: { agentId: FRONT_DESK, username: "1001", ...pbx() } };
    return send(
      port(),
      newerRequest("tools/call", { ...params, _meta: newerMeta(NEWER, capabilities), ...more }),
    );
  };
  const resultOf = ({ text }: { text: string }) => {
    const json = text.startsWith("{") ? text : (text.trimEnd().split("data: ").at(-1) ?? "");
    return JSON.parse(json) as { result?: Record<string, unknown>; error?: object };
  };
  interface Asking {
    requestState: string;
    inputRequests: { page: { method: string; params: { url: string; mode: string } } };
  }

  it("one call of the client's ends registered", async () => {
    client = clientOf(enterAndAccept);
    await client.connect(new StreamableHTTPClientTransport(new URL(server?.url ?? "")));
    expect((await call(pbx())).structuredContent).toMatchObject({ outcome: "registered" });
    expect(asked).toHaveLength(1);
  });

  it("the state that the client keeps is signed, and holds nothing of the call", async () => {
    const { result } = resultOf(await configure());
    expect(result).toMatchObject({ resultType: "input_required" });
    const { requestState, inputRequests } = result as unknown as Asking;
    expect(inputRequests.page).toMatchObject({ method: "elicitation/create", params: { mode: "url" } });
    const [, body = ""] = requestState.split(".");
    const held = JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
    expect(Object.keys(held).sort()).toEqual(["exp", "p"]);
    expect(held.p).toMatch(/^[0-9a-f-]{36}$/);
    const forged = `${requestState.slice(0, -2)}AA`;
    expect(resultOf(await configure({ requestState: forged }))).toMatchObject({
      error: { code: -32_602, message: "Invalid or expired requestState" },
    });
    // Without an answer it is the same question.
    const again = resultOf(await configure({ requestState })).result as unknown as Asking;
    expect(again.inputRequests).toEqual(inputRequests);
    const page = { action: "decline" };
    const ended = resultOf(await configure({ requestState, inputResponses: { page } })).result;
    expect(JSON.stringify(ended)).toMatch(NOT_DONE);
    // It has ended: the same state begins the call again.
    const anew = resultOf(await configure({ requestState })).result as unknown as Asking;
    expect(anew.inputRequests.page.params.url).not.toBe(inputRequests.page.params.url);
  });

  it("what was entered before the client came back is told when it does", async () => {
    const { requestState, inputRequests } = resultOf(await configure()).result as unknown as Asking;
    await enter(inputRequests.page.params.url, "demo-1001");
    const page = { action: "accept" };
    const { result } = resultOf(await configure({ requestState, inputResponses: { page } }));
    expect(result).toMatchObject({ structuredContent: { outcome: "registered" } });
  });

  it("a client that cannot ask is told the address", async () => {
    const { result } = resultOf(await configure({}, {}));
    expect(result).toMatchObject({ structuredContent: { outcome: "password_entry_pending" } });
  });

  it("so is Copilot CLI, which says that it can ask and takes a question for a failed call", async () => {
    const _meta = {
      ...newerMeta(NEWER, { elicitation: { form: {}, url: {} } }),
      "io.modelcontextprotocol/clientInfo": { name: "copilot-cli", version: "1.0.102" },
    };
    const { result } = resultOf(await configure({ _meta }));
    expect(result).toMatchObject({ structuredContent: { outcome: "password_entry_pending" } });
  });

  it("stops with a call waiting for its user", async () => {
    await configure();
    server?.process.child.kill("SIGTERM");
    expect(await server?.process.ended()).toBe(0);
  });
});
