import { randomBytes } from "node:crypto";
import { BoundedMap } from "../base/bounded-map.js";
import type { Secret } from "../redaction/secret.js";
import { CallLimits } from "./call-limits.js";
import type { HistoryEvidence } from "./evidence.js";
import { FailedLogins, SERVER_LIMIT } from "./failed-logins.js";
import { LOGIN_WINDOW, PbxLedger, RUN_WINDOW, type Try } from "./pbx-ledger.js";

/** Whose credentials they are and where they would go. */
export interface CredentialsPlace {
  readonly domain: string;
  /** The address that was pinned for this run. */
  readonly address: string;
  /** The user of the AOR. */
  readonly user: string;
  readonly authUser?: string;
}

/** Too many runs in a short time. Nothing was sent. */
export class ProbeLimitError extends Error {
  override readonly name = "ProbeLimitError";
  /** Whole seconds until the next run is allowed. */
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const MINUTE = 60_000;
/** Runs a minute: of this history, and of all that share the ledger against one host. */
const RUNS = 12;
const RUNS_PER_HOST = 6;
/** Tries with credentials that were not accepted, per target and user. fail2ban's common limit is 10 in 10 minutes. */
const TRIES = 2;
/** A process that diagnoses for days must not grow. */
const KEPT = 500;

/** Permission to send credentials once. It counts as a try from now on, unless they turn out to be accepted. */
export interface Permission {
  /** To be called once the outcome is known. `unsent`: they were not sent after all. */
  settle(outcome: "accepted" | "refused" | "unanswered" | "unsent"): void;
}

/**
 * What is remembered of diagnoses, so repeating one causes no lockout: refused secrets (as keyed hashes, never
 * themselves), tries with credentials, runs a minute, and when a target last answered.
 *
 * Users whose packets come from the same address share a ledger: it counts for all of them together. Each has its
 * own history, and none learns what another did.
 */
export class ProbeHistory {
  readonly #ledger: PbxLedger;
  readonly #key = randomBytes(32);
  #runs: number[] = [];
  readonly #answered = new BoundedMap<string, number>(KEPT);
  /** What the PBXs may have counted as failed logins. */
  readonly failedLogins: FailedLogins;
  /** How often a test call may ring. */
  readonly calls: CallLimits;

  constructor(ledger: PbxLedger = new PbxLedger()) {
    this.#ledger = ledger;
    this.failedLogins = new FailedLogins(ledger, this);
    this.calls = new CallLimits(ledger, this);
  }

  /** Counts a run against a host. @throws ProbeLimitError when there were too many within a minute. */
  startRun(host: string): void {
    const now = this.#ledger.now();
    this.#runs = this.#runs.filter((at) => now - at < RUN_WINDOW);
    if (this.#runs.length >= RUNS) {
      throw new ProbeLimitError(
        `Too many diagnoses: the limit is ${RUNS} a minute.`,
        secondsUntil(this.#runs[0], now),
      );
    }
    const { runs } = this.#ledger;
    const place = this.#ledger.mark(host);
    const same = runs.at(place);
    const run = { at: now, by: this };
    if (same.length >= RUNS_PER_HOST || !runs.add(place, run)) {
      const own = same.filter(({ by }) => by === this);
      throw new ProbeLimitError(
        `Too many diagnoses: the limit is ${RUNS_PER_HOST} a minute against one host.`,
        // Another's run does not tell when it was.
        own.length === same.length ? secondsUntil(own[0]?.at, now) : RUN_WINDOW / 1_000,
      );
    }
    this.#runs.push(now);
  }

  /**
   * Asks for permission to send credentials. `force` allows a refused secret once more, but never lifts the cap.
   *
   * @returns the reason when they must not be sent now.
   */
  permit(place: CredentialsPlace, secret: Secret, force: boolean): Permission | string {
    const tries = this.#triesAt(place);
    const own = tries.filter(({ by }) => by === this);
    if (own.length >= TRIES) {
      const oldest = own.at(-TRIES)?.at ?? 0;
      const minutes = Math.max(1, Math.ceil((oldest + LOGIN_WINDOW - this.#ledger.now()) / MINUTE));
      return `credentials of this user were sent ${own.length} times within ten minutes and not accepted; the next try is allowed in ${minutes} min, to avoid a ban by the PBX`;
    }
    const fingerprint = secret.fingerprint(this.#key);
    const same = own.find((made) => made.outcome !== "unanswered" && made.fingerprint === fingerprint);
    if (same?.outcome === "under way") return "this very password is being tried there at this moment";
    if (same !== undefined && !force) {
      const unless = this.failedLogins.mayLogIn(place, true) ? " unless force is given" : " now";
      return `this very password was refused there before; it is not sent again${unless}`;
    }
    const made: Try = { at: this.#ledger.now(), by: this, fingerprint, outcome: "under way" };
    if (tries.length >= TRIES || !this.#note(place, made)) {
      return `${SERVER_LIMIT}, so no credentials were sent; try again in ten minutes`;
    }
    return {
      settle: (outcome) => {
        if (outcome === "refused" || outcome === "unanswered") made.outcome = outcome;
        else this.#forget(place, made);
      },
    };
  }

  /** Whether credentials that were not tried yet would be permitted now. */
  mayTry(place: CredentialsPlace): boolean {
    return this.#triesAt(place).length < TRIES && this.failedLogins.mayLogIn(place);
  }

  noteAnswer(place: CredentialsPlace): void {
    for (const key of this.#keysOf(place)) this.#answered.set(key, this.#ledger.now());
  }

  /** @param secret the password for the run: the evidence includes whether it was refused before. */
  evidence(place: CredentialsPlace, secret?: Secret): HistoryEvidence {
    const counted = this.failedLogins.spent(place.address, true);
    const answers = this.#keysOf(place).flatMap((key) => this.#answered.get(key) ?? []);
    const refused = this.#triesAt(place).filter(({ by, outcome }) => by === this && outcome === "refused");
    const fingerprint = secret?.fingerprint(this.#key);
    const again = refused.some((made) => made.fingerprint === fingerprint);
    return {
      refusals: refused.length,
      ...(again ? { samePassword: true } : {}),
      ...(counted === 0 ? {} : { counted }),
      ...(answers.length === 0
        ? {}
        : { answeredAgo: Math.round((this.#ledger.now() - Math.max(...answers)) / 1_000) }),
    };
  }

  /** Of all who share the ledger, the oldest first. */
  #triesAt(place: CredentialsPlace): Try[] {
    const all = this.#keysOf(place).flatMap((key) => this.#ledger.tries.at(key));
    return [...new Set(all)].sort((one, other) => one.at - other.at);
  }

  #note(place: CredentialsPlace, made: Try): boolean {
    const noted = this.#keysOf(place).every((key) => this.#ledger.tries.add(key, made));
    if (!noted) this.#forget(place, made);
    return noted;
  }

  #forget(place: CredentialsPlace, made: Try): void {
    for (const key of this.#keysOf(place)) this.#ledger.tries.remove(key, made);
  }

  /** By name and by address, so neither another spelling of the host nor another port resets the count. */
  #keysOf({ domain, address, user, authUser }: CredentialsPlace): string[] {
    return [this.#ledger.mark(domain, user), this.#ledger.mark(address, authUser ?? user)];
  }
}

function secondsUntil(at: number | undefined, now: number): number {
  return Math.max(1, Math.ceil(((at ?? now) + RUN_WINDOW - now) / 1_000));
}
