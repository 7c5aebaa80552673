import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { keepLogs, peersFolder } from "./folders.js";

export interface PeerCommand {
  /** For messages. */
  readonly name: string;
  readonly command: readonly [program: string, ...argv: string[]];
  /** Made by the caller, removed when the peer stops. Also the working directory. */
  readonly folder: string;
  /** Asked again and again until it says yes; a throw counts as "not yet". */
  readonly ready: () => Promise<boolean>;
  /** The file to show when the start fails; standard output and error by default. Relative to `folder`. */
  readonly logFile?: string;
  /** Milliseconds, 15 000 by default. */
  readonly readyWithin?: number;
}

export interface PeerProcess {
  /** The process group that everything of this peer is in. */
  readonly group: number;
  /** A file of the peer's folder as it is now; after `stop()`, as it was then if it had been asked for as `logFile`. */
  readonly read: (file: string) => Promise<string>;
  /** Ends the peer and everything that it started; removes its folder. May be called again. */
  readonly stop: () => Promise<void>;
}

const OUTPUT = "output.log";
const STOP_WITHIN = 5_000;

/**
 * Starts a program under `supervise.sh`, which ends it when this process is gone, however that came about.
 *
 * @throws when it ends early or is not ready in time, with the end of its log.
 */
export async function startPeer(peer: PeerCommand): Promise<PeerProcess> {
  const output = openSync(join(peer.folder, OUTPUT), "a");
  const supervisor = join(peersFolder, "supervise.sh");
  const child = spawn("/bin/sh", [supervisor, keepLogs ? "" : peer.folder, ...peer.command], {
    cwd: peer.folder,
    detached: true,
    stdio: ["pipe", output, output],
  });
  closeSync(output);
  if (child.pid === undefined) {
    const [error] = (await once(child, "error")) as [Error];
    throw error;
  }
  const { stdin } = child;
  child.unref();
  (stdin as unknown as { unref(): void }).unref();
  // EPIPE, when the supervisor was killed by someone else.
  stdin?.on("error", () => {});
  const ended = once(child, "exit");
  const group = child.pid;
  const logFile = peer.logFile ?? OUTPUT;
  const read = (file: string) => readFile(join(peer.folder, file), "utf8").catch(() => "");

  let lastLog: string | undefined;
  const stop = async () => {
    if (lastLog !== undefined) return;
    lastLog = await read(logFile);
    if (keepLogs) console.info(`${peer.name}: kept ${peer.folder}`);
    stdin?.end();
    const killer = setTimeout(() => killGroup(group), STOP_WITHIN);
    if (child.exitCode === null && child.signalCode === null) await ended;
    clearTimeout(killer);
    killGroup(group);
    await untilGone(group);
    if (!keepLogs) await rm(peer.folder, { recursive: true, force: true });
  };

  try {
    await untilReady(peer, () => child.exitCode !== null || child.signalCode !== null);
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}\n${lastLog?.slice(-2_000)}`);
  }
  return {
    group,
    read: async (file) => (file === logFile && lastLog !== undefined ? lastLog : read(file)),
    stop,
  };
}

async function untilReady(peer: PeerCommand, hasEnded: () => boolean): Promise<void> {
  const within = peer.readyWithin ?? 15_000;
  const deadline = Date.now() + within;
  while (Date.now() < deadline) {
    if (hasEnded()) throw new Error(`${peer.name} ended while it started`);
    if (await peer.ready().catch(() => false)) return;
    await sleep(30);
  }
  throw new Error(`${peer.name} was not ready after ${within} ms`);
}

function killGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // ESRCH: no one is left, as it should be.
  }
}

async function untilGone(group: number): Promise<void> {
  for (let tries = 0; tries < 100 && isRunning(group); tries += 1) await sleep(10);
}

/** Whether anybody of the process group is alive. A peer that has been stopped must answer no. */
export function isRunning(group: number): boolean {
  return readdirSync("/proc").some((entry) => /^\d+$/.test(entry) && isAliveIn(group, entry));
}

/** A process that has died but has not been waited for does not count: that is the business of whoever is process 1. */
function isAliveIn(group: number, pid: string): boolean {
  try {
    // "pid (name) state parent group …"; the name may hold anything (proc(5)).
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state, , itsGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(itsGroup) === group && state !== "Z" && state !== "X";
  } catch {
    return false;
  }
}
