import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Secret } from "../../src/redaction/secret.js";
import { type OpenPage, openPage, REBOUND_HOST, startChromium } from "../support/browser.js";
import { AGENT, entryDesk, REFUSED, REGISTERED } from "../support/entry.js";

let browser: Browser;
let at: ReturnType<typeof entryDesk>;
let open: OpenPage | undefined;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser.close());
beforeEach(() => {
  at = entryDesk();
});
afterEach(async () => {
  await open?.close();
  await at.pages.close();
});

async function opened(url: string): Promise<Page> {
  open = await openPage(browser);
  await open.page.goto(url);
  await open.page.locator("#validity:not(:empty)").waitFor();
  return open.page;
}

const values = () => at.submitted.map((secret) => secret.reveal());
const field = (page: Page) => page.getByLabel("SIP password", { exact: true });

describe("the page in a browser", () => {
  it("is used only by keyboard: the field has the focus, the return key sends", async () => {
    const page = await opened((await at.open()).url);
    await page.keyboard.type("right one");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Registered" }).waitFor();
    expect(values()).toStrictEqual(["right one"]);
    // A screen reader is led to the outcome.
    expect(await page.evaluate("document.activeElement.id")).toBe("outcome");
    expect(await page.title()).toBe("Registered – SIP password");
  });

  it("hides what is typed until it is asked to show it, and takes what is pasted as it is", async () => {
    const page = await opened((await at.open()).url);
    await page.evaluate("document.execCommand('insertText', false, ' pasted ')");
    expect(await field(page).getAttribute("type")).toBe("password");
    const show = page.getByRole("button", { name: "Show" });
    expect(await show.getAttribute("aria-pressed")).toBe("false");
    await show.click();
    expect(await field(page).getAttribute("type")).toBe("text");
    await page.getByRole("button", { name: "Hide", pressed: true }).click();
    expect(await field(page).getAttribute("type")).toBe("password");
    await field(page).press("Enter");
    await page.getByText("It begins with a blank. It ends with a blank. Remove that?").waitFor();
    await page.getByRole("button", { name: "Send as it is" }).click();
    await vi.waitFor(() => expect(values()).toStrictEqual([" pasted "]));
  });

  it("takes away what nobody sees, and after an error asks for no other password", async () => {
    const sent: string[] = [];
    const submit = async (password: Secret) => {
      sent.push(password.reveal());
      throw new Error("the API does not answer");
    };
    const page = await opened((await at.open({ submit })).url);
    await field(page).fill("\u200b„sec\u00adret-1”");
    await page.keyboard.press("Enter");
    await page.getByText("It contains invisible characters. Remove that?").waitFor();
    await page.getByRole("button", { name: "Remove and send" }).click();
    await page.getByText("You can send it once more.").waitFor();
    expect(sent).toStrictEqual(["secret-1"]);
    expect(await page.getByText("with the right password").isVisible()).toBe(false);
  });

  it("takes away what was copied along, and asks again what is left", async () => {
    const page = await opened((await at.open()).url);
    await field(page).fill(' "4711" ');
    await page.keyboard.press("Enter");
    // The question has the focus, so the return key answers it.
    await page.getByText("It is in quotation marks. Remove that?").waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("voicemail PINs are. Is that really the SIP password?").waitFor();
    expect(await page.getByRole("button", { name: "Remove and send" }).isVisible()).toBe(false);
    expect(values()).toStrictEqual([]);
    await field(page).fill("right one");
    expect(await page.getByRole("button", { name: "Send as it is" }).isVisible()).toBe(false);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Registered" }).waitFor();
    expect(values()).toStrictEqual(["right one"]);
  });

  it.each([
    ["de-DE", "Soll das weg?", "Entfernen und senden"],
    ["es-ES", "¿Se quita?", "Quitar y enviar"],
    ["fr-FR", "Faut-il l’enlever ?", "Enlever et envoyer"],
    ["pt-BR", "Tirar isso?", "Tirar e enviar"],
  ])("asks about a blank in %s", async (locale, question, button) => {
    open = await openPage(browser, { locale });
    const { page } = open;
    await page.goto((await at.open()).url);
    await page.locator("#password").fill("pw-1001 ");
    await page.keyboard.press("Enter");
    await page.getByText(question).waitFor();
    await page.getByRole("button", { name: button }).click();
    await vi.waitFor(() => expect(values()).toStrictEqual(["pw-1001"]));
  });

  it("invites no password manager, and leaves the value nowhere after it was sent", async () => {
    const canary = "canary-4711-value";
    const page = await opened((await at.open({ submit: () => new Promise<never>(() => {}) })).url);
    expect(await field(page).getAttribute("autocomplete")).toBe("one-time-code");
    expect(await page.locator("input").count()).toBe(1);
    await field(page).fill(canary);
    await page.keyboard.press("Enter");
    await page.getByText("Storing the settings").waitFor();
    await expect.poll(() => page.locator("#password").inputValue()).toBe("");
    const left = await page.evaluate(
      "[document.documentElement.outerHTML, JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href].join()",
    );
    expect(left).not.toContain(canary);
  });

  it("sends once where the button is pressed twice", async () => {
    const page = await opened((await at.open()).url);
    await field(page).fill("right");
    await page.getByRole("button", { name: "Connect" }).dblclick();
    await page.getByRole("heading", { name: "Registered" }).waitFor();
    expect(values()).toStrictEqual(["right"]);
  });

  it("sends once where it is open twice, and shows the end in both", async () => {
    const { url } = await at.open();
    const page = await opened(url);
    const other = await openPage(browser);
    await other.page.goto(url);
    await field(other.page).fill("right");
    await other.page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Registered" }).waitFor();
    await other.page.getByRole("heading", { name: "Registered" }).waitFor();
    expect(values()).toStrictEqual(["right"]);
    await other.close();
  });

  it("offers one more try after a refusal, when its time has come", async () => {
    const outcomes = [REFUSED, REGISTERED];
    const { url } = await at.open({
      submit: async () => ({ value: "", outcome: outcomes.shift() ?? REFUSED }),
    });
    const page = await opened(url);
    await field(page).fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Not registered" }).waitFor();
    expect(await page.getByText("The phone system did not accept the password").isVisible()).toBe(true);
    expect(await page.locator("#validity").textContent()).toContain("valid until 00:02");
    const retry = page.getByRole("button", { name: /^Try once more/ });
    expect(await retry.isDisabled()).toBe(true);
    at.clock.advance(10_000);
    await expect.poll(() => retry.textContent(), { timeout: 15_000 }).toBe("Try once more");
    await field(page).fill("right");
    await retry.click();
    await page.getByRole("heading", { name: "Registered" }).waitFor();
  });

  it("tells when its time is up, when it was cancelled, replaced, or its server has gone", async () => {
    const page = await opened((await at.open()).url);
    at.clock.advance(600_000);
    await page.getByRole("heading", { name: "Time is up" }).waitFor();
    expect(await page.locator("input").count()).toBe(0);

    await page.goto((await at.open()).url);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("heading", { name: "Cancelled" }).waitFor();

    await page.goto((await at.open()).url);
    await field(page).waitFor();
    await at.open();
    await page.getByRole("heading", { name: "Replaced" }).waitFor();

    await page.goto((await at.open()).url);
    await field(page).waitFor();
    await at.pages.close();
    await page.getByRole("heading", { name: "Ended" }).waitFor();
  });

  it("ends for one who waits when it is closed", async () => {
    const { url, result } = await at.open({ awaited: true });
    const page = await opened(url);
    await page.reload();
    await field(page).waitFor();
    expect(at.pages.stateOf(AGENT)).toMatchObject({ phase: "waiting" });
    const before = at.clock.pending;
    await page.close();
    await vi.waitFor(() => expect(at.clock.pending).toBeGreaterThan(before));
    at.clock.advance(5_000);
    expect(await result).toStrictEqual({ kind: "unanswered", why: "closed" });
  });

  it("says what it needs where scripts are switched off", async () => {
    open = await openPage(browser, { javaScriptEnabled: false });
    await open.page.goto((await at.open()).url);
    await open.page.getByText("This page needs JavaScript").waitFor();
    expect(await open.page.locator("#form").isVisible()).toBe(false);
  });
});

describe("another page in the same browser", () => {
  let site: Server;
  let siteUrl: string;
  let siteBody = "";
  beforeEach(async () => {
    site = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(`<!doctype html><title>elsewhere</title>${siteBody}`);
    });
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  });
  afterEach(() => new Promise((resolve) => site.close(resolve)));

  async function elsewhere(body = ""): Promise<Page> {
    siteBody = body;
    open = await openPage(browser);
    await open.page.goto(siteUrl);
    return open.page;
  }

  it.each(["cors", "no-cors"])("can neither read nor send in mode %s", async (mode) => {
    const { url } = await at.open();
    const page = await elsewhere();
    const attempt = (method: string) =>
      page.evaluate(
        async ([target, init]) => {
          try {
            const answer = await fetch(target as string, init as RequestInit);
            return `${answer.type} ${(await answer.text()).length}`;
          } catch {
            return "refused";
          }
        },
        [
          url,
          { method, mode, ...(method === "POST" ? { body: JSON.stringify({ password: "planted" }) } : {}) },
        ] as const,
      );
    expect(await attempt("GET")).toMatch(/^refused$|^opaque 0$/);
    expect(await attempt("POST")).toMatch(/^refused$|^opaque 0$/);
    expect(values()).toStrictEqual([]);
  });

  it("cannot send a form", async () => {
    const { url } = await at.open();
    const page = await elsewhere(
      `<form method="post" action="${url}" enctype="text/plain"><input name='{"password":"planted","x":"' value='"}'><button>go</button></form>`,
    );
    await page.getByRole("button").click();
    await page.waitForURL(url);
    expect(await page.locator("body").textContent()).toBe("Not from this page.");
    expect(values()).toStrictEqual([]);
  });

  it("cannot frame it", async () => {
    const { url } = await at.open();
    const page = await elsewhere(`<iframe src="${url}"></iframe>`);
    await vi.waitFor(() => expect(page.frames()).toHaveLength(2));
    const framed = page.frames()[1];
    await vi.waitFor(() => expect(framed?.url()).toMatch(/^chrome-error:/));
    expect(await framed?.locator("input").count()).toBe(0);
  });

  it("cannot reach it by a name that leads to loopback", async () => {
    const { url } = await at.open();
    const { port, pathname } = new URL(url);
    open = await openPage(browser);
    const answer = await open.page.goto(`http://${REBOUND_HOST}:${port}${pathname}`);
    expect(answer?.status()).toBe(403);
    expect(await open.page.locator("body").textContent()).toBe("Not this server's address.");
  });
});
