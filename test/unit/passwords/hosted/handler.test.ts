import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { REFUSED } from "../../../support/entry.js";
import { type HostedDesk, hostedDesk, markIn, type PlainBrowser } from "../../../support/hosted-pages.js";

/** The answers to single requests for hosted pages: how they are refused, and which of them uses something up. */

const QUARTER = 15 * 60_000;

let at: HostedDesk;
beforeEach(async () => {
  at = await hostedDesk();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await at.close();
  expect(at.failures).toEqual([]);
});

const UNKNOWN = `/password/${"A".repeat(43)}`;
const values = () => at.submitted.map((secret) => secret.reveal());
const pathOf = (url: string) => (url.startsWith("/") ? url : new URL(url).pathname);
const tokenOf = (url: string) => pathOf(url).slice("/password/".length);
/** The mark of that browser's forms for a page. */
const markFor = (url: string, browser: PlainBrowser) =>
  at.keys.mark("entry", tokenOf(url), browser.cookie?.split("=")[1] ?? "");
const codeOf = (opened: { public?: { shortUrl: string } }) =>
  pathOf(opened.public?.shortUrl ?? "").slice("/p/".length);

async function bound(url: string): Promise<PlainBrowser> {
  const browser = at.browser();
  await browser.open(url);
  return browser;
}

/** A request by a program that is no browser. */
const ask = (path: string, method: string, headers: Record<string, string> = {}) =>
  fetch(at.base + path, { method, headers, redirect: "manual" });

describe("a method", () => {
  it.each(["PUT", "DELETE", "OPTIONS", "PATCH"])("%s is not answered", async (method) => {
    const { url } = await at.open();
    const answer = await ask(pathOf(url), method);
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
    expect(await answer.text()).toContain("Nothing was done");
  });

  it("HEAD has the headers of the page, with its state, and no more", async () => {
    const { url } = await at.open();
    const browser = await bound(url);
    const shown = await browser.get(url);
    const answer = await ask(pathOf(url), "HEAD", { cookie: browser.cookie ?? "" });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
    expect(answer.headers.get("x-page-state")).toBe("waiting");
    expect(answer.headers.get("content-length")).toBe(String(Buffer.byteLength(shown.body)));
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
  });
});

describe("an address", () => {
  it.each(["/", "/password", "/password/", UNKNOWN, "/q", "/p/a/b", "/px", `/p/${"B".repeat(65)}`])(
    "%s leads to no page",
    async (path) => {
      const { status, body } = await at.browser().get(path);
      expect([status, markIn(body)]).toEqual([404, ""]);
    },
  );

  it("that is a letter longer or shorter than one leads to no page", async () => {
    const { url } = await at.open();
    for (const path of [`${pathOf(url)}A`, pathOf(url).slice(0, -1)]) {
      expect((await at.browser().get(path)).status).toBe(404);
    }
  });

  it("leads to the same page with what a proxy or a chat adds to it", async () => {
    const { url } = await at.open();
    for (const path of [`/telzino${pathOf(url)}`, `${pathOf(url)}?utm=1?2`]) {
      expect((await at.browser().get(path)).status).toBe(200);
    }
  });

  it.each([
    ["with the letters in two groups", "/p/bcdfGHJK", "BCDF GHJK"],
    ["without what cannot be letters", "/p/BCDFGHJA", ""],
    ["without what is not percent-encoded as it should be", "/p/%ZZ", ""],
    ["empty", "/p", ""],
    ["empty also with a slash", "/p/", ""],
  ])("of letters shows the form %s", async (_how, path, shown) => {
    const { status, body } = await at.browser().get(path);
    expect(status).toBe(200);
    expect(body).toContain(`<input id="code" name="code" type="text" value="${shown}"`);
    expect(body).toContain('role="alert"></p>');
  });
});

describe("requests of one address", () => {
  it("are asked to wait a minute where there are too many", async () => {
    await at.store.count(at.keys.nameOf("asked", "192.0.2.1"), 120, 60_000);
    const { status, headers, body } = await at.browser().get("/p");
    expect([status, headers["retry-after"], body.includes("Wait a minute")]).toEqual([429, "60", true]);
  });

  it("are not counted where they are refused before", async () => {
    const count = vi.spyOn(at.store, "count");
    await ask("/p", "PUT");
    await at.browser().get("/p", { "sec-fetch-dest": "iframe" });
    expect(count).not.toHaveBeenCalled();
  });
});

describe("a browser that comes from another page", () => {
  const FROM = { "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" };
  const isBounced = (body: string) => body.includes('http-equiv="refresh"');

  it("is sent to the same address once more, from here", async () => {
    const { url } = await at.open();
    const { status, body } = await at.browser().get(url, FROM);
    expect(status).toBe(200);
    expect(body).toContain(`content="0;url=./${tokenOf(url)}?from=here"`);
    expect((await at.browser().get(`${pathOf(url)}?from=here`, FROM)).body).toContain('value="open"');
  });

  it("is not sent anywhere where it has its cookie, is here already, or sends a form", async () => {
    const { url } = await at.open();
    const browser = await bound(url);
    expect(isBounced((await browser.get(url, FROM)).body)).toBe(false);
    for (const site of ["same-origin", "none"]) {
      expect(isBounced((await at.browser().get("/p", { "sec-fetch-site": site })).body)).toBe(false);
    }
    expect((await at.browser().post(url, { do: "open" }, FROM)).status).toBe(403);
  });
});

describe("the cookie", () => {
  it("is set where there is none, and kept where there is one", async () => {
    const { url } = await at.open();
    const browser = at.browser();
    expect((await browser.get(url)).headers["set-cookie"]).toHaveLength(1);
    const { cookie } = browser;
    expect((await browser.get(url)).headers).not.toHaveProperty("set-cookie");
    // Its time begins anew with the page that needs it.
    const opened = await browser.open(url);
    expect(opened.headers["set-cookie"]).toEqual([expect.stringContaining(`${cookie};`)]);
    expect([opened.headers.location, opened.body]).toEqual([pathOf(url), ""]);
    expect((await browser.get(url)).headers).not.toHaveProperty("set-cookie");
  });
});

describe("a form", () => {
  it("without the browser's cookie is refused, whatever its mark", async () => {
    const { url } = await at.open();
    const browser = at.browser();
    const mark = markIn((await browser.get(url)).body);
    browser.cookie = undefined;
    for (const given of [mark, ""]) {
      expect((await browser.post(url, { mark: given, do: "open" })).status).toBe(403);
    }
    expect(await at.stateOf()).toMatchObject({ phase: "waiting" });
    expect((await (await bound(url)).get(url)).status).toBe(200);
  });

  it("with another mark than that of its page and its browser is refused", async () => {
    const { url } = await at.open();
    const browser = await bound(url);
    const other = at.browser();
    await other.get("/p");
    const second = await at.open({ agentId: "b" });
    const marks = ["", "x", markFor(url, other), markFor(second.url, browser), at.keys.mark("entry")];
    for (const mark of marks) {
      const { status, body } = await browser.post(url, { mark, do: "password", password: "right" });
      expect([status, body.includes("Nothing was done")]).toEqual([403, true]);
    }
    expect((await browser.post("/p", { mark: markFor(url, browser), code: "BBBBBBBB" })).status).toBe(403);
    expect((await browser.post("/p", { code: "BBBBBBBB" })).status).toBe(403);
    expect(values()).toEqual([]);
  });

  it("for a page of another browser, or for none, does nothing", async () => {
    const { url } = await at.open();
    await bound(url);
    const thief = at.browser();
    await thief.get("/p");
    for (const of of [url, UNKNOWN]) {
      for (const what of ["open", "password", "asItIs", "cancel"]) {
        const fields = { mark: markFor(of, thief), do: what, password: "guess" };
        expect((await thief.post(of, fields)).status).toBe(404);
      }
    }
    expect(values()).toEqual([]);
    expect(await at.stateOf()).toMatchObject({ phase: "waiting" });
  });

  it("that is not read to its end closes its connection, and one that is read keeps it", async () => {
    const { url } = await at.open();
    const head = (length: number) =>
      `POST ${pathOf(url)} HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: ${length}\r\n\r\n`;
    const answerTo = async (sent: string) => {
      const socket = connect(Number(new URL(at.base).port), "127.0.0.1");
      socket.setEncoding("latin1").write(sent);
      const [first] = await once(socket, "data");
      socket.destroy();
      return String(first);
    };
    expect(await answerTo(head(100_000))).toMatch(/^HTTP\/1\.1 403 [\s\S]*\r\nconnection: close\r\n/i);
    expect(await answerTo(`${head(5)}mark=`)).toMatch(
      /^HTTP\/1\.1 403 [\s\S]*\r\nconnection: keep-alive\r\n/i,
    );
  });
});

describe("letters that are typed", () => {
  it.each(["", "BCDF", "AEIOUAEI", "BCDFGHJKL"])(
    "and cannot be any (%j) are told to be wrong, and are no try",
    async (code) => {
      const opened = await at.open();
      const browser = at.browser();
      for (let times = 0; times < 8; times += 1) {
        const answer = await browser.fill("/p", { code });
        expect([answer.status, answer.body.includes("lead to no page")]).toEqual([422, true]);
      }
      expect((await browser.fill("/p", { code: codeOf(opened) })).status).toBe(303);
    },
  );

  it("and are right are no wrong try", async () => {
    for (let times = 0; times < 8; times += 1) {
      const opened = await at.open({ agentId: `agent ${times}` });
      expect((await at.browser().fill("/p", { code: codeOf(opened) })).status).toBe(303);
    }
  });

  it("are locked for a quarter of an hour after five wrong ones", async () => {
    const browser = at.browser();
    for (let times = 0; times < 5; times += 1) await browser.fill("/p", { code: "BBBBBBBB" });
    const locked = await browser.fill("/p", { code: "BBBBBBBB" });
    expect([locked.status, locked.headers["retry-after"]]).toEqual([429, "900"]);
    expect(at.lines.join("\n")).toMatch(/too many wrong short forms.*192\.0\.2\.1/);
    at.clock.advance(QUARTER);
    expect((await browser.fill("/p", { code: "BBBBBBBB" })).status).toBe(422);
  });

  it("are wrong, and a try, where their page is another browser's, over, or its tenant has none", async () => {
    const other = await at.open({ agentId: "a" });
    await bound(other.url);
    const ended = await at.open({ agentId: "b" });
    const unserved = await at.open({ agentId: "c" });
    const browser = at.browser();
    expect((await browser.fill("/p", { code: codeOf(other) })).status).toBe(422);
    at.clock.advance(QUARTER);
    expect((await browser.fill("/p", { code: codeOf(ended) })).status).toBe(422);
    at.serves = false;
    expect((await browser.fill("/p", { code: codeOf(unserved) })).status).toBe(422);
    at.serves = true;
    const counted = await at.store.count(at.keys.nameOf("wrong"), 0, QUARTER);
    expect(counted).toBe(2);
  });

  it("are not wrong where the store does not answer", async () => {
    const opened = await at.open();
    const browser = at.browser();
    const lost = vi.spyOn(at.store, "take").mockResolvedValue(undefined);
    for (let times = 0; times < 6; times += 1) {
      const answer = await browser.fill("/p", { code: codeOf(opened) });
      expect([answer.status, answer.body.includes("Nothing was sent")]).toEqual([503, true]);
    }
    lost.mockRestore();
    expect((await browser.fill("/p", { code: codeOf(opened) })).status).toBe(303);
  });
});

describe("where the store does not answer", () => {
  const isUnavailable = ({ status, body }: { status: number; body: string }) =>
    status === 503 && body.includes("Nothing was sent");

  it("a page is not opened, and is free when it answers again", async () => {
    const { url } = await at.open();
    const browser = at.browser();
    const mark = markIn((await browser.get(url)).body);
    const lost = vi.spyOn(at.store, "replace").mockResolvedValue(undefined);
    expect(isUnavailable(await browser.post(url, { mark, do: "open" }))).toBe(true);
    lost.mockRestore();
    expect((await browser.post(url, { mark, do: "open" })).status).toBe(303);
  });

  it("a page is not cancelled", async () => {
    const { url } = await at.open();
    const browser = await bound(url);
    const mark = markIn((await browser.get(url)).body);
    const lost = vi.spyOn(at.store, "replace").mockResolvedValue(undefined);
    expect(isUnavailable(await browser.post(url, { mark, do: "cancel" }))).toBe(true);
    lost.mockRestore();
    expect(await at.stateOf()).toMatchObject({ phase: "waiting" });
    const cancelled = await browser.post(url, { mark, do: "cancel" });
    expect([cancelled.status, cancelled.headers.location]).toEqual([303, pathOf(url)]);
    expect(await at.stateOf()).toMatchObject({ phase: "ended", how: "cancelled" });
  });

  it("a form says so, and not that its page is over", async () => {
    const { url } = await at.open();
    const browser = await bound(url);
    const mark = markIn((await browser.get(url)).body);
    vi.spyOn(at.store, "get").mockResolvedValue(undefined);
    expect(isUnavailable(await browser.get(url))).toBe(true);
    expect(isUnavailable(await browser.post(url, { mark, do: "open" }))).toBe(true);
    expect(isUnavailable(await browser.post(url, { mark, do: "password", password: "x" }))).toBe(true);
    expect(values()).toEqual([]);
  });
});

describe("a password that is sent", () => {
  it("waits where too many were sent of its tenant, and nothing is done with it", async () => {
    const { url } = await at.open();
    const browser = await bound(url);
    await at.store.count(at.keys.nameOf("submitted", "acme"), 120, QUARTER);
    const answer = await browser.enter(url, "right");
    expect([answer.status, answer.headers["retry-after"]]).toEqual([429, "60"]);
    expect(answer.body).toContain("Too many requests");
    expect(await at.stateOf()).toMatchObject({ phase: "waiting" });
    expect(values()).toEqual([]);
  });

  it("is not taken where the store is lost in between, which is told", async () => {
    const { url } = await at.open();
    const browser = await bound(url);
    const mark = markIn((await browser.get(url)).body);
    const read = at.store.get.bind(at.store);
    vi.spyOn(at.store, "get").mockImplementationOnce(read).mockResolvedValue(undefined);
    const { status, body } = await browser.post(url, { mark, do: "password", password: "right" });
    expect([status, body.includes("Nothing was sent")]).toEqual([503, true]);
    expect(values()).toEqual([]);
  });

  it.each([
    ["nothing", "", "Enter the password."],
    ["what is too long", "x".repeat(257), "longer than a SIP password"],
    ["a blank at its end", "right ", "It ends with a blank. Remove that?"],
  ])("is asked for once more with %s, and why", async (_what, password, words) => {
    const { url } = await at.open();
    const { status, body } = await (await bound(url)).enter(url, password);
    const [, alert] = /role="alert">([^<]*)</.exec(body) ?? [];
    expect([status, alert]).toEqual([422, expect.stringContaining(words)]);
    expect(values()).toEqual([]);
  });

  it("is taken as it is where that is said, however odd", async () => {
    const { url } = await at.open();
    const browser = await bound(url);
    expect((await browser.fill(url, { do: "asItIs", password: "right " })).status).toBe(303);
    await vi.waitFor(() => expect(values()).toEqual(["right "]));
  });

  it("counts once for its tenant, and not where it is asked about or cannot be one", async () => {
    const { url } = await at.open();
    const browser = await bound(url);
    for (const password of ["", "right ", "x".repeat(257)]) {
      expect((await browser.enter(url, password)).status).toBe(422);
    }
    await browser.enter(url, "right");
    await vi.waitFor(() => expect(values()).toEqual(["right"]));
    expect(await at.store.count(at.keys.nameOf("submitted", "acme"), 0, QUARTER)).toBe(1);
  });

  it("is led to the page again where another is being worked on, and is not asked about", async () => {
    at.outcomes.splice(0, 1, new Promise(() => {}));
    const { url } = await at.open();
    const browser = await bound(url);
    const mark = markIn((await browser.get(url)).body);
    await browser.post(url, { mark, do: "password", password: "right" });
    for (const password of ["second", "second "]) {
      const answer = await browser.post(url, { mark, do: "password", password });
      expect([answer.status, answer.headers.location]).toEqual([303, pathOf(url)]);
    }
    expect(values()).toEqual(["right"]);
    // Only those that something is done with count.
    expect(await at.store.count(at.keys.nameOf("submitted", "acme"), 0, QUARTER)).toBe(1);
  });

  it("says with its page how far it has come", async () => {
    at.outcomes.splice(0, 1, REFUSED);
    const { url } = await at.open();
    const browser = await bound(url);
    await browser.enter(url, "wrong");
    await vi.waitFor(async () => expect((await browser.get(url)).body).toContain("Not registered"));
    const early = await browser.enter(url, "again");
    expect([early.status, early.headers["x-page-state"]]).toEqual([422, "waiting"]);
    await browser.fill(url, { do: "cancel" });
    const over = await browser.get(url);
    expect([over.status, over.headers["x-page-state"]]).toEqual([200, "ended"]);
  });
});

describe("a page that is over", () => {
  it("is nobody's who has not opened it before, by whatever it ended", async () => {
    const { url } = await at.open();
    await at.end("stored");
    const stranger = at.browser();
    const { status, headers } = await stranger.get(url);
    expect([status, headers["set-cookie"]]).toEqual([404, undefined]);
    await stranger.get("/p");
    const mark = markFor(url, stranger);
    expect((await stranger.post(url, { mark, do: "open" })).status).toBe(404);
  });
});

describe("a page whose tenant has none any more", () => {
  it("is shown to nobody, whether or not it is a browser's", async () => {
    const [free, taken] = [await at.open({ agentId: "a" }), await at.open({ agentId: "b" })];
    const browser = await bound(taken.url);
    at.serves = false;
    for (const { url } of [free, taken]) expect((await browser.get(url)).status).toBe(404);
  });

  it("is not opened by a form", async () => {
    const { url } = await at.open();
    const browser = at.browser();
    const mark = markIn((await browser.get(url)).body);
    at.serves = false;
    expect((await browser.post(url, { mark, do: "open" })).status).toBe(404);
    at.serves = true;
    expect((await (await bound(url)).get(url)).body).toContain('id="password"');
  });
});
