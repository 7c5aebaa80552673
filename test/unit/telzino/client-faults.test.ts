import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/secret.js";
import type { TelzinoClient } from "../../../src/telzino/client.js";
import {
  type Answer,
  type ApiStub,
  later,
  cutOff,
  drip,
  json,
  reset,
  silence,
  stall,
  startApiStub,
  text,
} from "../../support/api-stub.js";
import { AGENT, AGENT_ID, failure, quickClient, SETTINGS, SIP } from "../../support/telzino-client.js";

let stub: ApiStub;
let client: TelzinoClient;

beforeEach(async () => {
  stub = await startApiStub();
  client = quickClient(stub.url);
});

afterEach(async () => {
  await client.close();
  await stub.close();
});

const LIST = "GET /v1/agents";
const ok = json(200, { data: [] });
const list = (signal?: AbortSignal) => client.listAgents({}, signal === undefined ? {} : { signal });
const put = () => client.putRegistration(AGENT_ID, SETTINGS, new Secret("pw-100"));
const gaps = () => stub.requests.slice(1).map(({ at }, index) => at - (stub.requests[index]?.at ?? 0));

describe("rate limits", () => {
  it("waits as many seconds as Retry-After says", async () => {
    stub.script(LIST, json(429, {}, { "retry-after": "1" }), ok);
    await list();
    expect(stub.requests).toHaveLength(2);
    expect(gaps()[0]).toBeGreaterThan(990);
    expect(gaps()[0]).toBeLessThan(1_400);
  });

  it("waits until the date that Retry-After says", async () => {
    await client.close();
    const now = Date.parse("2026-02-22T12:00:00.400Z");
    client = quickClient(stub.url, { clock: () => now });
    stub.script(LIST, json(429, {}, { "retry-after": "Sun, 22 Feb 2026 12:00:01 GMT" }), ok);
    await list();
    expect(gaps()[0]).toBeGreaterThan(590);
    expect(gaps()[0]).toBeLessThan(1_000);
  });

  it("backs off where the API names no time", async () => {
    stub.script(LIST, json(429, {}), json(429, {}), ok);
    await list();
    expect(stub.requests).toHaveLength(3);
    expect(gaps()[0]).toBeGreaterThan(4);
  });

  it("ends with rate_limited, the API's words and its wait", async () => {
    stub.script(LIST, json(429, { message: "slow down" }, { "retry-after": "0" }));
    const error = await failure(list());
    expect(error).toMatchObject({
      code: "rate_limited",
      status: 429,
      detail: "slow down",
      retryAfterSeconds: 0,
    });
    expect(stub.requests).toHaveLength(3);
  });

  it("gives up at once where the API asks for more time than there is", async () => {
    stub.script(LIST, json(429, {}, { "retry-after": "120" }));
    const started = performance.now();
    const error = await failure(list());
    expect(error).toMatchObject({ code: "rate_limited", retryAfterSeconds: 120 });
    expect(stub.requests).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe("faults that pass", () => {
  it.each<[string, Answer]>([
    ["502", text(502, "bad gateway")],
    ["503", text(503, "")],
    ["504", text(504, "<html><title>Gateway Timeout</title></html>")],
    ["a reset connection", reset],
    ["no answer", silence],
    ["a body cut off by a reset", cutOff()],
    ["a body that stops", stall],
    ["a 503 whose body is cut off", cutOff(503)],
  ])("tries a read again after %s", async (_name, fault) => {
    stub.script(LIST, fault, ok);
    expect((await list()).agents).toEqual([]);
    expect(stub.requests).toHaveLength(2);
    expect(stub.requests[1]?.headers.range).toBeUndefined();
  });

  it.each<[string, Answer]>([
    ["503", text(503, "")],
    ["a reset connection", reset],
    ["no answer", silence],
  ])("repeats a PUT and a DELETE, which are idempotent, after %s", async (_name, fault) => {
    stub.script(`PUT ${SIP}`, fault, json(200, { success: true, data: SETTINGS }));
    stub.script(`DELETE ${SIP}`, fault, json(200, { success: true }));
    await Promise.all([put(), client.deleteRegistration(AGENT_ID)]);
    expect(stub.requestsTo(`DELETE ${SIP}`)).toHaveLength(2);
    const [first, second] = stub.requestsTo(`PUT ${SIP}`);
    expect(second?.body).toBe(first?.body);
  });
});

describe("faults that stay", () => {
  it.each<[string, Answer, string, RegExp]>([
    ["503", text(503, "maintenance"), "server_error", /503/],
    ["a reset connection", reset, "unreachable", /reset|closed/],
    ["no answer", silence, "timeout", /no answer came in time/],
    ["a body that stops", stall, "timeout", /stopped in its middle/],
  ])("ends after the last try with %s", async (_name, fault, code, words) => {
    await client.close();
    client = quickClient(stub.url, { retry: { tries: 2 } });
    stub.script(LIST, fault);
    const error = await failure(list());
    expect(error).toMatchObject({ code, operation: LIST });
    expect(error.message).toMatch(words);
    expect(stub.requests).toHaveLength(2);
  });

  it.each([400, 401, 403, 404, 409, 422, 500, 501])("does not repeat a %i", async (status) => {
    stub.script(LIST, json(status, { error: "no" }));
    await failure(list());
    expect(stub.requests).toHaveLength(1);
  });

  it("ends when the time for everything is up, even while a body trickles in", async () => {
    await client.close();
    client = quickClient(stub.url, { retry: { totalMs: 300 } });
    stub.script(LIST, drip(20));
    const started = performance.now();
    expect((await failure(list())).code).toBe("timeout");
    expect(performance.now() - started).toBeLessThan(500);
  });

  it("reports a refused connection at once", async () => {
    await stub.close();
    const error = await failure(list());
    expect(error.code).toBe("unreachable");
    expect(error.message).toContain(`${stub.url.host}: the connection was refused (ECONNREFUSED)`);
  });

  it("reports a name that does not resolve", async () => {
    await client.close();
    client = quickClient(new URL("https://api.telzino.invalid"), { retry: { tries: 1 } });
    const error = await failure(list());
    expect(error.code).toBe("unreachable");
    expect(error.message).toContain("api.telzino.invalid");
  });

  it("reports TLS that fails", async () => {
    await client.close();
    client = quickClient(new URL(`https://${stub.url.host}`), { retry: { tries: 1 } });
    expect((await failure(list())).code).toBe("unreachable");
  });

  it("reports something that does not speak HTTP", async () => {
    const server = createServer((socket) =>
      socket.on("error", () => {}).once("data", () => socket.end("SSH-2.0-OpenSSH_9.6\r\n")),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await client.close();
    client = quickClient(new URL(`http://127.0.0.1:${port}`));
    expect(await failure(list())).toMatchObject({ code: "unreadable_answer" });
    server.close();
  });
});

describe("answers that can't be read", () => {
  const html = "<!doctype html><html><head><title>Sign in &amp; pay</title></head><body>Wi-Fi</body></html>";
  it.each<[string, Answer, string | undefined]>([
    ["HTML", text(200, html, { "content-type": "text/html" }), "Sign in & pay"],
    ["broken JSON", text(200, '{"data": [{"password": "stored'), undefined],
    ["nothing", text(200, ""), undefined],
    ["another shape", json(200, { data: "agents" }), undefined],
    ["more than 1 MiB", text(200, `{"data":[${" ".repeat(1_048_576)}]}`), undefined],
  ])("ends with unreadable_answer for %s", async (_name, answer, detail) => {
    stub.script(LIST, answer);
    const error = await failure(list());
    expect(error).toMatchObject({ code: "unreadable_answer", status: 200 });
    expect(error.detail).toBe(detail);
    expect(stub.requests).toHaveLength(1);
  });

  it("does not read on beyond the limit", async () => {
    let sent = 0;
    stub.script(LIST, (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const piece = "x".repeat(65_536);
      const write = () => {
        if (response.destroyed) return;
        sent += piece.length;
        response.write(piece, () => setImmediate(write));
      };
      write();
    });
    expect((await failure(list())).code).toBe("unreadable_answer");
    expect(sent).toBeLessThan(16 * 1_048_576);
  });

  it("keeps the status of an error whose body is huge", async () => {
    stub.script(LIST, text(403, `<html><title>Blocked</title>${"x".repeat(2_000_000)}`));
    expect(await failure(list())).toMatchObject({ code: "forbidden", status: 403, detail: "Blocked" });
  });

  it.each([301, 302, 303, 307, 308])("follows no %i to another host", async (status) => {
    const other = await startApiStub();
    stub.script(LIST, text(status, "", { location: new URL("/v1/agents", other.url).href }));
    const error = await failure(list());
    expect(error).toMatchObject({ code: "redirected", status });
    expect(error.message).toContain(other.url.origin);
    expect(other.connections()).toBe(0);
    expect(stub.requests).toHaveLength(1);
    await other.close();
  });
});

describe("the API's own words decide", () => {
  it.each([400, 403, 404, 500])("knows 'Agent not found' in a %i", async (status) => {
    stub.script(`GET ${AGENT}`, json(status, { error: "Agent not found" }));
    expect(await failure(client.getAgent(AGENT_ID))).toMatchObject({
      code: "agent_not_found",
      status,
      detail: "Agent not found",
    });
  });

  it.each([400, 403, 422])("knows an agent of another kind in a %i", async (status) => {
    stub.script(`PUT ${SIP}`, json(status, { message: "Cannot update vida agents via this API" }));
    expect(await failure(put())).toMatchObject({
      code: "not_livekit_agent",
      detail: "Cannot update vida agents via this API",
    });
  });

  it.each([
    [400, "invalid_request"],
    [403, "forbidden"],
    [404, "agent_not_found"],
    [422, "invalid_request"],
    [500, "server_error"],
  ])("takes a %i for %s and passes the words on", async (status, code) => {
    stub.script(`PUT ${SIP}`, json(status, { errors: [{ field: "port", message: "must be a number" }] }));
    expect(await failure(put())).toMatchObject({ code, status, detail: "port: must be a number" });
  });

  it("takes success: false for a failure although the status is 200", async () => {
    stub.script(`PUT ${SIP}`, json(200, { success: false, error: { message: "sipDomain is not allowed" } }));
    expect(await failure(put())).toMatchObject({
      code: "invalid_request",
      status: 200,
      detail: "sipDomain is not allowed",
    });
  });

  it("takes a 404 on the list of agents for a wrong address", async () => {
    stub.script(LIST, text(404, "404 page not found"));
    expect((await failure(list())).code).toBe("unreadable_answer");
  });
});

describe("the caller's signal", () => {
  const SOON_MS = 60;

  async function abortedAfter(ms: number, reason = new Error("cancelled by the user")): Promise<number> {
    const controller = new AbortController();
    let abortedAt = 0;
    setTimeout(() => {
      abortedAt = performance.now();
      controller.abort(reason);
    }, ms);
    await expect(list(controller.signal)).rejects.toBe(reason);
    return performance.now() - abortedAt;
  }

  it.each<[string, Answer]>([
    ["a request without an answer", silence],
    ["a body", stall],
    ["the wait that Retry-After asked for", json(503, {}, { "retry-after": "2" })],
  ])("ends %s at once", async (_name, answer) => {
    stub.script(LIST, answer);
    expect(await abortedAfter(80)).toBeLessThan(SOON_MS);
    expect(stub.requests).toHaveLength(1);
  });

  it("ends the wait after a reset at once", async () => {
    await client.close();
    client = quickClient(stub.url, { retry: { baseMs: 2_000, maxMs: 2_000, totalMs: 10_000 } });
    stub.script(LIST, reset);
    expect(await abortedAfter(80)).toBeLessThan(SOON_MS);
    expect(stub.requests).toHaveLength(1);
  });

  it("sends nothing when it is aborted already", async () => {
    const reason = new Error("too late");
    await expect(list(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(stub.connections()).toBe(0);
  });

  it("is left without listeners when the call is over", async () => {
    stub.script(LIST, text(503, ""), ok);
    const { signal } = new AbortController();
    let listening = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listening += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listening -= 1;
      remove(...args);
    };
    await list(signal);
    expect(listening).toBe(0);
  });
});

describe("close", () => {
  it("ends calls that are under way or wait, and refuses further ones", async () => {
    stub.script(LIST, silence);
    stub.script(`GET ${AGENT}`, json(503, {}, { "retry-after": "2" }));
    const calls = [failure(list()), failure(client.getAgent(AGENT_ID))];
    await new Promise((resolve) => setTimeout(resolve, 60));
    const started = performance.now();
    await client.close();
    for (const error of await Promise.all(calls)) expect(error.code).toBe("unreachable");
    expect(performance.now() - started).toBeLessThan(100);
    expect((await failure(list())).code).toBe("unreachable");
    expect(stub.requests).toHaveLength(2);
  });
});

describe("many calls at once", () => {
  it("are all answered, with no warning about listeners", async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error) => warnings.push(warning.message);
    process.on("warning", onWarning);
    stub.script(LIST, later(20, ok));
    await Promise.all(Array.from({ length: 40 }, () => list(new AbortController().signal)));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    expect(stub.requests).toHaveLength(40);
    expect(warnings).toEqual([]);
  });
});
