import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPasswordPages } from "../../../src/passwords/page/pages.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";
import { enter } from "../../support/entry.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";
import { digestScript } from "../../support/registrar-scripts.js";
import { connectToSandbox, FRONT_DESK, type SandboxedClient } from "../../support/sandbox.js";
import { ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** The tool over MCP, with real limits: against the sandbox, and without any Telzino credentials. */

const OTHER_AGENT = "22222222-2222-4222-8222-222222222222";
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface FoundOnes {
  findings: { id: string; severity: string; seenFrom: string }[];
  checked: { check: string; found: string }[];
  notChecked: { check: string; why: string }[];
}

const graveOf = (facts: Record<string, unknown>) =>
  (facts as unknown as FoundOnes).findings.filter(({ severity }) => severity !== "info").map(({ id }) => id);
const whyNot = (facts: Record<string, unknown>, check: string) =>
  (facts as unknown as FoundOnes).notChecked.find((each) => each.check === check)?.why;

const responseOf = (header: string) => /response="([0-9a-f]+)"/.exec(header)?.[1] ?? "";

describe("without Telzino credentials", () => {
  let registrar: ScriptedRegistrar;
  let connected: ConnectedClient;
  const target = () => ({
    sipDomain: "127.0.0.1",
    username: "1001",
    port: registrar.target().port,
    transport: "udp",
  });

  beforeEach(async () => {
    registrar = await ScriptedRegistrar.start({
      script: digestScript({ headers: [["Server", "Asterisk PBX 22.10.1"]] }),
    });
    connected = await connectInProcess(
      servicesFor(undefined, {
        platformIsLocal: true,
        sipSecrets: new Map([["FRONT", { secret: new Secret("secret"), hosts: ["127.0.0.1"] }]]),
      }),
    );
    closers.push(
      () => registrar.close(),
      () => connected.close(),
    );
  });
  const diagnose = (more: object = {}) =>
    connected.call("diagnose_sip_registration", { ...target(), ...more });

  it.each<[string, (value: string) => string]>([
    ["as they were sent", (value) => value],
    ["in upper case", (value) => value.toUpperCase()],
    ["in base64", (value) => Buffer.from(value).toString("base64")],
  ])("digests that a PBX repeats %s are left out", async (_form, repeat) => {
    let credentials = "";
    const challenge = digestScript();
    registrar.follow((request, context) => {
      const sent = request.headers.get("Authorization");
      if (sent === undefined) return challenge(request, context);
      credentials = sent;
      const headers: [string, string][] = [
        ["Warning", `399 pbx "${repeat(sent.replace(/[\s"]/g, ""))}"`],
        ["Server", `Echo ${repeat(responseOf(sent))}`],
        ["X-Debug-Auth", sent],
      ];
      return { status: 403, reason: `No ${repeat(responseOf(sent))}`, headers };
    });
    const { text, facts } = await diagnose({ testCredentials: true, passwordSecret: "FRONT", detail: true });
    const response = responseOf(credentials);
    expect(response).toMatch(/^[0-9a-f]{32}$/);
    const said = `${text} ${JSON.stringify(facts)}`;
    expect(said).toContain("403");
    expect(said.toLowerCase()).not.toContain(response.slice(0, 12));
    expect(said).not.toContain(Buffer.from(response).toString("base64").slice(4, 30));
  });

  it("a named password that the PBX repeats, in a call that does not write it, is left out", async () => {
    const named = "tulip-rocket-77";
    const rude = await ScriptedRegistrar.start({
      script: digestScript({ users: { 1001: named }, headers: [["Server", `it is ${named}`]] }),
    });
    const own = await connectInProcess(
      servicesFor(undefined, {
        platformIsLocal: true,
        sipSecrets: new Map([["FRONT", { secret: new Secret(named), hosts: ["127.0.0.1"] }]]),
      }),
    );
    closers.push(
      () => rude.close(),
      () => own.close(),
    );
    const { text, facts } = await own.call("diagnose_sip_registration", {
      ...{ ...target(), port: rude.target().port, detail: true },
      ...{ testCredentials: true, passwordSecret: "FRONT" },
    });
    expect(facts.outcome).toBe("proven");
    expect(`${text}${JSON.stringify(facts)}`).not.toMatch(/tulip|rocket/);
    expect(text).toContain("[text left out");
  });

  it("a PBX is looked at up to its challenge, and no password is asked for", async () => {
    const { text, facts, isError } = await diagnose();
    expect(isError).toBeFalsy();
    expect(facts).toMatchObject({
      outcome: "not_proven",
      server: "Asterisk PBX 22.10.1",
      preset: { id: "asterisk-pjsip" },
    });
    expect(text).toMatch(
      /^1001@127\.0\.0\.1 \(udp, port \d+\): not proven\. .*asks for credentials\. They were not tested/,
    );
    expect(text).toMatch(/- registrar: REGISTER is answered 401/);
    expect(text).toMatch(/The same call with testCredentials true/);
    expect(registrar.requests.some(({ headers }) => headers.has("Authorization"))).toBe(false);
  });

  it("credentials are tested with a password that the configuration holds under a name", async () => {
    const { facts } = await diagnose({ testCredentials: true, passwordSecret: "FRONT" });
    expect(facts).toMatchObject({ outcome: "proven", boundNow: [] });
    expect(facts.verdict).toMatch(/accepts the credentials of 1001/);
  });

  it("a wrong password costs one try, is reported as such, and is kept back the next time", async () => {
    const first = await diagnose({ testCredentials: true, password: "hunter2-wrong" });
    expect(graveOf(first.facts)).toEqual(["credentials-refused"]);
    expect(first.text).toMatch(/Do not test again before something has changed/);
    expect(JSON.stringify(first)).not.toContain("hunter2-wrong");
    const second = await diagnose({ testCredentials: true, password: "hunter2-wrong" });
    expect(whyNot(second.facts, "credentials")).toMatch(/refused there before/);
    expect(registrar.requests.filter(({ headers }) => headers.has("Authorization"))).toHaveLength(1);
  });

  it("a password without testCredentials is not used, and that is said", async () => {
    const { text } = await diagnose({ password: "secret" });
    expect(text).toMatch(/password was not used/);
    expect(registrar.requests.some(({ headers }) => headers.has("Authorization"))).toBe(false);
  });

  it("the messages are shown on request, without digests", async () => {
    const { facts } = await diagnose({ testCredentials: true, passwordSecret: "FRONT", detail: true });
    expect(facts.ladder).toMatch(/-> udp 127\.0\.0\.1:\d+ {2}REGISTER sip:127\.0\.0\.1 SIP\/2\.0/);
    expect(facts.ladder).toMatch(/Authorization: "Digest username=\\"1001\\".*response=\\"\[hidden\]\\"/);
  });

  it("progress is reported on the way", async () => {
    const seen: string[] = [];
    await connected.call("diagnose_sip_registration", target(), {
      onprogress: ({ message }) => seen.push(message ?? ""),
    });
    expect(seen[0]).toBe("Looking up 127.0.0.1");
    expect(seen).toContain("Asking the registrar");
  });

  it("without anything to look at the way out is named", async () => {
    const { isError, text } = await connected.call("diagnose_sip_registration", {});
    expect(isError).toBe(true);
    expect(text).toMatch(/give agentId, or sipDomain/);
  });

  it("an agentId says what credentials of the API to set", async () => {
    const { isError, text } = await connected.call("diagnose_sip_registration", { agentId: FRONT_DESK });
    expect(isError).toBe(true);
    expect(text).toMatch(/TELZINO_CLIENT_ID/);
  });

  it("repeating it ends in silence before a ban, and the PBX's own log is named instead", async () => {
    let last = await diagnose();
    for (let count = 0; count < 5; count += 1) last = await diagnose();
    expect(registrar.requestsOf("REGISTER")).toHaveLength(4);
    expect(last.facts.outcome).toBe("not_proven");
    expect(whyNot(last.facts, "registrar")).toMatch(
      /PBXs ban from 5 on, so nothing was asked in a user's name/,
    );
    expect(last.text).toMatch(/^1\. Do not repeat this now: explain_sip_log/m);
  });

  it("too many in a minute are refused before anything is sent", async () => {
    for (let count = 0; count < 6; count += 1) await diagnose();
    const sent = registrar.copies;
    const { isError, text } = await diagnose();
    expect(isError).toBe(true);
    expect(text).toMatch(/6 a minute.*Nothing was sent[\s\S]*Wait \d+ s/);
    expect(registrar.copies).toBe(sent);
  });
});

describe("with a hosted server's policy", () => {
  it("a private target is not contacted", async () => {
    const registrar = await ScriptedRegistrar.start({ script: digestScript() });
    const connected = await connectInProcess(
      servicesFor(undefined, { targetPolicy: (address) => `${address} is not allowed here` }),
    );
    closers.push(
      () => registrar.close(),
      () => connected.close(),
    );
    const { port } = registrar.target();
    const { facts } = await connected.call("diagnose_sip_registration", {
      sipDomain: "127.0.0.1",
      username: "1001",
      port,
      transport: "udp",
    });
    expect(whyNot(facts, "reach")).toMatch(/127\.0\.0\.1 is not allowed here/);
    expect(registrar.copies).toBe(0);
  });
});

describe("with an agent", () => {
  let assistant: SandboxedClient;
  beforeEach(async () => {
    assistant = await connectToSandbox();
    closers.push(() => assistant.close());
  });
  const configure = (more: object = {}) =>
    assistant.call("configure_sip_registration", {
      agentId: FRONT_DESK,
      ...assistant.pbx,
      username: "1001",
      password: "demo-1001",
      ...more,
    });
  const diagnose = (more: object = {}) =>
    assistant.call("diagnose_sip_registration", { agentId: FRONT_DESK, ...more });

  it("its stored settings are the target, and the platform's view is joined", async () => {
    await configure();
    const { facts, text } = await diagnose();
    expect(facts).toMatchObject({
      agentName: "Front Desk",
      outcome: "proven",
      target: { username: "1001", port: assistant.pbx.port },
    });
    expect(text).toMatch(/^"Front Desk", 1001@127\.0\.0\.1/);
    expect((facts as unknown as FoundOnes).checked.at(-1)).toMatchObject({
      check: "platform",
      found: expect.stringMatching(/^REGISTERED_STATE \(3 samples\)/),
    });
    expect((facts as unknown as FoundOnes).findings.map(({ id }) => id)).toContain(
      "platform-registered-no-calls",
    );
  });

  it("a wrong password is found on the platform, and confirmed here with one query", async () => {
    await configure({ password: "demo-1010" });
    const { facts } = await diagnose({ testCredentials: true, password: "demo-1010" });
    expect(graveOf(facts)).toEqual(["credentials-refused", "platform-wrong-credentials"]);
  });

  it("a password that works here and not there points to what differs", async () => {
    await configure({ password: "demo-1010" });
    const { facts, text } = await diagnose({ testCredentials: true, password: "demo-1001" });
    expect(graveOf(facts)).toEqual(["platform-refused-accepted-here"]);
    expect(text).toMatch(/Seen from the platform: /);
  });

  it("a failed configuration and a failed status tell by the same rules, and name the diagnosis", async () => {
    const failed = await configure({ password: "demo-1010" });
    const status = await assistant.call("get_sip_status", { agentId: FRONT_DESK });
    for (const { text, facts } of [failed, status]) {
      expect(text).toMatch(
        /^1\. The PBX asked the platform for credentials again .*platform-wrong-credentials\]$/m,
      );
      expect(text).toMatch(/^ {3}Fix: Copy the SIP password again/m);
      expect(text).toMatch(/diagnose_sip_registration looks at the wire/);
      expect(graveOf(facts)).toEqual(["platform-wrong-credentials"]);
    }
  });

  it("a setting that may be why is named before the state, and not once more as advice", async () => {
    const { text, facts } = await configure({ transport: "tcp", port: 5061 });
    expect(graveOf(facts)).toEqual(["plain-with-5061", "platform-timeout"]);
    const besideVerdict = text.replace(/^Verdict: .*$/m, "");
    expect(besideVerdict.match(/5061 is the port for TLS/g)).toHaveLength(1);
  });

  it("a registration that works gives no finding, and says what to do when calls fail", async () => {
    await configure();
    const { text, facts } = await assistant.call("get_sip_status", { agentId: FRONT_DESK });
    expect(facts).toMatchObject({ meaning: expect.stringMatching(/has accepted/), findings: [] });
    expect(text).toMatch(/No calls although registered[\s\S]*One-way or no audio/);
  });

  it("other values can be looked at in place of the stored ones, without the platform's view", async () => {
    await configure();
    const { facts, text } = await diagnose({ transport: "tcp" });
    expect(facts).toMatchObject({ outcome: "not_proven", target: { transport: "tcp", username: "1001" } });
    expect(text).toMatch(/given values were looked at in place of the stored ones/);
    expect(whyNot(facts, "platform")).toMatch(/status belongs to the stored settings/);
  });

  it("without a stored registration it says what to give", async () => {
    const { isError, text } = await diagnose({ agentId: OTHER_AGENT });
    expect(isError).toBe(true);
    expect(text).toMatch(/has no SIP registration stored[\s\S]*Give sipDomain and username/);
  });
});

describe("with one bound agent", () => {
  it("its settings are the target, and a given target comes before them", async () => {
    const assistant = await connectToSandbox({ boundAgentId: FRONT_DESK });
    closers.push(() => assistant.close());
    await assistant.call("configure_sip_registration", {
      ...assistant.pbx,
      username: "1001",
      password: "demo-1001",
    });
    const own = await assistant.call("diagnose_sip_registration");
    expect(own.facts).toMatchObject({ agentId: FRONT_DESK, outcome: "proven" });
    const other = await assistant.call("diagnose_sip_registration", {
      ...assistant.pbx,
      username: "1002",
      transport: "udp",
    });
    expect(other.facts).toMatchObject({ target: { username: "1002" } });
    expect(other.text).toMatch(
      /given target was looked at, not the agent's stored registration \(1001@127\.0\.0\.1\)/,
    );
    const same = await assistant.call("diagnose_sip_registration", {
      ...assistant.pbx,
      username: "1001",
      transport: "udp",
    });
    expect(whyNot(same.facts, "platform")).toBeUndefined();
  });
});

describe("a password typed into the local page", () => {
  it("is tested when it comes, and the next call tells the outcome without it, whatever the PBX repeats", async () => {
    const typed = "tulip-rocket-77";
    const redactor = createRedactor();
    const pages = createPasswordPages({ port: 0, redactor });
    const registrar = await ScriptedRegistrar.start({
      script: digestScript({ users: { 1001: typed }, headers: [["Server", `it is ${typed}`]] }),
    });
    const connected = await connectInProcess(
      servicesFor(undefined, { platformIsLocal: true, redactor, entry: pages }),
    );
    closers.push(
      () => pages.close(),
      () => registrar.close(),
      () => connected.close(),
    );
    const diagnose = () =>
      connected.call("diagnose_sip_registration", {
        sipDomain: "127.0.0.1",
        username: "1001",
        port: registrar.target().port,
        transport: "udp",
        testCredentials: true,
        detail: true,
      });
    const asked = await diagnose();
    const { url } = asked.facts.passwordEntry as { url: string };
    expect(asked.text).toContain(url);
    expect(asked.facts.verdict).toMatch(/They were not tested/);
    await enter(url, typed);
    await vi.waitFor(() =>
      expect(registrar.requests.some(({ headers }) => headers.has("Authorization"))).toBe(true),
    );
    const told = await vi.waitFor(async () => {
      const answer = await diagnose();
      expect(answer.facts.verdict).toMatch(/accepts the credentials of 1001/);
      return answer;
    });
    expect(told.text).toMatch(/outcome of the test with the password that the user has entered/);
    expect(registrar.requests.filter(({ headers }) => headers.has("Authorization"))).toHaveLength(1);
    expect(`${told.text}${JSON.stringify(told.facts)}`).not.toMatch(/tulip|rocket/);
    expect(told.text).toContain("[text left out");
  });
});
