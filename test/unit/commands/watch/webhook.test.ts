import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { ShownEvent } from "../../../../src/commands/watch/event.js";
import { Webhook } from "../../../../src/commands/watch/webhook.js";
import { Secret } from "../../../../src/redaction/secret.js";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A receiver with this answer to each request. */
async function receiver(answer: (path: string) => { status: number; location?: string }) {
  const posts: { path: string; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => {
      body += piece;
    });
    request.on("end", () => {
      const path = request.url ?? "";
      posts.push({ path, body });
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
  const log = {
    debug: () => {},
    info: () => {},
    warn: (message: string) => void said.push(message),
    error: (message: string) => void said.push(message),
  } as unknown as ConstructorParameters<typeof Webhook>[0]["log"];
  const webhook = new Webhook({
    ...{ url, log, secret: new Secret("k3y-of-the-webhook"), now: Date.now },
    pause: async () => {},
  });
  return { webhook, said };
}

const events = (count: number): ShownEvent[] =>
  Array.from({ length: count }, (_, index) => ({ type: "api.back", at: `${index}` }));
const { signal } = new AbortController();

describe("a webhook", () => {
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
    expect(said.join()).toContain("the oldest are dropped");
    status = 204;
    hook.posts.length = 0;
    await webhook.send([], signal);
    const taken = hook.posts.flatMap(({ body }) => JSON.parse(body).events as { at: string }[]);
    expect(taken).toHaveLength(901);
    expect([taken[0]?.at, taken.at(-1)?.at]).toEqual(["100", "last"]);
  });
});
