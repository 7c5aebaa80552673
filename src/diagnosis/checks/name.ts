import { present } from "../../base/present.js";
import { fromCaller, settingText, type Untrusted, untrustedToken } from "../../redaction/untrusted.js";
import {
  type AddressClass,
  canonicalIp,
  classifyAddress,
  isAbsent,
  type LocateCut,
  type LocatedServer,
  LocateError,
  type LocateResult,
  type LocateStep,
  Lookups,
  locate,
} from "../../sip/index.js";
import type { Endpoint, NameEvidence, StepSeen } from "../evidence.js";
import { CAPS } from "../limits.js";
import { MAX_NAME } from "../target.js";
import type { Run } from "./run.js";

const LOCALHOST = /^(?:.+\.)?localhost\.?$/i;

/** Finds where the settings lead (RFC 3263), with every question and answer on the way. Never throws for what DNS does. */
export async function checkName(run: Run): Promise<NameEvidence> {
  const { dialled: host, target, limits, dnsServers, hostsFile } = run;
  const kind = canonicalIp(host) === undefined ? "name" : "literal";
  const { port, transport } = target;
  const given = present({ port, transport });
  // A port or a transport rules out what DNS advertises; whether it agrees is still worth knowing.
  const compare = kind === "name" && !LOCALHOST.test(host) && Object.keys(given).length > 0;
  if (run.signal.aborted) return nothing(host, kind, "timeout", "the time was up");
  const lookups = new Lookups({
    signal: run.signal,
    limitMs: limits.name,
    maxNames: CAPS.names,
    patience: limits.name,
    ...(dnsServers ? { servers: dnsServers } : {}),
    ...present({ hostsFile }),
  });
  const options = { lookups, maxTargets: CAPS.targets, maxServers: CAPS.addresses };
  try {
    const searched = locate({ host, ...given }, options);
    const compared = compare ? locate({ host }, options).catch(() => undefined) : Promise.resolve(undefined);
    const found = await searched;
    const advertised = await (found.outcome === "found" ? lookups.inPassing(compared, searched) : compared);
    // What was open when the first search ended may have been answered since.
    const earlier = [...found.cuts, ...(advertised?.cuts ?? [])].filter(({ what }) => what !== "pending");
    const cuts = [...earlier, ...lookups.cuts];
    return describe(host, kind, found, advertised, cuts);
  } catch (error) {
    if (error instanceof LocateError) return nothing(host, kind, "invalid", error.sentence);
    if (!run.signal.aborted) throw error;
    return nothing(host, kind, "timeout", "the time was up");
  } finally {
    lookups.close();
  }
}

function nothing(
  host: string,
  kind: NameEvidence["kind"],
  outcome: "timeout" | "invalid",
  problem: string,
): NameEvidence {
  return {
    // A text that is not a host name is shown as it is, even if it looks like one.
    host: outcome === "invalid" ? fromCaller(host, MAX_NAME) : settingText(host, MAX_NAME),
    ...{ kind, outcome, problem },
    ...{ servers: [], steps: [], advertised: [], classes: new Map(), brokenTargets: [], cuts: [] },
    onlyHere: false,
    hostsDiffer: false,
  };
}

function describe(
  host: string,
  kind: NameEvidence["kind"],
  found: LocateResult,
  advertised: LocateResult | undefined,
  cuts: readonly LocateCut[],
): NameEvidence {
  const named = (advertised?.servers ?? []).filter(({ from }) => from === "srv" || from === "naptr");
  return {
    host: settingText(host, MAX_NAME),
    kind,
    ...outcomeOf(found, cuts),
    servers: found.servers.map(endpointSeen),
    steps: found.steps.map(stepSeen),
    advertised: named.map(endpointSeen),
    classes: classesOf([...found.servers, ...named]),
    brokenTargets: brokenTargets(found.steps),
    ...present({ alias: aliasOf(host, found.steps) }),
    cuts: [...new Set(cuts.map(cutWords))],
    onlyHere: kind === "name" && !LOCALHOST.test(host) && knownOnlyHere(found),
    hostsDiffer: found.steps.some(({ differs }) => differs === true),
  };
}

function classesOf(endpoints: readonly LocatedServer[]): Map<string, AddressClass> {
  return new Map(endpoints.map(({ address }) => [address, classifyAddress(address) ?? "reserved"]));
}

function outcomeOf(
  { outcome }: LocateResult,
  cuts: readonly LocateCut[],
): Pick<NameEvidence, "outcome" | "problem"> {
  const late = outcome === "failed" && cuts.find(({ what }) => what === "time");
  return late ? { outcome: "timeout", problem: cutWords(late) } : { outcome };
}

/** What a limit left out, in words. */
function cutWords(cut: LocateCut): string {
  switch (cut.what) {
    case "time":
      return `not every question was answered by DNS within ${cut.ms / 1_000} s`;
    case "names":
      return `DNS leads to ${cut.of} names, and the first ${cut.taken} were looked up`;
    case "targets":
      return `${cut.of} SRV targets, the first ${cut.taken} were looked up`;
    case "addresses":
      return `${cut.of} addresses, the first ${cut.taken} were taken`;
    case "pending":
      return `DNS had not answered the ${cut.type} question about ${untrustedToken(cut.question, 260)}, which was not waited for`;
    case "records":
      return `${cut.of} ${cut.type} records of ${untrustedToken(cut.question, 260)}, the first ${cut.taken} were read`;
  }
}

/** Addresses were found, and all of them in this machine's hosts file only. */
function knownOnlyHere({ servers, steps }: LocateResult): boolean {
  const says = (types: readonly LocateStep["type"][], { host, address }: LocatedServer) =>
    steps.some(
      ({ type, question, answers }) => types.includes(type) && question === host && answers.includes(address),
    );
  return (
    servers.length > 0 && servers.every((server) => says(["hosts"], server) && !says(["A", "AAAA"], server))
  );
}

/** Names in SRV records that have no address. One whose question was not answered may have some. */
function brokenTargets(steps: readonly LocateStep[]): Untrusted[] {
  const targets = steps
    .filter(({ type }) => type === "SRV")
    .flatMap(({ answers }) => answers.map((answer) => (answer.split(" ").at(-1) ?? "").replace(/\.$/, "")));
  const broken = [...new Set(targets)].filter((name) => {
    if (name === "" || canonicalIp(name) !== undefined) return false;
    const asked = steps.filter(
      ({ question, type }) => question === name && ["A", "AAAA", "hosts"].includes(type),
    );
    return asked.length > 0 && asked.every(({ error }) => isAbsent(error));
  });
  return broken.map((name) => untrustedToken(name, MAX_NAME));
}

/** What the host is an alias of; asked only where it has no address. */
function aliasOf(host: string, steps: readonly LocateStep[]): Untrusted | undefined {
  const name = host.replace(/\.$/, "");
  const step = steps.find(({ type, question }) => type === "CNAME" && question === name);
  const [alias] = step?.answers ?? [];
  return alias === undefined ? undefined : untrustedToken(alias, MAX_NAME);
}

function stepSeen(step: LocateStep): StepSeen {
  return {
    ...step,
    question: untrustedToken(step.question, 260),
    answers: step.answers.map((answer) => untrustedToken(answer, 260)),
  };
}

function endpointSeen(endpoint: LocatedServer): Endpoint {
  return { ...endpoint, host: untrustedToken(endpoint.host, MAX_NAME) };
}
