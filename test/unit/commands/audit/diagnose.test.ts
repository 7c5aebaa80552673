import { PassThrough, Writable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import type { LookParts } from "../../../../src/audit/looks/look.js";
import type { AuditFlags } from "../../../../src/commands/audit/flags.js";
import { audit } from "../../../../src/commands/audit/index.js";
import { loadConfig } from "../../../../src/config/index.js";
import type { TransportName } from "../../../../src/sip/index.js";
import {
  type AgentOnWire,
  type AgentsApi,
  agentId,
  agentsOnWire,
  serveAgents,
} from "../../../support/agents-api.js";
import { type TestCertificate, testCertificates } from "../../../support/certificates.js";
import { digestScript } from "../../../support/registrar-scripts.js";
import { type Script, ScriptedRegistrar } from "../../../support/scripted-registrar.js";
import { QUICK } from "../../../support/sip.js";

let api: AgentsApi;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await api.close();
  for (const close of closing.splice(0)) await close();
});

function sink(): { stream: Writable; text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}

async function run(flags: AuditFlags, signal = new AbortController().signal) {
  const [out, err] = [sink(), sink()];
  const config = loadConfig({ TELZINO_API_URL: api.url, TELZINO_ACCESS_TOKEN: "t0ken-of-the-account" });
  const io = { stdin: new PassThrough(), stdout: out.stream, stderr: err.stream };
  const parts: LookParts = {
    timers: QUICK,
    limits: { connect: 600, options: 700, patience: 200, register: 1_500, otherEndpoint: 400, platform: 60 },
    trustedRoots: [(await testCertificates()).ca],
  };
  const code = await audit(config, io, { rate: "1000", diagnose: true, ...flags }, signal, parts);
  return { code, text: out.text() };
}

/** A PBX at its own address. */
async function pbx(host: string, transport: TransportName, script: Script, tls?: TestCertificate) {
  const registrar = await ScriptedRegistrar.start({
    ...{ host, script, transports: [transport] },
    ...(tls ? { tls: { cert: tls.cert, key: tls.key } } : {}),
  });
  closing.push(() => registrar.close());
  return registrar;
}

/** Agents with these numbers on that PBX. */
function agentsAt(registrar: ScriptedRegistrar, transport: TransportName, from: number, count: number) {
  const { address, port } = registrar.target(transport);
  return agentsOnWire(from + count)
    .slice(from)
    .map((agent): AgentOnWire => {
      const stored = { ...agent.sip_registration_data, sipDomain: address, port, transport };
      return { ...agent, sip_registration_data: stored };
    });
}

const registers = ({ requests }: ScriptedRegistrar) => requests.filter(({ method }) => method === "REGISTER");

interface Report {
  causes: { cause: string; pbx: string; diagnosis?: { askedAs: string; finding: { id: string } } }[];
  hints: { hint: string; says: string; agents: string[] }[];
  diagnoses: { pbx: string; agent: string; askedAs?: string; outcome: string }[];
  pbxsLeftOut: number;
}

/** A PBX that refuses, one that is well over UDP, two with certificates that run out. */
async function fourPbxs() {
  const { expired, expiresSoon } = await testCertificates();
  const refusing: Script = ({ method }) => ({ status: method === "REGISTER" ? 403 : 200 });
  const pbxs = {
    refusing: await pbx("127.0.0.1", "udp", refusing),
    well: await pbx("127.0.0.2", "udp", digestScript()),
    old: await pbx("127.0.0.3", "tls", digestScript(), expired),
    soon: await pbx("127.0.0.4", "tls", digestScript(), expiresSoon),
  };
  api = await serveAgents([
    ...agentsAt(pbxs.refusing, "udp", 0, 3),
    ...agentsAt(pbxs.well, "udp", 3, 2),
    ...agentsAt(pbxs.old, "tls", 5, 2),
    ...agentsAt(pbxs.soon, "tls", 7, 1),
  ]);
  for (const index of [0, 1, 2]) api.states.set(agentId(index), "REGISTRAR_ERROR_STATE");
  return pbxs;
}

describe("audit --diagnose", () => {
  it("looks once at each PBX with agents down or with TLS, without a password, and says what was found", async () => {
    const pbxs = await fourPbxs();
    const { code, text } = await run({ json: true });
    const { causes, hints, diagnoses, pbxsLeftOut } = JSON.parse(text) as Report;
    expect(code).toBe(1);
    expect(causes).toMatchObject([
      {
        ...{ cause: "pbx-refuses", pbx: "127.0.0.1" },
        diagnosis: {
          // Whose status was read first.
          askedAs: expect.stringMatching(/^100[0-2]@127\.0\.0\.1$/),
          outcome: "problem",
          finding: { id: expect.stringMatching(/forbidden/) },
        },
      },
    ]);
    expect(diagnoses.map(({ pbx: place }) => place).sort()).toEqual(["127.0.0.1", "127.0.0.3", "127.0.0.4"]);
    expect(pbxsLeftOut).toBe(0);
    // One for three agents; where no one is down, none.
    expect(Object.values(pbxs).map((each) => registers(each).length)).toEqual([1, 0, 0, 0]);
    expect(pbxs.well.copies).toBe(0);
    const sent = Object.values(pbxs).flatMap(({ requests }) => requests);
    for (const name of ["Authorization", "Proxy-Authorization"]) {
      expect(sent.map(({ headers }) => headers.get(name)).filter((value) => value !== undefined)).toEqual([]);
    }
    expect(text).not.toContain("mulberry");
    const dates = hints.filter(({ hint }) => hint.startsWith("certificate-"));
    expect(dates.map(({ hint, agents }) => [hint, agents]).sort()).toEqual([
      ["certificate-expired", [agentId(5), agentId(6)]],
      ["certificate-expires-soon", [agentId(7)]],
    ]);
    expect(dates.map(({ says }) => says).join("\n")).toContain("valid for 5 more days");
    expect(new Set(api.requests.map((request) => request.split(" ")[0]))).toEqual(new Set(["GET"]));
  });

  it("puts the first finding into the group's text and into each agent's line of CSV", async () => {
    await fourPbxs();
    const { text } = await run({});
    expect(text).toMatch(
      /^ {3}Asked as 100[0-2]@127\.0\.0\.1: .* \[confidence \w+, [\w-]*forbidden[\w-]*\]\n {5}Seen from this machine: /m,
    );
    expect(text).toContain("3 PBXs were looked at from this machine, without a password.");
    expect(text).toMatch(/^- The certificate has expired on 127\.0\.0\.3, with 2 agents over TLS: /m);
    const csv = (await run({ csv: true, only: "problems" })).text.trimEnd().split("\r\n");
    expect(csv[0]).toMatch(/,reason,finding,found$/);
    expect(csv.slice(1).map((line) => /forbidden/.test(line))).toEqual([true, true, true]);
  });

  it("tells what was read where it is ended while it looks", async () => {
    const stop = new AbortController();
    const silent = await pbx("127.0.0.1", "udp", () => {
      stop.abort(new Error("enough"));
      return undefined;
    });
    api = await serveAgents(agentsAt(silent, "udp", 0, 2));
    for (const index of [0, 1]) api.states.set(agentId(index), "REGISTER_TIMEOUT_STATE");
    const { code, text } = await run({}, stop.signal);
    expect(code).toBe(1);
    expect(text).toContain("2 agents on 127.0.0.1: REGISTER_TIMEOUT_STATE, all on that PBX");
    expect(text).toContain(
      "0 PBXs were looked at from this machine, without a password. 1 more was not looked at.",
    );
  });

  it("looks at no PBX unless it is asked to", async () => {
    const pbxs = await fourPbxs();
    const { text } = await run({ diagnose: false });
    expect(text).not.toContain("looked at");
    expect(Object.values(pbxs).map(({ copies }) => copies)).toEqual([0, 0, 0, 0]);
  });
});
