import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const START_MS = 15_000;

/**
 * Starts a reverse proxy and waits until `port` on loopback answers.
 *
 * @param env variables besides those of this process.
 * @returns what stops it.
 * @throws Error with what it has written, when it ends before that or does not answer.
 */
export async function startProxy(
  program: string,
  args: readonly string[],
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<() => Promise<void>> {
  const child = spawn(program, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said += text.toString();
  });
  const ended = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  const limit = performance.now() + START_MS;
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${basename(program)} has ended: ${said}`);
    if (performance.now() > limit) {
      await stop();
      throw new Error(`${basename(program)} does not answer: ${said}`);
    }
    await pause(20);
  }
  return stop;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket
      .once("error", () => resolve(false))
      .once("connect", () => {
        socket.destroy();
        resolve(true);
      });
  });
}
