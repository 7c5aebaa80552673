import { present } from "../../base/present.js";
import type { Secret } from "../../redaction/secret.js";
import { counterOf } from "../answerer.js";
import type { CredentialsEvidence, TlsEvidence } from "../evidence.js";
import { failedLoginsOf } from "../failed-logins.js";
import { certificateHolds } from "../handshakes.js";
import type { CredentialsPlace, Permission, ProbeHistory } from "../history.js";
import type { DiagnosisTarget } from "../target.js";
import type { RegistrarChecked } from "./registrar.js";
import type { Run } from "./run.js";

/** What may be done with a password, if there is one. */
export interface CredentialsRequest {
  readonly password: Secret | undefined;
  readonly force: boolean;
  readonly ignoreCertificate: boolean;
  readonly testBinding: boolean;
  readonly history: ProbeHistory;
}

/** Permission for one REGISTER exchange. One of the two ends it. */
export interface AskPermission {
  /** Absent: without credentials, for the reason given. */
  readonly password?: Secret;
  readonly whyNoCredentials?: string;
  /** Notes what the exchange came to, for the runs after this one. */
  settle(checked: RegistrarChecked | undefined): void;
  /** It ended in an error: what was sent is not known. */
  fail(): void;
}

/** Why the registrar is not asked at all. */
export interface NotPermitted {
  readonly registrar: string;
  readonly credentials: string;
}

/** Whether the registrar may be asked, and whether with the password: nothing here may add up to a ban. */
export function permissionToAsk(
  place: CredentialsPlace,
  tls: TlsEvidence | undefined,
  request: CredentialsRequest,
): AskPermission | NotPermitted {
  const { history, password } = request;
  const permission = permit(place, tls, request);
  if (typeof permission !== "string") {
    const charge = history.failedLogins.takeRegister(place, true);
    if (typeof charge !== "string") {
      return {
        ...present({ password }),
        settle: (checked) => {
          permission.settle(whatCameOf(checked?.credentials));
          const cost = note(place, history, checked);
          const accepted = checked?.credentials?.outcome === "accepted";
          charge.settle(accepted ? 0 : cost);
          if (accepted) history.failedLogins.noteAccepted(place);
        },
        fail: () => permission.settle("unanswered"),
      };
    }
    permission.settle("unsent");
    const plain = permissionWithoutLogin(place, history, charge);
    return "registrar" in plain ? { ...plain, credentials: "for the same reason as the registrar" } : plain;
  }
  return permissionWithoutLogin(place, history, permission);
}

function permissionWithoutLogin(
  place: CredentialsPlace,
  history: ProbeHistory,
  whyNoCredentials: string,
): AskPermission | NotPermitted {
  const charge = history.failedLogins.takeRegister(place, false);
  if (typeof charge === "string") return { registrar: charge, credentials: whyNoCredentials };
  return {
    whyNoCredentials,
    settle: (checked) => charge.settle(note(place, history, checked)),
    fail: () => {},
  };
}

/** Remembers who answered. Gives what the exchange may have cost. */
function note(place: CredentialsPlace, history: ProbeHistory, checked: RegistrarChecked | undefined): number {
  const exchanges = checked?.registrar.exchanges ?? [];
  const counter = counterOf(exchanges);
  if (exchanges.some(({ result }) => result === "answered")) {
    history.noteAnswer(place);
    history.failedLogins.noteAnswerer(place.address, counter);
  }
  return failedLoginsOf(exchanges, counter);
}

/** Gives permission for each OPTIONS of one run, in which `next` is what its REGISTER will be. */
export function permissionsForOptions(
  { username, authUsername }: DiagnosisTarget,
  next: "login" | "plain",
  { failedLogins }: ProbeHistory,
): Run["permissionForOptions"] {
  const who = {
    user: username ?? "anonymous",
    ...present({ authUser: authUsername }),
  };
  const started = failedLogins.now();
  let anonymousLeft = 1;
  return (address, followed) => {
    if (username === undefined && anonymousLeft-- <= 0) return "without a user OPTIONS is sent once in a run";
    const spent = failedLogins.spent(address, true, started);
    const then = followed && username !== undefined ? next : "nothing";
    return failedLogins.takeOptions({ ...who, address }, then, spent);
  };
}

/** Permission to send the password, or the reason why it is not sent. */
function permit(
  place: CredentialsPlace,
  tls: TlsEvidence | undefined,
  { password, ignoreCertificate, history, force }: CredentialsRequest,
): Permission | string {
  if (password === undefined) return "no test of the credentials was asked for, or there was no password";
  if (tls && !certificateHolds(tls) && !ignoreCertificate) {
    return "the certificate did not hold, so no credentials were sent there";
  }
  return history.permit(place, password, force);
}

function whatCameOf(credentials: CredentialsEvidence | undefined): Parameters<Permission["settle"]>[0] {
  if (credentials === undefined) return "unsent";
  const { outcome, last } = credentials;
  if (outcome === "accepted") return "accepted";
  return outcome === "refused" || [403, 404].includes(last.status ?? 0) ? "refused" : "unanswered";
}
