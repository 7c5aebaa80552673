import { Secret } from "../../src/redaction/secret.js";
import { Registrant, type RegistrantOptions } from "../../src/sandbox/registrant.js";
import { PROFILES, type ProfileName, TIMER_INTERVAL } from "../../src/sandbox/registrant-profile.js";
import type { RegistrantState } from "../../src/sandbox/registrant-state.js";
import type { StoredSip } from "../../src/sandbox/store.js";
import { RFC_TIMERS, type SipRequest } from "../../src/sip/index.js";
import { ManualClock } from "./manual-clock.js";
import type { ScriptedRegistrar } from "./scripted-registrar.js";

export const VERSIONS: readonly ProfileName[] = ["3.4", "4.0"];

/** 1001 with the password "secret", which is what `digestScript` expects. */
export function settingsFor(port: number, change: Partial<StoredSip> = {}): StoredSip {
  return {
    sipDomain: "127.0.0.1",
    username: "1001",
    password: new Secret("secret"),
    port,
    transport: "udp",
    subscribe: false,
    ...change,
  };
}

/** One record on a clock that stands still, with its ticks given by hand. */
export class TestRecord {
  readonly clock = new ManualClock();
  readonly registrant: Registrant;
  crashes = 0;

  constructor(version: ProfileName, settings: StoredSip, change: Partial<RegistrantOptions> = {}) {
    this.registrant = new Registrant(settings, {
      profile: PROFILES[version],
      clock: this.clock,
      timers: RFC_TIMERS,
      expires: 3_600,
      verifyTls: false,
      contactPort: {},
      onCall: () => {},
      onCrash: () => {
        this.crashes += 1;
      },
      ...change,
    });
  }

  get state(): RegistrantState | "NOT_FOUND" {
    return this.registrant.snapshot.state;
  }

  /** Ten seconds pass, and the timer ticks; what it begins continues in the background. */
  async tick(): Promise<void> {
    await this.clock.advance(TIMER_INTERVAL);
    this.registrant.tick(this.clock.now());
  }

  /** One tick, and what it begins to its end. */
  async cycle(): Promise<void> {
    await this.tick();
    await this.registrant.cycle;
  }

  /** Ticks until a REGISTER has been sent again; seconds since the last one, `undefined` if it is more than a day. */
  async secondsToNext(): Promise<number | undefined> {
    const last = this.sentAt;
    for (let ticks = 0; ticks <= 86_400 / TIMER_INTERVAL; ticks += 1) {
      await this.tick();
      // A cycle that has started may be one of silence, which does not end by itself.
      while (this.registrant.cycle !== undefined && this.sentAt === last) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (this.sentAt !== last) return (this.sentAt - last) / 1_000;
    }
    return undefined;
  }

  get sentAt(): number {
    return this.registrant.snapshot.lastRegisterSent?.getTime() ?? 0;
  }

  close(): Promise<void> {
    return this.registrant.abandon();
  }
}

export function registersOf(registrar: ScriptedRegistrar): SipRequest[] {
  return registrar.requestsOf("REGISTER");
}
