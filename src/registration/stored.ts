import type { Secret } from "../redaction/secret.js";
import { TelzinoError } from "../telzino/errors.js";
import { startLimit } from "../telzino/limit.js";
import type { RegistrationSettings, StoredRegistration, TelzinoApi } from "../telzino/types.js";
import type { AgentTurn } from "./agent-locks.js";
import { differingFields } from "./settings.js";

/** How long reading back may take, its retries included, in milliseconds. */
const READ_BACK_MS = 10_000;

/** What is stored for an agent, as far as it can be read. */
export type Reading =
  | { kind: "read"; stored: StoredRegistration | null }
  /** `error`: why; absent where the answer does not say what is stored. */
  | { kind: "unreadable"; error?: TelzinoError };

/** Reads what is stored now. @throws the signal's reason. */
export async function readStored(api: TelzinoApi, agentId: string, signal: AbortSignal): Promise<Reading> {
  const onExpiry = () => new TelzinoError("timeout", "Reading back took too long");
  const limit = startLimit({ signals: [signal], ms: READ_BACK_MS, onExpiry });
  try {
    const { registration } = await api.getAgent(agentId, { signal: limit.signal });
    return isReadable(registration) ? { kind: "read", stored: registration } : { kind: "unreadable" };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TelzinoError)) throw error;
    return { kind: "unreadable", error };
  } finally {
    limit.end();
  }
}

/** Something of another shape is stored: it cannot be described or compared. */
function isReadable(
  registration: StoredRegistration | null | undefined,
): registration is StoredRegistration | null {
  if (!registration) return registration === null;
  return registration.sipDomain !== undefined || registration.username !== undefined;
}

export interface Registration {
  settings: RegistrationSettings;
  password: Secret;
}

/** Whether an outcome that was waited for is one of the settings that are stored now. */
export type Confirmation =
  | { kind: "stored" }
  /** A later change was seen, be it of the same settings. `stored`: what is stored now; `undefined`: not readable. */
  | { kind: "overtaken"; stored: StoredRegistration | null | undefined }
  /** Something else is stored now, and no change was seen: it may never have been stored as it was sent. */
  | { kind: "different"; stored: StoredRegistration | null }
  | { kind: "unreadable"; error?: TelzinoError };

/** Whether the settings that a turn has stored are still there, with no write since. @throws the signal's reason. */
export async function confirmStored(
  sent: Registration,
  { api, agentId, turn, signal }: { api: TelzinoApi; agentId: string; turn: AgentTurn; signal: AbortSignal },
): Promise<Confirmation> {
  const reading = await readStored(api, agentId, signal);
  // Asked after the reading: a write in between counts.
  const overtaken = await turn.overtaken();
  if (reading.kind === "unreadable") return overtaken ? { kind: "overtaken", stored: undefined } : reading;
  const { stored } = reading;
  if (overtaken) return { kind: "overtaken", stored };
  return isStored(stored, sent) ? { kind: "stored" } : { kind: "different", stored };
}

function isStored(stored: StoredRegistration | null, { settings, password }: Registration): boolean {
  if (stored === null || differingFields(stored, settings).length > 0) return false;
  return stored.password === undefined || stored.password.equals(password);
}
