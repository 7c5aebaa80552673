import { createHmac } from "node:crypto";
import { getEventListeners, once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ShownEvent } from "../../../../src/commands/watch/event.js";
import { Webhook } from "../../../../src/commands/watch/webhook.js";
import { Secret } from "../../../../src/redaction/secret.js";

const KEY = "k3y-of-the-webhook";
const NOW = 1_800_000_000_999;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A receiver with this answer to each request. */
async function receiver(answer: (path: string) => { status: number; location?: string }) {
  const posts: { path: string; body: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => {
      body += piece;
    });
    request.on("end", () => {
      const path = request.url ?? "";
      posts.push({ path, body, headers: request.headers });
      const { status, location } = answer(path);
      response.writeHead(status, location === undefined ? {} : { location }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`), posts };
}

function webhookTo(url: URL) {
  const said: string[] = [];
  const pauses: number[] = [];
  const log = {
    debug: () => {},
    info: () => {},
    warn: (message: string, more?: object) => void said.push(`${message} ${JSON.stringify(more)}`),
    error: (message: string, more?: object) => void said.push(`${message} ${JSON.stringify(more)}`),
  } as unknown as ConstructorParameters<typeof Webhook>[0]["log"];
  const webhook = new Webhook({
    ...{ url, log, secret: new Secret(KEY), now: () => NOW },
    pause: async (ms) => void pauses.push(ms),
  });
  return { webhook, said, pauses };
}

const events = (count: number): ShownEvent[] =>
  Array.from({ length: count }, (_, index) => ({ type: "api.back", at: `${index}` }));
const { signal } = new AbortController();

describe("a webhook", () => {
  it("signs the id, the time and the body of what it posts", async () => {
    const hook = await receiver(() => ({ status: 204 }));
    const { webhook, said, pauses } = webhookTo(hook.url);
    await webhook.send(events(1), signal);
    expect(hook.posts).toHaveLength(1);
    const [{ body = "", headers = {} } = {}] = hook.posts;
    const id = headers["telzino-webhook-id"];
    expect(JSON.parse(body)).toEqual({ id, events: events(1) });
    expect(headers["telzino-timestamp"]).toBe("1800000000");
    const signed = createHmac("sha256", KEY).update(`${id}.1800000000.${body}`).digest("hex");
    expect(headers["telzino-signature"]).toBe(`v1=${signed}`);
    expect(headers["content-type"]).toBe("application/json");
    expect(headers["user-agent"]).toMatch(/^telzino-[\w-]+\/\d+\.\d+\.\d+/);
    expect([said, pauses]).toEqual([[], []]);
  });

  it("posts a hundred events at a time, each post with an id of its own", async () => {
    const hook = await receiver(() => ({ status: 204 }));
    const { webhook, said } = webhookTo(hook.url);
    await webhook.send(events(200), signal);
    expect(hook.posts).toHaveLength(2);
    hook.posts.length = 0;
    await webhook.send(events(201), signal);
    expect(said).toEqual([]);
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(hook.posts.map(({ body }) => JSON.parse(body).events.length)).toEqual([100, 100, 1]);
    expect(hook.posts.flatMap(({ body }) => JSON.parse(body).events)).toEqual(events(201));
    expect(new Set(hook.posts.map(({ headers }) => headers["telzino-webhook-id"])).size).toBe(3);
  });

  it("tries three times, 1 s and 4 s apart, then in the next round, with the same id and before what is newer", async () => {
    let status = 500;
    const hook = await receiver(() => ({ status }));
    const { webhook, said, pauses } = webhookTo(hook.url);
    await webhook.send(events(101), signal);
    expect(pauses).toEqual([1_000, 4_000]);
    expect(hook.posts).toHaveLength(3);
    expect(said).toEqual(['Webhook: not accepted, trying again in the next round {"why":"HTTP 500"}']);
    status = 200;
    await webhook.send([{ type: "api.back", at: "newer" }], signal);
    const ids = hook.posts.map(({ headers }) => headers["telzino-webhook-id"]);
    expect(new Set(ids.slice(0, 4)).size).toBe(1);
    const later = hook.posts.slice(3).map(({ body }) => JSON.parse(body).events as { at: string }[]);
    expect(later.map((each) => each.at(-1)?.at)).toEqual(["99", "100", "newer"]);
  });

  it("says why nobody answered", async () => {
    const gone = await receiver(() => ({ status: 200 }));
    await closing.pop()?.();
    const { webhook, said } = webhookTo(gone.url);
    await webhook.send(events(1), signal);
    expect(said.join()).toContain("ECONNREFUSED");
  });

  it("ends a post when the watch is stopped, without waiting for its time", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    closing.push(async () => void vi.useRealTimers());
    const silent = createServer().listen(0, "127.0.0.1");
    closing.push(() => new Promise((resolve) => silent.close(resolve)));
    await once(silent, "listening");
    const stop = new AbortController();
    const { port } = silent.address() as AddressInfo;
    const sent = webhookTo(new URL(`http://127.0.0.1:${port}/`)).webhook.send(events(1), stop.signal);
    await once(silent, "request");
    stop.abort(new Error("enough"));
    await expect(sent).rejects.toThrow("enough");
    expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  });

  it("ends a post that nobody answers within ten seconds, and leaves no timer behind", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    closing.push(async () => void vi.useRealTimers());
    const silent = createServer().listen(0, "127.0.0.1");
    closing.push(() => new Promise((resolve) => silent.close(resolve)));
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const { webhook, said } = webhookTo(new URL(`http://127.0.0.1:${port}/`));
    const sent = webhook.send(events(1), signal);
    for (let tries = 0; tries < 3; tries += 1) {
      await once(silent, "request");
      vi.advanceTimersByTime(9_999);
      expect(said).toEqual([]);
      vi.advanceTimersByTime(1);
    }
    await sent;
    expect(said.join()).toContain("no answer in time");
  });

  it("follows no redirect: what is signed for one address goes to no other", async () => {
    const hook = await receiver((path) =>
      path === "/hook" ? { status: 307, location: "/elsewhere" } : { status: 200 },
    );
    await webhookTo(hook.url).webhook.send(events(1), signal);
    expect(new Set(hook.posts.map(({ path }) => path))).toEqual(new Set(["/hook"]));
    expect(hook.posts).toHaveLength(3);
  });

  it("sends nothing once it was ended, and counts what still waits", async () => {
    const hook = await receiver(() => ({ status: 204 }));
    const { webhook } = webhookTo(hook.url);
    await expect(webhook.send(events(150), AbortSignal.abort(new Error("ended")))).rejects.toThrow("ended");
    expect(hook.posts).toEqual([]);
    expect(webhook.waiting).toBe(150);
    await webhook.send([], signal);
    expect(hook.posts).toHaveLength(2);
    expect(webhook.waiting).toBe(0);
  });

  it("keeps a thousand events for a receiver that does not take them, drops the oldest beyond that, and says so", async () => {
    let status = 503;
    const hook = await receiver(() => ({ status }));
    const { webhook, said } = webhookTo(hook.url);
    await webhook.send(events(1_000), signal);
    expect(said.join()).not.toContain("dropped");
    await webhook.send([{ type: "api.back", at: "last" }], signal);
    expect(said.join()).toContain('the oldest are dropped {"dropped":100}');
    status = 204;
    hook.posts.length = 0;
    await webhook.send([], signal);
    const taken = hook.posts.flatMap(({ body }) => JSON.parse(body).events as { at: string }[]);
    expect(taken).toHaveLength(901);
    expect([taken[0]?.at, taken.at(-1)?.at]).toEqual(["100", "last"]);
  });
});
