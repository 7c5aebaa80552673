import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  accessibilityProblems,
  type OpenPage,
  openPage,
  screenshot,
  startChromium,
} from "../support/browser.js";
import { REFUSED, REGISTERED } from "../support/entry.js";
import { type HostedDesk, hostedDesk } from "../support/hosted-pages.js";
import { startTlsProxy, type TlsProxy } from "../support/tls-proxy.js";

/** The pages of a hosted server in Chromium, over TLS, opened from a chat of another origin. */

let browser: Browser;
let tls: TlsProxy;
let at: HostedDesk;
const opened: OpenPage[] = [];
beforeAll(async () => {
  [browser, tls] = await Promise.all([startChromium(), startTlsProxy()]);
});
afterAll(async () => {
  await browser.close();
  await tls.close();
});
beforeEach(async () => {
  at = await hostedDesk({ publicUrl: tls.url });
  tls.lead(at.base);
});
afterEach(async () => {
  for (const { close } of opened.splice(0)) await close();
  await at.close();
});

const values = () => at.submitted.map((secret) => secret.reveal());

async function newPage(options: BrowserContextOptions = {}): Promise<OpenPage> {
  const open = await openPage(browser, { ignoreHTTPSErrors: true, ...options });
  opened.push(open);
  return open;
}

const field = (page: Page) => page.getByLabel("SIP password", { exact: true });
const heading = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor();

async function goOn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("button", { name: "Continue" }).click();
  await field(page).waitFor();
}

describe.each([
  ["with JavaScript", true],
  ["without JavaScript", false],
])("%s", (_name, javaScriptEnabled) => {
  it("is used only by keyboard, from the first page to the outcome", async () => {
    let finish: (outcome: typeof REGISTERED) => void = () => {};
    at.outcomes.splice(0, 1, new Promise((resolve) => (finish = resolve)));
    const { page } = await newPage({ javaScriptEnabled });
    await page.goto((await at.open({ asker: { name: "Acme support" } })).url);
    await page.getByText("Acme support asks for").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await field(page).waitFor();
    await page.keyboard.type("right one");
    await page.keyboard.press("Enter");
    await page.getByText("Storing the settings").waitFor();
    finish(REGISTERED);
    // It looks again by itself.
    await heading(page, "Registered");
    expect(values()).toEqual(["right one"]);
    expect(
      await page.locator("#outcome").evaluate((element) => element === element.ownerDocument.activeElement),
    ).toBe(true);
  });

  it("offers one more try after a refusal", async () => {
    at.outcomes.splice(0, 1, REFUSED, REGISTERED);
    const { page } = await newPage({ javaScriptEnabled });
    await goOn(page, (await at.open()).url);
    await field(page).fill("wrong");
    await page.keyboard.press("Enter");
    await heading(page, "Not registered");
    at.clock.advance(10_000);
    await field(page).fill("right");
    await page.getByRole("button", { name: "Try once more" }).click();
    await heading(page, "Registered");
    expect(values()).toEqual(["wrong", "right"]);
  });

  it("asks about what looks copied wrongly before it is sent", async () => {
    const { page } = await newPage({ javaScriptEnabled });
    await goOn(page, (await at.open()).url);
    await field(page).fill(' "secret-1"');
    await page.keyboard.press("Enter");
    await page.getByText("It begins with a blank. It is in quotation marks. Remove that?").waitFor();
    expect(values()).toEqual([]);
    if (javaScriptEnabled) {
      await page.getByRole("button", { name: "Remove and send" }).click();
      await heading(page, "Registered");
      expect(values()).toEqual(["secret-1"]);
      return;
    }
    expect(await field(page).inputValue()).toBe("");
    await field(page).fill(' "secret-1"');
    await page.getByRole("button", { name: "Send as it is" }).click();
    await heading(page, "Registered");
    expect(values()).toEqual([' "secret-1"']);
  });

  it("is reached by the letters that were read out", async () => {
    const { public: reached } = await at.open();
    const { page } = await newPage({ javaScriptEnabled });
    await page.goto(`${tls.url}/p`);
    // Who comes from nowhere is sent on once: only then is there a field, and it has the focus.
    await page.locator("input:focus").waitFor();
    await page.keyboard.type(reached?.shortUrl.slice(-8).toLowerCase() ?? "");
    await page.keyboard.press("Enter");
    await field(page).fill("right");
    await page.keyboard.press("Enter");
    await heading(page, "Registered");
    await page.goto(reached?.shortUrl ?? "");
    await page.getByRole("button", { name: "Open the page" }).click();
    await page.getByText("lead to no page").waitFor();
  });

  it("can be cancelled", async () => {
    const { page } = await newPage({ javaScriptEnabled });
    await goOn(page, (await at.open()).url);
    await page.getByRole("button", { name: "Cancel" }).click();
    await heading(page, "Cancelled");
    expect(values()).toEqual([]);
  });
});

it("goes on looking for the outcome while it is answered that there are too many requests", async () => {
  let finish: (outcome: typeof REGISTERED) => void = () => {};
  at.outcomes.splice(0, 1, new Promise((resolve) => (finish = resolve)));
  const { page } = await newPage();
  await goOn(page, (await at.open()).url);
  await field(page).fill("right one");
  await page.keyboard.press("Enter");
  await page.getByText("Storing the settings").waitFor();
  // Others behind the same address.
  const others = at.browser();
  let status = 200;
  while (status !== 429) ({ status } = await others.get("/p"));
  const refused = page.waitForResponse((answer) => answer.status() === 429);
  finish(REGISTERED);
  await refused;
  await page.getByText("Storing the settings").waitFor();
  at.clock.advance(60_000);
  await heading(page, "Registered");
});

it("takes away what nobody sees before it is sent", async () => {
  const { page } = await newPage();
  await goOn(page, (await at.open()).url);
  await field(page).fill("\u200b„sec\u00adret-1”");
  await page.keyboard.press("Enter");
  await page.getByText("It contains invisible characters. Remove that?").waitFor();
  await page.getByRole("button", { name: "Remove and send" }).click();
  await heading(page, "Registered");
  expect(values()).toEqual(["secret-1"]);
});

it("asks whether dots are meant, or the user's own address", async () => {
  const { page } = await newPage();
  await goOn(page, (await at.open()).url);
  for (const [typed, words] of [
    ["••••••••", "It is dots or asterisks"],
    ["sip:1001@pbx.example.com", "It is the same as the user."],
    ["ftp://pbx.example.com", "It is a web address."],
  ] as const) {
    await field(page).fill(typed);
    await page.keyboard.press("Enter");
    await page.getByText(words).waitFor();
  }
  expect(values()).toEqual([]);
});

describe("the browser's part of the protection", () => {
  let chat: Server;
  let chatUrl: string;
  let content = "";
  beforeAll(async () => {
    chat = createServer((_req, res) => {
      res.writeHead(200, { "content-type": "text/html" }).end(content);
    }).listen(0, "127.0.0.1");
    await once(chat, "listening");
    chatUrl = `http://127.0.0.1:${(chat.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    chat.closeAllConnections();
    chat.close();
  });

  it("a link in a chat of another origin opens it, also once more when it is bound", async () => {
    const { url } = await at.open();
    content = `<a href="${url}">page</a>`;
    const { page } = await newPage();
    await page.goto(chatUrl);
    await page.getByRole("link").click();
    await page.getByRole("button", { name: "Continue" }).click();
    await field(page).waitFor();
    await page.goto(chatUrl);
    await page.getByRole("link").click();
    await field(page).waitFor();
    await field(page).fill("right");
    await page.keyboard.press("Enter");
    await heading(page, "Registered");
  });

  it("keeps the cookie from scripts, and the value out of everything that stays", async () => {
    const { page, console } = await newPage();
    await goOn(page, (await at.open()).url);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Strict", path: "/" });
    expect(cookie?.name).toBe("__Host-telzino-page");
    expect(await field(page).getAttribute("autocomplete")).toBe("one-time-code");
    await page.getByRole("button", { name: "Show" }).click();
    expect(await field(page).getAttribute("type")).toBe("text");
    await field(page).fill("canary-4711-value");
    await page.getByRole("button", { name: "Connect" }).click();
    await heading(page, "Registered");
    const left = await page.evaluate(
      "[document.documentElement.outerHTML, JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href, document.referrer].join()",
    );
    expect(left).not.toContain("canary-4711-value");
    await page.goBack();
    await vi.waitFor(async () => expect(await page.content()).not.toContain("canary-4711-value"));
    expect(console.filter((line) => !line.includes("404"))).toEqual([]);
  });

  it("is another person's where the link was passed on", async () => {
    const { url } = await at.open();
    const { page } = await newPage();
    await goOn(page, url);
    const other = await newPage();
    await other.page.goto(url);
    await heading(other.page, "This page is no longer valid");
    await field(page).fill("right");
    await page.keyboard.press("Enter");
    await heading(page, "Registered");
  });

  it("cannot be framed, nor posted to from another origin", async () => {
    const { url } = await at.open();
    const { page } = await newPage();
    await goOn(page, url);
    const mark = (await page.locator('input[name="mark"]').getAttribute("value")) ?? "";
    content = `<iframe src="${url}"></iframe><form method="post" action="${url}"><input name="mark" value="${mark}"><input name="do" value="password"><input name="password" value="theirs"><button>go</button></form>`;
    await page.goto(chatUrl);
    await expect
      .poll(() => page.frames().map((frame) => frame.url()))
      .toContain("chrome-error://chromewebdata/");
    await page.getByRole("button", { name: "go" }).click();
    await heading(page, "That could not be sent");
    expect(values()).toEqual([]);
  });

  it("speaks the browser's language", async () => {
    const { page } = await newPage({ locale: "de-DE" });
    await page.goto((await at.open({ asker: { name: "Acme" } })).url);
    await page.getByText("Acme fragt nach dem SIP-Passwort").waitFor();
    await page.getByRole("button", { name: "Weiter" }).click();
    await page.getByRole("heading", { name: "SIP-Passwort eingeben" }).waitFor();
  });
});

const LOOKS = [360, 1280].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({ width, colorScheme })),
);

describe.each(LOOKS)("at $width px in the $colorScheme theme", ({ width, colorScheme }) => {
  it("every page is readable and accessible", async () => {
    const { page } = await newPage({ colorScheme, viewport: { width, height: 800 } });
    const holds = async (state: string) => {
      await screenshot(page, `hosted-${state}-${width}-${colorScheme}`);
      expect(await accessibilityProblems(page), state).toStrictEqual([]);
      const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect(overflow, state).toBeLessThanOrEqual(0);
    };
    let refuse: (outcome: typeof REFUSED) => void = () => {};
    at.outcomes.splice(
      0,
      1,
      new Promise((resolve) => (refuse = resolve)),
      REGISTERED,
      new Error("The Telzino API could not be reached from this machine, whichever way it was tried."),
    );
    const note = "We asked you on the phone a minute ago. Call 0800 5550 if in doubt.";
    const { url } = await at.open({ asker: { name: "Acme support of the Northern Region", note } });
    await page.goto(url);
    await holds("landing");
    await page.getByRole("button", { name: "Continue" }).click();
    await field(page).waitFor();
    await holds("form");
    await page.getByRole("button", { name: "Connect" }).click();
    await page.getByText("Enter the password.").waitFor();
    await holds("empty");
    await field(page).fill(' "wrong" ');
    await page.keyboard.press("Enter");
    await page.getByText("It is in quotation marks.").waitFor();
    await holds("doubt");
    await field(page).fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByText("Storing the settings").waitFor();
    await holds("working");
    refuse({ ...REFUSED, details: ["A detail of a failure, which is rather long."] });
    await heading(page, "Not registered");
    await holds("refused");
    at.clock.advance(10_000);
    await field(page).fill("right");
    await page.keyboard.press("Enter");
    await heading(page, "Registered");
    await holds("registered");
    await goOn(page, (await at.open({ agentId: "an error" })).url);
    await field(page).fill("right");
    await page.keyboard.press("Enter");
    await heading(page, "Not completed");
    await holds("error");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Continue with the assistant").waitFor();
    await holds("error-ended");
    await page.goto(`${tls.url}/password/${"A".repeat(43)}`);
    await holds("spent");
    await page.goto(`${tls.url}/p`);
    await holds("code");
    await page.getByRole("button", { name: "Open the page" }).click();
    await page.getByText("lead to no page").waitFor();
    await holds("code-wrong");
  });
});
