import { type AdviceId, adviseSettings } from "../../registration/advice.js";
import { advicePreset } from "../../registration/preset-facts.js";
import { completeSettings } from "../../registration/settings.js";
import type { PresetEvidence, SettingsEvidence } from "../evidence.js";
import type { DiagnosisTarget } from "../target.js";

/** Whether a host can be reached from the platform is judged by what it resolves to: see the rules on names. */
const JUDGED_ELSEWHERE = new Set<AdviceId>(["domain-lan-only", "proxy-lan-only"]);

/**
 * Looks the settings over, as `configure_sip_registration` does before it stores them. Pure.
 *
 * @param lookedUp whether the host is looked up as well; then its look is not judged here.
 */
export function checkSettings(
  target: DiagnosisTarget,
  preset: PresetEvidence | undefined,
  platformIsLocal: boolean,
  lookedUp = true,
): SettingsEvidence {
  const { sipDomain, username = "", proxy, port, transport, authUsername } = target;
  const settings = completeSettings({ sipDomain, username, proxy, port, transport, authUsername });
  const advice = adviseSettings(settings, { preset: preset && advicePreset(preset.preset), platformIsLocal });
  // A port left out is not 5060 here: DNS decides (RFC 3263).
  const chosen = port === undefined ? advice.filter(({ field }) => field !== "port") : advice;
  // A server that challenges REGISTER does register, whatever the preset that its header suggests.
  const guessed = preset?.from === "recognised" ? "preset-does-not-register" : undefined;
  return { advice: chosen.filter(({ id }) => !(lookedUp && JUDGED_ELSEWHERE.has(id)) && id !== guessed) };
}
