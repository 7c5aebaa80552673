import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EntryFacts, EntryOutcome } from "../../src/passwords/page/types.js";
import { accessibilityProblems, openPage, screenshot, startChromium } from "../support/browser.js";
import { entryDesk, REFUSED, REGISTERED } from "../support/entry.js";

/** How the page looks and reads in each of its states, at the sizes and in the themes that people have. */

const LOOKS = [360, 1280].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({ width, colorScheme })),
);
const LONG: EntryFacts = {
  agent: "Reception & after-hours service of the Northern Region, second line",
  username: "extension-1001-with-a-long-name",
  sipDomain: "a-rather-long-tenant-name.region-1.hosted-pbx.example.com",
  proxy: "outbound-proxy.region-1.hosted-pbx.example.com",
  port: 5061,
  transport: "tls",
  purpose: "store",
};
const DETAILED: EntryOutcome = {
  ...REFUSED,
  details: [
    "The PBX asked for credentials again after they were sent: it did not accept them.",
    "Wrong SIP password (the extension's SIP secret, not the web or voicemail login).",
    "Check whether this PBX has a separate auth ID and put it into authUsername.",
  ],
};

let browser: Browser;
let at: ReturnType<typeof entryDesk>;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser.close());
beforeEach(() => {
  at = entryDesk();
});
afterEach(() => at.pages.close());

const pending = () => new Promise<never>(() => {});

describe.each(LOOKS)("at $width px in the $colorScheme theme", ({ width, colorScheme }) => {
  const name = (state: string) => `entry-${state}-${width}-${colorScheme}`;
  const opened = async (url: string, locale = "en-GB") => {
    const open = await openPage(browser, { colorScheme, locale, viewport: { width, height: 800 } });
    await open.page.goto(url);
    await open.page.locator("#validity:not(:empty)").waitFor();
    return open;
  };

  /** No violation, nothing beside the page's width, nothing on the console; and a picture for people. */
  async function holds({ page, console }: Awaited<ReturnType<typeof opened>>, state: string) {
    await screenshot(page, name(state));
    expect(await accessibilityProblems(page)).toStrictEqual([]);
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
    expect(console).toStrictEqual([]);
  }

  it("the form is readable and accessible", async () => {
    const open = await opened((await at.open()).url);
    await holds(open, "form");
    await open.page.getByRole("button", { name: "Connect" }).click();
    await expect.poll(() => open.page.getByRole("alert").textContent()).toBe("Enter the password.");
    await holds(open, "empty");
    await open.close();
  });

  it("so is the question about what was copied along, in the longest words", async () => {
    const open = await opened((await at.open()).url, "fr-FR");
    await open.page.locator("#password").fill(' "pw-1001" ');
    await open.page.keyboard.press("Enter");
    await open.page.locator("#take-away").waitFor();
    await holds(open, "doubt");
    await open.close();
  });

  it("so are long names, in another language", async () => {
    const open = await opened((await at.open({ facts: LONG })).url, "de-DE");
    await holds(open, "long-de");
    await open.close();
  });

  it("so is the work on a password", async () => {
    const open = await opened((await at.open({ submit: pending })).url);
    await open.page.getByLabel("SIP password").fill("right");
    await open.page.keyboard.press("Enter");
    await open.page.getByText("Storing the settings").waitFor();
    await holds(open, "working");
    await open.close();
  });

  it("so are a refusal and the second try's end", async () => {
    const open = await opened(
      (await at.open({ submit: async () => ({ value: "", outcome: DETAILED }) })).url,
    );
    await open.page.getByLabel("SIP password").fill("wrong");
    await open.page.keyboard.press("Enter");
    await open.page.getByRole("heading", { name: "Not registered" }).waitFor();
    await holds(open, "refused");
    await open.page.getByText("Details").click();
    await holds(open, "refused-details");
    await open.close();
  });

  it("so is success", async () => {
    const open = await opened(
      (await at.open({ submit: async () => ({ value: "", outcome: REGISTERED }) })).url,
    );
    await open.page.getByLabel("SIP password").fill("right");
    await open.page.keyboard.press("Enter");
    await open.page.getByRole("heading", { name: "Registered" }).waitFor();
    await holds(open, "registered");
    await open.close();
  });

  it("so is the end of the time, and a page that is not valid any more", async () => {
    const { url } = await at.open();
    const open = await opened(url);
    at.clock.advance(600_000);
    await open.page.getByRole("heading", { name: "Time is up" }).waitFor();
    await holds(open, "expired");
    // The server goes with its last entry; another one keeps it.
    await at.open({ agentId: "another" });
    at.clock.advance(3_000);
    await open.page.goto(url);
    await open.page.getByRole("heading", { name: "This page is no longer valid" }).waitFor();
    await screenshot(open.page, name("spent"));
    expect(await accessibilityProblems(open.page)).toStrictEqual([]);
    await open.close();
  });
});
