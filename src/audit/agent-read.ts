import { present } from "../base/present.js";
import { judgeStatus } from "../diagnosis/judge-status.js";
import type { Preset } from "../presets/index.js";
import { settingText, type Untrusted } from "../redaction/untrusted.js";
import { plainHost } from "../registration/settings.js";
import { statusKind } from "../registration/states.js";
import type { Agent, RegistrationStatus, StoredRegistration } from "../telzino/types.js";
import { type Judged, standingSeen, standingUnseen } from "./standing.js";

/** One agent as an audit has read it, without its password. */
export interface AgentRead {
  id: string;
  name: Untrusted;
  /** Of the agent itself: active, inactive, cancelled. */
  agentStatus?: Agent["status"];
  registration: Omit<StoredRegistration, "password"> | null | undefined;
  /** The stored password is the user's name. */
  passwordIsUser?: true;
  status?: RegistrationStatus;
  /** Why it could not be read: a sentence. */
  unread?: string;
  /** Epoch milliseconds. */
  readAt: number;
  /** Since when this program has seen it in that state; epoch milliseconds. */
  since: number;
}

/** The same with its judgement. */
export interface Audited extends AgentRead {
  judged: Judged;
  /** The host that REGISTER goes to, as hosts are compared; absent where none is stored. */
  host?: string;
}

export interface JudgeContext {
  platformIsLocal: boolean;
  /** The preset of a provider's own host. */
  presetOf: (host: string) => Preset | undefined;
}

/** Judges an agent that was read by the rules of the diagnosis. Pure. */
export function audited(read: AgentRead, { platformIsLocal, presetOf }: JudgeContext): Audited {
  const host = hostOf(read.registration);
  return { ...read, judged: judged(), ...present({ host }) };

  function judged(): Judged {
    const { agentStatus, registration, status, unread, readAt } = read;
    const unseen = standingUnseen({
      registration,
      ...(agentStatus === undefined ? {} : { status: agentStatus }),
    });
    if (unseen !== undefined) return unseen;
    if (status === undefined) return { standing: "unread", reason: unread ?? "Not read." };
    const preset = host === undefined ? undefined : presetOf(host);
    const known = {
      samples: [status] as const,
      stored: registration,
      platformIsLocal,
      now: new Date(readAt),
      ...(preset === undefined ? {} : { preset, presetFrom: "recognised" as const }),
    };
    return standingSeen(known, isPlainlyWell(read, preset) ? [] : judgeStatus(known));
  }
}

/** Most are: then the rules need not run. */
function isPlainlyWell({ status, registration, readAt }: AgentRead, preset: Preset | undefined): boolean {
  const { expires } = status ?? {};
  return (
    preset === undefined &&
    status !== undefined &&
    statusKind(status) === "registered" &&
    (expires === undefined || expires.getTime() > readAt) &&
    registration?.enabled !== false
  );
}

/** A host as hosts are compared: `undefined` where nothing is stored. */
export function hostOf(registration: AgentRead["registration"]): string | undefined {
  const host = registration?.proxy ?? registration?.sipDomain;
  return host === undefined || host === "" ? undefined : plainHost(host);
}

/** A host in a sentence. */
export function shownHost(host: string): Untrusted {
  return settingText(host);
}

/** The state by its name, as it is compared. */
export function stateOf({ status }: AgentRead): string | undefined {
  if (status === undefined) return undefined;
  return typeof status.state === "string" ? status.state : status.state.unwrap();
}

/** Whether the agent is in a state that needs action. */
export function isDown({ judged }: Audited): boolean {
  return judged.standing === "down";
}

export function isRegistered({ judged }: Audited): boolean {
  return judged.standing === "registered";
}
