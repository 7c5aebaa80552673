import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPasswordPages } from "../../../../src/passwords/page/pages.js";
import { EntryUnavailable } from "../../../../src/passwords/page/types.js";
import { createRedactor } from "../../../../src/redaction/redactor.js";
import { Secret } from "../../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../../src/redaction/secret-search.js";
import { untrusted } from "../../../../src/redaction/untrusted.js";
import { AGENT, ask, enter, entryDesk, FACTS, REGISTERED } from "../../../support/entry.js";

let at: ReturnType<typeof entryDesk>;
beforeEach(() => {
  at = entryDesk();
});
afterEach(() => at.pages.close());

const listens = (url: string) =>
  ask(url).then(
    () => true,
    () => false,
  );

describe("the entry server", () => {
  it("listens only while an entry is pending, and a moment longer to tell its end", async () => {
    const { url } = await at.open();
    expect(await listens(url)).toBe(true);
    await enter(url, "right");
    await vi.waitFor(() => expect(at.pages.stateOf(AGENT)).toMatchObject({ phase: "ended" }));
    expect(await listens(url)).toBe(true);
    at.clock.advance(3_000);
    await vi.waitFor(async () => expect(await listens(url)).toBe(false));
    const again = await at.open();
    expect(await listens(again.url)).toBe(true);
  });

  it("serves several agents' entries at once, each under its own address", async () => {
    const one = await at.open();
    const two = await at.open({ agentId: "two", facts: { ...FACTS, agent: "Night Line" } });
    expect(new URL(two.url).port).toBe(new URL(one.url).port);
    expect((await ask(one.url)).body).toContain("Front Desk");
    expect((await ask(two.url)).body).toContain("Night Line");
  });

  it("shows no secret that is held, whatever the agent or the host is called", async () => {
    const release = at.redactor.hold(new Secret("hunter2-held"));
    const facts = { ...FACTS, agent: `${untrusted("Desk hunter2-held")}`, sipDomain: "pbx.example" };
    const { url } = await at.open({ facts });
    release();
    const { body } = await ask(url);
    expect(body).toContain(LEFT_OUT);
    expect(body).not.toContain("hunter2-held");
  });

  it("takes the port that is asked for, and says what to do where it is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const pages = createPasswordPages({ port, redactor: createRedactor() });
    const request = {
      agentId: AGENT,
      facts: FACTS,
      words: [],
      awaited: false,
      explain: () => [],
      submit: async () => ({ value: 1, outcome: REGISTERED }),
    };
    await expect(pages.open(request)).rejects.toThrow(EntryUnavailable);
    await expect(pages.open(request)).rejects.toThrow(`Port ${port} for the local page is taken`);
    await new Promise((resolve) => other.close(resolve));
    expect(new URL((await pages.open(request)).url).port).toBe(String(port));
    await pages.close();
  });

  it("ends with every entry when it is closed, and opens none after that", async () => {
    const { url, result } = await at.open();
    await at.pages.close();
    expect(await result).toStrictEqual({ kind: "unanswered", why: "stopped" });
    expect(await listens(url)).toBe(false);
    await expect(at.open()).rejects.toThrow(EntryUnavailable);
  });

  it("aborts what is under way when it is closed", async () => {
    let reason: unknown;
    const { url } = await at.open({
      submit: (_password: unknown, { signal }: { signal: AbortSignal }) =>
        new Promise<never>((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            reason = signal.reason;
            reject(signal.reason);
          });
        }),
    });
    await enter(url, "right");
    await at.pages.close();
    expect(reason).toMatchObject({ name: "AbortError" });
  });
});

describe("an agent's newest entry", () => {
  it("takes the place of an older one that waits", async () => {
    const first = await at.open();
    const second = await at.open();
    expect(await first.result).toStrictEqual({ kind: "unanswered", why: "replaced" });
    expect(at.pages.stateOf(AGENT)).toMatchObject({ phase: "waiting", url: second.url });
    expect((await enter(first.url, "late")).status).toBe(410);
    expect(at.submitted).toStrictEqual([]);
  });

  it("does not disturb one that is being worked on", async () => {
    const { url } = await at.open({ submit: () => new Promise<never>(() => {}) });
    await enter(url, "right");
    expect(at.pages.stateOf(AGENT)).toMatchObject({ phase: "working" });
    await expect(at.open()).rejects.toThrow(/being tried/);
  });

  it("is remembered for a quarter of an hour after its end", async () => {
    expect(at.pages.stateOf(AGENT)).toBeUndefined();
    const { close } = await at.open();
    close();
    await vi.waitFor(() => expect(at.pages.stateOf(AGENT)).toMatchObject({ phase: "ended", how: "stopped" }));
    at.clock.advance(15 * 60_000);
    expect(at.pages.stateOf(AGENT)).toBeUndefined();
  });

  it("is one of eight at most", async () => {
    for (let count = 0; count < 8; count += 1) await at.open({ agentId: `agent ${count}` });
    await expect(at.open({ agentId: "one too many" })).rejects.toThrow(/8 pages/);
  });
});
