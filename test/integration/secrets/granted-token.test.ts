import { randomBytes } from "node:crypto";
import { PassThrough, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "../../../src/base/log.js";
import { NO_NETWORKS } from "../../../src/base/networks.js";
import { openServices } from "../../../src/commands/services.js";
import { loadConfig } from "../../../src/config/index.js";
import { PbxLedger } from "../../../src/diagnosis/pbx-ledger.js";
import { openTenant } from "../../../src/hosting/tenants/services.js";
import { publicTargetsOnly } from "../../../src/hosting/tenants/target-policy.js";
import { Secret } from "../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import { ProcessLocks } from "../../../src/registration/agent-locks.js";
import type { Services } from "../../../src/tools/core/context.js";
import { type ApiStub, grant, json, startApiStub } from "../../support/api-stub.js";
import { type ConnectedClient, connectInProcess } from "../../support/mcp.js";
import { AGENT, AGENT_ID, SIP } from "../../support/telzino-client.js";

/** A token that a login grants, which the API repeats in answers of success: in no result, completion or log. */

const newToken = () => `eyJ${randomBytes(24).toString("base64url")}`;
const WRITE = { agentId: AGENT_ID, sipDomain: "pbx.example.com", username: "1001" };

let stub: ApiStub;
let repeated: string;
let logged: string;
const closers: (() => Promise<unknown>)[] = [];
const stream = () =>
  new Writable({
    write(chunk, _encoding, done) {
      logged += String(chunk);
      done();
    },
  });

beforeEach(async () => {
  logged = "";
  stub = await startApiStub();
  closers.push(() => stub.close());
  const agent = () => ({ id: AGENT_ID, name: `Desk ${repeated}`, sip_registration_data: null });
  stub.script("GET /v1/agents", (response, request) => json(200, { data: [agent()] })(response, request));
  stub.script(`GET ${AGENT}`, (response, request) => json(200, { data: agent() })(response, request));
  stub.script(`GET ${SIP}/status`, (response, request) =>
    json(200, { data: { state: "REGISTERED_STATE", errorMessage: `by ${repeated}` } })(response, request),
  );
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const credentials = {
  kind: "clientCredentials",
  clientId: "c",
  clientSecret: new Secret("0Zr7kQm2-v9Xw"),
} as const;

/** Services of the two kinds of server, over the stub. */
const SERVERS: Record<string, () => Promise<{ services: Services; close(): Promise<void> }>> = {
  "stdio server": () =>
    openServices(
      { ...loadConfig({}), apiUrl: stub.url, auth: credentials, logLevel: "debug" },
      { stdin: new PassThrough(), stdout: new PassThrough(), stderr: stream() },
    ),
  "tenant of a hosted server": async () =>
    openTenant(
      { name: "acme", apiUrl: stub.url, auth: credentials, readOnly: false, sipSecrets: new Map() },
      {
        log: createLogger({ level: "debug", stream: stream() }),
        proxy: {},
        targetPolicy: publicTargetsOnly(NO_NETWORKS),
        ledger: new PbxLedger(),
        passwordArgument: true,
        locks: new ProcessLocks(),
      },
    ),
};

describe.each(Object.entries(SERVERS))("a token that was granted to a %s", (_name, open) => {
  let services: Services;
  let connected: ConnectedClient;
  const login = async (token: string) => {
    stub.script("POST /oauth/token", grant(token));
    repeated = token;
  };
  beforeEach(async () => {
    const opened = await open();
    services = opened.services;
    closers.push(() => opened.close());
    connected = await connectInProcess(services);
    closers.push(() => connected.close());
  });

  const complete = async () => {
    delete services.memory.agentNames;
    const ref = { type: "ref/prompt", name: "setup_pbx" } as const;
    return connected.client.complete({ ref, argument: { name: "agent", value: "" } });
  };
  const askAll = async () =>
    JSON.stringify([
      await connected.call("list_telzino_agents"),
      await connected.call("get_sip_status", { agentId: AGENT_ID }),
      await connected.call("configure_sip_registration", { ...WRITE, dryRun: true }),
      await complete(),
    ]);

  it("is left out of what the API says in every tool, of completions and of the log", async () => {
    const token = newToken();
    await login(token);
    const told = await askAll();
    expect(told).toContain(LEFT_OUT);
    services.log.debug("API call", { said: (await services.api.getAgent(AGENT_ID)).name });
    expect(logged).toContain(LEFT_OUT);
    expect(`${told}${logged}`).not.toContain(token.slice(0, 8));
  });

  it("is left out also after another has taken its place, and then that one too", async () => {
    const [first, second] = [newToken(), newToken()];
    await login(first);
    await connected.call("list_telzino_agents");
    stub.script("GET /v1/agents", json(401, {}), (response, request) =>
      json(200, { data: [{ id: AGENT_ID, name: first, organization_id: second, status: second }] })(
        response,
        request,
      ),
    );
    await login(second);
    const { text } = await connected.call("list_telzino_agents");
    expect(text).toContain(LEFT_OUT);
    expect(text).not.toContain(first.slice(0, 8));
    expect(text).not.toContain(second.slice(0, 8));
  });
});
