import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import type { TelzinoAuth, TelzinoClient } from "../../../src/telzino/client.js";
import { failureOfTransport } from "../../../src/telzino/failure.js";
import { scrubber } from "../../../src/telzino/scrub.js";
import {
  type Answer,
  type ApiStub,
  cutOff,
  grant,
  json,
  reset,
  silence,
  startApiStub,
  text,
} from "../../support/api-stub.js";
import { AGENT_ID, failure, quickClient, SETTINGS, SIP } from "../../support/telzino-client.js";
import { asShown } from "../../support/untrusted-text.js";

const LOGIN = "POST /oauth/token";
const PASSWORD = 'Canary/pw+"ä&<1 \\x';
const CLIENT_SECRET = "canary-client-secret==";
const GUESS = "a-guessed-part";
const TOKEN = "canaryjwt.canarypayload.canarysignature";

/** Every form in which a value may have been written. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    encodeURIComponent(value).toLowerCase(),
    new URLSearchParams({ v: value }).toString().slice(2),
    bytes.toString("base64"),
    bytes.toString("base64url"),
    bytes.toString("hex"),
  ];
}

let stub: ApiStub;
let client: TelzinoClient;
let logged: string;

beforeEach(async () => {
  stub = await startApiStub();
  logged = "";
  const auth: TelzinoAuth = {
    kind: "clientCredentials",
    clientId: "client-1",
    clientSecret: new Secret(CLIENT_SECRET),
  };
  client = quickClient(stub.url, {
    auth,
    retry: { tries: 2 },
    log: (level, message, fields) => {
      logged += `${level} ${message} ${inspect(fields, { depth: 10, showHidden: true })}\n`;
    },
  });
  stub.script(LOGIN, grant(TOKEN));
});

afterEach(async () => {
  await client.close();
  await stub.close();
});

/** Everything that an error shows to anybody, and what was logged on the way to it. */
function shownBy(error: unknown): string {
  return `${logged}${inspect(error, { depth: 10, showHidden: true })}${JSON.stringify(error)}${String(error)}`;
}

function expectNoCanary(shown: string): void {
  for (const value of [PASSWORD, CLIENT_SECRET, TOKEN]) {
    for (const form of formsOf(value)) expect(shown).not.toContain(form);
  }
}

/** Answers with all that it was sent, as a careless API does. */
function echo(status: number, write: (sent: string) => string): Answer {
  return (response, { headers, body }) => {
    text(status, write(`${headers.authorization} ${body}`))(response, {
      method: "",
      path: "",
      headers,
      body,
      at: 0,
    });
  };
}

const asJson = (sent: string) => JSON.stringify({ error: { message: `cannot use ${sent}` } });
const asPage = (sent: string) => `<html><title>${sent.replace(/</g, "&lt;")}</title></html>`;

describe("what was sent shows in no error and no log", () => {
  it.each<[string, Answer]>([
    ["an echo in JSON", echo(400, asJson)],
    ["an echo in plain text", echo(400, (sent) => sent)],
    ["an echo in a page", echo(403, asPage)],
    ["an echo on a 401", echo(401, asJson)],
    ["an echo on a 503", echo(503, asJson)],
    ["an echo in an answer that can't be read", echo(200, (sent) => sent)],
    ["an echo in a page that is no error", echo(200, asPage)],
    ["an echo in base64", echo(400, () => JSON.stringify({ message: formsOf(PASSWORD)[5] }))],
    ["an echo in a URL", echo(400, () => JSON.stringify({ message: `?password=${formsOf(PASSWORD)[2]}` }))],
    ["a cut off answer", cutOff()],
    ["a reset", reset],
    ["no answer", silence],
    ["a redirect that carries it", text(302, "", { location: `https://${TOKEN}.example.test/?t=${TOKEN}` })],
  ])("after %s", async (_name, answer) => {
    stub.script(`PUT ${SIP}`, answer);
    const error = await failure(client.putRegistration(AGENT_ID, SETTINGS, new Secret(PASSWORD)));
    expect(stub.requestsTo(`PUT ${SIP}`)[0]?.body).toContain("Canary");
    expect(logged).toContain("PUT /v1/agents/");
    expectNoCanary(shownBy(error));
  });

  it.each<[string, Answer]>([
    ["an echo", echo(401, asJson)],
    ["an echo in an answer that can't be read", echo(200, (sent) => sent)],
    ["a reset", reset],
  ])("when the login ends with %s", async (_name, answer) => {
    stub.script(LOGIN, answer);
    expectNoCanary(shownBy(await failure(client.listAgents({}))));
  });

  it("and the whole of the API's words is left out where a part of it is in them", async () => {
    stub.script(`PUT ${SIP}`, json(400, { error: `password "${PASSWORD}" is too weak` }));
    const error = await failure(client.putRegistration(AGENT_ID, SETTINGS, new Secret(PASSWORD)));
    expect(String(error.detail)).toBe("[text left out: it holds a part of a secret]");
    expect(error.fields).toEqual(["password"]);
  });

  it("nor is a piece of it left where long words are cut", async () => {
    stub.script(`PUT ${SIP}`, json(400, { error: `${"x ".repeat(145)}${PASSWORD}` }));
    const error = await failure(client.putRegistration(AGENT_ID, SETTINGS, new Secret(PASSWORD)));
    expect(String(error.detail)).not.toContain("Canary");
  });

  it("nor in what a library says of a connection", () => {
    const scrub = scrubber([new Secret(PASSWORD)]);
    const call = { operation: "PUT /v1/agents/…", subject: "agent" as const, scrub };
    const causeOf = (message: string) => {
      const failed = failureOfTransport(new Error(message), "api.example.com", call);
      return failed.kind === "failure" ? String(failed.error.cause) : undefined;
    };
    expect(causeOf(`cannot write ${PASSWORD}`)).toBe(`Error: ${LEFT_OUT}`);
    expect(causeOf("cannot write")).toBe("Error: cannot write");
  });

  it.each([
    ["a setting", { authUsername: PASSWORD }],
    ["a setting, within more", { did: `+${PASSWORD}` }],
  ])(
    "but what of the password is in %s comes back: its absence would tell that a guess is right",
    async (_name, more) => {
      const said = `cannot use ${PASSWORD}`;
      stub.script(`PUT ${SIP}`, json(400, { error: said }));
      const error = await failure(
        client.putRegistration(AGENT_ID, { ...SETTINGS, ...more }, new Secret(PASSWORD)),
      );
      expect(asShown(error.detail)).toBe(said);
    },
  );

  it.each<[string, (secret: string) => Promise<unknown>, string]>([
    ["an agent's id", (id) => client.getStatus(id), `GET /v1/agents/${GUESS}/sip/registration/status`],
    ["an organisation's id", (organizationId) => client.listAgents({ organizationId }), "GET /v1/agents"],
  ])("nor is a guess of the token told by %s", async (_name, ask, request) => {
    stub.script(LOGIN, grant(`${TOKEN}.${GUESS}`));
    stub.script(request, json(400, { error: `there is no ${GUESS}` }));
    expect(asShown((await failure(ask(GUESS))).detail)).toBe(`there is no ${GUESS}`);
    expect(stub.requestsTo(request)).toHaveLength(1);
  });

  it("and a very short password takes no letters out of ordinary words", async () => {
    stub.script(`PUT ${SIP}`, json(400, { error: "password 'a' is a bad password" }));
    const error = await failure(client.putRegistration(AGENT_ID, SETTINGS, new Secret("ad")));
    expect(error.detail).toEqual("password 'a' is a bad password");
  });
});
