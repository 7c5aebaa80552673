import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRedactor, type Redactor } from "../../../../src/redaction/redactor.js";
import { Secret } from "../../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../../src/redaction/secret-search.js";
import { untrusted, untrustedToken } from "../../../../src/redaction/untrusted.js";
import type { TelzinoApi } from "../../../../src/telzino/types.js";
import { holdingApi, holdStored } from "../../../../src/tools/core/holding-api.js";
import { json } from "../../../support/api-stub.js";
import { type StoredApi, startStoredApi } from "../../../support/stored-api.js";
import { AGENT_ID, quickClient, SETTINGS } from "../../../support/telzino-client.js";

const STORED = { sipDomain: "pbx.local", username: "100", port: 5060, transport: "udp" };
const PASSWORD = "canary-of-an-agent";

let stored: StoredApi;
let redactor: Redactor;
let api: TelzinoApi;
/** What is told to be written, and how many requests had been made by then. */
let written: [agentId: string, requests: number][];

beforeEach(async () => {
  stored = await startStoredApi();
  redactor = createRedactor();
  written = [];
  const requests = () => stored.sent("GET") + stored.sent("PUT") + stored.sent("DELETE");
  api = holdingApi(quickClient(stored.stub.url), redactor.hold, (id) => written.push([id, requests()]));
});
afterEach(() => stored.close());

/** What is shown of an outside text with that password in it. */
const shown = (password = PASSWORD) => redactor.redact(`${untrusted(`it is ${password}`)}`);

describe("a password that the API hands out", () => {
  it("is shown nowhere from the answer on that brings it", async () => {
    stored.stored = { ...STORED, password: PASSWORD };
    expect(shown()).toContain(PASSWORD);
    await api.getAgent(AGENT_ID);
    expect(shown()).toBe(LEFT_OUT);
  });

  it("is shown nowhere where a list brings it, or the answer to a write", async () => {
    const agent = { id: AGENT_ID, name: "x", sip_registration_data: { ...STORED, password: PASSWORD } };
    stored.stub.script("GET /v1/agents", json(200, { data: [agent] }));
    await api.listAgents({});
    expect(shown()).toBe(LEFT_OUT);
    // Nothing in common with the one before, which would be enough to leave it out.
    const next = "Zw7-quite-new";
    expect(shown(next)).toContain(next);
    await api.putRegistration(AGENT_ID, SETTINGS, new Secret(next));
    expect(shown(next)).toBe(LEFT_OUT);
  });

  it("is told to the caller's own function as well", async () => {
    stored.stored = { ...STORED, password: PASSWORD };
    const told: (string | undefined)[] = [];
    await api.getAgent(AGENT_ID, { onStored: ({ password }) => told.push(password?.reveal()) });
    expect(told).toEqual([PASSWORD]);
  });

  it("is one of 1,024 at most: with one more, the older half is let go", async () => {
    const passwords = Array.from({ length: 1_025 }, (_, at) => `canary-${String(at).padStart(4, "0")}-x`);
    const agents = passwords.map((password, at) => ({
      ...{ id: `agent-${at}`, name: "x" },
      sip_registration_data: { ...STORED, password },
    }));
    const held = new Set<string>();
    const hold: Redactor["hold"] = (secret) => {
      held.add(secret.reveal());
      return () => held.delete(secret.reveal());
    };
    const listing = holdingApi(quickClient(stored.stub.url), hold);
    const bring = async (from: number, to: number) => {
      stored.stub.script("GET /v1/agents", json(200, { data: agents.slice(from, to) }));
      await listing.listAgents({});
    };
    // A list has 100 at most.
    for (let from = 0; from < 1_000; from += 100) await bring(from, from + 100);
    await bring(1_000, 1_024);
    expect(held.size).toBe(1_024);
    await bring(1_024, 1_025);
    expect([...held]).toEqual(passwords.slice(512));
  });
});

describe("a write", () => {
  it("is told before anything is sent, and a reading is not", async () => {
    await api.putRegistration(AGENT_ID, SETTINGS, new Secret("right"));
    await api.deleteRegistration(AGENT_ID);
    expect(written).toEqual([
      [AGENT_ID, 0],
      [AGENT_ID, 1],
    ]);
    await api.getAgent(AGENT_ID);
    await api.getStatus(AGENT_ID);
    expect(written).toHaveLength(2);
  });
});

describe("what is held of a stored registration", () => {
  const heldOf = (more: Parameters<typeof holdStored>[0]) => {
    const held: unknown[] = [];
    const release = holdStored(more, (secret, shownAnyway) => {
      held.push([secret.reveal(), shownAnyway]);
      return () => held.push("released");
    });
    release();
    return held;
  };
  const password = new Secret(PASSWORD);

  it("is its password, but for what is a setting", () => {
    const settings = { sipDomain: "pbx.local", username: "100", port: 5061, subscribe: false } as const;
    const [held] = heldOf({ ...settings, transport: "tls", password }) as [[string, string[]]];
    expect(held[0]).toBe(PASSWORD);
    expect(held[1].toSorted()).toEqual(["100", "5061", "false", "pbx.local", "tls"]);
  });

  it("is looked for in a transport that is none", () => {
    expect(heldOf({ transport: untrustedToken("canary"), password })).toEqual([[PASSWORD, []], "released"]);
  });

  it.each([null, undefined, { username: "100" }])("is nothing of %j", (nothing) => {
    expect(heldOf(nothing)).toEqual([]);
  });
});
