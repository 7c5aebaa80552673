import type { Preset } from "../../presets/index.js";
import type { Secret } from "../../secret.js";
import type {
  BindingEvidence,
  CredentialsEvidence,
  DoorEvidence,
  ExchangeEvidence,
  HistoryEvidence,
  NameEvidence,
  NotChecked,
  RegistrarEvidence,
} from "../evidence.js";
import type { CredentialsPlace, Permission, ProbeHistory } from "../history.js";
import { doorAddress } from "../target.js";
import { type OpenDoor, openDoor } from "./door.js";
import { knock, otherDoors } from "./other-doors.js";
import { choose, closeProbes, finishProbe, MAX_DOORS, startProbes } from "./probe.js";
import { askRegistrar, type RegistrarChecked, tryBinding } from "./registrar.js";
import type { Run } from "./run.js";
import { certificateHolds } from "./tls.js";

/** What may be done with a password, if there is one. */
export interface CredentialsRequest {
  readonly password: Secret | undefined;
  readonly force: boolean;
  readonly ignoreCertificate: boolean;
  readonly testBinding: boolean;
  readonly history: ProbeHistory;
}

export interface WireEvidence {
  readonly doors: readonly DoorEvidence[];
  readonly otherDoors: readonly DoorEvidence[];
  readonly registrar?: RegistrarEvidence;
  readonly credentials?: CredentialsEvidence;
  readonly binding?: BindingEvidence;
  /** As it was before this run. */
  readonly history: HistoryEvidence;
  readonly notChecked: readonly NotChecked[];
  /** Every exchange, for whoever wants to know who answers. */
  readonly exchanges: readonly ExchangeEvidence[];
}

interface Registered {
  readonly registrar?: RegistrarEvidence;
  readonly credentials?: CredentialsEvidence;
  readonly binding?: BindingEvidence;
  readonly notChecked: readonly NotChecked[];
}

/** Looks at the places that the name leads to, asks the registrar there, and knocks elsewhere when nothing answers. */
export async function checkWire(
  run: Run,
  name: NameEvidence,
  request: CredentialsRequest,
  preset: Preset | undefined,
): Promise<WireEvidence> {
  const probes = startProbes(run, name.servers);
  const before = request.history.evidence(placeOf(run, name.servers[0]?.address ?? run.dialled));
  try {
    run.progress(probes.length === 0 ? "No address to contact" : `Contacting ${doorsOf(name)}`);
    const chosen = await choose(run, probes);
    const [registered, doors] = await Promise.all([
      chosen ? register(run, chosen, request) : nobodyToAsk(run),
      Promise.all(probes.map((probe) => finishProbe(run, probe))),
    ]);
    const answered =
      doors.some(({ options, reach }) =>
        run.target.username === undefined ? reach.kind === "open" : options?.result === "answered",
      ) || registered.registrar?.exchanges.some(({ result }) => result === "answered");
    const others = answered ? [] : await knockElsewhere(run, name, preset);
    const exchanges = [
      ...(registered.registrar?.exchanges ?? []),
      ...doors.flatMap(({ options }) => options ?? []),
      ...others.flatMap(({ options }) => options ?? []),
    ];
    return {
      doors,
      otherDoors: others,
      ...registered,
      history: before,
      notChecked: [...notTried(name, doors), ...registered.notChecked],
      exchanges,
    };
  } finally {
    await closeProbes(probes);
  }
}

function doorsOf({ servers }: NameEvidence): string {
  return servers.slice(0, MAX_DOORS).map(doorAddress).join(", ");
}

async function knockElsewhere(
  run: Run,
  name: NameEvidence,
  preset: Preset | undefined,
): Promise<DoorEvidence[]> {
  const doors = otherDoors(name.servers, name.advertised, preset);
  if (doors.length === 0 || run.signal.aborted) return [];
  run.progress("No answer: trying the usual other ports and transports");
  return knock(run, doors);
}

function notTried(name: NameEvidence, doors: readonly DoorEvidence[]): NotChecked[] {
  const left = name.servers.length - doors.length;
  return [
    ...doors.flatMap(({ reach, door }) => {
      if (reach.kind === "blocked")
        return [{ check: "reach", why: `${doorAddress(door)}: ${reach.reason}` } as const];
      if (reach.kind === "unproven")
        return [
          {
            check: "reach",
            why: `${doorAddress(door)}: without a user nothing is sent over UDP twice`,
          } as const,
        ];
      return reach.kind === "cut-short"
        ? [{ check: "reach", why: `${doorAddress(door)}: the time was up` } as const]
        : [];
    }),
    ...(left > 0 ? [{ check: "reach", why: `${left} more addresses were not tried` } as const] : []),
    ...(name.servers.length === 0
      ? [{ check: "reach", why: "there is no address to contact" } as const]
      : []),
  ];
}

async function nobodyToAsk(run: Run): Promise<Registered> {
  const why = run.target.username === undefined ? "no username was given" : "no connection could be used";
  return {
    notChecked: [
      { check: "registrar", why },
      { check: "credentials", why },
    ],
  };
}

function placeOf({ target }: Run, address: string): CredentialsPlace {
  const { username = "", authUsername } = target;
  return {
    domain: target.sipDomain,
    address,
    user: username,
    ...(authUsername === undefined ? {} : { authUser: authUsername }),
  };
}

async function register(run: Run, chosen: OpenDoor, request: CredentialsRequest): Promise<Registered> {
  if (run.target.username === undefined) return nobodyToAsk(run);
  const place = placeOf(run, chosen.door.address);
  const permission = permit(place, chosen, request);
  const allowed = typeof permission === "string" ? undefined : permission;
  run.progress(allowed ? "Asking the registrar, with credentials" : "Asking the registrar");
  const reopened = chosen.flow.isClosed ? await openDoor(run, chosen.door) : undefined;
  const open = reopened?.kind === "open" ? reopened.open : chosen;
  try {
    const checked = await askRegistrar(run, open, allowed && request.password);
    if (checked?.registrar.exchanges.some(({ result }) => result === "answered"))
      request.history.noteAnswer(place);
    const { credentials } = checked ?? {};
    settle(allowed, credentials);
    const binding =
      request.testBinding && request.password && accepted(checked)
        ? await tryBinding(run, open, request.password)
        : undefined;
    const why = credentials
      ? undefined
      : (reasonOf(permission) ?? "the registrar did not ask for credentials that can be answered");
    return {
      ...checked,
      ...(binding ? { binding } : {}),
      notChecked: why === undefined ? [] : [{ check: "credentials", why }],
    };
  } catch (error) {
    allowed?.settle("unanswered");
    throw error;
  } finally {
    if (open !== chosen) await open.agent.close();
  }
}

/** The query was answered 2xx, whether it took credentials or not. */
function accepted(checked: RegistrarChecked | undefined): boolean {
  const last = checked?.registrar.exchanges.at(-1);
  return last?.result === "answered" && last.status !== undefined && last.status < 300;
}

function reasonOf(permission: Permission | string): string | undefined {
  return typeof permission === "string" ? permission : undefined;
}

/** Leave to send the password, or the reason why it is not sent. */
function permit(
  place: CredentialsPlace,
  { tls }: OpenDoor,
  request: CredentialsRequest,
): Permission | string {
  const { password, ignoreCertificate, history, force } = request;
  if (password === undefined) return "no test of the credentials was asked for, or there was no password";
  if (tls && !certificateHolds(tls) && !ignoreCertificate) {
    return "the certificate did not hold, so no credentials were sent there";
  }
  return history.permit(place, password, force);
}

function settle(permission: Permission | undefined, credentials: CredentialsEvidence | undefined): void {
  if (permission === undefined) return;
  permission.settle(whatCameOf(credentials));
}

function whatCameOf(credentials: CredentialsEvidence | undefined): Parameters<Permission["settle"]>[0] {
  if (credentials === undefined) return "unsent";
  const { outcome, last } = credentials;
  if (outcome === "accepted") return "accepted";
  return outcome === "refused" || [403, 404].includes(last.status ?? 0) ? "refused" : "unanswered";
}
