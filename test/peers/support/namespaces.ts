import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { peersFolder, temporaryFolder } from "./folders.js";
import { startPeer } from "./peer-process.js";

const run = promisify(execFile);

/** Root needs no user namespace; others are root in one of their own, where the system allows that. */
const isRoot = process.getuid?.() === 0;
const UNSHARE = ["unshare", ...(isRoot ? [] : ["--user", "--map-root-user"]), "--net"] as const;

/** Why no network namespaces with packet filters can be had here; `undefined`: they can. Looked up once a process. */
let reason: Promise<string | undefined> | undefined;
function whyNot(): Promise<string | undefined> {
  reason ??= (async () => {
    if (process.platform !== "linux") return "they are Linux's";
    const refused = await refusal("true");
    if (refused !== undefined) return `there is no right to make them (${refused})`;
    const missing = await refusal(
      "sh",
      "-c",
      "for each in ip nft nsenter bash; do command -v $each || exit; done",
    );
    if (missing !== undefined) {
      // Here the machine could: that must not pass as "skipped" where everything has to run.
      if (process.env.CI) throw new Error("ip, nft, nsenter or bash is missing; run test/peers/install.sh");
      return "ip, nft, nsenter or bash is not installed; run test/peers/install.sh";
    }
    const links = await refusal("ip", "link", "add", "name", "one", "type", "veth", "peer", "name", "other");
    if (links !== undefined) return `this kernel has no links between them (${links})`;
    const rules = "add table ip t; add chain ip t c { type nat hook postrouting priority 100; }";
    const filters = await refusal("nft", rules);
    return filters && `this kernel has no NAT in them (${filters})`;
  })();
  return reason;
}

/** What a program says that does not succeed in a new namespace. */
async function refusal(...command: readonly string[]): Promise<string | undefined> {
  const [program, ...argv] = [...UNSHARE, ...command] as const;
  return run(program, argv, { timeout: 10_000 }).then(
    () => undefined,
    (error: { stderr?: string; message: string }) =>
      (error.stderr || error.message).trim().split("\n")[0] ?? "it failed",
  );
}

/** For `describe.skipIf`: true, after a line that says why, where network namespaces can't be had. */
export async function lacksNamespaces(): Promise<boolean> {
  const why = await whyNot();
  if (why !== undefined) process.stderr.write(`SKIPPED, the tests with network namespaces: ${why}\n`);
  return why !== undefined;
}

/** As {@link lacksNamespaces}, for the SIP helper of Linux's connection tracking. */
export async function lacksSipHelper(): Promise<boolean> {
  if ((await whyNot()) !== undefined) return true;
  const why = await refusal("nft", 'add table ip t; add ct helper ip t sip { type "sip" protocol udp; }');
  if (why !== undefined)
    process.stderr.write(`SKIPPED, the tests with a SIP ALG: this kernel has no SIP helper (${why})\n`);
  return why !== undefined;
}

export interface Net<Name extends string> {
  /** What starts a program in that namespace. */
  readonly enter: (name: Name) => readonly [string, ...string[]];
  /** Replaces all packet filters there. */
  readonly filter: (name: Name, rules: string) => Promise<void>;
  /** Packets that each named counter of that namespace has seen. */
  readonly counters: (name: Name) => Promise<Readonly<Record<string, number>>>;
  /** Ends every process that holds a namespace, and with them the namespaces. */
  readonly stop: () => Promise<void>;
}

/** The namespaces that a script of `test/peers` makes and names. They end with this process, however that comes about. */
export async function startNet<Name extends string>(script: string): Promise<Net<Name>> {
  const folder = temporaryFolder("net");
  const file = join(folder, "namespaces");
  const running = await startPeer({
    name: script,
    command: [...UNSHARE, "bash", join(peersFolder, script), file] as [string, ...string[]],
    folder,
    ready: async () => (await readFile(file, "utf8")) !== "",
  });
  const lines = (await running.read("namespaces")).trim().split("\n");
  const holders = new Map(lines.map((line) => line.split(" ") as [string, string]));
  const enter = (name: Name) => {
    const user = isRoot ? [] : ["--user", "--preserve-credentials"];
    return ["nsenter", "--target", `${holders.get(name)}`, ...user, "--net"] as [string, ...string[]];
  };
  const nft = async (name: Name, argv: readonly string[], rules = "") => {
    const [program, ...before] = enter(name);
    const running = run(program, [...before, "nft", ...argv], { timeout: 10_000 });
    // EPIPE, where it has ended without reading: its exit code tells.
    running.child.stdin?.on("error", () => {}).end(rules);
    return (await running).stdout;
  };
  return {
    enter,
    filter: async (name, rules) => void (await nft(name, ["-f", "-"], `flush ruleset\n${rules}`)),
    counters: async (name) => {
      const listed = JSON.parse(await nft(name, ["-j", "list", "counters"])) as {
        nftables: { counter?: { name: string; packets: number } }[];
      };
      return Object.fromEntries(
        listed.nftables.flatMap(({ counter }) => (counter ? [[counter.name, counter.packets]] : [])),
      );
    },
    stop: running.stop,
  };
}
