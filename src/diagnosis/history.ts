import { randomBytes } from "node:crypto";
import type { Secret } from "../secret.js";
import type { HistoryEvidence } from "./evidence.js";
import { StrikeLedger } from "./strikes.js";

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
/** Runs a minute: of this process, and against one host. */
const RUNS = 12;
const RUNS_PER_HOST = 6;
/** Tries with credentials that were not accepted, per target and user. fail2ban's common limit is 10 in 10 minutes. */
const TRIES = 2;
const TRY_WINDOW = 10 * MINUTE;
/** A process that diagnoses for days must not grow. */
const KEPT = 500;

interface Try {
  readonly at: number;
  /** The places that it counts for. */
  readonly keys: readonly string[];
  readonly fingerprint: string;
  outcome: "under way" | "refused" | "unanswered";
}

/** Leave to send credentials once. It counts as a try from now on, unless they turn out to be accepted. */
export interface Permission {
  /** To be called once it is known what came of it. `unsent`: they were not put on the wire after all. */
  settle(outcome: "accepted" | "refused" | "unanswered" | "unsent"): void;
}

/**
 * What a process remembers of its diagnoses, so that repeating one costs no lockout: refused secrets (as keyed
 * hashes, never themselves), tries with credentials, runs a minute, and when a target last answered.
 */
export class ProbeHistory {
  readonly #key = randomBytes(32);
  readonly #now: () => number;
  #runs: { at: number; host: string }[] = [];
  #tries: Try[] = [];
  readonly #answered = new Map<string, number>();
  /** What the PBXs may have counted as failed logins. */
  readonly strikes: StrikeLedger;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.strikes = new StrikeLedger(now);
  }

  /** Counts a run against a host. @throws ProbeLimitError when there were too many within a minute. */
  startRun(host: string): void {
    const now = this.#now();
    this.#runs = this.#runs.filter(({ at }) => now - at < MINUTE);
    const same = this.#runs.filter((run) => run.host === host);
    const full = same.length >= RUNS_PER_HOST ? same : this.#runs.length >= RUNS ? this.#runs : undefined;
    if (full !== undefined) {
      const wait = Math.max(1, Math.ceil(((full[0]?.at ?? now) + MINUTE - now) / 1_000));
      const limit = full === same ? `${RUNS_PER_HOST} a minute against one host` : `${RUNS} a minute`;
      throw new ProbeLimitError(`Too many diagnoses: the limit is ${limit}.`, wait);
    }
    this.#runs.push({ at: now, host });
  }

  /**
   * Asks for leave to send credentials. `force` allows a refused secret once more, but never lifts the cap.
   *
   * @returns the reason when they must not be sent now.
   */
  permit(place: CredentialsPlace, secret: Secret, force: boolean): Permission | string {
    const tries = this.#triesAt(place);
    if (tries.length >= TRIES) {
      const oldest = tries.at(-TRIES)?.at ?? 0;
      const minutes = Math.max(1, Math.ceil((oldest + TRY_WINDOW - this.#now()) / MINUTE));
      return `credentials of this user were sent ${tries.length} times within ten minutes and not accepted; the next try is allowed in ${minutes} min, so that the PBX bans nobody`;
    }
    const fingerprint = secret.fingerprint(this.#key);
    const same = tries.find((made) => made.outcome !== "unanswered" && made.fingerprint === fingerprint);
    if (same?.outcome === "under way") return "this very password is being tried there at this moment";
    if (same !== undefined && !force) {
      return "this very password was refused there before; it is not sent again unless force is given";
    }
    const made: Try = { at: this.#now(), keys: keysOf(place), fingerprint, outcome: "under way" };
    this.#tries = [...this.#tries, made].slice(-KEPT);
    return {
      settle: (outcome) => {
        if (outcome === "refused" || outcome === "unanswered") made.outcome = outcome;
        else this.#tries = this.#tries.filter((other) => other !== made);
      },
    };
  }

  noteAnswer(place: CredentialsPlace): void {
    for (const key of keysOf(place)) {
      this.#answered.delete(key);
      this.#answered.set(key, this.#now());
    }
    for (const key of this.#answered.keys()) {
      if (this.#answered.size <= KEPT) break;
      this.#answered.delete(key);
    }
  }

  evidence(place: CredentialsPlace): HistoryEvidence {
    const counted = this.strikes.spent(place.address, true);
    const last = Math.max(...keysOf(place).map((key) => this.#answered.get(key) ?? 0));
    return {
      refusals: this.#triesAt(place).filter(({ outcome }) => outcome === "refused").length,
      ...(counted === 0 ? {} : { counted }),
      ...(last === 0 ? {} : { answeredAgo: Math.round((this.#now() - last) / 1_000) }),
    };
  }

  #triesAt(place: CredentialsPlace): Try[] {
    const keys = keysOf(place);
    this.#tries = this.#tries.filter(({ at }) => this.#now() - at < TRY_WINDOW);
    return this.#tries.filter((made) => made.keys.some((key) => keys.includes(key)));
  }
}

/** By name and by address, so that neither another spelling of the host nor another port starts anew. */
function keysOf({ domain, address, user, authUser }: CredentialsPlace): string[] {
  return [`${domain.toLowerCase()} ${user}`, `${address} ${authUser ?? user}`];
}
