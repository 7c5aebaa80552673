import { setTimeout as delay } from "node:timers/promises";
import { Secret } from "../../src/redaction/secret.js";
import { AccessTokens } from "../../src/sandbox/access-token.js";
import { AGENT_SEEDS } from "../../src/sandbox/agents.js";
import { ApiServer } from "../../src/sandbox/api.js";
import type { Pbx } from "../../src/sandbox/pbx.js";
import { registrantTime } from "../../src/sandbox/registrant-clock.js";
import { PROFILES } from "../../src/sandbox/registrant-profile.js";
import { Store } from "../../src/sandbox/store.js";
import { Sync } from "../../src/sandbox/sync.js";
import { createTelzinoClient } from "../../src/telzino/client.js";
import type { TelzinoApi } from "../../src/telzino/types.js";
import type { AgentName, PbxName, Registration, Start } from "../task.js";
import { MAIN_EXTENSIONS, PASSWORDS } from "./accounts.js";
import { registerDeskPhone } from "./desk-phone.js";
import { HOST, type RunningPbx, startOther, startPbx } from "./pbxs.js";

/** From a preparing write until its outcome must be there. Milliseconds. */
const PREPARE_MS = 10_000;
const CLIENT = { id: "evals", secret: new Secret("evals-client-secret"), mayWrite: true };

/** What an agent has stored. The passwords are those of `accounts.ts`, or what the user said. */
export interface StoredNow {
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly state: string;
  /** How often it was written to since the task began. */
  readonly writes: number;
}

/** An embedded Telzino and its PBXs, as a task wants them. The runner sees into it; the server only has its API. */
export class World {
  readonly main: Pbx;
  readonly apiUrl: string;
  readonly #store: Store;
  readonly #sync: Sync;
  readonly #others: ReadonlyMap<PbxName, RunningPbx>;
  readonly #closers: (() => Promise<unknown>)[];
  readonly #writes = new Map<string, number>();

  private constructor(parts: {
    main: Pbx;
    apiUrl: string;
    store: Store;
    sync: Sync;
    others: ReadonlyMap<PbxName, RunningPbx>;
    closers: (() => Promise<unknown>)[];
  }) {
    this.main = parts.main;
    this.apiUrl = parts.apiUrl;
    this.#store = parts.store;
    this.#sync = parts.sync;
    this.#others = parts.others;
    this.#closers = parts.closers;
  }

  /** Starts everything and brings it into the state in which the task begins. Close it. */
  static async start(start: Start = {}): Promise<World> {
    const closers: (() => Promise<unknown>)[] = [];
    try {
      const world = await World.#open(start, closers);
      await world.#prepare(start);
      world.#store.watch(({ agentId }) => world.#writes.set(agentId, (world.#writes.get(agentId) ?? 0) + 1));
      return world;
    } catch (error) {
      await closeAll(closers);
      throw error;
    }
  }

  static async #open(start: Start, closers: (() => Promise<unknown>)[]): Promise<World> {
    const main = await startPbx(MAIN_EXTENSIONS);
    closers.unshift(() => main.close());
    const others = new Map<PbxName, RunningPbx>();
    for (const name of start.others ?? []) {
      const other = await startOther(name);
      others.set(name, other);
      closers.unshift(() => other.close());
    }
    const seeds = AGENT_SEEDS.map((seed) => ({
      ...seed,
      name: start.renamed?.[seed.name as AgentName] ?? seed.name,
    }));
    const store = new Store(seeds);
    const sync = new Sync(store, {
      ...registrantTime(20),
      profile: PROFILES["4.0"],
      expires: 3_600,
      forceRegister: true,
      syncDelayMs: 100,
      unregisterMs: 1_000,
      verifyTls: false,
    });
    // Before the PBXs, so they still answer its un-REGISTER.
    closers.unshift(() => sync.close());
    const api = await ApiServer.start(
      {
        store,
        tokens: new AccessTokens(3_600),
        clients: [CLIENT],
        snapshot: (agentId) => sync.snapshot(agentId),
        call: (request) => main.call(request),
      },
      { host: HOST, port: 0 },
    );
    closers.unshift(() => api.close());
    return new World({ main, apiUrl: api.url.origin, store, sync, others, closers });
  }

  /** The server's environment. */
  get credentials(): Record<string, string> {
    return {
      TELZINO_API_URL: this.apiUrl,
      TELZINO_CLIENT_ID: CLIENT.id,
      TELZINO_CLIENT_SECRET: CLIENT.secret.reveal(),
    };
  }

  agentId(name: AgentName): string {
    const seed = AGENT_SEEDS.find((each) => each.name === name);
    if (seed === undefined) throw new Error(`no agent ${name}`);
    return seed.id;
  }

  port(name: PbxName): number {
    const port = name === "main" ? this.main.port : this.#others.get(name)?.port;
    if (port === undefined) throw new Error(`the task does not start the PBX ${name}`);
    return port;
  }

  /** A task's text with its placeholders filled in. */
  fill(text: string): string {
    return text.replace(/\{(\w+)(\.port)?\}/g, (whole, name: string, port: string | undefined) => {
      if (port !== undefined) return String(this.port(name as PbxName));
      return name === "host" ? HOST : (PASSWORDS[name] ?? whole);
    });
  }

  stored(name: AgentName): StoredNow | undefined {
    const id = this.agentId(name);
    const registration = this.#store.agent(id)?.registration;
    const writes = this.#writes.get(id) ?? 0;
    if (!registration) return undefined;
    const { password, ...settings } = registration;
    return {
      settings: { ...settings, password: password.reveal() },
      state: this.#sync.snapshot(id).state,
      writes,
    };
  }

  writes(name: AgentName): number {
    return this.#writes.get(this.agentId(name)) ?? 0;
  }

  /** How many devices there are on each extension of `main` that has any. */
  bindings(): Record<string, number> {
    const counts = MAIN_EXTENSIONS.map(
      (extension) => [extension, this.main.registrar.bindings(extension).length] as const,
    );
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }

  async close(): Promise<void> {
    await closeAll(this.#closers.splice(0));
  }

  async #prepare({ registered = {}, deskPhones = [], calls = [] }: Start): Promise<void> {
    for (const extension of deskPhones) {
      const phone = await registerDeskPhone(extension, this.main.port);
      this.#closers.unshift(() => phone.close());
    }
    const api = createTelzinoClient({
      apiUrl: new URL(this.apiUrl),
      auth: { kind: "clientCredentials", clientId: CLIENT.id, clientSecret: CLIENT.secret },
      userAgent: "evals",
      onToken: () => {},
    });
    try {
      const entries = Object.entries(registered) as [AgentName, Registration][];
      await Promise.all(entries.map(([name, registration]) => this.#register(api, name, registration)));
    } finally {
      await api.close();
    }
    for (const call of calls) await this.main.call({ from: "1003", seconds: 2, ...call });
  }

  async #register(api: TelzinoApi, name: AgentName, registration: Registration): Promise<void> {
    const { at = "main", username, password } = registration;
    const settings = {
      sipDomain: HOST,
      username,
      port: this.port(at),
      transport: registration.transport ?? "udp",
      subscribe: false,
    } as const;
    const id = this.agentId(name);
    await api.putRegistration(id, settings, new Secret(this.fill(password)));
    const deadline = Date.now() + PREPARE_MS;
    const settled = ["REGISTERED_STATE", "WRONG_CREDENTIALS_STATE"];
    while (!settled.includes(String((await api.getStatus(id)).state))) {
      if (Date.now() > deadline) throw new Error(`${name} has not settled before the task`);
      await delay(50);
    }
  }
}

async function closeAll(closers: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const close of closers) await close();
}
