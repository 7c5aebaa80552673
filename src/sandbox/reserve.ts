import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { once as onlyOnce } from "../base/once.js";
import { AGENT_SEEDS } from "./agents.js";
import type { Sandbox, SandboxOptions } from "./index.js";
import { ACCOUNTS, CLIENT_ID, CLIENT_SECRET, describeSandbox, orExplain } from "./outline.js";

const HOST = "127.0.0.1";
/** Ports that are free for UDP but not for TCP, until one is free for both. */
const TRIES = 20;

/** A sandbox that has its ports, and starts when it is needed: to load it takes longer than a client should wait. */
export interface ReservedSandbox
  extends Pick<Sandbox, "apiUrl" | "clientId" | "clientSecret" | "accounts" | "sipHost" | "describe"> {
  /** Loads and starts it, once. @throws SandboxError when another program has taken a port meanwhile. */
  start(): Promise<Sandbox>;
  /** Stops it, or gives up its ports. */
  close(): Promise<void>;
}

interface Held {
  port: number;
  release(): Promise<void>;
}

/** @throws SandboxError when a port that was asked for is taken or may not be used. */
export async function reserveSandbox({
  apiPort = 0,
  sipPort = 0,
}: Pick<SandboxOptions, "apiPort" | "sipPort">): Promise<ReservedSandbox> {
  const sip = await orExplain("--sandbox-sip-port", sipPort, () => holdBoth(sipPort));
  const api = await orExplain("--sandbox-api-port", apiPort, () => holdTcp(apiPort)).catch(
    async (error: unknown) => {
      await sip.release();
      throw error;
    },
  );
  const release = onlyOnce(() => Promise.all([sip.release(), api.release()]));
  const facts = {
    apiUrl: new URL(`http://${HOST}:${api.port}`),
    sipHost: HOST,
    sipPort: sip.port,
    accounts: ACCOUNTS,
    agents: AGENT_SEEDS,
  };
  let started: Promise<Sandbox> | undefined;
  const start = async () => {
    const { startSandbox } = await import("./index.js");
    await release();
    return startSandbox({ host: HOST, apiPort: api.port, sipPort: sip.port });
  };
  return {
    ...facts,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    describe: () => describeSandbox(facts),
    start() {
      started ??= start();
      return started;
    },
    async close() {
      const sandbox = await started?.catch(() => undefined);
      await Promise.all([sandbox?.close(), release()]);
    },
  };
}

/** Holds a port for UDP and TCP. @throws Error (Node's, with `code`) */
async function holdBoth(wanted: number): Promise<Held> {
  for (let tries = 1; ; tries += 1) {
    const udp = await holdUdp(wanted);
    try {
      const tcp = await holdTcp(udp.port);
      return {
        port: udp.port,
        release: async () => void (await Promise.all([udp.release(), tcp.release()])),
      };
    } catch (error) {
      await udp.release();
      if (wanted !== 0 || tries >= TRIES) throw error;
    }
  }
}

async function holdUdp(wanted: number): Promise<Held> {
  const socket = createSocket("udp4");
  socket.bind({ address: HOST, port: wanted, exclusive: true });
  await once(socket, "listening");
  const { port } = socket.address();
  return {
    port,
    release: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

async function holdTcp(wanted: number): Promise<Held> {
  // The port is not known yet, so a connection is a mistake.
  const server = createServer((socket) => socket.destroy());
  server.listen({ host: HOST, port: wanted, exclusive: true });
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    port,
    release: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
