import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import { PROFILES, type ProfileName, TIMER_INTERVAL } from "../../../src/sandbox/registrant-profile.js";
import { Store, type StoredSip } from "../../../src/sandbox/store.js";
import { Sync } from "../../../src/sandbox/sync.js";
import { RFC_TIMERS } from "../../../src/sip/index.js";
import { ManualClock } from "../../support/manual-clock.js";
import { registersOf, settingsFor, TestRecord, VERSIONS } from "../../support/registrant.js";
import { digestScript } from "../../support/registrar-scripts.js";
import { AFTER_HOURS, FRONT_DESK } from "../../support/sandbox-api.js";
import { type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** What becomes of records that are changed, disabled or removed. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function registrarWith(script: Script): Promise<ScriptedRegistrar> {
  const registrar = await ScriptedRegistrar.start({ script });
  closers.push(() => registrar.close());
  return registrar;
}

/** Expiry of each REGISTER's Contact, and whether it carried credentials. */
function asked(registrar: ScriptedRegistrar): string[] {
  return registersOf(registrar).map(({ headers }) => {
    const [, expires] = /;expires=(\d+)$/.exec(headers.get("Contact") ?? "") ?? [];
    return headers.has("Authorization") ? `${expires} with credentials` : `${expires}`;
  });
}

const REGISTERED = ["3600", "3600 with credentials"];

/** Front Desk's record, beside others, at a registrant that is told of changes by the store. */
class Line {
  readonly clock = new ManualClock();
  readonly #store = new Store();
  readonly #sync: Sync;

  constructor(version: ProfileName, forceRegister: boolean) {
    this.#sync = new Sync(this.#store, {
      profile: PROFILES[version],
      clock: this.clock,
      timers: RFC_TIMERS,
      expires: 3_600,
      forceRegister,
      syncDelayMs: 0,
      unregisterMs: 1_000,
      verifyTls: false,
    });
    closers.push(() => this.#sync.close());
  }

  get snapshot() {
    return this.#sync.snapshot(FRONT_DESK);
  }

  /** Resolves when the registrant has seen it. */
  async store(settings: StoredSip | null, agentId = FRONT_DESK): Promise<void> {
    const agent = this.#store.agent(agentId);
    if (agent === undefined) throw new Error("no such agent");
    this.#store.setRegistration(agent, settings);
    await this.#sync.applied(agentId);
  }

  /** Ticks once and waits for that state. */
  async reach(state: string): Promise<void> {
    await this.clock.advance(TIMER_INTERVAL);
    await expect.poll(() => this.snapshot.state).toBe(state);
  }
}

describe.each(VERSIONS)("a record of the registrant like OpenSIPS %s", (version) => {
  async function registered(script = digestScript(), forceRegister = true) {
    const registrar = await registrarWith(script);
    const line = new Line(version, forceRegister);
    const settings = settingsFor(registrar.target().port);
    await line.store(settings);
    expect(line.snapshot).toMatchObject({ state: "NOT_REGISTERED_STATE", enabled: true });
    await line.reach("REGISTERED_STATE");
    return { registrar, line, settings };
  }

  it("sends nothing before a tick", async () => {
    const registrar = await registrarWith(digestScript());
    const record = new TestRecord(version, settingsFor(registrar.target().port));
    closers.push(() => record.close());
    await record.clock.advance(9.9);
    expect(record.state).toBe("NOT_REGISTERED_STATE");
    expect(registersOf(registrar)).toHaveLength(0);
    await record.cycle();
    expect(asked(registrar)).toStrictEqual(REGISTERED);
  });

  it("stays as it is when it is registered and gets another password", async () => {
    const { registrar, line, settings } = await registered(digestScript(), false);
    await line.store({ ...settings, password: new Secret("wrong") });
    await line.clock.advance(12 * TIMER_INTERVAL);
    expect(line.snapshot.state).toBe("REGISTERED_STATE");
    expect(asked(registrar)).toStrictEqual(REGISTERED);
  });

  it("sends with the new password at the next tick when it is forced, which 3.4 cannot be", async () => {
    const { registrar, line, settings } = await registered();
    await line.store({ ...settings, password: new Secret("wrong") });
    expect(line.snapshot.state).toBe("REGISTERED_STATE");
    await line.reach(version === "3.4" ? "REGISTERED_STATE" : "WRONG_CREDENTIALS_STATE");
    expect(asked(registrar)).toStrictEqual(version === "3.4" ? REGISTERED : [...REGISTERED, ...REGISTERED]);
  });

  it("shows the configured expiry again when it was changed", async () => {
    const { line, settings } = await registered(
      digestScript({ contacts: ([own = ""]) => [own.replace("3600", "120")] }),
    );
    expect(line.snapshot.timeoutSeconds).toBe(120);
    await line.store({ ...settings, password: new Secret("other") });
    expect(line.snapshot.timeoutSeconds).toBe(3_600);
  });

  it("starts again when it has failed and is changed, and sends at the next tick", async () => {
    const registrar = await registrarWith(digestScript());
    const line = new Line(version, false);
    const settings = settingsFor(registrar.target().port);
    await line.store({ ...settings, password: new Secret("wrong") });
    await line.reach("WRONG_CREDENTIALS_STATE");
    await line.store(settings);
    expect(line.snapshot.state).toBe("NOT_REGISTERED_STATE");
    expect(line.snapshot.lastRegisterSent).toBeUndefined();
    await line.reach("REGISTERED_STATE");
  });

  it("un-registers without credentials when it is deleted (4.0), or not at all when its row is gone (3.4)", async () => {
    const { registrar, line } = await registered();
    await line.store(null);
    expect(line.snapshot.state).toBe("NOT_FOUND");
    await line.clock.advance(TIMER_INTERVAL);
    expect(asked(registrar)).toStrictEqual(version === "3.4" ? REGISTERED : [...REGISTERED, "0"]);
  });

  it("leaves its binding behind when another extension takes its place", async () => {
    const { registrar, line, settings } = await registered(
      digestScript({ users: { 1001: "secret", 1002: "two" } }),
    );
    await line.store({ ...settings, username: "1002", password: new Secret("two") });
    await line.reach("REGISTERED_STATE");
    const bound = registersOf(registrar).flatMap(({ headers }) => headers.all("Contact"));
    expect(bound.at(-1)).toContain("sip:1002@");
    expect(asked(registrar)).toStrictEqual(
      version === "3.4" ? [...REGISTERED, ...REGISTERED] : [...REGISTERED, "0", ...REGISTERED],
    );
  });

  it("takes the same Contact again after it was removed", async () => {
    const { registrar, line, settings } = await registered();
    await line.store(null);
    await line.store(settings);
    await line.reach("REGISTERED_STATE");
    const uris = registersOf(registrar).map(({ headers }) => headers.get("Contact")?.split(";")[0]);
    expect(new Set(uris).size).toBe(1);
  });

  it("un-registers its own Contact with credentials when it is disabled", async () => {
    const registrar = await registrarWith(digestScript());
    const record = new TestRecord(version, settingsFor(registrar.target().port));
    await record.cycle();
    await record.registrant.disable(1_000);
    expect(record.registrant.snapshot).toMatchObject({ state: "NOT_REGISTERED_STATE", enabled: false });
    expect(asked(registrar)).toStrictEqual([...REGISTERED, "0", "0 with credentials"]);
  });

  it("forgets everything when another record brings the server down, and registers again once that one is gone", async () => {
    const nonce = "n".repeat(400);
    const deadly = await registrarWith(() => ({
      status: 401,
      headers: [["WWW-Authenticate", `Digest realm="pbx.test", nonce="${nonce}"`]],
    }));
    const { line } = await registered();
    await line.store(settingsFor(deadly.target().port), AFTER_HOURS);
    await line.reach("NOT_REGISTERED_STATE");
    expect(line.snapshot.lastRegisterSent).toBeUndefined();
    await line.store(null, AFTER_HOURS);
    await line.reach("REGISTERED_STATE");
    expect(asked(deadly)).toStrictEqual(REGISTERED);
  });
});
