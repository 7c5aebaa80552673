/** What is shown of a record. Times are milliseconds of the clock on the wall. */
export interface Shown {
  readonly state: string;
  /** Seconds. */
  readonly expires: number;
  /** When the next REGISTER is due; nothing where there is no mark. */
  readonly mark: number | undefined;
  /** `last_register_sent`. */
  readonly sent: number | undefined;
}

/** A REGISTER as the registrar saw it. */
export interface Seen {
  /** Milliseconds of the clock on the wall. */
  readonly at: number;
  /** Of its Contact: "75"; "0 *" for all Contacts. */
  readonly expires: string;
  readonly credentials: boolean;
  readonly callId: string;
  /** How it is written: see `formOf`. */
  readonly form: string;
}

/** A state and how long it was to be seen. All times in seconds of the registrant since it left NOT_REGISTERED_STATE. */
interface Span {
  readonly state: string;
  /** When it was first seen; it may have started any time since the look before. */
  readonly from: number;
  readonly since: number;
  readonly expires: number;
  readonly mark: number | undefined;
}

interface Request {
  readonly at: number;
  readonly what: string;
}

/** One record's way through one row. */
export interface Course {
  readonly spans: readonly Span[];
  /** When `last_register_sent` moved. */
  readonly cycles: readonly number[];
  readonly requests: readonly Request[];
  /** Server names (SNI) that came with TLS. */
  readonly names: readonly string[];
  /** Of REGISTERs without credentials and with them. */
  readonly forms: readonly string[];
}

/** What is shown of a registrant that has come down. */
export const STOPPED: Shown = { state: "STOPPED", expires: 0, mark: undefined, sent: undefined };

/** States in which an answer is awaited; those that end within the time it takes to look are left out. */
const PENDING = [
  "REGISTERING_STATE",
  "AUTHENTICATING_STATE",
  "UNREGISTERING_STATE",
  "AUTHENTICATING_UNREGISTER_STATE",
];
/** Seconds of the registrant. */
const PASSING = 4;
/** Seconds, and less than a tick: OpenSIPS rounds to whole ones, and its ticks are late where a machine is busy. */
const TOLERANCE = 6;

/** What has been seen of a record so far. */
export class Observation {
  readonly #factor: number;
  readonly #looks: (Shown & { readonly at: number; readonly since: number })[] = [];
  readonly seen: Seen[] = [];
  readonly names: string[] = [];
  #begun: number | undefined;
  #lastLook: number | undefined;

  /** @param factor by which the registrant's time is shortened. */
  constructor(factor: number) {
    this.#factor = factor;
  }

  /** Seconds since the record left NOT_REGISTERED_STATE; nothing before. */
  secondsAt(now: number): number | undefined {
    return this.#begun === undefined ? undefined : this.#seconds(now);
  }

  look(shown: Shown, at: number): void {
    const since = this.#lastLook ?? at;
    this.#lastLook = at;
    if (this.#begun === undefined) {
      if (shown.state === "NOT_REGISTERED_STATE") return;
      this.#begun = this.seen[0]?.at ?? Math.min(Math.max(shown.sent ?? at, since), at);
    }
    const last = this.#looks.at(-1);
    const same = last?.state === shown.state && last.mark === shown.mark && last.sent === shown.sent;
    if (!same || last.expires !== shown.expires) this.#looks.push({ ...shown, at, since });
  }

  /** The course up to so many seconds and REGISTERs. */
  course(until: number, mostRequests: number): Course {
    const looks = this.#looks.filter(({ at }) => this.#seconds(at) < until);
    const end = (index: number) => this.#seconds(looks[index + 1]?.at ?? Number.POSITIVE_INFINITY);
    const kept = looks.filter(
      ({ state, at }, index) =>
        !PENDING.includes(state) || nextOther(looks, index, end) - this.#seconds(at) > PASSING,
    );
    const spans = kept.filter(
      ({ state, expires }, index) => kept[index - 1]?.state !== state || kept[index - 1]?.expires !== expires,
    );
    const cycles = looks.flatMap(({ sent }, index) =>
      sent === undefined || sent === looks[index - 1]?.sent ? [] : [this.#seconds(sent)],
    );
    return {
      spans: spans.map(({ state, at, since, expires, mark }) => ({
        state: state.replace(/_STATE$/, ""),
        from: this.#seconds(at),
        since: this.#seconds(since),
        expires,
        mark: mark === undefined ? undefined : this.#seconds(mark),
      })),
      cycles,
      requests: this.seen
        .map(({ at, expires, credentials, callId }, index) => ({
          at: this.#seconds(at),
          what: `${expires}${credentials ? "+" : ""}${index > 0 && callId !== this.seen[index - 1]?.callId ? " (new Call-ID)" : ""}`,
        }))
        .filter(({ at }) => at < until)
        .slice(0, mostRequests),
      names: [...new Set(this.names)],
      forms: [...new Set(this.seen.map(({ form }) => form))],
    };
  }

  #seconds(at: number): number {
    return ((at - (this.#begun ?? at)) * this.#factor) / 1_000;
  }
}

/** Where what is shown there ends: marks may change while it lasts. */
function nextOther(looks: readonly Shown[], index: number, end: (index: number) => number): number {
  let last = index;
  const same = (one: Shown | undefined, other: Shown | undefined) =>
    one?.state === other?.state && one?.expires === other?.expires;
  while (last + 1 < looks.length && same(looks[last + 1], looks[index])) last += 1;
  return end(last);
}

/**
 * The course up to its first REGISTER_TIMEOUT. A wait of 30 s ends where a tick falls as well: which of the two is first, and so
 * whether that tick or the next one tries again, is chance.
 */
export function upToTimeout(course: Course): Course {
  const index = course.spans.findIndex(({ state }) => state === "REGISTER_TIMEOUT");
  const end = course.spans[index];
  if (end === undefined) return course;
  const before = end.from - TOLERANCE;
  return {
    ...course,
    spans: course.spans.slice(0, index + 1),
    cycles: course.cycles.filter((at) => at < before),
    requests: course.requests.filter(({ at }) => at < before),
  };
}

/** What differs between two courses; nothing where they are the same. */
export function differences(one: Course, other: Course): string[] {
  const near = (a: number | undefined, b: number | undefined) =>
    a === b || (a !== undefined && b !== undefined && Math.abs(a - b) <= TOLERANCE);
  const all = <Item>(a: readonly Item[], b: readonly Item[], same: (a: Item, b: Item) => boolean) =>
    a.length === b.length && a.every((item, index) => same(item, b[index] as Item));
  const span = (a: Span, b: Span) =>
    a.state === b.state && a.since - TOLERANCE <= b.from && b.since - TOLERANCE <= a.from;
  const shown = (a: Span, b: Span) => a.expires === b.expires && near(a.mark, b.mark);
  const states = all(one.spans, other.spans, span);
  // A server that has come down could not be asked.
  const stopped = one.spans.at(-1)?.state === STOPPED.state;
  return [
    ...(states ? [] : ["states"]),
    ...(!states || all(one.spans, other.spans, shown) ? [] : ["what is shown"]),
    ...(all(one.requests, other.requests, (a, b) => a.what === b.what && near(a.at, b.at))
      ? []
      : ["REGISTERs"]),
    ...(stopped || all(one.cycles, other.cycles, near) ? [] : ["last_register_sent"]),
    ...(all(one.forms, other.forms, (a, b) => a === b)
      ? []
      : [`how REGISTERs are written (${one.forms.join("; ")} / ${other.forms.join("; ")})`]),
    ...(all(one.names, other.names, (a, b) => a === b) ? [] : ["server names"]),
  ];
}

/** `REGISTERED 0 s (75, mark 65); REGISTER 75, 75+ at 0, 70 s`. */
export function writeCourse({ spans, requests, cycles, names }: Course): string {
  const states = spans.map(({ state, from, expires, mark }) => {
    const due = mark === undefined ? "no mark" : `mark ${Math.round(mark)}`;
    return `${state} ${Math.round(from)} s (${expires}, ${due})`;
  });
  const groups: { at: number; whats: string[] }[] = [];
  for (const { at, what } of requests) {
    const last = groups.at(-1);
    if (last !== undefined && at - last.at <= TOLERANCE) last.whats.push(what);
    else groups.push({ at, whats: [what] });
  }
  const merged: { whats: string; ats: number[] }[] = [];
  for (const { at, whats } of groups) {
    const last = merged.at(-1);
    if (last?.whats === whats.join(", ")) last.ats.push(Math.round(at));
    else merged.push({ whats: whats.join(", "), ats: [Math.round(at)] });
  }
  const sent = merged.map(({ whats, ats }) => `REGISTER ${whats} at ${ats.join(", ")} s`);
  return [
    states.join(", then ") || "NOT_REGISTERED",
    ...sent,
    ...(cycles.length === 0 ? ["none counted as sent"] : []),
    ...(names.length > 0 ? [`names ${names.join(", ")}`] : []),
  ].join("; ");
}
