import { execFile } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../../support/free-port.js";
import { asterisk16Accounts, asterisk22Accounts } from "./accounts.js";
import { writeCertificate } from "./certificates.js";
import { strikes } from "./failed-logins.js";
import { cacheFolder, fillTemplate, peersFolder, temporaryFolder } from "./folders.js";
import { startPeer } from "./peer-process.js";
import { findProgram, unpackedLibraries } from "./programs.js";
import type { SipPeer } from "./sip-peer.js";

const run = promisify(execFile);

interface AsteriskControl {
  /** What fail2ban's jail reads: notices, warnings and errors. `log()` has everything. */
  readonly messages: () => Promise<string>;
  /** The security events alone, as sites log them that have a file for these. */
  readonly security: () => Promise<string>;
  /** How often fail2ban would have counted against us by now. */
  readonly strikes: () => Promise<number>;
  /** One command of Asterisk's console, its answer. */
  readonly cli: (command: string) => Promise<string>;
  /** Rings the contacts of an extension; who answers hears silence for so many seconds, then is hung up. */
  readonly call: (extension: string, seconds?: number) => Promise<void>;
}

export type Asterisk22Peer = SipPeer<typeof asterisk22Accounts> & AsteriskControl;
export type Asterisk16Peer = SipPeer<typeof asterisk16Accounts> & AsteriskControl;

/** Asterisk 22 with PJSIP on 127.0.0.1: UDP, TCP and TLS (certificate `pbx.test`); under its own name if one is given. */
export async function startAsterisk22({ serverName }: { serverName?: string } = {}): Promise<Asterisk22Peer> {
  const flavour = {
    ...({ name: "asterisk22", technology: "PJSIP", firstRtpPort: 18_000 } as const),
    global: serverName === undefined ? "" : `user_agent=${serverName}`,
  };
  return { ...(await startAsterisk(flavour)), accounts: asterisk22Accounts };
}

/** Asterisk 22 at port 5060 of a network namespace, by the files of `asterisk-behind-nat`. @param enter what starts a program there. */
export async function startAsteriskBehindNat(
  enter: readonly string[],
): Promise<AsteriskControl & { stop(): Promise<void> }> {
  return startAsterisk({
    ...({ name: "asterisk22", technology: "PJSIP", firstRtpPort: 18_000 } as const),
    elsewhere: { enter, port: 5_060, templates: "asterisk-behind-nat" },
  });
}

/** Asterisk 16 with chan_sip on 127.0.0.1: UDP, TCP and TLS (certificate `pbx.test`). */
export async function startAsterisk16(): Promise<Asterisk16Peer> {
  const flavour = { name: "asterisk16", technology: "SIP", firstRtpPort: 18_100 } as const;
  return { ...(await startAsterisk(flavour)), accounts: asterisk16Accounts };
}

interface Flavour {
  readonly name: "asterisk22" | "asterisk16";
  readonly technology: "PJSIP" | "SIP";
  readonly firstRtpPort: number;
  /** A line for PJSIP's global section. */
  readonly global?: string;
  /** In a network namespace: what starts a program there, its SIP port, and the folder of templates that go before those of `name`. */
  readonly elsewhere?: {
    readonly enter: readonly string[];
    readonly port: number;
    readonly templates: string;
  };
}

type AsteriskPeer = Omit<SipPeer<Record<string, never>>, "accounts"> & AsteriskControl;

/** Asterisk logs errors when these are missing, and takes its defaults when they are empty. */
const EMPTY = ["acl", "ccss", "cdr", "cel", "features", "manager", "pjproject", "udptl"].map(
  (name) => `${name}.conf`,
);

async function startAsterisk({
  name,
  technology,
  firstRtpPort,
  global = "",
  elsewhere,
}: Flavour): Promise<AsteriskPeer> {
  const { command, version } = await findProgram(name);
  const [sip, tls] = elsewhere ? [elsewhere.port, elsewhere.port + 1] : [await freePort(), await freePort()];
  const folder = temporaryFolder(name, ["etc", "var", "spool", "run", "log", "tls"]);
  await writeCertificate(join(folder, "tls"), "pbx.test");
  const values = {
    SIP: sip,
    TLS: tls,
    FOLDER: folder,
    MODULES: await unpackedLibraries(name, "asterisk/modules"),
    DATA: join(cacheFolder, name, "root/usr/share/asterisk"),
    GLOBAL: global,
    RTP_FIRST: firstRtpPort,
    RTP_LAST: firstRtpPort + 99,
  };
  for (const from of [name, ...(elsewhere ? [elsewhere.templates] : [])]) {
    for (const file of await readdir(join(peersFolder, from))) {
      await fillTemplate(join(from, file), join(folder, "etc", file), values);
    }
  }
  for (const file of EMPTY) await writeFile(join(folder, "etc", file), "");
  const [program, ...argv] = [...command, "-C", join(folder, "etc", "asterisk.conf")] as const;
  const cli = async (line: string) =>
    (await run(program, [...argv, "-rx", line], { timeout: 10_000 })).stdout;
  const running = await startPeer({
    name,
    command: within(elsewhere?.enter, [program, ...argv, "-f", "-q"]),
    folder,
    logFile: "log/full",
    ready: async () => (await cli("core waitfullybooted")).includes("fully booted"),
  });
  return {
    name,
    version,
    host: "127.0.0.1",
    realm: "asterisk",
    ports: { udp: sip, tcp: sip, tls },
    group: running.group,
    log: () => running.read("log/full"),
    messages: () => settled(() => running.read("log/messages")),
    security: () => settled(() => running.read("log/security")),
    strikes: async () => strikes(await settled(() => running.read("log/messages"))),
    cli,
    call: async (extension, seconds = 2) => {
      await cli(`channel originate ${technology}/${extension} application Wait ${seconds}`);
    },
    stop: running.stop,
  };
}

type Command = readonly [program: string, ...argv: string[]];

function within(enter: readonly string[] | undefined, command: Command): Command {
  const [first, ...more] = enter ?? [];
  return first === undefined ? command : [first, ...more, ...command];
}

/** Asterisk's log is written by its own thread, a moment after the answer: read until nothing more comes. */
async function settled(read: () => Promise<string>): Promise<string> {
  let before: string;
  let text = await read();
  let tries = 0;
  do {
    before = text;
    await sleep(50);
    text = await read();
    tries += 1;
  } while (text !== before && tries < 20);
  return text;
}
