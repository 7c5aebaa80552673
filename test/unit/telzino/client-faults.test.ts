import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import type { TelzinoClient } from "../../../src/telzino/client.js";
import {
  type Answer,
  type ApiStub,
  cutOff,
  drip,
  json,
  reset,
  silence,
  stall,
  startApiStub,
  text,
} from "../../support/api-stub.js";
import { AGENT_ID, CREDENTIALS, failure, quickClient, SETTINGS, SIP } from "../../support/telzino-client.js";

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
  });

  it("waits until the date that Retry-After says", async () => {
    await client.close();
    const now = Date.parse("2026-02-22T12:00:00.400Z");
    client = quickClient(stub.url, { clock: () => now });
    stub.script(LIST, json(429, {}, { "retry-after": "Sun, 22 Feb 2026 12:00:01 GMT" }), ok);
    await list();
    expect(gaps()[0]).toBeGreaterThan(590);
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
    await client.close();
    client = quickClient(stub.url, { retry: { totalMs: 110_000 } });
    stub.script(LIST, json(429, {}, { "retry-after": "120" }));
    const error = await failure(list());
    expect(error).toMatchObject({ code: "rate_limited", retryAfterSeconds: 120 });
    expect(stub.requests).toHaveLength(1);
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
});

describe("writes", () => {
  it.each<[string, Answer]>([
    ["502", text(502, "")],
    ["503", text(503, "")],
    ["a reset connection", reset],
    ["no answer", silence],
    ["an answer that stops", stall],
  ])("are not repeated after %s, since they may have taken effect", async (_name, fault) => {
    stub.script(`PUT ${SIP}`, fault);
    stub.script(`DELETE ${SIP}`, fault);
    const errors = await Promise.all([failure(put()), failure(client.deleteRegistration(AGENT_ID))]);
    for (const error of errors) expect(error).toMatchObject({ transient: true, unsent: false });
    expect(stub.requestsTo(`PUT ${SIP}`)).toHaveLength(1);
    expect(stub.requestsTo(`DELETE ${SIP}`)).toHaveLength(1);
  });

  it("are repeated where they were turned away with 429", async () => {
    stub.script(`PUT ${SIP}`, json(429, {}), json(200, { success: true, data: SETTINGS }));
    stub.script(`DELETE ${SIP}`, json(429, {}), json(200, { success: true }));
    await Promise.all([put(), client.deleteRegistration(AGENT_ID)]);
    expect(stub.requestsTo(`DELETE ${SIP}`)).toHaveLength(2);
    const [first, second] = stub.requestsTo(`PUT ${SIP}`);
    expect(second?.body).toBe(first?.body);
  });

  it("that never went out say so", async () => {
    await stub.close();
    expect(await failure(put())).toMatchObject({ code: "unreachable", unsent: true });
    await client.close();
    client = quickClient(stub.url, { auth: { kind: "none" } });
    expect(await failure(put())).toMatchObject({ code: "not_configured", unsent: true });
    client = quickClient(stub.url, { auth: CREDENTIALS });
    expect(await failure(put())).toMatchObject({ operation: "POST /oauth/token", unsent: true });
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
    expect((await failure(list())).code).toBe("timeout");
  });

  it("reports a refused connection at once", async () => {
    await stub.close();
    const error = await failure(list());
    expect(error.code).toBe("unreachable");
    expect(error.message).toContain(
      `${stub.url.host}: the connection was refused (ECONNREFUSED, 127.0.0.1 port`,
    );
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
