import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { build } from "esbuild";
import { type Answer, json } from "../../support/api-stub.js";
import { startCallLogStub, wireCall } from "../../support/call-log-stub.js";
import { CLI } from "../../support/spawned.js";
import { AGENT_ID } from "../../support/telzino-client.js";
import { startAsteriskBehindNat } from "./asterisk.js";
import { type Circumstances, PBX, type Place, PUBLIC, routers, VOICE } from "./behind-nat.js";
import type { AgentCall, AgentOptions } from "./called-agent.js";
import { temporaryFolder } from "./folders.js";
import { type Net, startNet } from "./namespaces.js";

/** A second extension calls the platform's agent through an Asterisk behind NAT, with the built program. */

const run = promisify(execFile);

export interface CallCircumstances
  extends Pick<Circumstances, "gate" | "home" | "sipPort" | "forwarded" | "pbxInput"> {
  /** Where the second extension is: beside the PBX, or behind another router. */
  readonly from?: "lan" | "caller";
  /** Where the agent is. */
  readonly at?: "public" | "caller";
  /** That the agent registers. */
  readonly extension?: string;
  /** That is called, where it is another one. */
  readonly called?: string;
  readonly behaviour?: AgentOptions["behaviour"];
  readonly symmetric?: boolean;
  readonly transport?: AgentOptions["transport"];
  /** A router's rules that come once the agent is registered. */
  readonly later?: Circumstances["gate"];
  readonly tester?: string;
  readonly password?: string;
  readonly holdSeconds?: number;
  /** What the agent's log says is left out. */
  readonly noLog?: true;
}

interface JudgedCall {
  readonly verdict: { readonly outcome: string; readonly text: string };
  readonly legs: Readonly<Record<string, "works" | "broken" | "unknown">>;
  readonly log: unknown;
  readonly findings: readonly {
    readonly id: string;
    readonly severity: string;
    readonly confidence: string;
  }[];
}

export interface CalledAgent {
  readonly judged: JudgedCall;
  /** As the stand-in for the platform had it; `undefined`: no call was answered there. */
  readonly agent: AgentCall | undefined;
  /** Packets of the agent's voice, as they came to the PBX. */
  readonly fromAgent: number;
}

export interface TestCallNet {
  readonly call: (circumstances: CallCircumstances) => Promise<CalledAgent>;
  readonly stop: () => Promise<void>;
}

const API_PORT = 18_080;
const SEEN_AT = { public: "25.3.3.40", caller: "25.2.2.30" } as const;
/** The API of the test, in a namespace of its own: what comes goes to a socket in the file system, which all share. */
const RELAY = `
  const { connect, createServer } = require("node:net");
  createServer((one) => {
    const other = connect(process.argv[1]);
    one.pipe(other).pipe(one);
    for (const each of [one, other]) each.on("error", () => { one.destroy(); other.destroy(); });
  }).listen(${API_PORT}, "127.0.0.1", () => console.log("ready"));
`;

let bundled: Promise<string> | undefined;
/** The stand-in as one file that Node runs by itself. */
function agentFile(): Promise<string> {
  bundled ??= (async () => {
    const outfile = join(temporaryFolder("agent"), "called-agent.mjs");
    await build({
      ...{ entryPoints: [join(import.meta.dirname, "called-agent.ts")], outfile, bundle: true },
      ...{ platform: "node", format: "esm", logLevel: "warning" },
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
    });
    return outfile;
  })();
  return bundled;
}

export async function startTestCallNet(): Promise<TestCallNet> {
  const net = await startNet<Place>("nat-net.sh");
  const asterisk = await startAsteriskBehindNat(net.enter("pbx")).catch(async (error: unknown) => {
    await net.stop();
    throw error;
  });
  return {
    call: async (circumstances) => callIn(net, circumstances),
    stop: async () => {
      await asterisk.stop();
      await net.stop();
    },
  };
}

async function callIn(net: Net<Place>, circumstances: CallCircumstances): Promise<CalledAgent> {
  const { from = "lan", at = "public", extension = "2001", called = extension, later } = circumstances;
  const { behaviour = "speaks", symmetric = false, transport = "udp" } = circumstances;
  const seen = SEEN_AT[at];
  const counted = `table ip host {
    counter agent {}
    chain firewall { type filter hook input priority 0; ${(circumstances.pbxInput ?? []).map((rule) => `${rule};`).join(" ")} }
    chain counted { type filter hook input priority 100; ip saddr ${seen} ${VOICE} counter name agent; }
  }`;
  await Promise.all([...routers(net, circumstances), net.filter("pbx", counted)]);
  const agent = await startAgent(net.enter(at), {
    ...{ host: PUBLIC, port: 5_060, user: extension, transport, behaviour, symmetric },
  });
  const host = from === "lan" ? PBX : PUBLIC;
  const api = await startApi(net.enter(from), { host, called, agent, noLog: circumstances.noLog });
  try {
    if (later) await Promise.all(routers(net, { ...circumstances, gate: later }));
    const judged = await judge(net.enter(from), host, circumstances);
    await agent.settled();
    const { agent: fromAgent = Number.NaN } = await net.counters("pbx");
    return { judged, agent: agent.calls.at(-1), fromAgent };
  } finally {
    await api.stop();
    await agent.stop();
  }
}

export interface RunningAgent {
  readonly calls: AgentCall[];
  /** Until the stand-in has noticed the end of its call. */
  readonly settled: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** @param enter what starts a program in its namespace; empty: here. */
export async function startAgent(enter: readonly string[], options: AgentOptions): Promise<RunningAgent> {
  const [program, ...argv] = [
    ...enter,
    process.execPath,
    await agentFile(),
    JSON.stringify(options),
  ] as const;
  const child = spawn(program, argv, { stdio: ["ignore", "pipe", "inherit"] });
  const calls: AgentCall[] = [];
  let isReady: () => void = () => {};
  const ready = new Promise<void>((resolve, reject) => {
    isReady = resolve;
    child.once("exit", () => reject(new Error("the agent has ended")));
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const told = JSON.parse(line) as AgentCall | { ready: true };
    if ("ready" in told) isReady();
    else calls.push(told);
  });
  await ready;
  return {
    calls,
    settled: async () => {
      for (let tries = 0; tries < 20 && calls.length === 0; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    stop: () => ended(child),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  const over = once(child, "exit");
  if (child.exitCode !== null || !child.kill("SIGKILL")) return;
  await over;
}

/** The platform's API: one registered agent, and what its stand-in has noted of calls. */
export async function startPlatform(stored: object, calls: () => readonly AgentCall[]) {
  const { stub, agent } = await startCallLogStub();
  const look: Answer = (response, request) => json(200, { data: calls().map(entryOf) })(response, request);
  agent(AGENT_ID, [look], { stored });
  return stub;
}

/** The same in a namespace. */
async function startApi(
  enter: readonly [string, ...string[]],
  {
    host,
    called,
    agent,
    noLog,
  }: { host: string; called: string; agent: RunningAgent; noLog: true | undefined },
) {
  const stored = { sipDomain: host, username: called, port: 5060, transport: "udp" };
  const platform = await startPlatform(stored, () => (noLog ? [] : agent.calls));
  const folder = temporaryFolder("api");
  const path = join(folder, "api.sock");
  const server = createServer((one) => {
    const other = connect(Number(platform.url.port), "127.0.0.1");
    one.pipe(other).pipe(one);
    for (const each of [one, other]) {
      each.on("error", () => {
        one.destroy();
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const [program, ...argv] = [...enter, process.execPath, "-e", RELAY, path] as const;
  const relay = spawn(program, argv, { stdio: ["ignore", "pipe", "inherit"] });
  await once(relay.stdout, "data");
  return {
    stop: async () => {
      await ended(relay);
      server.close();
      await platform.close();
      await rm(folder, { recursive: true });
    },
  };
}

function entryOf({ startedAt, endedAt, callerId, speakers }: AgentCall, index: number) {
  const duration = Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1_000);
  return wireCall(`call-${index}`, 0, {
    ...{ call_started_at: startedAt, call_ended_at: endedAt, call_duration: duration, speakers },
    room_name: `sipRoom-_x_${Math.floor(Date.parse(startedAt) / 1_000)}`,
    session_data: { caller_id: callerId },
  });
}

/** The command, in the tester's namespace. */
async function judge(
  [program, ...enter]: readonly [string, ...string[]],
  host: string,
  { tester = "1001", password = "secret", holdSeconds = 0 }: CallCircumstances,
): Promise<JudgedCall> {
  const argv = ["call", AGENT_ID, "--from", tester, "--password-secret", "PBX", "--echo-code", "600"];
  const more = ["--hold", `${holdSeconds}`, "--yes", "--json"];
  const { PATH = "", HOME = "" } = process.env;
  const env = {
    ...{ PATH, HOME, TELZINO_SIP_SECRET_PBX: password, TELZINO_SIP_SECRET_PBX_HOSTS: host },
    ...{ TELZINO_API_URL: `http://127.0.0.1:${API_PORT}`, TELZINO_ACCESS_TOKEN: "static-token" },
  };
  // The exit code tells the verdict; the report is the same.
  const { stdout, stderr } = await run(program, [...enter, process.execPath, CLI, ...argv, ...more], {
    ...{ env, timeout: 110_000 },
  }).catch((error: { stdout: string; stderr: string }) => error);
  if (!stdout.startsWith("{")) throw new Error(`no report: ${stdout}${stderr}`);
  return JSON.parse(stdout) as JudgedCall;
}
