import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import type { TelzinoClient, TelzinoClientOptions } from "../../../src/telzino/client.js";
import {
  type Answer,
  type ApiStub,
  grant,
  json,
  later,
  reset,
  startApiStub,
  text,
} from "../../support/api-stub.js";
import { AGENT_ID, CREDENTIALS, failure, PATIENT, quickClient } from "../../support/telzino-client.js";

const LOGIN = "POST /oauth/token";
const LIST = "GET /v1/agents";
const ok = json(200, { data: [] });

let stub: ApiStub;
let client: TelzinoClient;
let now: number;

beforeEach(async () => {
  now = 1_000_000;
  stub = await startApiStub();
  client = withCredentials();
});

afterEach(async () => {
  await client.close();
  await stub.close();
});

function withCredentials(options: Partial<TelzinoClientOptions> = {}): TelzinoClient {
  return quickClient(stub.url, { auth: CREDENTIALS, clock: () => now, ...options });
}

/** Answers as the API does for calls whose token is in `good`. */
function accepting(...good: string[]): Answer {
  return (response, request) => {
    const known = good.some((token) => request.headers.authorization === `Bearer ${token}`);
    (known ? ok : json(401, { error: "Unauthorized" }))(response, request);
  };
}

const bearers = () => stub.requestsTo(LIST).map(({ headers }) => headers.authorization);
const logins = () => stub.requestsTo(LOGIN).length;
const quiet = () => new Promise((resolve) => setTimeout(resolve, 30));

describe("a token by client credentials", () => {
  it("is requested once for 20 callers at the same time", async () => {
    stub.script(LOGIN, later(50, grant("jwt-1")));
    stub.script(LIST, accepting("jwt-1"));
    await Promise.all(Array.from({ length: 20 }, () => client.listAgents({})));
    expect(logins()).toBe(1);
    expect(stub.requestsTo(LIST)).toHaveLength(20);
  });

  it("is kept for later calls", async () => {
    stub.script(LOGIN, grant("jwt-1"), grant("jwt-2"));
    stub.script(LIST, ok);
    for (const _ of [1, 2, 3]) await client.listAgents({});
    expect(logins()).toBe(1);
  });

  it("survives the abort of the caller that asked for it first", async () => {
    let answerLogin = () => {};
    stub.script(LOGIN, (response, request) => {
      answerLogin = () => grant("jwt-1")(response, request);
    });
    stub.script(LIST, ok);
    await client.close();
    client = quickClient(stub.url, { auth: CREDENTIALS, ...PATIENT });
    const controller = new AbortController();
    const first = client.listAgents({}, { signal: controller.signal });
    const second = client.listAgents({});
    const reason = new Error("cancelled");
    await vi.waitUntil(() => logins() === 1, { interval: 5, timeout: 5_000 });
    controller.abort(reason);
    await expect(first).rejects.toBe(reason);
    answerLogin();
    await second;
    expect(logins()).toBe(1);
    expect(stub.requestsTo(LIST)).toHaveLength(1);
  });

  it("is renewed before it expires, without anybody waiting for it", async () => {
    stub.script(LOGIN, grant("jwt-1", 1_000), later(100, grant("jwt-2", 1_000)));
    stub.script(LIST, ok);
    await client.listAgents({});
    now += 899_000;
    await client.listAgents({});
    expect(logins()).toBe(1);
    now += 2_000;
    await Promise.all([client.listAgents({}), client.listAgents({})]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await client.listAgents({});
    expect(logins()).toBe(2);
    expect(bearers()).toEqual(
      ["jwt-1", "jwt-1", "jwt-1", "jwt-1", "jwt-2"].map((token) => `Bearer ${token}`),
    );
  });

  it("is used to its end where renewing it early fails, and not asked for at every call", async () => {
    stub.script(LOGIN, grant("jwt-1", 1_000), json(403, { error: "access_denied" }));
    stub.script(LIST, ok);
    await client.listAgents({});
    now += 950_000;
    for (const _ of [1, 2, 3]) {
      await client.listAgents({});
      await quiet();
    }
    expect(logins()).toBe(2);
    now += 50_000;
    expect((await failure(client.listAgents({}))).code).toBe("login_refused");
  });

  it("is requested again when it has expired", async () => {
    stub.script(LOGIN, grant("jwt-1", "60"), grant("jwt-2", "60"));
    stub.script(LIST, ok);
    await client.listAgents({});
    now += 61_000;
    await client.listAgents({});
    expect(bearers()).toEqual(["Bearer jwt-1", "Bearer jwt-2"]);
  });

  it.each<[string, Answer]>([
    ["a reset", reset],
    ["a 503", text(503, "")],
    ["a 429", json(429, {}, { "retry-after": "0" })],
  ])("is requested again after %s, although that is a POST", async (_name, fault) => {
    stub.script(LOGIN, fault, grant("jwt-1"));
    stub.script(LIST, ok);
    await client.listAgents({});
    expect(logins()).toBe(2);
  });

  it("is accepted without expires_in and in an envelope", async () => {
    stub.script(LOGIN, json(200, { data: { access_token: "jwt-1" } }));
    stub.script(LIST, accepting("jwt-1"));
    await client.listAgents({});
    expect(logins()).toBe(1);
  });
});

describe("a login that fails", () => {
  it.each([400, 401, 403])(
    "ends with login_refused after a %i, with the API's words and no retry",
    async (status) => {
      stub.script(LOGIN, json(status, { error: "invalid_client", error_description: "Unknown client" }));
      expect(await failure(client.listAgents({}))).toMatchObject({
        code: "login_refused",
        status,
        detail: "Unknown client",
        operation: LOGIN,
      });
      expect(stub.requests).toHaveLength(1);
    },
  );

  it.each<[string, Answer, string]>([
    ["404", text(404, "not found"), "unreadable_answer"],
    ["a page", text(200, "<html><title>Welcome</title></html>"), "unreadable_answer"],
    ["no token", json(200, { token: "x" }), "unreadable_answer"],
    ["a token that fits in no header", grant("jwt\r\nx-injected: 1"), "unreadable_answer"],
    ["500", text(500, ""), "server_error"],
    ["a redirect", text(302, "", { location: "https://login.example.test/" }), "redirected"],
  ])("tells %s apart from refused credentials", async (_name, answer, code) => {
    stub.script(LOGIN, answer);
    expect((await failure(client.login())).code).toBe(code);
  });

  it("is tried again by the next call", async () => {
    stub.script(LOGIN, json(401, {}), grant("jwt-1"));
    stub.script(LIST, ok);
    await failure(client.listAgents({}));
    await client.listAgents({});
    expect(logins()).toBe(2);
  });
});

describe("a 401", () => {
  it("is answered with one fresh token", async () => {
    stub.script(LOGIN, grant("jwt-1"), grant("jwt-2"));
    stub.script(LIST, accepting("jwt-2"));
    await client.listAgents({});
    expect(bearers()).toEqual(["Bearer jwt-1", "Bearer jwt-2"]);
    await client.listAgents({});
    expect(logins()).toBe(2);
  });

  it("renews the token once for 20 callers at the same time", async () => {
    stub.script(LOGIN, grant("jwt-1"), later(50, grant("jwt-2")));
    stub.script(LIST, accepting("jwt-2"));
    await Promise.all(Array.from({ length: 20 }, () => client.listAgents({})));
    expect(logins()).toBe(2);
  });

  it("that comes again ends with unauthorized", async () => {
    stub.script(LOGIN, grant("jwt-1"), grant("jwt-2"), grant("jwt-3"));
    stub.script(LIST, json(401, { message: "jwt expired" }));
    expect(await failure(client.listAgents({}))).toMatchObject({
      code: "unauthorized",
      status: 401,
      detail: "jwt expired",
    });
    expect(stub.requestsTo(LIST)).toHaveLength(2);
    expect(logins()).toBe(2);
  });

  it("ends with unauthorized at once where the token was given", async () => {
    await client.close();
    client = quickClient(stub.url);
    stub.script(`GET /v1/agents/${AGENT_ID}`, json(401, { error: "Agent not found" }));
    expect((await failure(client.getAgent(AGENT_ID))).code).toBe("unauthorized");
    expect(stub.requests).toHaveLength(1);
  });
});

describe("a token that was given", () => {
  it("is refused before it is sent where it fits in no header", async () => {
    await client.close();
    client = quickClient(stub.url, { auth: { kind: "token", accessToken: new Secret("canary token\n") } });
    const error = await failure(client.listAgents({}));
    expect(error.code).toBe("unauthorized");
    expect(error.message).not.toContain("canary");
    expect(stub.connections()).toBe(0);
  });

  it("needs no login", async () => {
    await client.close();
    client = quickClient(stub.url);
    expect(await client.login()).toEqual({});
    expect(stub.connections()).toBe(0);
  });
});
