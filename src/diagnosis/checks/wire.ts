import { present } from "../../base/present.js";
import type { Preset } from "../../presets/index.js";
import type {
  Endpoint,
  EndpointEvidence,
  Evidence,
  ExchangeEvidence,
  NameEvidence,
  NotChecked,
  RegistrarEvidence,
} from "../evidence.js";
import type { CredentialsPlace } from "../history.js";
import { CAPS } from "../limits.js";
import { refusesAll } from "../rules/words.js";
import { endpointAddress, sameEndpoint } from "../target.js";
import { answering, atOtherAddresses } from "./beside.js";
import { mayBind, whyUnbound } from "./bindable.js";
import { type OpenEndpoint, udpReach } from "./endpoint.js";
import { EarlyKnock, knock, otherEndpoints } from "./other-endpoints.js";
import { askOverTcp, type OverTcpChecked } from "./over-tcp.js";
import { type CredentialsRequest, permissionToAsk } from "./permission.js";
import { choose, closeProbes, finishProbe, openOf, type Probe, startProbes } from "./probe.js";
import { askRegistrar, type RegistrarChecked, tryBinding } from "./registrar.js";
import type { Run } from "./run.js";

/** What is asked of the registrar. */
type AskedOfRegistrar = Pick<Evidence, "registrar" | "overTcp" | "credentials" | "binding">;

export interface WireEvidence
  extends AskedOfRegistrar,
    Pick<Evidence, "endpoints" | "otherEndpoints" | "history"> {
  readonly notChecked: readonly NotChecked[];
  /** Every exchange, to find out who answers. */
  readonly exchanges: readonly ExchangeEvidence[];
}

interface Registered extends AskedOfRegistrar {
  readonly notChecked: readonly NotChecked[];
  /** What other addresses of the name answer to a REGISTER without credentials. */
  readonly beside?: ReadonlyMap<Endpoint, ExchangeEvidence>;
}

/** Looks at the places that the name leads to, asks the registrar there, and knocks elsewhere when nothing answers. */
export async function checkWire(
  run: Run,
  name: NameEvidence,
  request: CredentialsRequest,
  preset: Preset | undefined,
): Promise<WireEvidence> {
  const started = performance.now();
  const held = OptionsHeld.when(run, name, request.password !== undefined);
  const probes = startProbes(run, name.servers, held?.wanted);
  const others = otherEndpoints(name.servers, name.advertised, preset);
  const early = new EarlyKnock(run, others);
  const before = request.history.evidence(
    placeOf(run, name.servers[0]?.address ?? run.dialled),
    request.password,
  );
  try {
    run.progress(probes.length === 0 ? "No address to contact" : `Contacting ${endpointsOf(name)}`);
    const [only] = probes;
    const chosen = held && only ? await openOf(only) : await choose(run, probes);
    held?.begun(run.limits.patience);
    const [registered, finished] = await Promise.all([
      (chosen ? registerAt(run, probes, chosen, request, early) : nobodyToAsk(run)).then((registered) => {
        held?.decide(registered.registrar?.exchanges[0].challenge === undefined);
        const outcome = held && isNobodyThere(registered) ? NOBODY_THERE : registered;
        const answered = outcome.registrar?.exchanges.some(({ result }) => result === "answered");
        // Some PBXs answer REGISTER and never OPTIONS.
        for (const { endpoint, giveUp } of probes) {
          const isChosen = endpoint === chosen?.endpoint;
          if (isChosen ? !answered : !run.silence.broken.aborted) continue;
          const left = held ? run.limits.patience : 0;
          setTimeout(giveUp, isChosen ? left : run.limits.beside - (performance.now() - started)).unref();
        }
        return outcome;
      }),
      Promise.all(probes.map((probe) => finishProbe(run, probe))),
    ]);
    const endpoints = finished.map((endpoint) => {
      const beside = registered.beside?.get(endpoint.endpoint);
      return withRegister({ ...endpoint, ...(beside ? { register: beside } : {}) }, registered.registrar);
    });
    early.stop();
    const knocked = await (early.knocks ?? lookElsewhere(run, others, endpoints, registered.registrar));
    const exchanges = [
      ...(registered.registrar?.exchanges ?? []),
      ...(registered.overTcp?.exchange ? [registered.overTcp.exchange] : []),
      ...endpoints.flatMap(({ options }) => options ?? []),
      ...knocked.flatMap(({ options }) => options ?? []),
    ];
    return {
      ...registered,
      endpoints,
      otherEndpoints: knocked,
      history: before,
      notChecked: [...notTried(run, name, endpoints, registered), ...registered.notChecked],
      exchanges,
    };
  } finally {
    early.stop();
    held?.decide(false);
    await closeProbes(probes);
  }
}

/** Where OPTIONS was left out, the REGISTER shows the state of that endpoint. */
function withRegister(
  endpoint: EndpointEvidence,
  registrar: RegistrarEvidence | undefined,
): EndpointEvidence {
  if (
    registrar === undefined ||
    endpoint.options !== undefined ||
    (endpoint.reach.kind !== "open" && endpoint.reach.kind !== "unproven") ||
    !sameEndpoint(endpoint.endpoint, registrar.endpoint)
  )
    return endpoint;
  const [first] = registrar.exchanges;
  return {
    ...endpoint,
    options: first,
    ...(endpoint.reach.kind === "unproven" ? { reach: udpReach(first) } : {}),
  };
}

function endpointsOf({ servers }: NameEvidence): string {
  return servers.slice(0, CAPS.tried).map(endpointAddress).join(", ");
}

/**
 * The usual other places: when nothing answers, all of them; when answers over UDP come back rewritten, those over
 * TCP and TLS, which show whether the way or the PBX does it.
 */
async function lookElsewhere(
  run: Run,
  usual: readonly Endpoint[],
  endpoints: readonly EndpointEvidence[],
  registrar: RegistrarEvidence | undefined,
): Promise<EndpointEvidence[]> {
  // An address that may not be contacted may not be at another port either, and no one there was asked.
  const blocked = new Set(
    endpoints.filter(({ reach }) => reach.kind === "blocked").map(({ endpoint }) => endpoint.address),
  );
  const others = usual.filter(({ address }) => !blocked.has(address));
  if (others.length === 0 || run.signal.aborted) return [];
  const asked = [
    ...(registrar?.exchanges ?? []).map((exchange) => ({ exchange, endpoint: registrar?.endpoint })),
    ...endpoints.map(({ options, endpoint }) => ({ exchange: options, endpoint })),
  ];
  const answered = asked.filter(({ exchange }) => exchange?.result === "answered");
  // A request that we chose not to send, or cannot send without a user, does not count as unanswered.
  const withheld =
    asked.every(({ exchange }) => exchange === undefined) && endpoints.some(({ notAsked }) => notAsked);
  const open = run.target.username === undefined && endpoints.some(({ reach }) => reach.kind === "open");
  if (answered.length === 0 && !withheld && !open) {
    run.progress("No answer: trying the usual other ports and transports");
    return knock(run, others);
  }
  const rewritten = answered.some(
    ({ exchange, endpoint }) => endpoint?.transport === "udp" && (exchange?.rewritten.length ?? 0) > 0,
  );
  if (!rewritten) return [];
  run.progress("Answers come back rewritten: comparing with the other transports");
  return knock(
    run,
    others.filter(({ transport }) => transport !== "udp"),
  );
}

function notTried(
  { target }: Run,
  name: NameEvidence,
  endpoints: readonly EndpointEvidence[],
  { registrar }: Registered,
): NotChecked[] {
  // Where the registrar was not asked either, that reason says it all.
  const tellsOptions = registrar !== undefined || target.username === undefined;
  const left = name.servers.length - endpoints.length;
  return [
    ...name.cuts.map((why) => ({ check: "name", why }) as const),
    ...endpoints.flatMap(({ reach, endpoint, notAsked }): NotChecked[] => {
      if (reach.kind === "blocked")
        return [{ check: "reach", why: `${endpointAddress(endpoint)}: ${reach.reason}` } as const];
      if (notAsked !== undefined && tellsOptions)
        return [{ check: "registrar", why: `${endpointAddress(endpoint)}: ${notAsked}` } as const];
      return reach.kind === "cut-short"
        ? [{ check: "reach", why: `${endpointAddress(endpoint)}: the time was up` } as const]
        : [];
    }),
    ...(left > 0 ? [{ check: "reach", why: `${left} more addresses were not tried` } as const] : []),
    ...(name.servers.length === 0
      ? [{ check: "reach", why: "there is no address to contact" } as const]
      : []),
  ];
}

async function nobodyToAsk(run: Run): Promise<Registered> {
  return notAsked(run.target.username === undefined ? "no username was given" : UNUSABLE);
}

const UNUSABLE = "no connection could be used";

function notAsked(why: string): Registered {
  return {
    notChecked: [
      { check: "registrar", why },
      { check: "credentials", why },
    ],
  };
}

/** A REGISTER that went out first and met no listener is not a registrar's answer. */
const NOBODY_THERE = notAsked(UNUSABLE);

function isNobodyThere({ registrar }: Registered): boolean {
  const first = registrar?.exchanges[0].result;
  return first === "refused" || first === "unreachable" || first === "cut-short";
}

export function placeOf({ target }: Pick<Run, "target">, address: string): CredentialsPlace {
  const { username = "", authUsername } = target;
  return {
    domain: target.sipDomain,
    address,
    user: username,
    ...present({ authUser: authUsername }),
  };
}

/**
 * The registrar at the chosen address, and what the others answer to the same request. If the chosen one turns
 * every request away, the first other that does not takes its place: the order in DNS changes nothing.
 */
async function registerAt(
  run: Run,
  probes: readonly Probe[],
  chosen: OpenEndpoint,
  request: CredentialsRequest,
  early: EarlyKnock,
): Promise<Registered> {
  const beside = new Map<Endpoint, ExchangeEvidence>();
  let registered = await register(run, chosen, request, early);
  for (const probe of atOtherAddresses(probes, chosen.endpoint)) {
    const { registrar } = registered;
    const open = registrar === undefined || run.signal.aborted ? undefined : await answering(probe);
    if (registrar === undefined || open === undefined) continue;
    const [first] = registrar.exchanges;
    const other = refusesAll(first)
      ? await register(run, open, request, early)
      : await registerPlainly(run, open, request);
    if (other.registrar === undefined) continue;
    const [answer] = other.registrar.exchanges;
    if (refusesAll(first) && answer.result === "answered" && !refusesAll(answer)) {
      beside.set(registrar.endpoint, first);
      registered = other;
    } else {
      beside.set(probe.endpoint, answer);
    }
  }
  return beside.size > 0 ? { ...registered, beside } : registered;
}

/** REGISTER without credentials, at an address that is not judged any further. */
async function registerPlainly(
  run: Run,
  open: OpenEndpoint,
  request: CredentialsRequest,
): Promise<Registered> {
  const plain = { ...request, password: undefined };
  const permission = permissionToAsk(placeOf(run, open.endpoint.address), open.tls, plain);
  if ("registrar" in permission) return { notChecked: [] };
  try {
    const checked = await askRegistrar(run, open, undefined, run.limits.beside);
    permission.settle(checked);
    return { ...present({ registrar: checked?.registrar }), notChecked: [] };
  } catch (error) {
    permission.fail();
    throw error;
  }
}

async function register(
  run: Run,
  chosen: OpenEndpoint,
  request: CredentialsRequest,
  early: EarlyKnock,
): Promise<Registered> {
  if (run.target.username === undefined) return nobodyToAsk(run);
  // What they cost has to be known before more is asked.
  await early.knocks;
  const place = placeOf(run, chosen.endpoint.address);
  const permission = permissionToAsk(place, chosen.tls, request);
  if ("registrar" in permission) {
    return {
      notChecked: [
        { check: "registrar", why: permission.registrar },
        { check: "credentials", why: permission.credentials },
      ],
    };
  }
  run.progress(permission.password ? "Asking the registrar, with credentials" : "Asking the registrar");
  try {
    const checked = await askRegistrar(run, chosen, permission.password);
    const tried =
      request.testBinding && permission.password && mayBind(checked)
        ? await tryBinding(run, chosen, permission.password, waitedFor(checked))
        : undefined;
    // A registrar may ask for credentials only where there is a Contact.
    const both = checked && { ...tried, ...checked };
    permission.settle(both);
    const { overTcp, notChecked } = (await retryOverTcp(run, chosen, checked, place, request)) ?? {};
    const why = both?.credentials
      ? undefined
      : (permission.whyNoCredentials ?? "the registrar did not ask for credentials that can be answered");
    const untested = why === undefined ? [] : [{ check: "credentials", why } as const];
    const unbound =
      request.testBinding && permission.password && tried === undefined
        ? [{ check: "credentials", why: `no test binding was made: ${whyUnbound(checked)}` } as const]
        : [];
    return { ...both, ...present({ overTcp }), notChecked: [...untested, ...unbound, ...(notChecked ?? [])] };
  } catch (error) {
    permission.fail();
    throw error;
  }
}

function waitedFor(checked: RegistrarChecked | undefined): number {
  return (checked?.registrar.exchanges ?? []).reduce((sum, { ms }) => sum + ms, 0);
}

/** Whether TCP is answered, where UDP is and loses this one request or its answer. */
async function retryOverTcp(
  run: Run,
  chosen: OpenEndpoint,
  checked: RegistrarChecked | undefined,
  place: CredentialsPlace,
  request: CredentialsRequest,
): Promise<OverTcpChecked | undefined> {
  const lost = checked?.registrar.exchanges[0].result === "silent" && chosen.endpoint.transport === "udp";
  if (!lost || !run.silence.broken.aborted) return undefined;
  run.progress("REGISTER gets no answer over UDP: asking over TCP");
  return askOverTcp(run, chosen, place, request);
}

/**
 * With one place to ask and no password, REGISTER goes out first: a challenge shows all that OPTIONS
 * would, and each request of a user who may not be known may count as a failed login, of which a test of the credentials
 * must still have its share. OPTIONS follows where REGISTER gets another answer, or none in a moment.
 */
class OptionsHeld {
  /** Whether OPTIONS is to be sent. */
  readonly wanted: Promise<boolean>;
  readonly #decide: (wanted: boolean) => void;
  #timer: NodeJS.Timeout | undefined;

  private constructor(patienceMs: number) {
    let decide: (wanted: boolean) => void = () => {};
    this.wanted = new Promise((resolve) => {
      decide = resolve;
    });
    this.#decide = decide;
    this.#timer = setTimeout(() => this.decide(true), patienceMs);
    this.#timer.unref();
  }

  /** `undefined` where OPTIONS goes first. */
  static when(run: Run, { servers }: NameEvidence, withPassword: boolean): OptionsHeld | undefined {
    const held = run.target.username !== undefined && servers.length === 1 && !withPassword;
    return held ? new OptionsHeld(run.limits.connect + run.limits.patience) : undefined;
  }

  /** The connection is there, and REGISTER on its way. */
  begun(patienceMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.decide(true), patienceMs);
    this.#timer.unref();
  }

  decide(wanted: boolean): void {
    clearTimeout(this.#timer);
    this.#decide(wanted);
  }
}
