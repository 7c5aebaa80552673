import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { handlersOf } from "../../../src/mcp/handlers.js";
import type { Acceptable } from "../../../src/mcp/http-headers.js";
import { NewerHttp } from "../../../src/mcp/newer/http.js";
import type { Asked, Handlers } from "../../../src/mcp/protocol.js";
import { newerRequest } from "../../support/http-front.js";
import { servicesFor } from "../../support/mcp.js";

/** What bounds a request of the newer era: the same as of any other. */

const BOTH: Acceptable = { json: true, stream: true };
const JSON_ONLY: Acceptable = { json: true, stream: false };
const LIFE_MS = 5 * 60_000;

const owner = { account: {}, principal: "one" };

let server: Server;
let answer: Promise<IncomingMessage>;
let leave: () => void;

/** Timers of the answer continue only when a test says so. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
});
afterEach(async () => {
  vi.useRealTimers();
  leave();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A call of a tool that ends when the test says so. */
async function begin(
  accepts: Acceptable,
): Promise<{ asked: Asked; finish(): void; res: ServerResponse; over: Promise<void> }> {
  let finish = () => {};
  let call: (asked: Asked) => void = () => {};
  const called = new Promise<Asked>((resolve) => {
    call = resolve;
  });
  const handlers: Handlers = {
    ...handlersOf(servicesFor(), {}),
    callTool(_params, asked) {
      call(asked);
      return new Promise((resolve) => {
        finish = () => resolve({ content: [{ type: "text", text: "done" }] });
      });
    },
  };
  const { headers = {}, body } = newerRequest("tools/call", { name: "any", _meta: { progressToken: 7 } });
  let res: ServerResponse | undefined;
  let over = Promise.resolve();
  server = createServer((req, given) => {
    res = given;
    over = new NewerHttp().answer({
      req,
      res: given,
      message: JSON.parse(body ?? ""),
      accepts,
      handlers,
      owner,
      isAlone: false,
      onerror: () => {},
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const req = request({ host: "127.0.0.1", port, method: "POST", headers, agent: false });
  leave = () => req.destroy();
  answer = new Promise((resolve) => req.once("response", resolve));
  req.on("error", () => {}).end();
  const asked = await called;
  return { asked, finish: () => finish(), res: res as ServerResponse, over };
}

async function textOf(): Promise<string> {
  let text = "";
  for await (const chunk of (await answer).setEncoding("utf8")) text += chunk;
  return text;
}

const progress = (message: string) => ({ progressToken: 7, progress: 1, message });

describe("an answer of the newer era", () => {
  it("is one document where nothing was said before it", async () => {
    const { finish } = await begin(BOTH);
    finish();
    expect((await answer).headers["content-type"]).toBe("application/json");
    expect(JSON.parse(await textOf())).toMatchObject({ id: 1, result: { resultType: "complete" } });
  });

  it("is a stream once something was, which the client hears at once", async () => {
    const { asked, finish } = await begin(BOTH);
    await asked.tellProgress(progress("half"));
    const response = (await answer).setEncoding("utf8");
    expect(response.headers["content-type"]).toBe("text/event-stream");
    let text = "";
    response.on("data", (chunk: string) => {
      text += chunk;
    });
    await vi.waitFor(() => expect(text).toMatch(/^event: message\ndata: \{.*"half".*\}\n\n$/));
    finish();
    await vi.waitFor(() => expect(text).toMatch(/"half".*\n\nevent: message\ndata: \{.*"done".*\}\n\n$/s));
  });

  it("is told no progress where the client reads no stream", async () => {
    const { asked, finish } = await begin(JSON_ONLY);
    expect(asked.progressToken).toBeUndefined();
    vi.advanceTimersByTime(20_000);
    finish();
    expect(JSON.parse(await textOf())).toMatchObject({ id: 1, result: { resultType: "complete" } });
  });

  it("fills a silence of ten seconds with comments", async () => {
    const { finish } = await begin(BOTH);
    vi.advanceTimersByTime(20_000);
    finish();
    expect(await textOf()).toMatch(
      /^: keep-alive\n\n: keep-alive\n\nevent: message\ndata: \{.*"done".*\}\n\n$/,
    );
  });

  it("keeps little for a client that does not read, and the result anyway", async () => {
    const { asked, finish, res } = await begin(BOTH);
    for (let times = 0; times < 1_000; times += 1) await asked.tellProgress(progress("x".repeat(1_000)));
    await vi.waitFor(() => expect(res.writableLength).toBeGreaterThan(0));
    expect(res.writableLength).toBeLessThan(res.writableHighWaterMark + 2_000);
    finish();
    const events = (await textOf()).trimEnd().split("\n\n");
    expect(events.length).toBeLessThan(1_000);
    expect(events.at(-1)).toContain('"done"');
  });

  it.each([
    ["one document", JSON_ONLY],
    ["a stream", BOTH],
  ])("is an error after five minutes (%s), and what runs for it is cancelled", async (_form, accepts) => {
    const { asked, finish, over } = await begin(accepts);
    vi.advanceTimersByTime(LIFE_MS - 1);
    expect(asked.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    const text = await textOf();
    expect(text).toMatch(/"id":1,"error":\{"code":-32001,"message":"[^"]*was ended"/);
    expect(asked.signal.aborted).toBe(true);
    finish();
    await over;
    expect(text).not.toContain("done");
  });

  it("is not worked for any more when the client has gone", async () => {
    const { asked, res, over } = await begin(BOTH);
    leave();
    await new Promise((resolve) => res.once("close", resolve));
    expect(asked.signal.aborted).toBe(true);
    await over;
  });
});

/** A stream of changes of one resource. */
async function listen(watchResource: Handlers["watchResource"]) {
  const handlers = { ...handlersOf(servicesFor(), { lasts: true }), watchResource };
  const notifications = { resourceSubscriptions: ["telzino://presets/3cx"] };
  const { headers = {}, body } = newerRequest("subscriptions/listen", { notifications });
  const ended = vi.fn();
  const newer = new NewerHttp();
  let over = Promise.resolve();
  server = createServer((req, given) => {
    over = newer.answer({
      ...{ req, res: given, message: JSON.parse(body ?? ""), accepts: BOTH, handlers, owner },
      ...{ isAlone: false, onerror: () => {}, startStream: () => ended },
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const req = request({ host: "127.0.0.1", port, method: "POST", headers, agent: false });
  leave = () => req.destroy();
  answer = new Promise((resolve) => req.once("response", resolve));
  req.on("error", () => {}).end();
  return { newer, ended, over: () => over };
}

describe("a stream of changes", () => {
  const LISTENING_MS = 15 * 60_000;

  it("has a comment every ten seconds, and ends with its result after a quarter of an hour", async () => {
    const stop = vi.fn();
    const { ended, over } = await listen(async () => stop);
    await answer;
    vi.advanceTimersByTime(LISTENING_MS - 1);
    expect(stop).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    const events = (await textOf()).trimEnd().split("\n\n");
    expect(events[0]).toContain("notifications/subscriptions/acknowledged");
    expect(events.filter((event) => event === ": keep-alive")).toHaveLength(LISTENING_MS / 10_000);
    expect(events.at(-1)).toMatch(/"id":1,"result":\{"resultType":"complete"/);
    await over();
    expect(stop).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
  });

  it("tells of changes from its confirmation on, as little as a client reads", async () => {
    let tell = () => {};
    const { newer } = await listen(async (_uri, given) => {
      tell = given;
      tell();
      return () => {};
    });
    await answer;
    for (let times = 0; times < 20_000; times += 1) tell();
    await new Promise(setImmediate);
    newer.stop();
    const events = (await textOf()).trimEnd().split("\n\n");
    expect(events[0]).toContain("notifications/subscriptions/acknowledged");
    expect(events[1]).toMatch(/resources\/updated.*"io.modelcontextprotocol\/subscriptionId":1/);
    expect(events.length).toBeLessThan(20_000);
    expect(events.at(-1)).toContain('"result"');
  });

  it("is not watched for any more when the client has gone, nor while it is being opened", async () => {
    let begun = () => {};
    const watching = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const stop = vi.fn();
    let aborted = false;
    const { ended, over } = await listen(async (_uri, _tell, signal) => {
      begun();
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      aborted = true;
      return stop;
    });
    await watching;
    leave();
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
    await over();
    expect(aborted).toBe(true);
    await vi.waitFor(() => expect(stop).toHaveBeenCalledOnce());
  });

  it("is opened no more once the server stops", async () => {
    const watch = vi.fn<Handlers["watchResource"]>(async () => () => {});
    const { newer } = await listen(watch);
    newer.stop();
    expect((await answer).statusCode).toBe(503);
    expect(watch).not.toHaveBeenCalled();
  });
});
