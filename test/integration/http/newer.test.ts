import { type ClientRequest, request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { present } from "../../../src/base/present.js";
import { createPasswordPages } from "../../../src/passwords/page/pages.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";
import { createTelzinoClient } from "../../../src/telzino/client.js";
import { allTools } from "../../../src/tools/index.js";
import { agentId, agentsOnWire, serveAgents } from "../../support/agents-api.js";
import { hangingApi } from "../../support/hanging-api.js";
import {
  type Answer,
  BOTH,
  JSON_ONLY,
  newerRequest,
  type RunningFront,
  rpc,
  type Sent,
  send,
  startFront,
  toolCall,
} from "../../support/http-front.js";
import { NEWER, newerMeta, servicesFor } from "../../support/mcp.js";
import { connectToSandbox, FRONT_DESK } from "../../support/sandbox.js";

/** Requests of the newer era as they travel: what they must have, and what bounds them. */

let front: RunningFront;
afterEach(() => front.close());

const documentOf = ({ text }: Answer) => JSON.parse(text) as Record<string, Record<string, unknown>>;

/** With other headers; undefined takes one away. */
function altered(sent: Sent, headers: Readonly<Record<string, string | undefined>>): Sent {
  const all = Object.entries({ ...sent.headers, ...headers });
  const kept = all.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...sent, headers: Object.fromEntries(kept) };
}

describe("a request of the newer era", () => {
  it.each([[{}], [{ sessions: true }]])("is answered by itself with flags %j", async (flags) => {
    front = await startFront({ flags });
    const answer = await send(front.port, newerRequest("tools/list"));
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(answer.headers["mcp-session-id"]).toBeUndefined();
    expect(documentOf(answer).result).toMatchObject({ resultType: "complete", ttlMs: 300_000 });
    expect(documentOf(answer).result?.tools).toHaveLength(allTools().length);
    expect(front.sessionCount()).toBe(0);
  });

  it("comes as it can be read: one document, or events alone", async () => {
    front = await startFront();
    const one = await send(front.port, newerRequest("prompts/list", {}, JSON_ONLY));
    expect(one.headers["content-type"]).toBe("application/json");
    const events = { ...BOTH, accept: "text/event-stream" };
    const stream = await send(front.port, newerRequest("prompts/list", {}, events));
    expect(stream.headers["content-type"]).toBe("text/event-stream");
    expect(stream.text).toMatch(/^event: message\ndata: \{.*"prompts".*\}\n\n$/);
    const none = await send(front.port, newerRequest("prompts/list", {}, { ...BOTH, accept: "text/html" }));
    expect(none.status).toBe(406);
    const text = altered(newerRequest("prompts/list"), { "content-type": "text/plain" });
    expect((await send(front.port, text)).status).toBe(415);
  });

  it.each<[string, (sent: Sent) => Sent, number, number]>([
    [
      "no version in its header",
      (sent) => altered(sent, { "mcp-protocol-version": undefined }),
      400,
      -32_020,
    ],
    [
      "another version in its header",
      (sent) => altered(sent, { "mcp-protocol-version": "2025-11-25" }),
      400,
      -32_020,
    ],
    ["no method in its headers", (sent) => altered(sent, { "mcp-method": undefined }), 400, -32_020],
    ["another method in its headers", (sent) => altered(sent, { "mcp-method": "tools/list" }), 400, -32_020],
    ["no name in its headers", (sent) => altered(sent, { "mcp-name": undefined }), 400, -32_020],
    ["another name in its headers", (sent) => altered(sent, { "mcp-name": "x".repeat(8_000) }), 400, -32_020],
    ["nothing of its client", (sent) => ({ ...sent, body: toolCall("list_telzino_agents") }), 400, -32_602],
  ])("with %s is refused as the protocol says", async (_what, alter, status, code) => {
    front = await startFront();
    const answer = await send(front.port, alter(newerRequest("tools/call", { name: "list_telzino_agents" })));
    expect(answer.status).toBe(status);
    expect(documentOf(answer).error?.code).toBe(code);
    expect(documentOf(answer).error?.message).toMatch(/^[^\n]{1,500}$/);
  });

  it.each(["2026-07-29", "2099-01-01"])(
    "of the unknown version %s is told what is served",
    async (version) => {
      front = await startFront({ flags: { sessions: true } });
      const body = rpc("tools/list", { _meta: newerMeta(version) });
      const sent = altered({ ...newerRequest("tools/list"), body }, { "mcp-protocol-version": version });
      const answer = await send(front.port, sent);
      expect(answer.status).toBe(400);
      expect(documentOf(answer)).toMatchObject({
        id: 1,
        error: { code: -32_022, data: { supported: [NEWER], requested: version } },
      });
    },
  );

  it.each(["null", "1", '"text"', "{}"])("that is no message is refused as such: %s", async (body) => {
    front = await startFront();
    const answer = await send(front.port, { ...newerRequest("tools/list"), body });
    expect(answer.status).toBe(400);
    expect(documentOf(answer)).toMatchObject({ id: null, error: { code: -32_600 } });
  });

  it("says in words what does not fit the protocol", async () => {
    front = await startFront();
    const body = rpc("tools/call", { _meta: newerMeta(), name: "list_telzino_agents", arguments: [] });
    const answer = await send(front.port, {
      ...newerRequest("tools/call", { name: "list_telzino_agents" }),
      body,
    });
    expect(documentOf(answer).error).toMatchObject({
      code: -32_602,
      message: 'Invalid params: "params.arguments": "Invalid input: expected record, received array"',
    });
  });

  it.each([
    ["an unknown method", newerRequest("no/such"), 404, -32_601],
    ["initialize", newerRequest("initialize"), 404, -32_601],
    ["an unknown tool", newerRequest("tools/call", { name: "y".repeat(4_000) }), 200, -32_602],
    ["an unknown resource", newerRequest("resources/read", { uri: "telzino://none" }), 200, -32_602],
    ["a stream of no kind", newerRequest("subscriptions/listen", {}), 200, -32_602],
    [
      "a stream for who reads none",
      newerRequest("subscriptions/listen", { notifications: {} }, JSON_ONLY),
      406,
      -32_000,
    ],
  ])("for %s is answered with an error in a line", async (_what, sent, status, code) => {
    front = await startFront();
    const answer = await send(front.port, sent);
    expect(answer.status).toBe(status);
    expect(documentOf(answer).error?.code).toBe(code);
    expect(documentOf(answer).error?.message).toMatch(/^[^\n]{1,500}$/);
  });

  it("is no other's: scopes and shares count as for any", async () => {
    front = await startFront({ tokens: { reader: ["sip:read"], nobody: [] } });
    const as = (token: string, sent: Sent) =>
      send(front.port, altered(sent, { authorization: `Bearer ${token}` }));
    expect((await as("reader", newerRequest("tools/list"))).status).toBe(200);
    const write = await as(
      "reader",
      newerRequest("tools/call", { name: "remove_sip_registration", arguments: {} }),
    );
    expect(write.status).toBe(403);
    expect(write.headers["www-authenticate"]).toContain('scope="sip:write"');
    expect((await as("nobody", newerRequest("tools/list"))).status).toBe(403);
    expect((await as("stranger", newerRequest("tools/list"))).status).toBe(401);
  });

  it("is counted among the calls of tools", async () => {
    front = await startFront();
    await send(
      front.port,
      newerRequest("tools/call", { name: "list_pbx_presets", arguments: { query: "3cx" } }),
    );
    expect(await front.metrics.text()).toMatch(/tool="list_pbx_presets",outcome="ok"/);
    expect(front.places.inside).toBe(0);
  });

  it("asks its user nothing where its next one may come to another process", async () => {
    const redactor = createRedactor();
    const entry = createPasswordPages({ port: 0, redactor });
    const inside = await connectToSandbox({ entry, redactor });
    try {
      front = await startFront({ services: inside.services });
      const _meta = newerMeta(NEWER, { elicitation: { url: {} } });
      const given = { agentId: FRONT_DESK, sipDomain: "127.0.0.1", username: "1001" };
      const call = { name: "configure_sip_registration", arguments: given, _meta };
      const answer = await send(front.port, newerRequest("tools/call", call));
      expect(documentOf(answer).result).toMatchObject({
        resultType: "complete",
        structuredContent: { outcome: "password_entry_pending" },
      });
    } finally {
      await entry.close();
      await inside.close();
    }
  });

  it("is taken in no batch", async () => {
    front = await startFront();
    const sent = newerRequest("tools/list");
    expect((await send(front.port, { ...sent, body: `[${sent.body}]` })).status).toBe(400);
  });

  it("that is none but a notification is taken", async () => {
    front = await startFront();
    const body = JSON.stringify({
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { _meta: newerMeta() },
    });
    const sent = newerRequest("notifications/cancelled");
    expect(await send(front.port, { ...sent, body })).toMatchObject({ status: 202, text: "" });
    expect(front.places.inside).toBe(0);
  });

  it("ends what runs for it when its client goes, and leaves its place", async () => {
    const { api, asked, aborted } = hangingApi();
    front = await startFront({ services: servicesFor(api) });
    const { headers = {}, body } = newerRequest("tools/call", { name: "list_telzino_agents", arguments: {} });
    const req = request({
      host: "127.0.0.1",
      port: front.port,
      method: "POST",
      path: "/mcp",
      headers,
      agent: false,
    });
    req.on("error", () => {}).end(body);
    await asked;
    expect(front.places.inside).toBe(1);
    req.destroy();
    await aborted;
    await expect.poll(() => front.places.inside).toBe(0);
  });
});

describe("a stream of changes", () => {
  const listen = (token: string, ...uris: string[]) =>
    altered(newerRequest("subscriptions/listen", { notifications: { resourceSubscriptions: uris } }), {
      authorization: `Bearer ${token}`,
    });

  const streams: ClientRequest[] = [];
  const leave = () => {
    for (const stream of streams.splice(0)) stream.destroy();
  };
  afterEach(leave);

  /** Opens one and does not close it. @returns the first event. */
  function opened(sent: Sent): Promise<string> {
    return new Promise((resolve, reject) => {
      const { headers = {}, body } = sent;
      const req = request({ host: "127.0.0.1", port: front.port, method: "POST", path: "/mcp", headers });
      streams.push(req);
      req.once("response", (res) =>
        res
          .setEncoding("utf8")
          .on("error", () => {})
          .once("data", resolve),
      );
      req.on("error", reject).end(body);
    });
  }

  it("with nothing to tell has its confirmation and its end", async () => {
    front = await startFront();
    const { status, text } = await send(
      front.port,
      newerRequest("subscriptions/listen", { notifications: { toolsListChanged: true } }),
    );
    expect(status).toBe(200);
    expect(text).toMatch(
      /^event: message\ndata: \{.*acknowledged.*"notifications":\{\}.*\}\n\nevent: message\ndata: \{.*"result".*\}\n\n$/,
    );
    expect(front.places.inside).toBe(0);
  });

  it("of another tenant's agent is not found, of one's own is opened", async () => {
    const apis = [await serveAgents(agentsOnWire(2)), await serveAgents(agentsOnWire(0))];
    const clients = apis.map(({ url: apiUrl }) =>
      createTelzinoClient({
        apiUrl: new URL(apiUrl),
        auth: { kind: "token", accessToken: new Secret("t0ken") },
        userAgent: "test",
        onToken: () => {},
      }),
    );
    const [acme, globex] = clients.map((api) => servicesFor(api));
    const uri = `telzino://agents/${agentId(1)}/registration`;
    try {
      front = await startFront({
        ...present({ tenants: acme && globex && { acme, globex } }),
        tokens: { alice: ["sip:read"], "globex/bob": ["sip:read"] },
      });
      expect(await opened(listen("alice", uri))).toContain("acknowledged");
      const other = await send(front.port, listen("globex/bob", uri));
      expect(documentOf(other).error).toMatchObject({ code: -32_602, data: { uri } });
      expect(documentOf(other).error?.message).toMatch(/no such agent/);
    } finally {
      leave();
      await front.close();
      await Promise.all([...clients, ...apis].map((each) => each.close()));
    }
  });

  it("is one of a caller's and of a tenant's share", async () => {
    front = await startFront({
      flags: { auth: true, tenants: "unused.json", maxCalls: "4" },
      tokens: { a: ["sip:read"], b: ["sip:read"], c: ["sip:read"], "globex/a": ["sip:read"] },
    });
    const preset = "telzino://presets/3cx";
    expect(await opened(listen("a", preset))).toContain("acknowledged");
    const own = await send(front.port, listen("a", preset));
    expect(own).toMatchObject({ status: 429, text: expect.stringContaining("of yours") });
    expect(own.headers["retry-after"]).toBe("30");
    expect(await opened(listen("b", preset))).toContain("acknowledged");
    expect(await send(front.port, listen("c", preset))).toMatchObject({
      status: 429,
      text: expect.stringContaining("of your tenant"),
    });
    expect(await opened(listen("globex/a", preset))).toContain("acknowledged");
    expect(front.places.inside).toBe(0);
  });
});

describe("a request of the older era", () => {
  it("is answered as before, whatever the newer one wants", async () => {
    front = await startFront();
    const answer = await send(front.port, { headers: JSON_ONLY, body: rpc("tools/list") });
    expect(Object.keys(documentOf(answer).result ?? {})).toEqual(["tools"]);
    const unknown = await send(front.port, {
      headers: { ...JSON_ONLY, "mcp-protocol-version": "1999-01-01" },
      body: rpc("tools/list"),
    });
    expect(unknown.status).toBe(400);
    expect(documentOf(unknown).error?.message).toMatch(/^Bad Request: Unsupported protocol version/);
  });
});
