import { FIELDS } from "../../registration/settings.js";
import type { StoredRegistration } from "../../telzino/types.js";
import type { Services } from "./context.js";
import { type Fact, fact } from "./facts.js";
import { age, isoTime } from "./format.js";

/** "Proven by a call": what a test call has shown, for as long as the process lives and the settings stay. */

type Kept = Pick<Services, "memory">;
type Stored = StoredRegistration | null | undefined;

export function rememberProof({ memory }: Kept, agentId: string, at: Date, stored: StoredRegistration): void {
  memory.callProofs.set(agentId.toLowerCase(), { at, settings: settingsText(stored) });
}

/** The agent's settings were written, or a call has shown a fault. */
export function forgetProof({ memory }: Kept, agentId: string): void {
  memory.callProofs.delete(agentId.toLowerCase());
}

export interface ProofFields {
  provenByCall: string;
  provenByCallRelative: string;
}

/** When a call has proven what is stored now. Any change of settings ends that. */
export function proofOf({ memory }: Kept, agentId: string, stored: Stored): Date | undefined {
  const proof = memory.callProofs.get(agentId.toLowerCase());
  if (proof === undefined || stored === undefined) return undefined;
  if (stored !== null && settingsText(stored) === proof.settings) return proof.at;
  forgetProof({ memory }, agentId);
  return undefined;
}

export function proofFact(at: Date, now: Date): Fact<ProofFields> {
  const [provenByCall, provenByCallRelative] = [isoTime(at), age(at, now)];
  return fact(
    { provenByCall, provenByCallRelative },
    `Proven by a call: ${provenByCall} (${provenByCallRelative})`,
  );
}

/** Settings to be compared. Without the password, which the API may leave out. */
export function settingsText(stored: StoredRegistration): string {
  return JSON.stringify([...FIELDS, "enabled" as const].map((field) => `${stored[field]}`));
}
