import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPasswordPages } from "../../../src/passwords/page/pages.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import { untrusted } from "../../../src/redaction/untrusted.js";
import { type DigestCredentials, readCredentials } from "../../../src/sip/auth/credentials.js";
import type { StoredRegistration, TelzinoApi } from "../../../src/telzino/types.js";
import type { Services } from "../../../src/tools/core/context.js";
import { enter, watchViews } from "../../support/entry.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";
import { type DigestScriptOptions, digestScript } from "../../support/registrar-scripts.js";
import { ScriptedRegistrar } from "../../support/scripted-registrar.js";
import { AGENT_ID } from "../../support/telzino-client.js";

/** A PBX that repeats what it was sent, or what is as good as the password: what a diagnosis leaves out, and what not. */

const PASSWORD = "tulip-rocket-482913";
const CONFIGURED = "another-1ne-moose";

let registrar: ScriptedRegistrar;
let connected: ConnectedClient | undefined;
const closers: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  registrar = await ScriptedRegistrar.start({ script: digestScript() });
  closers.push(() => registrar.close());
});
afterEach(async () => {
  await connected?.close();
  for (const close of closers.splice(0)) await close();
});

const target = () => ({
  ...{ sipDomain: "127.0.0.1", username: "1001", port: registrar.target().port },
  ...{ transport: "udp", testCredentials: true },
});

async function connect(more: Partial<Services> = {}, api?: TelzinoApi): Promise<ConnectedClient> {
  connected = await connectInProcess(servicesFor(api, { platformIsLocal: true, ...more }));
  return connected;
}

type Repeat = (sent: DigestCredentials) => string;

/** Challenges, and says that of the first credentials that it can read. Resolves with it. */
function repeat(what: Repeat, options: DigestScriptOptions = {}): Promise<string> {
  const challenge = digestScript({ users: { 1001: PASSWORD, auth: PASSWORD }, ...options });
  return new Promise((resolve) => {
    registrar.follow((request, context) => {
      const header = request.headers.get("Proxy-Authorization") ?? request.headers.get("Authorization");
      const sent = header === undefined ? undefined : readCredentials(header);
      const goesOn = options.thenProxyRealm !== undefined && !request.headers.has("Proxy-Authorization");
      if (sent === undefined || typeof sent === "string" || goesOn) return challenge(request, context);
      resolve(what(sent));
      return { status: 403, reason: `No ${what(sent)}`, headers: [["Server", `Echo ${what(sent)}`]] };
    });
  });
}

const ha1 =
  (hash: string): Repeat =>
  ({ username, realm }) =>
    createHash(hash).update(`${username}:${realm}:${PASSWORD}`).digest("hex");

const bytesOf =
  (of: Repeat, encoding: "base64" | "base64url"): Repeat =>
  (sent) =>
    Buffer.from(of(sent), "hex").toString(encoding);

const REPEATED: [name: string, what: Repeat, options?: DigestScriptOptions][] = [
  ["the password", () => PASSWORD],
  ["the response", ({ response }) => response],
  ["the response to a proxy", ({ response }) => response, { thenProxyRealm: "edge.test" }],
  ["the cnonce", ({ cnonce = "" }) => cnonce],
  ["H(user:realm:password) by MD5", ha1("md5")],
  ["H(user:realm:password) by SHA-256", ha1("sha256"), { algorithms: ["SHA-256"] }],
  ["H(user:realm:password) by SHA-512/256", ha1("sha512-256"), { algorithms: ["SHA-512-256"] }],
  ["that of a second realm", ha1("md5"), { thenProxyRealm: "edge.test" }],
  ["the bytes of the response in base64", bytesOf(({ response }) => response, "base64")],
  ["the bytes of the response in base64url", bytesOf(({ response }) => response, "base64url")],
  ["the bytes of H(user:realm:password) in base64", bytesOf(ha1("md5"), "base64")],
  ["those by SHA-256 in base64url", bytesOf(ha1("sha256"), "base64url"), { algorithms: ["SHA-256"] }],
];

function expectLeftOut({ text, facts }: Awaited<ReturnType<ConnectedClient["call"]>>, value: string): void {
  const said = `${text} ${JSON.stringify(facts)}`;
  expect(value.length).toBeGreaterThan(8);
  expect(text).toContain(`403 ${LEFT_OUT}`);
  expect(said).not.toContain(value.slice(0, 12));
}

describe("what a PBX repeats of a test of credentials", () => {
  it.each(REPEATED)("is left out (%s)", async (_name, what, options) => {
    const sent = repeat(what, options);
    const sipSecrets = new Map([["FRONT", { secret: new Secret(PASSWORD), hosts: [] }]]);
    const { call } = await connect({ sipSecrets });
    expectLeftOut(
      await call("diagnose_sip_registration", { ...target(), passwordSecret: "FRONT" }),
      await sent,
    );
  });

  it("is left out where the user has its own name for the digest", async () => {
    const sent = repeat(ha1("md5"));
    const { call } = await connect();
    const given = { ...target(), authUsername: "auth", password: PASSWORD };
    expectLeftOut(await call("diagnose_sip_registration", given), await sent);
  });

  it.each(REPEATED)("is left out on a page, and by the call after it (%s)", async (_name, what, options) => {
    const sent = repeat(what, options);
    const redactor = createRedactor();
    const entry = createPasswordPages({ port: 0, redactor });
    closers.push(() => entry.close());
    const { call } = await connect({ redactor, entry });
    const { facts } = await call("diagnose_sip_registration", target());
    const { url } = facts.passwordEntry as { url: string };
    const watched = watchViews(url);
    await enter(url, PASSWORD);
    await watched.ended;
    const told = await call("diagnose_sip_registration", target());
    expect(told.text).toContain("the password that the user has entered");
    expectLeftOut(told, await sent);
    expect(watched.raw()).toContain(`403 ${LEFT_OUT}`);
    expect(watched.raw()).not.toContain((await sent).slice(0, 12));
  });
});

describe("the stored password, repeated by the PBX and by the API", () => {
  const SAYS = `bad secret ${PASSWORD}`;
  const connectToAgent = async (more: Partial<StoredRegistration> = {}) => {
    registrar.follow(({ method }) => ({ status: method === "OPTIONS" ? 200 : 403, reason: SAYS }));
    const { sipDomain, username, port } = target();
    const registration = {
      sipDomain,
      username,
      port,
      transport: "udp",
      password: new Secret(PASSWORD),
    } as const;
    return connect(
      {},
      {
        ...servicesFor().api,
        getAgent: async () => ({
          id: AGENT_ID,
          name: untrusted("Desk"),
          registration: { ...registration, ...more },
        }),
        getStatus: async () => ({ state: "REGISTRAR_ERROR_STATE", message: untrusted(SAYS) }),
      },
    );
  };

  it.each<[string, () => object]>([
    ["as it is stored", () => ({})],
    ["with every message shown", () => ({ detail: true })],
    ["with a preset", () => ({ presetId: "asterisk-pjsip" })],
    ["with the stored values given", () => ({ ...target(), testCredentials: false })],
  ])("is left out where the stored PBX is looked at (%s)", async (_name, more) => {
    const { call } = await connectToAgent();
    const { text, facts } = await call("diagnose_sip_registration", { agentId: AGENT_ID, ...more() });
    expect(text).toContain(`403 ${LEFT_OUT}`);
    expect(text + JSON.stringify(facts)).not.toContain(PASSWORD);
  });

  it.each<[string, Partial<StoredRegistration>, () => object]>([
    ["another port", { port: 9 }, () => ({ port: target().port })],
    ["another host", { sipDomain: "pbx.example.com" }, () => ({ ...target(), testCredentials: false })],
    ["another user", { username: "1002" }, () => ({ username: "1001" })],
  ])("is not looked for at %s, which may be the caller's", async (_name, stored, more) => {
    const { call } = await connectToAgent(stored);
    const { text } = await call("diagnose_sip_registration", { agentId: AGENT_ID, ...more() });
    expect(text).toContain(`403 "${SAYS}"`);
  });
});

describe("another secret than what was sent, said by who is asked", () => {
  const configured = createRedactor();
  configured.hold(new Secret(CONFIGURED));

  it("is shown by a diagnosis, whose PBX may be the caller's own: what is left out would tell that a guess is right", async () => {
    void repeat(() => CONFIGURED);
    const { call } = await connect({ configured });
    const { text } = await call("diagnose_sip_registration", { ...target(), password: PASSWORD });
    expect(text).toContain(`403 "No ${CONFIGURED}"`);
  });

  it("is left out by get_sip_status, which asks the API alone", async () => {
    const api: TelzinoApi = {
      ...servicesFor().api,
      getAgent: async () => ({ id: AGENT_ID, name: untrusted("Desk"), registration: null }),
      getStatus: async () => ({ state: "REGISTRAR_ERROR_STATE", message: untrusted(`it is ${CONFIGURED}`) }),
    };
    const { call } = await connect({ configured }, api);
    const { text, facts } = await call("get_sip_status", { agentId: AGENT_ID });
    expect(text).toContain(`The API says: ${LEFT_OUT}`);
    expect(text + JSON.stringify(facts)).not.toContain(CONFIGURED);
  });
});
