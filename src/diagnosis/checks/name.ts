import {
  type AddressClass,
  canonicalIp,
  classifyAddress,
  LocateError,
  type LocateOptions,
  type LocateResult,
  type LocateStep,
  locate,
} from "../../sip/index.js";
import { cleanText } from "../../text.js";
import type { Door, NameEvidence } from "../evidence.js";
import type { Run } from "./run.js";

const MAX_SERVERS = 8;
const LOCALHOST = /^(?:.+\.)?localhost\.?$/i;

/** Finds where the settings lead (RFC 3263), with every question and answer on the way. Never throws for what DNS does. */
export async function checkName(run: Run): Promise<NameEvidence> {
  const { dialled: host, target, limits, dnsServers } = run;
  const kind = canonicalIp(host) === undefined ? "name" : "literal";
  const over = AbortSignal.any([run.signal, AbortSignal.timeout(limits.name)]);
  const options: LocateOptions = {
    signal: over,
    maxServers: MAX_SERVERS,
    ...(dnsServers ? { servers: dnsServers } : {}),
  };
  const { port, transport } = target;
  const given = {
    ...(port === undefined ? {} : { port }),
    ...(transport === undefined ? {} : { transport }),
  };
  // A port or a transport rules out what DNS advertises; whether it agrees is worth knowing all the same.
  const compare = kind === "name" && !LOCALHOST.test(host) && Object.keys(given).length > 0;
  try {
    const [found, advertised] = await Promise.all([
      locate({ host, ...given }, options),
      compare ? locate({ host }, options).catch(() => undefined) : undefined,
    ]);
    return describe(host, kind, found, advertised);
  } catch (error) {
    if (error instanceof LocateError) return nothing(host, kind, "invalid", error.message);
    if (!over.aborted) throw error;
    return nothing(host, kind, "timeout", `no answer from DNS within ${limits.name / 1_000} s`);
  }
}

function nothing(
  host: string,
  kind: NameEvidence["kind"],
  outcome: "timeout" | "invalid",
  problem: string,
): NameEvidence {
  return {
    ...{ host, kind, outcome, problem },
    ...{ servers: [], steps: [], advertised: [], classes: new Map(), brokenTargets: [] },
    onlyHere: false,
    hostsDiffer: false,
  };
}

function describe(
  host: string,
  kind: NameEvidence["kind"],
  found: LocateResult,
  advertised: LocateResult | undefined,
): NameEvidence {
  const steps = [...found.steps, ...(advertised?.steps ?? [])].map(cleanStep);
  const named = (advertised?.servers ?? []).filter(({ from }) => from === "srv" || from === "naptr");
  return {
    host,
    kind,
    outcome: found.outcome,
    servers: found.servers.map(cleanDoor),
    steps: unique(steps),
    advertised: named.map(cleanDoor),
    classes: classesOf([...found.servers, ...named]),
    brokenTargets: brokenTargets(steps),
    onlyHere: kind === "name" && !LOCALHOST.test(host) && knownOnlyHere(found),
    hostsDiffer: steps.some(({ differs }) => differs === true),
  };
}

function classesOf(doors: readonly Door[]): Map<string, AddressClass> {
  return new Map(doors.map(({ address }) => [address, classifyAddress(address) ?? "reserved"]));
}

/** Addresses were found, and DNS gave none of them. */
function knownOnlyHere({ servers, steps }: LocateResult): boolean {
  const fromDns = new Set(
    steps.filter(({ type }) => type === "A" || type === "AAAA").flatMap(({ answers }) => answers),
  );
  return servers.length > 0 && !servers.some(({ address }) => fromDns.has(address));
}

/** Names in SRV records that no address was found for, although it was asked. */
function brokenTargets(steps: readonly LocateStep[]): string[] {
  const targets = steps
    .filter(({ type }) => type === "SRV")
    .flatMap(({ answers }) => answers.map((answer) => (answer.split(" ").at(-1) ?? "").replace(/\.$/, "")));
  return [...new Set(targets)].filter((name) => {
    if (name === "" || canonicalIp(name) !== undefined) return false;
    const asked = steps.filter(
      ({ question, type }) => question === name && type !== "SRV" && type !== "NAPTR",
    );
    return asked.length > 0 && asked.every(({ answers }) => answers.length === 0);
  });
}

function cleanStep(step: LocateStep): LocateStep {
  return {
    ...step,
    question: cleanText(step.question, 260),
    answers: step.answers.map((answer) => cleanText(answer, 260)),
  };
}

function cleanDoor(door: Door): Door {
  return { ...door, host: cleanText(door.host, 253) };
}

/** The second search asks some things again. */
function unique(steps: readonly LocateStep[]): LocateStep[] {
  const seen = new Set<string>();
  return steps.filter(({ question, type }) => {
    const key = `${type} ${question}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
