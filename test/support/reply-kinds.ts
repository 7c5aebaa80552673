import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPasswordPages } from "../../src/passwords/page/pages.js";
import { listPresets } from "../../src/presets/index.js";
import { createRedactor } from "../../src/redaction/redactor.js";
import { Secret } from "../../src/redaction/secret.js";
import type { TelzinoClient } from "../../src/telzino/client.js";
import type { Services } from "../../src/tools/core/context.js";
import { json } from "./api-stub.js";
import { pcap } from "./capture-file.js";
import { inOrder, signalling, sound } from "./captured-call.js";
import { enter } from "./entry.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "./mcp.js";
import { digestScript } from "./registrar-scripts.js";
import { connectToSandbox, FRONT_DESK } from "./sandbox.js";
import { ScriptedRegistrar } from "./scripted-registrar.js";
import { type StoredApi, startStoredApi } from "./stored-api.js";
import { AGENT, AGENT_ID, quickClient, SIP } from "./telzino-client.js";
import { everyKindOfWatch } from "./watch-kinds.js";

type Called = Awaited<ReturnType<ConnectedClient["call"]>>;

export interface KindOfReply extends Called {
  readonly kind: string;
  readonly tool: string;
}

/** Collects replies under the names of their kinds. */
class Collected {
  readonly replies: KindOfReply[] = [];
  readonly #isBound: boolean;

  constructor({ boundAgentId }: Partial<Services>) {
    this.#isBound = boundAgentId !== undefined;
  }

  on(connected: ConnectedClient) {
    return async (kind: string, tool: string, args: Record<string, unknown> = {}): Promise<Called> => {
      const called = await connected.call(tool, this.#isBound ? without(args, "agentId") : args);
      this.replies.push({ ...called, kind: `${tool}: ${kind}`, tool });
      return called;
    };
  }
}

function without(args: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).filter(([key]) => key !== name));
}

/** Replies of every tool, of every kind that they know, from the sandbox and from an API that goes wrong as it is told. */
export async function everyKindOfReply(more: Partial<Services> = {}): Promise<KindOfReply[]> {
  const collected = new Collected(more);
  // Each has its own servers, and waits most of the time.
  await Promise.all([
    withoutApi(collected, more),
    ...(more.readOnly === true ? [] : [onTheSandbox(collected, more), byThePage(collected, more)]),
    onAnOddApi(collected, more),
  ]);
  return collected.replies;
}

const REFUSED =
  "[2026-11-23 05:24:04] NOTICE[1] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '<sip:1001@pbx.example.com>' failed for '192.0.2.9:5060' (callid: 7f) - Failed to authenticate";

async function withoutApi(collected: Collected, more: Partial<Services>): Promise<void> {
  const registrar = await ScriptedRegistrar.start({
    script: digestScript({ headers: [["Server", "Asterisk PBX 22.10.1"]] }),
  });
  const sipSecrets = new Map([["FRONT", { secret: new Secret("secret"), hosts: ["127.0.0.1"] }]]);
  const connected = await connectInProcess(
    servicesFor(undefined, { ...more, platformIsLocal: true, readsFiles: true, sipSecrets }),
  );
  const call = collected.on(connected);
  await call("all", "list_pbx_presets");
  await call("one is meant", "list_pbx_presets", { query: "asterisk" });
  await call("one is meant of a maker's", "list_pbx_presets", { query: "twilio" });
  await call("several are named", "list_pbx_presets", { query: "FreePBX with a Telnyx trunk and Yealink" });
  await call("guess", "list_pbx_presets", { query: "yaestar" });
  await call("guess at a known name", "list_pbx_presets", { query: "talkdesc" });
  await call("maker", "list_pbx_presets", { query: "cisco" });
  await call("known", "list_pbx_presets", { query: "Elastix" });
  await call("known, not confirmed", "list_pbx_presets", { query: "Brekeke" });
  await call("known, no account", "list_pbx_presets", { query: "Amazon Chime" });
  await call("none matches", "list_pbx_presets", { query: " qqqqq " });
  for (const { id } of listPresets()) {
    await call(`${id}, concise`, "list_pbx_presets", { presetId: id });
    await call(`${id}, full`, "list_pbx_presets", { presetId: id, detail: "full" });
    await call(`${id}, nothing known`, "pbx_setup_guide", { presetId: id });
    const known = { username: "1001", sipDomain: "pbx.example.com", transport: "tls", authUsername: "a1001" };
    await call(`${id}, values known`, "pbx_setup_guide", { presetId: id, ...known });
  }
  await call("refused", "explain_sip_log", { log: `kernel: eth0 up\n${REFUSED}\n${REFUSED}` });
  await call("others left out", "explain_sip_log", {
    log: `${REFUSED}\n${REFUSED.replaceAll("1001", "1002")}`,
    username: "1001",
  });
  const turns = Array.from({ length: 70 }, (_, turn) =>
    REFUSED.replaceAll("1001", String(1001 + (turn % 2))),
  );
  await call("long", "explain_sip_log", { log: turns.join("\n"), presetId: "asterisk-pjsip" });
  await call("nothing known", "explain_sip_log", { log: "kernel: eth0 up" });
  const folder = mkdtempSync(join(tmpdir(), "reply-kinds-"));
  const file = join(folder, "call.pcap");
  const nat = signalling({ callerMedia: "192.168.1.5:4000" });
  writeFileSync(file, pcap(inOrder(nat, sound("192.0.2.10:4004", "198.51.100.20:10000"))));
  await call("capture", "explain_sip_log", { file });
  rmSync(folder, { recursive: true });
  const place = { sipDomain: "127.0.0.1", port: registrar.target().port, transport: "udp" };
  const account = { ...place, username: "1001", authUsername: "1001" };
  const diagnose = "diagnose_sip_registration";
  await call("no user", diagnose, place);
  await call("password not used", diagnose, {
    ...account,
    passwordSecret: "FRONT",
    presetId: "asterisk-pjsip",
  });
  await call("accepted", diagnose, {
    ...account,
    testCredentials: true,
    passwordSecret: "FRONT",
    detail: true,
  });
  await call("refused", diagnose, { ...account, username: "1002", testCredentials: true, password: "no" });
  registrar.follow(() => undefined);
  await call("silent", diagnose, { ...account, username: "1003" });
  await connected.close();
  await registrar.close();
}

async function onTheSandbox(collected: Collected, more: Partial<Services>): Promise<void> {
  const sipSecrets = new Map([["OFFICE", { secret: new Secret("demo-1001"), hosts: ["127.0.0.1"] }]]);
  const assistant = await connectToSandbox({ sipSecrets, ...more });
  const call = collected.on(assistant);
  const line = { agentId: FRONT_DESK, ...assistant.pbx, username: "1001" };
  const [configure, status] = ["configure_sip_registration", "get_sip_status"];
  await call("all", "list_telzino_agents");
  await call("first page", "list_telzino_agents", { limit: 1 });
  await call("none matches", "list_telzino_agents", { query: "qqqqq" });
  await call("all with registration", "list_telzino_agents", { registration: "all" });
  await call("some with registration", "list_telzino_agents", { registration: "problems", limit: 1 });
  await call("none stored", status, { agentId: FRONT_DESK });
  await call("dry run, password missing", configure, { ...line, dryRun: true });
  await call("dry run, password named", configure, { ...line, dryRun: true, passwordSecret: "OFFICE" });
  const given = { ...line, password: "demo-1001" };
  await call("dry run, password given", configure, { ...given, dryRun: true, sipDomain: " 127.0.0.1 " });
  await call("pending", configure, { ...given, waitSeconds: 0 });
  await call("registered, password named", configure, {
    ...line,
    passwordSecret: "OFFICE",
    did: "+15550100",
  });
  await call("registered, password kept", configure, { ...line, subscribe: true });
  await call("unchanged", configure, { ...line, subscribe: true });
  await call("dry run, password kept", configure, {
    ...line,
    dryRun: true,
    proxy: "192.168.1.1",
    port: 5061,
  });
  await call("stored", "list_telzino_agents");
  await call("stored, with registration", "list_telzino_agents", { registration: "all" });
  await call("registered", status, { agentId: FRONT_DESK });
  await call("healthy", "diagnose_sip_registration", {
    agentId: FRONT_DESK,
    testCredentials: true,
    passwordSecret: "OFFICE",
  });
  await call("other values", "diagnose_sip_registration", { agentId: FRONT_DESK, username: "1002" });
  await call("confirmation", configure, { ...line, username: "1002" });
  await call("failed", configure, { ...line, username: "1002", password: "demo-1010", replace: true });
  await call("failed", status, { agentId: FRONT_DESK, waitSeconds: 1 });
  await call("problem", "diagnose_sip_registration", { agentId: FRONT_DESK });
  const preset = { presetId: "3cx", transport: "tls", waitSeconds: 0 };
  await call("preset and advice", configure, {
    agentId: FRONT_DESK,
    ...preset,
    sipDomain: "pbx.local",
    username: "1002@pbx",
    password: "x",
  });
  await call("failed or not yet", status, { agentId: FRONT_DESK });
  const stored = (await call("stored now", status, { agentId: FRONT_DESK })).facts.stored as {
    username: string;
  };
  await call("removed", "remove_sip_registration", { agentId: FRONT_DESK, username: stored.username });
  await call("nothing stored", "remove_sip_registration", { agentId: FRONT_DESK, username: "1001" });
  await assistant.close();
}

async function byThePage(collected: Collected, more: Partial<Services>): Promise<void> {
  const redactor = createRedactor();
  const entry = createPasswordPages({ port: 0, redactor });
  const assistant = await connectToSandbox({ redactor, entry, ...more });
  const call = collected.on(assistant);
  const line = { agentId: FRONT_DESK, ...assistant.pbx, username: "1001" };
  const pending = await call("page pending", "configure_sip_registration", line);
  await call("page pending", "get_sip_status", { agentId: FRONT_DESK });
  await enter((pending.facts.passwordEntry as { url: string }).url, "demo-1001");
  await call("page used", "get_sip_status", { agentId: FRONT_DESK, waitSeconds: 20 });
  const test = { ...assistant.pbx, username: "1001", testCredentials: true };
  const asked = await call("page pending", "diagnose_sip_registration", test);
  const page = asked.facts.passwordEntry as { url: string } | undefined;
  // Of the one agent of a server the stored password is at hand.
  if (page !== undefined) await enter(page.url, "demo-1001");
  await assistant.close();
  await entry.close();
}

const OLD = {
  ...{ sipDomain: "pbx.example.com", username: "1009", port: 5060, transport: "udp", subscribe: false },
  ...{ password: "pw-1009", registrationEnabled: true },
};

/** An API that is the documented one as far as it is not told otherwise. */
async function onAnOddApi(collected: Collected, more: Partial<Services>): Promise<void> {
  const odd = async (
    play: (given: {
      api: Awaited<ReturnType<typeof startStoredApi>>;
      call: ReturnType<Collected["on"]>;
    }) => Promise<unknown>,
  ) => {
    const api = await startStoredApi();
    const client: TelzinoClient = quickClient(api.stub.url);
    const connected = await connectInProcess(servicesFor(client, more));
    await play({ api, call: collected.on(connected) });
    await connected.close();
    await client.close();
    await api.close();
  };
  const sip = {
    sipDomain: "pbx.example.com",
    username: "1001",
    password: "pw-1001",
    replace: true,
    waitSeconds: 0,
  };
  const line = { agentId: AGENT_ID, ...sip };
  const status = (data: object) => json(200, { success: true, data });
  const agents = json(200, {
    data: [
      {
        id: AGENT_ID,
        name: "Front Desk",
        type: "livekit",
        sip_registration_data: { ...OLD, registrationEnabled: false },
      },
    ],
  });
  await odd(async ({ api, call }) => {
    api.stub.script("GET /v1/agents", agents);
    await call("disabled account", "list_telzino_agents");
    await call("disabled account, with registration", "list_telzino_agents", { registration: "problems" });
    await call("none stored", "get_sip_status", { agentId: AGENT_ID });
    api.stored = { ...OLD };
    await call("registered", "get_sip_status", { agentId: AGENT_ID });
    api.stored = { ...OLD, registrationEnabled: false };
    await call("disabled", "get_sip_status", { agentId: AGENT_ID });
    const lastRegisterSent = "2026-01-01T00:00:00Z";
    const words = { message: "no answer", enabled: "no", registrationTimeoutSeconds: 3600, lastRegisterSent };
    api.stub.script(`GET ${SIP}/status`, status({ state: "SUSPENDED_STATE", stateCode: 12, ...words }));
    await call("unknown state", "get_sip_status", { agentId: AGENT_ID });
    api.stub.script(`GET ${SIP}/status`, status({ state: "REGISTERING_STATE", ...words }));
    await call("under way", "get_sip_status", { agentId: AGENT_ID });
    api.stub.script(`GET ${SIP}/status`, status({ state: "REGISTER_TIMEOUT_STATE", ...words }));
    await call("timeout", "get_sip_status", { agentId: AGENT_ID });
    api.stub.script(`GET ${AGENT}`, json(403, {}));
    await call("stored not readable", "get_sip_status", { agentId: AGENT_ID });
    api.stub.script("GET /v1/agents", json(200, { data: [{ id: AGENT_ID, name: "Front Desk" }] }));
    await call("account not known", "list_telzino_agents");
    api.stub.script(`GET ${AGENT}`, json(404, {}));
    await call("no such agent", "get_sip_status", { agentId: AGENT_ID });
    await call("no such agent", "diagnose_sip_registration", { agentId: AGENT_ID });
    api.stub.script(
      `GET ${AGENT}`,
      json(200, { data: { id: AGENT_ID, name: "Front Desk", sip_registration_data: null } }),
    );
    await call("none stored", "diagnose_sip_registration", { agentId: AGENT_ID });
  });
  await odd(async ({ api, call }) => {
    api.stored = { ...OLD };
    await everyKindOfWatch(api, call);
  });
  if (more.readOnly === true) return;
  await odd(async ({ api, call }) => {
    api.faults.push({ effect: true, answer: json(500, {}) });
    await call("doubt", "configure_sip_registration", line);
    api.stub.script(`GET ${SIP}/status`, json(403, { message: "status is not for you" }));
    await call("status unreadable", "configure_sip_registration", { ...line, username: "1002" });
    await call("removed, status unreadable", "remove_sip_registration", {
      agentId: AGENT_ID,
      username: "1002",
    });
  });
  await odd(async ({ api, call }) => {
    api.onRequest = ({ method }) => {
      if (method === "PUT") api.stub.script(`GET ${AGENT}`, json(403, {}));
    };
    await call("not read back", "configure_sip_registration", line);
  });
  await odd(async ({ api, call }) => {
    api.onRequest = ({ path }) => {
      if (path.endsWith("/status") && api.stored !== null) api.stored = { ...OLD };
    };
    await call("something else stored", "configure_sip_registration", line);
  });
  await odd(async ({ api, call }) => {
    // Registered is only the account of the later call, so the earlier one waits for it.
    api.stateOf = (stored) => (stored?.username === "1002" ? "REGISTERED_STATE" : "REGISTERING_STATE");
    const later = onceStored(api, "1001", () =>
      call("overtakes", "configure_sip_registration", { ...line, username: "1002", waitSeconds: 0 }),
    );
    await call("overtaken", "configure_sip_registration", { ...line, waitSeconds: 2 });
    await later();
  });
  await odd(async ({ api, call }) => {
    api.stored = { ...OLD };
    api.stateOf = () => "UNREGISTERING_STATE";
    api.faults.push({ effect: true, answer: json(500, {}) });
    await call("removing, with doubt", "remove_sip_registration", { agentId: AGENT_ID, username: "1009" });
    api.stored = { ...OLD };
    api.stateOf = () => "NOT_FOUND";
    api.onRequest = ({ path }) => {
      if (path.endsWith("/status")) api.stored = { ...OLD, username: "1002" };
    };
    await call("still stored", "remove_sip_registration", { agentId: AGENT_ID, username: "1009" });
  });
  await odd(async ({ api, call }) => {
    api.stored = { ...OLD };
    api.stateOf = (stored) => (stored === null ? "UNREGISTERING_STATE" : "NOT_FOUND");
    const later = onceStored(api, undefined, () =>
      call("overtakes a removal", "configure_sip_registration", { ...line, waitSeconds: 0 }),
    );
    await call("removal overtaken", "remove_sip_registration", { agentId: AGENT_ID, username: "1009" });
    await later();
  });
}

/** Makes another call when the status is read while that user, or no one, is stored. @returns when that call has ended. */
function onceStored(
  api: StoredApi,
  username: string | undefined,
  makeCall: () => Promise<unknown>,
): () => Promise<unknown> {
  let made: Promise<unknown> | undefined;
  api.onRequest = ({ path }) => {
    if (path.endsWith("/status") && api.stored?.username === username) made ??= makeCall();
  };
  return async () => made;
}
