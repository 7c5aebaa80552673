import { execFile } from "node:child_process";
import { access, constants, readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "./folders.js";

const run = promisify(execFile);

const PEERS = ["kamailio", "kamailio61", "asterisk22", "asterisk16", "dnsmasq", "sipp", "sipp38"] as const;
export type PeerName = (typeof PEERS)[number];
/** Also programs that look at packets. */
export type ProgramName = PeerName | "tshark" | "tcpdump";

type Program = readonly [program: string, ...argv: string[]];

export interface FoundProgram {
  readonly command: Program;
  readonly version: string;
}

export type Availability = Readonly<Record<PeerName, boolean>> & {
  /** As the program tells it. */
  readonly versions: Readonly<Partial<Record<PeerName, string>>>;
  /** Why a peer can't be had, in one line. */
  readonly reasons: Readonly<Partial<Record<PeerName, string>>>;
};

interface Wanted {
  /** Path inside an unpacked root, or name of an installed program. */
  readonly program: string;
  readonly unpacked: boolean;
  readonly argv: readonly string[];
  /** What its answer to `argv` must hold; the first group is the version. */
  readonly says: RegExp;
}

const WANTED: Readonly<Record<ProgramName, Wanted>> = {
  kamailio: { program: "kamailio", unpacked: false, argv: ["-v"], says: /version: kamailio (\S+)/ },
  kamailio61: { program: "/usr/sbin/kamailio", unpacked: true, argv: ["-v"], says: /kamailio (6\S+)/ },
  asterisk22: {
    program: "/usr/sbin/asterisk",
    unpacked: true,
    argv: ["-V"],
    says: /Asterisk (2[2-9][.\d]+)/,
  },
  asterisk16: { program: "/usr/sbin/asterisk", unpacked: true, argv: ["-V"], says: /Asterisk (16[.\d]+)/ },
  dnsmasq: { program: "dnsmasq", unpacked: false, argv: ["-v"], says: /Dnsmasq version (\S+)/ },
  sipp: { program: "sipp", unpacked: false, argv: ["-v"], says: /SIPp v(\d[.\d]+)/ },
  sipp38: { program: "/usr/bin/sipp", unpacked: true, argv: ["-v"], says: /SIPp v(\d[.\d]+)-TLS/ },
  tshark: {
    program: "tshark",
    unpacked: false,
    argv: ["--version"],
    says: /TShark \(Wireshark\) (\d[.\d]+)/,
  },
  tcpdump: { program: "tcpdump", unpacked: false, argv: ["--version"], says: /tcpdump version (\d[.\d]+)/ },
};

const lookups = new Map<ProgramName, Promise<FoundProgram | string>>();

function look(name: ProgramName): Promise<FoundProgram | string> {
  let lookup = lookups.get(name);
  if (!lookup) {
    lookup = find(WANTED[name], name);
    lookups.set(name, lookup);
  }
  return lookup;
}

async function find(wanted: Wanted, name: ProgramName): Promise<FoundProgram | string> {
  const command = wanted.unpacked ? await unpacked(name, wanted.program) : await onPath(wanted.program);
  if (!command)
    return `${wanted.unpacked ? "is not unpacked" : "is not installed"}; run test/peers/install.sh`;
  const [program, ...argv] = command;
  // Some of these programs end with an error code after having told their version.
  const said = await run(program, [...argv, ...wanted.argv], { timeout: 10_000 }).catch(
    (error: { stdout?: string; stderr?: string; message: string }) => error,
  );
  const text = `${said.stdout ?? ""}${said.stderr ?? ""}`;
  const version = wanted.says.exec(text)?.[1];
  return version
    ? { command, version }
    : `does not run here: ${text.trim().split("\n")[0] || "it said nothing"}`;
}

async function unpacked(name: string, program: string): Promise<Program | undefined> {
  const runner = join(cacheFolder, name, "run");
  return (await isExecutable(runner)) ? [runner, program] : undefined;
}

async function onPath(program: string): Promise<Program | undefined> {
  // Debian keeps servers where only root's PATH looks.
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin"];
  for (const folder of folders) {
    const path = join(folder, program);
    if (folder !== "" && (await isExecutable(path))) return [path];
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** @throws when the peer can't be had; ask {@link available} before. */
export async function findProgram(name: ProgramName): Promise<FoundProgram> {
  const found = await look(name);
  if (typeof found === "string") throw new Error(`${name} ${found}`);
  return found;
}

/** Which peers can be started here, and why the others can't. Looked up once a process. */
export async function available(): Promise<Availability> {
  const found = await Promise.all(PEERS.map(async (name) => [name, await look(name)] as const));
  const versions: Partial<Record<PeerName, string>> = {};
  const reasons: Partial<Record<PeerName, string>> = {};
  for (const [name, outcome] of found) {
    if (typeof outcome === "string") reasons[name] = outcome;
    else versions[name] = outcome.version;
  }
  const has = Object.fromEntries(PEERS.map((name) => [name, reasons[name] === undefined]));
  return { ...(has as Record<PeerName, boolean>), versions, reasons };
}

/**
 * For `describe.skipIf(await lacks("asterisk22"))`: true when one of the peers can't be had, after a line that says
 * which and why.
 */
export async function lacks(...names: readonly ProgramName[]): Promise<boolean> {
  const found = await Promise.all(names.map(async (name) => [name, await look(name)] as const));
  const missing = found.filter(([, outcome]) => typeof outcome === "string");
  for (const [name, why] of missing) process.stderr.write(`SKIPPED, the tests with ${name}: it ${why}\n`);
  return missing.length > 0;
}

/** The folder of a package's modules in the root that a program was unpacked into, whatever the architecture. */
export async function unpackedLibraries(name: PeerName, inside: string): Promise<string> {
  const root = join(cacheFolder, name, "root");
  const architectures = (await readdir(join(root, "usr/lib"))).filter((entry) =>
    entry.includes("-linux-gnu"),
  );
  for (const folder of [...architectures.map((each) => join("usr/lib", each)), "usr/lib"]) {
    const path = join(root, folder, inside);
    if (await isExecutable(path)) return path;
  }
  throw new Error(`${name}: no ${inside} in ${root}`);
}
