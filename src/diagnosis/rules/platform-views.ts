import type { Untrusted } from "../../redaction/untrusted.js";
import type { RegistrationState, RegistrationStatus } from "../../telzino/types.js";
import type { Evidence, PlatformEvidence } from "../evidence.js";
import { ahead, contradiction, ranOut } from "../status-doubts.js";
import type { Rule } from "./rule.js";
import { list, seconds } from "./words.js";

/** `expires` may be the mark for a refresh, which OpenSIPS sends at one of its next ticks (100 s by default). */
const OVERDUE_MS = 300_000;
const REFUSED: ReadonlySet<RegistrationState | Untrusted> = new Set([
  "WRONG_CREDENTIALS_STATE",
  "REGISTRAR_ERROR_STATE",
]);
const UNHEARD: ReadonlySet<RegistrationState | Untrusted> = new Set([
  "REGISTER_TIMEOUT_STATE",
  "INTERNAL_ERROR_STATE",
]);

export function lastStatus({ samples }: PlatformEvidence): RegistrationStatus {
  return (samples.at(-1) ?? samples[0]).status;
}

/** The states that were seen, for a sentence. */
export function statesSeen({ samples }: PlatformEvidence): string[] {
  return [...new Set(samples.map(({ status }) => String(status.state)))];
}

export function always(platform: PlatformEvidence | undefined, state: RegistrationState): boolean {
  return platform?.samples.every(({ status }) => status.state === state) ?? false;
}

export function ever(platform: PlatformEvidence, state: RegistrationState): boolean {
  return platform.samples.some(({ status }) => status.state === state);
}

export function sampleWords(platform: PlatformEvidence): string {
  const sent = lastStatus(platform).lastRegisterSent;
  const early = ahead(lastStatus(platform), platform.now);
  const ago = sent && Math.max(0, Math.round((platform.now.getTime() - sent.getTime()) / 1_000));
  const { length } = platform.samples;
  const when =
    ago === undefined
      ? ""
      : early === undefined
        ? `; last REGISTER sent ${seconds(ago)} ago`
        : `; last REGISTER sent ${early} ahead of this clock`;
  return `${length === 1 ? "one sample" : `${length} samples`}: ${list(statesSeen(platform))}${when}`;
}

/** Registered by the platform's word, and not outdated. */
export function platformRegistered({ platform }: Evidence): boolean {
  if (platform === undefined || !always(platform, "REGISTERED_STATE")) return false;
  const { now, samples } = platform;
  if (samples.some(({ status }) => contradiction(status)) || ranOut(lastStatus(platform), now)) return false;
  return !overdue(platform);
}

/** The PBX answered the platform and refused. */
export function refusesPlatform({ platform }: Evidence): boolean {
  return platform !== undefined && REFUSED.has(lastStatus(platform).state);
}

/** The platform got no answer, or none that it could use. */
export function unheardByPlatform({ platform }: Evidence): boolean {
  return platform !== undefined && UNHEARD.has(lastStatus(platform).state);
}

/** How many seconds ago a REGISTER was due, if none has been sent since. */
export function overdue(platform: PlatformEvidence): number | undefined {
  const { expires, lastRegisterSent } = lastStatus(platform);
  if (expires && lastRegisterSent && lastRegisterSent > expires) return undefined;
  const late = expires ? platform.now.getTime() - expires.getTime() : 0;
  return late > OVERDUE_MS ? Math.round(late / 1_000) : undefined;
}

export function platformRule<const More extends Omit<Rule, "topic" | "seenFrom" | "find">>(
  more: More,
  find: (platform: PlatformEvidence, evidence: Evidence) => ReturnType<Rule["find"]>,
): More & Pick<Rule, "topic" | "seenFrom" | "find"> {
  return {
    ...more,
    topic: "platform",
    seenFrom: "the platform",
    find: (evidence) => evidence.platform && find(evidence.platform, evidence),
  };
}
