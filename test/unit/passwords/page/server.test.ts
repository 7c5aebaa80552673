import { createConnection, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { OpenEntry } from "../../../../src/passwords/page/types.js";
import { LEFT_OUT } from "../../../../src/redaction/secret-search.js";
import { ask, enter, entryDesk, pageHeaders, tokenOf } from "../../../support/entry.js";

let at: ReturnType<typeof entryDesk>;
let entry: OpenEntry<string>;
beforeEach(async () => {
  at = entryDesk();
  entry = await at.open();
});
afterEach(() => at.pages.close());

const values = () => at.submitted.map((secret) => secret.reveal());

describe("the entry page", () => {
  it("is on 127.0.0.1 under 128 random bits, new ones for each entry", async () => {
    expect(entry.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/e\/[\w-]{22}$/);
    const other = await at.open({ agentId: "another" });
    expect(other.url.slice(-22)).not.toBe(entry.url.slice(-22));
  });

  it("says which agent, which PBX and user, and where the password goes", async () => {
    const { status, body } = await ask(entry.url);
    expect(status).toBe(200);
    for (const fact of [
      "Front Desk",
      "pbx.example.com",
      "1001",
      "TLS, port 5061",
      "Telzino, which keeps it",
    ]) {
      expect(body).toContain(fact);
    }
  });

  it("names the proxy to which the password goes, where there is one", async () => {
    const connectionOf = (body: string) => /<bdi>([^<]*port 5060)<\/bdi>/.exec(body)?.[1];
    const direct = await at.open({ agentId: "direct", facts: FACTS_WITH("A") });
    expect(connectionOf((await ask(direct.url)).body)).toBe("UDP, port 5060");
    const facts = { ...FACTS_WITH("A"), proxy: "edge.example.com" };
    const { url } = await at.open({ agentId: "by proxy", facts });
    expect(connectionOf((await ask(url)).body)).toBe("edge.example.com, UDP, port 5060");
  });

  it("tells nothing kept, framed or passed on, and loads nothing from elsewhere", async () => {
    const { headers, body } = await ask(entry.url);
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(body).not.toMatch(/\b(?:src|href|action)\s*=|url\(|@import/i);
  });

  it("keeps markup in an agent's name from being markup", async () => {
    const hostile = '</dd><script>alert(1)</script><img src=x onerror="x">';
    const { url } = await at.open({ agentId: "hostile", facts: { ...FACTS_WITH(hostile) } });
    const { body } = await ask(url);
    expect(body).not.toContain("<script>alert");
    expect(body).not.toContain("<img");
    expect(body).toContain("&lt;script&gt;alert(1)");
  });

  it.each([
    ["de-CH,de;q=0.9,en;q=0.8", "de", "SIP-Passwort eingeben"],
    ["ja, es;q=0.7, en;q=0.3", "es", "Introduzca la contraseña SIP"],
    ["fr", "fr", "Saisissez le mot de passe SIP"],
    ["pt-BR", "pt", "Digite a senha SIP"],
    ["ja", "en", "Enter the SIP password"],
    ["en;q=0.1, de;q=0", "en", "Enter the SIP password"],
  ])("for a browser that asks for %s is in %s", async (asked, lang, heading) => {
    const { body } = await ask(entry.url, "GET", { "accept-language": asked });
    expect(body).toContain(`<html lang="${lang}">`);
    expect(body).toContain(heading);
  });
});

describe("an address that is not an entry's", () => {
  it.each(["/", "/favicon.ico", "/e/", "/e/AAAAAAAAAAAAAAAAAAAAAA", "/e/AAAAAAAAAAAAAAAAAAAAAA/events"])(
    "%s is answered 404, with the same headers",
    async (path) => {
      const { status, headers, body } = await ask(new URL(path, entry.url).href);
      expect(status).toBe(404);
      expect(headers["x-frame-options"]).toBe("DENY");
      expect(body).not.toContain("Front Desk");
    },
  );

  it("is answered no more after some guesses, while the right one still is", async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 30; guess += 1) {
      statuses.push((await ask(new URL(`/e/${String(guess).padStart(22, "A")}`, entry.url).href)).status);
    }
    expect(statuses.slice(0, 20)).toStrictEqual(Array(20).fill(404));
    expect(statuses.slice(20)).toStrictEqual(Array(10).fill(429));
    expect((await ask(entry.url)).status).toBe(200);
    at.clock.advance(2_000);
    expect((await ask(new URL("/", entry.url).href)).status).toBe(404);
  });
});

describe("a request to the page", () => {
  it.each([
    ["a foreign Host, as after DNS rebinding", { host: "evil.example" }],
    ["a foreign Host with the right port", { host: "evil.example:PORT" }],
    ["another loopback address as Host", { host: "127.0.0.2:PORT" }],
    ["the right Host with another port", { host: "127.0.0.1:1" }],
    ["a foreign Origin", { origin: "https://evil.example" }],
    ["the opaque Origin", { origin: "null" }],
    ["the Origin of another local port", { origin: "http://127.0.0.1:1" }],
    ["a frame as its place", { "sec-fetch-dest": "iframe", "sec-fetch-site": "cross-site" }],
    [
      "a frame of the same origin as its place",
      { "sec-fetch-dest": "iframe", "sec-fetch-site": "same-origin" },
    ],
    ["a foreign script as its reader", { "sec-fetch-dest": "script", "sec-fetch-site": "cross-site" }],
    ["a foreign fetch as its reader", { "sec-fetch-dest": "empty", "sec-fetch-site": "same-site" }],
  ])("with %s is refused", async (_label, headers: Record<string, string>) => {
    const { port } = new URL(entry.url);
    const filled = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace("PORT", port)]),
    );
    const { status, body } = await ask(entry.url, "GET", filled);
    expect(status).toBe(403);
    expect(body).not.toContain("Front Desk");
  });

  it("is answered when a person opens the address, from a link on another site too", async () => {
    for (const site of ["none", "cross-site"]) {
      const headers = { "sec-fetch-site": site, "sec-fetch-dest": "document", "sec-fetch-mode": "navigate" };
      expect((await ask(entry.url, "GET", headers)).status).toBe(200);
    }
    const { port } = new URL(entry.url);
    expect((await ask(entry.url, "GET", { host: `localhost:${port}` })).status).toBe(200);
  });

  it.each(["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])("by %s is refused", async (method) => {
    const { status, headers } = await ask(entry.url, method, { origin: new URL(entry.url).origin });
    expect(status).toBe(405);
    expect(headers.allow).toBe("GET, POST");
    expect((await ask(`${entry.url}/cancel`, "GET")).status).toBe(405);
  });

  it("is refused where there are too many", async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 50; count += 1) statuses.push((await ask(entry.url)).status);
    expect(statuses).toContain(429);
    at.clock.advance(10_000);
    expect((await ask(entry.url)).status).toBe(200);
  });

  it("is followed by others on its connection, until one was refused", async () => {
    const { port, pathname } = new URL(entry.url);
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    const socket = createConnection({ host: "127.0.0.1", port: Number(port) });
    const answer = await answersOf(socket, get(pathname) + get("/") + get(pathname));
    const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
    expect(statuses).toStrictEqual(["200", "404"]);
    expect(answer).toMatch(/^connection: close\r$/im);
  });

  it("that never ends its headers is cut off by the server's own limits", async () => {
    const { port } = new URL(entry.url);
    const socket = createConnection({ host: "127.0.0.1", port: Number(port) });
    const long = `X-Long: ${"x".repeat(20_000)}`;
    const answer = await answersOf(socket, `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${long}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431/);
  });
});

describe("a password", () => {
  it("is taken from the page once, and handed over as it is", async () => {
    const value = ' p"ä\\s<&%+ ';
    expect(await enter(entry.url, value, {}, { asItIs: true })).toMatchObject({ status: 202, body: "{}" });
    expect(await entry.result).toStrictEqual({ kind: "finished", value: "done" });
    expect(values()).toStrictEqual([value]);
  });

  it.each([
    [" pw-1001", ["blankFirst"]],
    ["pw-1001\u00a0", ["blankLast"]],
    ["“pw-1001”", ["quoted"]],
    ["1001", ["isUser"]],
    ["4711", ["pin"]],
    ["https://pbx.example.com/admin", ["webAddress"]],
  ])("that looks copied wrongly (%j) is asked about, and sent as it is after that", async (value, doubts) => {
    const answer = await enter(entry.url, value);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ doubts });
    expect(values()).toEqual([]);
    expect((await enter(entry.url, value, {}, { asItIs: true })).status).toBe(202);
    expect(values()).toEqual([value]);
  });

  it("with control characters is refused, however it is sent", async () => {
    expect((await enter(entry.url, "pw-1001\n", {}, { asItIs: true })).body).toBe('{"problem":"invalid"}');
  });

  it("is not taken from an address, however it is there", async () => {
    expect((await ask(`${entry.url}?password=p1234`)).status).toBe(404);
    expect((await ask(`${entry.url}/p1234`)).status).toBe(404);
    const headers = pageHeaders(entry.url, await tokenOf(entry.url));
    expect((await ask(`${entry.url}?password=p1234`, "POST", headers, "{}")).status).toBe(404);
    expect(values()).toStrictEqual([]);
  });

  it.each([
    ["a foreign Origin", { origin: "https://evil.example" }, 403],
    ["no Origin", { origin: undefined }, 403],
    ["the Origin null", { origin: "null" }, 403],
    ["a foreign page as its sender", { "sec-fetch-site": "cross-site" }, 403],
    ["a foreign Host", { host: "evil.example" }, 403],
    ["a wrong token", { "x-entry-token": "AAAAAAAAAAAAAAAAAAAAAA" }, 403],
    ["no token", { "x-entry-token": undefined }, 403],
    ["the content type of a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
    ["a content type that needs no preflight", { "content-type": "text/plain" }, 415],
  ])("with %s is refused", async (_label, changed: Record<string, string | undefined>, status) => {
    expect((await enter(entry.url, "p1234", changed)).status).toBe(status);
    expect(values()).toStrictEqual([]);
    // The entry stands as it was.
    expect((await enter(entry.url, "right")).status).toBe(202);
  });

  it("with another entry's token is refused", async () => {
    const other = await at.open({ agentId: "another" });
    const token = await tokenOf(other.url);
    expect((await enter(entry.url, "p1234", { "x-entry-token": token })).status).toBe(403);
  });

  it.each([
    ["nothing", { password: "" }, 422, "empty"],
    ["257 characters", { password: "x".repeat(257) }, 422, "tooLong"],
    ["a line break", { password: "a\nb" }, 422, "invalid"],
    ["a number", { password: 5 }, 422, "invalid"],
    ["no object", null, 422, "invalid"],
    ["5 kB", { password: "x".repeat(5_000) }, 413, "tooLong"],
  ])("of %s is refused, and another can be entered", async (_label, body, status, problem) => {
    const headers = pageHeaders(entry.url, await tokenOf(entry.url));
    const answer = await ask(entry.url, "POST", headers, JSON.stringify(body));
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toStrictEqual({ problem });
    expect((await enter(entry.url, "right")).status).toBe(202);
    expect(values()).toStrictEqual(["right"]);
  });

  it("in a body that says nothing of its length is read up to the limit alone", async () => {
    const headers = pageHeaders(entry.url, await tokenOf(entry.url));
    const chunked = { ...headers, "transfer-encoding": "chunked" };
    const body = JSON.stringify({ password: "x".repeat(5_000) });
    expect((await ask(entry.url, "POST", chunked, body)).status).toBe(413);
  });

  it("that is not JSON is refused without being repeated", async () => {
    const headers = pageHeaders(entry.url, await tokenOf(entry.url));
    const answer = await ask(entry.url, "POST", headers, '{"password": "p1234-canary');
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer)).not.toContain("p1234-canary");
  });

  it("is held by the redactor while it is worked on, and no longer", async () => {
    let seen = "";
    const { url, result } = await at.open({
      agentId: "held",
      submit: async () => {
        seen = at.redactor.refusal("it is p1234-canary!") ?? "";
        return { value: "", outcome: { result: "done", details: [] } };
      },
    });
    await enter(url, "p1234-canary");
    await result;
    expect(seen).toBe(LEFT_OUT);
    await vi.waitFor(() => expect(at.redactor.refusal("it is p1234-canary!")).toBeUndefined());
  });
});

/** What is answered until the server ends the connection. */
function answersOf(socket: Socket, requests: string): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    socket.on("error", () => {}).setEncoding("utf8");
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("close", () => resolve(text));
    socket.write(requests);
  });
}

function FACTS_WITH(agent: string) {
  return {
    agent,
    username: "1001",
    sipDomain: "pbx.example.com",
    port: 5060,
    transport: "udp",
    purpose: "store",
  } as const;
}
