import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TelzinoClient } from "../../../src/telzino/client.js";
import {
  type Answer,
  type ApiStub,
  json,
  later,
  reset,
  silence,
  stall,
  startApiStub,
  text,
} from "../../support/api-stub.js";
import { AGENT, AGENT_ID, failure, PATIENT, quickClient } from "../../support/telzino-client.js";

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

describe("the caller's signal", () => {
  beforeEach(async () => {
    await client.close();
    client = quickClient(stub.url, PATIENT);
  });

  /** Aborts when the stub has seen the call and started its answer. Without that the call would outlast the test. */
  async function endsWithItsSignal(): Promise<void> {
    const reason = new Error("cancelled by the user");
    const controller = new AbortController();
    const call = expect(list(controller.signal)).rejects.toBe(reason);
    await vi.waitUntil(() => stub.requests.length > 0, { interval: 5, timeout: 5_000 });
    await new Promise((resolve) => setTimeout(resolve, 60));
    controller.abort(reason);
    await call;
    expect(stub.requests).toHaveLength(1);
  }

  it.each<[string, Answer]>([
    ["a request without an answer", silence],
    ["a body", stall],
    ["the wait that Retry-After asked for", json(503, {}, { "retry-after": "600" })],
    ["the wait after a reset", reset],
  ])("ends %s", async (_name, answer) => {
    stub.script(LIST, answer);
    await endsWithItsSignal();
  });

  it("sends nothing when it is aborted already", async () => {
    const reason = new Error("too late");
    await expect(list(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(stub.connections()).toBe(0);
  });

  it("is left without listeners when the call is over", async () => {
    await client.close();
    client = quickClient(stub.url);
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
    stub.script(`GET ${AGENT}`, json(503, {}, { "retry-after": "600" }));
    await client.close();
    client = quickClient(stub.url, PATIENT);
    const calls = [failure(list()), failure(client.getAgent(AGENT_ID))];
    await vi.waitUntil(() => stub.requests.length === 2, { interval: 5, timeout: 5_000 });
    await client.close();
    for (const error of await Promise.all(calls)) expect(error.code).toBe("unreachable");
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
    await client.close();
    client = quickClient(stub.url, PATIENT);
    await Promise.all(Array.from({ length: 40 }, () => list(new AbortController().signal)));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    expect(stub.requests).toHaveLength(40);
    expect(warnings).toEqual([]);
  });
});
