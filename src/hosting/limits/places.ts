import { once } from "../../base/once.js";
import type { HttpSettings } from "../../config/http.js";
import type { ReadingPlace } from "../../logs/index.js";
import type { CallPlace, ShareHolder } from "../../tools/core/context.js";
import type { Caller } from "../types.js";
import { type ShareSizes, Shares, shareSizes } from "./shares.js";

/** How much may run concurrently. `work` bounds requests of senders who are not known yet, too. */
export interface PlaceSizes {
  work: ShareSizes;
  /** Calls that only wait for a status or for their user. */
  waits: ShareSizes;
  diagnoses: ShareSizes;
  /** Long logs that are read, or wait for a thread. */
  readings: ShareSizes;
  /** Streams of changes, which stay open and do nothing. */
  streams: ShareSizes;
}

/** A wait costs a request to the API every two seconds: with all of these the process is about half busy. */
const WAITS_PER_CALL = 2;
/** A diagnosis has a dozen sockets at most, and lasts 20 s. */
const CALLS_PER_DIAGNOSIS = 8;
/** The worst log takes a twentieth of a second, and no log waits longer than ten. */
const READINGS = 64;

/** What `--max-calls` comes to. */
export function placeSizes(settings: HttpSettings): PlaceSizes {
  const { maxCalls } = settings;
  const diagnoses = Math.max(1, Math.floor(maxCalls / CALLS_PER_DIAGNOSIS));
  return {
    work: shareSizes(maxCalls, settings),
    waits: shareSizes(WAITS_PER_CALL * maxCalls, settings),
    diagnoses: shareSizes(diagnoses, settings),
    readings: shareSizes(READINGS, settings),
    streams: shareSizes(maxCalls, settings),
  };
}

/** Bounds concurrent work. */
export class Places {
  readonly #work: Shares;
  readonly #waits: Shares;
  readonly #diagnoses: Shares;
  readonly #readings: Shares;
  readonly #streams: Shares;
  readonly #max: number;
  #working = 0;
  #inside = 0;
  #whenEmpty: (() => void)[] = [];

  constructor({ work, waits, diagnoses, readings, streams }: PlaceSizes) {
    this.#max = work.server;
    this.#work = new Shares(work);
    this.#waits = new Shares(waits);
    this.#diagnoses = new Shares(diagnoses);
    this.#readings = new Shares(readings);
    this.#streams = new Shares(streams);
  }

  /** Requests that are being answered, those that wait included. */
  get inside(): number {
    return this.#inside;
  }

  get waiting(): number {
    return this.#waits.count;
  }

  /** A place for a request, before it is known whose it is; `undefined`: there is none. Who got one must leave it. */
  enter(): Place | undefined {
    if (this.#working >= this.#max) return undefined;
    this.#working += 1;
    this.#inside += 1;
    return new Place({
      work: this.#work,
      waits: this.#waits,
      diagnoses: this.#diagnoses,
      readings: this.#readings,
      streams: this.#streams,
      stopWorking: () => {
        this.#working -= 1;
      },
      end: () => this.#end(),
    });
  }

  /** Resolves once all places are free, or after `ms`. @returns whether it is empty. */
  async empty(ms: number): Promise<boolean> {
    if (this.#inside === 0) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([new Promise<void>((resolve) => this.#whenEmpty.push(resolve)), late]);
    clearTimeout(timer);
    return this.#inside === 0;
  }

  #end(): void {
    this.#inside -= 1;
    if (this.#inside > 0) return;
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }
}

interface Surroundings {
  work: Shares;
  waits: Shares;
  diagnoses: Shares;
  readings: Shares;
  streams: Shares;
  /** One of those that work less. */
  stopWorking(): void;
  end(): void;
}

/** The place of one request, until all its holders have released it. */
export class Place implements CallPlace {
  readonly #around: Surroundings;
  #caller: Caller | undefined;
  /** The request itself, and the call that it has started. */
  #holders = 1;
  /** Gives back what is taken now, as one that works or as one that waits. */
  #release: () => void;
  #waits = false;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#release = () => around.stopWorking();
    this.leave = once(() => this.#letGo());
  }

  /** The request has ended. May be called again. */
  readonly leave: () => void;

  /** Now it is known whose request it is. @returns whose share is used up; it still has to leave. */
  claim(caller: Caller): ShareHolder | undefined {
    const taken = this.#around.work.take(caller);
    if (typeof taken === "string") return taken;
    this.#caller = caller;
    this.#release = () => {
      taken();
      this.#around.stopWorking();
    };
    return undefined;
  }

  readonly hold = (): (() => void) => {
    if (this.#holders === 0) throw new Error("The request has ended before its call began");
    this.#holders += 1;
    return once(() => this.#letGo());
  };

  readonly startWaiting = (): boolean => {
    if (this.#waits) return true;
    if (this.#caller === undefined || this.#holders === 0) return false;
    const taken = this.#around.waits.take(this.#caller);
    if (typeof taken === "string") return false;
    this.#release();
    this.#release = taken;
    this.#waits = true;
    return true;
  };

  readonly startDiagnosis = (): (() => void) | ShareHolder =>
    this.#caller === undefined ? "caller" : this.#around.diagnoses.take(this.#caller);

  /** The request becomes a stream, which is counted apart until its end, and leaves its place; or says whose share is used up. */
  readonly startStream = (): (() => void) | ShareHolder => {
    const taken = this.#caller === undefined ? "caller" : this.#around.streams.take(this.#caller);
    if (typeof taken !== "string") this.leave();
    return taken;
  };

  readonly startReading = (): ReadingPlace | ShareHolder => {
    if (this.#caller === undefined) return "caller";
    const end = this.#around.readings.take(this.#caller);
    return typeof end === "string" ? end : { whose: [this.#caller.tenant.name, this.#caller.principal], end };
  };

  #letGo(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    this.#release();
    this.#around.end();
  }
}
