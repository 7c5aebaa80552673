import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPasswordPages } from "../../src/passwords/page/pages.js";
import { createRedactor } from "../../src/redaction/redactor.js";
import { connectAsking } from "../support/asking-client.js";
import { accessibilityProblems, openPage, screenshot, startChromium } from "../support/browser.js";
import { connectToSandbox, FRONT_DESK, type SandboxedClient } from "../support/sandbox.js";

/** The whole way, by the person's hand, to the extension of the sandbox's PBX. */

let browser: Browser;
let sandboxed: SandboxedClient;
const redactor = createRedactor();
const pages = createPasswordPages({ port: 0, redactor });
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await pages.close();
});
beforeEach(async () => {
  sandboxed = await connectToSandbox({ redactor, entry: pages });
});
afterEach(() => sandboxed.close());

const line = () => ({ agentId: FRONT_DESK, ...sandboxed.pbx, username: "1001" });

describe("on the sandbox", () => {
  it("a wrong password and then the right one, typed into the page, end registered", async () => {
    const answer = await sandboxed.call("configure_sip_registration", line());
    const { url } = answer.facts.passwordEntry as { url: string };
    const { page, console, close } = await openPage(browser, { viewport: { width: 1280, height: 800 } });
    await page.goto(url);
    await page.keyboard.type("demo-1010");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Not registered" }).waitFor();
    expect(sandboxed.sandbox.bindings("1001")).toStrictEqual([]);
    const retry = page.getByRole("button", { name: "Try once more", exact: true });
    await retry.waitFor();
    await page.getByLabel("SIP password", { exact: true }).fill("demo-1001");
    await retry.click();
    await page.getByRole("heading", { name: "Registered", exact: true }).waitFor();
    expect(sandboxed.sandbox.bindings("1001")).toHaveLength(1);
    expect(await accessibilityProblems(page)).toStrictEqual([]);
    expect(console).toStrictEqual([]);
    await screenshot(page, "entry-sandbox-registered");
    const status = await sandboxed.call("get_sip_status", { agentId: FRONT_DESK });
    expect(status.facts).toMatchObject({ status: { registered: true } });
    await close();
  });

  it("a client that opens the page for its user has the outcome in the same call", async () => {
    const { page, close } = await openPage(browser);
    const client = await connectAsking(sandboxed.services, async ({ url }) => {
      await page.goto(url);
      await page.keyboard.type("demo-1001");
      await page.keyboard.press("Enter");
      return "accept";
    });
    const answer = await client.call("configure_sip_registration", line());
    expect(answer.facts).toMatchObject({ outcome: "registered", passwordFrom: "entry" });
    await page.getByRole("heading", { name: "Registered", exact: true }).waitFor();
    await client.close();
    await close();
  });
});
