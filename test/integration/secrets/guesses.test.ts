import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPasswordPages } from "../../../src/passwords/page/pages.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";
import type { TelzinoClient } from "../../../src/telzino/client.js";
import { json } from "../../support/api-stub.js";
import { enter, watchViews } from "../../support/entry.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";
import { type StoredApi, startStoredApi } from "../../support/stored-api.js";
import { AGENT_ID, quickClient } from "../../support/telzino-client.js";

/** Guesses of a password that the caller does not have, in a setting that the API repeats: none is told to be right. */

const KEPT = "482913";
const NAMED = "773311";
const ACCOUNT = { sipDomain: "pbx.example.com", username: "1001" };

let api: StoredApi;
let client: TelzinoClient;
let connected: ConnectedClient;
beforeEach(async () => {
  api = await startStoredApi();
  client = quickClient(api.stub.url);
  const sipSecrets = new Map([
    ["OFFICE", { secret: new Secret(NAMED), hosts: ["pbx.example.com"] }],
    ["ELSEWHERE", { secret: new Secret("quince-77-moth"), hosts: ["2024.example.com"] }],
  ]);
  connected = await connectInProcess(servicesFor(client, { sipSecrets }));
});
afterEach(async () => {
  await connected.close();
  await client.close();
  await api.close();
});

/** What a call with that guess is told; the guess itself as `…`. */
async function told(guess: string, more: object): Promise<string> {
  const rest = { port: 5060, transport: "udp", subscribe: false, password: KEPT, registrationEnabled: true };
  api.stored = { ...ACCOUNT, ...rest };
  const answer = json(400, { error: `authUsername ${guess} is not allowed` });
  api.faults.push({ effect: false, answer });
  const given = { agentId: AGENT_ID, ...ACCOUNT, authUsername: guess, replace: true, ...more };
  const { text } = await connected.call("configure_sip_registration", given);
  return text.replaceAll(guess, "…");
}

describe("a guess in a setting that the API refuses and repeats", () => {
  it.each<[string, string, object]>([
    ["the kept password", KEPT, {}],
    ["a named password", NAMED, { passwordSecret: "OFFICE" }],
  ])("of %s is answered alike whether it is right or wrong", async (_whose, password, more) => {
    const right = await told(password, more);
    expect(right).toContain('The API said about authUsername: "authUsername … is not allowed"');
    expect(right).toBe(await told("482912", more));
  });

  it.each<[string, (value: string) => string]>([
    ["before it", (value) => " ".repeat(4_096) + value],
    ["behind it", (value) => value + "\n".repeat(4_096)],
  ])("is answered alike with blanks %s in another argument", async (_where, padded) => {
    const more = { agentId: padded(AGENT_ID) };
    const right = await told(KEPT, more);
    expect(right).toContain("authUsername … is not allowed");
    expect(right).toBe(await told("482912", more));
  });

  it("is answered alike behind more characters than are looked at", async () => {
    const before = "x".repeat(4_096);
    const right = await told(`${before}.${KEPT}`, {});
    expect(right).toContain("text left out");
    expect(right).toBe(await told(`${before}.482912`, {}));
  });

  it("of a named password by the user's name is answered alike, before it is sent and after its refusal", async () => {
    const sipSecrets = new Map([["OFFICE", { secret: new Secret("sommer-2024"), hosts: [] }]]);
    await connected.close();
    connected = await connectInProcess(servicesFor(client, { sipSecrets }));
    api.stateOf = (stored) => (stored === null ? "NOT_FOUND" : "WRONG_CREDENTIALS_STATE");
    const answers: string[] = [];
    for (const username of ["sommer-2024", "winter-1999"]) {
      api.stored = null;
      const given = { agentId: AGENT_ID, ...ACCOUNT, username, passwordSecret: "OFFICE" };
      const { text } = await connected.call("configure_sip_registration", { ...given, waitSeconds: 1 });
      const after = await connected.call("get_sip_status", { agentId: AGENT_ID });
      const diagnosed = await connected.call("diagnose_sip_registration", { agentId: AGENT_ID });
      answers.push(
        (text + after.text + diagnosed.text).replaceAll(username, "…").replace(/\d+ (?:s|ms)\b|:\d\dZ/g, ""),
      );
    }
    expect(answers[0]).toMatch(/WRONG_CREDENTIALS_STATE/);
    expect(answers[0]).not.toMatch(/same as the user/);
    expect(answers[0]).toBe(answers[1]);
  });

  it("is answered alike where the API makes an address of two settings", async () => {
    const both = { username: "sommer", sipDomain: "2024.example.com" };
    const answers: string[] = [];
    for (const password of ["Sommer@2024", "Winter#1999"]) {
      const rest = { port: 5060, transport: "udp", subscribe: false, registrationEnabled: true };
      api.stored = { ...ACCOUNT, ...rest, password };
      const answer = json(400, { error: "sip:sommer@2024.example.com:5060 is taken" });
      api.faults.push({ effect: false, answer });
      const given = { agentId: AGENT_ID, ...both, replace: true, passwordSecret: "ELSEWHERE" };
      answers.push((await connected.call("configure_sip_registration", given)).text);
    }
    expect(answers[0]).toContain('"sip:sommer@2024.example.com:5060 is taken"');
    expect(answers[0]).toBe(answers[1]);
  });

  it("is answered alike by a page, and by what is told of it", async () => {
    const redactor = createRedactor();
    redactor.hold(new Secret(NAMED));
    const entry = createPasswordPages({ port: 0, redactor });
    const asking = await connectInProcess(servicesFor(client, { redactor, entry }));
    try {
      const answers: string[] = [];
      for (const guess of [NAMED, "773312"]) {
        api.stored = null;
        const answer = json(400, { error: `authUsername ${guess} is not allowed` });
        api.faults.push({ effect: false, answer });
        const given = { agentId: AGENT_ID, ...ACCOUNT, authUsername: guess };
        const { facts } = await asking.call("configure_sip_registration", given);
        const { url } = facts.passwordEntry as { url: string };
        const watched = watchViews(url);
        await enter(url, KEPT, {}, { asItIs: true });
        await expect.poll(() => watched.raw()).toContain('"phase":"ended"');
        watched.close();
        const { text } = await asking.call("get_sip_status", { agentId: AGENT_ID });
        const details = watched.views.flatMap((view) =>
          view.phase === "ended" && "outcome" in view ? [view.outcome] : [],
        );
        const shown = `${text} ${JSON.stringify(details)}`.replaceAll(guess, "…").replaceAll(url, "…");
        // Until when the page waits, and for how long.
        answers.push(shown.replace(/\(until [^)]*\)/, "(until …)"));
      }
      expect(answers[0]).toContain("authUsername … is not allowed");
      expect(answers[0]).toBe(answers[1]);
    } finally {
      await asking.close();
      await entry.close();
    }
  });
});
