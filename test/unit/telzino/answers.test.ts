import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import type { TelzinoClient } from "../../../src/telzino/client.js";
import { type Answer, type ApiStub, json, startApiStub, text } from "../../support/api-stub.js";
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
const list = (signal?: AbortSignal) => client.listAgents({}, signal === undefined ? {} : { signal });
const put = () => client.putRegistration(AGENT_ID, SETTINGS, new Secret("pw-100"));

describe("answers that can't be read", () => {
  const html = "<!doctype html><html><head><title>Sign in &amp; pay</title></head><body>Wi-Fi</body></html>";
  it.each<[string, Answer, string | undefined]>([
    ["HTML", text(200, html, { "content-type": "text/html" }), "Sign in & pay"],
    ["broken JSON", text(200, '{"data": [{"password": "stored'), undefined],
    ["nothing", text(200, ""), undefined],
    ["another shape", json(200, { data: "agents" }), undefined],
    ["more parts than can be read at once", text(200, `{"data":[${"{},".repeat(40_000)}{}]}`), undefined],
    ["more than 1 MiB", text(200, `{"data":[${" ".repeat(1_048_576)}]}`), undefined],
  ])("ends with unreadable_answer for %s", async (_name, answer, detail) => {
    stub.script(LIST, answer);
    const error = await failure(list());
    expect(error).toMatchObject({ code: "unreadable_answer", status: 200 });
    expect(error.detail).toEqual(detail);
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
