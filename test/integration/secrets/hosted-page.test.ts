import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import { untrusted } from "../../../src/redaction/untrusted.js";
import { FACTS, REFUSED, REGISTERED } from "../../support/entry.js";
import { type HostedDesk, hostedDesk, markIn, type PlainBrowser } from "../../support/hosted-pages.js";

/**
 * What may be tried at the pages of a hosted server: one test for each line of the threat model in SECURITY.md.
 *
 * Long: the lines are many, and each is tried on the same server.
 */

let at: HostedDesk;
let other: HostedDesk | undefined;
beforeEach(async () => {
  at = await hostedDesk();
});
afterEach(async () => {
  await other?.close();
  other = undefined;
  await at.close();
});

const values = () => at.submitted.map((secret) => secret.reveal());
const unknown = `/password/${"A".repeat(43)}`;
const shortOf = (opened: { public?: { shortUrl: string } }) =>
  new URL(opened.public?.shortUrl ?? "").pathname;
const codeOf = (opened: { public?: { shortUrl: string } }) => shortOf(opened).slice("/p/".length);

async function bound(url: string, address?: string): Promise<PlainBrowser> {
  const browser = at.browser(address);
  await browser.open(url);
  return browser;
}

describe("the person whom it is for", () => {
  it("continues, types, and sees the outcome, without JavaScript", async () => {
    const { url } = await at.open({ asker: { name: "Acme support", note: "Ask for Jo." } });
    const browser = at.browser();
    const landing = await browser.get(url);
    expect(landing.status).toBe(200);
    for (const words of ["Acme support asks for", "Ask for Jo.", "https://sip.example.com/"]) {
      expect(landing.body).toContain(words);
    }
    expect((await browser.open(url)).status).toBe(303);
    const form = await browser.get(url);
    for (const words of [
      "Front Desk",
      "pbx.example.com",
      "1001",
      "Telzino, which keeps it",
      "Acme support",
    ]) {
      expect(form.body).toContain(words);
    }
    // As it was typed, once it was asked about.
    expect((await browser.fill(url, { do: "asItIs", password: "right one " })).status).toBe(303);
    await vi.waitFor(async () => expect((await browser.get(url)).body).toContain("Registered"));
    expect(values()).toEqual(["right one "]);
    expect(await at.stateOf()).toMatchObject({ phase: "ended", how: "finished" });
  });

  it("reads on every page who asks: the operator's name, or this server's", async () => {
    const host = new URL((await at.open({ agentId: "b" })).url).host;
    for (const [asker, words, by] of [
      [{}, `asks, through the server ${host}, for the SIP password`, host],
      [{ name: "Acme support" }, "Acme support asks for the SIP password", "Acme support"],
    ] as const) {
      const { url } = await at.open({ asker });
      const browser = at.browser();
      expect((await browser.get(url)).body).toContain(words);
      await browser.open(url);
      expect((await browser.get(url)).body).toMatch(new RegExp(`Asked by</dt><dd[^>]*><bdi>${by}<`));
    }
  });

  it("sees that it is being worked on, on a page that looks again by itself", async () => {
    let finish: (outcome: typeof REGISTERED) => void = () => {};
    at.outcomes.splice(
      0,
      1,
      new Promise((resolve) => {
        finish = resolve;
      }),
    );
    const { url } = await at.open();
    const browser = await bound(url);
    await browser.enter(url, "right");
    const working = await browser.get(url);
    expect(working.body).toContain("Storing the settings");
    expect(working.body).toMatch(/http-equiv="refresh"/);
    expect(await at.stateOf()).toMatchObject({ phase: "working" });
    finish(REGISTERED);
    await vi.waitFor(async () => expect((await browser.get(url)).body).toContain("Registered"));
  });

  it("has one more try after a refusal, ten seconds later, and no third", async () => {
    at.outcomes.splice(0, 1, REFUSED);
    const { url } = await at.open();
    const browser = await bound(url);
    await browser.enter(url, "wrong");
    await vi.waitFor(async () => expect((await browser.get(url)).body).toContain("Not registered"));
    const early = await browser.enter(url, "too soon");
    expect([early.status, early.body.includes("Try once more in 10 s")]).toEqual([422, true]);
    at.clock.advance(10_000);
    await browser.enter(url, "wrong too");
    await vi.waitFor(async () =>
      expect((await browser.get(url)).body).toContain("Continue with the assistant"),
    );
    await browser.fill(url, { do: "password", password: "third" });
    expect(values()).toEqual(["wrong", "wrong too"]);
    expect(await at.stateOf()).toMatchObject({ phase: "ended", details: REFUSED.details });
  });

  it("cancels, and nothing is sent", async () => {
    const { url } = await at.open();
    const browser = await bound(url);
    await browser.fill(url, { do: "cancel" });
    expect((await browser.get(url)).body).toContain("Nothing was sent");
    expect(await at.stateOf()).toMatchObject({ phase: "ended", how: "cancelled" });
  });

  it.each([
    ["nothing", "", "Enter the password."],
    ["what is too long", "x".repeat(257), "longer than a SIP password"],
    ["a control character", "a\u0007b", "cannot have"],
    ["bytes that are no text", "a\ufffdb", "cannot have"],
  ])("is told of %s, and can type again", async (_what, typed, words) => {
    const { url } = await at.open();
    const browser = await bound(url);
    const answer = await browser.enter(url, typed);
    expect(answer.status).toBe(422);
    expect(answer.body).toContain(words);
    expect(values()).toEqual([]);
  });

  it("comes by the letters that were read out, with a page that is the same", async () => {
    const opened = await at.open();
    expect(codeOf(opened)).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
    expect(opened.public?.spoken).toContain(`${[...codeOf(opened).slice(0, 4)].join(" ")}, `);
    const browser = at.browser();
    expect((await browser.get(shortOf(opened))).body).toContain(codeOf(opened).slice(0, 4));
    const typed = codeOf(opened).toLowerCase().replace(/^..../, "$& ");
    const led = await browser.fill("/p", { code: typed });
    expect(led.status).toBe(303);
    expect(led.headers.location).toBe(new URL(opened.url).pathname);
    await browser.enter(opened.url, "right");
    await vi.waitFor(() => expect(values()).toEqual(["right"]));
  });

  it("comes back from the chat, whose link brings no strict cookie", async () => {
    const { url } = await at.open();
    const browser = await bound(url);
    const { cookie } = browser;
    browser.cookie = undefined;
    const bounced = await browser.get(url, { "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" });
    expect(bounced.body).toMatch(/http-equiv="refresh" content="0;url=/);
    expect(bounced.headers["set-cookie"]).toBeUndefined();
    // What a chat adds to links changes nothing of that.
    const tracked = await browser.get(`${new URL(url).pathname}?fbclid=x`, {
      "sec-fetch-site": "cross-site",
    });
    expect(tracked.body).toBe(bounced.body);
    // The page sends itself on from here, with the cookie.
    browser.cookie = cookie;
    expect((await browser.get(url, { "sec-fetch-site": "same-origin" })).body).toContain('id="password"');
  });
});

describe("whoever has not the address", () => {
  it("sees the same of an unknown, a malformed, an ended, an expired, a replaced, a used and another browser's one", async () => {
    const [first, second, third] = [
      await at.open({ agentId: "a" }),
      await at.open({ agentId: "b" }),
      await at.open({ agentId: "c" }),
    ];
    const replaced = await at.open({ agentId: "d" });
    await at.open({ agentId: "d" });
    const owner = await bound(first.url);
    await owner.enter(first.url, "right");
    await vi.waitFor(() => expect(values()).toEqual(["right"]));
    await bound(second.url);
    const stranger = at.browser();
    const answers = await Promise.all(
      [unknown, first.url, second.url, replaced.url].map((url) => stranger.get(url)),
    );
    at.clock.advance(15 * 60_000);
    answers.push(await stranger.get(third.url));
    at.serves = false;
    answers.push(await stranger.get((await at.open({ agentId: "e" })).url));
    const shown = answers.map(({ status, headers: { date: _date, ...headers }, body }) => ({
      status,
      headers,
      body,
    }));
    for (const each of shown) expect(each).toEqual(shown[0]);
    expect(shown[0]).toMatchObject({ status: 404 });
    expect(shown[0]?.headers).not.toHaveProperty("set-cookie");
    expect((await stranger.get("/password/short")).status).toBe(404);
  });

  it("is answered the same by a form, too", async () => {
    const { url } = await at.open();
    await bound(url);
    const stranger = at.browser();
    // A mark of its own, from a page that it may open.
    const mine = await at.open({ agentId: "mine" });
    const mark = markIn((await stranger.get(mine.url)).body);
    const fields = { mark, do: "password", password: "guess" };
    const answers = await Promise.all([stranger.post(url, fields), stranger.post(unknown, fields)]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect(answers[0]?.body).toBe(answers[1]?.body);
    expect(values()).toEqual([]);
  });

  it("may try as often as a page needs, and no more, without holding up others", async () => {
    const { url } = await at.open();
    const flood = at.browser("198.51.100.7");
    const statuses = new Set<number>();
    for (let times = 0; times < 125; times += 1) statuses.add((await flood.get(unknown)).status);
    expect([...statuses]).toEqual([404, 429]);
    expect((await at.browser("198.51.100.8").get(url)).status).toBe(200);
    at.clock.advance(60_000);
    expect((await flood.get(unknown)).status).toBe(404);
  });
});

describe("whoever guesses letters", () => {
  it("is locked after five wrong ones, also before the right ones; another address and the long one are not", async () => {
    const opened = await at.open();
    const guesser = at.browser("198.51.100.7");
    for (let times = 0; times < 5; times += 1) {
      const wrong = await guesser.fill("/p", { code: `BBBBBBB${"BCDFG"[times]}` });
      expect([wrong.status, wrong.body.includes("lead to no page")]).toEqual([422, true]);
    }
    for (const code of ["BBBBBBBH", codeOf(opened)]) {
      const locked = await guesser.fill("/p", { code });
      expect([locked.status, locked.body.includes("Too many wrong letters")]).toEqual([429, true]);
    }
    expect(at.lines.join("\n")).toContain("198.51.100.7");
    expect((await guesser.get(opened.url)).status).toBe(200);
    const person = at.browser("203.0.113.5");
    expect((await person.fill("/p", { code: codeOf(opened) })).status).toBe(303);
  });

  it("is counted by the network of its line, whose IPv6 addresses are its own", async () => {
    for (let times = 0; times < 5; times += 1) {
      await at.browser(`2001:db8:1:2::${times}`).fill("/p", { code: "BBBBBBBB" });
    }
    expect((await at.browser("2001:db8:1:2:3::9").fill("/p", { code: "BBBBBBBB" })).status).toBe(429);
    expect((await at.browser("2001:db8:1:3::9").fill("/p", { code: "BBBBBBBB" })).status).toBe(422);
  });

  it("gets no more tries by asking many times at once", async () => {
    const browser = at.browser("198.51.100.7");
    const mark = markIn((await browser.get("/p")).body);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => browser.post("/p", { mark, code: "BBBBBBBB" })),
    );
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(5);
  });

  it("from very many addresses has one try from each, and a person who is right still comes in", async () => {
    const opened = await at.open();
    for (let index = 0; index < 120; index += 1) {
      const browser = at.browser(`198.51.${index}.7`);
      const mark = markIn((await browser.get("/p")).body);
      for (let times = 0; times < 5; times += 1) await browser.post("/p", { mark, code: "BBBBBBBB" });
    }
    const late = at.browser("203.0.113.9");
    expect((await late.fill("/p", { code: "BBBBBBBB" })).status).toBe(422);
    expect((await late.fill("/p", { code: "BBBBBBBB" })).status).toBe(429);
    expect((await at.browser("203.0.113.5").fill("/p", { code: codeOf(opened) })).status).toBe(303);
  });

  it("learns nothing by opening alone, and a link preview uses nothing up", async () => {
    const opened = await at.open();
    const preview = at.browser();
    const [right, wrong] = [await preview.get(shortOf(opened)), await preview.get("/p/BBBBBBBB")];
    const bare = (body: string, code: string) => body.replace(`${code.slice(0, 4)} ${code.slice(4)}`, "");
    expect(bare(right.body, codeOf(opened))).toBe(bare(wrong.body, "BBBBBBBB"));
    await at.browser().get(opened.url);
    expect((await at.browser().fill("/p", { code: codeOf(opened) })).status).toBe(303);
  });

  it("finds letters that were used as useless as wrong ones", async () => {
    const opened = await at.open();
    await at.browser().fill("/p", { code: codeOf(opened) });
    expect((await at.browser().fill("/p", { code: codeOf(opened) })).status).toBe(422);
    const long = await at.open({ agentId: "b" });
    await bound(long.url);
    expect((await at.browser().fill("/p", { code: codeOf(long) })).status).toBe(422);
  });

  it("is not the person who has come by the long address and then types the letters", async () => {
    const opened = await at.open();
    const browser = await bound(opened.url);
    const led = await browser.fill("/p", { code: codeOf(opened) });
    expect([led.status, led.headers.location]).toEqual([303, new URL(opened.url).pathname]);
  });
});

describe("whoever learns the address later, from a log or a history", () => {
  it("finds it bound to another browser: nothing is shown, taken or cancelled", async () => {
    const { url } = await at.open();
    await bound(url);
    const thief = at.browser();
    expect((await thief.get(url)).status).toBe(404);
    const mine = await at.open({ agentId: "mine" });
    await thief.get(mine.url);
    for (const what of ["open", "password", "cancel"]) {
      const answer = await thief.post(url, { mark: at.keys.mark("entry", "x"), do: what, password: "x" });
      expect(answer.status).toBe(403);
    }
    const own = at.keys.mark("entry", new URL(url).pathname.split("/").at(-1) ?? "", cookieOf(thief));
    for (const what of ["open", "password", "cancel"]) {
      expect((await thief.post(url, { mark: own, do: what, password: "x" })).status).toBe(404);
    }
    expect(await at.stateOf()).toMatchObject({ phase: "waiting" });
    expect(values()).toEqual([]);
  });

  it("is one of two who continue at once: one browser has it", async () => {
    const { url } = await at.open();
    const both = [at.browser(), at.browser()];
    const answers = await Promise.all(both.map((browser) => browser.open(url)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 404]);
  });
});

const cookieOf = (browser: PlainBrowser) => browser.cookie?.split("=")[1] ?? "";

describe("another web page", () => {
  it("cannot frame it, load it, or post to it in its user's name", async () => {
    const { url } = await at.open();
    const browser = await bound(url);
    const page = await browser.get(url);
    for (const destination of ["iframe", "frame", "embed", "object", "image", "script"]) {
      expect((await browser.get(url, { "sec-fetch-dest": destination })).status).toBe(403);
    }
    const policy = String(page.headers["content-security-policy"]).split("; ");
    expect(policy).toEqual(
      expect.arrayContaining([
        ...["default-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"],
        "connect-src 'self'",
      ]),
    );
    expect(policy.find((each) => each.startsWith("script-src"))).toMatch(/^script-src( 'sha256-[^']+'){2}$/);
    const fields = { mark: markIn(page.body), do: "password", password: "x" };
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "https://evil.sip.example.com" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "content-type": "text/plain" },
      { "content-type": "application/json" },
    ]) {
      expect((await browser.post(url, fields, headers)).status).toBe(403);
    }
    expect((await browser.post(url, { ...fields, mark: "" })).status).toBe(403);
    // The mark of another page, and that of another browser.
    const second = await at.open({ agentId: "b" });
    expect((await browser.post(second.url, fields)).status).toBe(403);
    browser.cookie = `__Host-telzino-page=${"B".repeat(43)}`;
    expect((await browser.post(url, fields)).status).toBe(403);
    // A strict cookie is left out of what another page sends.
    browser.cookie = undefined;
    expect((await browser.post(url, fields, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect(values()).toEqual([]);
  });

  it("is told nothing of the address, and nothing of it is kept", async () => {
    const { url } = await at.open();
    const browser = at.browser();
    for (const { headers } of [await browser.get(url), await browser.open(url), await browser.get(url)]) {
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(
        String(headers["set-cookie"] ?? "__Host-telzino-page=x; Path=/; Secure; HttpOnly; SameSite=Strict"),
      ).toMatch(/^__Host-telzino-page=[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Strict/);
    }
  });

  it("and the person see nothing of a secret that the API says in an agent's name", async () => {
    at.redactor.hold(new Secret("a-configured-secret"));
    const agent = String(untrusted("Front a-configured-secret"));
    const { url } = await at.open({ facts: { ...FACTS, agent } });
    const browser = await bound(url);
    const { body } = await browser.get(url);
    expect(body).toContain("text left out");
    expect(body).not.toContain("a-configured-secret");
  });

  it("tell by what an outcome leaves out nothing of what its caller has guessed", async () => {
    const secret = "a-configured-secret";
    at.tenantRedactor.hold(new Secret(secret));
    const details = [String(untrusted(`The API says ${secret}`))];
    at.outcomes.splice(0, 1, { ...REGISTERED, details });
    const shown: string[] = [];
    for (const [agentId, words] of [
      ["a", []],
      ["b", [secret]],
    ] as const) {
      const { url } = await at.open({ agentId, words });
      const browser = await bound(url);
      await browser.enter(url, "right");
      await vi.waitFor(async () => expect((await browser.get(url)).body).toContain("Registered"));
      shown.push((await browser.get(url)).body);
    }
    expect(shown.map((body) => body.includes(secret))).toEqual([false, true]);
  });

  it.each(["/p/http:evil.example", "/p/javascript:alert(1)", "/p/%5C%5Cevil.example", "/p/\\\\evil.example"])(
    "is sent nowhere else by a link to %s",
    async (path) => {
      const headers = { "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" };
      const { body } = await at.browser().get(path, headers);
      const targets = [...body.matchAll(/(?:url=|href=")([^"]*)"/g)].map(([, target = ""]) => target);
      expect(targets).toHaveLength(2);
      for (const target of targets) {
        const led = new URL(target, `https://sip.example.com${path}`);
        expect([led.origin, led.pathname.startsWith("/p")]).toEqual(["https://sip.example.com", true]);
      }
    },
  );

  it("writes no markup into it by what an operator, an agent or a PBX is called", async () => {
    const evil = `<script>alert(1)</script>"'&`;
    const { url } = await at.open({
      asker: { name: evil, note: evil },
      facts: {
        ...{ agent: evil, username: evil, sipDomain: evil, proxy: evil },
        ...{ port: 1, transport: evil, purpose: "store" },
      },
    });
    at.outcomes.splice(0, 1, { result: "failed", state: "constructor", details: [evil] });
    const browser = at.browser();
    const pages = [await browser.get(url)];
    await browser.open(url);
    pages.push(await browser.get(url), await browser.get(`/p/${encodeURIComponent(evil)}`));
    await browser.enter(url, "x");
    await vi.waitFor(async () => expect((await browser.get(url)).body).toContain("Not registered"));
    pages.push(await browser.get(url));
    for (const { body } of pages) expect(body).not.toContain("<script>alert");
  });
});

describe("of two who send at once", () => {
  it("one password is used, whatever replica it came to", async () => {
    other = await hostedDesk({ like: at });
    const { url } = await at.open();
    const browser = await bound(url);
    const there = other.browser();
    there.cookie = browser.cookie;
    const mark = markIn((await browser.get(url)).body);
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? browser : there).post(url, { mark, do: "password", password: `p${index}` }),
      ),
    );
    await vi.waitFor(async () => expect((await there.get(url)).body).toContain("Registered"));
    expect(values()).toHaveLength(1);
    expect(await other.stateOf()).toMatchObject({ phase: "ended", how: "finished" });
  });

  it("of two pages for one agent the newer one is used", async () => {
    const [older, newer] = await Promise.all([at.open(), at.open()]);
    const open = [at.browser(), at.browser()];
    await open[0]?.open(older.url);
    await open[1]?.open(newer.url);
    await open[0]?.enter(older.url, "older");
    await open[1]?.enter(newer.url, "newer");
    await vi.waitFor(() => expect(values()).toHaveLength(1));
    expect(await at.stateOf()).toMatchObject({ phase: "ended", how: "finished" });
  });

  it("a replica that dies at its work leaves an end, and no one does it again", async () => {
    at.outcomes.splice(0, 1, new Promise(() => {}));
    const { url } = await at.open();
    const browser = await bound(url);
    await browser.enter(url, "right");
    other = await hostedDesk({ like: at });
    const there = other.browser();
    there.cookie = browser.cookie;
    at.clock.pass(150_000);
    expect((await there.get(url)).body).toContain("Not completed");
    expect(await other.stateOf()).toMatchObject({ phase: "ended", how: "failed" });
    expect(values()).toEqual(["right"]);
  });
});

describe("a tenant", () => {
  it("sees nothing of another's pages for an agent of the same id", async () => {
    await at.open({ tenant: "acme" });
    expect(await at.stateOf(undefined, "globex")).toBeUndefined();
    await at.open({ tenant: "globex" });
    expect(await at.stateOf(undefined, "acme")).toMatchObject({ phase: "waiting" });
  });

  it("can open so many and no more, and others continue", async () => {
    for (let index = 0; index < 60; index += 1) await at.open({ agentId: `agent ${index}` });
    await expect(at.open()).rejects.toThrow(/60 pages .* Make the same call again later/);
    await at.open({ tenant: "globex" });
    at.clock.advance(15 * 60_000);
    await at.open();
  });

  it("whose passwords are all being tried is told that nothing was sent, and can send again", async () => {
    at.outcomes.splice(0, 1, new Promise(() => {}));
    for (let number = 0; number < 16; number += 1) {
      const { url } = await at.open({ agentId: `agent ${number}` });
      await (await bound(url, `192.0.2.${number}`)).enter(url, "right");
    }
    const { url } = await at.open();
    const browser = await bound(url, "192.0.2.99");
    const answer = await browser.enter(url, "right");
    expect([answer.status, answer.body.includes("Nothing was sent")]).toEqual([503, true]);
    expect(await at.stateOf()).toMatchObject({ phase: "waiting" });
    expect(values()).toHaveLength(16);
  });

  it("whose pages are switched off has none that go on", async () => {
    const { url } = await at.open();
    const browser = await bound(url);
    const mark = markIn((await browser.get(url)).body);
    at.serves = false;
    expect((await browser.get(url)).status).toBe(404);
    expect((await browser.post(url, { mark, do: "password", password: "x" })).status).toBe(404);
    expect(values()).toEqual([]);
  });
});

describe("whoever reads what replicas share", () => {
  it("finds neither an address, nor letters, nor a host, nor a password, and can change nothing of it", async () => {
    const kept = new Map<string, string>();
    const { store } = at;
    const spy = vi.spyOn(store, "set");
    const added = vi.spyOn(store, "add");
    const replaced = vi.spyOn(store, "replace");
    const opened = await at.open();
    const browser = await bound(opened.url);
    await browser.enter(opened.url, "a-canary-of-a-password");
    await vi.waitFor(async () => expect((await browser.get(opened.url)).body).toContain("Registered"));
    for (const [name, value] of [...spy.mock.calls, ...added.mock.calls]) kept.set(name, value);
    for (const [name, , value] of replaced.mock.calls) kept.set(name, value);
    const token = new URL(opened.url).pathname.split("/").at(-1) ?? "";
    const all = [...kept].flat().join("\n");
    const decoded = [...kept]
      .map(([, value]) => Buffer.from(value, "base64url").toString("latin1"))
      .join("\n");
    for (const secret of [
      token,
      codeOf(opened),
      "pbx.example.com",
      "1001",
      "acme",
      "a-canary-of-a-password",
    ]) {
      expect(all).not.toContain(secret);
      expect(decoded).not.toContain(secret);
    }
    // Moved to another place, or with one bit changed, it is nothing.
    for (const [name, value] of kept) {
      expect(at.keys.unseal(name, value)).toBeDefined();
      expect(at.keys.unseal(`${name}x`, value)).toBeUndefined();
      const bytes = Buffer.from(value, "base64url");
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      expect(at.keys.unseal(name, bytes.toString("base64url"))).toBeUndefined();
      expect(at.keys.unseal(name, "")).toBeUndefined();
    }
  });

  it("with another key is a replica that finds nothing, as with an unknown address", async () => {
    other = await hostedDesk({ like: at, key: new Uint8Array(32) });
    const opened = await at.open();
    expect((await other.browser().get(opened.url)).body).toBe((await other.browser().get(unknown)).body);
    expect(await other.stateOf()).toBeUndefined();
    expect(other.keys.id).not.toBe(at.keys.id);
  });
});

describe("where what replicas share does not answer", () => {
  it("no page is opened or used, and each says so; nothing is lost that had been taken", async () => {
    const opened = await at.open();
    const browser = await bound(opened.url);
    const mark = markIn((await browser.get(opened.url)).body);
    const lost = vi.spyOn(at.store, "get").mockResolvedValue(undefined);
    expect((await browser.get(opened.url)).status).toBe(503);
    expect((await browser.post(opened.url, { mark, do: "password", password: "x" })).status).toBe(503);
    await expect(at.open()).rejects.toThrow(/cannot be opened at the moment/);
    lost.mockRestore();
    expect((await browser.enter(opened.url, "right")).status).toBe(303);
    await vi.waitFor(() => expect(values()).toEqual(["right"]));
  });

  it("a password whose taking was not confirmed is used once anyway", async () => {
    const opened = await at.open();
    const browser = await bound(opened.url);
    const { store } = at;
    const replace = store.replace.bind(store);
    vi.spyOn(store, "replace").mockImplementationOnce(async (...change) => {
      await replace(...change);
      return undefined;
    });
    const sent = browser.enter(opened.url, "right");
    await vi.waitFor(() => expect(at.clock.pending).toBeGreaterThan(0));
    at.clock.advance(2_000);
    expect((await sent).status).toBe(303);
    await vi.waitFor(() => expect(values()).toEqual(["right"]));
  });
});
