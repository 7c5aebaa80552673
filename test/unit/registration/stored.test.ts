import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import { type AgentTurn, ProcessLocks } from "../../../src/registration/agent-locks.js";
import { confirmStored, readStored } from "../../../src/registration/stored.js";
import { storeRegistration } from "../../../src/registration/write.js";
import type { TelzinoClient } from "../../../src/telzino/client.js";
import { json } from "../../support/api-stub.js";
import { type StoredApi, startStoredApi } from "../../support/stored-api.js";
import { AGENT, AGENT_ID, quickClient, SETTINGS } from "../../support/telzino-client.js";

const { signal } = new AbortController();
const FIRST = { settings: SETTINGS, password: new Secret("pw-100") };
const SECOND = { settings: { ...SETTINGS, username: "101" }, password: new Secret("pw-101") };

let api: StoredApi;
let client: TelzinoClient;
beforeEach(async () => {
  api = await startStoredApi();
  client = quickClient(api.stub.url);
});
afterEach(async () => {
  await client.close();
  await api.close();
});

const locks = new ProcessLocks().within("test");

function store(sent: typeof FIRST): Promise<AgentTurn> {
  return locks.hold(AGENT_ID, { signal }, async (turn) => {
    await storeRegistration(sent, undefined, { api: client, agentId: AGENT_ID, turn, signal });
    return turn;
  });
}

const confirm = (sent: typeof FIRST, turn: AgentTurn) =>
  confirmStored(sent, { api: client, agentId: AGENT_ID, turn, signal });

describe("what a change has stored", () => {
  it("is confirmed while it is there", async () => {
    const turn = await store(FIRST);
    expect(await confirm(FIRST, turn)).toEqual({ kind: "stored" });
    api.showsPassword = false;
    expect(await confirm(FIRST, turn)).toEqual({ kind: "stored" });
  });

  it("was overtaken where another change came in between, although the same is stored again", async () => {
    const first = await store(FIRST);
    await store(SECOND);
    expect(await confirm(FIRST, first)).toMatchObject({ kind: "overtaken", stored: { username: "101" } });
    const third = await store(FIRST);
    expect(await confirm(FIRST, first)).toMatchObject({ kind: "overtaken", stored: { username: "100" } });
    expect(await confirm(FIRST, third)).toEqual({ kind: "stored" });
  });

  it("is different where something else is read and no one was seen to change it", async () => {
    const turn = await store(FIRST);
    api.stored = { ...api.stored, password: "pw-other" };
    expect(await confirm(FIRST, turn)).toMatchObject({ kind: "different", stored: { username: "100" } });
    api.stored = null;
    expect(await confirm(FIRST, turn)).toEqual({ kind: "different", stored: null });
  });

  it("is not known where it cannot be read, or makes no sense", async () => {
    const turn = await store(FIRST);
    api.stored = { aor: "sip:100@pbx.local" };
    expect(await confirm(FIRST, turn)).toEqual({ kind: "unreadable" });
    api.stub.script(`GET ${AGENT}`, json(500, {}));
    expect(await readStored(client, AGENT_ID, signal)).toMatchObject({ error: { code: "server_error" } });
    await store(SECOND).catch(() => {});
    expect(await confirm(FIRST, turn)).toEqual({ kind: "overtaken", stored: undefined });
  });
});
