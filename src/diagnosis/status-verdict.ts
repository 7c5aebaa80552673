import { span } from "../base/words.js";
import { stateFacts, statusKind } from "../registration/states.js";
import type { RegistrationStatus, StoredRegistration } from "../telzino/types.js";
import type { Finding } from "./finding.js";
import type { Verdict } from "./grades.js";
import { ahead, contradiction, ranOut } from "./status-doubts.js";

/** As old as a REGISTER may be and still show a registration: the usual longest expiry, in milliseconds. */
const FRESH_MS = 3_600_000;

/** What a status is judged by. */
export interface StatusSeen {
  /** In the order in which they were read. */
  readonly samples: readonly [RegistrationStatus, ...RegistrationStatus[]];
  /** `undefined` where it could not be read. */
  readonly stored: StoredRegistration | null | undefined;
  /** When the last sample was read; now by default. */
  readonly now?: Date;
  /**
   * After a write: whether the status is newer than it. `seen`: it has moved since; `unknown`: there is nothing to compare it
   * with; `not yet`: it is still the one from before. Absent: there was no write.
   */
  readonly change?: "seen" | "unknown" | "not yet";
}

/** What a status proves by itself, with what was found in it. It claims no more than the platform says. Pure. */
export function judgeStatusSeen(seen: StatusSeen, findings: readonly Finding[]): Verdict {
  const [worst] = findings.filter(({ severity }) => severity !== "info");
  if (worst !== undefined) return { outcome: "problem", text: problemWords(worst), missing: [] };
  const status = lastOf(seen);
  if (statusKind(status) === "failed" && seen.change !== "not yet") {
    return { outcome: "problem", text: stateFacts(status.state).meaning, missing: [] };
  }
  const proof = registeredProof(seen);
  if (proof !== undefined) return { outcome: "proven", text: proof, missing: [] };
  const { open, missing } = openStatus(seen);
  return { outcome: "not_proven", text: `${open} ${missing}`, missing: [missing] };
}

/** A finding as a verdict, with how sure it is. */
export function problemWords({ confidence, severity, title, evidence }: Finding): string {
  const sure = { high: "", medium: "Probably: ", low: "Possibly: " }[confidence];
  return `${severity === "warning" ? "It may work, but: " : sure}${title} (${evidence}).`;
}

/** The platform's own word that it is registered, where nothing in it speaks against that and it says since when. */
export function registeredProof(seen: StatusSeen): string | undefined {
  const { samples, stored, change, now = new Date() } = seen;
  if (stored === null || change === "unknown" || change === "not yet") return undefined;
  if (!samples.every(({ state }) => state === "REGISTERED_STATE")) return undefined;
  const status = lastOf(seen);
  if (samples.some(contradiction) || ranOut(status, now)) return undefined;
  const { lastRegisterSent } = status;
  const ms = lastRegisterSent && now.getTime() - lastRegisterSent.getTime();
  const isAhead = ahead(status, now) !== undefined;
  if (ms !== undefined && ms <= FRESH_MS && !isAhead) {
    return `The platform is registered, as of its last REGISTER ${span(ms)} ago. ${UNSEEN}`;
  }
  // It has moved since, whatever its clock says.
  return change === "seen"
    ? `The platform is registered, as of a REGISTER since the change; its time ${ms === undefined ? "is not said" : "is off by this clock"}. ${UNSEEN}`
    : undefined;
}

const UNSEEN = "Whether the PBX still has that registration was not looked at.";

/** What a status leaves open, and what would prove it. */
export function openStatus(seen: StatusSeen): { open: string; missing: string } {
  const { stored, change, samples, now = new Date() } = seen;
  const status = lastOf(seen);
  const { state, lastRegisterSent } = status;
  const kind = statusKind(status);
  if (stored === null) {
    return {
      open: `No SIP registration is stored for this agent${kind === "absent" ? "" : `, while the platform still says ${state}`}.`,
      missing: "Only one that is stored can be registered, and proven to be.",
    };
  }
  if (stateFacts(state).kind === "unknown") {
    const says = status.isRegistered === undefined ? "" : `, with isRegistered ${status.isRegistered}`;
    return {
      open: `The platform reports ${state}${says}, a state that this program does not know.`,
      missing: `${NEWER} The Telzino API reference may say what that state means.`,
    };
  }
  if (change === "not yet") {
    return {
      open: `The platform says ${state}, which is still the state from before the change.`,
      missing: `${NEWER} Read the status again in half a minute.`,
    };
  }
  if (kind !== "registered") {
    return {
      open: stateFacts(state).meaning,
      missing: "Only the outcome would prove it, which is not there yet: read the status again.",
    };
  }
  const early = ahead(status, now);
  const when =
    lastRegisterSent === undefined
      ? "without the time of its last REGISTER"
      : early === undefined
        ? `as of its last REGISTER ${span(now.getTime() - lastRegisterSent.getTime())} ago`
        : `with a last REGISTER that is ${early} ahead of this clock`;
  const open = `The platform says ${state}, ${when}`;
  if (change === "unknown") {
    return {
      open: `${open}, but its status before the change could not be read: it may be the old registration's.`,
      missing: "A last REGISTER that is newer than the change would prove it: read the status again.",
    };
  }
  const against = contradiction(status) ?? samples.map(contradiction).find(Boolean);
  if (against !== undefined) {
    return { open: `${open}, and in the same breath ${against}.`, missing: `${NEWER} Read it again.` };
  }
  const over = ranOut(status, now);
  if (over !== undefined) {
    return { open: `${open}, ${over}.`, missing: `${NEWER} Read it again in some minutes.` };
  }
  if (early !== undefined) {
    return {
      open: `${open}.`,
      missing: `${NEWER} Set this machine's clock if it is off, and read it again.`,
    };
  }
  const wavers = samples.some(({ state: other }) => other !== state);
  return {
    open: wavers ? `${open}, but another state a moment before.` : `${open}.`,
    missing: `${NEWER} It comes with the next refresh, or once the settings are saved again.`,
  };
}

const NEWER =
  "A status of REGISTERED_STATE with a last REGISTER of the last hour, newer than any change, would prove it.";

function lastOf({ samples }: StatusSeen): RegistrationStatus {
  return samples.at(-1) ?? samples[0];
}
