import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { CLI } from "../../support/spawned.js";
import { startAsteriskBehindNat } from "./asterisk.js";
import { temporaryFolder } from "./folders.js";
import { type Net, startNet } from "./namespaces.js";
import { findProgram } from "./programs.js";

const run = promisify(execFile);

export type Place = "pbx" | "lan" | "gate" | "home" | "caller" | "public";

/** What of the net and the PBX is as in no other scenario. Rules are nft's, each for the chain that its name says. */
export interface Circumstances {
  /** `caller` is behind NAT. */
  readonly from?: "caller" | "public" | "lan";
  /** 1001 by default. */
  readonly extension?: string;
  readonly transport?: "udp" | "tcp";
  /** `*43`: an announcement goes before the echo. */
  readonly echoCode?: "600" | "*43";
  /** Where the router forwards SIP to: which of Asterisk's transports is met. */
  readonly sipPort?: 5060 | 5062 | 5064 | 5066;
  /** The PBX's public address reaches it from its own network too, by way of the router. */
  readonly hairpin?: true;
  /** Ports that the router forwards, beside SIP; all of the PBX's RTP by default, `""`: none. */
  readonly forwarded?: string;
  /** What the PBX's router drops, changes, or hands to a helper. */
  readonly gate?: Rules;
  /** The same of the caller's router. */
  readonly home?: Rules;
  /** What the PBX's own firewall drops. */
  readonly pbxInput?: readonly string[];
  /** What the caller's own firewall drops. */
  readonly callerInput?: readonly string[];
  /** The host that is dialled. */
  readonly host?: string;
}

interface Rules {
  readonly forward?: readonly string[];
  /** Before the masquerading. */
  readonly postrouting?: readonly string[];
  /** After it, packet by packet. */
  readonly rewrite?: readonly string[];
  /** The SIP helper of connection tracking: what home routers have as their SIP ALG. */
  readonly sipHelper?: boolean;
}

/** Packets of voice, as counted at both ends by the kernel. */
export interface Truth {
  readonly pbxReceived: number;
  readonly pbxSent: number;
  readonly callerReceived: number;
  readonly callerSent: number;
}

interface ToldFinding {
  readonly id: string;
  readonly severity: string;
  readonly confidence: string;
  readonly title: string;
  readonly cause: string;
  readonly evidence: string;
}

export interface Probed {
  readonly truth: Truth;
  readonly findings: readonly ToldFinding[];
  readonly notChecked: readonly { readonly check: string; readonly why: string }[];
}

export interface BehindNat {
  readonly probe: (circumstances: Circumstances) => Promise<Probed>;
  /** Probes, and has what passed the network card of a host there explained: findings above info, as `confidence id`. */
  readonly explainCapture: (
    circumstances: Circumstances,
    at: "pbx" | "caller" | "public",
  ) => Promise<string[]>;
  readonly stop: () => Promise<void>;
}

export const PBX = "192.168.10.2";
export const PUBLIC = "25.1.1.10";
const RTP = "18000-18099";
/** G.711 of 20 ms over UDP, plain and with SRTP's tag: no SIP message and no report is as long. */
export const VOICE = "udp length 180-200";

/** The net of `nat-net.sh` with an Asterisk in it. */
export async function startBehindNat(): Promise<BehindNat> {
  const net = await startNet<Place>("nat-net.sh");
  try {
    const asterisk = await startAsteriskBehindNat(net.enter("pbx"));
    return {
      probe: async (circumstances) => probe(net, circumstances),
      explainCapture: async (circumstances, at) => {
        const folder = temporaryFolder("capture");
        try {
          const file = join(folder, "call.pcap");
          await capturing(net.enter(at), file, () => probe(net, circumstances));
          return await explain(file);
        } finally {
          await rm(folder, { recursive: true });
        }
      },
      stop: async () => {
        await asterisk.stop();
        await net.stop();
      },
    };
  } catch (error) {
    await net.stop();
    throw error;
  }
}

async function probe(net: Net<Place>, circumstances: Circumstances): Promise<Probed> {
  const { from = "caller", pbxInput, callerInput } = circumstances;
  await Promise.all([
    ...routers(net, circumstances),
    net.filter("pbx", host(pbxInput)),
    net.filter(from, host(callerInput)),
  ]);
  const report = await diagnose(net, circumstances);
  const [pbx, caller] = await Promise.all([net.counters("pbx"), net.counters(from)]);
  const truth = {
    ...{ pbxReceived: pbx.received ?? Number.NaN, pbxSent: pbx.sent ?? Number.NaN },
    ...{ callerReceived: caller.received ?? Number.NaN, callerSent: caller.sent ?? Number.NaN },
  };
  return { ...report, truth };
}

/** Sets both routers up. */
export function routers(net: Net<Place>, circumstances: Circumstances): Promise<void>[] {
  const { gate, home } = circumstances;
  return [
    net.filter("gate", `${router(gate)}\n${forwarding(circumstances)}`),
    net.filter("home", router(home)),
  ];
}

/** Masquerades, and lets nothing in that was not asked for. */
function router({ forward = [], postrouting = [], rewrite = [], sipHelper = false }: Rules = {}): string {
  const helper = sipHelper
    ? `ct helper sip { type "sip" protocol udp; }
       chain help { type filter hook prerouting priority -150; udp dport 5060 ct helper set "sip"; }`
    : "";
  return `table ip router {
    ${helper}
    chain out { type nat hook postrouting priority 100; ${lines(postrouting)} oifname "wan" masquerade; }
    chain rewrite { type filter hook postrouting priority 300; ${lines(rewrite)} }
    chain through { type filter hook forward priority 0; ${lines(forward)} }
    chain in { type filter hook input priority 0; iifname "wan" ct state new drop; }
  }`;
}

function forwarding({ sipPort = 5060, forwarded = RTP, hairpin }: Circumstances): string {
  const to = `ip daddr ${PUBLIC}`;
  const voice = forwarded === "" ? "" : `${to} udp dport ${forwarded} dnat to ${PBX};`;
  const back = `chain back { type nat hook postrouting priority 99; ip saddr 192.168.10.0/24 ip daddr ${PBX} masquerade; }`;
  return `table ip forwarding {
    chain in { type nat hook prerouting priority -100;
      ${to} udp dport 5060 dnat to ${PBX}:${sipPort};
      ${to} tcp dport 5060 dnat to ${PBX}:${sipPort};
      ${voice}
    }
    ${hairpin ? back : ""}
  }`;
}

/** A firewall of its own, and counters at the inner side of it. */
function host(input: readonly string[] = []): string {
  return `table ip host {
    counter received {}
    counter sent {}
    chain firewall { type filter hook input priority 0; ${lines(input)} }
    chain counted { type filter hook input priority 100; ${VOICE} counter name received; }
    chain leaving { type filter hook output priority 0; ${VOICE} counter name sent; }
  }`;
}

function lines(rules: readonly string[]): string {
  return rules.map((rule) => `${rule};`).join(" ");
}

/** The program itself, in the caller's namespace. */
async function diagnose(net: Net<Place>, circumstances: Circumstances): Promise<Omit<Probed, "truth">> {
  const { from = "caller", extension = "1001", transport = "udp", echoCode = "600" } = circumstances;
  const dialled = circumstances.host ?? (from === "lan" ? PBX : PUBLIC);
  const [program, ...enter] = net.enter(from);
  const argv = ["diagnose", dialled, "--user", extension, "--transport", transport, "--port", "5060"];
  const call = [
    "--test-credentials",
    "--media",
    "--echo-code",
    echoCode,
    "--password-secret",
    "PBX",
    "--json",
  ];
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, TELZINO_SIP_SECRET_PBX: "secret", TELZINO_SIP_SECRET_PBX_HOSTS: dialled };
  // The exit code tells the verdict; the report is the same.
  const { stdout, stderr } = await run(program, [...enter, process.execPath, CLI, ...argv, ...call], {
    ...{ env, timeout: 55_000 },
  }).catch((error: { stdout: string; stderr: string }) => error);
  if (!stdout.startsWith("{")) throw new Error(`no report: ${stdout}${stderr}`);
  return JSON.parse(stdout) as Omit<Probed, "truth">;
}

/** Writes into a file what passes the network card while something is done. */
async function capturing(enter: readonly [string, ...string[]], file: string, act: () => Promise<unknown>) {
  const { command } = await findProgram("tcpdump");
  const [program, ...argv] = [...enter, ...command, "-i", "eth0", "-U", "-Z", "root", "-w", file] as const;
  const tcpdump = spawn(program, argv, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(tcpdump, "exit");
  try {
    // "listening on eth0, …"
    await Promise.race([once(tcpdump.stderr, "data"), ended]);
    await act();
  } finally {
    tcpdump.kill("SIGINT");
    await ended;
  }
}

async function explain(file: string): Promise<string[]> {
  const { PATH = "", HOME = "" } = process.env;
  const options = { env: { PATH, HOME }, timeout: 30_000, maxBuffer: 1e7 };
  const { stdout, stderr } = await run(process.execPath, [CLI, "explain", file, "--json"], options).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  if (!stdout.startsWith("{")) throw new Error(`no report: ${stdout}${stderr}`);
  const { findings } = JSON.parse(stdout) as Pick<Probed, "findings">;
  return findings
    .filter(({ severity }) => severity !== "info")
    .map(({ confidence, id }) => `${confidence} ${id}`);
}
