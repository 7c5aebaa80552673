import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { ProfileName } from "../../src/sandbox/registrant-profile.js";
import type { StoredSip } from "../../src/sandbox/store.js";
import type { Closers } from "../../test/support/registrant-silences.js";
import { type Course, differences, Observation, STOPPED, upToTimeout, writeCourse } from "./observation.js";
import { findInstallation, type Installation } from "./opensips.js";
import { type Act, comparedRows, type Row } from "./rows.js";
import { type Registrants, type Subject, startOpenSips, startSandbox } from "./subjects.js";

export { findInstallation };

export interface ComparisonOptions {
  readonly installation: Installation;
  readonly profile: ProfileName;
  /** By which the sandbox's time is shortened. */
  readonly factor: number;
  /** Rows whose names have this in them. */
  readonly only: string;
  readonly signal: AbortSignal;
}

export interface Compared {
  readonly name: string;
  readonly openSips: string;
  readonly sandbox: string;
  /** What of it differs. */
  readonly differs: readonly string[];
}

/** Between looks at OpenSIPS, milliseconds. */
const LOOK_MS = 200;
/** How many are printed of a record that never ends. */
const MOST_REQUESTS = 18;
/** Until the first tick. Seconds. */
const BEGIN = 25;

/** Plays all rows to OpenSIPS, and then to the sandbox's registrant. */
export async function compare(options: ComparisonOptions): Promise<readonly Compared[]> {
  const { installation, profile, factor, signal } = options;
  const rows = comparedRows().filter(({ name }) => name.includes(options.only));
  const real = await watchAll(rows, 1, signal, async (settings) => {
    const apart = settings.filter((_, index) => rows[index]?.apart);
    const together = settings.filter((_, index) => !rows[index]?.apart);
    const groups = [together, ...apart.map((one) => [one])].filter((group) => group.length > 0);
    const servers: Registrants[] = [];
    const close = async () => void (await Promise.all(servers.map((server) => server.close())));
    try {
      for (const group of groups) servers.push(await startOpenSips(group, installation));
    } catch (error) {
      await close();
      throw error;
    }
    const found = new Map(
      groups.flatMap((group, server) =>
        group.map((one, index) => [one, servers[server]?.subjects[index]] as const),
      ),
    );
    return { subjects: settings.map((one) => found.get(one) as Subject), close };
  });
  const anew = comparedRows().filter(({ name }) => name.includes(options.only));
  const forces = anew.map(({ acts }) => acts.some(({ does }) => does === "force"));
  const sandbox = await watchAll(anew, factor, signal, (settings) =>
    startSandbox(settings, profile, factor, forces),
  );
  return rows.map(({ name, waits }, index) => {
    const told = waits && profile === "3.4" ? upToTimeout : (course: Course) => course;
    const [one, other] = [told(real[index] as Course), told(sandbox[index] as Course)];
    return {
      name,
      openSips: writeCourse(one),
      sandbox: writeCourse(other),
      differs: differences(one, other),
    };
  });
}

async function watchAll(
  rows: readonly Row[],
  factor: number,
  signal: AbortSignal,
  start: (settings: readonly StoredSip[]) => Promise<Registrants>,
): Promise<readonly Course[]> {
  const closers: Closers = [];
  setMaxListeners(rows.length + 10, signal);
  try {
    const observations = rows.map(() => new Observation(factor));
    const settings: StoredSip[] = [];
    for (const [index, row] of rows.entries()) {
      settings.push(await row.start({ closers, observation: observations[index] as Observation, factor }));
    }
    const registrants = await start(settings);
    closers.push(() => registrants.close());
    await Promise.all(
      rows.map((row, index) =>
        watch(row, {
          subject: registrants.subjects[index] as Subject,
          observation: observations[index] as Observation,
          factor,
          signal,
        }),
      ),
    );
    return rows.map((row, index) =>
      (observations[index] as Observation).course(row.seconds, row.mostRequests ?? MOST_REQUESTS),
    );
  } finally {
    for (const close of closers.splice(0).reverse()) await close();
  }
}

/** Looks until the row is over, or the registrant has come down. */
async function watch(
  row: Row,
  {
    subject,
    observation,
    factor,
    signal,
  }: { subject: Subject; observation: Observation; factor: number; signal: AbortSignal },
): Promise<void> {
  await subject.begin();
  const deadline = Date.now() + ((row.seconds + BEGIN) * 1_000) / factor;
  const acts: Act[] = [...row.acts];
  while (Date.now() < deadline) {
    const now = Date.now();
    const shown = await subject.look(observation.seen.length > 0);
    observation.look(shown ?? STOPPED, now);
    const seconds = observation.secondsAt(now) ?? 0;
    if (shown === undefined || seconds >= row.seconds) return;
    while (acts[0] !== undefined && acts[0].at <= seconds) await subject.act(acts.shift() as Act);
    await delay(LOOK_MS / factor, undefined, { signal });
  }
}
