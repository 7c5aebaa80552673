import { describe, expect, it } from "vitest";
import { acceptable, isJson, versionProblem } from "../../../src/mcp/http-headers.js";
import { isInitialize, kindOf } from "../../../src/mcp/message-kind.js";

describe("acceptable", () => {
  it.each<[string | undefined, boolean, boolean]>([
    [undefined, true, false],
    ["", true, false],
    ["*/*", true, false],
    ["application/json", true, false],
    ["text/event-stream", false, true],
    ["application/json, text/event-stream", true, true],
    ["Application/JSON;q=0.9,TEXT/event-stream", true, true],
    ["application/json;q=0, text/event-stream", false, true],
    ["text/html", false, false],
    ["application/json-patch+json", false, false],
  ])("reads %j", (accept, json, stream) => {
    expect(acceptable(accept === undefined ? {} : { accept })).toEqual({ json, stream });
  });
});

describe("isJson", () => {
  it.each<[string | undefined, boolean]>([
    ["application/json", true],
    ["Application/JSON; charset=utf-8", true],
    ["application/jsonp", false],
    ["text/plain; application/json", false],
    [undefined, false],
  ])("of %j is %s", (type, json) => {
    expect(isJson(type === undefined ? {} : { "content-type": type })).toBe(json);
  });
});

describe("versionProblem", () => {
  it("is none for a known version and for none, and repeats nothing of an unknown one", () => {
    expect(versionProblem({})).toBeUndefined();
    expect(versionProblem({ "mcp-protocol-version": "2025-11-25" })).toBeUndefined();
    const problem = versionProblem({ "mcp-protocol-version": "<script>" });
    expect(problem).toMatch(/2025-11-25/);
    expect(problem).not.toContain("script");
  });
});

describe("kindOf", () => {
  const rpc = { jsonrpc: "2.0" };
  it.each([
    [{ ...rpc, id: 1, method: "ping" }, "request"],
    [{ ...rpc, id: "a", method: "ping", params: {} }, "request"],
    [{ ...rpc, method: "notifications/initialized" }, "other"],
    [{ ...rpc, id: 1, result: {} }, "other"],
    [{ ...rpc, id: 1, error: { code: 1, message: "x" } }, "other"],
    [{ ...rpc, id: null, method: "ping" }, "invalid"],
    [{ ...rpc, id: 1.5, method: "ping" }, "invalid"],
    [{ ...rpc, id: 1, method: "ping", params: [] }, "invalid"],
    [{ ...rpc, id: 1, method: "ping", params: { _meta: { progressToken: {} } } }, "invalid"],
    [{ ...rpc, id: 1, method: "ping", params: { _meta: [] } }, "invalid"],
    [{ ...rpc, id: 1, method: "ping", more: true }, "invalid"],
    [{ ...rpc, id: 1, method: "ping", result: {} }, "invalid"],
    [{ ...rpc, id: 1 }, "invalid"],
    [{ id: 1, method: "ping" }, "invalid"],
    [[], "invalid"],
    [null, "invalid"],
    ["ping", "invalid"],
  ])("of %j is %s", (message, kind) => {
    expect(kindOf(message)).toBe(kind);
  });

  it("tells an initialize request from what only names itself so", () => {
    const params = {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "x", version: "0" },
    };
    expect(isInitialize({ ...rpc, id: 1, method: "initialize", params })).toBe(true);
    expect(isInitialize({ ...rpc, id: 1, method: "initialize" })).toBe(false);
    expect(isInitialize(null)).toBe(false);
  });
});
