import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { enter, watchViews } from "../../support/entry.js";
import { SpawnedServer } from "../../support/spawned.js";

/** A diagnosis that needs a password, over real stdio: the user types it into the page. */

const ASKS = { elicitation: { url: {} } };
let server: SpawnedServer;
let target: { sipDomain: string; port: number; username: string; testCredentials: true };
beforeEach(() => {
  server = new SpawnedServer(["--sandbox"]);
});
afterEach(() => server.kill());

async function begin(capabilities: object = {}): Promise<void> {
  await server.initialize(capabilities);
  const [, sipDomain = "", port = ""] = /sipDomain (\S+), port (\d+)/.exec(server.stderr) ?? [];
  target = { sipDomain, port: Number(port), username: "1001", testCredentials: true };
}

const diagnose = (more: object = {}) => server.callTool("diagnose_sip_registration", { ...target, ...more });

describe("diagnose_sip_registration with testCredentials", () => {
  it.each([false, true])("asks its user, and the same call returns the outcome (media %s)", async (media) => {
    await begin(ASKS);
    const answer = diagnose({ media });
    const { params, id } = await server.heard("elicitation/create");
    server.send({ jsonrpc: "2.0", id, result: { action: "accept" } });
    const { url = "" } = params as { url?: string };
    expect((await enter(url, "demo-1001")).status).toBe(202);
    const { text, facts } = await answer;
    expect(facts).toMatchObject({ outcome: "proven" });
    expect(text).toMatch(/accept/);
    if (media) expect(JSON.stringify(facts)).toMatch(/echo/i);
  });

  it.each([false, true])(
    "gives the address to a client that cannot ask, and the next call has the outcome (media %s)",
    async (media) => {
      await begin();
      const first = await diagnose({ media });
      const { url } = first.facts.passwordEntry as { url: string };
      expect(first.text).toContain("The credentials are not tested yet");
      const watched = watchViews(url);
      await enter(url, "demo-1001");
      await watched.ended;
      expect(watched.views.at(-1)).toMatchObject({
        phase: "ended",
        outcome: { result: "done", verdict: "proven" },
      });
      const second = await diagnose({ media });
      expect(second.facts).toMatchObject({ outcome: "proven" });
      expect(second.text).toContain("the password that the user has entered");
      if (media) expect(second.text).toMatch(/echo/i);
      // It is told once.
      expect((await diagnose({ media })).facts).toHaveProperty("passwordEntry");
    },
  );

  it("tells a wrong password on the page and in the call, and stores nothing", async () => {
    await begin(ASKS);
    const answer = diagnose();
    const { params, id } = await server.heard("elicitation/create");
    server.send({ jsonrpc: "2.0", id, result: { action: "accept" } });
    await enter((params as { url: string }).url, "wrong-1001");
    const { facts } = await answer;
    expect(facts).toMatchObject({ outcome: "problem" });
    expect(JSON.stringify(facts.findings)).toMatch(/credentials|password/i);
    expect(server.stdout + server.stderr).not.toContain("wrong-1001");
  });
});
