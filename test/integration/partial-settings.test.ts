import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FRONT_DESK } from "../support/agents.js";
import { SpawnedServer } from "../support/spawned.js";

/** Changes of a part of the settings, over real stdio. */

let server: SpawnedServer;
let line: { agentId: string; sipDomain: string; username: string };
let port: number;
beforeEach(async () => {
  server = new SpawnedServer(["--sandbox"]);
  await server.initialize();
  const [, sipDomain = "", sipPort = ""] = /sipDomain (\S+), port (\d+)/.exec(server.stderr) ?? [];
  line = { agentId: FRONT_DESK, sipDomain, username: "1001" };
  port = Number(sipPort);
  const first = { port, did: "+15551234567", authUsername: "1001", password: "demo-1001" };
  expect((await configure(first)).facts).toMatchObject({ outcome: "registered" });
});
afterEach(() => server.kill());

const configure = (more: object = {}) => server.callTool("configure_sip_registration", { ...line, ...more });
const stored = async () => (await server.callTool("get_sip_status", { agentId: FRONT_DESK })).facts.stored;

async function silentPort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port: free } = socket.address();
  socket.close();
  return free;
}

describe("a call over stdio that gives a part of the settings", () => {
  it("keeps the others, and says so", async () => {
    const { facts, text } = await configure({ subscribe: true });
    expect(facts).toMatchObject({
      ...{ outcome: "registered", passwordFrom: "kept", kept: ["port", "transport", "authUsername", "did"] },
      changes: [{ field: "subscribe", from: "false", to: "true" }],
    });
    expect(text).toMatch(/^Kept as stored: port, transport, authUsername, did\.$/m);
    expect(await stored()).toMatchObject({ port, did: "+15551234567", subscribe: true });
  });

  it.each([{ did: null, authUsername: null }, { clear: "authUsername, did" }])(
    "takes away what it names with %j, and tells that first",
    async (away) => {
      const { facts, text } = await configure({ ...away, subscribe: true });
      expect(facts).toMatchObject({ outcome: "registered", takenAway: ["authUsername", "did"] });
      expect(text).toMatch(
        /Changes:\n- authUsername: 1001 → \(taken away\)\n- did: \S+ → \(taken away\)\n- subscribe: false → true/,
      );
      expect(await stored()).not.toHaveProperty("did");
    },
  );

  it("is refused where it gives a field and takes it away", async () => {
    const { text } = await configure({ did: "+15551234568", clear: "did" });
    expect(text).toMatch(/did cannot be given and removed in the same call/);
    expect(await stored()).toMatchObject({ did: "+15551234567" });
  });

  it("has from a preset only what is not stored", async () => {
    const { facts, text } = await configure({ presetId: "3cx", dryRun: true });
    expect(facts).toMatchObject({ settings: { port, transport: "udp" } });
    expect(text).toMatch(/The preset .*3CX.* has port \d+.*what is stored was kept/);
  });
});

describe("a change of a line that works, over stdio", () => {
  it("is asked about first, and can be taken back where it fails", async () => {
    const other = { port: await silentPort() };
    const asked = await configure(other);
    expect(asked.facts).toMatchObject({ outcome: "confirmation_needed", written: false });
    expect(asked.text).toMatch(/would change port of a line that works/);
    expect(asked.text).toMatch(/What may be lost: .*The stored password stays/);
    expect(asked.facts.nextSteps).toContain("If so, make the same call with replace true.");
    expect(await stored()).toMatchObject({ port });

    const failed = await configure({ ...other, authUsername: null, replace: true });
    expect(failed.facts).toMatchObject({
      ...{ outcome: "failed", written: true, takenAway: ["authUsername"] },
      former: { port, authUsername: "1001", did: "+15551234567" },
    });
    expect(failed.text).toMatch(/Going back needs no password/);
    expect((failed.facts.nextSteps as string[])[0]).toMatch(/^To go back to the line that worked, call/);

    expect((await configure(failed.facts.former as object)).facts).toMatchObject({
      outcome: "registered",
      passwordFrom: "kept",
    });
  });

  it("says that the former password is needed where another one took its place", async () => {
    const { text, facts } = await configure({ password: "demo-1010", subscribe: true });
    expect(facts).toMatchObject({ outcome: "failed", former: { subscribe: false } });
    expect(text).toMatch(/Going back needs the former password from the user/);
    expect(JSON.stringify(facts) + text).not.toMatch(/demo-10/);
  });
});
