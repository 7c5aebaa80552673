import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type CanaryWorld,
  canaryPassword,
  filesBelow,
  leaksIn,
  startCanaryWorld,
} from "../../support/canary.js";
import { ask, enter, watchViews } from "../../support/entry.js";
import { SpawnedServer } from "../../support/spawned.js";

/**
 * A random password goes into the built server by each way there is; then every byte that left the process is
 * searched for it. Only the request to the API may have it, and that API repeats it wherever it can.
 */

let password: string;
let world: CanaryWorld;
let folder: string;
/** What the server has written besides its streams: pages, results of other commands. */
let pages: Record<string, string>;
const servers: SpawnedServer[] = [];

beforeEach(async () => {
  password = canaryPassword();
  world = await startCanaryWorld(password);
  folder = mkdtempSync(join(tmpdir(), "canary-"));
  for (const name of ["home", "tmp", "given"]) mkdirSync(join(folder, name));
  pages = {};
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.kill();
  await world.close();
  rmSync(folder, { recursive: true });
});

const logFile = () => join(folder, "home", "server.log");

async function started(env: Record<string, string> = {}, capabilities: object = {}, args: string[] = []) {
  const own = { HOME: join(folder, "home"), TMPDIR: join(folder, "tmp"), TELZINO_LOG_FILE: logFile() };
  const server = new SpawnedServer(args, { ...world.env, ...own, ...env });
  servers.push(server);
  if (args.length === 0 || args[0]?.startsWith("--")) await server.initialize(capabilities);
  return server;
}

/** Where the password has got to, after the servers have been ended. */
async function leaks(): Promise<string[]> {
  for (const [index, server] of servers.entries()) {
    server.child.stdin.end();
    await server.ended();
    pages[`stdout ${index}`] = server.stdout;
    pages[`stderr ${index}`] = server.stderr;
  }
  const written = { ...filesBelow(join(folder, "home")), ...filesBelow(join(folder, "tmp")) };
  return leaksIn({ ...pages, ...written }, password);
}

const configure = (server: SpawnedServer, more: object = {}) =>
  server.callTool("configure_sip_registration", { ...world.line, ...more });
const status = (server: SpawnedServer) =>
  server.callTool("get_sip_status", { agentId: world.line.agentId, waitSeconds: 5 });

function secretsFile(text: string): string {
  const path = join(folder, "given", "sip.env");
  writeFileSync(path, text);
  chmodSync(path, 0o600);
  return path;
}

/** Types the password into a page, and keeps everything that the page was sent. */
async function typeInto(url: string, value = password): Promise<void> {
  const watched = watchViews(url);
  await vi.waitFor(() => expect(watched.views).toHaveLength(1));
  pages.page = (await ask(url)).body;
  const answer = await enter(url, value);
  pages.answer = JSON.stringify(answer);
  await watched.ended;
  pages.events = watched.raw();
}

describe("a password that comes", () => {
  it("as an argument ends registered and leaves no trace", async () => {
    const server = await started();
    expect((await configure(server, { password })).facts).toMatchObject({
      outcome: "registered",
      passwordFrom: "argument",
    });
    expect(world.bindings()).toHaveLength(1);
    await status(server);
    expect((await leaks()).join("\n")).toBe("");
  });

  it("from what is stored ends registered and leaves no trace", async () => {
    await world.store();
    const server = await started();
    await server.callTool("list_telzino_agents", {});
    await status(server);
    expect((await configure(server, { dryRun: true })).facts).toMatchObject({ passwordFrom: "kept" });
    expect((await configure(server, { transport: "tcp", replace: true })).facts).toMatchObject({
      outcome: "registered",
      passwordFrom: "kept",
    });
    await server.callTool("remove_sip_registration", { agentId: world.line.agentId, username: "1001" });
    expect((await leaks()).join("\n")).toBe("");
  });

  it("by its name, from the environment, ends registered and leaves no trace", async () => {
    const pinned = { TELZINO_SIP_SECRET_OFFICE: password, TELZINO_SIP_SECRET_OFFICE_HOSTS: "127.0.0.1" };
    const server = await started(pinned);
    const { tools } = (await server.request("tools/list")) as { tools: { name: string }[] };
    const shown = tools.find(({ name }) => name === "configure_sip_registration");
    expect(JSON.stringify(shown)).toContain("OFFICE (for 127.0.0.1)");
    expect((await configure(server, { passwordSecret: "OFFICE" })).facts).toMatchObject({
      outcome: "registered",
      passwordFrom: "named",
    });
    const elsewhere = await configure(server, { passwordSecret: "OFFICE", sipDomain: "evil.example" });
    expect(elsewhere).toMatchObject({ isError: true });
    expect(elsewhere.text).toContain("pinned to 127.0.0.1");
    const doctor = await started(pinned, {}, ["doctor"]);
    expect(await doctor.ended()).toBe(0);
    expect(doctor.stdout).toContain("SIP secret OFFICE: for 127.0.0.1");
    expect((await leaks()).join("\n")).toBe("");
  });

  it("by its name, from a file, ends registered and leaves no trace", async () => {
    // The one sign in the password that ends a quoted value must not be the quote.
    password = password.replaceAll("'", "");
    await world.close();
    world = await startCanaryWorld(password);
    const server = await started({ TELZINO_SECRETS_FILE: secretsFile(`OFFICE='${password}'\n`) });
    expect((await configure(server, { passwordSecret: "office" })).facts).toMatchObject({
      outcome: "registered",
      passwordFrom: "named",
    });
    expect((await leaks()).join("\n")).toBe("");
  });

  it("from the page, with a client that asks its user, ends registered and leaves no trace", async () => {
    const server = await started({}, { elicitation: { url: {} } });
    const call = configure(server);
    const question = await vi.waitFor(
      () => {
        const found = server.messages().find(({ method }) => method === "elicitation/create");
        expect(found).toBeDefined();
        return found as { id: number; params: { mode: string; url: string } };
      },
      { timeout: 10_000 },
    );
    expect(question.params.mode).toBe("url");
    server.send({ jsonrpc: "2.0", id: question.id, result: { action: "accept" } });
    await typeInto(question.params.url);
    expect((await call).facts).toMatchObject({ outcome: "registered", passwordFrom: "entry" });
    expect(server.messages().map(({ method }) => method)).toContain("notifications/elicitation/complete");
    expect((await leaks()).join("\n")).toBe("");
  });

  it("from the page, with any other client, ends registered and leaves no trace", async () => {
    const server = await started();
    const answer = await configure(server);
    expect(answer.facts).toMatchObject({ outcome: "password_entry_pending" });
    await typeInto((answer.facts.passwordEntry as { url: string }).url);
    expect((await status(server)).facts).toMatchObject({ status: { registered: true } });
    expect((await leaks()).join("\n")).toBe("");
  });
});

describe("a diagnosis", () => {
  it("with a password from each way that tests credentials leaves no trace", async () => {
    const server = await started({ TELZINO_SIP_SECRET_OFFICE: password });
    const { agentId: _agent, ...line } = world.line;
    const diagnose = (more: object = {}) =>
      server.callTool("diagnose_sip_registration", {
        ...line,
        transport: "udp",
        testCredentials: true,
        detail: true,
        ...more,
      });
    for (const given of [{ password }, { passwordSecret: "OFFICE" }]) {
      const answer = await diagnose(given);
      expect(answer).not.toHaveProperty("isError");
      expect(answer.text).toMatch(/REGISTER sip:/);
    }
    const [url = ""] = /http:\/\/127\.0\.0\.1:\d+\/e\/[\w-]{22}/.exec((await diagnose()).text) ?? [];
    await typeInto(url);
    expect(pages.page).toContain("as a test");
    expect((await diagnose()).text).toMatch(/the user has entered/);
    expect((await leaks()).join("\n")).toBe("");
  });

  it("from the command line leaves no trace", async () => {
    const { sipDomain, port, username } = world.line;
    const target = [sipDomain, "--port", String(port), "--user", username, "--transport", "udp"];
    const named = ["--test-credentials", "--password-secret", "OFFICE", "--detail", "--json"];
    const env = { TELZINO_SIP_SECRET_OFFICE: password };
    const command = await started(env, {}, ["diagnose", ...target, ...named]);
    expect(await command.ended()).toBe(0);
    expect(command.stdout).toMatch(/REGISTER sip:/);
    expect((await leaks()).join("\n")).toBe("");
  });
});

describe("what else the server offers", () => {
  it("prompts, resources, templates, completions and progress leave no trace", async () => {
    const server = await started({ TELZINO_SIP_SECRET_OFFICE: password });
    expect((await configure(server, { passwordSecret: "OFFICE" })).facts).toMatchObject({
      outcome: "registered",
    });
    world.name(true);
    const { prompts } = (await server.request("prompts/list")) as { prompts: { name: string }[] };
    expect(prompts.length).toBeGreaterThan(0);
    for (const { name } of prompts) {
      const given = { agent: "Reception", pbx: "3cx", from: "3cx", to: "freepbx-pjsip", symptom: "silent" };
      await server.request("prompts/get", { name, arguments: given });
    }
    const { resources } = (await server.request("resources/list")) as { resources: { uri: string }[] };
    for (const { uri } of resources) await server.request("resources/read", { uri });
    await server.request("resources/templates/list");
    await server.request("resources/read", { uri: "telzino://presets/3cx" });
    const { completion } = (await server.request("completion/complete", {
      ref: { type: "ref/prompt", name: "setup_pbx" },
      argument: { name: "agent", value: "" },
    })) as { completion: { values: string[] } };
    expect(completion.values.join()).toMatch(/\[secret\]|\[text left out/);
    await server.request("tools/call", {
      name: "get_sip_status",
      arguments: { agentId: world.line.agentId, waitSeconds: 3 },
      _meta: { progressToken: "p" },
    });
    const progress = server.messages().filter(({ method }) => method === "notifications/progress");
    expect(JSON.stringify(progress)).toContain("a state that this program does not know");
    expect((await leaks()).join("\n")).toBe("");
  });

  it("a list of agents, and their names as completions, leave no trace of a password that the API returns with it and says in names", async () => {
    await world.store();
    world.name(true);
    const server = await started();
    for (let way = 0; way < world.ways; way += 1) await server.callTool("list_telzino_agents", {});
    const names = { ref: { type: "ref/prompt", name: "setup_pbx" }, argument: { name: "agent", value: "" } };
    expect(JSON.stringify(await server.request("completion/complete", names))).toMatch(
      /\[secret\]|\[text left out/,
    );
    expect(server.stdout).toMatch(/\[secret\]|\[text left out/);
    expect((await leaks()).join("\n")).toBe("");
  });
});

/** Lengths at which some text of an outsider is cut. */
const CUTS = [40, 60, 80, 100, 120, 160, 200, 240, 300, 500];

describe("where a text is cut in the midst of a password", () => {
  it("no half of it is left in names, states and messages", async () => {
    await world.store();
    world.name(true);
    const server = await started();
    for (const cut of CUTS) {
      // Thirteen characters before the cut, of which the search takes twelve for a leak.
      world.pad(cut - 14);
      const { text } = await server.callTool("list_telzino_agents", {});
      expect(text).toContain("[text left out: it holds a part of a secret]");
      world.pad(cut - 14);
      await status(server);
    }
    expect((await leaks()).join("\n")).toBe("");
  });

  it("no half of it is left in what the API says when it refuses", async () => {
    const server = await started({ TELZINO_SIP_SECRET_OFFICE: password });
    world.gossip(true);
    for (const cut of CUTS) {
      world.pad(cut - 14);
      expect(await status(server)).toMatchObject({ isError: true });
    }
    expect((await leaks()).join("\n")).toBe("");
  });
});

describe("where something goes wrong", () => {
  it("neither reply nor log has a trace of a configured password that the API says when it refuses a read", async () => {
    const server = await started({ TELZINO_SIP_SECRET_OFFICE: password });
    world.gossip(true);
    for (let way = 0; way < world.ways; way += 1) {
      expect(await status(server)).toMatchObject({ isError: true });
    }
    expect(server.stderr.match(/ debug answer to the caller .*(?:\[secret\]|\[text left out)/g)).toHaveLength(
      world.ways,
    );
    expect((await leaks()).join("\n")).toBe("");
  });

  it("no trace is left of a password that the PBX refuses", async () => {
    const right = password;
    password = canaryPassword();
    const server = await started();
    expect((await configure(server, { password })).facts).toMatchObject({ outcome: "failed" });
    await status(server);
    expect((await leaks()).join("\n")).toBe("");
    expect(leaksIn(pages, right).length).toBeGreaterThan(0);
  });

  it("no trace is left of a password that the API refuses and repeats", async () => {
    world.refuse(true);
    const server = await started();
    const answer = await configure(server, { password });
    expect(answer).toMatchObject({ isError: true });
    expect(answer.text).toMatch(/\[secret\]|\[text left out/);
    const page = await configure(server);
    const { url } = page.facts.passwordEntry as { url: string };
    const watched = watchViews(url);
    await enter(url, password);
    await vi.waitFor(() => expect(watched.views.at(-1)).toHaveProperty("failure"), 10_000);
    pages.events = watched.raw();
    watched.close();
    expect((await leaks()).join("\n")).toBe("");
  });

  it.each([
    ["a misspelt parameter", (value: string) => ({ passwrod: value })],
    ["a parameter of another program", (value: string) => ({ secret: value })],
    ["a list", (value: string) => ({ password: [value] })],
    ["a call that names another one too", (value: string) => ({ passwordSecret: "OTHER", password: value })],
    ["more than there may be", (value: string) => ({ password: value.repeat(20) })],
  ])("no trace is left of a password in %s", async (_label, more) => {
    const server = await started({ TELZINO_SIP_SECRET_OTHER: "another-one" });
    expect(await configure(server, more(password))).toMatchObject({ isError: true });
    expect((await leaks()).join("\n")).toBe("");
  });

  it.each([
    ["configured", { TELZINO_SIP_SECRET_OFFICE: "PASSWORD" }, {}],
    ["given in a call that is under way", {}, { password: "PASSWORD" }],
  ])("no trace is left of a password that is %s when the process crashes", async (_label, env, more) => {
    const crash = join(folder, "given", "crash.mjs");
    writeFileSync(
      crash,
      'process.on("SIGUSR2", () => { throw new Error("it was " + process.env.CRASH_TEXT + " " + Buffer.from(process.env.CRASH_TEXT).toString("base64")); });',
    );
    const filled = Object.fromEntries(Object.entries(env).map(([name]) => [name, password]));
    const server = await started({ ...filled, NODE_OPTIONS: `--import=${crash}`, CRASH_TEXT: password });
    // Nothing answers there, so the call continues.
    const call = configure(server, { ...("password" in more ? { password } : {}), port: 9 });
    void call.catch(() => {});
    await vi.waitFor(() => expect(server.stderr).toMatch(/PUT|tool call/), 10_000);
    server.child.kill("SIGUSR2");
    expect(await server.ended()).toBe(1);
    expect(server.stderr).toContain("unexpected error: [text left out: it holds a part of a secret]");
    const [, report = ""] = /\(report without secrets: (.+)\)\n$/.exec(server.stderr) ?? [];
    expect(readFileSync(report, "utf8")).toMatch(
      /Flags: none\n(.*\n)+\[text left out: .*\]\n.*Error\n {4}at /,
    );
    if (process.platform !== "win32") expect(statSync(report).mode & 0o777).toBe(0o600);
    expect(readFileSync(logFile(), "utf8")).toMatch(/PUT|tool call/);
    expect((await leaks()).join("\n")).toBe("");
  });
});

describe("the search itself", () => {
  it("finds what was written", () => {
    for (const text of [
      password,
      JSON.stringify({ password }),
      Buffer.from(`xx${password}y`).toString("base64"),
    ]) {
      expect(leaksIn({ stdout: `something ${text} more` }, password)).not.toStrictEqual([]);
    }
    expect(leaksIn({ stdout: "nothing" }, password)).toStrictEqual([]);
  });
});
