import { present } from "../base/present.js";
import { Secret } from "../redaction/secret.js";
import type { Timers } from "../sip/index.js";
import { AccessTokens } from "./access-token.js";
import { AGENT_SEEDS, type AgentSeed } from "./agents.js";
import { ApiServer } from "./api.js";
import type { BridgeFault } from "./bridge.js";
import {
  ACCOUNTS,
  CLIENT_ID,
  CLIENT_SECRET,
  describeSandbox,
  orExplain,
  type SandboxAccount,
} from "./outline.js";
import { type CallReport, type EchoFault, Pbx } from "./pbx.js";
import type { VoiceFault } from "./phone-voice.js";
import type { MayReach } from "./reach.js";
import { registrantTime } from "./registrant-clock.js";
import { PROFILES, type ProfileName } from "./registrant-profile.js";
import { Store } from "./store.js";
import { Sync } from "./sync.js";

export interface SandboxOptions {
  /** 0 takes a free one. */
  readonly apiPort?: number;
  /** Of the PBX, UDP and TCP; 0 takes a free one. */
  readonly sipPort?: number;
  /** A loopback address. */
  readonly host?: string;
  /** From a write until the registrant sees it, milliseconds. */
  readonly syncDelayMs?: number;
  /** Which version of OpenSIPS the registrant is like. 4.0 by default. */
  readonly registrant?: ProfileName;
  /**
   * By how much the registrant's time is shortened, 10 by default: its tick of 10 s, its wait of 30 s for an answer and
   * its expiry of an hour take 1 s, 3 s and 6 minutes. What it says in seconds to a registrar stays as it is.
   */
  readonly factor?: number;
  /** Whether a change of a registered agent is followed immediately by a REGISTER (4.0), as `reg_force_register` does. */
  readonly forceRegister?: boolean;
  /** Expiry that the registrant asks for, seconds. */
  readonly expires?: number;
  /** Shortest and longest binding that the PBX grants, seconds. */
  readonly minExpires?: number;
  readonly maxExpires?: number;
  /** Life of an access token, seconds. */
  readonly tokenSeconds?: number;
  /** What is wrong with the PBX's echo test. */
  readonly echoFault?: EchoFault;
  /** Whether the registrant refuses TLS certificates that Node does not trust. */
  readonly verifyTls?: boolean;
  /** Which registrars the registrant may contact besides the sandbox's PBX. Absent: all. */
  readonly mayReach?: MayReach;
}

/** A running sandbox. Close it. */
export interface Sandbox {
  readonly apiUrl: URL;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly sipHost: string;
  readonly sipPort: number;
  readonly accounts: readonly SandboxAccount[];
  readonly agents: readonly AgentSeed[];
  /** Has someone at a phone of the PBX ring an extension, say a sentence, and hang up some seconds after the answer. */
  call(
    extension: string,
    options?: { from?: string; seconds?: number; fault?: VoiceFault; signal?: AbortSignal },
  ): Promise<CallReport>;
  /** From now on calls between extensions have that fault, or none. */
  setFault(fault: BridgeFault | undefined): void;
  /** Contact URIs that are bound to an extension now. */
  bindings(extension: string): readonly string[];
  /** What is in it and how to use it, for a person or a model. */
  describe(): string;
  /** Disables all registrations, hangs up, frees the ports. May be called again. */
  close(): Promise<void>;
}

/** Reads, and is answered 403 to every write. */
const READ_ONLY_CLIENT_ID = "sandbox-read-only";
const REALM = "sandbox.pbx";
const DEFAULT_CALLER = "+12025550143";
/** Of the PBX. On loopback an answer takes no time: silence is certain after 64·T1 = 6.4 s. */
const TIMERS: Timers = { t1: 100, t2: 800, t4: 1_000 };
const UNREGISTER_MS = 1_000;

/**
 * Starts an embedded Telzino (API and registrant) and an embedded PBX on loopback: real HTTP, real SIP.
 *
 * @throws SandboxError when a port that was asked for is taken or may not be used.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = "127.0.0.1", apiPort = 0, sipPort = 0 } = options;
  const store = new Store();
  const pbx = await orExplain("--sandbox-sip-port", sipPort, () =>
    Pbx.start({
      host,
      port: sipPort,
      timers: TIMERS,
      realm: REALM,
      accounts: new Map(ACCOUNTS.map(({ extension, password }) => [extension, new Secret(password)])),
      minExpires: options.minExpires ?? 60,
      maxExpires: options.maxExpires ?? 3_600,
      ...present({ echoFault: options.echoFault }),
    }),
  );
  const sync = new Sync(store, {
    ...registrantTime(options.factor ?? 10),
    profile: PROFILES[options.registrant ?? "4.0"],
    expires: options.expires ?? 3_600,
    forceRegister: options.forceRegister ?? true,
    syncDelayMs: options.syncDelayMs ?? 150,
    unregisterMs: UNREGISTER_MS,
    verifyTls: options.verifyTls ?? false,
    mayReach: (address, port) =>
      (address === host && port === pbx.port) || (options.mayReach?.(address, port) ?? true),
  });
  const services = {
    store,
    tokens: new AccessTokens(options.tokenSeconds ?? 86_400),
    clients: [
      { id: CLIENT_ID, secret: CLIENT_SECRET, mayWrite: true },
      { id: READ_ONLY_CLIENT_ID, secret: CLIENT_SECRET, mayWrite: false },
    ],
    snapshot: (agentId: string) => sync.snapshot(agentId),
    call: (request: Parameters<Pbx["call"]>[0]) => pbx.call(request),
  };
  const start = () => ApiServer.start(services, { host, port: apiPort });
  const api = await orExplain("--sandbox-api-port", apiPort, start).catch(async (error: unknown) => {
    await Promise.all([sync.close(), pbx.close()]);
    throw error;
  });
  let closing: Promise<void> | undefined;
  const close = async () => {
    await api.close();
    // While the PBX still answers.
    await sync.close();
    await pbx.close();
  };
  const facts = {
    apiUrl: api.url,
    sipHost: host,
    sipPort: pbx.port,
    accounts: ACCOUNTS,
    agents: AGENT_SEEDS,
  };
  return {
    ...facts,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    call: (extension, { from = DEFAULT_CALLER, seconds = 2, fault, signal } = {}) =>
      pbx.call({ to: extension, from, seconds, ...present({ fault, signal }) }),
    setFault: (fault) => {
      pbx.fault = fault;
    },
    bindings: (extension) => pbx.registrar.bindings(extension).map(({ uri }) => uri),
    describe: () => describeSandbox(facts),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

export { SandboxError } from "./outline.js";
