import { setTimeout as delay } from "node:timers/promises";
import { registrantTime } from "../../src/sandbox/registrant-clock.js";
import type { ProfileName } from "../../src/sandbox/registrant-profile.js";
import { PROFILES } from "../../src/sandbox/registrant-profile.js";
import { Store, type StoredSip } from "../../src/sandbox/store.js";
import { Sync } from "../../src/sandbox/sync.js";
import type { RegistrationSnapshot } from "../../src/sandbox/wire.js";
import { testCertificates } from "../../test/support/certificates.js";
import { FRONT_DESK } from "../../test/support/sandbox-api.js";
import type { Shown } from "./observation.js";
import { type Installation, OpenSips, registrarOf } from "./opensips.js";
import type { Act } from "./rows.js";

/** One record at a registrant, whichever it is. */
export interface Subject {
  /** Starts it if it has not been started yet. */
  begin(): Promise<void>;
  /**
   * Nothing once the registrant has come down.
   *
   * @param hasSent whether a REGISTER of it was seen.
   */
  look(hasSent: boolean): Promise<Shown | undefined>;
  act(act: Act): Promise<void>;
}

/** One registrant with its records. */
export interface Registrants {
  readonly subjects: readonly Subject[];
  close(): Promise<void>;
}

const TIMER_INTERVAL = 10;
/**
 * Seconds. No mark may fall on a tick, which acts on it or not by a fraction of a second: neither this nor what is granted is a
 * multiple of the interval.
 */
const EXPIRES = 75;

/**
 * Between the starts of the sandbox's registrants, so their ticks do not all come at the same moment, for which one thread
 * is too slow.
 */
const STAGGER_MS = 250;
const ABSENT: RegistrationSnapshot = { state: "NOT_FOUND", enabled: false };
const GONE: Shown = { state: "NOT_FOUND", expires: 0, mark: undefined, sent: undefined };

export async function startOpenSips(
  settings: readonly StoredSip[],
  installation: Installation,
): Promise<Registrants> {
  const options = { installation, expires: EXPIRES, timerInterval: TIMER_INTERVAL };
  const server = await OpenSips.start(settings, options);
  // One question answers for all records that are looked at in the same turn.
  let asked: Promise<ReadonlyMap<string, Shown> | undefined> | undefined;
  const list = () => {
    asked ??= server.list().finally(() => {
      asked = undefined;
    });
    return asked;
  };
  return {
    subjects: settings.map((own) => ({
      begin: async () => {},
      look: async () => {
        const records = await list();
        return records && (records.get(registrarOf(own)) ?? GONE);
      },
      act: ({ does, settings: changed }) => server[does](changed(own)),
    })),
    close: () => server.close(),
  };
}

export async function startSandbox(
  settings: readonly StoredSip[],
  version: ProfileName,
  factor: number,
  forces: readonly boolean[],
): Promise<Registrants> {
  const { ca } = await testCertificates();
  const syncs: Sync[] = [];
  const subjects = settings.map((own, index) => {
    const store = new Store();
    const agent = store.agent(FRONT_DESK);
    if (agent === undefined) throw new Error("no such agent");
    let sync: Sync | undefined;
    let acted = false;
    const subject: Subject = {
      async begin() {
        await delay(index * STAGGER_MS);
        sync = new Sync(store, {
          profile: PROFILES[version],
          ...registrantTime(factor),
          expires: EXPIRES,
          forceRegister: forces[index] ?? false,
          syncDelayMs: 0,
          unregisterMs: 1_000,
          verifyTls: true,
          ca: [ca],
        });
        syncs.push(sync);
        store.setRegistration(agent, own);
        await sync.applied(FRONT_DESK);
      },
      async look(hasSent) {
        const { state, timeoutSeconds = 0, expires, lastRegisterSent } = sync?.snapshot(FRONT_DESK) ?? ABSENT;
        const sent = lastRegisterSent?.getTime();
        // It is restarted immediately, and remembers nothing.
        const restarted = hasSent && !acted && state === "NOT_REGISTERED_STATE" && sent === undefined;
        return restarted ? undefined : { state, expires: timeoutSeconds, mark: expires?.getTime(), sent };
      },
      async act({ does, settings: changed }) {
        acted = true;
        // The sync forces it by itself.
        if (does === "force") return;
        store.setRegistration(agent, does === "remove" ? null : changed(own));
        await sync?.applied(FRONT_DESK);
      },
    };
    return subject;
  });
  return {
    subjects,
    close: async () => {
      await Promise.all(syncs.map((sync) => sync.close()));
    },
  };
}
