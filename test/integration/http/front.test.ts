import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import {
  BOTH,
  type FrontSetup,
  JSON_ONLY,
  type RunningFront,
  rpc,
  send,
  startFront,
  toolCall,
} from "../../support/http-front.js";

/** What is between the socket and the MCP handler. */

let front: RunningFront;
afterEach(() => front.close());

async function start(setup: FrontSetup = {}): Promise<number> {
  front = await startFront(setup);
  return front.port;
}

const PING = rpc("ping");
const post = (headers: Record<string, string> = {}, body = PING) => ({
  headers: { ...BOTH, ...headers },
  body,
});

describe("Host and Origin", () => {
  it.each(["127.0.0.1", "localhost:1", "[::1]:8080"])("takes the loopback name %s", async (host) => {
    expect(await send(await start(), post({ host }))).toMatchObject({ status: 200 });
  });

  it.each([
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example:3000",
    "127.0.0.1@evil.example",
  ])("refuses %s in Host: a page may have had its own name resolve to this server", async (host) => {
    expect(await send(await start(), post({ host }))).toMatchObject({ status: 403 });
  });

  it("takes the public URL's name and the allowed ones, and no others", async () => {
    const port = await start({
      flags: {
        auth: true,
        tenants: "none.json",
        publicUrl: "https://sip.example.com",
        allowHost: "inner:9000",
      },
    });
    const statusOf = async (host: string) => (await send(port, post({ host }))).status;
    expect(await statusOf("SIP.example.com")).toBe(200);
    expect(await statusOf("inner:9000")).toBe(200);
    expect(await statusOf("inner:9001")).toBe(403);
  });

  it.each(["https://evil.example", "null", "http://localhost:1"])("refuses the Origin %s", async (origin) => {
    const answer = await send(await start(), post({ origin }));
    expect(answer.status).toBe(403);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("takes its own Origin, without opening it to scripts of others", async () => {
    const port = await start();
    const answer = await send(port, post({ origin: `http://127.0.0.1:${port}` }));
    expect(answer.status).toBe(200);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("takes the public URL's Origin, and not the same name without TLS", async () => {
    const flags = { auth: true, tenants: "none.json", publicUrl: "https://sip.example.com" };
    const port = await start({ flags });
    const statusOf = async (origin: string) =>
      (await send(port, post({ host: "sip.example.com", origin }))).status;
    expect(await statusOf("https://sip.example.com")).toBe(200);
    expect(await statusOf("http://sip.example.com")).toBe(403);
  });

  it("answers the preflight of a named Origin alone", async () => {
    const port = await start({ flags: { allowOrigin: "https://chat.example.com" } });
    const preflight = (origin: string) => send(port, { method: "OPTIONS", headers: { origin } });
    const named = await preflight("https://chat.example.com");
    expect(named.status).toBe(204);
    expect(named.headers["access-control-allow-origin"]).toBe("https://chat.example.com");
    expect(named.headers["access-control-allow-headers"]).toMatch(/Authorization/);
    expect(named.headers.vary).toBe("Origin");
    expect((await preflight("https://evil.example")).status).toBe(403);
    const answer = await send(port, post({ origin: "https://chat.example.com" }));
    expect(answer.headers["access-control-expose-headers"]).toMatch(/Mcp-Session-Id/);
  });
});

describe("routes", () => {
  it("knows its paths with and without the public URL's prefix, and nothing else", async () => {
    const port = await start({
      flags: { auth: true, tenants: "none.json", publicUrl: "https://sip.example.com/voice" },
    });
    const statusOf = async (path: string) => (await send(port, { method: "GET", path })).status;
    for (const path of ["/healthz", "/voice/healthz", "/readyz", "/voice/readyz?x=1"]) {
      expect(await statusOf(path)).toBe(200);
    }
    for (const path of [
      "/.well-known/oauth-protected-resource",
      "/.well-known/oauth-protected-resource/mcp",
      "/.well-known/oauth-protected-resource/voice/mcp",
    ]) {
      expect(await statusOf(path)).toBe(200);
    }
    for (const path of ["/", "/metrics", "/voice", "/voice/mcp/x", "/../mcp"]) {
      expect(await statusOf(path)).toBe(404);
    }
    expect((await send(port, { ...post(), path: "/voice/mcp" })).status).toBe(200);
  });

  it.each(["GET", "DELETE", "PUT"])(
    "answers %s with 405 and what is allowed where there are no sessions",
    async (method) => {
      const answer = await send(await start(), { method, headers: BOTH });
      expect(answer).toMatchObject({ status: 405, headers: { allow: "POST" } });
    },
  );

  it("says that it is not ready from the order to stop on, and ends a connection after the call that came on it", async () => {
    const port = await start();
    front.stop();
    expect(await send(port, { method: "GET", path: "/readyz" })).toMatchObject({ status: 503 });
    expect(await send(port, { method: "GET", path: "/healthz" })).toMatchObject({ status: 200 });
    expect(await send(port, post())).toMatchObject({ status: 200, headers: { connection: "close" } });
  });
});

describe("bodies", () => {
  it("refuses one that is too large, whether or not its length is reported", async () => {
    const port = await start({ maxBodyBytes: 1_000 });
    const body = rpc("ping", { filler: "x".repeat(2_000) });
    expect(await send(port, post({}, body))).toMatchObject({ status: 413 });
    const chunked = await send(port, post({ "transfer-encoding": "chunked" }, body));
    expect(chunked).toMatchObject({ status: 413, headers: { connection: "close" } });
    expect((await send(port, post())).status).toBe(200);
  });

  it.each([
    ["not json", "{", 400, -32_700],
    ["a batch", `[${PING},${PING}]`, 400, -32_600],
    ["no message", '{"hello":1}', 400, -32_600],
    ["null", "null", 400, -32_600],
    ["lists in lists without end", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, 400, -32_600],
  ])("refuses %s", async (_name, body, status, code) => {
    const answer = await send(await start(), post({}, body));
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ jsonrpc: "2.0", id: null, error: { code } });
  });

  it("refuses another type than JSON", async () => {
    expect(await send(await start(), post({ "content-type": "text/plain" }))).toMatchObject({ status: 415 });
  });

  it("refuses a version of the protocol that it does not speak", async () => {
    const port = await start();
    expect(await send(port, post({ "mcp-protocol-version": "1999-01-01" }))).toMatchObject({ status: 400 });
    expect(await send(port, post({ "mcp-protocol-version": "2025-06-18" }))).toMatchObject({ status: 200 });
  });
});

describe("who and how often", () => {
  it("turns away, before it knows from whom, what comes while as many as may be are under way", async () => {
    const port = await start({ flags: { maxCalls: "1" } });
    const slow = connect(port, "127.0.0.1");
    try {
      const head = ["POST /mcp HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"];
      slow.write(
        [...head, "Accept: application/json, text/event-stream", "Content-Length: 9", "", ""].join("\r\n"),
      );
      await expect.poll(() => front.places.inside).toBe(1);
      const refused = await send(port, post());
      expect(refused).toMatchObject({ status: 503, headers: { "retry-after": expect.any(String) } });
      expect(refused.text).toContain("Too many concurrent calls");
    } finally {
      slow.destroy();
    }
    await expect.poll(() => front.places.inside).toBe(0);
    expect((await send(port, post())).status).toBe(200);
  });

  it("reads no body of someone who is not let in", async () => {
    const port = await start({ tokens: { bot: ["sip:read"] }, maxBodyBytes: 10 });
    const answer = await send(port, post({ authorization: "Bearer wrong" }, "x".repeat(1_000)));
    expect(answer).toMatchObject({ status: 401, headers: { "www-authenticate": "Bearer" } });
  });

  it("challenges a reader who calls a writing tool, and lets it read", async () => {
    const port = await start({ tokens: { reader: ["sip:read"], none: [], writer: ["sip:write"] } });
    const by = (token: string, body: string) => send(port, post({ authorization: `Bearer ${token}` }, body));
    const refused = await by("reader", toolCall("remove_sip_registration", {}));
    expect(refused).toMatchObject({ status: 403 });
    expect(refused.headers["www-authenticate"]).toMatch(/insufficient_scope.*sip:write/);
    expect(await by("reader", rpc("tools/list"))).toMatchObject({ status: 200 });
    expect(await by("none", rpc("tools/list"))).toMatchObject({ status: 403 });
    expect(await by("writer", rpc("tools/list"))).toMatchObject({ status: 200 });
    expect(await by("writer", toolCall("remove_sip_registration", {}))).toMatchObject({ status: 200 });
  });

  it("counts calls, writes and probes of each caller for itself", async () => {
    const port = await start({
      tokens: { one: ["sip:write"], two: ["sip:write"] },
      flags: { limitCalls: "4", limitWrites: "1", limitProbes: "1" },
    });
    const by = (token: string, body: string) => send(port, post({ authorization: `Bearer ${token}` }, body));
    expect((await by("one", toolCall("remove_sip_registration"))).status).toBe(200);
    const refused = await by("one", toolCall("configure_sip_registration"));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await by("one", toolCall("diagnose_sip_registration"))).status).toBe(200);
    expect((await by("one", toolCall("diagnose_sip_registration"))).status).toBe(429);
    expect((await by("one", PING)).status).toBe(429);
    expect((await by("two", PING)).status).toBe(200);
    expect(await front.metrics.text()).toContain('requests_refused_total{reason="rate_writes"} 1');
  });
});

describe("what is written down", () => {
  it("takes over an id that is well-formed, and makes one for any other", async () => {
    const port = await start();
    const idOf = async (id: string) =>
      (await send(port, post({ "x-request-id": id }))).headers["x-request-id"];
    expect(await idOf("trace-1.2:3")).toBe("trace-1.2:3");
    for (const id of ["a b", "x".repeat(65), 'quote"', "<script>", "a;b"]) {
      expect(await idOf(id)).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect(front.lines.join("\n")).toContain("id=trace-1.2:3");
  });

  it("lets no one write lines of the log or headers of the answer", async () => {
    const port = await start();
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "x\nlevel=error forged\r\nX-Evil: 1" });
    await send(port, post({}, body));
    const named = toolCall('list_telzino_agents\n{"level":"error"}');
    await send(port, post({}, named));
    expect(front.lines.every((line) => /^\d{4}-\d\d-\d\dT\S+ (?:info|debug) \w/.test(line))).toBe(true);
    expect(front.lines.join("\n")).not.toMatch(/forged|X-Evil/);
  });

  it("labels metrics with names that it knows alone", async () => {
    const port = await start();
    await send(port, post(JSON_ONLY, toolCall("list_pbx_presets", { query: "3cx" })));
    await send(port, post(JSON_ONLY, toolCall("made_up_by_the_caller")));
    const text = await front.metrics.text();
    expect(text).toContain('tool_calls_total{tool="list_pbx_presets",outcome="ok",tenant="acme"} 1');
    expect(text).toContain('tool_calls_total{tool="other",outcome="unknown_tool",tenant="acme"} 1');
    expect(text).not.toContain("made_up");
  });

  it("tells the client's address as a trusted proxy gives it, and not as anybody else does", async () => {
    const forwarded = { "x-forwarded-for": "203.0.113.9, 198.51.100.7", "x-forwarded-proto": "https" };
    await send(await start(), post(forwarded));
    expect(front.lines.join("\n")).toContain("client=127.0.0.1");
    await front.close();
    await send(await start({ flags: { trustProxy: "127.0.0.1,198.51.100.0/24" } }), post(forwarded));
    expect(front.lines.join("\n")).toMatch(/client=203\.0\.113\.9 scheme=https/);
  });
});
