import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHostedPages } from "../../../../src/passwords/hosted/index.js";
import { createRedactor } from "../../../../src/redaction/redactor.js";
import { AGENT } from "../../../support/entry.js";
import { type HostedDesk, hostedDesk } from "../../../support/hosted-pages.js";
import { keptLog, PUBLIC_URL } from "../../../support/hosting.js";

/** The pages as a call sees them that continues at another replica. */

let at: HostedDesk;
beforeEach(async () => {
  at = await hostedDesk();
});
afterEach(() => at.close());

function pagesOf(tenant: string) {
  const { keys, store, clock } = at;
  const { log } = keptLog();
  const publicUrl = new URL(PUBLIC_URL);
  const { pages } = openHostedPages({ publicUrl, keys, store, clock, log, tenantOf: () => undefined });
  return pages.forTenant(tenant, {}, createRedactor());
}

describe("a page that a call was given before", () => {
  it("is taken up again by its own tenant for its own agent, and by nobody else who has its address", async () => {
    const { url, public: { shortUrl } = { shortUrl: "" } } = await at.open();
    const page = { url, shortUrl };
    const other = AGENT.replace("1", "2");
    expect((await pagesOf("acme").reopen?.(AGENT, page))?.url).toBe(url);
    expect(await pagesOf("globex").reopen?.(AGENT, page)).toBeUndefined();
    expect(await pagesOf("acme").reopen?.(other, page)).toBeUndefined();
  });

  it("is not taken up where a newer one has replaced it", async () => {
    const { url, public: { shortUrl } = { shortUrl: "" } } = await at.open();
    await at.open();
    expect(await pagesOf("acme").reopen?.(AGENT, { url, shortUrl })).toBeUndefined();
  });
});
